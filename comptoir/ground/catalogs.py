"""Catalogues of words: each app's translations, compiled when they are newer than what was compiled."""

from pathlib import Path

import polib

from .typography import french


def stale(package: Path) -> list[Path]:
    """The catalogues below `package` whose compiled form is missing or older."""
    return [path for path in sorted(package.rglob("locale/*/LC_MESSAGES/*.po")) if _is_stale(path)]


def compile_stale(package: Path) -> int:
    """Compiles them, French ones set in French typography; returns how many."""
    paths = stale(package)
    for path in paths:
        compile_one(path)
    return len(paths)


def compile_one(path: Path) -> None:
    catalog = polib.pofile(str(path), encoding="utf-8")
    if "/locale/fr" in path.as_posix():
        for entry in catalog:
            entry.msgstr = french(entry.msgstr)
            entry.msgstr_plural = {n: french(text) for n, text in entry.msgstr_plural.items()}
    beside = path.with_suffix(".mo.new")
    catalog.save_as_mofile(str(beside))
    beside.replace(path.with_suffix(".mo"))


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime

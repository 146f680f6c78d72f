"""`bin/words`: each app carries its own words; this finds them and tells which lack a translation."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = ["--keyword=say"]


def main(arguments: list[str]) -> int:
    if not shutil.which("xgettext"):
        print("bin/words needs xgettext: install the package gettext.", file=sys.stderr)
        return 2
    os.environ.setdefault("COMPTOIR_TESTING", "1")
    os.environ["DJANGO_SETTINGS_MODULE"] = "comptoir.config.settings"
    import django

    django.setup()
    if "--check" in arguments:
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(
                ROOT, Path(copy) / "comptoir", ignore=shutil.ignore_patterns("*.mo", "__pycache__")
            )
            _extract(Path(copy) / "comptoir")
            return _report(Path(copy) / "comptoir")
    _extract(ROOT)
    return _report(ROOT)


def apps(package: Path) -> list[Path]:
    return sorted(path.parent for path in package.rglob("locale") if path.is_dir())


def _extract(package: Path) -> None:
    from django.core.management.commands import makemessages

    class Command(makemessages.Command):
        xgettext_options = [*makemessages.Command.xgettext_options, *KEYWORDS]

    from django.core.management import call_command

    for app in apps(package):
        os.chdir(app)
        nested = [f"{other.relative_to(app)}/*" for other in apps(package) if app in other.parents]
        ignored = [*nested, "tests/*", "migrations/*"]
        call_command(
            Command(),
            locale=["fr"],
            add_location="file",
            no_obsolete=True,
            ignore_patterns=ignored,
            verbosity=0,
        )


def _report(package: Path) -> int:
    """Prints each sentence that a French reader would meet in English; returns 1 when there is one."""
    missing = [
        (path, entry.msgid)
        for path in sorted(package.rglob("locale/fr/LC_MESSAGES/django.po"))
        for entry in polib.pofile(str(path))
        if not entry.obsolete and (not entry.translated() or entry.fuzzy)
    ]
    for path, msgid in missing:
        print(f"{path.relative_to(package)}: {msgid!r}")
    print(f"{len(missing)} to translate." if missing else "Every sentence has its French.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

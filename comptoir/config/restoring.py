"""Restoring: a backup is checked whole, then put in place; nothing existing is ever written over."""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from pathlib import Path

from .environment import folder, text
from .words import say

MANIFEST = "manifest.json"


class BackupRefused(Exception):
    """One sentence: why this file cannot be restored here. Nothing was changed."""


def place(path: Path) -> None:
    """Checks every byte of the backup beside the home folder, then puts it in place."""
    home = folder("COMPTOIR_HOME", Path(__file__).resolve().parents[2] / "var")
    if home.exists() and any(home.iterdir()):
        raise BackupRefused(
            say("The folder %(path)s is not empty: restore into a new one with --home.", path=home)
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=".restore-") as beside:
        facts = _unpack(path, Path(beside))
        _bring_database(facts, Path(beside))
        (Path(beside) / MANIFEST).unlink()
        if home.exists():
            home.rmdir()
        shutil.copytree(beside, home)
    home.chmod(0o700)
    (home / "secret.key").chmod(0o600)


def _unpack(path: Path, target: Path) -> dict:
    damaged = say("The file %(path)s is damaged or is not a backup: nothing was restored.", path=path)
    if not path.is_file():
        raise BackupRefused(say("There is no file %(path)s.", path=path))
    try:
        with tarfile.open(path, "r:gz") as archive:
            archive.extractall(target, filter="data")
        facts = json.loads((target / MANIFEST).read_text())
        found = {name: _digest(target / name) for name in facts["files"]}
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, zlib.error) as error:
        raise BackupRefused(damaged) from error
    if found != facts["files"]:
        raise BackupRefused(damaged)
    return facts


def _bring_database(facts: dict, beside: Path) -> None:
    url = text("DATABASE_URL")
    wanted = "postgresql" if url else "sqlite"
    if facts["database"] != wanted:
        raise BackupRefused(
            say(
                "This backup is of %(made)s; DATABASE_URL asks for %(wanted)s.",
                made=facts["database"],
                wanted=wanted,
            )
        )
    if url:
        dump = beside / "comptoir.pgdump"
        command = [
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            "-d",
            url,
            str(dump),
        ]
        result = subprocess.run(command, capture_output=True, env=dict(os.environ), check=False)
        if result.returncode:
            reason = result.stderr.decode(errors="replace").strip().splitlines()[-1]
            raise BackupRefused(say("The database refused the backup: %(reason)s", reason=reason))
        dump.unlink()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

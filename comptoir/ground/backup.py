"""Backups: one file that holds the database, the raw messages, the media and the keys."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from comptoir import __version__

from . import clock

MANIFEST = "manifest.json"


class CannotBackUp(Exception):
    """One sentence for the person who asked."""


def write(path: Path) -> int:
    """Writes a backup while the shop is open; returns its size in bytes. A half-written one never has the name.

    The database is copied first: every row's file is older than the row, so none is missed.
    """
    try:
        with tempfile.TemporaryDirectory(dir=settings.HOME.path, prefix=".backup-") as folder:
            beside = Path(folder) / "whole.tar.gz"
            database = _copy_database(Path(folder))
            _pack(beside, [(database, database.name), *_files()])
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(beside, path)
            path.chmod(0o600)
    except OSError as error:
        reason = {"path": path, "reason": error.strerror}
        raise CannotBackUp(_("The backup %(path)s cannot be written: %(reason)s.") % reason) from error
    return path.stat().st_size


def _copy_database(folder: Path) -> Path:
    if connection.vendor == "sqlite":
        target = folder / "comptoir.sqlite3"
        source = sqlite3.connect(settings.DATABASES["default"]["NAME"])
        with sqlite3.connect(target) as copy:
            source.backup(copy)
        copy.close()
        source.close()
        return target
    return _dump_postgresql(folder / "comptoir.pgdump")


def _dump_postgresql(target: Path) -> Path:
    options = connection.get_connection_params()
    names = {"host": "-h", "port": "-p", "user": "-U"}
    place = [part for key, flag in names.items() if options.get(key) for part in (flag, str(options[key]))]
    command = ["pg_dump", "-Fc", "--no-owner", "-f", str(target), *place, options["dbname"]]
    try:
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            env={"PGPASSWORD": options.get("password", "")} | {"PATH": os.environ.get("PATH", "")},
        )
    except FileNotFoundError as error:
        raise CannotBackUp(_("Backing up PostgreSQL needs pg_dump: install postgresql-client.")) from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise CannotBackUp(_("pg_dump failed: %(reason)s") % {"reason": "".join(reason)}) from error
    return target


def _files() -> list[tuple[Path, str]]:
    home = settings.HOME
    kept = [(home.path / "secret.key", "secret.key")]
    files = (
        path for path in sorted(home.files.rglob("*")) if path.is_file() and not path.name.startswith(".new-")
    )
    return kept + [(path, f"files/{path.relative_to(home.files).as_posix()}") for path in files]


def _pack(target: Path, members: list[tuple[Path, str]]) -> None:
    """A tar whose first member lists every other with its SHA-256, so that damage is seen before anything is placed."""
    sums = {name: _digest(path) for path, name in members}
    facts = {
        "version": __version__,
        "made_at": clock.now().isoformat(),
        "database": connection.vendor,
        "files": sums,
    }
    manifest = json.dumps(facts, indent=1).encode()
    with tarfile.open(target, "w:gz", compresslevel=3) as archive:
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(manifest)
        archive.addfile(entry, io.BytesIO(manifest))
        for path, name in members:
            archive.add(path, name, recursive=False)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""A PostgreSQL of our own in a temporary folder, for tests: started in a second, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=100"


@contextmanager
def server() -> Iterator[str]:
    """The URL of a fresh server on a free port of loopback; `initdb` refuses root, so root steps down."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="comptoir-pg-", dir="/tmp"))
    user = _user()
    if user:
        shutil.chown(folder, user.pw_uid, user.pw_gid)
    data, port = folder / "data", _free_port()

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, *arguments],
            check=True,
            capture_output=True,
            cwd=folder,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
        )

    try:
        run(
            "initdb",
            "-D",
            str(data),
            "-U",
            "comptoir",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        flags = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} {OPTIONS}"
        run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", flags, "start")
        try:
            yield f"postgres://comptoir@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Where Debian and others put `initdb`, newest version first."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if not versions:
        raise SystemExit("The tests on PostgreSQL need its server: install the package postgresql.")
    return versions[0].parent


def _user():
    """Somebody other than root to run as, or None when we are not root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

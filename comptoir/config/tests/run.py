"""`bin/test`: pytest on SQLite, or on PostgreSQL, or on both."""

import os
import subprocess
import sys

from .postgresql import server


def main(arguments: list[str]) -> int:
    """The first non-zero status of the runs asked for; SQLite first, its summary before PostgreSQL's."""
    chosen = [one for one in arguments if one not in ("--both", "--postgresql")]
    status = 0
    if "--postgresql" not in arguments:
        status = _pytest(chosen, {})
    if "--both" in arguments or "--postgresql" in arguments:
        with server() as url:
            status = _pytest(chosen, {"DATABASE_URL": url}) or status
    return status


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

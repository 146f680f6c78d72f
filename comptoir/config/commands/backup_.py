"""`comptoir backup`: one file with everything, written while the shop is open."""

import argparse
from pathlib import Path

from ..cli import Refused
from ..words import say


def run(chosen: argparse.Namespace) -> int:
    from django.conf import settings

    from comptoir.ground import backup, clock

    path = Path(chosen.file or settings.HOME.path / f"backup-{clock.now():%Y%m%d-%H%M%S}.tar.gz")
    try:
        size = backup.write(path)
    except backup.CannotBackUp as refusal:
        raise Refused(str(refusal)) from refusal
    megabytes = f"{size / 1e6:.1f}"
    print(
        say(
            "Everything is in %(path)s (%(size)s MB). Keep it elsewhere, and closed: it holds the keys.",
            path=path,
            size=megabytes,
        )
    )
    return 0

"""`comptoir restore`: everything comes back on an empty machine; what was about to leave waits for a person."""

import argparse
from pathlib import Path

from .. import opening
from ..cli import Refused
from ..words import say

NEEDS_DJANGO = False  # the settings make keys in the home folder: the backup's own must be there first


def run(chosen: argparse.Namespace) -> int:
    from ..restoring import BackupRefused, place

    try:
        place(Path(chosen.file))
    except BackupRefused as refusal:
        raise Refused(str(refusal)) from refusal
    _hold_what_was_leaving()
    print(
        say("Everything is back. Sends that were waiting are held until you look at them, under “To mend”.")
    )
    return 0


def _hold_what_was_leaving() -> None:
    import django

    django.setup()
    from comptoir.consent.models import Departure

    opening.migrate()
    Departure.objects.hold_after_restore(
        say("It was waiting when the backup was made: it may have left since.")
    )

"""`comptoir import`: old mail comes in with its own dates, and sets nothing in motion."""

import argparse
from pathlib import Path

from .. import opening
from ..cli import Refused


def run(chosen: argparse.Namespace) -> int:
    from comptoir.channels.email import importing

    opening.migrate()
    try:
        report = importing.run(Path(chosen.path), address=chosen.address or "", store=chosen.store or "")
    except importing.CannotImport as refusal:
        raise Refused(str(refusal)) from refusal
    print(report)
    return 0

"""`comptoir listen`: mailboxes and the mail door only; as many as wanted."""

import argparse

from .. import processes


def run(chosen: argparse.Namespace) -> int:
    processes.listen()
    return 0

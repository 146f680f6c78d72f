"""`comptoir worker`: due rows only; as many as wanted."""

import argparse

from .. import processes


def run(chosen: argparse.Namespace) -> int:
    processes.work()
    return 0

"""`comptoir web`: pages and streams only."""

import argparse

from .. import opening, processes
from ..words import say


def run(chosen: argparse.Namespace) -> int:
    tls = opening.certificate(chosen.cert, chosen.key)
    port, note = opening.choose_port(chosen.host, chosen.port)
    print(f"{note}\n" if note else "", end="")
    print(say("Comptoir is open at %(address)s", address=opening.address(chosen.host, port, tls)), flush=True)
    processes.serve(chosen.host, port, tls)
    return 0

"""`comptoir up`: one command opens the shop."""

import argparse

from .. import opening, processes
from ..words import say


def run(chosen: argparse.Namespace) -> int:
    tls = opening.certificate(chosen.cert, chosen.key)
    port, note = opening.choose_port(chosen.host, chosen.port)
    opening.migrate()
    if chosen.demo:
        opening.plant_demo()
    address = opening.address(chosen.host, port, tls)
    print(f"{note}\n" if note else "", end="")
    print(say("Comptoir is open at %(address)s", address=address), flush=True)
    if link := opening.demo_link(address) if chosen.demo else opening.first_link(address):
        print(link, flush=True)
    print(say("Ctrl-C closes it."), flush=True)
    return processes.supervise(
        {"web": lambda: processes.serve(chosen.host, port, tls), "worker": processes.work_and_listen}
    )

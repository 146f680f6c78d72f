"""`bin/bench`: every figure, beside its reference."""

import argparse
from pathlib import Path

from comptoir.config.tests.shop import shop

from . import corpora, inbound, pages
from .figures import Figures
from .planting import OPENING, PLANT


def main() -> None:
    chosen = _arguments()
    figures = Figures()
    with shop() as one:
        one.run(OPENING, inbound.ADDRESS)
        figures.add("start to first page", one.open(), "s", goal=3)
        inbound.measure(one, figures, chosen.mails)
        one.close()
        if chosen.plant:
            one.run(PLANT, str(chosen.plant))
        one.open()
        pages.measure(one, figures, chosen.plant + chosen.mails)
        figures.add("web and worker, after load", one.memory(), "MB (PSS)", goal=200)
        if chosen.plant:
            inbound.measure(one, figures, chosen.mails // 4)
    if not chosen.quick:
        print(corpora.scores())
    if chosen.json:
        figures.save(chosen.json)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--plant", type=int, default=100_000, help="messages planted before pages are timed")
    parser.add_argument("--mails", type=int, default=inbound.COUNT, help="mails delivered through the door")
    parser.add_argument("--quick", action="store_true", help="leave the corpora out")
    return parser.parse_args()


if __name__ == "__main__":
    main()

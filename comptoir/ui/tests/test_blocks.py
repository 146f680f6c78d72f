"""One stylesheet holds every app's blocks: each block has one home, or two pages fight over a name."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^\s*\.([a-z][a-z-]*)(?:,[^{]*)? \{", re.MULTILINE)


def test_each_block_is_styled_by_one_app():
    homes = defaultdict(set)
    for path in ROOT.rglob("static/**/*.css"):
        app = path.relative_to(ROOT).parts[0]
        for block in BLOCK.findall(path.read_text()):
            homes[block].add(app)

    assert {block: apps for block, apps in homes.items() if len(apps) > 1} == {}

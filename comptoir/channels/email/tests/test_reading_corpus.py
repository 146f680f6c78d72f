"""Real mail of many makers, with what their makers expect, where it is at hand (`COMPTOIR_CORPUS`, or `../shared/corpus`)."""

import importlib.util
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.adapters import clean_html, read_mail

HERE = Path(__file__).resolve()
PLACES = (
    [Path(os.environ["COMPTOIR_CORPUS"])]
    if os.environ.get("COMPTOIR_CORPUS")
    else [HERE.parents[5] / "shared" / "corpus"]
)
PLACES = [place for place in PLACES if (place / "mail" / "MANIFEST.jsonl").is_file()]
GOALS = {
    "bounce": 97,
    "mime": 95,
    "charset": 95,
    "autoreply": 97,
    "complaint": 97,
    "reply-quote": 75,
    "forwarded": 70,
    "malformed": 90,
}


def tool(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("goal", [1])
def test_every_kind_of_real_mail_reaches_its_goal(goal):
    """Asserts what is at hand; with no corpus beside the repository there is nothing to compare."""
    for place in PLACES:
        checks = tool(place / "mail" / "tools" / "score.py").checks
        asked, held = Counter(), Counter()
        for line in (place / "mail" / "MANIFEST.jsonl").read_text().splitlines():
            row = json.loads(line)
            result = read_mail((place / "mail" / row["file"]).read_bytes(), row["kind"])
            told = [right for _, right, _ in checks(row["expect"], result)]
            asked[row["category"]] += bool(told)
            held[row["category"]] += bool(told) and all(told)
        reached = {kind: 100 * held[kind] / asked[kind] for kind in GOALS if asked[kind]}
        assert {kind: share for kind, share in reached.items() if share < GOALS[kind]} == {}


@pytest.mark.parametrize("place", PLACES or [None])
def test_hostile_pages_come_out_harmless(place):
    vectors = json.loads((place / "html-mail" / "vectors.json").read_text()) if place else []
    for vector in vectors:
        assert "<script" not in clean_html(vector["html"]).lower()

"""What is set, announced or promised is written down."""

import re
from pathlib import Path

from comptoir.ground import events

ROOT = Path(__file__).resolve().parents[3]


def test_every_setting_is_documented():
    source = "".join(path.read_text() for path in (ROOT / "comptoir" / "config").glob("*.py"))
    settings = set(re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', source))
    documented = (ROOT / "docs" / "self-hosting.md").read_text()

    assert len(settings) > 15
    assert [name for name in sorted(settings) if f"`{name}`" not in documented] == []


def test_every_event_says_what_it_is():
    named = [one.kind for one in events.known()]
    sources = [path.read_text() for path in (ROOT / "comptoir").rglob("events.py")]

    assert len(named) > 10
    for kind in named:
        assert any(re.search(rf"#[^\n]*(?:\n\w+ = [^\n]*)*\n{kind} = ", source) for source in sources), kind


def test_the_readme_fits_one_screen():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 50

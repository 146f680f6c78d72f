"""The shared corpora: real and hand-made data that acceptance scores the product on, when they are present."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def folder() -> Path | None:
    """Where the corpora lie: COMPTOIR_CORPUS, else beside the repository; None when they are absent."""
    places = [os.environ.get("COMPTOIR_CORPUS"), ROOT.parent / "shared" / "corpus"]
    return next((Path(place) for place in places if place and Path(place).is_dir()), None)


def reference_mail(count: int, to: Path, address: str) -> list[Path]:
    """`count` seeded French mails in `to`, made by the corpora's own generator; the product makes none."""
    corpora = folder()
    if corpora is None:
        raise SystemExit("The benchmark's mail comes from the shared corpora: set COMPTOIR_CORPUS.")
    tool = corpora / "mail" / "tools" / "reference.py"
    command = [sys.executable, tool, str(to), "-n", str(count), "--to", address]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return sorted(to.glob("*.eml"))


def scores() -> str:
    """What each corpus says of the product, as its own script prints it."""
    corpora = folder()
    if corpora is None:
        return "No corpora here: nothing scored."
    runs = [
        [corpora / "mail/tools/score.py", "dev", "--adapter", "benchmarks.adapters:read_mail"],
        [corpora / "html-mail/score.py", "benchmarks.adapters:clean_html"],
    ]
    return "\n".join(_score(run) for run in runs if run[0].exists())


def _score(command: list) -> str:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout or done.stderr[-400:]

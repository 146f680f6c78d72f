"""Icons: one stroked set drawn for the shop, on a 24 grid with a line of 1.7; `icons.toml` holds them."""

import tomllib
from pathlib import Path

PATHS: dict[str, str] = tomllib.loads((Path(__file__).parent / "icons.toml").read_text())

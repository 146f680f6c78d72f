"""Figures: named, with a unit, a goal and a reference of the same run, printed as a table and kept as JSON."""

import json
import resource
import statistics
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Figure:
    """One measure. `goal` is what it must stay under (or reach, when `at_least`); `ratio` is to the reference."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False
    reference: str = ""
    ratio: float | None = None

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        reached = self.value >= self.goal if self.at_least else self.value <= self.goal
        return "ok" if reached else "MISSED"

    def __str__(self) -> str:
        goal = f"{'≥' if self.at_least else '≤'} {self.goal:g}" if self.goal is not None else ""
        ratio = f"{self.ratio:.2f} × {self.reference}" if self.ratio else self.reference
        return f"{self.name:46} {self.value:10.3f} {self.unit:14} {goal:9} {self.verdict:7} {ratio}"


@dataclass
class Figures:
    rows: list[Figure] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str, **facts) -> None:
        self.rows.append(Figure(name, value, unit, **facts))
        print(self.rows[-1], flush=True)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps([asdict(row) for row in self.rows], indent=1, ensure_ascii=False))


def cpu_of_me() -> float:
    """CPU seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]

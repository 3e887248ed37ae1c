"""The bounds that figures are held against, as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from knowledge.load import read_yaml

FILE = Path(__file__).with_suffix(".yaml")


class Bound(BaseModel):
    """A figure, by its place in a run's JSON, and what it must keep to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: str
    at: str
    at_least: float | None = None
    at_most: float | None = None
    more_than: float | None = None

    def value(self, run: dict[str, Any]) -> float | None:
        """The figure; None where the run has none there."""
        found: Any = run
        for step in self.at.split("."):
            if not isinstance(found, dict) or step not in found:
                return None
            found = found[step]
        return None if found is None else float(found)

    def holds(self, run: dict[str, Any]) -> bool:
        value = self.value(run)
        return (
            value is not None
            and (self.at_least is None or value >= self.at_least - _ROUNDING)
            and (self.at_most is None or value <= self.at_most + _ROUNDING)
            and (self.more_than is None or value > self.more_than)
        )

    @property
    def wanted(self) -> str:
        signs = (("≥", self.at_least), ("≤", self.at_most), (">", self.more_than))
        return ", ".join(f"{sign} {bound:g}" for sign, bound in signs if bound is not None)


_ROUNDING = 1e-9


def bounds(file: Path = FILE) -> list[Bound]:
    """Raises KnowledgeError with file, line and problem."""
    found: list[Bound] = read_yaml(file, list[Bound])
    return found

"""Figures over rows of scores, each with an interval from resampled rows, and what changed between two runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from assistant.rule import Floats, Ints
from evals.level import calibration_error, quadratic_kappa, ranked_probability_score
from knowledge.schema import LEVELS

_RESAMPLED, _SEED = 1000, 20261122
_BINS = 10
NOISE = (0.025, 0.975)


@dataclass(frozen=True)
class Row:
    """One case or organisation: where it stands, what was found with what probabilities, in how many turns.

    `also`: another level that is acceptable. `tags`: what it is counted under. `scores`: everything else.
    """

    id: str
    level: int
    also: int | None
    probabilities: tuple[float, ...]
    turns: int
    tags: Mapping[str, str] = field(default_factory=dict)
    scores: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def found(self) -> int:
        return int(np.argmax(self.probabilities)) + 1

    @property
    def values(self) -> dict[str, float | None]:
        """All that can be averaged over rows."""
        away = self.found - self.level
        return {
            "exact": float(away == 0),
            "acceptable": float(self.found in (self.level, self.also)),
            "within_one": float(abs(away) <= 1),
            "bias": float(away),
            "rps": ranked_probability_score(np.array([self.probabilities]), np.array([self.level])),
            "turns": float(self.turns),
            **self.scores,
        }

    def as_json(self) -> dict[str, Any]:
        values = {name: None if v is None else round(v, 4) for name, v in self.values.items()}
        return {"id": self.id, "level": self.level, "found": self.found, **values}


@dataclass(frozen=True)
class Figure:
    """A figure with its interval (the middle 95 % over resampled rows) and the number of rows behind it."""

    value: float
    low: float
    high: float
    n: int

    def as_json(self) -> dict[str, float | int]:
        return {"value": round(self.value, 4), "low": round(self.low, 4), "high": round(self.high, 4), "n": self.n}


Figures = dict[str, Figure]


def averages(rows: Sequence[Row]) -> Figures:
    """The mean of every score, over the rows that have it."""
    values = [row.values for row in rows]
    found = {}
    for name in dict.fromkeys(name for row in values for name in row):
        there = np.array([row[name] for row in values if row.get(name) is not None], dtype=float)
        if len(there):
            found[name] = averaged(there)
    return found


def averaged(values: Floats) -> Figure:
    """The mean with its interval."""
    means = values[_picked(len(values))].mean(axis=1)
    low, high = np.quantile(means, NOISE)
    return Figure(float(values.mean()), float(low), float(high), len(values))


def mean(scores: Sequence[float]) -> float | None:
    """The mean; None of nothing."""
    return float(np.mean(scores)) if len(scores) else None


def interval(scores: Sequence[float]) -> list[float] | None:
    """The interval of the mean; None of nothing."""
    if not len(scores):
        return None
    found = averaged(np.asarray(scores, dtype=float))
    return [found.low, found.high]


def whole(rows: Sequence[Row]) -> Figures:
    """The averages, and what only a set has: calibration error, quadratic kappa, the 95th percentile of turns."""
    gold, found = np.array([r.level for r in rows]), np.array([r.found for r in rows])
    sure, turns = np.array([max(r.probabilities) for r in rows]), np.array([r.turns for r in rows], dtype=float)
    measures: dict[str, Callable[[Ints], float]] = {
        "ece": lambda at: calibration_error(sure[at], (gold == found)[at]),
        "qwk": lambda at: _or_nan(quadratic_kappa(gold[at], found[at])),
        "turns_p95": lambda at: float(np.percentile(turns[at], 95)),
    }
    resampled = {name: _resampled(measure, len(rows)) for name, measure in measures.items()}
    return averages(rows) | {name: figure for name, figure in resampled.items() if figure is not None}


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _resampled(measure: Callable[[Ints], float], n: int) -> Figure | None:
    """None where the measure has no value over the rows: kappa, where all are of one level."""
    value = measure(np.arange(n))
    if np.isnan(value):
        return None
    low, high = np.nanquantile([measure(at) for at in _picked(n)[:300]], NOISE)
    return Figure(value, float(low), float(high), n)


@lru_cache(maxsize=4)
def _picked(n: int) -> Ints:
    """Rows drawn again with the same numbers each time: (resamples, n)."""
    return np.random.default_rng(_SEED).integers(0, n, (_RESAMPLED, n))


def split(rows: Sequence[Row], tag: str) -> dict[str, Figures]:
    """The averages under each value of a tag."""
    groups = sorted({row.tags[tag] for row in rows if tag in row.tags})
    return {group: averages([row for row in rows if row.tags.get(tag) == group]) for group in groups}


def confusion(rows: Sequence[Row]) -> list[list[int]]:
    """Counts, [level][found]."""
    counts = np.zeros((len(LEVELS), len(LEVELS)), dtype=int)
    for row in rows:
        counts[row.level - 1, row.found - 1] += 1
    return [[int(n) for n in line] for line in counts]


def reliability(rows: Sequence[Row]) -> list[dict[str, float]]:
    """Ten bins of how sure the level was: how sure, how often right, how many."""
    sure = np.array([max(r.probabilities) for r in rows])
    right = np.array([r.found == r.level for r in rows])
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    return [
        {"sure": float(sure[bins == b].mean()), "right": float(right[bins == b].mean()), "n": int((bins == b).sum())}
        for b in range(_BINS)
        if (bins == b).any()
    ]


@dataclass(frozen=True)
class Change:
    """How one figure moved between two runs over the same rows."""

    section: str
    figure: str
    before: float
    now: float
    low: float
    high: float
    n: int

    @property
    def beyond_noise(self) -> bool:
        return self.low > 0 or self.high < 0


_LEFT_OUT = frozenset({"id", "level", "found"})
Rows = Sequence[Mapping[str, Any]]


def changed(section: str, before: Rows, now: Rows) -> list[Change]:
    """What moved between two runs, row by row; rows that only one of them has are left out."""
    old = {row["id"]: row for row in before}
    pairs = [(old[row["id"]], row) for row in now if row["id"] in old]
    found = []
    for name in dict.fromkeys(name for row in now for name in row if name not in _LEFT_OUT):
        both = [(a[name], b[name]) for a, b in pairs if a.get(name) is not None and b.get(name) is not None]
        if not both:
            continue
        was, is_now = np.array(both, dtype=float).T
        moved = averaged(is_now - was)
        if np.any(was != is_now):
            found.append(
                Change(section, name, float(was.mean()), float(is_now.mean()), moved.low, moved.high, len(both))
            )
    return found

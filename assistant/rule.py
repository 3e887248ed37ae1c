"""The level that follows from the indicators once they are known. The rule is Varde's, and is shown as ours.

Statuses come as arrays of shape (n, 28): one row an organisation, columns in the rubric's order, values 0 to 3
for absent, planned, partial, established, and -1 for unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.schema import LEVELS, ORDERED_STATUSES, AreaKey, Rubric, Status

Ints = NDArray[np.int_]
Floats = NDArray[np.float64]

CODES: dict[Status, int] = {status: code for code, status in enumerate(ORDERED_STATUSES)} | {Status.UNKNOWN: -1}
_STEPS = {
    Status.ABSENT: (Status.PARTIAL,),
    Status.PLANNED: (Status.PARTIAL,),
    Status.PARTIAL: (Status.ABSENT, Status.ESTABLISHED),
    Status.ESTABLISHED: (Status.PARTIAL,),
    Status.UNKNOWN: (),
}
_EPSILON = 1e-9


@dataclass(frozen=True)
class LevelRule:
    """The rule of one rubric."""

    rubric: Rubric

    @cached_property
    def _weights(self) -> Floats:
        """Worth by status code; the last entry serves code -1."""
        weights = self.rubric.rule.weights
        return np.array([weights["absent"], weights["planned"], weights["partial"], weights["established"], 0.0])

    @cached_property
    def column(self) -> dict[str, int]:
        return {indicator.id: n for n, indicator in enumerate(self.rubric.indicators)}

    def codes(self, statuses: Mapping[str, Status]) -> Ints:
        """One row; an indicator that is not named is unknown."""
        return np.array([[CODES[statuses.get(i.id, Status.UNKNOWN)] for i in self.rubric.indicators]])

    def levels(self, codes: Ints) -> Ints:
        """The level of each row, shape (n,), 1 to 6."""
        worth, known = self._weights[codes], codes >= 0
        floor = self.rubric.rule.weights[self.rubric.rule.keystone_at_least]
        best = np.ones(len(codes), dtype=int)
        reached = np.ones(len(codes), dtype=bool)
        for level in LEVELS[1:]:
            columns = [self.column[i.id] for i in self.rubric.of_level(level)]
            count = known[:, columns].sum(axis=1)
            enough = count >= self.rubric.rule.known_share * len(columns)
            total = np.where(known[:, columns], worth[:, columns], 0.0).sum(axis=1)
            reached &= enough & (total >= self.rubric.rule.reached * count - _EPSILON)
            stones = [self.column[k] for k in self.rubric.keystones.get(level, ())]
            holds = (~known[:, stones] | (worth[:, stones] >= floor)).all(axis=1)
            best[reached & holds] = level
        return best

    def area_levels(self, codes: Ints) -> Ints:
        """The level within each area, shape (n, 5), in the rubric's order of areas."""
        return np.stack([self._area_level(area.key, codes) for area in self.rubric.areas], axis=1)

    def _area_level(self, area: AreaKey, codes: Ints) -> Ints:
        worth, known = self._weights[codes], codes >= 0
        best = np.ones(len(codes), dtype=int)
        lower_hold = np.ones(len(codes), dtype=bool)
        for level in LEVELS[1:]:
            columns = [self.column[i.id] for i in self.rubric.of_area(area) if i.level == level]
            if not columns:
                continue
            any_known = known[:, columns].any(axis=1)
            value = np.where(known[:, columns], worth[:, columns], -1.0).max(axis=1)
            best[lower_hold & any_known & (value >= 1.0)] = level
            lower_hold &= ~any_known | (value >= 0.5)
        if area == "strategy":
            shared = codes[:, self.column["ignore.understanding"]] != CODES[Status.ESTABLISHED]
            best[shared] = np.maximum(best[shared], 2)
        return best

    def level_of(self, statuses: Mapping[str, Status]) -> int:
        return int(self.levels(self.codes(statuses))[0])

    def areas_of(self, statuses: Mapping[str, Status]) -> dict[AreaKey, int]:
        row = self.area_levels(self.codes(statuses))[0]
        return {area.key: int(level) for area, level in zip(self.rubric.areas, row, strict=True)}

    def neighbours_of(self, statuses: Mapping[str, Status]) -> tuple[int, ...]:
        """The other levels that one step of one indicator would lead to, most often reached first."""
        here = self.level_of(statuses)
        moved = [
            self.level_of({**statuses, indicator: step})
            for indicator in statuses
            for step in _STEPS[statuses[indicator]]
        ]
        others = [level for level in moved if level != here]
        return tuple(sorted(set(others), key=lambda level: (-others.count(level), level)))

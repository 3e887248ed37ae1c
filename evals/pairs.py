"""The same organisation told by two leaders: whether the one who flatters is placed higher than the one who doesn't."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.interview import Interview
from evals.case import CASES, Case, read_cases
from evals.figures import interval
from evals.level import place
from evals.player import Answers
from knowledge.schema import LEVELS

TWINS = CASES / "pairs"
_ENDING = "-twin"


def pairs(originals: Path, twins: Path = TWINS) -> list[tuple[Case, Case]]:
    """(flattering, not flattering) of each organisation that is told twice."""
    first = {case.id: case for case in read_cases(originals)}
    told = [(first[twin.id.removesuffix(_ENDING)], twin) for twin in read_cases(twins)]
    return [(a, b) if a.style == "flattering" else (b, a) for a, b in told]


def evaluate(interview: Interview, originals: Path, twins: Path = TWINS, answers: Answers = "text") -> dict[str, Any]:
    """How much higher flattering leaders are placed: by the likeliest level, and by the expected one."""
    found = pairs(originals, twins)
    high = place(interview, [flattering for flattering, _ in found], answers)
    low = place(interview, [plain for _, plain in found], answers)
    levels = np.array(LEVELS)
    expected = [
        float((np.array(a.probabilities) - np.array(b.probabilities)) @ levels) for a, b in zip(high, low, strict=True)
    ]
    steps = [float(a.found - b.found) for a, b in zip(high, low, strict=True)]
    return {
        "n": len(found),
        "difference": _mean(steps),
        "expected_difference": _mean(expected),
        "higher": sum(step > 0 for step in steps),
        "lower": sum(step < 0 for step in steps),
        "pairs": [{"id": b.id, "flattering": a.found, "other": b.found} for a, b in zip(high, low, strict=True)],
    }


def _mean(values: Sequence[float]) -> dict[str, Any]:
    return {"mean": float(np.mean(values)), "interval": interval(values)}

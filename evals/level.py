"""How right the level is, over a folder of cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from assistant.interview import Interview
from assistant.rule import Floats
from evals.case import Case, read_cases
from evals.player import Answers, play
from knowledge.schema import LANGUAGES, LEVELS

_BINS = 10


@dataclass(frozen=True)
class Placed:
    """One played case: what it is, what was said of it, with what probabilities, after how many turns."""

    id: str
    language: str
    level: int
    also: int | None
    found: int
    probabilities: tuple[float, ...]
    turns: int


def evaluate(interview: Interview, folder: Path, answers: Answers, corrected: float = 0.0) -> dict[str, Any]:
    """Figures overall and by language; `corrected` as in `play`. Raises KnowledgeError for a broken case."""
    placed = place(interview, list(read_cases(folder)), answers, corrected)
    groups = {language: [p for p in placed if p.language == language] for language in LANGUAGES}
    return {
        "answers": answers,
        "corrected": corrected,
        "overall": figures(placed),
        "by_language": {language: figures(group) for language, group in groups.items() if group},
        "cases": [vars(p) | {"probabilities": list(p.probabilities)} for p in placed],
    }


def place(
    coach: Interview | Callable[[Case], Interview], cases: Sequence[Case], answers: Answers, corrected: float = 0.0
) -> list[Placed]:
    """Every case played, and where it was placed. `coach`: one for all, or a function that gives each case its own."""
    found = []
    for case in track(cases, "Playing", transient=True):
        own = coach if isinstance(coach, Interview) else coach(case)
        found.append(_placed(own, case, answers, corrected))
    return found


def _placed(interview: Interview, case: Case, answers: Answers, corrected: float) -> Placed:
    played = play(interview, case, answers, corrected=corrected)
    belief = interview.belief(interview.course(played.session))
    return Placed(case.id, case.language, case.level, case.also, belief.likeliest, belief.level, played.turns)


def figures(placed: Sequence[Placed]) -> dict[str, float | int | None]:
    """n, exact, acceptable, within_one, bias, rps, ece, qwk, turns_mean, turns_p95."""
    gold, found = np.array([p.level for p in placed]), np.array([p.found for p in placed])
    probabilities = np.array([p.probabilities for p in placed])
    turns = np.array([p.turns for p in placed])
    acceptable = [p.found in (p.level, p.also) for p in placed]
    return {
        "n": len(placed),
        "exact": float((gold == found).mean()),
        "acceptable": float(np.mean(acceptable)),
        "within_one": float((np.abs(gold - found) <= 1).mean()),
        "bias": float((found - gold).mean()),
        "rps": ranked_probability_score(probabilities, gold),
        "ece": calibration_error(probabilities.max(axis=1), gold == found),
        "qwk": quadratic_kappa(gold, found),
        "turns_mean": float(turns.mean()),
        "turns_p95": float(np.percentile(turns, 95)),
    }


def ranked_probability_score(probabilities: Floats, gold: np.ndarray) -> float:
    """Mean over cases of the squared distance of the distribution functions, 0 (right and sure) to 1."""
    reached = (gold[:, None] <= np.array(LEVELS)[None, :]).astype(float)
    return float((((np.cumsum(probabilities, axis=1) - reached) ** 2).sum(axis=1) / (len(LEVELS) - 1)).mean())


def calibration_error(confidence: Floats, right: np.ndarray) -> float:
    """Expected calibration error of the likeliest class, in ten bins of equal width."""
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
        for b in range(_BINS)
        if (bins == b).any()
    ]
    return float(sum(gaps))


def quadratic_kappa(gold: np.ndarray, found: np.ndarray) -> float | None:
    """Cohen's kappa with quadratic weights over the six levels; None where both are constant."""
    return weighted_kappa(gold - 1, found - 1, len(LEVELS), 2)


def weighted_kappa(gold: np.ndarray, found: np.ndarray, classes: int, power: int) -> float | None:
    """Cohen's kappa over ordered classes 0 to `classes` - 1; power 1 weighs linearly, 2 quadratically.

    None where nothing could differ by chance. Without scikit-learn, which a default install does not bring.
    """
    counts = np.zeros((classes, classes))
    np.add.at(counts, (gold, found), 1)
    weights = np.abs(np.arange(classes)[:, None] - np.arange(classes)[None, :]) ** power
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / max(counts.sum(), 1)
    chance = float((weights * expected).sum())
    return 1.0 - float((weights * counts).sum()) / chance if chance else None

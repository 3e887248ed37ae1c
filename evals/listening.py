"""How right the listener reads single answers: status and evidence, from `says` and `example` together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from assistant.listening.protocol import Asked, Listener
from assistant.observations import STATUSES, Evidence, Observation, kinds_of
from assistant.questions import Ask
from assistant.rule import Floats
from evals.case import Case, read_cases
from evals.level import calibration_error, weighted_kappa
from knowledge.schema import EVIDENCE_KINDS, LANGUAGES, EvidenceKind, Status

_ORDERED = 4
_WORST = 12
_BINS = 10


@dataclass(frozen=True)
class Read:
    """One answer as labelled and as read; statuses and kinds as places in their order."""

    case: str
    language: str
    style: str
    indicator: str
    words: str
    status: int
    evidence: int
    statuses: tuple[float, ...]
    kinds: tuple[float, ...]

    @property
    def found(self) -> int:
        return int(np.argmax(self.statuses))


def read_answers(listener: Listener, cases: Sequence[Case]) -> list[Read]:
    """Every `on_indicator` answer: says first, then the example, as the interview would hear them."""
    return [
        _read(listener, case, indicator)
        for case in track(cases, "Reading", transient=True)
        for indicator in case.on_indicator
    ]


def _read(listener: Listener, case: Case, indicator: str) -> Read:
    answer = case.on_indicator[indicator]
    asked = Asked("interview", Ask("example", indicator), "", case.language, 1, (answer.says,))
    hearing = listener.listen(answer.example, asked)
    found = next((o for o in hearing.observations if o.indicator == indicator), None)
    found = found or _unread(listener, case, indicator)
    return Read(
        case.id, case.language, case.style, indicator, f"{answer.says} / {answer.example}",
        STATUSES.index(answer.status), EVIDENCE_KINDS.index(answer.evidence), found.statuses, found.evidence.kinds,
    )  # fmt: skip


def _unread(listener: Listener, case: Case, indicator: str) -> Observation:
    """Where the example was taken as none: what `says` alone amounts to."""
    asked = Asked("interview", Ask("indicator", indicator), "", case.language, 1)
    hearing = listener.listen(case.on_indicator[indicator].says, asked)
    if found := next((o for o in hearing.observations if o.indicator == indicator), None):
        return found
    return Observation(indicator, (0.2, 0.2, 0.2, 0.2, 0.2), Evidence(kinds_of(EvidenceKind.NONE)), 1)


def evaluate(listener: Listener, folder: Path) -> dict[str, Any]:
    """Figures overall, by language and by style; reliability; the worst confusions with their texts."""
    reads = read_answers(listener, list(read_cases(folder)))
    styles = sorted({read.style for read in reads})
    return {
        "listener": listener.version,
        "overall": figures(reads),
        "by_language": {x: figures(g) for x in LANGUAGES if (g := [r for r in reads if r.language == x])},
        "by_style": {x: figures([r for r in reads if r.style == x]) for x in styles},
        "reliability": reliability(reads),
        "confusion": confusion(reads).astype(int).tolist(),
        "worst": worst(reads),
    }


def figures(reads: Sequence[Read]) -> dict[str, float | int | None]:
    """n, accuracy, macro_f1, linear_kappa, quadratic_kappa, unknown_f1, evidence_macro_f1, ece."""
    gold, found = np.array([r.status for r in reads]), np.array([r.found for r in reads])
    evidence = np.array([r.evidence for r in reads])
    kinds = np.array([int(np.argmax(r.kinds)) for r in reads])
    confidence = np.array([max(r.statuses) for r in reads])
    return {
        "n": len(reads),
        "accuracy": float((gold == found).mean()),
        "macro_f1": macro_f1(gold, found),
        "linear_kappa": kappa(gold, found, 1),
        "quadratic_kappa": kappa(gold, found, 2),
        "unknown_f1": f1(gold, found, STATUSES.index(Status.UNKNOWN)),
        "evidence_macro_f1": macro_f1(evidence, kinds),
        "ece": calibration_error(confidence, gold == found),
    }


def f1(gold: np.ndarray, found: np.ndarray, label: int) -> float | None:
    """Of one label; None where it neither occurs nor is found."""
    both = int(((gold == label) & (found == label)).sum())
    count = int((gold == label).sum() + (found == label).sum())
    return 2 * both / count if count else None


def macro_f1(gold: np.ndarray, found: np.ndarray) -> float:
    """The mean over the labels that occur or are found."""
    scores = [score for label in range(len(STATUSES)) if (score := f1(gold, found, label)) is not None]
    return float(np.mean(scores))


def kappa(gold: np.ndarray, found: np.ndarray, power: int) -> float | None:
    """Weighted kappa over the four ordered statuses, where both are one of them; power 1 linear, 2 quadratic."""
    known = (gold < _ORDERED) & (found < _ORDERED)
    return weighted_kappa(gold[known], found[known], _ORDERED, power)


def confusion(reads: Sequence[Read]) -> Floats:
    """(labelled, read): counts."""
    counts = np.zeros((len(STATUSES), len(STATUSES)))
    for read in reads:
        counts[read.status, read.found] += 1
    return counts


def reliability(reads: Sequence[Read]) -> list[dict[str, float]]:
    """Ten bins of confidence: how sure it was, how often it was right, how many."""
    confidence = np.array([max(r.statuses) for r in reads])
    right = np.array([r.found == r.status for r in reads])
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return [
        {
            "sure": float(confidence[bins == b].mean()),
            "right": float(right[bins == b].mean()),
            "n": int((bins == b).sum()),
        }
        for b in range(_BINS)
        if (bins == b).any()
    ]


def worst(reads: Sequence[Read]) -> list[dict[str, Any]]:
    """The surest wrong readings, with their texts."""
    wrong = sorted((r for r in reads if r.found != r.status), key=lambda r: -max(r.statuses))[:_WORST]
    return [
        {
            "case": r.case, "indicator": r.indicator, "labelled": STATUSES[r.status].value,
            "read": STATUSES[r.found].value, "sure": round(max(r.statuses), 3), "words": r.words,
        }
        for r in wrong
    ]  # fmt: skip

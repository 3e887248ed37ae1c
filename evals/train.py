"""Trains the embedded listener from the tuning cases. Needs the extra `train`; writes one file of plain arrays.

Standings are learnt, not statuses: level 1's signs are turned round first, so that "more in place" means the same
everywhere. Temperatures are fitted on organisations left out of training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from assistant.listening.classifier import FILE
from assistant.listening.features import BUCKETS, features
from evals.case import CASES, Case, read_cases
from knowledge import default as knowledge
from knowledge.schema import EVIDENCE_KINDS, ORDERED_STATUSES, Status

Parts = list[tuple[str, str]]
STANDINGS = (*ORDERED_STATUSES, Status.UNKNOWN)
_FOLDS = 6
_LEAST_SEEN = 3


@dataclass(frozen=True)
class Sample:
    """One answer in one of the shapes that the listener meets, with its labels."""

    group: str
    parts: Parts
    standing: int
    evidence: int
    topic: int
    weight: float


def samples(cases: Sequence[Case]) -> list[Sample]:
    """Each answer as said alone, and with its example."""
    rubric = knowledge().rubric
    topics = [indicator.id for indicator in rubric.indicators]
    found = []
    for case in cases:
        for indicator, answer in case.on_indicator.items():
            standing = STANDINGS.index(answer.status)
            if rubric.by_id[indicator].reversed and standing < 4:
                standing = 3 - standing
            evidence, topic = EVIDENCE_KINDS.index(answer.evidence), topics.index(indicator)
            both = [("says", answer.says), ("more", answer.example)]
            alone = min(evidence, 1) if not any(c.isdigit() for c in answer.says) else evidence
            found.append(Sample(case.id, both, standing, evidence, topic, 1.0))
            found.append(Sample(case.id, [("says", answer.says)], standing, alone, topic, 0.7))
    return found


def matrix(parts: Sequence[Parts]) -> csr_matrix:
    rows, columns, values = [], [], []
    for row, part in enumerate(parts):
        buckets, weights = features(part)
        rows.append(np.full(len(buckets), row))
        columns.append(buckets)
        values.append(weights)
    shape = (len(parts), BUCKETS)
    return csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)


def _fit(x: csr_matrix, y: np.ndarray, weight: np.ndarray, strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=200, tol=1e-5).fit(x, y, sample_weight=weight)


def _temperature(
    x: csr_matrix, y: np.ndarray, weight: np.ndarray, groups: list[str], strength: float
) -> tuple[float, float]:
    """The temperature that fits held-out organisations best, and the accuracy there."""
    scores = np.full((len(y), int(y.max()) + 1), -20.0)
    for train, test in GroupKFold(_FOLDS).split(x, y, groups):
        model = _fit(x[train], y[train], weight[train], strength)
        scores[np.ix_(test, model.classes_)] = model.decision_function(x[test])

    def loss(temperature: float) -> float:
        odds = scores / temperature
        odds = odds - odds.max(axis=1, keepdims=True)
        log_p = odds - np.log(np.exp(odds).sum(axis=1, keepdims=True))
        return float(-(weight * log_p[np.arange(len(y)), y]).sum())

    best = minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded")
    return float(best.x), float((scores.argmax(axis=1) == y).mean())


def head(
    name: str, x: csr_matrix, kept: np.ndarray, y: np.ndarray, weight: np.ndarray, groups: list[str], strength: float
) -> dict[str, Any]:
    """The arrays of one classifier, named for the file."""
    temperature, accuracy = _temperature(x, y, weight, groups, strength)
    print(f"{name}: {accuracy:.3f} right on organisations left out, temperature {temperature:.2f}, n = {len(y)}")
    model = _fit(x, y, weight, strength)
    weights = np.zeros((BUCKETS, int(y.max()) + 1))
    offsets = np.full(int(y.max()) + 1, -20.0)
    weights[np.ix_(kept, model.classes_)] = model.coef_.T
    offsets[model.classes_] = model.intercept_
    return {
        f"{name}_weights": weights.astype(np.float16),
        f"{name}_offsets": offsets,
        f"{name}_temperature": np.array(temperature),
    }


def train(folder: Path = CASES / "tuning", target: Path = FILE, version: str = "1") -> None:
    """Reads the cases of a folder and writes the classifier to `target`."""
    found = samples(list(read_cases(folder)))
    whole = matrix([s.parts for s in found])
    kept = np.flatnonzero(np.bincount(whole.indices, minlength=BUCKETS) >= _LEAST_SEEN)
    x = whole[:, kept]
    groups, weight = [s.group for s in found], np.array([s.weight for s in found])
    arrays = head("status", x, kept, np.array([s.standing for s in found]), weight, groups, 12.0)
    arrays |= head("evidence", x, kept, np.array([s.evidence for s in found]), weight, groups, 8.0)
    arrays |= head("topic", x, kept, np.array([s.topic for s in found]), weight, groups, 20.0)
    topics = np.array([indicator.id for indicator in knowledge().rubric.indicators])
    np.savez_compressed(target, allow_pickle=False, version=np.array(version), topics=topics, **arrays)
    print(f"written: {target.name}, {target.stat().st_size / 1e6:.1f} MB, from {len(set(groups))} organisations")


if __name__ == "__main__":
    train()

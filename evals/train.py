"""Trains the embedded listener from the tuning cases. Needs the extra `train`; writes one file of plain arrays.

Standings are learnt, not statuses: level 1's signs are turned round first, so that "in place" means the same
everywhere; what is planned or partial sounds alike either way. Temperatures are fitted on organisations left out of training.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GroupKFold, KFold

from assistant.listening.classifier import DENSE_SCALE, FILE, INTENTS, TURNED, Hashes
from assistant.listening.features import BUCKETS, TOPICS, Parts, crossed, dense, hashed, open_named
from assistant.listening.intent import shape
from assistant.rule import Floats, Ints
from evals.answer import Answer, read_answers
from evals.case import CASES, Case, OnIndicator, read_cases
from evals.intents import read_intents
from knowledge import default as knowledge
from knowledge.schema import EVIDENCE_KINDS, ORDERED_STATUSES, Language, Status

STANDINGS = (*ORDERED_STATUSES, Status.UNKNOWN)
_FOLDS = 5
_LEAST_SEEN = 3
_MIDDLE = 3.5
_PRIOR_STRENGTH = 10.0
_ANSWERS, _ANSWER_WEIGHT, _ANSWERS_MISTAKEN = 6000, 0.08, 0.005


@dataclass(frozen=True)
class Sample:
    """One answer in one of the shapes that the listener meets, with its labels."""

    group: str
    language: Language
    indicator: str
    parts: Parts
    standing: int
    evidence: int
    weight: float


def samples(folder: Path) -> list[Sample]:
    """Each answer with its example, and as said alone; of whole cases, and of single answers beside them."""
    found: list[Sample] = []
    for case in read_cases(folder):
        for indicator, answer in case.on_indicator.items():
            found += _shapes(case.id, case.language, indicator, answer)
    for single in read_answers(folder.parent / "extra"):
        found += _shapes(single.organisation, single.language, single.indicator, single)
    return found


def _shapes(group: str, language: Language, indicator: str, answer: OnIndicator | Answer) -> list[Sample]:
    standing = STANDINGS.index(answer.status)
    if knowledge().rubric.by_id[indicator].reversed and standing < len(ORDERED_STATUSES):
        standing = TURNED[standing]
    evidence = EVIDENCE_KINDS.index(answer.evidence)
    alone = evidence if any(c.isdigit() for c in answer.says) else min(evidence, 1)
    both = [("says", answer.says), ("more", answer.example)]
    return [
        Sample(group, language, indicator, both, standing, evidence, 1.0),
        Sample(group, language, indicator, [("says", answer.says)], standing, alone, 0.6),
    ]


def sparse_block(found: Sequence[Sample]) -> csr_matrix:
    return _block([hashed(sample.parts) for sample in found])


def crossed_block(found: Sequence[Sample]) -> csr_matrix:
    return _block([crossed(sample.parts, sample.indicator, sample.language) for sample in found])


def _block(hashes: Sequence[Hashes]) -> csr_matrix:
    rows, columns, values = [], [], []
    for row, (buckets, weights) in enumerate(hashes):
        rows.append(np.full(len(buckets), row))
        columns.append(buckets)
        values.append(weights)
    place = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(values), place), shape=(len(hashes), BUCKETS))


def named_block(found: Sequence[Sample]) -> csr_matrix:
    rubric = knowledge().rubric
    return csr_matrix(np.stack([dense(s.parts, s.indicator, rubric, s.language) for s in found]))


@dataclass(frozen=True)
class Blocks:
    """The features of every sample, without the columns that are hardly ever met; `kept` and `kept_crossed` are left."""

    sparse: csr_matrix
    crossed: csr_matrix
    named: csr_matrix
    kept: Ints
    kept_crossed: Ints


def blocks_of(found: Sequence[Sample]) -> Blocks:
    sparse, across = sparse_block(found), crossed_block(found)
    kept, kept_crossed = _seen(sparse), _seen(across)
    return Blocks(sparse[:, kept], across[:, kept_crossed], named_block(found), kept, kept_crossed)


def _seen(block: csr_matrix) -> Ints:
    return np.flatnonzero(np.bincount(block.indices, minlength=BUCKETS) >= _LEAST_SEEN)


@dataclass(frozen=True)
class Design:
    """What a head is trained with: the kept buckets, and the strength of the fit."""

    strength: float
    named: bool
    crossed: bool = False
    quick: bool = False

    def matrix(self, blocks: Blocks) -> csr_matrix:
        parts = [blocks.sparse]
        parts += [blocks.crossed] if self.crossed else []
        parts += [blocks.named * DENSE_SCALE] if self.named else []
        return hstack(parts).tocsr()

    def model(self) -> Any:
        if self.quick:
            return SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=30, tol=1e-4, random_state=1)
        return LogisticRegression(C=self.strength, max_iter=200, tol=1e-3)


DESIGNS = {
    "status": Design(4.0, True, crossed=True),
    "evidence": Design(4.0, True),
    "topic": Design(0.0, False, quick=True),
}


def scores_left_out(design: Design, x: csr_matrix, y: np.ndarray, weight: np.ndarray, groups: Sequence[str]) -> Floats:
    """Scores (n, classes) of each answer by a model that has not seen its organisation."""
    scores = np.full((len(y), int(y.max()) + 1), -20.0)
    for train, test in GroupKFold(_FOLDS).split(x, y, groups):
        model = design.model().fit(x[train], y[train], sample_weight=weight[train])
        scores[np.ix_(test, model.classes_)] = model.decision_function(x[test])
    return scores


def temperature_of(scores: Floats, y: np.ndarray, weight: np.ndarray) -> float:
    """The temperature at which the scores' probabilities fit the labels best."""

    def loss(temperature: float) -> float:
        odds = scores / temperature
        odds = odds - odds.max(axis=1, keepdims=True)
        log_p = odds - np.log(np.exp(odds).sum(axis=1, keepdims=True))
        return float(-(weight * log_p[np.arange(len(y)), y]).sum())

    return float(minimize_scalar(loss, bounds=(0.1, 8.0), method="bounded").x)


def head(name: str, blocks: Blocks, y: np.ndarray, found: Sequence[Sample]) -> dict[str, Any]:
    """The arrays of one classifier, named for the file."""
    design, weight, groups = DESIGNS[name], np.array([s.weight for s in found]), [s.group for s in found]
    x = design.matrix(blocks)
    scores = scores_left_out(design, x, y, weight, groups)
    temperature = temperature_of(scores, y, weight)
    whole = weight == 1.0
    right = float((scores.argmax(axis=1) == y)[whole].mean())
    print(f"{name}: {right:.3f} right on organisations left out, temperature {temperature:.2f}, n = {whole.sum()}")
    model = design.model().fit(x, y, sample_weight=weight)
    classes = int(y.max()) + 1
    weights = np.zeros((x.shape[1], classes))
    weights[:, model.classes_] = model.coef_.T
    offsets = np.full(classes, -20.0)
    offsets[model.classes_] = model.intercept_
    last = len(blocks.kept) + (len(blocks.kept_crossed) if design.crossed else 0)
    tables = {
        "sparse": _table(blocks.kept, weights[: len(blocks.kept)]),
        "crossed": _table(blocks.kept_crossed, weights[len(blocks.kept) : last]) if design.crossed else np.zeros((0, classes)),
        "named": weights[last:],
    }  # fmt: skip
    kinds = {"sparse": np.float16, "crossed": np.float16, "named": np.float32}
    arrays: dict[str, Any] = {f"{name}_{table}": tables[table].astype(kind) for table, kind in kinds.items()}
    return arrays | {f"{name}_offsets": offsets, f"{name}_temperature": np.array(temperature)}


def _table(kept: Ints, weights: Floats) -> Floats:
    """Weights of the kept columns at their buckets, nothing elsewhere."""
    table = np.zeros((BUCKETS, weights.shape[1]))
    table[kept] = weights
    return table


def intent_arrays(answers: Sequence[Sample]) -> dict[str, Any]:
    """The head for what a message is for, from labelled messages and from real answers said first."""
    labelled = read_intents("tuning")
    said = [s.parts[0][1] for s in answers if len(s.parts) == 1]
    said = [said[i] for i in np.random.default_rng(1).permutation(len(said))[:_ANSWERS]]
    texts = [m.text for m in labelled] + said
    y = np.array([INTENTS.index(m.intent) for m in labelled] + [0] * len(said))
    weight = np.array([1.0] * len(labelled) + [_ANSWER_WEIGHT] * len(said))
    sparse = _block([hashed([("says", text)]) for text in texts])
    kept = _seen(sparse)
    x = hstack([sparse[:, kept], csr_matrix(np.stack([shape(text) for text in texts])) * DENSE_SCALE]).tocsr()
    design = Design(40.0, True)
    scores = np.full((len(y), len(INTENTS)), -20.0)
    for train, test in KFold(_FOLDS, shuffle=True, random_state=1).split(x):
        model = design.model().fit(x[train], y[train], sample_weight=weight[train])
        scores[np.ix_(test, model.classes_)] = model.decision_function(x[test])
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    doubt = 1 - (odds / odds.sum(axis=1, keepdims=True))[:, 0]
    doubted_from = float(np.quantile(doubt[len(labelled) :], 1 - _ANSWERS_MISTAKEN))
    others = y[: len(labelled)] != 0
    print(f"intent: {np.mean(doubt[: len(labelled)][others] > doubted_from):.3f} of what is no answer is told so")
    model = design.model().fit(x, y, sample_weight=weight)
    weights = model.coef_.T
    return {
        "intent_sparse": _table(kept, weights[: len(kept)]).astype(np.float16),
        "intent_crossed": np.zeros((0, len(INTENTS)), dtype=np.float16),
        "intent_named": weights[len(kept) :].astype(np.float32),
        "intent_offsets": model.intercept_, "intent_temperature": np.array(1.0), "doubted_from": np.array(doubted_from),
    }  # fmt: skip


def open_arrays(cases: Sequence[Case]) -> dict[str, Any]:
    """The head for what an open answer says of its area's level, or of the whole: ridge regression on the level.

    `open_channel`: what it is worth on organisations left out, a line through the levels and the spread around it.
    """
    said = [(c, topic, text) for c in cases for topic, text, _ in _open_answers(c)]
    y = np.array([level for c in cases for _, _, level in _open_answers(c)]) - _MIDDLE
    sparse = _block([hashed([("says", text)]) for _, _, text in said])
    across = _block([crossed([("says", text)], topic, c.language) for c, topic, text in said])
    named = csr_matrix(np.stack([open_named(text, topic, c.language) for c, topic, text in said])) * DENSE_SCALE
    kept, kept_crossed = _seen(sparse), _seen(across)
    x = hstack([sparse[:, kept], across[:, kept_crossed], named]).tocsr()
    left_out, groups = np.zeros(len(y)), [c.id for c, _, _ in said]
    for train, test in GroupKFold(_FOLDS).split(x, y, groups):
        left_out[test] = _ridge().fit(x[train], y[train]).predict(x[test])
    first = np.array([topic == TOPICS[0] for _, topic, _ in said])
    channel = np.array([_channel(left_out[of], y[of] + _MIDDLE) for of in (first, ~first)])
    for name, of in (("openings", first), ("areas", ~first)):
        print(
            f"open: {name} left out correlate {np.corrcoef(left_out[of], y[of])[0, 1]:.2f} with the level, n = {of.sum()}"
        )
    model = _ridge().fit(x, y)
    weights, last = model.coef_[:, None], len(kept) + len(kept_crossed)
    return {
        "open_sparse": _table(kept, weights[: len(kept)]).astype(np.float16),
        "open_crossed": _table(kept_crossed, weights[len(kept) : last]).astype(np.float16),
        "open_named": weights[last:].astype(np.float32), "open_offsets": np.array([model.intercept_]),
        "open_temperature": np.array(1.0), "open_channel": channel,
    }  # fmt: skip


def _ridge() -> Ridge:
    return Ridge(alpha=2.0, solver="lsqr")


def _open_answers(case: Case) -> Iterator[tuple[str, str, int]]:
    """Topic, words, and the level that they should tell."""
    yield TOPICS[0], case.opening, case.level
    for area, answer in case.on_area.items():
        yield area, answer.says, case.areas[area]


def _channel(found: Floats, levels: np.ndarray) -> tuple[float, float, float]:
    """The line through what was found at each level, and the spread around it."""
    rise, start = np.polyfit(levels, found, 1)
    return float(start), float(rise), float(np.std(found - start - rise * levels))


def prior_of(found: Sequence[Sample]) -> Floats:
    """How common each standing is for each indicator: (28, 5), drawn towards what is common over all."""
    ids = [i.id for i in knowledge().rubric.indicators]
    counts = np.zeros((len(ids), len(STANDINGS)))
    for sample in found:
        counts[ids.index(sample.indicator), sample.standing] += sample.weight
    overall = counts.sum(axis=0) / counts.sum()
    smoothed = counts + _PRIOR_STRENGTH * overall[None, :]
    return np.asarray(smoothed / smoothed.sum(axis=1, keepdims=True))


def train(folder: Path = CASES / "tuning", target: Path = FILE, version: str = "5") -> None:
    """Reads the cases of a folder and writes the classifier to `target`."""
    found = samples(folder)
    ids = [i.id for i in knowledge().rubric.indicators]
    blocks = blocks_of(found)
    labels = {
        "status": np.array([s.standing for s in found]),
        "evidence": np.array([s.evidence for s in found]),
        "topic": np.array([ids.index(s.indicator) for s in found]),
    }
    arrays: dict[str, Any] = {}
    for name, y in labels.items():
        arrays |= head(name, blocks, y, found)
    arrays |= intent_arrays(found)
    arrays |= open_arrays(list(read_cases(folder)))
    np.savez_compressed(target, allow_pickle=False, version=np.array(version), prior=prior_of(found), **arrays)
    print(
        f"written: {target.name}, {target.stat().st_size / 1e6:.1f} MB, from {len({s.group for s in found})} organisations"
    )


if __name__ == "__main__":
    train()

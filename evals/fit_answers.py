"""Fits when to answer and when to say that the sources don't: logistic rules on the tuning questions.

Before them, what a question's wording tells: on the questions that the passages answer and those that they are silent on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from sklearn.cluster import MiniBatchKMeans
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from assistant.answers import Answerer
from assistant.expecting import FILE as EXPECTING
from assistant.expecting import LETTERS, WORDS, hashed, nearness
from assistant.sufficiency import FITTED, MEASURES, Fitted, Rule
from assistant.ways.answer import Asked
from evals.intents import read_intents
from evals.qa import SETS, library_for, read_questions
from knowledge import default as knowledge
from knowledge.embedding import Vectors, static

TUNED_ON = (SETS / "tuning", SETS / "blind")
_MOST_REFUSED = 0.08
_OFF_TOPIC_BELOW = 0.34
_STRENGTH = 3.0
_LANDMARKS, _MEANING = 500, 3.0
_AGAINST = ("unmet", "silence", "silence_ahead", "silence_words")
_TOPIC = ("meaning", "unmet", "known")
_MOST_BESIDE = 0.02
_HEAD = """\
# Whether the sources answer: logistic rules over measures of how well a question is met (assistant/sufficiency.py,
# Measured), fitted on the tuning questions by `make fit-answers`. `topic`: whether it is on what is known here at all.
"""


def fit_expecting(target: Path = EXPECTING) -> None:
    """Writes the weights of the wording: which questions sound like those that the sources answer."""
    known = knowledge()
    answered = [text for passage in known.passages.values() for text in passage.asked]
    silent = [text for silence in known.silences.values() for text in silence.asked]
    questions, y = [*answered, *silent], np.array([True] * len(answered) + [False] * len(silent))
    vectors = static().embed(questions)
    landmarks = _landmarks(vectors)
    whitened = _whitening(nearness(landmarks, landmarks))
    near = _MEANING * nearness(vectors, landmarks) @ whitened
    features = hstack([_worded(questions), csr_matrix(near)]).tocsr()
    fitted = LogisticRegression(C=1.0, max_iter=500, class_weight="balanced").fit(features, y)
    weights = fitted.coef_[0]
    np.savez_compressed(
        target, wording=weights[: WORDS + LETTERS].astype(np.float16), landmarks=landmarks.astype(np.float16),
        meaning=(_MEANING * whitened @ weights[WORDS + LETTERS :]).astype(np.float32),
        offset=np.float32(fitted.intercept_[0]),
    )  # fmt: skip
    print(f"written: {target.name}, from {len(answered)} questions answered and {len(silent)} not")


def _landmarks(vectors: Vectors) -> Vectors:
    """Vectors of length one that lie among the others: (landmarks, dimensions), as exact as they are kept."""
    clusters = MiniBatchKMeans(_LANDMARKS, random_state=0, n_init=1, batch_size=2048).fit(vectors)
    centres = clusters.cluster_centers_
    found = centres / np.linalg.norm(centres, axis=1, keepdims=True)
    return np.asarray(found.astype(np.float16), dtype=np.float32)


def _whitening(kernel: np.ndarray) -> np.ndarray:
    """What turns the nearness to landmarks into features whose products are the kernel's: (landmarks, landmarks)."""
    values, directions = np.linalg.eigh(kernel.astype(np.float64))
    return np.asarray(directions / np.sqrt(np.maximum(values, 1e-6)))


def _worded(questions: Sequence[str]) -> Any:
    """The features of each question's wording: (questions, features), sparse."""
    rows = [hashed(question) for question in questions]
    values = np.array([value for row in rows for value in row.values()])
    buckets = np.array([bucket for row in rows for bucket in row])
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return csr_matrix((values, buckets, starts), shape=(len(rows), WORDS + LETTERS))


def measured(questions: Sequence[Asked]) -> tuple[np.ndarray, np.ndarray]:
    """The measures of each question that a search has to answer, and which these are: (found, measures), (found,)."""
    anything = Rule(offset=0.0, weights=(0.0,) * len(MEASURES), answer_from=0.0)
    with library_for(static()) as library:
        answerer = Answerer(library, Fitted(topic=anything, sources=anything, off_topic_below=0.0))
        rows, places = [], []
        for place, q in enumerate(questions):
            if answerer.directly(q) is not None:
                continue
            found = answerer.found(q.question, q.language)
            vector = answerer.quoter.embedder.embed([q.question])[0]
            measured = answerer.measurer.measure(q.question, vector, q.language, found.hits, found.silence, found.among)
            rows.append(measured.values)
            places.append(place)
    return np.array(rows), np.array(places)


def weights_of(x: np.ndarray, y: np.ndarray, without: Collection[str] = ()) -> np.ndarray:
    """Offset and weights of the rule; each weight on the side where its measure must count, or nought.

    `without`: the measures that are left out.
    """
    share = np.where(y, 0.5 / y.mean(), 0.5 / (1 - y.mean()))

    def loss(w: np.ndarray) -> float:
        score = w[0] + x @ w[1:]
        return float((share * np.logaddexp(0, np.where(y, -score, score))).sum() + (w[1:] ** 2).sum() / (2 * _STRENGTH))

    sides = {True: (None, 0.0), False: (0.0, None)}
    bounds = [(None, None), *((0.0, 0.0) if name in without else sides[name in _AGAINST] for name in MEASURES)]
    return np.asarray(minimize(loss, np.zeros(x.shape[1] + 1), method="L-BFGS-B", bounds=bounds).x)


def fit(folders: Sequence[Path] = TUNED_ON, target: Path = FITTED) -> None:
    """Writes the numbers, and prints what they give on questions left out."""
    questions = [question for folder in folders for question in read_questions(folder)]
    x, places = measured([Asked(q.question, q.language) for q in questions])
    y = np.array([questions[place].answerable for place in places])
    beside, _ = measured([Asked(m.text, m.language) for m in read_intents("tuning") if m.intent == "off_topic"])
    on = np.array([True] * len(x) + [False] * len(beside))
    fitted = {
        "topic": _rule(np.vstack([x, beside]), on, _MOST_BESIDE, [name for name in MEASURES if name not in _TOPIC]),
        "sources": _rule(x, y, _MOST_REFUSED),
        "off_topic_below": _OFF_TOPIC_BELOW,
    }
    target.write_text(_HEAD + yaml.safe_dump(fitted, sort_keys=False), encoding="utf-8")
    print(f"written: {target.name}, from {len(x)} questions and {len(beside)} on other things")


def _rule(x: np.ndarray, y: np.ndarray, most_refused: float, without: Collection[str] = ()) -> dict[str, Any]:
    left_out = np.zeros(len(y))
    for train, test in StratifiedKFold(10, shuffle=True, random_state=1).split(x, y):
        found = weights_of(x[train], y[train], without)
        left_out[test] = 1 / (1 + np.exp(-(found[0] + x[test] @ found[1:])))
    answer_from = float(np.quantile(left_out[y], most_refused))
    refused, answered = np.mean(left_out[y] < answer_from), np.mean(left_out[~y] >= answer_from)
    print(f"left out: refused {refused:.3f}, answered falsely {answered:.3f}")
    found = weights_of(x, y, without)
    for name, value in zip(MEASURES, found[1:], strict=True):
        print(f"  {name:16} {value:+.2f}")
    return {
        "offset": round(float(found[0]), 4),
        "weights": [round(float(weight), 4) for weight in found[1:]],
        "answer_from": round(answer_from, 4),
    }


if __name__ == "__main__":
    fit_expecting()
    fit()

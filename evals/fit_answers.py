"""Fits when to answer and when to say that the sources don't: a logistic rule on the tuning questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import minimize
from sklearn.model_selection import StratifiedKFold

from assistant.answers import Answerer
from assistant.sufficiency import FITTED, Fitted, Measured
from evals.qa import SETS, Question, library_for, read_questions
from knowledge.embedding import static

_MOST_REFUSED = 0.08
_OFF_TOPIC_BELOW = 0.34
_STRENGTH = 3.0
_AGAINST = ("unmet", "silence", "silence_ahead", "silence_words")
_HEAD = """\
# Whether the sources answer: a logistic rule over measures of how well a question is met (assistant/sufficiency.py,
# Measured), fitted on the tuning questions by `make fit-answers`.
"""


def measured(questions: Sequence[Question]) -> np.ndarray:
    """The measures of each question: (questions, measures)."""
    with library_for(static()) as library:
        answerer = Answerer(library, Fitted(0.0, (), 1.0, 0.0))
        rows = []
        for q in questions:
            hits, silence = answerer.found(q.question, q.language)
            asked = answerer.quoter.embedder.embed([q.question])[0]
            rows.append(answerer.measurer.measure(q.question, asked, q.language, hits, silence).values)
    return np.array(rows)


def weights_of(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Offset and weights of the rule; each weight on the side where its measure must count, or nought."""
    share = np.where(y, 0.5 / y.mean(), 0.5 / (1 - y.mean()))

    def loss(w: np.ndarray) -> float:
        score = w[0] + x @ w[1:]
        return float((share * np.logaddexp(0, np.where(y, -score, score))).sum() + (w[1:] ** 2).sum() / (2 * _STRENGTH))

    against = [f.name in _AGAINST for f in fields(Measured)]
    bounds = [(None, None), *((None, 0.0) if bad else (0.0, None) for bad in against)]
    return np.asarray(minimize(loss, np.zeros(x.shape[1] + 1), method="L-BFGS-B", bounds=bounds).x)


def fit(folder: Path = SETS / "tuning", target: Path = FITTED) -> None:
    """Writes the numbers, and prints what they give on questions left out."""
    questions = read_questions(folder)
    x, y = measured(questions), np.array([q.answerable for q in questions])
    left_out = np.zeros(len(y))
    for train, test in StratifiedKFold(10, shuffle=True, random_state=1).split(x, y):
        found = weights_of(x[train], y[train])
        left_out[test] = 1 / (1 + np.exp(-(found[0] + x[test] @ found[1:])))
    answer_from = float(np.quantile(left_out[y], _MOST_REFUSED))
    refused, answered = np.mean(left_out[y] < answer_from), np.mean(left_out[~y] >= answer_from)
    print(f"left out: refused {refused:.3f}, answered falsely {answered:.3f}")
    found = weights_of(x, y)
    for name, value in zip((f.name for f in fields(Measured)), found[1:], strict=True):
        print(f"  {name:16} {value:+.2f}")
    numbers = {
        "offset": round(float(found[0]), 4),
        "weights": [round(float(weight), 4) for weight in found[1:]],
        "answer_from": round(answer_from, 4),
        "off_topic_below": _OFF_TOPIC_BELOW,
    }
    target.write_text(_HEAD + yaml.safe_dump(numbers, sort_keys=False), encoding="utf-8")
    print(f"written: {target.name}, from {len(questions)} questions")


if __name__ == "__main__":
    fit()

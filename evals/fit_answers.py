"""Fits when to answer and when to say that the sources don't: a logistic rule on the tuning questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from assistant.answers import FITTED, Answerer, Fitted, Measured
from evals.qa import SETS, Question, library_for, read_questions
from knowledge.embedding import static

_MOST_REFUSED = 0.06
_OFF_TOPIC_BELOW = 0.34
_HEAD = """\
# Whether the sources answer: a logistic rule over measures of how well a question is met (assistant/answers.py,
# Measured), fitted on the tuning questions by `make fit-answers`.
"""


def measured(questions: Sequence[Question]) -> np.ndarray:
    """The measures of each question: (questions, measures)."""
    with library_for(static()) as library:
        answerer = Answerer(library, Fitted(0.0, (), 1.0, 0.0))
        rows = []
        for q in questions:
            hits, silence = answerer.found(q.question, q.language)
            rows.append(answerer.measure(q.question, q.language, hits, silence).values)
    return np.array(rows)


def fit(folder: Path = SETS / "tuning", target: Path = FITTED) -> None:
    """Writes the numbers, and prints what they give on questions left out."""
    questions = read_questions(folder)
    x, y = measured(questions), np.array([q.answerable for q in questions])
    model = LogisticRegression(C=3.0, class_weight="balanced", max_iter=5000)
    folds = StratifiedKFold(10, shuffle=True, random_state=1)
    left_out = cross_val_predict(model, x, y, cv=folds, method="predict_proba")[:, 1]
    answer_from = float(np.quantile(left_out[y], _MOST_REFUSED))
    refused, answered = np.mean(left_out[y] < answer_from), np.mean(left_out[~y] >= answer_from)
    print(f"left out: refused {refused:.3f}, answered falsely {answered:.3f}")
    model.fit(x, y)
    for name, value in zip((f.name for f in fields(Measured)), model.coef_[0], strict=True):
        print(f"  {name:16} {value:+.2f}")
    numbers = {
        "offset": round(float(model.intercept_[0]), 4),
        "weights": [round(float(weight), 4) for weight in model.coef_[0]],
        "answer_from": round(answer_from, 4),
        "off_topic_below": _OFF_TOPIC_BELOW,
    }
    target.write_text(_HEAD + yaml.safe_dump(numbers, sort_keys=False), encoding="utf-8")
    print(f"written: {target.name}, from {len(questions)} questions")


if __name__ == "__main__":
    fit()

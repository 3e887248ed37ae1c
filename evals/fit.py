"""Fits the measurement model on the statuses of the tuning cases, and writes the numbers with date and origin.

What is fitted: how sharply a status changes, how much harder each status is, where each indicator begins to be in
place, how far areas spread. Marginal likelihood over maturity and areas, with a weak prior that keeps an indicator
near its own level. How leaders claim and give examples is not in the labels; those numbers stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant.belief import STATUS_COUNT, BeliefModel
from assistant.parameters import FILE, Parameters, default
from assistant.rule import CODES, Floats, Ints
from evals.case import CASES, Case, read_cases
from knowledge import default as knowledge

_PRIOR_WIDTH = 0.5


def standings(cases: Sequence[Case], model: BeliefModel) -> Ints:
    """(cases, 28): 0 to 3, level 1's signs turned round; -1 where the leader could not know."""
    codes = np.array([[CODES[case.statuses[i.id]] for i in model.rubric.indicators] for case in cases])
    turned = np.where(model.reversed[None, :], STATUS_COUNT - 1 - codes, codes)
    return np.where(codes < 0, -1, turned)


def log_likelihood(model: BeliefModel, found: Ints) -> float:
    """Of the statuses, summed over cases, maturity and areas integrated out."""
    table = np.log(model.standing_given_area)
    columns = np.arange(table.shape[0])
    known = found >= 0
    per_indicator = np.where(known[:, :, None], table[columns[None, :], :, np.maximum(found, 0)], 0.0)
    total = np.log(model.prior)[None, :]
    for area in range(len(model.rubric.areas)):
        inside = per_indicator[:, model.area_of == area].sum(axis=1)
        top = inside.max(axis=1, keepdims=True)
        total = total + np.log(np.exp(inside - top) @ model.area_given_maturity.T) + top
    top = total.max(axis=1, keepdims=True)
    return float((np.log(np.exp(total - top).sum(axis=1)) + top[:, 0]).sum())


def _with(parameters: Parameters, values: Floats, ids: Sequence[str]) -> Parameters:
    change = {
        "area_spread": float(np.exp(values[0])),
        "slope": float(np.exp(values[1])),
        "steps": (float(values[2]), float(values[3]), float(values[4])),
        "difficulty": dict(zip(ids, map(float, values[5:]), strict=True)),
    }
    return parameters.model_copy(update=change)


def fit(folder: Path = CASES / "tuning") -> Parameters:
    """The parameters that fit the cases of a folder best."""
    shipped, rubric = default(), knowledge().rubric
    parameters = shipped.model_copy(update={"caution": 1.0, "suspicion": 1.0})
    ids = [i.id for i in rubric.indicators]
    found = standings(list(read_cases(folder)), BeliefModel(rubric, parameters))
    centre = np.array([i.level - 0.25 if i.level > 1 else 1.6 for i in rubric.indicators])

    def loss(values: Floats) -> float:
        model = BeliefModel(rubric, _with(parameters, values, ids))
        return -log_likelihood(model, found) + 0.5 * float((((values[5:] - centre) / _PRIOR_WIDTH) ** 2).sum())

    begin = np.concatenate([[np.log(0.8), np.log(1.6), 0.2, -0.7, 0.5], centre])
    best = minimize(loss, begin, method="L-BFGS-B", options={"maxiter": 60})
    print(f"loss {loss(begin):.1f} -> {best.fun:.1f} on {len(found)} cases")
    return _with(shipped, best.x, ids)


def write(parameters: Parameters, count: int, to: Path = FILE) -> None:
    """Puts the fitted numbers into the file, its comments left in place."""
    today = date.today().isoformat()
    text = to.read_text(encoding="utf-8")
    plain = {
        "version": f'"{today}"', "date": f'"{today}"', "fitted_on": f"{count} tuning cases of evals/cases/tuning",
        "area_spread": f"{parameters.area_spread:.3f}", "slope": f"{parameters.slope:.3f}",
        "steps": "[" + ", ".join(f"{step:.3f}" for step in parameters.steps) + "]",
    }  # fmt: skip
    for key, value in plain.items():
        text = re.sub(rf"^{key}: .*?(?=\s+#|$)", f"{key}: {value}", text, flags=re.MULTILINE)
    for indicator, level in parameters.difficulty.items():
        text = re.sub(rf"^  {re.escape(indicator)}: .*$", f"  {indicator}: {level:.3f}", text, flags=re.MULTILINE)
    to.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    folder = CASES / "tuning"
    write(fit(folder), len(list(folder.rglob("*.yaml"))))

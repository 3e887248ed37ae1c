"""A scripted model that knows a case's labels: what listening would come to if a model read right, or wrong now and then."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from zlib import crc32

import numpy as np

from assistant.chat_model import Called
from assistant.interview import Interview
from assistant.listening.model import ModelListener
from assistant.observations import STATUSES
from evals.case import Case
from evals.figures import averaged
from evals.level import Placed, figures, place
from evals.player import EXHAUSTED
from knowledge.text import sentences

_ASKED = re.compile(r"The question was about ([\w.-]+):")
_MESSAGE = re.compile(r"<leader-\w+>\n(.*)\n</leader-\w+>", re.DOTALL)


class CaseModel:
    """Reports the labelled status of what is asked about; `wrong` is the share of indicators read one step off."""

    name = "scripted:case"

    def __init__(self, case: Case, wrong: float = 0.0) -> None:
        self.case, self.wrong = case, wrong

    def ask(self, system: str, user: str, schema: Mapping[str, Any]) -> Called:
        asked, said = _ASKED.search(system), _MESSAGE.search(user)
        observations = []
        if asked and said and said.group(1) != EXHAUSTED[self.case.language]:
            answer = self.case.on_indicator[asked.group(1)]
            example = said.group(1) == answer.example
            observations.append(
                {
                    "indicator": asked.group(1),
                    "status": self._status(asked.group(1)),
                    "evidence": answer.evidence.value if example else "claim",
                    "quote": sentences(said.group(1))[0],
                }
            )
        intent = "answer" if observations or not asked else "no_example"
        data = {
            "intent": intent,
            "observations": observations,
            "corrections": [],
            "questions_back": [],
            "reflection": "",
        }
        size = len(json.dumps(data, ensure_ascii=False))
        return Called(data, prompt=len(system) + len(user), answer=size)

    def _status(self, indicator: str) -> str:
        status = self.case.on_indicator[indicator].status
        chance = random.Random(crc32(f"{self.case.id}:{indicator}".encode()))
        if chance.random() >= self.wrong or status.value == "unknown":
            return status.value
        place = STATUSES.index(status) + chance.choice((-1, 1))
        return STATUSES[1 if place < 0 else 2 if place > 3 else place].value


def listening_to(coach: Interview, case: Case, wrong: float = 0.0) -> Interview:
    """The interview with a scripted model that knows the case."""
    return replace(coach, listener=ModelListener(coach.knowledge, coach.listener, CaseModel(case, wrong)))


def evaluate(coach: Interview, cases: Sequence[Case], wrong: float) -> dict[str, dict[str, Any]]:
    """The level by quick replies, by words to a model that reads right, and to one that reads `wrong` one step off.

    Each with the figures of `evals.level`, and `same_level`: the share placed as by quick replies, with its interval.
    """
    by_clicks = place(coach, cases, "choices")
    found: dict[str, dict[str, Any]] = {"quick replies": _beside(by_clicks, by_clicks)}
    for name, share in (("reads right", 0.0), (f"{wrong:.0%} wrong", wrong)):
        reader = partial(listening_to, coach, wrong=share)
        found[name] = _beside(place(reader, cases, "text"), by_clicks)
    return found


def _beside(placed: Sequence[Placed], by_clicks: Sequence[Placed]) -> dict[str, Any]:
    same = averaged(np.array([float(a.found == b.found) for a, b in zip(placed, by_clicks, strict=True)]))
    return {**figures(placed), "same_level": same.value, "same_level_from": same.low, "same_level_to": same.high}

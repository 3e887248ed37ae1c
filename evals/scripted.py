"""A scripted model that knows a case's labels: what listening would come to if a model read right, or wrong now and then."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zlib import crc32

from assistant.chat_model import Called
from assistant.interview import Interview
from assistant.listening.model import ModelListener
from assistant.observations import STATUSES
from evals.case import Case
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

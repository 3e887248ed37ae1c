"""Respondents on top of the cases: one who wanders, and one who claims too much. Seeded by the case."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal
from zlib import crc32

from assistant.observations import STATUSES
from assistant.questions import Ask
from assistant.session import Message, Reply
from evals.case import Case
from evals.player import Answers, CaseLeader, Leader
from knowledge import default as knowledge
from knowledge.load import read_yaml
from knowledge.schema import Language, Status

Persona = Literal["plain", "wandering", "overclaimer"]
Phrases = Mapping[str, Mapping[Language, list[str]]]
FILE = Path(__file__).with_suffix(".yaml")

_HEDGES, _FORGETS, _DECLINES, _DRIFTS, _TWO_AT_ONCE = 0.25, 0.06, 0.04, 0.06, 0.12
_CORRECTS, _STOPS = 0.06, 0.15
_STOPS_BETWEEN = (9, 13)
_OVERCLAIMED = 0.5


def leader(persona: Persona, case: Case, answers: Answers) -> Leader:
    """Who answers for a case."""
    if persona == "wandering":
        return Wandering(case, answers)
    return Overclaimer(case) if persona == "overclaimer" else CaseLeader(case, answers)


@cache
def phrases() -> Phrases:
    found: Phrases = read_yaml(FILE, dict[str, dict[str, list[str]]])
    return found


class Wandering:
    """Answers as the case says, but hedges, forgets, declines, drifts, corrects, says two things at once, and stops."""

    def __init__(self, case: Case, answers: Answers) -> None:
        self.case, self._case_leader = case, CaseLeader(case, answers)
        self._chance = random.Random(crc32(f"wandering:{case.id}".encode()))
        stops = self._chance.random() < _STOPS
        self._stops_at = self._chance.randint(*_STOPS_BETWEEN) if stops else None
        self._turn = 0
        self._answered: list[str] = []
        self._drifted: set[Ask] = set()

    def reply_to(self, reply: Reply) -> Message:
        if reply.phase != "interview" or reply.ask is None:
            return self._case_leader.reply_to(reply)
        self._turn += 1
        if self._turn == self._stops_at:
            return Message("stopped")
        aside = self._aside(reply.ask) if reply.ask.kind != "opening" else None
        if aside is not None:
            return aside
        message = self._case_leader.reply_to(reply)
        if reply.ask.kind == "indicator":
            self._answered.append(reply.ask.target)
        return self._hedged(message, reply.ask) if message.kind == "said" else message

    def _aside(self, ask: Ask) -> Message | None:
        """Something that is no answer to the question, or None."""
        drawn = self._chance.random()
        if drawn < _FORGETS and ask.kind in ("indicator", "example"):
            return Message("said", self._phrase("forget"))
        if drawn < _FORGETS + _DECLINES:
            return Message("skipped")
        if drawn < _FORGETS + _DECLINES + _DRIFTS and ask not in self._drifted:
            self._drifted.add(ask)
            return Message("said", self._phrase("drift"))
        correct = drawn > 1 - _CORRECTS and self._answered and ask not in self._drifted
        if correct:
            self._drifted.add(ask)
            earlier = self.case.on_indicator[self._chance.choice(self._answered)]
            return Message("said", self._phrase("correct").format(says=earlier.says))
        return None

    def _hedged(self, message: Message, ask: Ask) -> Message:
        text = message.text
        if self._chance.random() < _HEDGES:
            text = f"{text} {self._phrase('hedge')}"
        if self._chance.random() < _TWO_AT_ONCE:
            beside = self._chance.choice(self._same_area(ask))
            text = f"{text} {self._phrase('also').format(says=self.case.on_indicator[beside].says)}"
        return Message("said", text)

    def _same_area(self, ask: Ask) -> list[str]:
        rubric = knowledge().rubric
        area = rubric.by_id[ask.target].area if ask.target in rubric.by_id else ask.target
        beside = [i.id for i in rubric.indicators if i.area == area and i.id != ask.target]
        return beside or [i.id for i in rubric.indicators]

    def _phrase(self, kind: str) -> str:
        return self._chance.choice(phrases()[kind][self.case.language])


class Overclaimer:
    """Claims one step more on half of what is not established, has no example, and clicks upward at the confirmation."""

    def __init__(self, case: Case) -> None:
        self.case, self._case_leader = case, CaseLeader(case, "choices")
        self._chance = random.Random(crc32(f"overclaimer:{case.id}".encode()))
        self.claims = {
            indicator: self._more(indicator, answer.status) for indicator, answer in case.on_indicator.items()
        }
        self._clicked: dict[str, Status] = {}
        self._upward: list[Message] | None = None

    def reply_to(self, reply: Reply) -> Message:
        if reply.phase == "confirm":
            return self._at_the_confirmation() or self._case_leader.reply_to(reply)
        ask = reply.ask
        if ask is None or ask.kind in ("opening", "area", "last_time"):
            return self._case_leader.reply_to(reply)
        if ask.kind == "example":
            return Message("chose", value="none")
        if ask.kind == "neighbours":
            offered = [choice.value for choice in reply.choices if choice.value.isdigit()]
            return Message("chose", value=max(offered))
        self._clicked[ask.target] = self.claims[ask.target]
        return Message("chose", value=self.claims[ask.target].value)

    def _at_the_confirmation(self) -> Message | None:
        if self._upward is None:
            raised = {indicator: self._more(indicator, status) for indicator, status in self._clicked.items()}
            self._upward = [
                Message("corrected", indicator=indicator, value=status.value)
                for indicator, status in raised.items()
                if status is not self._clicked[indicator]
            ]
        return self._upward.pop(0) if self._upward else None

    def _more(self, indicator: str, status: Status) -> Status:
        """One step better on half of what could be better; an absence of level 1 gets better by being denied."""
        if status is Status.UNKNOWN:
            return status
        place = STATUSES.index(status)
        better = place - 1 if knowledge().rubric.by_id[indicator].reversed else place + 1
        if not 0 <= better < len(STATUSES) - 1 or self._chance.random() >= _OVERCLAIMED:
            return status
        return STATUSES[better]

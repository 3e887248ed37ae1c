"""Plays a labelled case through the interview, as `docs/cases.md` says, by free text or by quick replies."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from zlib import crc32

from assistant.interview import Interview, advance
from assistant.questions import Ask
from assistant.session import Choice, Message, Profile, Reply, Session
from evals.case import Case
from knowledge.schema import EvidenceKind

Answers = Literal["text", "choices"]
EXHAUSTED = {
    "en": "That is all I can say.",
    "nb": "Det er alt jeg kan si.",
    "et": "See on kõik, mis ma öelda oskan.",
}
_OFF_BY_ONE = 0.3
_LONGEST = 90


@dataclass(frozen=True)
class Played:
    """A played case: the finished session, and the number of turns of the interview."""

    case: Case
    session: Session
    turns: int


class Leader(Protocol):
    """Whoever answers the coach."""

    def reply_to(self, reply: Reply) -> Message: ...


class CaseLeader:
    """The leader of a case: answers whatever the coach asks."""

    def __init__(self, case: Case, answers: Answers) -> None:
        self.case, self.answers = case, answers
        self._given: set[str] = set()
        self._random = random.Random(crc32(case.id.encode()))

    def reply_to(self, reply: Reply) -> Message:
        """The leader's next message."""
        if reply.phase == "confirm":
            return Message("said", {"en": "Yes.", "nb": "Ja.", "et": "Jah."}[self.case.language])
        if reply.phase == "tick":
            return Message("ticked", value=str(self.case.self_level or ""))
        if reply.ask is None:
            return Message("skipped")
        return self._answer(reply.ask, reply.choices)

    def _answer(self, ask: Ask, offered: Sequence[Choice]) -> Message:
        if ask.kind == "opening":
            return Message("said", self.case.opening)
        if ask.kind == "area":
            return Message("said", self.case.on_area[ask.target].says)  # type: ignore[index]
        if ask.kind == "last_time":
            return Message("said", self.case.on_area[ask.target].example)  # type: ignore[index]
        if ask.kind == "neighbours":
            return self._nearest(ask, offered)
        answer = self.case.on_indicator[ask.target]
        if self.answers == "choices" and ask.kind in ("indicator", "say_back"):
            return Message("chose", value=answer.status.value)
        if ask.kind == "indicator":
            return Message("said", answer.says)
        if self.answers == "choices" and answer.evidence is not EvidenceKind.EXAMPLE:
            return Message("chose", value="none")
        if ask.target in self._given:
            return Message("said", EXHAUSTED[self.case.language])
        self._given.add(ask.target)
        return Message("said", answer.example)

    def _nearest(self, ask: Ask, offered: Sequence[Choice]) -> Message:
        if self.answers == "text":
            return Message("said", self.case.on_area[ask.target].example)  # type: ignore[index]
        level = self.case.areas[ask.target]  # type: ignore[index]
        if self._random.random() < _OFF_BY_ONE:
            level += self._random.choice((-1, 1))
        levels = [int(choice.value) for choice in offered if choice.value.isdigit()]
        return Message("chose", value=str(min(levels, key=lambda offer: abs(offer - level))))


def profile_of(case: Case) -> Profile:
    """What the case's leader would have filled in before the first question."""
    return Profile(
        case.language, case.organisation.kind, case.respondent.role, case.organisation.name,
        perspective=case.respondent.perspective, organisation=case.organisation.name,
    )  # fmt: skip


def corrections(interview: Interview, case: Case, session: Session, share: float) -> list[Message]:
    """Clicks at the confirmation that put right a share of what was read wrongly; which ones is fixed by the case."""
    chance = random.Random(crc32(f"{case.id}|corrections".encode()))
    heard = interview.course(session).heard
    wrong = [i for i in sorted(heard) if heard[i].status is not case.on_indicator[i].status]
    return [
        Message("corrected", indicator=i, value=case.on_indicator[i].status.value)
        for i in wrong
        if chance.random() < share
    ]


def play(
    interview: Interview,
    case: Case,
    answers: Answers,
    watch: Callable[[Reply, Message], None] | None = None,
    corrected: float = 0.0,
    leader: Leader | None = None,
) -> Played:
    """The case played to its result, by its own leader or by another one.

    `watch` sees each reply of the coach with the answer to it. `corrected`: the share of wrong readings that the
    leader puts right at the confirmation, 0 to 1.
    """
    leader = leader or CaseLeader(case, answers)
    session = Session(f"case-{case.id}", profile_of(case), crc32(case.id.encode()), "2026-01-01T00:00:00+00:00")
    turns = 0
    waiting: list[Message] | None = None
    for _ in range(_LONGEST):
        reply = interview.current(session)
        if reply.phase == "result":
            return Played(case, session, turns)
        if reply.phase == "confirm" and waiting is None:
            waiting = corrections(interview, case, session, corrected)
        message = waiting.pop() if waiting else leader.reply_to(reply)
        turns += reply.phase == "interview"
        if watch:
            watch(reply, message)
        session = advance(interview, session, message, session.created)
    raise RuntimeError(f"{case.id}: the interview did not come to an end in {_LONGEST} messages")

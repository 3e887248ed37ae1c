"""Talks at every stage of the way, for the pages to be looked at: labelled cases, played as far as each stage."""

from __future__ import annotations

import secrets
from functools import cache

from assistant.session import Reply, Session
from evals.case import Case, read_case
from evals.player import CaseLeader, profile_of
from knowledge.schema import Language
from tests.conftest import EXAMPLES, Served

STAGES = ("opening", "choices", "confirm", "employees", "tick", "result")


@cache
def staged(served: Served, language: Language) -> dict[str, str]:
    """The path of a talk at each stage. The cases are long ones: their words are a test of the layout too."""
    case = next(case for case in map(read_case, EXAMPLES) if case.language == language)
    return {stage: f"/s/{_played(served, case, stage).id}" for stage in STAGES}


def _played(served: Served, case: Case, stage: str) -> Session:
    leader, desk = CaseLeader(case, "text"), served.desk
    session = desk.start(profile_of(case))
    while not _stands_at(desk.interview.current(session), stage, session):
        message = leader.reply_to(desk.interview.current(session))
        session = desk.take(session.id, message, secrets.token_hex(8), session.version)
    return session


def _stands_at(reply: Reply, stage: str, session: Session) -> bool:
    if stage == "opening":
        return True
    if stage == "choices":
        return session.version > 2 and len(reply.choices) > 1
    return reply.phase == stage

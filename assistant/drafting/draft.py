"""A draft as a value: its statements, and what each rests on. It is kept as a message of its own kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter

from assistant.course import Course
from assistant.messages import UnfitMessageError
from assistant.session import Message

Part = Literal["ambition", "changes"]
Origin = Literal["authored", "drafted", "own"]
Outcome = Literal["held", "not_held", "failed"]
PARTS: tuple[Part, ...] = ("ambition", "changes")
AMBITION, SUMMARY = "ambition", "summary"


@dataclass(frozen=True)
class Reference:
    """What a statement rests on: an indicator with the leader's words, or a passage, which has no quote."""

    id: str
    quote: str = ""


@dataclass(frozen=True)
class Statement:
    """One sentence. `about`: the ambition, the summary, or the indicator of a change."""

    about: str
    text: str
    rests_on: tuple[Reference, ...]


@dataclass(frozen=True)
class Draft:
    """What a model drafted of one part, as far as it holds.

    `outcome`: whether anything is left of it, or the model failed. `level`: what the ambition was drafted for.
    """

    part: Part
    model: str
    outcome: Outcome
    level: int
    statements: tuple[Statement, ...] = ()

    def about(self, what: str) -> tuple[Statement, ...]:
        return tuple(statement for statement in self.statements if statement.about == what)

    def text(self, what: str) -> str:
        return " ".join(statement.text for statement in self.about(what))

    def message(self) -> Message:
        return Message("drafted", value=self.part, data=_DRAFT.dump_python(self, mode="json"))


Drafts = Mapping[Part, Draft]
_DRAFT = TypeAdapter(Draft)


def drafts_of(course: Course) -> Drafts:
    """The last draft of each part that was asked for."""
    return {part: _DRAFT.validate_python(course.drafts[part].data) for part in PARTS if part in course.drafts}


def wording(origin: Origin | None, own: str, drafted: str) -> tuple[Origin, str]:
    """What was picked, and its words; none where the authored text stands.

    Raises UnfitMessageError where a draft was picked that there is not.
    """
    if origin is None:
        origin = "own" if own else "authored"
    if origin == "drafted" and not drafted:
        raise UnfitMessageError("there is no draft of this to pick; take the authored text, or your own words")
    words = {"authored": "", "drafted": drafted, "own": own}[origin]
    return (origin, words) if words else ("authored", "")

"""What comes in and goes out over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from assistant.ambition import MONTHS_PER_STEP
from assistant.messages import LONGEST_MESSAGE
from assistant.session import Message, Perspective, Profile, Reply, Session
from knowledge.schema import Kind, Language, LevelId
from prompts import load

ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
OptionalText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
Key = Annotated[str, StringConstraints(min_length=8, max_length=80)]
Served = Literal["customer", "resident", "patient", "student", "member", "guest"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewSession(_Shape):
    """What is settled before the first question."""

    language: Language
    kind: Kind
    role: ShortText
    scope: ShortText
    served: Served = "customer"
    field: str = "customer-experience"
    perspective: Perspective = "leadership"
    organisation: OptionalText = ""

    @model_validator(mode="after")
    def _words_are_known(self) -> Self:
        known = load(self.language).words["field"]
        if self.field not in known:
            raise ValueError(f"field must be one of {', '.join(known)}")
        return self

    def profile(self) -> Profile:
        return Profile(
            self.language,
            self.kind,
            self.role,
            self.scope,
            self.served,
            self.field,
            self.perspective,
            self.organisation,
        )


class NewTurn(_Shape):
    """A message. `key` makes a repeat harmless; `version` is the one the answer was given to."""

    key: Key
    version: Annotated[int, Field(ge=0)]
    kind: Literal["said", "chose", "skipped", "stopped", "back", "corrected", "confirmed", "ticked", "switched"] = (
        "said"
    )
    text: Annotated[str, Field(max_length=LONGEST_MESSAGE)] = ""
    value: Annotated[str, Field(max_length=40)] = ""
    indicator: Annotated[str, Field(max_length=60)] = ""

    def message(self) -> Message:
        """A form sends its line breaks as CRLF, a script as LF: the same message either way, so that a repeat is one."""
        text = self.text.replace("\r\n", "\n")
        return Message(self.kind, text, self.value, self.indicator)


class _Act(_Shape):
    key: Key
    version: Annotated[int, Field(ge=0)]


class Clarity(_Act):
    answers: dict[Literal["meaning", "goals", "effect", "why", "assumptions"], Literal["yes", "partly", "no"]]

    def message(self) -> Message:
        return Message("clarified", data={str(k): v for k, v in self.answers.items()})


class Aim(_Act):
    level: LevelId
    statement: LongText = ""
    months_per_step: Annotated[int, Field(ge=3, le=120)] = MONTHS_PER_STEP

    def message(self) -> Message:
        data = {"level": self.level, "statement": self.statement, "months_per_step": self.months_per_step}
        return Message("aimed", data=data)


class ChosenChange(_Shape):
    indicator: ShortText
    title: OptionalText = ""
    owner: OptionalText = ""
    due: OptionalText = ""
    first_step: LongText = ""


class Decision(_Act):
    """Two or three changes; one where only one gap was heard."""

    changes: Annotated[list[ChosenChange], Field(min_length=1, max_length=3)]

    def message(self) -> Message:
        return Message("decided", data={"changes": [change.model_dump() for change in self.changes]})


class ConsultantJudgement(_Act):
    level: LevelId
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
    by: ShortText

    def message(self) -> Message:
        return Message("judged", data={"level": self.level, "reason": self.reason, "by": self.by})


class HeardLine(BaseModel):
    indicator: str
    label: str
    area: str
    status: str
    sentence: str
    quote: str | None


class SessionState(BaseModel):
    """A session as its leader sees it."""

    id: str
    version: int
    phase: str
    profile: Profile
    reply: Reply
    heard: list[HeardLine]
    model: str = ""
    """What is said of the language model at work; empty where none is set."""


class TurnOut(BaseModel):
    number: int
    at: str
    message: dict[str, Any]
    intent: str
    understood: list[dict[str, Any]]
    reply: Reply


class Export(BaseModel):
    """Everything that is kept of a session."""

    session: Session
    report: dict[str, Any] | None

"""What comes in and goes out over HTTP."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from assistant.ambition import MONTHS_PER_STEP
from assistant.drafting.draft import AMBITION, SUMMARY, Drafts, Origin, Part, wording
from assistant.invitations import Invitations
from assistant.messages import LONGEST_MESSAGE, UnfitMessageError
from assistant.report.edits import Wording
from assistant.report.judgement import withdrawal
from assistant.session import Message, Perspective, Profile, Reply, SeenBy, Session
from assistant.sessions.port import Listed
from knowledge.schema import AreaKey, Kind, Language, LevelId
from prompts import load

ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
OptionalText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Key = Annotated[str, StringConstraints(min_length=8, max_length=80)]
Served = Literal["customer", "resident", "patient", "student", "member", "guest"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewSession(_Shape):
    """What is settled before the first question. `seen_by`: who the leader was told would see the session."""

    language: Language
    kind: Kind
    role: ShortText
    scope: ShortText
    served: Served = "customer"
    field: str = "customer-experience"
    perspective: Perspective = "leadership"
    organisation: OptionalText = ""
    seen_by: SeenBy = "leader"
    invitation: OptionalText = ""
    """The code of an organisation's private link; its name alone begins no talk of an organisation that has one."""

    @model_validator(mode="after")
    def _words_are_known(self) -> Self:
        known = load(self.language).words["field"]
        if self.field not in known:
            raise ValueError(f"field must be one of {', '.join(known)}")
        return self

    def profile(self, invitations: Invitations) -> Profile:
        """The profile. Raises NotInvitedError."""
        return Profile(
            self.language,
            self.kind,
            self.role,
            self.scope,
            self.served,
            self.field,
            self.perspective,
            invitations.organisation(self.invitation, self.organisation),
        )


class _Keyed(_Shape):
    """What changes a session, once, from the version that was seen."""

    key: Key
    version: Annotated[int, Field(ge=0)]


class NewTurn(_Keyed):
    """A message. `key` makes a repeat harmless; `version` is the one the answer was given to."""

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


class _Act(_Keyed, ABC):
    """What is done with a result: it becomes one message of the session."""

    @abstractmethod
    def message(self, drafts: Drafts) -> Message:
        """The message. `drafts`: what can be picked. Raises UnfitMessageError where what was picked is not there."""


class OtherFutureError(UnfitMessageError):
    """A draft was picked for another future than the one it was written for."""

    def __init__(self) -> None:
        super().__init__("the draft was written for another future; choose that one, or ask for a new draft")


class NewDraft(_Keyed):
    """Asks for a draft. `level`: what the ambition is drafted for; without it, the one that stands."""

    part: Part
    level: LevelId | None = None


class Clarity(_Act):
    answers: dict[Literal["meaning", "goals", "effect", "why", "assumptions"], Literal["yes", "partly", "no"]]

    def message(self, drafts: Drafts) -> Message:
        return Message("clarified", data={str(k): v for k, v in self.answers.items()})


class Aim(_Act):
    """The ambition. `origin`: whose words; without it, one's own where there are some, else the authored ones."""

    level: LevelId
    statement: LongText = ""
    months_per_step: Annotated[int, Field(ge=3, le=120)] = MONTHS_PER_STEP
    origin: Origin | None = None

    def message(self, drafts: Drafts) -> Message:
        draft = drafts.get("ambition")
        if self.origin == "drafted" and draft and draft.level != self.level:
            raise OtherFutureError
        origin, statement = wording(self.origin, self.statement, draft.text(AMBITION) if draft else "")
        data = {"level": self.level, "statement": statement, "months_per_step": self.months_per_step, "origin": origin}
        data["own"] = self.statement
        return Message("aimed", data=data)


class ChosenChange(_Shape):
    indicator: ShortText
    title: OptionalText = ""
    owner: OptionalText = ""
    due: OptionalText = ""
    first_step: LongText = ""
    move: LongText = ""
    origin: Origin | None = None

    def worded(self, drafts: Drafts) -> dict[str, str]:
        """The choice with the words picked for the move; none where the authored ones stand."""
        draft = drafts.get("changes")
        origin, move = wording(self.origin, self.move, draft.text(self.indicator) if draft else "")
        return {**self.model_dump(), "move": move, "origin": origin, "own": self.move}


class Decision(_Act):
    """Two or three changes; one where only one gap was heard."""

    changes: Annotated[list[ChosenChange], Field(min_length=1, max_length=3)]

    def message(self, drafts: Drafts) -> Message:
        return Message("decided", data={"changes": [change.worded(drafts) for change in self.changes]})


class Summary(_Act):
    """Whose words the report's summary is in."""

    text: LongText = ""
    origin: Origin | None = None

    def message(self, drafts: Drafts) -> Message:
        draft = drafts.get("changes")
        origin, text = wording(self.origin, self.text, draft.text(SUMMARY) if draft else "")
        return Message("summarised", data={"text": text, "origin": origin, "own": self.text})


class JudgedArea(_Shape):
    area: AreaKey
    level: LevelId
    reason: Reason


class ConsultantJudgement(_Act):
    """A level of the consultant's own, and one for each area they want to speak of; never without a reason."""

    level: LevelId
    reason: Reason
    by: ShortText
    areas: Annotated[list[JudgedArea], Field(max_length=5)] = []

    @model_validator(mode="after")
    def _each_area_once(self) -> Self:
        if len({entry.area for entry in self.areas}) < len(self.areas):
            raise ValueError("an area is judged once")
        return self

    def message(self, drafts: Drafts) -> Message:
        areas = [entry.model_dump() for entry in self.areas]
        return Message("judged", data={"level": self.level, "reason": self.reason, "by": self.by, "areas": areas})


class Withdrawal(_Act):
    """Takes a judgement back; it stays in the history."""

    by: ShortText

    def message(self, drafts: Drafts) -> Message:
        return withdrawal(self.by)


class NewWordings(_Keyed):
    """Texts of the report worded anew, by their place; null puts an original back."""

    by: ShortText
    texts: Annotated[dict[str, Annotated[str, Field(max_length=4_000)] | None], Field(min_length=1, max_length=40)]


class Wordings(BaseModel):
    """The texts that may be edited: each with its original, and its edits, the newest last."""

    version: int
    texts: list[Wording]


class Assessments(BaseModel):
    """One page of the register."""

    found: int
    page: int
    pages: int
    entries: list[Listed]


class HeardLine(BaseModel):
    indicator: str
    label: str
    area: str
    status: str
    sentence: str
    quote: str | None
    put_right: bool


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

"""A session as a value: the profile, and the turns from which everything else is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.observations import Bearing, Observation
from assistant.questions import Ask
from knowledge.schema import AreaKey, Kind, Language

Phase = Literal["interview", "confirm", "employees", "promise", "tick", "result"]
Perspective = Literal["leadership", "management", "frontline"]
State = Literal["talk", "confirm", "result", "ambition", "changes"]
SeenBy = Literal["leader", "consultants"]
MessageKind = Literal[
    "said", "chose", "skipped", "stopped", "back", "corrected", "confirmed", "ticked", "clarified", "aimed", "decided",
    "judged", "edited", "switched", "drafted", "summarised",
]  # fmt: skip
Intent = Literal[
    "answer", "dont_know", "no_example", "question_back", "correction", "decline", "off_topic", "hostile", "stop",
    "pause", "yes", "no", "blank", "act",
]  # fmt: skip

NO = "no"  # the quick reply that what was said back is not so


@dataclass(frozen=True)
class Profile:
    """What was settled before the first question."""

    language: Language
    kind: Kind
    role: str
    scope: str
    served: str = "customer"
    field: str = "customer-experience"
    perspective: Perspective = "leadership"
    organisation: str = ""


@dataclass(frozen=True)
class Message:
    """What came from the leader: free text, or an act with its value.

    `back`: to what came before; from the result, to what was heard, for corrections.
    `chose`: a status, `none` (no example) or a level's description in `value`. `corrected`: an indicator and a
    status. `ticked`: a level or nothing. `switched`: the language model `on` or `off` from here on. `drafted`: a
    language model's draft of the part in `value`. It, `clarified`, `aimed`, `decided` and `summarised` carry
    `data`; so do a consultant's `judged` and `edited`.
    """

    kind: MessageKind
    text: str = ""
    value: str = ""
    indicator: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """A quick reply."""

    value: str
    label: str


@dataclass(frozen=True)
class Citation:
    """Where an answer comes from."""

    passage: str
    source: str
    title: str


@dataclass(frozen=True)
class Remark:
    """Something the coach says before it asks."""

    kind: Literal["reflection", "announcement", "answer", "note"]
    text: str


@dataclass(frozen=True)
class Reply:
    """What the coach says: remarks, then one question. `remaining` is about how many questions are left."""

    phase: Phase
    question: str
    ask: Ask | None = None
    remarks: tuple[Remark, ...] = ()
    choices: tuple[Choice, ...] = ()
    why: str = ""
    covered: tuple[AreaKey, ...] = ()
    remaining: int = 0
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Placement:
    """An area's description that the leader chose: a claim about the area's level; level 0 takes it back."""

    area: AreaKey
    level: int


@dataclass(frozen=True)
class Versions:
    """Of what made a turn or a result."""

    rubric: str
    parameters: str
    listener: str
    model: str = ""


@dataclass(frozen=True)
class Trace:
    """What the call of a language model came to, without a word of what was said.

    `outcome`: `used`, `screened` (the message spoke to a machine), or the fault that left the turn to the embedded
    listener. `prompt` and `answer` count characters. `dropped`: how many things were left out, by reason.
    """

    model: str
    outcome: str
    calls: int = 0
    seconds: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    prompt: int = 0
    answer: int = 0
    kept: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """One message with what was understood, and the reply. `number` counts from 1; `trace` where a model was set."""

    number: int
    message: Message
    intent: Intent
    observations: tuple[Observation, ...]
    placement: Placement | None
    reply: Reply
    versions: Versions
    at: str
    trace: Trace | None = None
    bearing: Bearing | None = None


@dataclass(frozen=True)
class Enquiry:
    """A question put to the sources from within a session, beside the talk. Only what it cost is kept of it."""

    at: str
    trace: Trace


@dataclass(frozen=True)
class Session:
    """A talk with one leader. `version` is the number of turns; `seed` fixes the wordings.

    `seen_by`: who the leader was told, before the first question, would see it.
    `enquiries`: those that a language model was called for.
    """

    id: str
    profile: Profile
    seed: int
    created: str
    turns: tuple[Turn, ...] = ()
    seen_by: SeenBy = "leader"
    enquiries: tuple[Enquiry, ...] = ()

    @property
    def version(self) -> int:
        return len(self.turns)

    def with_turn(self, turn: Turn) -> Session:
        return replace(self, turns=(*self.turns, turn))


def state_of(turns: Sequence[Turn]) -> State:
    """How far a session has come. Before the result the last turn alone tells; what was chosen stays chosen."""
    phase = turns[-1].reply.phase if turns else "interview"
    if phase != "result":
        return "talk" if phase == "interview" else "confirm"
    done = {turn.message.kind: turn.message for turn in turns}
    if "decided" in done and done["decided"].data.get("changes"):
        return "changes"
    return "ambition" if "aimed" in done else "result"

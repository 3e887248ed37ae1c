"""What a listener is: it understands one message; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from assistant.observations import Bearing, Observation
from assistant.questions import Ask
from assistant.session import Intent, Phase, Profile, Trace
from assistant.steps import Tell, untold
from knowledge.schema import Language, Status


@dataclass(frozen=True)
class Asked:
    """What the message answers. `earlier`: the leader's words so far on the same indicator.

    `said`: the last questions with their answers, oldest first. `alone`: no language model is to be asked. `tell` hears
    of the steps. `insisted`: the same words were said to the same question before and taken for no answer; so they
    are the answer. `heard`: how each line stands, and `last` the one that the last answer was on, if it was on one: what
    a correction may mean.
    """

    phase: Phase
    ask: Ask | None
    question: str
    language: Language
    turn: int
    earlier: tuple[str, ...] = ()
    profile: Profile | None = None
    said: tuple[tuple[str, str], ...] = ()
    alone: bool = False
    insisted: bool = False
    heard: Mapping[str, Status] = field(default_factory=dict, compare=False)
    last: str = ""
    tell: Tell = field(default=untold, compare=False, repr=False)


@dataclass(frozen=True)
class Hearing:
    """What was understood. `about`: the indicator that a correction means, or the words of a question back.

    `bearing`: what an open answer says of its area, or of the whole, as one. `reflection`: what may be said back, in
    place of the authored one. `trace`: what a language model's call came to.
    """

    intent: Intent
    observations: tuple[Observation, ...] = ()
    about: str = ""
    language: Language | None = None
    reflection: str = ""
    trace: Trace | None = None
    bearing: Bearing | None = None


class Listener(Protocol):
    """Understands messages. `version` is kept with every turn; `model` names a language model at work, or nothing."""

    @property
    def version(self) -> str: ...

    @property
    def model(self) -> str: ...

    def listen(self, message: str, asked: Asked) -> Hearing:
        """What the message says. Never raises for any text."""
        ...

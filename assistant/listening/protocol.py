"""What a listener is: it understands one message; it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from assistant.observations import Observation
from assistant.questions import Ask
from assistant.session import Intent, Phase
from knowledge.schema import Language


@dataclass(frozen=True)
class Asked:
    """What the message answers. `earlier`: the leader's words so far on the same indicator."""

    phase: Phase
    ask: Ask | None
    question: str
    language: Language
    turn: int
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hearing:
    """What was understood. `about`: the indicator that a correction means, or the words of a question back."""

    intent: Intent
    observations: tuple[Observation, ...] = ()
    about: str = ""
    language: Language | None = None


class Listener(Protocol):
    """Understands messages. `version` is kept with every turn."""

    @property
    def version(self) -> str: ...

    def listen(self, message: str, asked: Asked) -> Hearing:
        """What the message says. Never raises for any text."""
        ...

"""What is told while a turn or an answer is made: which step the work is at, never a word of what was said or found.

A step may be shown at once, since nothing of it can be withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["listening", "alone", "searching", "checking", "wording"]


@dataclass(frozen=True)
class Step:
    """One step. `model`: the language model at work, empty where none is; `number` and `most` count searches.

    `listening`, `wording`: the work has begun. `checking`: the model has said its part, and code looks at what of it
    holds. `alone`: the model came to nothing, and what works without one goes on.
    """

    stage: Stage
    model: str = ""
    number: int = 0
    most: int = 0


Tell = Callable[[Step], None]


def untold(step: Step) -> None:
    """Where nobody waits to hear of the steps."""

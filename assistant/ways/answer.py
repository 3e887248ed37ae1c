"""A question, its answer, and what a way of answering is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from assistant.quoting import Said, spans
from assistant.session import Trace
from knowledge.schema import Language, Passage

_NUMBERED = re.compile(r"\d+\. ")

Reason = Literal["answered", "corrected", "not_in_sources", "off_topic", "empty"]


@dataclass(frozen=True)
class Asked:
    """A question as it is answered. `organisation`: whose documents may be drawn on beside the shared ones."""

    question: str
    language: Language
    organisation: str = ""


@dataclass(frozen=True)
class Answer:
    """`near`: where nothing answers, what lies nearest. `chance`: how likely it is that the sources answer.

    `settled`: it stays as it is worded; no language model words it anew. `trace`: what a language model's calls came
    to, where one was asked.
    """

    question: str
    language: Language
    reason: Reason
    said: tuple[Said, ...] = ()
    near: tuple[Passage, ...] = ()
    note: str = ""
    chance: float = 0.0
    settled: bool = False
    trace: Trace | None = field(default=None, compare=False)

    @property
    def abstained(self) -> bool:
        return not self.said

    @property
    def text(self) -> str:
        return " ".join([self.note, *(said.text for said in self.said)] if self.note else [s.text for s in self.said])

    @property
    def cited(self) -> tuple[Passage, ...]:
        """The passages that the answer rests on, each once, in the order of the sentences."""
        return tuple({said.passage.key: said.passage for said in self.said}.values())


class Way(Protocol):
    """One way to answer."""

    def answer(self, asked: Asked) -> Answer | None:
        """The answer; None where this way has none, and the next is tried."""


def certain(asked: Asked, said: Sequence[Said], reason: Reason = "answered", settled: bool = False) -> Answer:
    """An answer that no search was needed for."""
    return Answer(asked.question, asked.language, reason, tuple(said), chance=1.0, settled=settled)


def quoted(passage: Passage, runs: Iterable[tuple[int, int]]) -> tuple[Said, ...]:
    """Sentences of a passage, verbatim. `runs`: first and last sentence of each, counted from 0, -1 the last.

    A run is said as one: a list of five is one thing. An item said alone goes without its number in the list.
    """
    places = spans(passage)
    found = [(places[first][0], places[last][1], first == last) for first, last in runs]
    begun = [(start + _number(passage.text[start:end]) if alone else start, end) for start, end, alone in found]
    return tuple(Said(passage.text[start:end], passage, start, end) for start, end in begun)


def _number(item: str) -> int:
    """How long the number is that an item of a list begins with; nought where it has none."""
    found = _NUMBERED.match(item)
    return found.end() if found else 0

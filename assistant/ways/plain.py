"""Plain questions: how many there are of a thing, which they are, who did it, when it was, how much it is.

What is known of each stands in `plain.yaml`. A question is plain where all its words are spoken for: by the thing, by
what it belongs to, by asking. One word more, and it asks for something else, which a search must find.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field

from assistant.library import Library
from assistant.ways.answer import Answer, Asked, certain, quoted
from assistant.ways.words import Words
from knowledge.lexical import content_words
from knowledge.load import read_yaml
from knowledge.schema import Language, Value
from knowledge.text import folded

FILE = Path(__file__).parent / "plain.yaml"
Ask = Literal["count", "list", "who", "when", "role", "amount"]
Run = tuple[int, int]


class Fact(Value):
    """What is known of a thing.

    `asks`: the ways to ask for it. `words`: each must be found, in this order. `also`: what may stand beside them.
    `passage`: what says it; `{number}` takes the level that is named. `says`: first and last sentence of each run.
    """

    asks: tuple[Ask, ...]
    words: tuple[Words, ...] = Field(min_length=1)
    also: Words = Words()
    passage: str
    says: tuple[Run, ...] = Field(min_length=1)


class File(Value):
    """`asking`: the words by which each of the ways to ask is known; `beside`: what says nothing of its own."""

    asking: dict[Ask, Words]
    beside: Words
    facts: dict[str, Fact]


class Plain:
    """Answers plain questions from the passage that says it."""

    def __init__(self, library: Library) -> None:
        self._library, self._file = library, read_yaml(FILE, File)

    def answer(self, asked: Asked) -> Answer | None:
        """See Way."""
        found = self.known(asked.question, asked.language)
        passage = self._library.passage(f"{found[0]}@{asked.language}") if found else None
        return certain(asked, quoted(passage, found[1])) if found and passage else None

    def known(self, question: str, language: Language) -> tuple[str, tuple[Run, ...]] | None:
        """The passage that says it, and which sentences; None where the question is not plain."""
        text = folded(question).lower()
        for fact in self._file.facts.values():
            for left in self._asked(text, fact.asks, language):
                number = _spoken_for(left, fact, self._file.beside, language)
                if number is not None:
                    return fact.passage.replace("{number}", number), fact.says
        return None

    def _asked(self, text: str, asks: tuple[Ask, ...], language: Language) -> Iterator[str]:
        """What is left of a question without the words by which it asks."""
        for ask in asks:
            if self._file.asking[ask].find(text, language):
                yield self._file.asking[ask].without(text, language)


def _spoken_for(text: str, fact: Fact, beside: Words, language: Language) -> str | None:
    """The number of a level that a plain question names, empty where none; None where the question is not plain."""
    number = ""
    for words in fact.words:
        found = words.find(text, language)
        if found is None:
            return None
        named = found.groupdict()
        number = named.get("number") or named.get("other") or number
        text = words.without(text, language)
    left = beside.without(fact.also.without(text, language), language)
    return None if content_words(left, language) else number

"""Questions that ask what a term means and nothing else: which term, where Varde's own glossary is what explains it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.library import Library
from assistant.quoting import MOST_SENTENCES, spans
from assistant.ways.answer import Answer, Asked, certain, quoted
from knowledge.schema import Term
from knowledge.text import folded

_ASKS = re.compile(
    r"^(?:what (?:is|are|does)|what's|what is meant by|define|explain"
    r"|hva (?:er|betyr|menes med|vil det si med|står)|forklar"
    r"|mis (?:on|asi on)|mida tähendab|selgita)\s+(?:(?:an?|the|et|en|ei)\s+)?(?P<term>.+?)"
    r"(?:\s+(?:mean|stand for|for|for noe))?\s*[?.!]*$"
)


class Defining:
    """What the glossary says of a term, whole."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def answer(self, asked: Asked) -> Answer | None:
        """See Way."""
        term = defined(asked.question, self._library.known.glossary)
        passage = self._library.passage(f"term.{term}@{asked.language}") if term else None
        if passage is None:
            return None
        return certain(asked, quoted(passage, [(n, n) for n in range(len(spans(passage)))][:MOST_SENTENCES]))


def defined(question: str, glossary: Iterable[Term]) -> str | None:
    """The id of the term whose meaning is asked for; None where a source explains it, or more is asked."""
    asked = _ASKS.match(folded(question).lower().strip())
    if asked is None:
        return None
    for term in glossary:
        aliases = (*term.aliases.en, *term.aliases.nb, *term.aliases.et)
        if term.origin == "ours" and asked["term"] in {alias.lower() for alias in aliases}:
            return term.id
    return None

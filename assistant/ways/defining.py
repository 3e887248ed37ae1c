"""Questions that ask what a term means, or how a measure is reckoned, and nothing else: from the source that explains
it, or else from the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.library import Library
from assistant.quoting import MOST_SENTENCES, Quoter, Said, spans
from assistant.ways.answer import Answer, Asked, certain, quoted
from knowledge.schema import Term
from knowledge.text import folded

_ASKS = re.compile(
    r"^(?:what (?:is|are|does)|what's|what is meant by|define|explain"
    r"|hva (?:er|betyr|menes med|vil det si med|står)|forklar"
    r"|mis (?:on|asi on)|mida tähendab|selgita)\s+(?:(?:an?|the|et|en|ei)\s+)?(?P<term>.+?)"
    r"(?:\s+(?:mean|stand for|for|for noe))?\s*[?.!]*$"
)
_RECKONS = re.compile(
    r"^(?:how (?:is|are|do you|does one) (?:calculate |work out |measure )?"
    r"|hvordan (?:regnes|beregnes|måles|regner man ut|måler man) |kuidas (?:arvutatakse |mõõdetakse |leitakse )?)"
    r"(?:(?:an?|the|en|ei)\s+)?(?P<term>.+?)"
    r"(?:\s+(?:calculated|worked out|measured|score calculated|ut|arvutatakse|mõõdetakse|leitakse|arvutada))?\s*[?.!]*$"
)
_MEASURES = frozenset({"nps", "ces", "csat"})
_READ = 24


class Defining:
    """What the passages say that a term is explained in; what the glossary says, whole, where no source explains it."""

    def __init__(self, library: Library, quoter: Quoter) -> None:
        self._library, self._quoter = library, quoter

    def answer(self, asked: Asked) -> Answer | None:
        """See Way."""
        term = defined(asked.question, self._library.known.glossary)
        if term is None:
            return None
        said = self._told(asked, term) if term.origin == "ours" else self._explained(asked, term)
        return certain(asked, said) if said else None

    def _told(self, asked: Asked, term: Term) -> tuple[Said, ...]:
        passage = self._library.passage(f"term.{term.id}@{asked.language}")
        if passage is None:
            return ()
        return quoted(passage, [(n, n) for n in range(len(spans(passage)))][:MOST_SENTENCES])

    def _explained(self, asked: Asked, term: Term) -> tuple[Said, ...]:
        hits = self._library.search.find(asked.question, asked.language, limit=_READ)
        hits = [hit for hit in hits if hit.passage.id in term.passages]
        vector = self._quoter.embedder.embed([asked.question])[0]
        return self._quoter.answering(asked.question, vector, asked.language, hits) if hits else ()


def defined(question: str, glossary: Iterable[Term]) -> Term | None:
    """The term whose meaning is asked for, or the measure of which the reckoning is; None where more is asked."""
    said = folded(question).lower().strip()
    asked, reckoned = _ASKS.match(said), _RECKONS.match(said)
    for term in glossary:
        aliases = {alias.lower() for alias in (*term.aliases.en, *term.aliases.nb, *term.aliases.et)}
        if asked and asked["term"] in aliases:
            return term
        if reckoned and term.id in _MEASURES and reckoned["term"] in aliases:
            return term
    return None

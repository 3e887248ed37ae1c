"""Questions that ask what a term means and nothing else: which term, where Varde's own glossary is what explains it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.schema import Term
from knowledge.text import folded

_ASKS = re.compile(
    r"^(?:what (?:is|are|does)|what's|what is meant by|define|explain"
    r"|hva (?:er|betyr|menes med|vil det si med|står)|forklar"
    r"|mis (?:on|asi on)|mida tähendab|selgita)\s+(?:(?:an?|the|et|en|ei)\s+)?(?P<term>.+?)"
    r"(?:\s+(?:mean|stand for|for|for noe))?\s*[?.!]*$"
)


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

"""Answers to a question back, inside the interview: extractive, from the glossary and its sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from assistant.session import Citation
from knowledge.schema import Knowledge, Language, Term


@dataclass(frozen=True)
class Explanation:
    """What a term means, with the passages that speak of it."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Explainer:
    """Finds the term that a question back is about."""

    knowledge: Knowledge

    @cached_property
    def _patterns(self) -> list[tuple[int, re.Pattern[str], Term]]:
        """Longest alias first, so that a narrower term wins."""
        found = [
            (len(alias), re.compile(rf"(?<!\w){re.escape(alias.lower())}(?!\w)"), term)
            for term in self.knowledge.glossary
            for aliases in (term.aliases.en, term.aliases.nb, term.aliases.et)
            for alias in aliases
        ]
        return sorted(found, key=lambda entry: -entry[0])

    def explain(self, message: str, language: Language) -> Explanation | None:
        """The explanation of the term named in the message, or None where no known term is named."""
        lowered = message.lower()
        for _, pattern, term in self._patterns:
            if pattern.search(lowered):
                return Explanation(term.text[language], self._citations(term, language))
        return None

    def _citations(self, term: Term, language: Language) -> tuple[Citation, ...]:
        passages = (self.knowledge.passages[passage, language] for passage in term.passages)
        return tuple(Citation(p.id, p.source, p.title) for p in passages)

"""Answers to a question back, inside the interview: extractive, from the glossary and its sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assistant.session import Citation
from knowledge.embedding import Embedder, Vectors
from knowledge.schema import Knowledge, Language, Term

_NEAR = 0.6


@dataclass(frozen=True)
class Explanation:
    """What a term means, with the passages that speak of it."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Explainer:
    """Finds the term that a question back is about."""

    knowledge: Knowledge
    embedder: Embedder | None = None

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
                return self._explanation(term, language)
        return self._nearest(message, language) if self.embedder else None

    def _explanation(self, term: Term, language: Language) -> Explanation:
        return Explanation(term.text[language], self._citations(term, language))

    def _nearest(self, message: str, language: Language) -> Explanation | None:
        """The term whose names lie nearest to the message, where one lies near."""
        assert self.embedder  # noqa: S101 - asked only where there is one
        terms, vectors = self._embedded
        nearness = vectors @ self.embedder.embed([message])[0]
        best = int(np.argmax(nearness))
        return self._explanation(terms[best], language) if nearness[best] >= _NEAR else None

    @cached_property
    def _embedded(self) -> tuple[list[Term], Vectors]:
        """Each alias of each term, and its vector."""
        assert self.embedder  # noqa: S101 - asked only where there is one
        pairs = [
            (term, alias)
            for term in self.knowledge.glossary
            for aliases in (term.aliases.en, term.aliases.nb, term.aliases.et)
            for alias in aliases
        ]
        return [term for term, _ in pairs], self.embedder.embed([alias for _, alias in pairs])

    def _citations(self, term: Term, language: Language) -> tuple[Citation, ...]:
        passages = (self.knowledge.passages[passage, language] for passage in term.passages)
        return tuple(Citation(p.id, p.source, p.title) for p in passages)

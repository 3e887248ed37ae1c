"""Answers to a question back, inside the interview: the glossary first, then the sources; within the turn."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from assistant.session import Citation
from knowledge.schema import Knowledge, Language, Passage, Term

_MOST_SENTENCES = 2
_SIGNPOSTS = ("level", "sign.", "cell.", "play.", "rule", "worksheet.level", "worksheet.signs", "worksheet.top-strip")


@dataclass(frozen=True)
class Explanation:
    """What a term means or a source says, with the passages that speak of it."""

    text: str
    citations: tuple[Citation, ...]


class Quoted(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def passage(self) -> Passage: ...


class Answered(Protocol):
    @property
    def said(self) -> tuple[Quoted, ...]: ...


Ask = Callable[[str, Language, str], Answered]


@dataclass(frozen=True)
class Explainer:
    """Explains the term that a question back names; else asks the sources, if `ask` is given.

    What describes the levels is not read out in the interview: who knows the signs answers to them.
    """

    knowledge: Knowledge
    ask: Ask | None = None

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

    def explain(self, message: str, language: Language, organisation: str = "") -> Explanation | None:
        """The explanation, or None where no known term is named and the sources don't say."""
        lowered = message.lower()
        for _, pattern, term in self._patterns:
            if pattern.search(lowered):
                return self._explanation(term, language)
        return self._from_sources(message, language, organisation)

    def _explanation(self, term: Term, language: Language) -> Explanation:
        passages = (self.knowledge.passages[passage, language] for passage in term.passages)
        return Explanation(term.text[language], tuple(_citation(p) for p in passages))

    def _from_sources(self, message: str, language: Language, organisation: str) -> Explanation | None:
        if self.ask is None:
            return None
        said = self.ask(message, language, organisation).said[:_MOST_SENTENCES]
        if not said or any(s.passage.id.startswith(_SIGNPOSTS) for s in said):
            return None
        cited = {s.passage.key: s.passage for s in said}
        return Explanation(" ".join(s.text for s in said), tuple(_citation(p) for p in cited.values()))


def _citation(passage: Passage) -> Citation:
    return Citation(passage.id, passage.source, passage.title)

"""Patterns of whole words in the three languages."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated

from pydantic import Field

from knowledge.schema import LANGUAGES, Language, Value

Pattern = Annotated[str, Field(min_length=1)]


class Words(Value):
    """A pattern in each language; what holds in every one stands in `any`. They match lower-cased, folded text."""

    any: Pattern | None = None
    en: Pattern | None = None
    nb: Pattern | None = None
    et: Pattern | None = None

    @cached_property
    def _compiled(self) -> dict[Language, re.Pattern[str] | None]:
        both = {language: [p for p in (self.any, getattr(self, language)) if p] for language in LANGUAGES}
        return {
            language: re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)") if patterns else None
            for language, patterns in both.items()
        }

    def find(self, text: str, language: Language) -> re.Match[str] | None:
        pattern = self._compiled[language]
        return pattern.search(text) if pattern else None

    def without(self, text: str, language: Language) -> str:
        """The text with a space for each match."""
        pattern = self._compiled[language]
        return pattern.sub(" ", text) if pattern else text

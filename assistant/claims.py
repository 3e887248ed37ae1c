"""What people take for granted about the sources, and what the sources say: figures, names, years.

Also the few words by which a question shows that it is none: orders to the machine, insults.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field

from knowledge.load import read_yaml
from knowledge.schema import LANGUAGES, Language, Line, Text, Value
from knowledge.text import folded

FILE = Path(__file__).parent / "claims.yaml"

Pattern = Annotated[str, Field(min_length=1)]


class Patterns(Value):
    """Patterns in the three languages; what holds in every language stands in `any`."""

    any: tuple[Pattern, ...] = ()
    en: tuple[Pattern, ...] = ()
    nb: tuple[Pattern, ...] = ()
    et: tuple[Pattern, ...] = ()

    def find(self, text: str, language: Language) -> re.Match[str] | None:
        for pattern in self._compiled[language]:
            found = pattern.search(text)
            if found:
                return found
        return None

    @cached_property
    def _compiled(self) -> dict[Language, list[re.Pattern[str]]]:
        return {
            language: [re.compile(pattern, re.IGNORECASE) for pattern in (*self.any, *getattr(self, language))]
            for language in LANGUAGES
        }


class Claim(Value):
    """A fact of the sources that a question may get wrong.

    A question breaks it where each of `about` is found, `wrong` is found, and neither `right` nor `unless` is.
    `{wrong}` in `text` takes what `wrong` matched in its group `value`.
    """

    id: str
    passage: str
    about: tuple[Patterns, ...]
    wrong: Patterns
    right: Patterns = Patterns()
    unless: Patterns = Patterns()
    text: Text


class File(Value):
    claims: tuple[Claim, ...]
    hostile: tuple[Pattern, ...]
    numbers: dict[Language, dict[str, int]]


@dataclass(frozen=True)
class Correction:
    """What the sources say instead, and the passage that says it."""

    text: Line
    passage: str


@dataclass(frozen=True)
class Claims:
    """The claims and the marks of hostility, read once."""

    file: File

    @classmethod
    def read(cls, path: Path = FILE) -> Claims:
        return cls(read_yaml(path, File))

    @cached_property
    def _hostile(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{pattern})" for pattern in self.file.hostile), re.IGNORECASE)

    def hostile(self, question: str) -> bool:
        return self._hostile.search(folded(question)) is not None

    def broken(self, question: str, language: Language) -> Correction | None:
        """The first claim that the question breaks."""
        text = folded(question)
        for claim in self.file.claims:
            wrong = claim.wrong.find(text, language)
            if wrong is None or claim.right.find(text, language) or claim.unless.find(text, language):
                continue
            if all(about.find(text, language) for about in claim.about):
                value = wrong.groupdict().get("value") or wrong.group(0)
                return Correction(claim.text[language].replace("{wrong}", value.strip()), claim.passage)
        return None

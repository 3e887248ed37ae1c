"""A passage as it is cited, on a page, over HTTP and in a document: what it is and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from knowledge.schema import Language, Passage, PassageKind


@dataclass(frozen=True)
class Cited:
    """`id`: the passage's key."""

    id: str
    source: str
    title: str
    heading: str
    locator: str
    author: str | None
    date: str | None
    kind: PassageKind
    language: Language
    text: str

    @classmethod
    def of(cls, passage: Passage, **more: Any) -> Self:
        """`more`: what a citation of this kind says besides."""
        return cls(
            id=passage.key, source=passage.source, title=passage.title, heading=passage.heading,
            locator=passage.locator, author=passage.author, date=passage.date, kind=passage.kind,
            language=passage.language, text=passage.text, **more,
        )  # fmt: skip

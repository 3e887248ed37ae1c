"""Cues by category, the same categories in three languages: what lets one language's cases teach another's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.load import KnowledgeError, read_yaml
from knowledge.schema import Language
from knowledge.text import folded

FOLDER = Path(__file__).parent / "lexicon"
_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_STEM = 3
_GAP = 3


def words(text: str) -> list[str]:
    """Lower-case words; an apostrophe or a hyphen inside a word belongs to it."""
    return _TOKEN.findall(folded(text).lower())


@dataclass(frozen=True)
class Cue:
    """A word or a phrase of one category. A word ending in * takes any ending; ~ stands for up to three words."""

    category: int
    parts: tuple[str, ...]

    def fits(self, tokens: Sequence[str], at: int) -> bool:
        return _fits(self.parts, tokens, at)


def _fits(parts: tuple[str, ...], tokens: Sequence[str], at: int) -> bool:
    if not parts:
        return True
    if parts[0] == "~":
        return any(_fits(parts[1:], tokens, at + skipped) for skipped in range(_GAP + 1))
    return at < len(tokens) and _matches(parts[0], tokens[at]) and _fits(parts[1:], tokens, at + 1)


def _matches(part: str, token: str) -> bool:
    return token.startswith(part[:-1]) if part.endswith("*") else token == part


@dataclass(frozen=True)
class Lexicon:
    """The cues of one language, found by their first word."""

    categories: tuple[str, ...]
    whole: dict[str, tuple[Cue, ...]]
    stems: dict[str, tuple[Cue, ...]]

    def hits(self, tokens: Sequence[str]) -> Iterator[int]:
        """The category of each cue that begins at each word; a category counts once a word."""
        for at, token in enumerate(tokens):
            candidates = (*self.whole.get(token, ()), *self.stems.get(token[:_STEM], ()))
            yield from sorted({cue.category for cue in candidates if cue.fits(tokens, at)})


@cache
def lexicon(language: Language) -> Lexicon:
    """The lexicon of a language. Raises KnowledgeError for a cue that could never match."""
    path = FOLDER / f"{language}.yaml"
    lists: dict[str, list[str]] = read_yaml(path, dict[str, list[str]])
    categories = tuple(sorted(lists))
    whole: dict[str, list[Cue]] = {}
    stems: dict[str, list[Cue]] = {}
    for category, cues in lists.items():
        for text in cues:
            cue = _cue(path, categories.index(category), text)
            first = cue.parts[0]
            table, key = (stems, first[:_STEM]) if first.endswith("*") else (whole, first)
            table.setdefault(key, []).append(cue)
    return Lexicon(categories, {k: tuple(v) for k, v in whole.items()}, {k: tuple(v) for k, v in stems.items()})


def _cue(path: Path, category: int, text: str) -> Cue:
    parts: list[str] = []
    for part in folded(text).lower().split():
        found = "~" if part == "~" else "".join(_TOKEN.findall(part)) + ("*" if part.endswith("*") else "")
        if found:
            parts.append(found)
    if not parts or parts[0] == "~" or (parts[0].endswith("*") and len(parts[0]) <= _STEM):
        raise KnowledgeError(path, None, f"the cue {text!r} can never match, or matches nearly everything")
    return Cue(category, tuple(parts))

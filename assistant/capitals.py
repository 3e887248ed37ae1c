"""Capitalised words in the middle of a sentence: where no list of names reaches, most of them name someone or a place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from knowledge.load import read_yaml
from knowledge.schema import Language

FILE = Path(__file__).parent / "capitals.yaml"
_CAPITAL = r"[A-ZÆØÅÕÄÖÜŠŽÁÉÍÓÚÑÇŁŚŻŪĪĀĒČĢĶĻŅÐÞ]"
_WORD = rf"{_CAPITAL}[^\W\d_]*[a-zæøåõäöüšžáéíóúñçłśżūīāēčģķļņðþ][^\W\d_]*(?:-{_CAPITAL}[^\W\d_]+)*"
_RUN = re.compile(rf"(?<![\w’'-]){_WORD}(?: {_WORD})*(?![\w-])")
_BEFORE_START = re.compile(r"(?:^|[.!?…:;][\"'»”“’)\]]*\s+|\n\s*)[\"'«„“”‘(–—-]*\s*$|[\"«„“‘(]$")
_LEAST_STEM, _LONGEST_ENDING = 4, 5


@cache
def _ordinary(language: Language) -> frozenset[str]:
    words: dict[Language, str] = read_yaml(FILE, dict[Language, str])
    return frozenset(words[language].split())


def capitalised(text: str, language: Language) -> tuple[str, ...]:
    """The runs of capitalised words that no sentence begins with and that are not ordinary; acronyms stay."""
    found: list[str] = []
    for match in _RUN.finditer(text):
        words = match.group().split(" ")
        if _BEFORE_START.search(text[: match.start()]):
            words = words[1:]
        kept = [word for word in words if word not in _ordinary(language)]
        found += [" ".join(kept)] if kept == words and kept else kept
    return tuple(found)


def alike(text: str, stems: Iterable[str], language: Language) -> tuple[str, ...]:
    """Words anywhere in a text that are one of the stems with an ending: a name in another case, or at a start."""
    ending = {"en": "", "nb": "s?", "et": rf"[a-zõäöü]{{0,{_LONGEST_ENDING}}}"}[language]
    whole = "|".join(re.escape(stem) for stem in sorted(stems, key=len, reverse=True) if len(stem) >= _LEAST_STEM)
    return tuple(re.findall(rf"(?<![\w-])(?:{whole}){ending}(?![\w-])", text)) if whole else ()

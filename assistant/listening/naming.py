"""Which lines a message names, when it puts one right: by words, which are data."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from knowledge.load import read_yaml
from knowledge.schema import LANGUAGES
from knowledge.text import folded

FILE = Path(__file__).parent / "naming.yaml"


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    lists: Mapping[str, Mapping[str, list[str]]] = read_yaml(FILE, dict[str, dict[str, list[str]]])
    return {
        indicator: re.compile(
            rf"\b(?:{'|'.join(_pattern(word) for language in LANGUAGES for word in words[language])})\b", re.IGNORECASE
        )
        for indicator, words in lists.items()
    }


def _pattern(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*")


def named_lines(text: str, among: Collection[str]) -> tuple[str, ...]:
    """The indicators that the text names, of those given."""
    plain = folded(text)
    return tuple(indicator for indicator, words in _patterns().items() if indicator in among and words.search(plain))

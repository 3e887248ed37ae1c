"""Whether a short message is small talk and nothing else: the weather, lunch, a joke. Such a message is no evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.lexical import stopwords
from knowledge.load import read_yaml
from knowledge.schema import Language
from knowledge.text import folded

FILE = Path(__file__).parent / "smalltalk.yaml"
_LONGEST = 10
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+")


@cache
def _patterns(language: Language) -> Mapping[str, re.Pattern[str]]:
    lists: Mapping[str, Mapping[str, list[str]]] = read_yaml(FILE, dict[str, dict[str, list[str]]])
    return {
        kind: re.compile("|".join(re.escape(word).replace(r"\*", r"\w*") for word in words))
        for kind, words in lists[language].items()
    }


def is_small_talk(message: str, language: Language) -> bool:
    """Whether all the words of a short message are small talk's, or say nothing of their own."""
    text = folded(message)
    said = _WORD.findall(text)
    if not said or len(said) > _LONGEST:
        return False
    names = {word for word in said[1:] if word[:1].isupper() and word != "I"}
    patterns = _patterns(language)
    found = False
    for word in said:
        plain = word.lower()
        about = any(patterns[kind].fullmatch(plain) for kind in ("alone", "mine"))
        found = found or about
        empty = plain in stopwords(language) or "'" in plain or patterns["beside"].fullmatch(plain)
        if not about and not empty and word not in names:
            return False
    return found

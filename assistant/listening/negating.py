"""Whether a short message says plainly that a thing is not there: then it cannot bear out that it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.load import read_yaml
from knowledge.schema import Language
from knowledge.text import folded, sentences

FILE = Path(__file__).parent / "negating.yaml"
_LONGEST = 14


@cache
def _patterns(language: Language) -> tuple[re.Pattern[str], re.Pattern[str]]:
    lists: Mapping[str, Mapping[str, str]] = read_yaml(FILE, dict[str, dict[str, str]])
    says = re.compile(f"{lists['lead'][language]}(?:{lists['says'][language]})", re.IGNORECASE)
    return says, re.compile(rf"\b(?:{lists['not_where'][language]})\b", re.IGNORECASE)


def negates_plainly(text: str, language: Language) -> bool:
    """Whether each sentence of a short text says of something that it is not so, and nothing beside."""
    said = sentences(text)
    return bool(said) and len(text.split()) <= _LONGEST and all(_negates(sentence, language) for sentence in said)


def _negates(sentence: str, language: Language) -> bool:
    plain, (says, elsewhere) = folded(sentence), _patterns(language)
    return says.match(plain) is not None and elsewhere.search(plain) is None

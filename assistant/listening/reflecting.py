"""Whether what a model says back may be said: the leader's own words, and nothing that was not said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from assistant.listening.screen import is_order, seen
from knowledge.lexical import content_words, stems
from knowledge.load import read_yaml
from knowledge.schema import Language
from knowledge.text import folded, identified

FILE = Path(__file__).parent / "praise.yaml"
MOST_WORDS = 25
_LEAST_OWN = 0.6
_LANGUAGE_WORDS = 6
_MARKUP = re.compile(r"[<>\[\]{}`*_#|\\]|https?:|www\.|://")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<![.!?…] )(?<!^)\b[^\W\d_a-zæøåõäöüšž][\w’'-]+")


@cache
def _forbidden(language: Language, kind: str) -> re.Pattern[str]:
    patterns: Mapping[str, Mapping[str, str]] = read_yaml(FILE, dict[str, dict[str, str]])
    return re.compile(patterns[language][kind], re.IGNORECASE)


def praising(text: str, language: Language) -> tuple[str, ...]:
    """The words of praise and promise in a text, as they stand there in lower case."""
    return tuple(match.group().lower() for match in _forbidden(language, "praise").finditer(folded(text)))


def unfit(reflection: str, said: str, language: Language) -> str:
    """Why the reflection may not be said, or nothing. `said`: the leader's words and the question, whole."""
    text, heard = folded(reflection), folded(said).lower()
    if len(text.split()) > MOST_WORDS:
        return "long"
    if "?" in text:
        return "question"
    if _MARKUP.search(text) or seen(reflection) != reflection or "\n" in reflection.strip():
        return "markup"
    if praising(text, language) or _forbidden(language, "judgement").search(text) or "!" in text:
        return "judging"
    if is_order(text):
        return "order"
    if other_language(text, language):
        return "language"
    if any(figure not in heard for figure in _FIGURE.findall(text)):
        return "figure"
    if any(name.lower() not in heard for name in _NAME.findall(text)):
        return "name"
    return "" if _own(text, heard, language) >= _LEAST_OWN else "not_said"


def other_language(text: str, language: Language) -> bool:
    """Whether a text is surely in another language; of a few words that cannot be said."""
    if len(text.split()) < _LANGUAGE_WORDS:
        return False
    found, probability = identified(text)
    return found != language and probability >= 0.9


def _own(text: str, heard: str, language: Language) -> float:
    """The share of the reflection's content words whose stem the leader used."""
    words = set(stems(content_words(text, language), language))
    return len(words & set(stems(content_words(heard, language), language))) / len(words) if words else 1.0

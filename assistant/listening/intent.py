"""What a message is for: an answer, or something else. Cues are data; a long message is taken as an answer."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np

from assistant.listening.opening import is_limited, opening_of, refers_back, rejects
from assistant.listening.protocol import Asked
from assistant.listening.smalltalk import is_small_talk
from assistant.rule import Floats
from assistant.session import Intent
from knowledge.load import read_yaml
from knowledge.schema import Language
from knowledge.text import folded, identified, sentences

CUES = Path(__file__).parent / "cues.yaml"
_LETTER = re.compile(r"[^\W\d_]", re.UNICODE)
_SHORT = 14
_PLAIN = 5
_TALKING = ("interview", "confirm")
_BARE = 2
_QUESTION = 12
_LANGUAGE_WORDS = 6
_LONG = 40
_WEIGHT = 10 / 3
BESIDE: frozenset[Intent] = frozenset({"question_back", "correction", "off_topic", "hostile", "pause"})


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    """One pattern for each intent, over the cues of all three languages."""
    lists: dict[str, dict[str, list[str]]] = read_yaml(CUES, dict[str, dict[str, list[str]]])
    return {
        intent: re.compile("|".join(f"(?:{cue})" for cues in by_language.values() for cue in cues), re.IGNORECASE)
        for intent, by_language in lists.items()
    }


def _has(intent: str, text: str) -> bool:
    return _cues()[intent].search(text) is not None


def intent_of(message: str, asked: Asked) -> Intent:
    """The intent of a message, given what it answers."""
    text = folded(message)
    if not _LETTER.search(text) and not any(c.isdigit() for c in text):
        return "blank"
    words = len(text.split())
    if words <= _SHORT and (special := _short_intent(text, asked)):
        return special
    if words <= _LONG and (told := _said_back(text, asked)):
        return told
    if _asks_back(message, text, words):
        return "question_back"
    if words <= 40 and is_correction(text):
        return "correction"
    if words <= 25 and _has("hostile", text):
        return "hostile"
    if words <= 40 and _has("off_topic", text):
        return "off_topic"
    if asked.phase in _TALKING and is_small_talk(text, asked.language):
        return "off_topic"
    return "answer"


def is_correction(message: str) -> bool:
    """Whether a message says itself that it puts something right."""
    return _has("correction", folded(message)) or refers_back(message)


def shape(message: str) -> Floats:
    """Which cues a message holds, and its outer form: what the classifier of intents sees beside the words."""
    text = folded(message)
    words = len(text.split())
    form = (text.endswith("?"), "?" in text, words <= 5, words <= 12, words > 25)
    signs = [*(_has(cue, text) for cue in _cues()), *form]
    return _WEIGHT * np.array([*map(float, signs), min(words / _LONG, 1.5)])


def process_question(message: str) -> str | None:
    """A question about the talk itself: who sees it, or how long it takes."""
    text = folded(message)
    return next((topic for topic in ("about_who", "about_time") if _has(topic, text)), None)


def asks_about_the_question(message: str) -> bool:
    """Whether the leader asks what the question is for, or did not understand it."""
    return _has("puzzled", folded(message))


def _short_intent(text: str, asked: Asked) -> Intent | None:
    if asked.ask is not None and asked.ask.kind == "example" and _has("no_example", text):
        return "no_example"
    plain: tuple[Intent, ...] = ("stop", "pause", "decline", "dont_know")
    for intent in plain:
        if _has(intent, text):
            return intent
    return None


def _said_back(text: str, asked: Asked) -> Intent | None:
    """What an answer to "is that right?" opens with: a bare yes or no, or one that goes on to say how it is.

    To another question, a bare "that's wrong" speaks of what was said before.
    """
    confirming = asked.phase == "confirm"
    opening, words = opening_of(text), len(text.split())
    if not confirming and (asked.ask is None or asked.ask.kind != "say_back"):
        return "correction" if opening.puts_right and not opening.rest and rejects(text) else None
    goes_on: Intent = "correction" if confirming else "answer"
    if opening.puts_right:
        return goes_on if opening.rest else "no"
    if opening.kinds and opening.rest and is_limited(text):
        return goes_on
    if (opening.kinds or _has("yes", text)) and words <= (_SHORT if confirming else _PLAIN):
        return "yes"
    if words <= _BARE and _has("no", text):
        return "no"
    beside = _asks_back(text, text, words) or is_small_talk(text, asked.language)
    return "correction" if confirming and not beside else None


def _asks_back(message: str, text: str, words: int) -> bool:
    if words <= _QUESTION and (_has("puzzled", text) or _is_one_question(message)):
        return True
    if "?" not in text or words > 40:
        return False
    last = sentences(message)[-1] if sentences(message) else ""
    return last.endswith("?") and _has("question_back", text)


def _is_one_question(message: str) -> bool:
    """A short message that is a question and nothing else is asked of the coach."""
    parts = sentences(message)
    return len(parts) == 1 and parts[0].endswith("?") and _has("asking", folded(message))


def language_of(message: str, expected: Language) -> Language:
    """The language of a message; short messages are taken to be in the expected one."""
    if len(message.split()) < _LANGUAGE_WORDS:
        return expected
    language, probability = identified(message[:2000])
    return language if probability >= 0.95 else expected

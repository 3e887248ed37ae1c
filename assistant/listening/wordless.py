"""Whether a message says nothing of how it is: a yes, a number, a hum, given to a question that asks how."""

from __future__ import annotations

import re

from assistant.questions import Ask
from knowledge.text import folded

_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_MOST = 4
_AGREEING = frozenset(
    [
        "yes",
        "yeah",
        "yep",
        "yup",
        "sure",
        "ok",
        "okay",
        "right",
        "true",
        "indeed",
        "absolutely",
        "certainly",
        "definitely",
        "exactly",
        "maybe",
        "perhaps",
        "possibly",
        "ja",
        "jo",
        "jepp",
        "jada",
        "joda",
        "javel",
        "okei",
        "greit",
        "stemmer",
        "riktig",
        "klart",
        "selvsagt",
        "selvfølgelig",
        "kanskje",
        "muligens",
        "absolutt",
        "jah",
        "jaa",
        "nojah",
        "muidugi",
        "kindlasti",
        "just",
        "õige",
        "täpselt",
        "võib-olla",
        "vist",
    ]
)
_HUMMING = frozenset(("hm", "hmm", "hmmm", "mm", "mmm", "mhm", "ah", "oh", "eh", "um", "uh", "tja", "tjaa", "nja"))
_REFUSING = frozenset(["no", "nope", "nah", "nei", "niks", "neida", "ei", "eip"])
_OPEN = ("opening", "area")


def says_nothing(message: str, ask: Ask | None) -> bool:
    """Whether nothing in a message tells how it is. `ask`: what it answers; None for the questions that do not count.

    A no tells something where one thing was asked about, not where the question was how. To what was said back, a yes
    or a no is the answer.
    """
    tokens = _TOKEN.findall(folded(message).casefold())
    if not tokens or len(tokens) > _MOST:
        return False
    kind = ask.kind if ask else "opening"
    empty = _AGREEING | _HUMMING | (_REFUSING if kind in _OPEN else frozenset())
    if kind == "say_back":
        empty = _HUMMING
    return all(token.isdecimal() or token in empty or (len(token) == 1 and kind != "say_back") for token in tokens)

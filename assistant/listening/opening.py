"""How a message opens: agreeing with what was said back, denying it, or putting right what was said before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.load import read_yaml
from knowledge.text import folded, sentences

FILE = Path(__file__).parent / "opening.yaml"
_BETWEEN = r"[\s,.;:!-]*"
_WORD = re.compile(r"\S+")

Kind = Literal["agrees", "denies", "slips", "faults"]


@dataclass(frozen=True)
class Opening:
    """`kinds`: what the message opens with. `rest`: what follows, as it stands in the message; empty where nothing does."""

    kinds: frozenset[Kind]
    rest: str

    @property
    def puts_right(self) -> bool:
        return bool(self.kinds & {"denies", "slips", "faults"})


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """One pattern for each list, over all three languages: leaders mix them."""
    lists: dict[str, dict[str, list[str]]] = read_yaml(FILE, dict[str, dict[str, list[str]]])
    return {
        name: re.compile("|".join(f"(?:{p})" for ps in by_language.values() for p in ps), re.IGNORECASE)
        for name, by_language in lists.items()
    }


def opening_of(message: str) -> Opening:
    """What a message opens with, and what it goes on to say."""
    left, kinds = folded(message), set[Kind]()
    places: tuple[Kind, ...] = ("denies", "slips", "faults", "agrees")
    while left:
        kind = next((k for k in places if _at_start(k, left)), None)
        found = _at_start(kind or "beside", left)
        if found is None:
            break
        kinds |= {kind} if kind else set()
        left = re.sub(rf"^{_BETWEEN}", "", left[found.end() :])
    return Opening(frozenset(kinds), _as_said(message, left) if kinds else message)


def _at_start(name: str, text: str) -> re.Match[str] | None:
    found = _patterns()[name].match(text)
    return found if found and found.end() and not text[found.end() : found.end() + 1].isalnum() else None


def _as_said(message: str, rest: str) -> str:
    """The rest as it stands in the message: its last words."""
    words = [match.start() for match in _WORD.finditer(message)]
    count = len(rest.split())
    return message[words[-count] :].strip() if count else ""


def is_limited(text: str) -> bool:
    """Whether what follows a yes takes part of it back."""
    return _anywhere("limits", text)


def is_contrary(text: str) -> bool:
    """Whether what follows a no claims the contrary, as "we do have one" does."""
    return _anywhere("contrary", text)


def _anywhere(name: str, text: str) -> bool:
    plain = folded(text)
    return any(
        not plain[m.start() - 1 : m.start()].isalnum() and not plain[m.end() : m.end() + 1].isalnum()
        for m in _patterns()[name].finditer(plain)
    )


def rejects(text: str) -> bool:
    """Whether a denial says that something was got wrong."""
    return _anywhere("rejects", text)


def refers_back(message: str) -> bool:
    """Whether the first sentence speaks of what was said or written down before, in order to change it."""
    first = next(iter(sentences(message)), "")
    return _anywhere("refers", first)

"""One of several, named by its number, by its words, or by as much of them as tells it from the others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.terminal.screen import Screen

_WORD = re.compile(r"\w+")
_SHORTEST, _STEM, _ENDING = 3, 4, 3
_BESIDE = frozenset(
    ["the", "that", "this", "line", "about", "change", "and", "are", "yes", "not", "den", "det", "linje", "linja", "linjen", "punkt", "endre", "rett", "som", "har", "ikke", "nei", "see", "selle", "rida", "rea", "muuda", "paranda", "jah", "jaa", "mitte", "ole", "wrong", "right", "stemmer", "feil", "riktig", "vale", "oige"]
)  # fmt: skip


@dataclass(frozen=True)
class Option:
    """`label` is what is shown; `also`: what else it answers to."""

    value: str
    label: str
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (_plain(self.label), *(_plain(name) for name in self.also))


def named(text: str, options: Sequence[Option]) -> list[Option]:
    """The options that a text can mean: one where it is plain, several where it is not, none where it is none."""
    said = _plain(text)
    if said.isdecimal():
        return [options[int(said) - 1]] if 1 <= int(said) <= len(options) else []
    ways: tuple[Callable[[Option], bool], ...] = (
        lambda option: said in option.names,
        lambda option: any(name.startswith(said) for name in option.names),
        lambda option: any(f" {said}" in f" {name}" for name in option.names),
        lambda option: holds(" ".join(option.names), said),
    )
    return next((found for way in ways if said and (found := [o for o in options if way(o)])), [])


def holds(where: str, said: str) -> bool:
    """Whether every word of weight in what was said stands in a text, whatever its ending."""
    words, there = [w for w in _words(said) if len(w) >= _SHORTEST and w not in _BESIDE], _words(where)
    return bool(words) and all(any(_alike(word, other) for other in there) for word in words)


def _alike(one: str, other: str) -> bool:
    """Words that begin alike, but for an ending."""
    length = min(len(one), max(_STEM, len(one) - _ENDING))
    return one[:length] == other[:length] and len(other) >= length


def _words(text: str) -> list[str]:
    return _WORD.findall(_plain(text))


def _plain(text: str) -> str:
    """Without case, accents, and the stops at the end: what is typed in a hurry."""
    parts = unicodedata.normalize("NFKD", " ".join(text.casefold().split()).replace("ø", "o").replace("æ", "ae"))
    return "".join(part for part in parts if not unicodedata.combining(part)).strip(" .,:;!?\"'«»“”„")


def offer(screen: Screen, options: Sequence[Option], style: str = "cyan") -> None:
    """The options with their numbers."""
    for number, option in enumerate(options, start=1):
        screen.say(option.label, style, f"{number:>{len(str(len(options)))}}  ")


def picked(screen: Screen, text: str, options: Sequence[Option]) -> Option | None:
    """The one option that a text means; where it is not plain which, says so."""
    _, found = screen.gettext, named(text, options)
    if len(found) == 1:
        return found[0]
    if found and len(found) < len(options):
        numbers = ", ".join(str(options.index(option) + 1) for option in found)
        screen.hint(_("That could be more than one of them: {numbers}. Which one?").format(numbers=numbers))
    else:
        screen.hint(
            _("Choose by the number, 1 to {most}, or by the words, as far as needed.").format(most=len(options))
        )
    return None

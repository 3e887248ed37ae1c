"""People's names in quotes become roles, before anything leaves. A best effort: the page asks to read each quote."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from knowledge.load import read_yaml
from knowledge.schema import Language

FILE = Path(__file__).parent / "names.yaml"
_SOMEONE: dict[Language, str] = {"en": "[a colleague]", "nb": "[en kollega]", "et": "[kolleeg]"}
_ENDINGS: dict[Language, str] = {
    "en": r"(?:['’]s)?",
    "nb": r"(?:s|['’])?",
    "et": r"(?:['’]?(?:i|e|a|u|t|d|le|il|ile|ilt|iga|ist|isse|is|l|lt|ga|st|sse|na|ni|ta|ks|el|ele|elt|ega|est|al|ale|alt|aga|ast))?",
}
# Names that are words too: a name only before a surname.
_WORDS: dict[Language, frozenset[str]] = {
    "en": frozenset({"Even", "Odd", "Ole", "Ida"}),
    "nb": frozenset({"Even", "Anna", "Liv", "Dag"}),
    "et": frozenset({"Ole", "Anna", "Tore", "Maja", "Arve", "Ida", "Liv", "Jurist", "Jurista", "Toru", "Rikke"}),
}
_ALSO_WORDS = frozenset(
    [
        "Aina",
        "Ain",
        "Andre",
        "Bas",
        "Else",
        "Endel",
        "Endre",
        "Enn",
        "Finn",
        "Hans",
        "Jo",
        "Ken",
        "Kai",
        "Kalev",
        "Lea",
        "Leida",
        "Line",
        "Linn",
        "Lisa",
        "Live",
        "Mai",
        "Mark",
        "Max",
        "May",
        "Mille",
        "Milla",
        "Mina",
        "Minna",
        "Neil",
        "Per",
        "Sam",
        "Tea",
        "Tim",
        "Ville",
        "Will",
    ]
)
_CAPITAL = r"[^\W\d_a-zæøåõäöüšžéáíóúñçłśż]"
_SURNAME = rf"[ -]{_CAPITAL}[\w'’-]+"


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    names: list[str] = read_yaml(FILE, list[str])
    alone = [name for name in names if name not in _WORDS[language]]
    before_surname = sorted(_WORDS[language] | _ALSO_WORDS)
    given = rf"(?:{_any(alone)})(?:-{_CAPITAL}\w+)?{_ENDINGS[language]}(?:{_SURNAME})*"
    titled = rf"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Fru)\.? {_CAPITAL}[\w'’-]+"
    full = rf"(?:{_any(before_surname)})(?: {_CAPITAL}[\w'’-]+)+"
    return re.compile(rf"(?<![\w-])(?:{titled}|{full}|{given})(?![\w-])")


def _any(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def masked(text: str, language: Language) -> str:
    """The text with given names that are on the list, and the surnames that follow them, replaced."""
    words = _WORDS[language]
    return _pattern(language).sub(lambda m: m.group() if m.group() in words else _SOMEONE[language], text)


def named(text: str, language: Language) -> tuple[str, ...]:
    """The given names that are on the list, with the surnames that follow them, as they stand in the text."""
    return tuple(m.group() for m in _pattern(language).finditer(text) if m.group() not in _WORDS[language])

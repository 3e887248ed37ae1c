"""People's names in quotes become roles, before anything leaves. A best effort: the page asks to read each quote."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from knowledge.load import read_yaml
from knowledge.schema import Language

FILE = Path(__file__).parent / "names.yaml"
_SOMEONE: dict[Language, str] = {"en": "a colleague", "nb": "en kollega", "et": "kolleeg"}
# How the stand-in takes up what stood after the name: a genitive, in Estonian the case.
_CLEAR: dict[Language, str] = {"en": r"['’]s$", "nb": r"sens$", "et": r"\w{3}(?:ga|le|lt)$"}
_STANDS_IN: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (("s", "[{}]'s"),),
    "nb": (("s", "[{}]s"), ("’", "[{}]s"), ("'", "[{}]s")),
    "et": (
        ("le", "[{}ile]"), ("lt", "[{}ilt]"), ("ga", "[{}iga]"), ("sse", "[{}isse]"), ("st", "[{}ist]"), ("ks", "[{}iks]"),
        ("na", "[{}ina]"), ("ni", "[{}ini]"), ("ta", "[{}ita]"), ("l", "[{}il]"), ("s", "[{}is]"), ("", "[{}i]"),
    ),
}  # fmt: skip
_BEGINS = re.compile(r"(?:^|[.!?…][\"'”“»’)]*\s+)[\"'„“«‘(]*$")
_ENDINGS: dict[Language, str] = {
    "en": r"(?P<ending>['’]s)?",
    "nb": r"(?P<ending>s|['’])?",
    "et": r"(?P<ending>['’]?(?:i|e|a|u|t|d|le|il|ile|ilt|iga|ist|isse|is|l|lt|ga|st|sse|na|ni|ta|ks|el|ele|elt|ega|est|al|ale|alt|aga|ast))?",
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
    return _pattern(language).sub(lambda m: m.group() if m.group() in words else _stand_in(m, language), text)


def _stand_in(found: re.Match[str], language: Language) -> str:
    """Whoever was named, in the form that the name had, with a capital where a sentence begins."""
    someone = _SOMEONE[language]
    if _BEGINS.search(found.string[: found.start()]):
        someone = someone[0].upper() + someone[1:]
    surname = re.search(_CLEAR[language], found.group())
    ending = found["ending"] or (surname.group() if surname else "")
    forms = (form for last, form in _STANDS_IN[language] if ending and ending.endswith(last))
    return next(forms, "[{}]").format(someone)


def named(text: str, language: Language) -> tuple[str, ...]:
    """The given names that are on the list, with the surnames that follow them, as they stand in the text."""
    return tuple(m.group() for m in _pattern(language).finditer(text) if m.group() not in _WORDS[language])

"""People's names in quotes become roles, before anything leaves. A best effort: it says so where it is offered."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from knowledge.load import read_yaml
from knowledge.schema import Language

FILE = Path(__file__).parent / "names.yaml"
_SOMEONE: dict[Language, str] = {"en": "[a colleague]", "nb": "[en kollega]", "et": "[kolleeg]"}
_ENDINGS = "|'s|’s|s|i|e|a|u|t|d|le|il|ile|ilt|iga|ist|isse|is|l|lt|ga|st|sse|na|ni|ta|ks|el|ele|elt|ega|est|al|ale|alt|aga|ast"
_SURNAME = r"(?:[ -][A-ZÆØÅÕÄÖÜŠŽ][\wæøåõäöüšž'’-]+)*"


@cache
def _pattern() -> re.Pattern[str]:
    names: list[str] = read_yaml(FILE, list[str])
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    given = rf"(?:{listed})(?:-[A-ZÆØÅÕÄÖÜŠŽ]\w+)?(?:{_ENDINGS})"
    return re.compile(rf"(?<![\w-]){given}{_SURNAME}(?![\w-])")


def masked(text: str, language: Language) -> str:
    """The text with given names that are on the list, and the surnames that follow them, replaced."""
    return _pattern().sub(_SOMEONE[language], text)

"""Names and addresses masked before a text is sent to a model, and put back in what comes out. A best effort."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.capitals import alike, capitalised
from assistant.names import named
from knowledge.schema import Language

_MAIL = re.compile(r"[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBERS = (
    r"(?:\+|00)\d[\d ()-]{5,16}\d",
    r"\(\+?\d{1,4}\)[ -]?\d{2,4}(?:[ .-]?\d{2,4}){1,3}",
    r"0\d{2,4} \d{3,4} ?\d{3,4}",
    r"\d{3}[-.]\d{3}[-.]\d{4}",
    r"\d{3}[ -]\d{4}",
    r"\d(?:[ -]?\d){7}",
    r"\d{7}",
)
_PHONE = re.compile(rf"(?<![\w.,])(?:{'|'.join(_NUMBERS)})(?![\w%]|[.,]\d)")
_LEAST_NAME, _LEAST_SHORT = 3, 5


@dataclass(frozen=True)
class Redaction:
    """What was hidden behind which mask. `hide` and `reveal` undo each other."""

    masks: Mapping[str, str] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        for original in sorted(self.masks, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(original)}(?!\w)", lambda _, o=original: self.masks[o], text)  # type: ignore[misc]
        return text

    def reveal(self, text: str) -> str:
        for original, mask in self.masks.items():
            text = text.replace(mask, original)
        return text


def redaction(texts: Iterable[str], language: Language, given: Iterable[str] = (), by_shape: bool = False) -> Redaction:
    """The masks for all that is in the texts: e-mails, phone numbers, known given names, and the names in `given`.

    `by_shape`: capitalised words within sentences too, which names of people and places are, and little else.
    """
    whole = list(texts)
    masks: dict[str, str] = {}
    for kind, found in (
        ("organisation", _given(whole, language, given)),
        ("mail", [m for text in whole for m in _MAIL.findall(text)]),
        ("phone", [m for text in whole for m in _PHONE.findall(text)]),
        ("person", [m for text in whole for m in named(text, language)]),
        ("name", _shaped(whole, language) if by_shape else []),
    ):
        for number, original in enumerate((o for o in dict.fromkeys(found) if o not in masks), start=1):
            masks[original] = f"[{kind} {number}]"
    return Redaction(masks)


def _given(texts: Sequence[str], language: Language, given: Iterable[str]) -> list[str]:
    """The names given at the start, the first words that they are shortened to, and both with endings."""
    names = [name.strip() for name in given if len(name.strip()) >= _LEAST_NAME]
    short = [name.split()[0] for name in names if len(name.split()[0]) >= _LEAST_SHORT]
    return [*names, *(word for text in texts for word in alike(text, [*names, *short], language))]


def _shaped(texts: Sequence[str], language: Language) -> list[str]:
    """Capitalised words within sentences, and the same ones where a sentence begins with them."""
    found = [word for text in texts for word in capitalised(text, language)]
    parts = {part for words in found for part in words.split(" ")}
    return [*found, *(word for text in texts for word in alike(text, parts, language))]

"""Names and addresses masked before a text is sent to a model, and put back in what comes out. A best effort."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.names import named
from knowledge.schema import Language

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.,])(?:\+\d[\d ()-]{5,16}\d|\d{3}[ -]\d{4}|\d(?:[ -]?\d){7})(?![\w%]|[.,]\d)")
_LEAST_NAME = 3


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


def redaction(texts: Iterable[str], language: Language, given: Iterable[str] = ()) -> Redaction:
    """The masks for all that is in the texts: e-mails, phone numbers, known given names, and the names in `given`."""
    whole = list(texts)
    masks: dict[str, str] = {}
    for kind, found in (
        ("organisation", [name.strip() for name in given if len(name.strip()) >= _LEAST_NAME]),
        ("mail", [m for text in whole for m in _MAIL.findall(text)]),
        ("phone", [m for text in whole for m in _PHONE.findall(text)]),
        ("person", [m for text in whole for m in named(text, language)]),
    ):
        for number, original in enumerate((o for o in dict.fromkeys(found) if o not in masks), start=1):
            masks[original] = f"[{kind} {number}]"
    return Redaction(masks)

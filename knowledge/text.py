"""Sentences, quotes and languages of a text."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from knowledge.schema import Language

_END = re.compile(r"(?<=[.!?…])[\"'»”“)]*\s+(?=[\w\"'«„“”(–-])|\n+")
_ABBREVIATED = re.compile(r"(?:\b(?:ca|bl|nr|kl|dvs|osv|f|eks|mv|jf|mr|mrs|dr|vs|nt|vt|jne|lk|sh)|\d)\.$", re.I)
_CODES: dict[str, Language] = {"en": "en", "no": "nb", "et": "et"}
_FOLDED = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "\u00a0": " "}
)


def sentences(message: str, limit: int = 80) -> list[str]:
    """The message's sentences as they stand in it, at most `limit` of them."""
    parts: list[str] = []
    start = 0
    for match in _END.finditer(message):
        piece = message[start : match.start()].rstrip()
        if _ABBREVIATED.search(piece) and not piece.endswith(("?", "!")) and "\n" not in match.group():
            after = message[match.end() : match.end() + 1]
            if not after.isupper() or not piece[-2:-1].isdigit():
                continue
        parts.append(message[start : match.end()].strip())
        start = match.end()
    parts.append(message[start:].strip())
    return [part for part in parts if part][:limit]


def folded(text: str) -> str:
    """The text with typographic quotes, dashes and white space made plain, for comparing."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_FOLDED).split())


def stands_in(quote: str, message: str) -> bool:
    """Whether the quote was said: verbatim, but for typographic quotes and white space."""
    needle = folded(quote)
    return bool(needle) and needle in folded(message)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - 20 ms and 4 MB

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_CODES))
    return identifier


def identified(text: str) -> tuple[Language, float]:
    """The likeliest of the three languages, and how likely it is."""
    code, probability = _identifier().classify(text)
    return _CODES[code], float(probability)

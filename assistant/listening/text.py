"""Sentences and quotes: spans of a message, verbatim."""

from __future__ import annotations

import re
import unicodedata

_END = re.compile(r"(?<=[.!?…])[\"'»”“)]*\s+(?=[\w\"'«„“”(–-])|\n+")
_ABBREVIATED = re.compile(r"(?:\b(?:ca|bl|nr|kl|dvs|osv|f|eks|mv|jf|mr|mrs|dr|vs|nt|vt|jne|lk|sh)|\d)\.$", re.I)
_CLAUSE = re.compile(r"[,;:](?=\s)")
_LEAST_CLAUSE = 3
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


def gist(message: str, least: int, most: int) -> str | None:
    """A whole sentence of the message, or a clause that one begins with, of `least` to `most` words; verbatim."""
    for sentence in sentences(message):
        ends = [*(match.start() for match in _CLAUSE.finditer(sentence)), len(sentence)]
        begins = [0, *ends[:-1]]
        for begin, end in sorted(zip(begins, ends, strict=True), reverse=True):
            part = sentence[:end].strip()
            if least <= len(part.split()) <= most and len(sentence[begin:end].strip(",;: ").split()) >= _LEAST_CLAUSE:
                return part
    return None

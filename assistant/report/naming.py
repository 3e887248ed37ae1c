"""What a document is called where it is saved, and a scope in few words.

Of what the leader typed before the talk only the organisation or the scope is named, never anything said in it. It is
the name that a download offers; nothing of ours is stored under it.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from assistant.session import Profile

_HOUSE = "Varde"
_UNSAFE = re.compile(
    r'[\x00-\x1f\x7f/\\:*?"<>|\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]+'
)
_PARTS_END = re.compile(r"\s+[–—-]\s+|[:;(]|,\s")
_BREAKS = re.compile(r"\s+[–—-]\s+|\s*[:;(/|]\s*")
_LONGEST_WHOLE, _LONGEST_NAME, _MOST_BYTES = 40, 60, 180
_PLAIN = str.maketrans({
    "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "ß": "ss", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L",
    "–": "-", "—": "-", "‘": "'", "’": "'", "“": "'", "”": "'", "«": "'", "»": "'", '"': "'", "\\": "", "%": "",
})  # fmt: skip


def shortened(scope: str, longest: int) -> str:
    """The scope in at most so many characters: cut where a part of it ends, else after a word, with an ellipsis."""
    whole = " ".join(scope.split())
    if len(whole) <= longest:
        return whole
    ends = [found.start() for found in _PARTS_END.finditer(whole) if longest / 3 <= found.start() <= longest]
    if ends:
        return whole[: ends[-1]].rstrip(" ,.;:–—-")
    words = whole[: longest - 1].rpartition(" ")[0] or whole[: longest - 2]
    return f"{words.rstrip(' ,.;:–—-(')} …"


def file_name(profile: Profile, date: str, form: str, part: str = "") -> str:
    """`Varde – Storvær kommune – 2026-11-22.pdf`. `date` is an ISO time; `part` says what it holds besides a report."""
    named = " – ".join(text for text in (_HOUSE, _whose(profile), part, date[:10]) if text)
    return f"{named}.{form}"


def disposition(name: str) -> str:
    """The header that offers a file under its name (RFC 6266), with a name in ASCII for what cannot read the other."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    plain = " ".join(decomposed.encode("ascii", "ignore").decode().split())
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _whose(profile: Profile) -> str:
    """The organisation, else the scope up to its first break where it is long; nothing where nothing is left of it."""
    typed = unicodedata.normalize("NFC", profile.organisation.strip() or profile.scope)
    whole = _clean(typed)
    named = whole if len(whole) <= _LONGEST_WHOLE else _clean(_BREAKS.split(typed.strip())[0]) or whole
    return _clean(shortened(named, _LONGEST_NAME).encode()[:_MOST_BYTES].decode(errors="ignore").removesuffix(" …"))


def _clean(text: str) -> str:
    """Without what a file system refuses or a reader cannot see, and without dots and strokes at its ends."""
    found = " ".join(_UNSAFE.sub(" ", text).split()).strip(" .,;-–—_~")
    return found if any(character.isalnum() for character in found) else ""

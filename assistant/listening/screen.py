"""What in a message is speech to a machine, not testimony: it is taken out before a model reads, and counts for nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.load import read_yaml
from knowledge.text import sentences

FILE = Path(__file__).parent / "orders.yaml"
_UNSEEN = frozenset({"Cf", "Co", "Cn", "Cs"})
_HARMLESS = "\u00ad\u200c\u200d"
_LOOKALIKES = str.maketrans("аеорсухіјѕԁ", "aeopcyxijsd")
_MOST = 200
_MARKED = re.compile(r"(?<=[.!?…])\s+(?=[<\[{!#*|`-])|\n+")


@dataclass(frozen=True)
class Screened:
    """`text`: what is left to read, verbatim; `orders`: how many sentences were taken out; `hidden`: unseen letters."""

    text: str
    orders: int
    hidden: int


@cache
def _patterns() -> re.Pattern[str]:
    lists: Mapping[str, list[str]] = read_yaml(FILE, dict[str, list[str]])
    every = (pattern for patterns in lists.values() for pattern in patterns)
    return re.compile("|".join(f"(?:{pattern})" for pattern in every), re.IGNORECASE | re.MULTILINE)


def is_order(text: str) -> bool:
    """Whether the text speaks to a machine."""
    plain = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES)
    return _patterns().search(" ".join(plain.split())) is not None or _patterns().search(plain) is not None


def seen(text: str) -> str:
    """The text without letters that nobody sees: Unicode tags, zero widths, marks of direction, private use."""
    return "".join(c for c in text if c in _HARMLESS or unicodedata.category(c) not in _UNSEEN)


def screened(message: str) -> Screened:
    """The message without sentences that speak to a machine. A text that hides letters is screened without them."""
    visible = seen(message)
    hidden = len(message) - len(visible)
    pieces = [part for piece in sentences(visible, _MOST) for part in _MARKED.split(piece) if part]
    kept = [piece for piece in pieces if not is_order(piece)]
    if len(kept) == len(pieces):
        return Screened(visible if not is_order(visible) else "", int(is_order(visible)), hidden)
    return Screened(" ".join(kept), len(pieces) - len(kept), hidden)

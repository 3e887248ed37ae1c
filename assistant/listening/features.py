"""Features of a message: hashed words, word pairs and character n-grams. numpy and the standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from zlib import crc32

import numpy as np

from assistant.rule import Floats, Ints

_WORD = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)
BUCKETS = 1 << 17
_LONGEST = 4000


def tokens(text: str) -> list[str]:
    """Lower-case words; numbers as one mark by their number of digits."""
    return ["0" * min(len(w), 4) if w.isdigit() else w for w in _WORD.findall(text[:_LONGEST].lower())]


def _names(text: str) -> Iterator[str]:
    words = tokens(text)
    for word in words:
        yield "w" + word
        padded = f"<{word}>"
        for size in (3, 4, 5):
            for start in range(len(padded) - size + 1):
                yield "c" + padded[start : start + size]
    for first, second in pairwise(words):
        yield f"b{first} {second}"


def features(parts: Iterable[tuple[str, str]]) -> tuple[Ints, Floats]:
    """Buckets and weights, of unit length, of several named parts of an answer.

    Each part adds its features once under its own name and once under a common one.
    """
    counts: dict[int, float] = {}
    for name, text in parts:
        for feature in _names(text):
            for key in (feature, f"{name}|{feature}"):
                bucket = crc32(key.encode()) % BUCKETS
                counts[bucket] = counts.get(bucket, 0.0) + 1.0
    buckets = np.fromiter(counts.keys(), dtype=int, count=len(counts))
    weights = 1.0 + np.log(np.fromiter(counts.values(), dtype=float, count=len(counts)))
    norm = float(np.sqrt((weights**2).sum()))
    return buckets, weights / norm if norm else weights

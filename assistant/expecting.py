"""Whether a question sounds like one that the sources answer: learnt from those they do and those they are silent on.

It reads the wording alone (how exact a figure, whose opinion, which example is asked for), where the measures of
`assistant/sufficiency.py` look at what was found. A logistic rule over hashed words and letters, and over how near the
question's vector lies to some hundred landmarks among the questions it was learnt from (a Nyström approximation of a
Gaussian kernel), fitted by `make fit-answers` on `knowledge/questions` and `knowledge/silences`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from knowledge.embedding import Vectors, static
from knowledge.text import folded

FILE = Path(__file__).parent / "expecting.npz"
WORDS, LETTERS = 2**13, 2**15
_TOKEN = re.compile(r"\w+|%")
_LEAST, _MOST = 2, 5
_SHARPNESS = 2.0

Row = dict[int, float]


def hashed(question: str) -> Row:
    """The features of a question's wording: bucket and value. Words and letters have a length of one each."""
    words = _TOKEN.findall(folded(question).lower())
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    grams = (
        f"_{word}_"[start : start + length]
        for word in words
        for length in range(_LEAST, _MOST + 1)
        for start in range(len(word) + 3 - length)
    )
    return _row(crc32(name.encode()) % WORDS for name in (*words, *pairs)) | _row(
        WORDS + crc32(gram.encode()) % LETTERS for gram in grams
    )


def _row(buckets: Iterable[int]) -> Row:
    counted = {bucket: 1 + np.log(times) for bucket, times in Counter(buckets).items()}
    length = float(np.sqrt(sum(value**2 for value in counted.values()))) or 1.0
    return {bucket: float(value / length) for bucket, value in counted.items()}


def nearness(vectors: Vectors, landmarks: Vectors) -> Vectors:
    """How near each vector of length one lies to each landmark, 0 to 1: (vectors, landmarks)."""
    return np.asarray(np.exp(-2 * _SHARPNESS * (1 - vectors @ landmarks.T)), dtype=np.float32)


@cache
def _fitted(path: Path) -> tuple[Any, Any, Any, float]:
    with np.load(path) as kept:
        wording, landmarks, meaning = (kept[name].astype(np.float32) for name in ("wording", "landmarks", "meaning"))
        return wording, landmarks, meaning, float(kept["offset"])


def expected(question: str, path: Path = FILE) -> float:
    """The logit of the sources answering a question that is worded so; above nought, it is likelier than not.

    Its vector is that of the embedding that comes with Varde, whichever one the search takes: it was learnt on that.
    """
    wording, landmarks, meaning, offset = _fitted(path)
    said = sum(value * float(wording[bucket]) for bucket, value in hashed(question).items())
    return float(said + (nearness(static().embed([question]), landmarks) @ meaning)[0] + offset)

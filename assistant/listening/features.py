"""Features of an answer: hashed words and character n-grams, and a small block of named ones. No model, numpy only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import get_args
from zlib import crc32

import numpy as np

from assistant.listening.lexicon import lexicon, words
from assistant.rule import Floats, Ints
from knowledge.schema import AreaKey, Language, Rubric
from knowledge.text import sentences

BUCKETS = 1 << 17
PARTS = ("says", "more")
TOPICS = ("opening", *get_args(AreaKey))
_WORD = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)
_SIGNS = (
    re.compile(r"\d"), re.compile(r"\b(?:19|20)\d\d\b"), re.compile(r"\d\s?(?:%|per cent|percent|prosent|protsenti)"),
    re.compile(r"[\"“„«]"), re.compile(r"\?"), re.compile(r"(?<=[a-zæøåõäöü,] )[A-ZÆØÅÕÄÖÜ][a-zæøåõäöü]"),
)  # fmt: skip
_LONGEST = 4000
_LONG_WORDS = 40.0
_COUNTED = 3
_FEW = 3
_CROSSED = 2 / 3
_OF_INDICATOR = 1.4
_OF_OPEN = 2.0
_STEM = 6

Parts = Sequence[tuple[str, str]]


def _tokens(text: str) -> list[str]:
    """Lower-case words; a number becomes a mark of its length."""
    return ["0" * min(len(w), 4) if w.isdigit() else w for w in _WORD.findall(text[:_LONGEST].lower())]


def _names(text: str) -> Iterator[str]:
    tokens = _tokens(text)
    for word in tokens:
        yield "w" + word
        padded = f"<{word}>"
        for size in (3, 4, 5):
            for start in range(len(padded) - size + 1):
                yield "c" + padded[start : start + size]
    for first, second in pairwise(tokens):
        yield f"b{first} {second}"


def hashed(parts: Parts) -> tuple[Ints, Floats]:
    """Buckets and weights, of unit length, of all parts of an answer together."""
    counts: dict[int, float] = {}
    for _, text in parts:
        for name in _names(text):
            bucket = crc32(name.encode()) % BUCKETS
            counts[bucket] = counts.get(bucket, 0.0) + 1.0
    buckets = np.fromiter(counts.keys(), dtype=int, count=len(counts))
    weights = 1.0 + np.log(np.fromiter(counts.values(), dtype=float, count=len(counts)))
    norm = float(np.sqrt((weights**2).sum()))
    return buckets, weights / norm if norm else weights


def crossed(parts: Parts, indicator: str, language: Language) -> tuple[Ints, Floats]:
    """Buckets and weights of the words said on an indicator: the same word tells another thing on another one."""
    said = {word[:_STEM] if language == "et" else word for _, text in parts for word in words(text[:_LONGEST])}
    buckets = sorted({crc32(f"{indicator}|{language}|{word}".encode()) % BUCKETS for word in said})
    weight = _OF_INDICATOR / np.sqrt(max(len(said), 1))
    return np.array(buckets, dtype=int), np.full(len(buckets), weight)


@cache
def _layout(categories: int, indicators: int) -> dict[str, tuple[int, int]]:
    """Where each family of named features lies in the dense vector."""
    sizes = {"indicator": indicators, "level": 6 * categories}
    sizes |= {f"{family}:{part}": categories for part in PARTS for family in ("any", "count", "first", "last")}
    sizes["crossed"] = indicators * categories
    sizes |= {"both": categories} | {f"signs:{part}": len(_SIGNS) + 2 for part in PARTS}
    found, start = {}, 0
    for name, size in sizes.items():
        found[name] = (start, start + size)
        start += size
    return found


def dense_size(rubric: Rubric, language: Language = "en") -> int:
    layout = _layout(len(lexicon(language).categories), len(rubric.indicators))
    return max(end for _, end in layout.values())


def dense(parts: Parts, indicator: str, rubric: Rubric, language: Language) -> Floats:
    """The named features: cues by category, part, place and indicator; signs such as numbers; the indicator asked about."""
    categories = len(lexicon(language).categories)
    layout = {name: slice(*place) for name, place in _layout(categories, len(rubric.indicators)).items()}
    vector = np.zeros(dense_size(rubric, language))
    ids = [i.id for i in rubric.indicators]
    vector[layout["indicator"]][ids.index(indicator)] = 1.0
    seen = np.zeros((len(PARTS), categories))
    for name, text in parts:
        part = PARTS.index(name)
        pieces = [_counts(piece, language) for piece in sentences(text[:_LONGEST]) or [text]]
        total = np.sum(pieces, axis=0)
        seen[part] = total > 0
        vector[layout[f"any:{name}"]] = seen[part]
        vector[layout[f"count:{name}"]] = np.minimum(total, _COUNTED) / _COUNTED
        vector[layout[f"first:{name}"]] = pieces[0] > 0
        vector[layout[f"last:{name}"]] = pieces[-1] > 0
        signs = [float(sign.search(text) is not None) for sign in _SIGNS]
        vector[layout[f"signs:{name}"]] = [*signs, min(len(text.split()) / _LONG_WORDS, 2.0), 1.0]
    present = seen.max(axis=0)
    vector[layout["both"]] = seen.min(axis=0)
    place = layout["crossed"].start + ids.index(indicator) * categories
    vector[place : place + categories] = _CROSSED * present
    level = rubric.by_id[indicator].level - 1
    vector[layout["level"]][level * categories : (level + 1) * categories] = present
    return vector


def open_size(language: Language = "en") -> int:
    return (2 + len(TOPICS)) * len(lexicon(language).categories) + len(TOPICS) + 2


def open_named(text: str, topic: str, language: Language) -> Floats:
    """The named features of an open answer: cues by category, alone and with the topic; the topic; length and numbers."""
    counts = np.sum([_counts(piece, language) for piece in sentences(text[:_LONGEST]) or [text]], axis=0)
    met, places = (counts > 0).astype(float), np.array([name == topic for name in TOPICS], dtype=float)
    size = np.array([min(len(text.split()) / _LONG_WORDS, 2.0), float(_SIGNS[0].search(text) is not None)])
    several, crossing = np.minimum(counts, _COUNTED) / _COUNTED, _CROSSED * np.outer(places, met).ravel()
    return np.asarray(_OF_OPEN * np.concatenate([met, several, crossing, places, size]))


def grounding(parts: Parts, language: Language) -> int:
    """How many kinds of things to go by an answer holds: categories of cues, and numbers that stand among words."""
    found = {hit for _, text in parts for hit in lexicon(language).hits(words(text[:_LONGEST]))}
    numbers = (_SIGNS[0].search(text) is not None and len(text.split()) >= _FEW for _, text in parts)
    return len(found) + any(numbers)


def _counts(text: str, language: Language) -> Floats:
    found = lexicon(language)
    counts = np.zeros(len(found.categories))
    for category in found.hits(words(text)):
        counts[category] += 1
    return counts

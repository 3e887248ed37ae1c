"""The lexical half of the search: stems and character 4-grams, so that Estonian and compounds are found too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.load import read_yaml
from knowledge.schema import Language
from knowledge.text import folded

Scores = NDArray[np.float32]

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_STEMMERS = {"en": "english", "nb": "norwegian", "et": "estonian"}
_GRAM = 4
_GRAM_LEAST = 6
_STEM_WEIGHT = 3


@cache
def _stemmer(language: Language) -> Any:
    import Stemmer  # noqa: PLC0415 - only where something is searched

    return Stemmer.Stemmer(_STEMMERS[language])


@cache
def stopwords(language: Language) -> frozenset[str]:
    """Words that carry no content, of questions above all."""
    words: dict[str, str] = read_yaml(Path(__file__).parent / "stopwords.yaml", dict[str, str])
    return frozenset(words[language].split())


def content_words(text: str, language: Language) -> list[str]:
    """Lower-case words without stop words, in their order."""
    return [w for w in _WORD.findall(folded(text).lower()) if w not in stopwords(language)]


def stems(words: Sequence[str], language: Language) -> list[str]:
    found: list[str] = _stemmer(language).stemWords(list(words))
    return found


def grams(word: str) -> list[str]:
    """The character 4-grams of a long word."""
    return [word[i : i + _GRAM] for i in range(len(word) - _GRAM + 1)] if len(word) >= _GRAM_LEAST else []


def terms(text: str, language: Language) -> list[str]:
    """What is counted: `s` and a stem, `g` and a 4-gram."""
    words = content_words(text, language)
    return ["s" + stem for stem in stems(words, language)] + ["g" + gram for word in words for gram in grams(word)]


def wanted(question: str, language: Language) -> list[str]:
    """What is looked for: a stem weighs as much as several 4-grams, or long words would drown the short ones."""
    words = content_words(question, language)
    return ["s" + stem for stem in stems(words, language)] * _STEM_WEIGHT + [
        "g" + gram for word in words for gram in grams(word)
    ]


class LexicalIndex:
    """BM25 over a list of texts; saved as plain arrays."""

    def __init__(self, bm25: Any) -> None:
        self._bm25 = bm25

    @classmethod
    def build(cls, texts: Sequence[tuple[str, Language]], beside: Sequence[tuple[str, Language]] = ()) -> LexicalIndex:
        """`beside`: texts that are not looked for, but say how rare a word is: a few documents alone can't."""
        import bm25s  # noqa: PLC0415 - only where something is searched

        bm25 = bm25s.BM25(k1=1.2, b=0.6)
        bm25.index([terms(text, language) for text, language in (*texts, *beside)], show_progress=False)
        return cls(bm25)

    @classmethod
    def read(cls, folder: Path) -> LexicalIndex:
        import bm25s  # noqa: PLC0415 - only where something is searched

        return cls(bm25s.BM25.load(str(folder), mmap=True, show_progress=False))

    def save(self, folder: Path) -> None:
        self._bm25.save(str(folder), show_progress=False)

    def known(self, looked_for: Sequence[str]) -> float:
        """The share of stems looked for that stand in any text."""
        stems = [term for term in looked_for if term.startswith("s")]
        return sum(stem in self._bm25.vocab_dict for stem in stems) / len(stems) if stems else 0.0

    def scores(self, looked_for: Sequence[str]) -> Scores:
        """The score of every text, in the order in which they were given; those beside come last."""
        known = [term for term in looked_for if term in self._bm25.vocab_dict]
        if not known:
            return np.zeros(int(self._bm25.scores["num_docs"]), dtype=np.float32)
        found: Scores = self._bm25.get_scores(known)
        return found

"""The lexical half of the search: stems and character 4-grams, so that Estonian and compounds are found too."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
_ARRAYS = ("starts", "where", "weights")
_VOCABULARY = "vocabulary.json"


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


@dataclass(frozen=True)
class LexicalIndex:
    """BM25 over a list of texts, as plain arrays: bm25s reckons them, and is not needed to look something up.

    `vocabulary`: the place of each term. `starts`: where each term's texts begin; `where`, `weights`: the texts it
    stands in, and what it adds to their scores. `texts`: how many there are.
    """

    vocabulary: Mapping[str, int]
    starts: NDArray[np.integer[Any]]
    where: NDArray[np.integer[Any]]
    weights: Scores
    texts: int

    @classmethod
    def build(cls, texts: Sequence[tuple[str, Language]], beside: Sequence[tuple[str, Language]] = ()) -> LexicalIndex:
        """`beside`: texts that are not looked for, but say how rare a word is: a few documents alone can't."""
        import bm25s  # noqa: PLC0415 - only where something is indexed

        bm25 = bm25s.BM25(k1=1.2, b=0.6)
        bm25.index([terms(text, language) for text, language in (*texts, *beside)], show_progress=False)
        made = bm25.scores
        where = made["indices"].astype(np.min_scalar_type(made["num_docs"]))  # it is held in memory while answering
        return cls(bm25.vocab_dict, made["indptr"], where, made["data"].astype(np.float16), int(made["num_docs"]))

    @classmethod
    def read(cls, folder: Path) -> LexicalIndex:
        kept = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
        # plain arrays over the mapped files: each slice of a mapped one would cost an object of its own
        arrays = [np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in _ARRAYS]
        return cls(kept["terms"], arrays[0], arrays[1], arrays[2], kept["texts"])

    def save(self, folder: Path) -> None:
        folder.mkdir()
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name))
        kept = {"terms": self.vocabulary, "texts": self.texts}
        (folder / _VOCABULARY).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")

    def known(self, looked_for: Sequence[str]) -> float:
        """The share of stems looked for that stand in any text."""
        stems = [term for term in looked_for if term.startswith("s")]
        return sum(stem in self.vocabulary for stem in stems) / len(stems) if stems else 0.0

    def scores(self, looked_for: Sequence[str]) -> Scores:
        """The score of every text, in the order in which they were given; those beside come last."""
        found = np.zeros(self.texts, dtype=np.float32)
        for term, times in Counter(looked_for).items():
            if (place := self.vocabulary.get(term)) is not None:
                here = slice(int(self.starts[place]), int(self.starts[place + 1]))
                np.add.at(found, self.where[here], self.weights[here] * np.float32(times))
        return found

"""The questions of a shard, compared word by word: those that its passages answer, and those that the sources don't.

The mean vector of a question hardly moves with one word ("customers" for "employees", "Norwegian" more or less), and
that word decides whether the sources say it. So each word is met with the likest one of the other question, both ways,
and weighed by how rare it is among the questions: late interaction, as ColBERT does it (Khattab & Zaharia 2020).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Embedder, Vectors
from knowledge.schema import Passage
from knowledge.text import folded

Places = NDArray[np.intp]

_WORD = re.compile(r"\w+|%")
_ARRAYS = ("rows", "silent", "starts", "words", "meanings", "rarity")
_VOCABULARY = "vocabulary.json"
_LIKE = 0.35
_NEAREST = 100
_SHARPNESS = 6.0


def words_of(question: str) -> list[str]:
    """The words of a question, lower-case, each once; those that ask are kept, for they tell what is asked."""
    return list(dict.fromkeys(_WORD.findall(folded(question).lower())))


@dataclass(frozen=True)
class AskedIndex:
    """The words of questions as plain arrays.

    `rows`: where each question's vector stands among those of its shard. `silent`: whether the sources are silent on
    it. `starts`: where each question's words begin, and where the last one's end; `words`: their places in
    `vocabulary`. `meanings`: the vector of each word, (words, dimensions); `rarity`: the logarithm of how rare it is.
    """

    rows: NDArray[np.integer[Any]]
    silent: NDArray[np.bool_]
    starts: NDArray[np.integer[Any]]
    words: NDArray[np.integer[Any]]
    vocabulary: Mapping[str, int]
    meanings: NDArray[np.floating[Any]]
    rarity: NDArray[np.floating[Any]]

    @classmethod
    def build(cls, passages: Sequence[Passage], embedder: Embedder) -> AskedIndex:
        """The questions of the passages, in the order of a shard: of each its text, then what it is asked."""
        firsts = np.cumsum([0, *(1 + len(passage.asked) for passage in passages)])[:-1]
        rows = [first + 1 + place for first, p in zip(firsts, passages, strict=True) for place in range(len(p.asked))]
        silent = [passage.kind == "silence" for passage in passages for _ in passage.asked]
        found = [words_of(question) for passage in passages for question in passage.asked]
        counts = Counter(word for words in found for word in words)
        vocabulary = {word: place for place, word in enumerate(counts)}
        return cls(
            np.array(rows, dtype=np.int32),
            np.array(silent, dtype=np.bool_),
            np.cumsum([0, *(len(words) for words in found)], dtype=np.int32),
            np.array([vocabulary[word] for words in found for word in words], dtype=np.int32),
            vocabulary,
            (embedder.embed(list(counts)) if counts else np.zeros((0, 0))).astype(np.float16),
            np.log(max(len(found), 1) / (1 + np.array(list(counts.values())))).clip(0).astype(np.float32),
        )

    @classmethod
    def read(cls, folder: Path) -> AskedIndex:
        vocabulary = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
        arrays = {name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in _ARRAYS}
        return cls(vocabulary=vocabulary, **arrays)

    def save(self, folder: Path) -> None:
        folder.mkdir()
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name))
        (folder / _VOCABULARY).write_text(json.dumps(self.vocabulary, ensure_ascii=False), encoding="utf-8")

    def densities(self, near: Vectors, words: Sequence[str], meanings: Vectors) -> tuple[float, float]:
        """How densely questions that passages answer, and such that the sources are silent on, lie around another one.

        Sums of a Gaussian kernel over the nearest. `near`: the cosine of each vector of the shard, (vectors,).
        `words`, `meanings`: those of the question, (words, dimensions).
        """
        if not len(self.rows) or not words:
            return 0.0, 0.0
        cosines = near[self.rows]
        most = min(_NEAREST, len(cosines))
        places = np.argpartition(-cosines, most - 1)[:most]
        kernel = np.exp(-2 * _SHARPNESS * (1 - self.alike(places, words, meanings)))
        silent = self.silent[places]
        return float(kernel[~silent].sum()), float(kernel[silent].sum())

    def alike(self, places: Places, words: Sequence[str], meanings: Vectors) -> Vectors:
        """How alike a question is to those at `places`, 0 to 1: (places,).

        The harmonic mean of how far its words are met in the other one, and the other's in it.
        """
        lengths = self.starts[places + 1] - self.starts[places]
        begins = np.cumsum([0, *lengths[:-1]])
        theirs = np.concatenate([self.words[self.starts[place] : self.starts[place + 1]] for place in places])
        likeness = meanings @ self.meanings[theirs].astype(np.float32).T
        likeness = np.where(likeness < _LIKE, 0.0, likeness)
        own = np.array([self._rarity(word) for word in words])
        met = own @ np.maximum.reduceat(likeness, begins, axis=1) / max(own.sum(), 1e-9)
        rarity = self.rarity[theirs]
        meets = np.add.reduceat(rarity * likeness.max(axis=0), begins) / np.maximum(
            np.add.reduceat(rarity, begins), 1e-9
        )
        return np.asarray(2 * met * meets / np.maximum(met + meets, 1e-9))

    def _rarity(self, word: str) -> float:
        place = self.vocabulary.get(word)
        return float(np.log(len(self.rows))) if place is None else float(self.rarity[place])

"""Whether the sources answer a question: measures of how well it is met, and the rule that decides.

The rules are logistic; their numbers stand in `answers.yaml`, fitted by `make fit-answers`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.expecting import expected
from assistant.library import passages
from assistant.quoting import Quoter, stems_of
from knowledge.embedding import Vectors
from knowledge.lexical import content_words, grams, stems
from knowledge.load import read_yaml
from knowledge.schema import Knowledge, Language, Passage, Value
from knowledge.search import Hit

FITTED = Path(__file__).parent / "answers.yaml"
SILENT = 0.58
_LIKE = 0.5
_REMEMBERED = 60
_SURE, _DENSELY, _MOST = 4.0, 2.0, 1.5
_SAME = ((0.85, 0.05), (0.78, 0.1))
_UNTOLD = {"silence": 0.0, "silence_ahead": 0.0, "silence_words": 0.0}


@dataclass(frozen=True)
class Measured:
    """How well a question is met: what the decision to answer is taken from; shares and cosines.

    `meaning`: of the nearest passage. `covered`, `covered_by_one`: the share of the question's words, weighed by how
    rare they are, that the best passages or the best one hold. `sentence`: of the nearest sentence. `unmet`: the
    weight of the word that is met least. `known`: the share of words that any passage holds. `silence`: how
    near lies a question that the sources are known not to answer, beyond what is usual; `silence_ahead` and
    `silence_words`: how much nearer than one that they answer, in meaning and in words. `expected`: whether it is
    worded like one that they answer (`assistant/expecting.py`), -1.5 to 1.5. `among`: whether more of the questions
    around it are such (`Search.among`), -1.5 to 1.5. `own`: whether a document of one's own lies nearest, of which
    neither silences nor wording tell anything; then the last five are nought. `same`: whether a question that a
    passage answers is nearly the same one.
    """

    meaning: float
    covered: float
    covered_by_one: float
    sentence: float
    unmet: float
    known: float
    silence: float
    silence_ahead: float
    silence_words: float
    expected: float
    among: float
    own: bool = False
    same: bool = False

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(getattr(self, name) for name in MEASURES)


MEASURES = tuple(measure.name for measure in fields(Measured) if measure.name not in ("own", "same"))


class Rule(Value):
    """A logistic rule: a weight for each measure, in their order, and the chance that is answered from."""

    offset: float
    weights: tuple[float, ...]
    answer_from: float

    def chance(self, measured: Measured) -> float:
        score = self.offset + sum(w * v for w, v in zip(self.weights, measured.values, strict=True))
        return 1 / (1 + math.exp(-score))


class Fitted(Value):
    """The numbers of the decision: whether a question is on what is known here at all, and whether that answers it."""

    topic: Rule
    sources: Rule
    off_topic_below: float

    @classmethod
    def read(cls, path: Path = FITTED) -> Fitted:
        found: Fitted = read_yaml(path, cls)
        return found

    def answers(self, measured: Measured) -> bool:
        """Whether to answer. What the sources are silent on tells nothing of a document of one's own."""
        met = self.topic.chance(measured) >= self.topic.answer_from
        return met and (measured.own or measured.same or self.chance(measured) >= self.sources.answer_from)

    def chance(self, measured: Measured) -> float:
        return (self.topic if measured.own or measured.same else self.sources).chance(measured)


class Measurer:
    """Measures how well a question is met by what was found."""

    def __init__(self, known: Knowledge, quoter: Quoter) -> None:
        self._known, self._quoter = known, quoter
        self._rarities: dict[Language, dict[str, float]] = {}
        self._rarest: dict[Language, float] = {}
        self._read: dict[tuple[str, str], tuple[list[str], set[str], Vectors]] = {}

    def measure(
        self, question: str, asked: Vectors, language: Language, hits: Sequence[Hit], silence: Hit | None,
        among: float,
    ) -> Measured:  # fmt: skip
        """How well what was found meets the question. `asked`: its vector, (dimensions,). `among`: see Search."""
        words = list(dict.fromkeys(content_words(question, language)))
        if not hits or not words:
            return Measured(0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        rarity = np.array([self._rarity(word, language) for word in words])
        rarity = rarity / rarity.sum()
        vectors = self._quoter.embedder.embed(words)
        met = np.array([self._met(words, vectors, language, hit.passage) for hit in hits[:3]])
        best = met.max(axis=0)
        own = hits[0].passage.kind == "document"
        nearest = max(hit.asked for hit in hits)
        ahead = nearest - (silence.asked if silence else 0.0)
        return Measured(
            meaning=max(hit.meaning for hit in hits[:3]),
            covered=float(rarity @ best),
            covered_by_one=float((met @ rarity).max()),
            sentence=float((self._quoter.sentences(hits[0].passage)[1] @ asked).max()),
            unmet=float((rarity * (1 - best)).max()),
            known=float(np.mean([self._is_known(w, language) or m >= 1 for w, m in zip(words, best, strict=True)])),
            **(_UNTOLD if own else self._silent(question, language, hits, silence)),
            expected=0.0 if own else float(np.clip(expected(question) / _SURE, -_MOST, _MOST)),
            among=0.0 if own else float(np.clip(among / _DENSELY, -_MOST, _MOST)),
            own=own,
            same=any(nearest >= least and ahead >= clearly for least, clearly in _SAME),
        )

    def _silent(self, question: str, language: Language, hits: Sequence[Hit], silence: Hit | None) -> dict[str, float]:
        """The measures of a silence; nothing where none lies near."""
        if silence is None or silence.asked < SILENT:
            return _UNTOLD
        answered = max(self._asked_alike(question, language, hit.passage) for hit in hits)
        return {
            "silence": silence.asked - SILENT,
            "silence_ahead": silence.asked - max(hit.asked for hit in hits),
            "silence_words": self._asked_alike(question, language, silence.passage) - answered,
        }

    def _asked_alike(self, question: str, language: Language, passage: Passage) -> float:
        """The cosine of the words, weighed by rarity, of a question and the likest one that a passage is asked."""
        table = self._table(language)
        rarest = self._rarest[language]

        def length(words: frozenset[str]) -> float:
            return math.sqrt(sum(table.get(word, rarest) ** 2 for word in words)) or 1.0

        wanted = stems_of(question, language)
        likeness = [
            sum(table.get(word, rarest) ** 2 for word in wanted & asked) / (length(wanted) * length(asked))
            for asked in (stems_of(text, language) for text in passage.asked)
        ]
        return max(likeness, default=0.0)

    def _met(self, words: Sequence[str], vectors: Vectors, language: Language, passage: Passage) -> list[float]:
        """How far each word of the question stands in a passage: its stem, its letters, or its meaning."""
        there, roots, theirs = self._words_of(passage)
        if not there:
            return [0.0] * len(words)
        found = []
        for word, root, near in zip(words, stems(words, language), vectors @ theirs.T, strict=True):
            if root in roots or word in there:
                found.append(1.0)
                continue
            letters = max((_alike(word, other) for other in there), default=0.0)
            found.append(max(letters, float(near.max()) if near.max() > _LIKE else 0.0))
        return found

    def _words_of(self, passage: Passage) -> tuple[list[str], set[str], Vectors]:
        """The content words of a passage, their stems and their vectors; those of the last passages are kept."""
        key = (passage.key, passage.text)
        if key not in self._read:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            said = f"{passage.heading} {passage.text} {passage.title}"
            there = list(dict.fromkeys(content_words(said, passage.language)))
            self._read[key] = (there, set(stems(there, passage.language)), self._quoter.embedder.embed(there))
        return self._read[key]

    def _rarity(self, word: str, language: Language) -> float:
        table = self._table(language)
        return table.get(stems([word], language)[0], self._rarest[language])

    def _is_known(self, word: str, language: Language) -> bool:
        return stems([word], language)[0] in self._table(language)

    def _table(self, language: Language) -> Mapping[str, float]:
        if language not in self._rarities:
            made = passages(self._known, language)
            counts = Counter(
                stem for p in made for stem in set(stems(content_words(f"{p.heading} {p.text}", language), language))
            )
            self._rarities[language] = {stem: math.log(1 + len(made) / n) for stem, n in counts.items()}
            self._rarest[language] = max(self._rarities[language].values())
        return self._rarities[language]


@lru_cache(maxsize=2048)
def _grams_of(word: str) -> frozenset[str]:
    return frozenset(grams(word))


def _alike(one: str, other: str) -> float:
    """How many character 4-grams two words share, of those of the shorter one."""
    a, b = _grams_of(one), _grams_of(other)
    shared = len(a & b)
    return shared / min(len(a), len(b)) if shared > 1 else 0.0

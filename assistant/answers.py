"""Answers from the sources, without a model: the sentences that answer, quoted and cited, or that the sources don't say.

What is decided here is which sentences, and whether they answer at all; not a word of them is written here, but for
the line that corrects a false premise, which stands beside the sentence that it rests on.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from assistant.claims import Claims
from assistant.library import Library, passages
from assistant.session import Trace
from assistant.steps import Tell, untold
from knowledge.embedding import Vectors
from knowledge.lexical import content_words, grams, stems, stopwords
from knowledge.load import read_yaml
from knowledge.schema import LANGUAGES, Language, Passage
from knowledge.search import Hit
from knowledge.text import folded, identified, sentences
from prompts import load

Reason = Literal["answered", "corrected", "not_in_sources", "off_topic", "empty"]

FITTED = Path(__file__).parent / "answers.yaml"
MOST_SENTENCES = 5
LONGEST_QUESTION = 2000
_READ = 6
_NEAR = 2
_DRAWN_ON, _PASSAGE, _WITHIN = 3, 4.0, 0.8
_LIKE = 0.5
_SILENT = 0.58
_REMEMBERED = 500


@dataclass(frozen=True)
class Said:
    """One sentence of an answer and what it rests on: the span of a passage, verbatim."""

    text: str
    passage: Passage
    start: int
    end: int

    @property
    def span(self) -> str:
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True)
class Answer:
    """`near`: where nothing answers, what lies nearest. `chance`: how likely it is that the sources answer.

    `trace`: what a language model's calls came to, where one was asked.
    """

    question: str
    language: Language
    reason: Reason
    said: tuple[Said, ...] = ()
    near: tuple[Passage, ...] = ()
    note: str = ""
    chance: float = 0.0
    trace: Trace | None = field(default=None, compare=False)

    @property
    def abstained(self) -> bool:
        return not self.said

    @property
    def text(self) -> str:
        return " ".join([self.note, *(said.text for said in self.said)] if self.note else [s.text for s in self.said])

    @property
    def cited(self) -> tuple[Passage, ...]:
        """The passages that the answer rests on, each once, in the order of the sentences."""
        return tuple({said.passage.key: said.passage for said in self.said}.values())


@dataclass(frozen=True)
class Measured:
    """How well a question is met: what the decision to answer is taken from; shares and cosines.

    `meaning`: of the nearest passage. `covered`, `covered_by_one`: the share of the question's words, weighed by how
    rare they are, that the best passages or the best one hold. `sentence`: of the nearest sentence. `unmet`: the
    weight of the word that is met least. `known`: the share of words that any passage holds. `silence`: how
    near lies a question that the sources are known not to answer, beyond what is usual; `silence_ahead` and
    `silence_words`: how much nearer than one that they answer, in meaning and in words.
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

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(getattr(self, measure.name) for measure in fields(self))


@dataclass(frozen=True)
class Fitted:
    """The numbers of the decision: a weight for each measure, in their order, and what is answered from."""

    offset: float
    weights: tuple[float, ...]
    answer_from: float
    off_topic_below: float

    @classmethod
    def read(cls, path: Path = FITTED) -> Fitted:
        found: dict[str, float | list[float]] = read_yaml(path, dict[str, float | list[float]])
        weights = found["weights"]
        assert isinstance(weights, list)  # noqa: S101 - the file is ours
        return cls(
            float(str(found["offset"])), tuple(weights), float(str(found["answer_from"])),
            float(str(found["off_topic_below"])),
        )  # fmt: skip

    def chance(self, measured: Measured) -> float:
        score = self.offset + sum(w * v for w, v in zip(self.weights, measured.values, strict=True))
        return 1 / (1 + math.exp(-score))


class Answerer:
    """Answers questions from a library."""

    def __init__(self, library: Library, fitted: Fitted | None = None) -> None:
        self.library = library
        self._fitted = fitted or Fitted.read()
        self._claims = Claims.read()
        self._rarities: dict[Language, dict[str, float]] = {}
        self._read: dict[tuple[str, str], tuple[list[str], set[str], Vectors]] = {}

    @property
    def model(self) -> str:
        """The language model that words the answers; empty where none does."""
        return ""

    def without_model(self) -> Answerer:
        """The same library, answered from without a language model."""
        return self

    def answer(self, question: str, language: Language, organisation: str = "", tell: Tell = untold) -> Answer:
        """The answer to a question. `organisation`: whose documents may be drawn on beside the shared ones.

        `tell` hears of the steps.
        """
        question = " ".join(question.split())[:LONGEST_QUESTION]
        if not content_words(question, language):
            return Answer(question, language, "empty", note=load(language).phrase("ask_empty"))
        if self._claims.hostile(question):
            return self._declined(question, language)
        corrected = self._corrected(question, language)
        if corrected:
            return corrected
        hits, silence = self.found(question, language, organisation)
        measured = self.measure(question, language, hits, silence)
        chance = self._fitted.chance(measured)
        if chance >= self._fitted.answer_from:
            return Answer(question, language, "answered", self._sentences(question, language, hits), chance=chance)
        if max(measured.known, measured.meaning) < self._fitted.off_topic_below:
            return self._declined(question, language)
        near = tuple(hit.passage for hit in hits[:_NEAR])
        note = load(language).phrase("ask_abstain_near" if near else "ask_abstain")
        if silence and silence.asked >= _SILENT:
            note = silence.passage.text
        return Answer(question, language, "not_in_sources", (), near, note, chance)

    def found(self, question: str, language: Language, organisation: str = "") -> tuple[list[Hit], Hit | None]:
        """The best passages, and what lies nearest of what the sources do not say.

        An original that is retold gives way to its retelling, which speaks the asker's language.
        """
        retold = {passage.source for passage in self.library.known.passages.values()}
        hits = self.library.search.find(question, language, organisation, limit=4 * _READ, silences=True)
        silences = sorted((hit for hit in hits if hit.passage.kind == "silence"), key=lambda hit: -hit.asked)
        spoken = [
            hit
            for hit in hits
            if hit.passage.kind != "silence" and not (hit.passage.kind == "document" and hit.passage.source in retold)
        ]
        return spoken[:_READ], next(iter(silences), None)

    def language_of(self, question: str) -> Language:
        """The language of a question; a short one is told by its little words."""
        counts = {
            language: sum(word in stopwords(language) for word in folded(question).lower().replace("?", " ").split())
            for language in LANGUAGES
        }
        most = max(counts.values())
        likely, _ = identified(question)
        return likely if counts[likely] == most else max(LANGUAGES, key=lambda language: counts[language])

    def _declined(self, question: str, language: Language) -> Answer:
        return Answer(question, language, "off_topic", note=load(language).phrase("ask_hostile"))

    def _corrected(self, question: str, language: Language) -> Answer | None:
        """The correction, where the question takes something for granted that the sources say otherwise."""
        found = self._claims.broken(question, language)
        if found is None:
            return None
        passage = self.library.passage(f"{found.passage}@{language}")
        if passage is None:
            return None
        parts = _spans(passage)
        scores = [_share(found.text, passage.text[a:b], language) for a, b in parts]
        start, end = parts[int(np.argmax(scores))]
        said = [Said(found.text, passage, start, end)]
        if folded(passage.text[start:end]) != folded(found.text):
            said.append(Said(passage.text[start:end], passage, start, end))
        return Answer(question, language, "corrected", tuple(said), chance=1.0)

    def measure(self, question: str, language: Language, hits: Sequence[Hit], silence: Hit | None) -> Measured:
        """How well what was found meets the question."""
        words = list(dict.fromkeys(content_words(question, language)))
        if not hits or not words:
            return Measured(0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0)
        rarity = np.array([self._rarity(word, language) for word in words])
        rarity = rarity / rarity.sum()
        met = np.array([self._met(words, language, hit.passage) for hit in hits[:3]])
        best = met.max(axis=0)
        rows = self._embed([question, *(hits[0].passage.text[a:b] for a, b in _spans(hits[0].passage))])
        return Measured(
            meaning=max(hit.meaning for hit in hits[:3]),
            covered=float(rarity @ best),
            covered_by_one=float((met @ rarity).max()),
            sentence=float((rows[1:] @ rows[0]).max()),
            unmet=float((rarity * (1 - best)).max()),
            known=float(np.mean([self._is_known(w, language) or m >= 1 for w, m in zip(words, best, strict=True)])),
            **self._silent(question, language, hits, silence),
        )

    def _silent(self, question: str, language: Language, hits: Sequence[Hit], silence: Hit | None) -> dict[str, float]:
        """The measures of a silence; nothing where none lies near."""
        if silence is None or silence.asked < _SILENT:
            return {"silence": 0.0, "silence_ahead": 0.0, "silence_words": 0.0}
        answered = max(self._asked_alike(question, language, hit.passage) for hit in hits)
        return {
            "silence": silence.asked - _SILENT,
            "silence_ahead": silence.asked - max(hit.asked for hit in hits),
            "silence_words": self._asked_alike(question, language, silence.passage) - answered,
        }

    def _asked_alike(self, question: str, language: Language, passage: Passage) -> float:
        """The cosine of the words, weighed by rarity, of a question and the likest one that a passage is asked."""
        table = self._table(language)
        rarest = max(table.values())

        def length(words: frozenset[str]) -> float:
            return math.sqrt(sum(table.get(word, rarest) ** 2 for word in words)) or 1.0

        wanted = _stems_of(question, language)
        likeness = [
            sum(table.get(word, rarest) ** 2 for word in wanted & asked) / (length(wanted) * length(asked))
            for asked in (_stems_of(text, language) for text in passage.asked)
        ]
        return max(likeness, default=0.0)

    def _met(self, words: Sequence[str], language: Language, passage: Passage) -> list[float]:
        """How far each word of the question stands in a passage: its stem, its letters, or its meaning."""
        there, roots, vectors = self._words_of(passage)
        if not there:
            return [0.0] * len(words)
        found = []
        for word, root, near in zip(words, stems(words, language), self._embed(words) @ vectors.T, strict=True):
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
            self._read[key] = (there, set(stems(there, passage.language)), self._embed(there))
        return self._read[key]

    def _embed(self, texts: Sequence[str]) -> Vectors:
        return self.library.search.embedder.embed(texts)

    def _rarity(self, word: str, language: Language) -> float:
        table = self._table(language)
        return table.get(stems([word], language)[0], max(table.values()))

    def _is_known(self, word: str, language: Language) -> bool:
        return stems([word], language)[0] in self._table(language)

    def _table(self, language: Language) -> Mapping[str, float]:
        if language not in self._rarities:
            made = passages(self.library.known, language)
            counts = Counter(
                stem for p in made for stem in set(stems(content_words(f"{p.heading} {p.text}", language), language))
            )
            self._rarities[language] = {stem: math.log(1 + len(made) / n) for stem, n in counts.items()}
        return self._rarities[language]

    def _sentences(self, question: str, language: Language, hits: Sequence[Hit]) -> tuple[Said, ...]:
        """The sentences that answer best, of the best passages, in the passages' order."""
        ranked: list[tuple[float, int, Said]] = []
        for place, hit in enumerate(hits[:_DRAWN_ON]):
            spans = _spans(hit.passage)
            rows = self._embed([question, *(hit.passage.text[a:b] for a, b in spans)])
            for (start, end), near in zip(spans, rows[1:] @ rows[0], strict=True):
                text = hit.passage.text[start:end]
                rank = _PASSAGE * hit.score + float(near) + _share(question, text, language)
                ranked.append((rank, place, Said(text, hit.passage, start, end)))
        ranked.sort(key=lambda entry: (-entry[0], entry[1], entry[2].start))
        kept = [entry for entry in ranked if entry[0] >= ranked[0][0] - _WITHIN][:MOST_SENTENCES]
        return tuple(said for _, _, said in sorted(kept, key=lambda entry: (entry[1], entry[2].start)))


def _spans(passage: Passage) -> list[tuple[int, int]]:
    """Where each sentence of a passage stands in its text; a number alone goes with what follows."""
    found: list[tuple[int, int]] = []
    place = 0
    for sentence in sentences(passage.text, limit=1000):
        start = passage.text.index(sentence, place)
        place = start + len(sentence)
        if found and re.fullmatch(r"\d+[.)]", passage.text[slice(*found[-1])].split()[-1]):
            number = passage.text[slice(*found[-1])].split()[-1]
            if passage.text[slice(*found[-1])] == number:
                found[-1] = (found[-1][0], place)
                continue
        found.append((start, place))
    return found or [(0, len(passage.text))]


@lru_cache(maxsize=8192)
def _stems_of(text: str, language: Language) -> frozenset[str]:
    return frozenset(stems(content_words(text, language), language))


def _share(question: str, text: str, language: Language) -> float:
    """The share of the question's words whose stem stands in a text."""
    wanted = set(stems(content_words(question, language), language))
    there = set(stems(content_words(text, language), language))
    return len(wanted & there) / len(wanted) if wanted else 0.0


def _alike(one: str, other: str) -> float:
    """How many character 4-grams two words share, of those of the shorter one."""
    a, b = set(grams(one)), set(grams(other))
    return len(a & b) / min(len(a), len(b)) if a and b and len(a & b) > 1 else 0.0

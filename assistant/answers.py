"""Answers from the sources, without a model: the sentences that answer, quoted and cited, or that the sources don't say.

What is decided here is which sentences, and whether they answer at all; not a word of them is written here, but for
the line that corrects a false premise, which stands beside the sentence that it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from assistant.claims import Claims
from assistant.comparing import compared
from assistant.defining import defined
from assistant.library import Library
from assistant.quoting import MOST_SENTENCES, Quoter, Said, share, spans
from assistant.session import Trace
from assistant.steps import Tell, untold
from assistant.sufficiency import SILENT, Fitted, Measurer
from knowledge.lexical import content_words, stopwords
from knowledge.schema import LANGUAGES, Language, Passage
from knowledge.search import Hit
from knowledge.text import folded, identified
from prompts import load

Reason = Literal["answered", "corrected", "not_in_sources", "off_topic", "empty"]

LONGEST_QUESTION = 2000
_READ = 6
_NEAR = 2


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


class Answerer:
    """Answers questions from a library."""

    def __init__(self, library: Library, fitted: Fitted | None = None) -> None:
        self.library = library
        self.quoter = Quoter(library.search.embedder)
        self.measurer = Measurer(library.known, self.quoter)
        self._fitted = fitted or Fitted.read()
        self._claims = Claims.read()

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
        if (pair := compared(question)) and (beside := self._compared(question, language, pair)):
            return beside
        if (term := defined(question, self.library.known.glossary)) and (
            meant := self._defined(question, language, term)
        ):
            return meant
        hits, silence = self.found(question, language, organisation)
        asked = self.quoter.embedder.embed([question])[0]
        measured = self.measurer.measure(question, asked, language, hits, silence)
        chance = self._fitted.chance(measured)
        if chance >= self._fitted.answer_from:
            said = self.quoter.answering(question, asked, language, hits)
            return Answer(question, language, "answered", said, chance=chance)
        if max(measured.known, measured.meaning) < self._fitted.off_topic_below:
            return self._declined(question, language)
        near = tuple(hit.passage for hit in hits[:_NEAR])
        note = load(language).phrase("ask_abstain_near" if near else "ask_abstain")
        if silence and silence.asked >= SILENT:
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

    def _compared(self, question: str, language: Language, levels: tuple[int, int]) -> Answer | None:
        """Two levels beside each other: the stance of each, and how decisions are made there."""
        said: list[Said] = []
        for passage in (self.library.passage(f"level.{level}@{language}") for level in levels):
            if passage is None:
                return None
            (start, end), (later, last) = spans(passage)[0], spans(passage)[-1]
            said.append(Said(f"{passage.heading}: {passage.text[start:end]}", passage, start, end))
            said.append(Said(passage.text[later:last], passage, later, last))
        return Answer(question, language, "answered", tuple(said), chance=1.0)

    def _defined(self, question: str, language: Language, term: str) -> Answer | None:
        """What the glossary says of a term, whole."""
        passage = self.library.passage(f"term.{term}@{language}")
        if passage is None:
            return None
        said = tuple(
            Said(passage.text[start:end], passage, start, end) for start, end in spans(passage)[:MOST_SENTENCES]
        )
        return Answer(question, language, "answered", said, chance=1.0)

    def _corrected(self, question: str, language: Language) -> Answer | None:
        """The correction, where the question takes something for granted that the sources say otherwise."""
        found = self._claims.broken(question, language)
        if found is None:
            return None
        passage = self.library.passage(f"{found.passage}@{language}")
        if passage is None:
            return None
        parts = spans(passage)
        scores = [share(found.text, passage.text[a:b], language) for a, b in parts]
        start, end = parts[int(np.argmax(scores))]
        said = [Said(found.text, passage, start, end)]
        if folded(passage.text[start:end]) != folded(found.text):
            said.append(Said(passage.text[start:end], passage, start, end))
        return Answer(question, language, "corrected", tuple(said), chance=1.0)

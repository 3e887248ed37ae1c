"""Answers from the sources, without a model: the sentences that answer, quoted and cited, or that the sources don't say.

What is decided here is which sentences, and whether they answer at all; not a word of them is written here, but for
the line that corrects a false premise, which stands beside the sentence that it rests on.
"""

from __future__ import annotations

from assistant.claims import Claims
from assistant.library import Library
from assistant.quoting import Quoter
from assistant.steps import Tell, untold
from assistant.sufficiency import Fitted, Measurer
from assistant.ways.answer import Answer, Asked, Reason, Way
from assistant.ways.comparing import Comparing
from assistant.ways.correcting import Correcting
from assistant.ways.declining import Declining
from assistant.ways.defining import Defining
from assistant.ways.introducing import Introducing
from assistant.ways.plain import Plain
from assistant.ways.searching import Found, Searching
from knowledge.lexical import content_words, stopwords
from knowledge.schema import LANGUAGES, Language
from knowledge.text import folded, identified
from prompts import load

__all__ = ["LONGEST_QUESTION", "Answer", "Answerer", "Reason"]

LONGEST_QUESTION = 2000


class Answerer:
    """Answers questions from a library: each way is tried in turn, the search last."""

    def __init__(self, library: Library, fitted: Fitted | None = None) -> None:
        self.library = library
        self.quoter = Quoter(library.search.embedder)
        self._claims = Claims.read()
        self._searching = Searching(library, self.quoter, fitted or Fitted.read())
        self._ways: tuple[Way, ...] = (
            Declining(self._claims),
            Correcting(library, self._claims),
            Comparing(library),
            Plain(library),
            Defining(library, self.quoter),
            Introducing(library),
        )

    @property
    def model(self) -> str:
        """The language model that words the answers; empty where none does."""
        return ""

    @property
    def measurer(self) -> Measurer:
        return self._searching.measurer

    def without_model(self) -> Answerer:
        """The same library, answered from without a language model."""
        return self

    def answer(self, question: str, language: Language, organisation: str = "", tell: Tell = untold) -> Answer:
        """The answer to a question. `organisation`: whose documents may be drawn on beside the shared ones.

        `tell` hears of the steps.
        """
        asked = Asked(" ".join(question.split())[:LONGEST_QUESTION], language, organisation)
        if found := self.directly(asked):
            return found
        if not content_words(asked.question, language):
            return Answer(asked.question, language, "empty", note=load(language).phrase("ask_empty"))
        return self._searching.answer(asked)

    def directly(self, asked: Asked) -> Answer | None:
        """What the ways before the search answer."""
        return next((answer for way in self._ways if (answer := way.answer(asked))), None)

    def found(self, question: str, language: Language, organisation: str = "") -> Found:
        """What lies near a question, before it is decided whether that answers it."""
        return self._searching.found(question, language, organisation)

    def language_of(self, question: str) -> Language:
        """The language of a question; a short one is told by its little words."""
        counts = {
            language: sum(word in stopwords(language) for word in folded(question).lower().replace("?", " ").split())
            for language in LANGUAGES
        }
        most = max(counts.values())
        likely, _ = identified(question)
        return likely if counts[likely] == most else max(LANGUAGES, key=lambda language: counts[language])

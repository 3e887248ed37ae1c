"""What a search finds, where it answers; or that the sources don't say, and what lies nearest."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.library import Library
from assistant.quoting import Quoter
from assistant.sufficiency import SILENT, Fitted, Measurer
from assistant.ways.answer import Answer, Asked
from assistant.ways.declining import declined
from assistant.ways.introducing import ITSELF
from knowledge.schema import Language
from knowledge.search import Hit
from prompts import load

_READ = 6
_NEAR = 2


@dataclass(frozen=True)
class Found:
    """What lies near a question: passages, best first, and the nearest of what the sources do not say.

    `among`: whether the questions around it are such that passages answer (`Search.among`).
    """

    hits: list[Hit]
    silence: Hit | None
    among: float


class Searching:
    """The last way: it always has an answer, be it that there is none."""

    def __init__(self, library: Library, quoter: Quoter, fitted: Fitted) -> None:
        self._library, self._quoter, self._fitted = library, quoter, fitted
        self.measurer = Measurer(library.known, quoter)

    def answer(self, asked: Asked) -> Answer:
        """See Way."""
        question, language = asked.question, asked.language
        found = self.found(question, language, asked.organisation)
        hits, silence = found.hits, found.silence
        vector = self._quoter.embedder.embed([question])[0]
        measured = self.measurer.measure(question, vector, language, hits, silence, found.among)
        chance = self._fitted.chance(measured)
        if self._fitted.answers(measured):
            said = self._quoter.answering(question, vector, language, hits)
            return Answer(question, language, "answered", said, chance=chance)
        if max(measured.known, measured.meaning) < self._fitted.off_topic_below:
            return declined(asked)
        near = tuple(hit.passage for hit in hits[:_NEAR])
        note = load(language).phrase("ask_abstain_near" if near else "ask_abstain")
        if silence and silence.asked >= SILENT and measured.silence_ahead > 0:
            note = silence.passage.text
        return Answer(question, language, "not_in_sources", (), near, note, chance)

    def found(self, question: str, language: Language, organisation: str = "") -> Found:
        """What lies near a question.

        An original that is retold gives way to its retelling, which speaks the asker's language. What Varde says of
        itself is told only where it is asked for (assistant/ways/introducing.py).
        """
        retold = {passage.source for passage in self._library.known.passages.values()}
        hits = self._library.search.find(question, language, organisation, limit=4 * _READ, silences=True)
        silences = sorted((hit for hit in hits if hit.passage.kind == "silence"), key=lambda hit: -hit.asked)
        spoken = [
            hit
            for hit in hits
            if hit.passage.kind != "silence"
            and not hit.passage.id.startswith(ITSELF)
            and not (hit.passage.kind == "document" and hit.passage.source in retold)
        ]
        among = self._library.search.among(question, language)
        return Found(spoken[:_READ], next(iter(silences), None), among)

"""The listener that comes with Varde: no model, no key, no network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assistant.listening.classifier import Classifier
from assistant.listening.intent import intent_of, language_of
from assistant.listening.protocol import Asked, Hearing
from assistant.listening.text import sentences
from assistant.observations import Evidence, Observation
from assistant.rule import Floats
from knowledge.schema import Rubric

_TOPIC_AT_LEAST = 0.35
_PASSING_AT_LEAST = 0.45
_READ_SENTENCES = 40


@dataclass(frozen=True)
class EmbeddedListener:
    """Reads answers with linear classifiers trained on the project's own cases."""

    rubric: Rubric
    classifier: Classifier

    @property
    def version(self) -> str:
        return f"embedded-{self.classifier.version}"

    def listen(self, message: str, asked: Asked) -> Hearing:
        """See Listener. A status is a probability over five; doubt stays in it."""
        language = language_of(message, asked.language)
        intent = intent_of(message, asked)
        if intent == "correction":
            return self._correction(message, asked)
        if intent != "answer" or asked.ask is None:
            return Hearing(intent, language=language)
        ask = asked.ask
        if ask.kind in ("indicator", "example", "say_back"):
            heard: tuple[Observation, ...] = (self._direct(ask.target, message, asked),)
        elif ask.kind in ("area", "neighbours", "opening"):
            heard = self._passing(message, asked)
        else:
            heard = ()
        return Hearing(intent, heard, language=language)

    def _direct(self, indicator: str, message: str, asked: Asked) -> Observation:
        """The answer to a question on one indicator, read with what was said on it before."""
        says = asked.earlier[0] if asked.earlier else message
        more = " ".join((*asked.earlier[1:], message)) if asked.earlier else ""
        parts = [("says", says), ("more", more)] if more else [("says", says)]
        statuses = self._statuses(indicator, parts)
        kinds = self.classifier.evidence.probabilities(parts)
        wanted = asked.ask is not None and asked.ask.kind == "example"
        quote = self._quote(message, statuses, indicator)
        return Observation(indicator, _five(statuses), Evidence(_three(kinds), wanted, quote), asked.turn)

    def _statuses(self, indicator: str, parts: list[tuple[str, str]]) -> Floats:
        """The classifier reads standings; level 1's signs are turned round into statuses."""
        standings = self.classifier.status.probabilities(parts)
        if self.rubric.by_id[indicator].reversed:
            return np.concatenate([standings[3::-1], standings[4:]])
        return standings

    def _quote(self, message: str, statuses: Floats, indicator: str) -> str:
        """The sentence that alone comes nearest to the reading; verbatim."""
        pieces = sentences(message, _READ_SENTENCES)
        if len(pieces) <= 1:
            return message.strip()
        status = int(np.argmax(statuses))
        scores = [
            float(self._statuses(indicator, [("says", piece)])[status]) + 0.002 * len(piece.split()) for piece in pieces
        ]
        return pieces[int(np.argmax(scores))]

    def _passing(self, message: str, asked: Asked) -> tuple[Observation, ...]:
        """What an open answer says in passing of single indicators, sentence by sentence."""
        best: dict[str, Observation] = {}
        pieces = sentences(message, _READ_SENTENCES)
        for place, piece in enumerate(pieces):
            indicator, share = self._topic(piece, asked)
            if indicator is None or share < _TOPIC_AT_LEAST:
                continue
            words = " ".join(pieces[place : place + 2])
            statuses = self._statuses(indicator, [("says", words)])
            if statuses.max() < _PASSING_AT_LEAST or int(np.argmax(statuses)) == 4:
                continue
            kinds = self.classifier.evidence.probabilities([("says", words)])
            found = Observation(
                indicator, _five(statuses), Evidence(_three(kinds), False, piece), asked.turn, direct=False
            )
            if indicator not in best or best[indicator].certainty < found.certainty:
                best[indicator] = found
        return tuple(best.values())

    def _topic(self, piece: str, asked: Asked) -> tuple[str | None, float]:
        """The indicator that a sentence is likeliest to be about, within the area asked."""
        probabilities = self.classifier.topic.probabilities([("says", piece)])
        area = asked.ask.target if asked.ask and asked.ask.kind in ("area", "neighbours") else None
        allowed = np.array([area is None or self.rubric.by_id[t].area == area for t in self.classifier.topics])
        within = probabilities * allowed
        if within.sum() <= 0:
            return None, 0.0
        place = int(np.argmax(within))
        return self.classifier.topics[place], float(within[place] / within.sum() if area else within[place])

    def _correction(self, message: str, asked: Asked) -> Hearing:
        """A correction of something said before: which indicator it means, and how it is now."""
        indicator, share = self._topic(message, Asked(asked.phase, None, "", asked.language, asked.turn))
        if indicator is None or share < _TOPIC_AT_LEAST:
            return Hearing("correction", language=asked.language)
        about = Asked(asked.phase, asked.ask, asked.question, asked.language, asked.turn)
        return Hearing("correction", (self._direct(indicator, message, about),), indicator, asked.language)


def _five(values: Floats) -> tuple[float, float, float, float, float]:
    a, b, c, d, e = (round(float(v), 4) for v in values)
    return (a, b, c, d, e)


def _three(values: Floats) -> tuple[float, float, float]:
    a, b, c = (round(float(v), 4) for v in values)
    return (a, b, c)

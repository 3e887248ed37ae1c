"""The listener that comes with Varde: no model, no key, no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.listening.classifier import TURNED, Classifier
from assistant.listening.features import Parts, grounding
from assistant.listening.intent import BESIDE, intent_of, is_correction, language_of, shape
from assistant.listening.lexicon import words
from assistant.listening.naming import named_lines
from assistant.listening.negating import negates_plainly
from assistant.listening.opening import Opening, is_contrary, opening_of
from assistant.listening.protocol import Asked, Hearing
from assistant.observations import STATUSES, Bearing, Evidence, Observation
from assistant.questions import AREA_KINDS, Ask
from assistant.rule import Floats
from knowledge.schema import Language, Rubric, Status
from knowledge.text import sentences

_TOPIC_AT_LEAST = 0.5
_ABOUT_AT_LEAST = 0.1
_PASSING_AT_LEAST = {"opening": 0.8, "absent": 0.8, "else": 0.7}
_LEAST_PASSING = 4  # words: fewer say nothing of what they were not asked for
_ENDS_APART, _CONTRARY_AT_LEAST = {0, 3}, 0.6
_CORRECTION_AT_LEAST = 0.3
_NAMED_AT_LEAST = 0.5
_TWICE = 2
_MOST_OF_THE_SAME, _LEAST_LEFT = 0.7, 0.05
_PUT_RIGHT_AT_LEAST, _CLAIMED_AT_LEAST = 0.5, 0.45
_LONGEST_CORRECTION = 40
_READ_SENTENCES = 40
_MOST_WORDS = 45
# The status head reads "unknown" with its doubt, where an intent would be sure; a correction must say that it is one.
_LEFT_TO_THE_READING = ("dont_know", "correction")
_UNKNOWN = 4
_OPEN_KINDS = ("opening", "area")
_ENDS, _PLAIN = ("stop", "pause"), 4  # a word or two end the talk only where a cue says so
_HOLD = (0.02, 0.8, 1.0)
_OF_US = frozenset({"we", "nobody", "vi", "ingen", "me", "meie", "meil", "keegi"})
_SHORT_SENTENCE = 8


@dataclass(frozen=True)
class EmbeddedListener:
    """Reads answers with linear classifiers trained on the project's own cases."""

    rubric: Rubric
    classifier: Classifier

    @property
    def version(self) -> str:
        return f"embedded-{self.classifier.version}"

    @property
    def model(self) -> str:
        return ""

    def listen(self, message: str, asked: Asked) -> Hearing:
        """See Listener. A status is a probability over five; doubt stays in it."""
        language = language_of(message, asked.language)
        intent, opening = intent_of(message, asked), opening_of(message)
        plainly = opening.puts_right or negates_plainly(message, language)
        if intent == "answer" and not plainly and asked.phase == "interview" and len(message.split()) <= _MOST_WORDS:
            told = self.classifier.intended(message, shape(message))
            ends = told in _ENDS and len(message.split()) < _PLAIN
            intent = told if told not in _LEFT_TO_THE_READING and not ends and not _is_of_us(message) else "answer"
        if asked.insisted and intent in BESIDE:
            intent = "answer"
        ask = asked.ask
        if intent == "correction" or (intent == "answer" and not asked.insisted and _puts_right(message, opening, ask)):
            if found := self._correction(message, opening, asked, language):
                return found
            if intent == "correction" or "slips" in opening.kinds:
                return Hearing("correction", language=language)
        if intent != "answer" or ask is None:
            return Hearing(intent, language=language)
        if ask.kind == "say_back" and opening.kinds and opening.rest:
            earlier = () if opening.puts_right else asked.earlier
            answered = self._answered(ask.target, opening.rest, replace(asked, earlier=earlier), language)
            denied = asked.heard.get(ask.target) if opening.puts_right else None
            instead = tuple(_unlike(o, denied, is_contrary(message)) or o for o in answered)
            return Hearing(intent, instead, language=language)
        if ask.kind in ("indicator", "example", "say_back"):
            return Hearing(intent, self._answered(ask.target, message, asked, language), language=language)
        bearing = self._bearing(message, ask.target, language) if ask.kind in _OPEN_KINDS else None
        return Hearing(intent, self._passing(message, asked, language), language=language, bearing=bearing)

    def _bearing(self, message: str, topic: str, language: Language) -> Bearing:
        """What an open answer says of its topic as a whole; little, where it holds little to go by."""
        hold = _HOLD[min(grounding([("says", message)], language), len(_HOLD) - 1)]
        a, b, c, d, e, f = (round(float(v), 4) for v in self.classifier.bearing(message, topic, language) ** hold)
        return Bearing(topic, (a, b, c, d, e, f))

    def _answered(self, indicator: str, message: str, asked: Asked, language: Language) -> tuple[Observation, ...]:
        """What the answer says of the indicator asked about; nothing, where it and what came before hold nothing."""
        if not grounding([("says", text) for text in (*asked.earlier, message)], language):
            return ()
        return (self._direct(indicator, message, asked, language),)

    def _direct(self, indicator: str, message: str, asked: Asked, language: Language) -> Observation:
        """The answer to a question on one indicator, read with what was said on it before."""
        says = asked.earlier[0] if asked.earlier else message
        more = " ".join((*asked.earlier[1:], message)) if asked.earlier else ""
        parts = [("says", says), ("more", more)] if more else [("says", says)]
        statuses, kinds = self._read(parts, indicator, language)
        wanted = asked.ask is not None and asked.ask.kind == "example"
        evidence = Evidence(
            _three(kinds), wanted, self._quote((*asked.earlier, message), statuses, indicator, language)
        )
        return Observation(indicator, _five(statuses), evidence, asked.turn, prior=self._prior(indicator))

    def _read(self, parts: Parts, indicator: str, language: Language) -> tuple[Floats, Floats]:
        """The classifier reads standings; level 1's signs are turned round into statuses.

        Words that hold nothing to go by leave the reading at what is usual, which moves the belief nowhere. What is
        plainly said not to be there is not read as in place.
        """
        standings, kinds = self.classifier.read_answer(parts, indicator, language)
        if len(parts) == 1 and negates_plainly(parts[0][1], language):
            standings = _none_in_place(standings)
        usual = self.classifier.prior[[i.id for i in self.rubric.indicators].index(indicator)]
        hold = _HOLD[min(grounding(parts, language), len(_HOLD) - 1)]
        return self._turned(indicator, hold * standings + (1 - hold) * usual), kinds

    def _turned(self, indicator: str, standings: Floats) -> Floats:
        if self.rubric.by_id[indicator].reversed:
            return np.concatenate([standings[list(TURNED)], standings[4:]])
        return standings

    def _prior(self, indicator: str) -> tuple[float, float, float, float]:
        """How common the four statuses are for this indicator in what the classifier learnt from."""
        place = [i.id for i in self.rubric.indicators].index(indicator)
        a, b, c, d = (float(p) for p in self._turned(indicator, self.classifier.prior[place])[:4])
        return (a, b, c, d)

    def _quote(self, texts: Sequence[str], statuses: Floats, indicator: str, language: Language) -> str | None:
        """The sentence said on it that alone comes nearest to the reading, verbatim; none where it says the contrary."""
        pieces = [piece for text in texts for piece in sentences(text, _READ_SENTENCES)]
        if len(pieces) <= 1:
            return texts[-1].strip()
        status = int(np.argmax(statuses))
        read = [self._read([("says", piece)], indicator, language)[0] for piece in pieces]
        best = max(range(len(pieces)), key=lambda n: float(read[n][status]) + 0.002 * len(pieces[n].split()))
        ends = {status, int(np.argmax(read[best]))} == _ENDS_APART
        return None if ends and float(read[best].max()) >= _CONTRARY_AT_LEAST else pieces[best]

    def _passing(self, message: str, asked: Asked, language: Language) -> tuple[Observation, ...]:
        """What an open answer says in passing of single indicators, sentence by sentence."""
        best: dict[str, Observation] = {}
        pieces = sentences(message, _READ_SENTENCES)
        for place, piece in enumerate(pieces):
            indicator, share = self._topic(piece, asked)
            if indicator is None or share < _TOPIC_AT_LEAST or not grounding([("says", piece)], language):
                continue
            if len(piece.split()) < _LEAST_PASSING:
                continue
            words = " ".join(pieces[place : place + 2])
            statuses, kinds = self._read([("says", words)], indicator, language)
            if not self._is_sure(statuses, piece, indicator, asked, language):
                continue
            evidence = Evidence(_three(kinds), False, piece)
            prior = self._prior(indicator)
            found = Observation(indicator, _five(statuses), evidence, asked.turn, direct=False, prior=prior)
            if indicator not in best or best[indicator].certainty < found.certainty:
                best[indicator] = found
        return tuple(best.values())

    def _is_sure(self, statuses: Floats, piece: str, indicator: str, asked: Asked, language: Language) -> bool:
        """Whether what was read in passing may be listed: surely enough, and the sentence alone says the same."""
        place, opening = int(np.argmax(statuses)), asked.ask is not None and asked.ask.kind == "opening"
        least = _PASSING_AT_LEAST["opening" if opening else "absent" if place == 0 else "else"]
        if place == _UNKNOWN or statuses.max() < least:
            return False
        return int(np.argmax(self._read([("says", piece)], indicator, language)[0])) == place

    def _topic(self, piece: str, asked: Asked) -> tuple[str | None, float]:
        """The indicator that a sentence is likeliest to be about, within the area asked."""
        probabilities = self.classifier.topics(piece)
        area = asked.ask.target if asked.ask and asked.ask.kind in AREA_KINDS else None
        allowed = np.array([area is None or i.area == area for i in self.rubric.indicators])
        within = probabilities * allowed
        if within.sum() <= 0:
            return None, 0.0
        place = int(np.argmax(within))
        if within[place] < _ABOUT_AT_LEAST:
            return None, 0.0
        share = within[place] / within.sum() if area else within[place]
        return self.rubric.indicators[place].id, float(share)

    def _correction(self, message: str, opening: Opening, asked: Asked, language: Language) -> Hearing | None:
        """What is put right of something said before, and how it is now; None where either is a guess."""
        rest = opening.rest if opening.puts_right else message
        contrary = is_contrary(message)
        holds = grounding([("says", rest)], language) or (contrary and named_lines(rest, asked.heard))
        indicator = self._meant(rest, opening, asked) if holds else None
        if indicator is None:
            return None
        anywhere = Asked(asked.phase, None, "", asked.language, asked.turn)
        read = self._direct(indicator, rest, anywhere, language)
        found = _unlike(read, asked.heard.get(indicator), contrary)
        if found is None or found.certainty < (_CLAIMED_AT_LEAST if contrary else _PUT_RIGHT_AT_LEAST):
            return None
        return Hearing("correction", (found,), indicator, language)

    def _meant(self, rest: str, opening: Opening, asked: Asked) -> str | None:
        """The line that is put right: one that the words name, or else the one just answered, where they fit it."""
        probabilities = self.classifier.topics(rest)
        heard = np.array([not asked.heard or i.id in asked.heard for i in self.rubric.indicators])
        by_words = named_lines(rest, asked.heard)
        heard *= np.array([not by_words or i.id in by_words for i in self.rubric.indicators])
        within = probabilities * heard
        named = self.rubric.indicators[int(np.argmax(within))].id
        said_so = opening.kinds <= {"slips", "agrees"} or asked.phase == "confirm"
        pending = asked.ask.target if asked.ask else ""
        if by_words and np.sort(within)[-2] * _TWICE <= within.max():
            return named if said_so or named != pending else None
        if by_words or not (opening.kinds or asked.phase == "interview" or is_correction(rest)):
            return None
        if within.max() >= (_CORRECTION_AT_LEAST if said_so else _NAMED_AT_LEAST) and (said_so or named != pending):
            return named
        area = self.rubric.indicators[int(np.argmax(probabilities))].area
        fits = asked.last in self.rubric.by_id and self.rubric.by_id[asked.last].area == area
        return asked.last if fits and opening.kinds & {"slips", "faults"} else None


def _puts_right(message: str, opening: Opening, ask: Ask | None) -> bool:
    """Whether an answer may be meant for something said before: it opens so, and does not answer what was said back."""
    if (ask is not None and ask.kind == "say_back") or len(message.split()) > _LONGEST_CORRECTION:
        return False
    contrary = "denies" in opening.kinds and is_contrary(message)
    return bool(opening.rest) and (contrary or bool(opening.kinds & {"slips", "faults"}))


def _is_of_us(message: str) -> bool:
    """A short sentence of what the leader's own people do, such as "We don't measure that": an answer by its words."""
    said = words(message)
    return "?" not in message and len(said) <= _SHORT_SENTENCE and said[:1] != [] and said[0] in _OF_US


def _five(values: Floats) -> tuple[float, float, float, float, float]:
    a, b, c, d, e = (round(float(v), 4) for v in values)
    return (a, b, c, d, e)


def _three(values: Floats) -> tuple[float, float, float]:
    a, b, c = (round(float(v), 4) for v in values)
    return (a, b, c)


def _unlike(found: Observation, denied: Status | None, contrary: bool) -> Observation | None:
    """The reading given that it is not as was understood before; None where the words are read so all the same.

    `contrary`: they say themselves that they claim the contrary.
    """
    if denied is None:
        return found
    place = STATUSES.index(denied)
    left = 1 - found.statuses[place]
    if left < (_LEAST_LEFT if contrary else 1 - _MOST_OF_THE_SAME):
        return None
    a, b, c, d, e = (0.0 if n == place else round(p / left, 4) for n, p in enumerate(found.statuses))
    return replace(found, statuses=(a, b, c, d, e))


def _none_in_place(standings: Floats) -> Floats:
    """The same reading with what would be in place, or partly so, put down as absent."""
    absent, planned, partial, established, unknown = standings
    return np.array([absent + partial + established, planned, 0.0, 0.0, unknown])

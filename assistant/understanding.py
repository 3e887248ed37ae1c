"""What a message is taken to say: observations with their quotes, a place on the road, or what else it is meant as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from assistant.course import Course
from assistant.listening.intent import BESIDE
from assistant.listening.opening import opening_of
from assistant.listening.protocol import Asked, Hearing, Listener
from assistant.listening.wordless import says_nothing
from assistant.observations import STATUSES, Evidence, Observation, Statuses, certain, kinds_of
from assistant.questions import Ask
from assistant.session import NO, Intent, Message, Placement, Session
from assistant.steps import Tell
from knowledge.schema import AreaKey, EvidenceKind, Knowledge, Status
from knowledge.text import stands_in

_ASKING = ("interview", "employees", "promise")
_LAST_SAID = 2
_LATER = 0.6
_SAID_INSTEAD = 0.45


@dataclass(frozen=True)
class Understanding:
    """Takes free text by the listener, a click as a claim; holds no state of any session."""

    knowledge: Knowledge
    listener: Listener

    def of(
        self, message: Message, session: Session, course: Course, questions: Sequence[str], tell: Tell
    ) -> tuple[Hearing, Placement | None]:
        """`questions`: every question of the talk as it was worded, the pending one last."""
        ask, number = course.pending, session.version + 1
        if message.kind == "said":
            return self._listen(message, session, course, questions, tell), None
        if message.kind == "chose" and ask is not None:
            return self._clicked(course, ask, message, number)
        if message.kind == "corrected" and (area := self._area(message.indicator)):
            return Hearing("correction"), Placement(area, int(message.value) if message.value.isdigit() else 0)
        if message.kind == "corrected":
            return Hearing(
                "correction", (self._click(course, message.indicator, message.value, number, "corrected"),)
            ), None
        intents: dict[str, Intent] = {"skipped": "decline", "stopped": "stop"}
        return Hearing(intents.get(message.kind, "act")), None

    def _listen(
        self, message: Message, session: Session, course: Course, questions: Sequence[str], tell: Tell
    ) -> Hearing:
        ask, number = course.pending, session.version + 1
        if self._is_asked_once_more(session, course, message):
            return Hearing("blank")
        earlier = course.words.get(ask.target, ()) if ask and ask.kind in ("example", "say_back") else ()
        asked_of = Asked(
            course.phase, ask, questions[-1], session.profile.language, number, earlier, session.profile,
            self._said(session, questions), course.model_off, self._insisted(session, course, message),
            {i: o.status for i, o in course.heard.items()}, _last(session), tell,
        )  # fmt: skip
        hearing = self._bounded(session, self.listener.listen(message.text, asked_of), ask)
        if ask is not None and ask.kind == "say_back" and hearing.intent in ("yes", "no", "answer"):
            return self._said_back(course, ask.target, hearing, message.text, number)
        if hearing.intent == "no_example" and ask is not None:
            return replace(hearing, observations=self._without_example(course, ask.target, number))
        if hearing.intent == "dont_know" and ask is not None and ask.kind in ("indicator", "say_back"):
            return replace(hearing, observations=(self._click(course, ask.target, "unknown", number, "heard"),))
        if hearing.intent == "dont_know" and ask is not None and ask.kind == "example":
            return replace(hearing, intent="no_example", observations=self._without_example(course, ask.target, number))
        return hearing

    def _is_asked_once_more(self, session: Session, course: Course, message: Message) -> bool:
        """Whether the question is put again, since nothing was said in answer to it. Once: after that the talk goes on."""
        asks = course.phase in _ASKING and says_nothing(message.text, course.pending)
        return asks and not self._was_asked_once_more(session, course)

    def _was_asked_once_more(self, session: Session, course: Course) -> bool:
        """Whether that was done since the question was first put."""
        open_since = takewhile(
            lambda turn: (turn.reply.phase, turn.reply.ask) == (course.phase, course.pending), reversed(session.turns)
        )
        return any(turn.intent == "blank" and says_nothing(turn.message.text, course.pending) for turn in open_since)

    def _insisted(self, session: Session, course: Course, message: Message) -> bool:
        """Whether the leader says once more, word for word, what was just taken for no answer; or again says nothing."""
        ask, last = course.pending, session.turns[-1] if session.turns else None
        if says_nothing(message.text, ask) and self._was_asked_once_more(session, course):
            return True
        return (
            last is not None and last.reply.ask == ask and last.intent in BESIDE and last.message.text == message.text
        )

    def _said(self, session: Session, questions: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """The last questions that were answered in words, with the answers."""
        pairs = [(q, turn.message.text) for q, turn in zip(questions, session.turns, strict=False) if turn.message.text]
        return tuple(pairs[-_LAST_SAID:])

    def _bounded(self, session: Session, hearing: Hearing, ask: Ask | None) -> Hearing:
        """No question waits for ever: what is beside it a second time in a row lets it go."""
        last = session.turns[-1] if session.turns else None
        again = last is not None and last.reply.ask == ask and last.intent == hearing.intent
        if again and hearing.intent in ("off_topic", "hostile"):
            return replace(hearing, intent="decline", observations=())
        if again and hearing.intent == "correction":
            return replace(hearing, intent="answer")
        return hearing

    def _clicked(self, course: Course, ask: Ask, message: Message, number: int) -> tuple[Hearing, Placement | None]:
        if ask.kind == "example":
            return Hearing("no_example", self._without_example(course, ask.target, number)), None
        if message.value == NO:
            return Hearing("no"), None
        if ask.kind == "neighbours":
            area = self._area(ask.target)
            placed = area is not None and message.value != "none"
            return Hearing("answer"), Placement(area, int(message.value)) if area and placed else None
        intent: Intent = "dont_know" if message.value == "unknown" else "answer"
        return Hearing(intent, (self._click(course, ask.target, message.value, number, "clicked"),)), None

    def _area(self, key: str) -> AreaKey | None:
        return next((area.key for area in self.knowledge.rubric.areas if area.key == key), None)

    def _click(self, course: Course, indicator: str, value: str, number: int, source: str) -> Observation:
        """A click is a claim: it replaces the reading; the evidence stays as heard."""
        status, old = Status(value), course.heard.get(indicator)
        kind = EvidenceKind.NONE if status is Status.UNKNOWN else EvidenceKind.CLAIM
        evidence = old.evidence if old and old.direct else Evidence(kinds_of(kind))
        if status is Status.UNKNOWN:
            evidence = replace(evidence, kinds=kinds_of(EvidenceKind.NONE))
        elif evidence.kind is EvidenceKind.NONE and not evidence.asked:
            evidence = replace(evidence, kinds=kinds_of(EvidenceKind.CLAIM))
        if source == "corrected":
            statuses = self._raised(old, indicator, status) or certain(status)
            return Observation(indicator, statuses, evidence, number, "corrected")
        return Observation(indicator, certain(status), evidence, number, "heard" if source == "heard" else "clicked")

    def _raised(self, old: Observation | None, indicator: str, new: Status) -> Statuses | None:
        """A click raised without a new word: the first and this one were both said, and the belief weighs them."""
        if old is None or old.source == "heard" or Status.UNKNOWN in (old.status, new):
            return None
        step = STATUSES.index(new) - STATUSES.index(old.status)
        if step == 0 or (step > 0) is self.knowledge.rubric.by_id[indicator].reversed:
            return None
        first = min(
            (s for s in STATUSES if old.statuses[STATUSES.index(s)]), key=lambda s: old.statuses[STATUSES.index(s)]
        )
        a, b, c, d, e = (_LATER * s + (1 - _LATER) * o for s, o in zip(certain(new), certain(first), strict=True))
        return (a, b, c, d, e)

    def _without_example(self, course: Course, indicator: str, number: int) -> tuple[Observation, ...]:
        """An example asked for and not given is an observation too."""
        old = course.heard.get(indicator)
        if old is None:
            return ()
        evidence = replace(old.evidence, kinds=kinds_of(EvidenceKind.NONE), asked=True)
        return (replace(old, evidence=evidence, turn=number),)

    def _said_back(self, course: Course, indicator: str, hearing: Hearing, text: str, number: int) -> Hearing:
        """Yes makes what was said back a claim; no takes it away, unless it goes on to say how it is instead."""
        old = course.heard.get(indicator)
        if hearing.intent == "yes":
            claim = (self._click(course, indicator, old.status.value, number, "clicked"),) if old else ()
            return replace(hearing, observations=claim)
        instead = next((o for o in hearing.observations if o.indicator == indicator), None)
        same = old is not None and instead is not None and instead.status is old.status
        denied = bool(opening_of(text).kinds & {"denies", "faults"})
        bare = instead is None or same or instead.certainty < _SAID_INSTEAD
        if hearing.intent == "no" or (denied and bare):
            return replace(hearing, intent="no", observations=())
        return hearing

    def is_verified(self, observation: Observation, message: Message, course: Course) -> bool:
        """The indicator exists, the probabilities are some, and the quote was said: now, or on the same thing before."""
        if observation.indicator not in self.knowledge.rubric.by_id:
            return False
        if not 0.99 <= sum(observation.statuses) <= 1.01:
            return False
        quote, old = observation.evidence.quote, course.heard.get(observation.indicator)
        if quote is None or (old is not None and quote == old.evidence.quote):
            return True
        return any(stands_in(quote, said) for said in (message.text, *course.words.get(observation.indicator, ())))


def _last(session: Session) -> str:
    """The indicator that the last answer was on, where it was on one alone."""
    said = session.turns[-1].observations if session.turns else ()
    return said[0].indicator if len(said) == 1 else ""

"""One turn of the interview: a session and a message give the next turn. Pure: no I/O, no clock, no model of its own.

message -> listen -> verify -> update the belief -> decide -> word
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.belief import Belief, BeliefModel
from assistant.course import Course, course_of, hear
from assistant.explaining import Explainer
from assistant.listening.intent import asks_about_the_question, process_question
from assistant.listening.protocol import Hearing, Listener
from assistant.messages import check
from assistant.questions import Ask, Questioner
from assistant.session import (
    Choice,
    Intent,
    Message,
    Phase,
    Placement,
    Remark,
    Reply,
    Session,
    Turn,
    Versions,
)
from assistant.steps import Tell, untold
from assistant.understanding import Understanding
from assistant.voice import Voice, voice_of
from knowledge.schema import Knowledge
from knowledge.text import stands_in

_UNANSWERED: frozenset[Intent] = frozenset(
    {"blank", "question_back", "correction", "off_topic", "hostile", "pause", "stop"}
)
_AFTER_THE_RESULT = frozenset({"clarified", "aimed", "decided", "judged", "edited", "drafted", "summarised"})
_OPENING = Ask("opening", "opening")
_TOO_LATE_TO_ANNOUNCE = 3
_NEXT: dict[Phase, Phase] = {"confirm": "employees", "employees": "promise", "promise": "tick", "tick": "result"}


@dataclass(frozen=True)
class Interview:
    """The coach's side of the talk. Holds no state of any session."""

    knowledge: Knowledge
    model: BeliefModel
    questioner: Questioner
    listener: Listener
    explainer: Explainer

    def opening(self, session: Session) -> Reply:
        """What the leader sees before the first message."""
        voice = self.voice(session)
        remarks = (Remark("note", voice.say("intro")),)
        return self._ask(voice, Course(), self.belief(Course()), _OPENING, remarks)

    def course(self, session: Session) -> Course:
        return course_of(session, self.knowledge.rubric)

    def belief(self, course: Course) -> Belief:
        placements = {placement.area: placement.level for placement in course.placements.values()}
        return self.model.update(course.heard, placements, course.review, course.bearings)

    def voice(self, session: Session) -> Voice:
        return voice_of(session.profile, session.seed, self.knowledge)

    def about_model(self, session: Session) -> str:
        """What is said of the language model at work: that there is one, which, how it does; empty where none is set."""
        if not self.listener.model:
            return ""
        last = next((turn.trace for turn in reversed(session.turns) if turn.message.text), None)
        key = "model_on"
        if self.course(session).model_off:
            key = "model_off"
        elif last and last.outcome == "resting":
            key = "model_resting"
        elif last and last.outcome not in ("used", "screened"):
            key = "model_failed"
        return self.voice(session).say(key, model=self.listener.model)

    def current(self, session: Session) -> Reply:
        """The reply that waits for an answer."""
        return session.turns[-1].reply if session.turns else self.opening(session)

    def take(self, session: Session, message: Message, at: str, tell: Tell = untold) -> Turn:
        """The next turn; `tell` hears of the steps. Raises UnfitMessageError where the message does not fit the phase."""
        course = self.course(session)
        check(message, course, self.knowledge.rubric)
        number = session.version + 1
        hearing, placement = self._understanding.of(message, session, course, self._questions(session), tell)
        verified = tuple(o for o in hearing.observations if self._understanding.is_verified(o, message, course))
        trace = hearing.trace
        versions = Versions(
            str(self.knowledge.rubric.version), self.model.parameters.version, self.listener.version,
            trace.model if trace and trace.outcome == "used" else "",
        )  # fmt: skip
        pending = self.current(session)
        turn = Turn(number, message, hearing.intent, verified, placement, pending, versions, at, trace, hearing.bearing)
        heard = hear(course, turn, self.knowledge.rubric)
        return replace(turn, reply=self._reply(session, course, heard, turn, hearing))

    @property
    def _understanding(self) -> Understanding:
        return Understanding(self.knowledge, self.listener)

    def _questions(self, session: Session) -> tuple[str, ...]:
        """Every question of the talk as it was worded, the pending one last."""
        return (self.voice(session).question(_OPENING, None), *(turn.reply.question for turn in session.turns))

    # decide and word

    def _reply(self, session: Session, before: Course, course: Course, turn: Turn, hearing: Hearing) -> Reply:
        voice = self.voice(session)
        if turn.message.kind in _AFTER_THE_RESULT:
            return Reply("result", voice.say("done"))
        if turn.message.kind == "switched":
            return replace(self.current(session), remarks=(), citations=())
        if before.phase == "interview":
            return self._in_interview(voice, session, before, course, turn, hearing)
        if before.phase == "confirm":
            return self._in_confirm(voice, session, course, turn)
        return self._later(voice, before.phase, course, turn)

    def _in_interview(
        self, voice: Voice, session: Session, before: Course, course: Course, turn: Turn, hearing: Hearing
    ) -> Reply:
        if turn.message.kind == "back":
            return self._back(voice, session, course)
        if turn.intent == "stop":
            return self._confirm(voice, course, (Remark("note", voice.say("stopped")),))
        belief = self.belief(course)
        remarks, citations = self._remarks(voice, session.profile.organisation, before, course, turn, hearing)
        if turn.intent in _UNANSWERED and before.pending is not None:
            reply = self._ask(voice, course, belief, before.pending, remarks)
            return replace(reply, citations=citations, remaining=self.current(session).remaining)
        ask = self._next(belief, course)
        if ask is None:
            return self._confirm(voice, course, remarks)
        reply = self._ask(voice, course, belief, ask, remarks)
        return replace(reply, remaining=min(reply.remaining, self.current(session).remaining or reply.remaining))

    def _remarks(
        self, voice: Voice, organisation: str, before: Course, course: Course, turn: Turn, hearing: Hearing
    ) -> tuple[tuple[Remark, ...], tuple]:  # type: ignore[type-arg]
        remarks: list[Remark] = []
        language = voice.language
        if hearing.language and hearing.language != language and turn.intent == "answer" and turn.number == 1:
            remarks.append(Remark("note", voice.say("other_language")))
        if turn.intent == "question_back":
            return self._explained(voice, organisation, turn.message.text, before.pending)
        if turn.intent == "correction":
            remarks.append(self._corrected(voice, turn))
        elif turn.intent == "answer" and turn.message.kind == "said":
            reflection = Remark("reflection", hearing.reflection) if hearing.reflection else None
            reflection = reflection or self._reflection(voice, before, turn)
            remarks.extend([reflection] if reflection else [])
        elif note := self._note(before, turn):
            remarks.append(Remark("note", voice.say(note)))
        return tuple(remarks), ()

    def _reflection(self, voice: Voice, before: Course, turn: Turn) -> Remark | None:
        """The sentence that carries what was read, the surest first; of an open answer of which nothing was, any."""
        text, asked = turn.message.text, before.pending.target if before.pending else ""
        read = sorted(turn.observations, key=lambda o: (not o.direct, -o.certainty))
        quotes = [o.evidence.quote for o in read if o.evidence.quote and stands_in(o.evidence.quote, text)]
        found = next((r for quote in quotes if (r := voice.reflection(quote, turn.number, whole=True))), None)
        if found or read or asked in self.knowledge.rubric.by_id:
            return found
        return voice.reflection(text, turn.number)

    def _note(self, before: Course, turn: Turn) -> str | None:
        if turn.intent == "dont_know":
            indicator = before.pending is not None and before.pending.kind in ("indicator", "say_back", "example")
            return "dont_know" if indicator else "dont_know_area"
        notes: dict[Intent, str] = {
            "blank": _blank(turn.message), "no": "taken_back", "decline": "declined", "no_example": "no_example",
            "off_topic": "off_topic",
            "hostile": "hostile", "pause": "paused",
        }  # fmt: skip
        return notes.get(turn.intent)

    def _explained(
        self, voice: Voice, organisation: str, message: str, ask: Ask | None
    ) -> tuple[tuple[Remark, ...], tuple]:  # type: ignore[type-arg]
        if topic := process_question(message):
            if topic == "about_who" and self.listener.model:
                return (Remark("answer", voice.say("about_who_model", model=self.listener.model)),), ()
            return (Remark("answer", voice.say(topic)),), ()
        found = self.explainer.explain(message, voice.language, organisation)
        if found:
            return (Remark("answer", found.text),), found.citations
        why = voice.why(ask) if ask else ""
        key = "answer_why" if asks_about_the_question(message) else "answer_unknown"
        return (Remark("answer", voice.say(key, why=why)),), ()

    def _corrected(self, voice: Voice, turn: Turn) -> Remark:
        if turn.placement:
            return Remark("note", self._placed(voice, turn.placement))
        if not turn.observations:
            return Remark("note", voice.say("correction_unclear"))
        first = turn.observations[0]
        return Remark("note", voice.say("corrected", heard=voice.heard(first.indicator, first.status)))

    def _placed(self, voice: Voice, placement: Placement) -> str:
        cell = self.knowledge.cells.get((placement.area, placement.level))
        text = cell.text[voice.language] if cell else None
        return voice.say("corrected", heard=voice.fill(text)) if text else voice.say("neighbours_none")

    def _back(self, voice: Voice, session: Session, course: Course) -> Reply:
        """The question before the pending one, again."""
        asks = [_OPENING, *(turn.reply.ask for turn in session.turns if turn.reply.ask)]
        order = list(dict.fromkeys(asks))
        pending, belief = course.pending, self.belief(course)
        place = order.index(pending) if pending in order else len(order)
        if place == 0:
            note = (Remark("note", voice.say("nothing_back")),)
            return self._ask(voice, course, belief, order[0], note)
        return self._ask(voice, course, belief, order[place - 1], (Remark("note", voice.say("back")),))

    def _ask(self, voice: Voice, course: Course, belief: Belief, ask: Ask, remarks: tuple[Remark, ...] = ()) -> Reply:
        remaining = self.questioner.remaining(belief, course.heard, course.progress)
        if ask.kind in ("example", "last_time") and not course.announced and remaining > _TOO_LATE_TO_ANNOUNCE:
            remarks = (*remarks, Remark("announcement", voice.say("announce_last_time")))
        heard = course.heard.get(ask.target)
        return Reply(
            "interview", voice.question(ask, heard), ask, remarks,
            voice.choices(ask, round(belief.expected_level), heard), voice.why(ask),
            course.progress.areas, remaining,
        )  # fmt: skip

    def _confirm(self, voice: Voice, course: Course, remarks: tuple[Remark, ...] = ()) -> Reply:
        key = "confirm" if course.heard or course.placements else "confirm_empty"
        choices = (Choice("yes", voice.say("choice_yes")),)
        return Reply("confirm", voice.say(key), None, remarks, choices, voice.say("why_confirm"), course.progress.areas)

    def _in_confirm(self, voice: Voice, session: Session, course: Course, turn: Turn) -> Reply:
        if turn.message.kind == "back":
            return self._back(voice, session, replace(course, pending=None))
        if turn.message.kind == "confirmed" or turn.intent == "yes":
            return self._once_more(voice, course) or self._later(voice, "confirm", course, turn)
        if turn.intent == "correction" and (turn.observations or turn.placement):
            return self._confirm(voice, course, (self._corrected(voice, turn),))
        if turn.intent == "question_back":
            remarks, citations = self._explained(voice, session.profile.organisation, turn.message.text, None)
            return replace(self._confirm(voice, course, remarks), citations=citations)
        return self._confirm(voice, course, (Remark("note", voice.say("confirm_unclear")),))

    def _once_more(self, voice: Voice, course: Course) -> Reply | None:
        """The talk taken up again, where clicks raised without a word leave the level open and a question would tell."""
        if course.ended or course.stopped_early or not course.review.raised:
            return None
        belief = self.belief(course)
        if ask := self._next(belief, course):
            return self._ask(voice, course, belief, ask, (Remark("note", voice.say("once_more")),))
        return None

    def _next(self, belief: Belief, course: Course) -> Ask | None:
        return self.questioner.next(belief, course.heard, course.progress, doubted=bool(course.review.raised))

    def _later(self, voice: Voice, phase: Phase, course: Course, turn: Turn) -> Reply:
        """After the confirmation: two unscored questions, the own tick, the result; the result alone where it was seen."""
        if turn.message.kind == "back":
            reopened = (Remark("note", voice.say("reopened")),) if phase == "result" else ()
            return self._confirm(voice, course, reopened)
        if turn.intent == "blank":
            return self._of_phase(voice, phase, (Remark("note", voice.say(_blank(turn.message))),))
        following = "result" if course.ended else _NEXT[phase]
        if phase == "tick" and turn.message.kind == "said":
            return self._of_phase(voice, "tick", ())
        note = (Remark("note", voice.say("unscored")),) if following == "employees" else ()
        return self._of_phase(voice, following, note)

    def _of_phase(self, voice: Voice, phase: Phase, remarks: tuple[Remark, ...]) -> Reply:
        if phase == "confirm":
            return Reply("confirm", voice.say("confirm"), None, remarks)
        if phase == "result":
            return Reply("result", voice.say("done"), None, remarks)
        if phase != "tick":
            return Reply(phase, voice.say(phase), None, remarks, (), voice.say("why_unscored"))
        choices = tuple(
            Choice(str(level.id), voice.fill(level.managed[voice.language])) for level in self.knowledge.rubric.levels
        )
        skip = Choice("", voice.say("tick_skip"))
        return Reply("tick", voice.say("tick"), None, remarks, (*choices, skip), voice.say("why_tick"))


def _blank(message: Message) -> str:
    """What is said where an answer says nothing: whether there was none, or a yes or a number alone."""
    return "wordless" if any(character.isalnum() for character in message.text) else "blank"


def advance(interview: Interview, session: Session, message: Message, at: str) -> Session:
    """The session after one more message."""
    return session.with_turn(interview.take(session, message, at))

"""Where a session stands, computed from its turns: what was heard, asked, declined, and what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from assistant.observations import STATUSES, Bearing, Observation, Review
from assistant.questions import Ask, Progress
from assistant.session import Message, Phase, Placement, Session, Turn
from knowledge.schema import AreaKey, Rubric, Status

_THIN_WORDS = 10
_LEAST_QUOTED = 3
_ANSWERS = frozenset({"answer", "dont_know", "no_example", "decline", "yes", "no"})


@dataclass(frozen=True)
class Course:
    """The state of one session. `pending` is the question that waits for an answer; `ended`: a result was shown.

    `put_right`: lines that the leader changed, by a click or in words. `by_model`: turns that a language model read.
    """

    phase: Phase = "interview"
    heard: Mapping[str, Observation] = field(default_factory=dict)
    placements: Mapping[AreaKey, Placement] = field(default_factory=dict)
    progress: Progress = field(default_factory=Progress)
    pending: Ask | None = None
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clashes: tuple[tuple[Observation, Observation], ...] = ()
    declined: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    announced: bool = False
    stopped_early: bool = False
    employees: str = ""
    promise: str = ""
    tick: int | None = None
    bearings: Mapping[str, Bearing] = field(default_factory=dict)
    review: Review = field(default_factory=Review)
    put_right: frozenset[str] = frozenset()
    by_model: frozenset[int] = frozenset()
    acts: Mapping[str, Message] = field(default_factory=dict)
    drafts: Mapping[str, Message] = field(default_factory=dict)
    model_off: bool = False
    ended: bool = False


def course_of(session: Session, rubric: Rubric) -> Course:
    """The course after all turns of the session."""
    course = Course(pending=Ask("opening", "opening"))
    for turn in session.turns:
        course = after(course, turn, rubric)
    return course


def after(course: Course, turn: Turn, rubric: Rubric) -> Course:
    """The course once one more turn was taken."""
    course = hear(course, turn, rubric)
    announced = course.announced or any(remark.kind == "announcement" for remark in turn.reply.remarks)
    ended = course.ended or turn.reply.phase == "result"
    return replace(course, phase=turn.reply.phase, pending=turn.reply.ask, announced=announced, ended=ended)


def hear(course: Course, turn: Turn, rubric: Rubric) -> Course:
    """The course with what the turn's message said, before the reply moves it on."""
    if turn.trace and turn.trace.outcome == "used":
        course = replace(course, by_model=course.by_model | {turn.number})
    for observation in turn.observations:
        if turn.message.kind == "corrected":
            course = replace(course, review=_reviewed(course, observation, rubric))
        mended = _put_right(course, observation, turn)
        course = _with_observation(mended, observation, clashing=mended is course)
    if turn.intent == "no" and course.phase == "interview" and course.pending and course.pending.kind == "say_back":
        course = _taken_back(course, course.pending.target)
    if turn.bearing:
        course = replace(course, bearings={**course.bearings, turn.bearing.topic: turn.bearing})
    if turn.placement:
        placements = {**course.placements, turn.placement.area: turn.placement}
        course = replace(course, placements={key: place for key, place in placements.items() if place.level})
    if course.phase == "interview":
        course = _with_answer(course, turn, rubric)
    return _with_act(course, turn)


def _reviewed(course: Course, new: Observation, rubric: Rubric) -> Review:
    old, review = course.heard.get(new.indicator), course.review
    if old is None or old.status is new.status:
        return review
    review = replace(review, mended=review.mended | {new.indicator})
    more = STATUSES.index(new.status) > STATUSES.index(old.status)
    if old.source == "heard" or Status.UNKNOWN in (old.status, new.status):
        return review
    if more is not rubric.by_id[new.indicator].reversed:
        raised = review.raised | {new.indicator}
        return replace(review, raised=raised, clicks=len(raised | _could_be_raised(course, rubric)))
    return replace(review, raised=review.raised - {new.indicator})


def _could_be_raised(course: Course, rubric: Rubric) -> frozenset[str]:
    """Indicators clicked, of which more could still be claimed."""
    best = {True: Status.ABSENT, False: Status.ESTABLISHED}
    clicked = (o for o in course.heard.values() if o.source != "heard" and o.status is not Status.UNKNOWN)
    return frozenset(o.indicator for o in clicked if o.status is not best[rubric.by_id[o.indicator].reversed])


def _put_right(course: Course, new: Observation, turn: Turn) -> Course:
    """Notes a line that the leader changed: what stood there was read wrongly, and is no contradiction."""
    old = course.heard.get(new.indicator)
    if old is None or old.status is new.status:
        return course
    said_back = course.pending is not None and course.pending == Ask("say_back", new.indicator)
    clicked = new.source != "heard" and old.direct
    if not (clicked or said_back or turn.intent == "correction"):
        return course
    said = (turn.message.text,) if turn.intent == "correction" and turn.message.text else ()
    return replace(
        course,
        put_right=course.put_right | {new.indicator},
        clashes=_without(course, new.indicator),
        words={**course.words, new.indicator: said},
    )


def _taken_back(course: Course, indicator: str) -> Course:
    """What was said back and is not so: nothing was heard of it, and what was said on it was not understood."""
    heard = {key: value for key, value in course.heard.items() if key != indicator}
    words = {key: value for key, value in course.words.items() if key != indicator}
    put_right = course.put_right - {indicator}
    return replace(course, heard=heard, words=words, put_right=put_right, clashes=_without(course, indicator))


def _without(course: Course, indicator: str) -> tuple[tuple[Observation, Observation], ...]:
    return tuple(pair for pair in course.clashes if pair[0].indicator != indicator)


def quote_of(course: Course, observation: Observation) -> str | None:
    """The leader's words that bear a line out; none where a click changed it since they were said.

    A word or two say nothing without the question that they answered.
    """
    quote = observation.evidence.quote or ""
    clicked = observation.source != "heard" and observation.indicator in course.put_right
    return quote if not clicked and len(quote.split()) >= _LEAST_QUOTED else None


def _with_observation(course: Course, new: Observation, clashing: bool) -> Course:
    old = course.heard.get(new.indicator)
    course = _with_clash(course, old, new) if clashing else course
    if old and old.direct and not new.direct:
        return course
    if old and not old.direct and not new.direct and old.certainty >= new.certainty:
        return course
    return replace(course, heard={**course.heard, new.indicator: new})


def _with_clash(course: Course, old: Observation | None, new: Observation) -> Course:
    """Two readings of one thing, both fairly sure, at opposite ends: shown later, not averaged away."""
    ends = {Status.ABSENT, Status.ESTABLISHED}
    if old is None or new.source != "heard" or old.source != "heard" or old.turn == new.turn:
        return course
    if not (bears_contradiction(course, old) and bears_contradiction(course, new)):
        return course
    apart = {old.status, new.status} == ends and min(old.certainty, new.certainty) >= 0.7
    return replace(course, clashes=(*course.clashes, (old, new))) if apart else course


def bears_contradiction(course: Course, observation: Observation) -> bool:
    """Whether the leader may be told of a contradiction by it: an answer to a question on it, or read by a model.

    Where the embedded listener's reading in passing contradicts the rest, it is nearly always the reading that is wrong.
    """
    return observation.direct or observation.turn in course.by_model


def _with_answer(course: Course, turn: Turn, rubric: Rubric) -> Course:
    ask, progress = course.pending, course.progress
    if ask is None or turn.intent not in _ANSWERS or turn.message.kind in ("back", "corrected", "switched"):
        return replace(course, stopped_early=course.stopped_early or turn.intent == "stop")
    progress = replace(progress, turns=progress.turns + 1)
    words = course.words
    if turn.message.kind == "said" and turn.intent != "no" and ask.kind in ("indicator", "example", "say_back"):
        words = {**words, ask.target: (*words.get(ask.target, ()), turn.message.text)}
    course = replace(course, progress=asked(progress, ask, rubric), words=words)
    if turn.intent == "decline":
        return _declined(course, ask)
    if turn.intent == "dont_know" and ask.kind == "indicator":
        return replace(course, unknown=course.unknown | {ask.target})
    areas = {area.key for area in rubric.areas if area.key == ask.target}
    short = len(turn.message.text.split()) < _THIN_WORDS
    if ask.kind == "area" and turn.intent == "answer" and short and not turn.observations:
        return replace(course, progress=replace(course.progress, thin=course.progress.thin | areas))
    if ask.kind == "neighbours" and turn.message.value == "none":
        return replace(course, progress=replace(course.progress, unplaced=course.progress.unplaced | areas))
    return course


def _declined(course: Course, ask: Ask) -> Course:
    progress = replace(course.progress, closed=course.progress.closed | {ask.target})
    return replace(course, declined=course.declined | {ask.target}, progress=progress)


def asked(progress: Progress, ask: Ask, rubric: Rubric) -> Progress:
    """The progress once the question was asked and answered."""
    if ask.kind == "opening":
        return replace(progress, opened=True)
    if ask.kind == "area":
        keys: tuple[AreaKey, ...] = tuple(area.key for area in rubric.areas if area.key == ask.target)
        return replace(progress, areas=(*progress.areas, *keys))
    area = next((a.key for a in rubric.areas if a.key == ask.target), None) or rubric.by_id[ask.target].area
    progress = replace(progress, follow_ups={**progress.follow_ups, area: progress.follow_ups.get(area, 0) + 1})
    if ask.kind == "neighbours":
        return replace(progress, thin=progress.thin - {area})
    if ask.kind == "indicator":
        return replace(progress, asked=progress.asked | {ask.target})
    if ask.kind == "say_back":
        return replace(progress, said_back=progress.said_back | {ask.target})
    if ask.kind == "last_time":
        progress = replace(progress, unplaced=progress.unplaced - {area})
    last_times = {**progress.last_times, area: progress.last_times.get(area, 0) + 1}
    progress = replace(progress, last_times=last_times)
    if ask.kind == "last_time":
        return progress
    return replace(progress, examples_asked=progress.examples_asked | {ask.target})


def _with_act(course: Course, turn: Turn) -> Course:
    message = turn.message
    if message.kind in ("clarified", "aimed", "decided", "summarised", "judged"):
        return replace(course, acts={**course.acts, message.kind: message})
    if message.kind == "drafted":
        return replace(course, drafts={**course.drafts, message.value: _redrafted(course, message)})
    if message.kind == "switched":
        return replace(course, model_off=message.value == "off")
    if message.kind == "ticked":
        return replace(course, tick=int(message.value) if message.value else None)
    if message.kind != "said" or turn.intent == "blank":
        return course
    if course.phase == "employees":
        return replace(course, employees=message.text)
    if course.phase == "promise":
        return replace(course, promise=message.text)
    return course


def _redrafted(course: Course, new: Message) -> Message:
    """The draft as it stands now: where nothing came of a new one, what the last one said stays."""
    old = course.drafts.get(new.value)
    if old is None or new.data["statements"]:
        return new
    kept = {key: old.data[key] for key in ("statements", "level")}
    return replace(new, data={**new.data, **kept})

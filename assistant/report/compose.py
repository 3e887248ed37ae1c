"""Everything a leader leaves with, in one value: the result, the ambition, the changes, the road, the meeting page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from assistant.ambition import (
    MONTHS_PER_STEP,
    Ambition,
    ClarityQuestion,
    Future,
    clarity_questions,
    draft,
    futures,
    pace_warning,
)
from assistant.changes import Advisor, Cairn, CriticalChange, road
from assistant.course import Course
from assistant.findings import Findings
from assistant.interview import Interview
from assistant.names import masked
from assistant.result import Line, Result
from assistant.session import Session
from assistant.voice import Voice


class UnfinishedError(Exception):
    """A result was asked for before the interview came to its end."""

    def __init__(self, phase: str) -> None:
        super().__init__(
            f"The interview is not finished: it stands at '{phase}'. Everything is saved. "
            "Go on with the open question, or stop early to see the result of what was said so far."
        )


@dataclass(frozen=True)
class Decided:
    """A change as the leader chose it: the proposal, with the owner and the date they gave."""

    change: CriticalChange
    owner: str
    due: str


@dataclass(frozen=True)
class Judgement:
    """A consultant's own judgement, beside Varde's and never over it."""

    level: int
    level_name: str
    reason: str
    by: str


@dataclass(frozen=True)
class MeetingPage:
    """Three questions for the management meeting, after source 003."""

    questions: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Report:
    result: Result
    clarity: tuple[ClarityQuestion, ...]
    clarity_answers: Mapping[str, str]
    futures: tuple[Future, ...]
    pace_note: str
    ambition: Ambition
    ambition_chosen: bool
    ambition_name: str
    ambition_warning: str
    proposals: tuple[CriticalChange, ...]
    proposals_note: str
    decided: tuple[Decided, ...]
    road: tuple[Cairn, ...]
    meeting: MeetingPage
    judgement: Judgement | None


def result_of(interview: Interview, session: Session) -> Result:
    """The result of a finished interview. Raises UnfinishedError before."""
    course = interview.course(session)
    if course.phase != "result":
        raise UnfinishedError(course.phase)
    *before, last = _ends(session)
    ended, earlier = session.turns[last - 1], []
    for end, following in pairwise((*before, last)):
        then = replace(session, turns=session.turns[:end])
        if _heard_alike(interview, then, replace(session, turns=session.turns[:following])):
            continue
        turn = session.turns[end - 1]
        earlier.append(_findings(interview, then).as_earlier(turn.versions, turn.at))
    return _findings(interview, session).result(ended.versions, ended.at, tuple(earlier))


def _ends(session: Session) -> list[int]:
    """After how many turns a result was reached: more than once where what was heard was gone through again."""
    phases = ["interview", *(turn.reply.phase for turn in session.turns)]
    return [n for n, (old, new) in enumerate(pairwise(phases), start=1) if new == "result" != old]


def _heard_alike(interview: Interview, one: Session, other: Session) -> bool:
    first, second = interview.course(one), interview.course(other)
    return first.heard == second.heard and first.placements == second.placements


def _findings(interview: Interview, session: Session) -> Findings:
    course = interview.course(session)
    return Findings(session, course, interview.belief(course), interview.model, interview.voice(session))


def compose(interview: Interview, session: Session) -> Report:
    """The whole report of a finished interview. Raises UnfinishedError before."""
    course, voice = interview.course(session), interview.voice(session)
    result = result_of(interview, session)
    ambition = _ambition(voice, course, result)
    advisor = Advisor(voice, result)
    proposals = advisor.propose(ambition.level)
    decided = _decided(advisor, course, ambition, proposals)
    chosen = tuple(entry.change for entry in decided) or proposals
    few = "changes_none" if not proposals else "changes_few" if len(proposals) < 2 else ""
    steps = ambition.level - result.level
    return Report(
        result,
        clarity_questions(voice),
        {str(key): str(value) for key, value in _data(course, "clarified").items()},
        futures(voice, result.level, ambition.months_per_step),
        voice.say("pace_note", months=str(ambition.months_per_step)),
        ambition,
        "aimed" in course.acts,
        voice.fill(voice.knowledge.rubric.level(ambition.level).name[voice.language]),
        pace_warning(voice, steps, steps * ambition.months_per_step),
        proposals,
        voice.say(few) if few else "",
        decided,
        road(voice, result, ambition, chosen),
        MeetingPage(
            tuple(voice.say(key) for key in ("meeting_means", "meeting_gaps", "meeting_moves")),
            voice.say("meeting_source"),
        ),
        _judgement(voice, course),
    )


def _data(course: Course, kind: str) -> Mapping[str, Any]:
    return course.acts[kind].data if kind in course.acts else {}


def _ambition(voice: Voice, course: Course, result: Result) -> Ambition:
    """What the leader chose; until then the middle future, as a draft."""
    data = _data(course, "aimed")
    months = int(data.get("months_per_step") or MONTHS_PER_STEP)
    if not data:
        options = futures(voice, result.level, months)
        middle = options[min(1, len(options) - 1)]
        return Ambition(middle.level, middle.draft, months)
    level = int(data["level"])
    return Ambition(level, str(data.get("statement") or "") or draft(voice, level), months)


def _decided(
    advisor: Advisor, course: Course, ambition: Ambition, proposals: tuple[CriticalChange, ...]
) -> tuple[Decided, ...]:
    known = {change.indicator: change for change in proposals}
    known |= {c.indicator: c for c in advisor.worded(advisor.candidates(ambition.level)) if c.indicator not in known}
    entries = []
    for entry in _data(course, "decided").get("changes", ()):
        change = known.get(str(entry["indicator"]))
        if change is not None:
            titled = replace(
                change,
                title=entry.get("title") or change.title,
                first_step=entry.get("first_step") or change.first_step,
            )
            entries.append(Decided(titled, str(entry.get("owner") or ""), str(entry.get("due") or "")))
    return tuple(entries)


def _judgement(voice: Voice, course: Course) -> Judgement | None:
    data = _data(course, "judged")
    if not data:
        return None
    level = int(data["level"])
    name = voice.fill(voice.knowledge.rubric.level(level).name[voice.language])
    return Judgement(level, name, str(data["reason"]), str(data["by"]))


def for_sharing(report: Report, quotes: Collection[str] = ()) -> Report:
    """The report as it may leave: quotes off but for those ticked (by indicator), people's names as roles."""
    return replace(
        report,
        result=_shared_result(report.result, quotes),
        proposals=tuple(_shared_change(change, quotes, report.result) for change in report.proposals),
        decided=tuple(
            replace(entry, change=_shared_change(entry.change, quotes, report.result)) for entry in report.decided
        ),
    )


def _shared_line(line: Line, quotes: Collection[str], result: Result) -> Line:
    quote = line.quote if line.indicator in quotes else None
    return replace(line, quote=masked(quote, result.profile.language) if quote else None)


def _shared_change(change: CriticalChange, quotes: Collection[str], result: Result) -> CriticalChange:
    return replace(change, gap=_shared_line(change.gap, quotes, result))


def _shared_result(result: Result, quotes: Collection[str]) -> Result:
    def lines(found: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(_shared_line(line, quotes, result) for line in found)

    def findings(name: str) -> Any:
        return tuple(replace(finding, lines=lines(finding.lines)) for finding in getattr(result, name))

    headline = replace(
        result.headline, carries=lines(result.headline.carries), holds_back=lines(result.headline.holds_back)
    )
    names = ("patterns", "missing_stones", "not_shown", "contradictions", "ask_others")
    return replace(
        result,
        headline=headline,
        lines=lines(result.lines),
        areas=tuple(replace(area, lines=lines(area.lines)) for area in result.areas),
        **{name: findings(name) for name in names},
        employees=masked(result.employees, result.profile.language),
        promise=masked(result.promise, result.profile.language),
    )

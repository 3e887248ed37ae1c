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
    distance,
    draft,
    futures,
    pace_warning,
    usual,
)
from assistant.changes import Advisor, CriticalChange
from assistant.course import Course
from assistant.drafting.draft import Draft, Origin, drafts_of
from assistant.findings import Findings
from assistant.interview import Interview
from assistant.names import masked
from assistant.report.edits import SUMMARY, Decided, Edit, Wording, with_ambition, with_change, wordings
from assistant.report.judgement import Judgement, judgements_of
from assistant.result import Line, Result
from assistant.road import Cairn, road
from assistant.session import Session
from assistant.standing import BETWEEN
from assistant.support import Supporting
from assistant.voice import Voice
from knowledge.schema import LEVELS


class UnfinishedError(Exception):
    """A result was asked for before the interview came to its end."""

    def __init__(self, phase: str) -> None:
        super().__init__(
            f"The interview is not finished: it stands at '{phase}'. Everything is saved. "
            "Go on with the open question, or stop early to see the result of what was said so far."
        )


@dataclass(frozen=True)
class MeetingPage:
    """Three questions for the management meeting, after source 003."""

    questions: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Report:
    """`edits`: the texts that stand here as a consultant worded them, each with its original."""

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
    summary: str = ""
    summary_origin: Origin = "authored"
    drafts: tuple[Draft, ...] = ()

    @property
    def lead(self) -> str:
        """The way of managing found, and what it comes to: in the words picked, else the authored ones."""
        headline = self.result.headline
        return f"{headline.stance}. {self.summary or headline.essence}" if headline.stance else ""

    @property
    def is_drafted(self) -> bool:
        """Whether anything in it is in the words of a language model."""
        origins = (self.ambition.origin, self.summary_origin, *(entry.origin for entry in self.decided))
        return "drafted" in origins

    def draft(self, part: str) -> Draft | None:
        return next((draft for draft in self.drafts if draft.part == part), None)

    edits: tuple[Edit, ...] = ()

    @property
    def shown_changes(self) -> tuple[Decided, ...]:
        """The changes as chosen; until then those proposed."""
        return self.decided or tuple(Decided(change, "", "") for change in self.proposals)

    ambition_distance: str = ""
    """How far the ambition lies from the level that steps are counted from."""
    sources_note: str = ""
    """Why nothing is cited in support of the changes, where the sources could not be searched."""


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


def compose(interview: Interview, session: Session, edited: bool = True) -> Report:
    """The whole report of a finished interview, with a consultant's edits or without. Raises UnfinishedError before."""
    course, voice = interview.course(session), interview.voice(session)
    result = result_of(interview, session)
    ambition = _ambition(voice, course, result)
    advisor = Advisor(voice, result)
    proposals = advisor.propose(ambition.level)
    decided = _decided(advisor, course, ambition, proposals)
    summary = str(_data(course, "summarised").get("text") or "")
    edits = _edits(session, summary or result.headline.essence, ambition, decided, proposals) if edited else {}
    ambition = with_ambition(ambition, edits)
    if not decided:
        proposals = tuple(with_change(Decided(change, "", ""), edits).change for change in proposals)
    decided = tuple(with_change(entry, edits) for entry in decided)
    chosen = tuple(entry.change for entry in decided) or proposals
    few = "changes_none" if not proposals else "changes_few" if len(proposals) < 2 else ""
    steps = ambition.level - result.ground
    return Report(
        result,
        clarity_questions(voice),
        {str(key): str(value) for key, value in _data(course, "clarified").items()},
        futures(voice, result.ground, ambition.months_per_step),
        _pace_note(voice, result, ambition),
        ambition,
        "aimed" in course.acts,
        voice.fill(voice.knowledge.rubric.level(ambition.level).name[voice.language]),
        pace_warning(voice, steps, steps * ambition.months_per_step),
        proposals,
        voice.say(few) if few else "",
        decided,
        road(voice, result.ground, ambition, chosen),
        MeetingPage(
            tuple(voice.say(key) for key in ("meeting_means", "meeting_gaps", "meeting_moves")),
            voice.say("meeting_source"),
        ),
        next(reversed(judgements_of(session, voice)), None),
        edits[SUMMARY].text if SUMMARY in edits else summary,
        _origin(_data(course, "summarised"), "text"),
        tuple(drafts_of(course).values()),
        tuple(edits.values()),
        ambition_distance=distance(voice, result.ground, ambition),
    )


def _pace_note(voice: Voice, result: Result, ambition: Ambition) -> str:
    """What the pace rests on, and from which level steps are counted where more than one is named."""
    note = voice.say("pace_note", months=str(ambition.months_per_step))
    if len(result.headline.levels) == 1:
        return note
    key = "counted_lower" if len(result.headline.levels) == BETWEEN else "counted_likeliest"
    return f"{note} {voice.say(key, level=voice.level_name(result.ground))}"


def wordings_of(interview: Interview, session: Session) -> tuple[Wording, ...]:
    """The texts of the report that may be edited, with their edits. Raises UnfinishedError before the result."""
    plain = compose(interview, session, edited=False)
    summary = plain.summary or plain.result.headline.essence
    return wordings(session, summary, plain.ambition, plain.shown_changes)


def _edits(
    session: Session, summary: str, ambition: Ambition, decided: tuple[Decided, ...],
    proposals: tuple[CriticalChange, ...],
) -> Mapping[str, Edit]:  # fmt: skip
    shown = decided or tuple(Decided(change, "", "") for change in proposals)
    found = wordings(session, summary, ambition, shown)
    return {wording.place: wording.edit for wording in found if wording.edit}


def supported(report: Report, voice: Voice, find: Supporting) -> Report:
    """The report with what supports its changes, as it is found now. Nothing else in it changes.

    A report is worth more without citations than not at all: whatever fails in the search leaves them out and says so.
    """
    organisation = report.result.profile.organisation
    changes = (*report.proposals, *(entry.change for entry in report.decided))
    try:
        found = {change.indicator: find(change, voice, organisation) for change in changes}
    except Exception:
        return replace(report, sources_note=voice.say("sources_unread"))
    return replace(
        report,
        proposals=tuple(replace(change, supported_by=found[change.indicator]) for change in report.proposals),
        decided=tuple(
            replace(entry, change=replace(entry.change, supported_by=found[entry.change.indicator]))
            for entry in report.decided
        ),
    )


def _data(course: Course, kind: str) -> Mapping[str, Any]:
    return course.acts[kind].data if kind in course.acts else {}


def _ambition(voice: Voice, course: Course, result: Result) -> Ambition:
    """What the leader chose; until then the farthest future that is no stretch, as a draft."""
    data = _data(course, "aimed")
    months = int(data.get("months_per_step") or MONTHS_PER_STEP)
    if not data:
        likely = usual(futures(voice, result.ground, months))
        return Ambition(likely.level, likely.draft, months)
    level = int(data["level"])
    words = str(data.get("statement") or "")
    return Ambition(level, words or draft(voice, level), months, _origin(data, "statement"))


def _origin(data: Mapping[str, Any], words: str) -> Origin:
    """Whose words were picked; what was kept without saying so is in the leader's own where there are some."""
    origin: Origin = data.get("origin") or ("own" if data.get(words) else "authored")
    return origin


def _decided(
    advisor: Advisor, course: Course, ambition: Ambition, proposals: tuple[CriticalChange, ...]
) -> tuple[Decided, ...]:
    known = {change.indicator: change for change in proposals}
    for target in (ambition.level, LEVELS[-1]):  # what was chosen stays, whatever future is chosen after it
        known = {c.indicator: c for c in advisor.worded(advisor.candidates(target))} | known
    entries = []
    for entry in _data(course, "decided").get("changes", ()):
        change = known.get(str(entry["indicator"]))
        if change is not None:
            titled = replace(
                change,
                title=entry.get("title") or change.title,
                first_step=entry.get("first_step") or change.first_step,
                move=entry.get("move") or change.move,
            )
            owner, due = str(entry.get("owner") or ""), str(entry.get("due") or "")
            entries.append(Decided(titled, owner, due, _origin(entry, "move")))
    return tuple(entries)


def for_sharing(report: Report, quotes: Collection[str] = ()) -> Report:
    """The report as it may leave: quotes off but for those ticked (by indicator), people's names as roles."""
    return replace(
        report,
        result=_shared_result(report.result, quotes),
        proposals=tuple(_shared_change(change, quotes, report.result) for change in report.proposals),
        decided=tuple(
            replace(entry, change=_shared_change(entry.change, quotes, report.result)) for entry in report.decided
        ),
        drafts=tuple(_shared_draft(draft, quotes, report.result) for draft in report.drafts),
    )


def _shared_draft(draft: Draft, quotes: Collection[str], result: Result) -> Draft:
    """A draft with the quotes that may leave."""
    statements = tuple(
        replace(
            statement,
            rests_on=tuple(
                replace(r, quote=masked(r.quote, result.profile.language) if r.id in quotes else "")
                for r in statement.rests_on
            ),
        )
        for statement in draft.statements
    )
    return replace(draft, statements=statements)


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

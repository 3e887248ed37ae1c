"""What one played case is worth: level, areas, examples and quotes, findings, turns, manners, changes.

Every scorer gives named numbers, 0 to 1 unless the name says turns or words; None where there was nothing to score.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from assistant.interview import Interview
from assistant.observations import Observation
from assistant.report.compose import Report, compose
from assistant.rule import Floats
from assistant.session import Session
from evals.case import Case
from evals.player import Played
from knowledge.load import read_yaml
from knowledge.schema import EvidenceKind, Language, Rubric, Status
from knowledge.text import stands_in

Scores = dict[str, float | None]
LONGEST_QUESTION = 35
PATTERNS = Path(__file__).parent / "leading.yaml"
_GAPS = (Status.ABSENT, Status.PLANNED, Status.PARTIAL)
_MISSING = (Status.ABSENT, Status.PLANNED)
_PAST_SIGNS = 2
_CONTRADICTS_ITSELF = "contradictory"
_SAME_LENS_AT_MOST = 2


def scored(interview: Interview, played: Played) -> Scores:
    """Every score of one played case."""
    report = compose(interview, played.session)
    course = interview.course(played.session)
    belief = interview.belief(course)
    found: Scores = {}
    keys = [area.key for area in interview.knowledge.rubric.areas]
    found |= areas([played.case.areas[key] for key in keys], belief.areas)
    found |= heard(played.case, played.session, course.heard)
    asks = [turn.reply.ask for turn in played.session.turns if turn.reply.ask]
    found["examples_asked_turns"] = float(sum(ask.kind == "example" for ask in asks))
    found |= findings(interview, played.case, report, course.heard)
    found |= manners(interview, played.session)
    found |= changes(interview, played.case, report)
    return found


def areas(levels: Sequence[int], probabilities: Floats) -> Scores:
    """Of the five areas, how many were found exactly, and to within one. `probabilities`: (5, 6)."""
    away = np.abs(probabilities.argmax(axis=1) + 1 - np.asarray(levels))
    return {"areas_exact": float((away == 0).mean()), "areas_within_one": float((away <= 1).mean())}


def heard(case: Case, session: Session, observations: Mapping[str, Observation]) -> Scores:
    """Whether quotes were said, and whether statuses and examples were read as labelled, where asked for."""
    said = [turn.message.text for turn in session.turns]
    quotes = [o.evidence.quote for turn in session.turns for o in turn.observations if o.evidence.quote]
    direct = {i: o for i, o in observations.items() if o.direct}
    shown = [
        (o.evidence.kind is EvidenceKind.EXAMPLE) == (case.on_indicator[i].evidence is EvidenceKind.EXAMPLE)
        for i, o in direct.items()
        if o.evidence.asked
    ]
    return {
        "quotes_said": _mean(any(stands_in(quote, text) for text in said) for quote in quotes),
        "statuses_right": _mean(o.status is case.on_indicator[i].status for i, o in direct.items()),
        "examples_right": _mean(shown),
    }


def findings(interview: Interview, case: Case, report: Report, observations: Mapping[str, Observation]) -> Scores:
    """Not shown yet, missing stones, contradictions and patterns: of those that the labels hold and the talk came to, how many.

    Precision: of those that are named, how many the labels bear out. Two things said that do not go together are borne
    out where the case's leader is labelled as one who contradicts himself.
    """
    rubric = interview.knowledge.rubric
    direct = {i for i, o in observations.items() if o.direct}
    asked = {i for i in direct if observations[i].evidence.asked}
    good = {i.id: Status.ABSENT if i.reversed else Status.ESTABLISHED for i in rubric.indicators}
    unshown = {
        i
        for i in direct
        if case.on_indicator[i].status is good[i] and case.on_indicator[i].evidence is not EvidenceKind.EXAMPLE
    }
    listed = {line.indicator for finding in report.result.not_shown for line in finding.lines}
    missing, still = missing_stones(rubric, case), still_true(rubric, case)
    found_missing = {line.indicator for finding in report.result.missing_stones for line in finding.lines}
    named = report.result.contradictions
    signs = {finding.lines[0].indicator for finding in named if len(finding.lines) == 1}
    borne_out = len(signs & still) + (len(named) - len(signs)) * (case.style == _CONTRADICTS_ITSELF)
    without = {i for i in listed & asked if case.on_indicator[i].evidence is not EvidenceKind.EXAMPLE}
    return {
        "not_shown_recall": _share(unshown & listed, unshown),
        "not_shown_precision": _share(without, listed & asked),
        "stones_recall": _share(missing & direct & found_missing, missing & direct),
        "stones_precision": _share(
            {i for i in found_missing if case.on_indicator[i].status in _MISSING}, found_missing
        ),
        "contradictions_recall": _share(still & direct & signs, still & direct),
        "contradictions_precision": borne_out / len(named) if named else None,
        "contradictions_named": float(len(named)),
        "patterns_borne_out": _mean(_patterns_borne_out(interview, case, report)),
    }


def _patterns_borne_out(interview: Interview, case: Case, report: Report) -> list[bool]:
    """For each pattern that is named, whether the labels hold it."""
    by_lines = {frozenset((*p.has, *p.lacks)): p for p in interview.knowledge.patterns}
    named = [by_lines[frozenset(line.indicator for line in finding.lines)] for finding in report.result.patterns]
    there = (Status.ESTABLISHED, Status.PARTIAL)
    return [
        all(case.on_indicator[i].status in there for i in pattern.has)
        and all(case.on_indicator[i].status in _MISSING for i in pattern.lacks)
        for pattern in named
    ]


def missing_stones(rubric: Rubric, case: Case) -> set[str]:
    """Keystones of the case's level or below that by the labels are not in place."""
    stones = {stone for level, all_of in rubric.keystones.items() if level <= case.level for stone in all_of}
    return {i for i in stones if case.on_indicator[i].status in _MISSING}


def still_true(rubric: Rubric, case: Case) -> set[str]:
    """Level 1's signs that by the labels hold in a case at level 3 or above: contradictions to be shown."""
    signs = [i.id for i in rubric.indicators if i.reversed] if case.level > _PAST_SIGNS else []
    return {i for i in signs if case.on_indicator[i].status is Status.ESTABLISHED}


@cache
def _patterns(kind: str, language: Language) -> re.Pattern[str]:
    lists: dict[str, dict[str, list[str]]] = read_yaml(PATTERNS, dict[str, dict[str, list[str]]])
    return re.compile("|".join(lists[kind][language]))


def manners(interview: Interview, session: Session) -> Scores:
    """Over the interview's questions: words, leading, repeats of what was answered, a level told before its time."""
    language = session.profile.language
    asked = [interview.opening(session), *(turn.reply for turn in session.turns)]
    questions = [reply for reply in asked if reply.phase == "interview" and reply.ask is not None]
    words = [len(reply.question.split()) for reply in questions]
    told = [
        " ".join([reply.question, *(r.text for r in reply.remarks if r.kind != "reflection")]) for reply in questions
    ]
    return {
        "question_words": float(np.mean(words)),
        "questions_short": _mean(count <= LONGEST_QUESTION for count in words),
        "questions_leading": _mean(bool(_patterns("leading", language).search(q.question.lower())) for q in questions),
        "questions_repeated": _mean(list(_repeats(interview, session))),
        "level_told_early": _mean(bool(_patterns("level", language).search(text.lower())) for text in told),
    }


def _repeats(interview: Interview, session: Session) -> Iterator[bool]:
    """For each answered question, whether it had been answered or declined before."""
    done: set[tuple[str, str]] = set()
    ask = interview.opening(session).ask
    for turn in session.turns:
        if ask is not None and turn.intent in ("answer", "dont_know", "no_example", "decline", "yes", "no"):
            yield (ask.kind, ask.target) in done
            done.add((ask.kind, ask.target))
        ask = turn.reply.ask


def changes(interview: Interview, case: Case, report: Report) -> Scores:
    """Whether the proposals rest on heard gaps that the labels bear out, by lens, with sources that hold."""
    proposals = report.proposals
    if not proposals:
        return {"changes_two_or_three": 0.0, "changes_borne_out": None, "changes_fit": None, "changes_cited": None}
    rubric, passages = interview.knowledge.rubric, interview.knowledge.passages
    heard_lines = {line.indicator for line in report.result.lines}
    lenses = [change.lens for change in proposals]
    fit = max(map(lenses.count, lenses)) <= _SAME_LENS_AT_MOST and any(change.capacity for change in proposals)

    def is_gap(indicator: str) -> bool:
        status = case.on_indicator[indicator].status
        if rubric.by_id[indicator].reversed:
            return status in (Status.ESTABLISHED, Status.PARTIAL, Status.PLANNED)
        return status in _GAPS

    def holds(sources: Collection[str]) -> bool:
        return bool(sources) and all((passage, report.result.language) in passages for passage in sources)

    return {
        "changes_two_or_three": float(2 <= len(proposals) <= 3),
        "changes_borne_out": _mean(c.indicator in heard_lines and is_gap(c.indicator) for c in proposals),
        "changes_fit": float(fit),
        "changes_cited": _mean(holds([citation.passage for citation in c.citations]) for c in proposals),
    }


def _mean(values: Iterator[bool] | Collection[bool]) -> float | None:
    found = list(values)
    return float(np.mean(found)) if found else None


def _share(part: Collection[str], whole: Collection[str]) -> float | None:
    return len(part) / len(whole) if whole else None

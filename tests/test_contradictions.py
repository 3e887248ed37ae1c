"""What the result names of contradictions and patterns rests on what was plainly heard, not on what was read in passing."""

from dataclasses import replace

import pytest

from assistant.interview import Interview
from assistant.observations import Evidence, Observation, kinds_of
from assistant.report.compose import compose
from assistant.result import Finding
from assistant.session import Session, Trace
from evals.case import CASES, read_case
from evals.player import play
from evals.scores import scored, still_true
from evals.thorough import thorough, with_something_to_name
from knowledge.schema import EvidenceKind, Status

SIGN = "ignore.ownership"
USED = Trace("a model", "used")
SURE, NOT_SURE = 0.9, 0.5


def read(indicator: str, status: Status, turn: int, direct: bool, sure: float = SURE) -> Observation:
    rest = (1 - sure) / 4
    a, b, c, d, e = (sure if s is status else rest for s in Status)
    evidence = Evidence(kinds_of(EvidenceKind.CLAIM), False, None)
    return Observation(indicator, (a, b, c, d, e), evidence, turn, direct=direct)


def told(coach: Interview, session: Session, *observations: Observation, trace: Trace | None = None) -> list[Finding]:
    """The contradictions named once a talk's turns were read so."""
    turns = list(session.turns)
    for new in observations:
        turn = turns[new.turn - 1]
        kept = tuple(o for o in turn.observations if o.indicator != new.indicator)
        turns[new.turn - 1] = replace(turn, observations=(*kept, new), trace=trace)
    return list(compose(coach, replace(session, turns=tuple(turns))).result.contradictions)


@pytest.fixture(scope="module")
def further_up(coach: Interview) -> Session:
    """A talk by quick replies with an organisation past level 2."""
    found = play(coach, read_case(CASES / "test" / "tarnmere-en-03.yaml"), "choices").session
    assert coach.belief(coach.course(found)).likeliest > 2
    return found


def test_a_sign_of_level_one_is_told_where_it_was_said_in_answer(coach: Interview, further_up: Session) -> None:
    [finding] = told(coach, further_up, read(SIGN, Status.ESTABLISHED, 3, direct=True))
    assert [line.indicator for line in finding.lines] == [SIGN]


@pytest.mark.parametrize(("direct", "sure"), [(False, SURE), (True, NOT_SURE)])
def test_not_where_it_was_read_in_passing_or_in_doubt(
    coach: Interview, further_up: Session, direct: bool, sure: float
) -> None:
    assert told(coach, further_up, read(SIGN, Status.ESTABLISHED, 3, direct, sure)) == []


def test_what_a_model_read_in_passing_is_told(coach: Interview, further_up: Session) -> None:
    assert told(coach, further_up, read(SIGN, Status.ESTABLISHED, 3, direct=False), trace=USED)


@pytest.mark.parametrize(
    ("direct", "trace", "clashes"), [(True, None, True), (False, None, False), (False, USED, True)]
)
def test_two_things_that_do_not_go_together(
    coach: Interview, further_up: Session, direct: bool, trace: Trace | None, clashes: bool
) -> None:
    first, second = (Status.ABSENT, Status.ESTABLISHED)
    heard = coach.course(further_up).heard
    thing = next(i.id for i in coach.knowledge.rubric.indicators if i.id not in heard and not i.reversed)
    found = told(coach, further_up, read(thing, first, 2, direct), read(thing, second, 4, direct=True), trace=trace)
    pairs = [[line.status for line in finding.lines] for finding in found if len(finding.lines) == 2]
    assert pairs == ([[first, second]] if clashes else [])


def test_everything_is_asked_and_what_the_labels_hold_is_told(coach: Interview) -> None:
    case = read_case(CASES / "tuning" / "valgesirel-et-122.yaml")
    rubric = coach.knowledge.rubric
    asking = thorough(coach)
    played = play(asking, case, "choices")
    assert len(asking.course(played.session).progress.asked) == len(rubric.indicators)
    found = scored(asking, played)
    assert found["contradictions_named"] == len(still_true(rubric, case)) > 0
    assert found["contradictions_precision"] == found["contradictions_recall"] == found["stones_recall"] == 1
    assert with_something_to_name(rubric, [case]) == [case]


@pytest.mark.parametrize(("direct", "named"), [(True, 1), (False, 0)])
def test_a_pattern_rests_on_gaps_that_were_clearly_heard(
    coach: Interview, further_up: Session, direct: bool, named: int
) -> None:
    pattern = next(p for p in coach.knowledge.patterns if p.area is None and p.has and p.lacks)
    turns = list(further_up.turns)
    there = [read(i, Status.ESTABLISHED, 2, direct=False) for i in pattern.has]
    missing = [read(i, Status.ABSENT, 3, direct=direct) for i in pattern.lacks]
    bare = [replace(turn, observations=()) for turn in turns]
    bare[1], bare[2] = replace(bare[1], observations=tuple(there)), replace(bare[2], observations=tuple(missing))
    found = compose(coach, replace(further_up, turns=tuple(bare))).result.patterns
    name = coach.voice(further_up).fill(pattern.name["en"])
    assert [finding.name for finding in found].count(name) == named

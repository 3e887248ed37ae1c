"""Where the whole and its areas stand, and what is said of it: one rule for figure, words, road and changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ambition import Ambition, futures, usual
from assistant.interview import Interview, advance
from assistant.report.compose import compose, result_of
from assistant.report.outline import outline
from assistant.report.shares import percentages
from assistant.road import stretches
from assistant.session import Message, Session
from assistant.standing import Standing, ground_of, likely_levels, standing_levels, standing_of
from evals.case import CASES, read_case
from evals.player import play
from knowledge import default as knowledge
from knowledge.schema import LANGUAGES, EvidenceKind, Language
from tests.test_documents import clicked, much, stopped

AT = "2026-10-12T09:30:00+00:00"
SHARES = st.lists(st.floats(0.001, 1), min_size=6, max_size=6).map(lambda p: [x / sum(p) for x in p])


# the maths


@given(SHARES)
def test_the_likely_levels_hold_the_likeliest_and_are_as_likely_as_a_finding(shares: list[float]) -> None:
    levels = likely_levels(shares)
    assert shares.index(max(shares)) + 1 in levels
    assert sum(shares[level - 1] for level in levels) >= 0.65 - 1e-9


@pytest.mark.parametrize(
    ("area", "whole", "standing"),
    [
        ((1, 2), (3,), "behind"), ((2, 3), (3,), "with_or_behind"), ((3,), (3,), "with"), ((3, 4), (3,), "with_or_ahead"),
        ((4,), (3,), "ahead"), ((2, 3, 4), (3,), "open"), ((3,), (3, 4), "with"), ((2, 3, 4), (3, 4), "with_or_behind"),
        ((1, 2), (3, 4), "behind"), ((4, 5), (3, 4), "with_or_ahead"),
        ((2, 3), (1, 2, 3, 4), "open"), ((5,), (1, 2, 3), "ahead"),
    ],
)  # fmt: skip
def test_the_words_follow_from_what_is_drawn(area: tuple[int, ...], whole: tuple[int, ...], standing: Standing) -> None:
    assert standing_of(area, whole) == standing


def test_two_areas_drawn_alike_are_never_named_apart(coach: Interview) -> None:
    for name in ("telecom-en-b3", "kommune-nb-a2", "toidukett-et-a4"):
        result = result_of(coach, play(coach, read_case(CASES / "examples" / f"{name}.yaml"), "text").session)
        named: dict[tuple[int, ...], set[str]] = {}
        for area in result.areas:
            named.setdefault(area.levels, set()).add(area.standing)
        assert all(len(words) == 1 for words in named.values())


@given(SHARES)
def test_all_is_counted_from_the_lower_of_two_levels(shares: list[float]) -> None:
    levels, likeliest = standing_levels(shares), shares.index(max(shares)) + 1
    assert ground_of(levels, likeliest) == (levels[0] if len(levels) <= 2 else likeliest)


@given(SHARES)
def test_percentages_make_a_hundred_and_none_is_certain(shares: list[float]) -> None:
    found = percentages(shares)
    assert sum(found) == 100 and max(found) < 100
    assert (
        all(abs(got - 100 * share) < 1 + 1e-6 for got, share in zip(found, shares, strict=True)) or max(shares) > 0.98
    )


# pace, steps and road


@pytest.mark.parametrize(("ground", "level", "months"), [(3, 4, 24), (3, 5, 24), (3, 6, 24), (2, 5, 36), (4, 4, 24)])
def test_the_road_ends_when_the_steps_do(ground: int, level: int, months: int) -> None:
    ahead = stretches(ground, Ambition(level, "", months))
    assert [step.to for step in ahead] == list(range(ground + 1, level + 1))
    assert (ahead[-1].ends if ahead else 0) == (level - ground) * months


@pytest.mark.parametrize(
    ("ground", "months", "keys"),
    [
        (2, 24, ["prudent", "ambitious", "stretch"]), (3, 24, ["prudent", "ambitious", "stretch"]),
        (4, 24, ["prudent", "stretch"]), (5, 24, ["stretch"]), (2, 36, ["prudent", "stretch", "stretch"]),
        (2, 72, ["stretch", "stretch", "stretch"]), (6, 24, ["prudent"]),
    ],
)  # fmt: skip
def test_a_future_is_named_by_how_far_it_is(coach: Interview, ground: int, months: int, keys: list[str]) -> None:
    found = futures(coach.voice(stopped(coach, "en")), ground, months)
    assert [future.key for future in found] == keys
    assert usual(found).key != "stretch" or set(keys) == {"stretch"}


def aimed(coach: Interview, level: int, months: int = 24) -> Session:
    data = {"level": level, "statement": "", "months_per_step": months}
    return advance(coach, much(coach, "en"), Message("aimed", data=data), AT)


def test_the_road_says_when_the_ambition_is_reached_and_holds_it_after(coach: Interview) -> None:
    ground = compose(coach, aimed(coach, 6)).result.ground
    report = compose(coach, aimed(coach, ground + 1))
    reached = [cairn.year for cairn in report.road if any(report.ambition_name in text for text in cairn.true_by_then)]
    assert reached == [2] and "24 months" in report.ambition_distance


def test_what_the_pace_does_not_reach_is_said_at_the_end_of_the_road(coach: Interview) -> None:
    report = compose(coach, aimed(coach, 6, 60))
    assert "after this road ends" in report.road[-1].true_by_then[-1]
    assert report.ambition_warning


# two levels


def test_where_two_levels_are_named_the_paragraph_tells_of_both(coach: Interview) -> None:
    result = compose(coach, much(coach, "en")).result
    assert len(result.headline.levels) == 2
    names = [level.name.en for level in knowledge().rubric.levels if level.id in result.headline.levels]
    assert all(name in result.headline.essence for name in names) and result.ground == min(result.headline.levels)


# too little


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_short_talk_it_is_said_that_too_little_was_heard(coach: Interview, language: Language) -> None:
    session = clicked(coach, language, "explore.surveys", "mobilise.owner")
    report, voice = compose(coach, session), coach.voice(session)
    assert report.result.thin and report.result.headline.caveat and not report.result.headline.stance
    assert outline(report, voice).settle_none == voice.say("document_settle_thin")


def test_of_a_whole_talk_it_is_not(coach: Interview) -> None:
    headline = compose(coach, much(coach, "nb")).result.headline
    assert not headline.caveat and headline.stance


# one place each


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_carries_was_shown_and_stands_nowhere_else(coach: Interview, language: Language) -> None:
    result = compose(coach, much(coach, language)).result
    carries = {line.indicator for line in result.headline.carries}
    assert all(line.evidence is EvidenceKind.EXAMPLE for line in result.headline.carries)
    assert not carries & {line.indicator for finding in result.not_shown for line in finding.lines}


def test_a_line_put_right_by_a_click_is_not_held_to_lack_an_example(coach: Interview) -> None:
    result = result_of(coach, clicked(coach, "en", "mobilise.owner"))
    assert [line.indicator for line in result.lines] == ["mobilise.owner"]
    assert not result.not_shown and not result.headline.carries


# changes


def test_a_change_rests_on_a_gap_that_was_clearly_heard(coach: Interview) -> None:
    for name in ("telecom-en-b3", "kommune-nb-a2", "toidukett-et-a4"):
        session = play(coach, read_case(CASES / "examples" / f"{name}.yaml"), "text").session
        report, voice = compose(coach, session), coach.voice(session)
        doubtful = [change for change in report.proposals if not change.gap.clear]
        assert len(doubtful) <= (len(report.proposals) <= 2)
        assert all(change.reason == voice.say("reason_check") for change in doubtful)


# whom to ask


@pytest.mark.parametrize(
    ("language", "role"),
    [
        ("en", "Managing Director"),
        ("nb", "Daglig leder"),
        ("nb", "Kommunedirektør i Vik"),
        ("et", "Tegevjuht ja omanik"),
    ],
)
def test_nobody_is_sent_to_themselves(language: Language, role: str) -> None:
    asking = knowledge().asking
    chief = asking.roles["chief"][language].name
    assert chief not in {asking.whom(sign, role, "leadership", language) for sign in knowledge().rubric.by_id}
    assert chief in {asking.whom(sign, "Controller", "leadership", language) for sign in knowledge().rubric.by_id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whom_to_ask_is_a_role_and_no_sentence(language: Language) -> None:
    names = [role[language].name for role in knowledge().asking.roles.values()]
    assert all(len(name.split()) <= 8 and not set(".;:") & set(name) for name in names)


def test_one_who_meets_them_every_day_is_not_sent_to_such_a_one() -> None:
    whom = knowledge().asking.whom("ignore.understanding", "nurse", "frontline", "en")
    assert whom == knowledge().asking.roles["unit"].en.name


# what documents say


def test_a_long_scope_is_told_once_in_full(coach: Interview) -> None:
    session = much(coach, "en")
    told = outline(compose(coach, session), coach.voice(session))
    assert told.scope not in told.account and told.scope.startswith(told.scope_short) and len(told.scope_short) <= 60
    unbroken = replace(session, profile=replace(session.profile, scope="x" * 90))
    assert outline(compose(coach, unbroken), coach.voice(unbroken)).scope_short == "X" + "x" * 57 + " …"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_on_clarity_stand_in_the_outline(coach: Interview, language: Language) -> None:
    answers = {"meaning": "no", "goals": "partly", "effect": "yes"}
    session = advance(coach, much(coach, language), Message("clarified", data=answers), AT)
    voice = coach.voice(session)
    group = next(group for group in outline(compose(coach, session), voice).others if group.key == "clarity")
    assert [item.text.rpartition(" ")[2] for item in group.notes[0].items] == [
        f"{voice.say(f'clarity_{value}')}." for value in answers.values()
    ]

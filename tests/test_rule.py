"""The level rule, against its definition and the example cases."""

import pytest

from assistant.rule import LevelRule
from evals.case import Case
from knowledge import default as knowledge
from knowledge.schema import Status

RULE = LevelRule(knowledge().rubric)
IDS = {level: [i.id for i in RULE.rubric.of_level(level)] for level in range(1, 7)}


def organisation(established_up_to: int, **changes: Status) -> dict[str, Status]:
    found = {
        i.id: Status.ESTABLISHED if 1 < i.level <= established_up_to else Status.ABSENT for i in RULE.rubric.indicators
    }
    return found | {key.replace("__", ".").replace("_", "-"): value for key, value in changes.items()}


@pytest.mark.parametrize("level", range(1, 7))
def test_everything_up_to_a_level_in_place_gives_that_level(level: int) -> None:
    assert RULE.level_of(organisation(level)) == level


def test_sixty_per_cent_of_a_level_is_enough() -> None:
    three_of_five = organisation(2) | dict.fromkeys(IDS[3][:3], Status.ESTABLISHED)
    assert RULE.level_of(three_of_five) == 3
    assert RULE.level_of(three_of_five | {IDS[3][2]: Status.PARTIAL}) == 2


def test_planned_counts_for_nothing() -> None:
    assert RULE.level_of(organisation(2) | dict.fromkeys(IDS[3], Status.PLANNED)) == 2


def test_a_level_with_fewer_than_half_known_is_not_reached() -> None:
    assert RULE.level_of(organisation(3) | dict.fromkeys(IDS[3][:3], Status.UNKNOWN)) == 2
    assert RULE.level_of(organisation(3) | dict.fromkeys(IDS[3][1:3], Status.UNKNOWN)) == 3


def test_a_level_above_a_gap_is_not_reached() -> None:
    assert RULE.level_of(organisation(4) | dict.fromkeys(IDS[3], Status.ABSENT)) == 2


def test_a_missing_keystone_holds_the_organisation_at_the_level_below() -> None:
    assert RULE.level_of(organisation(3, mobilise__owner=Status.ABSENT)) == 2
    assert RULE.level_of(organisation(3, mobilise__owner=Status.PARTIAL)) == 3
    assert RULE.level_of(organisation(3, mobilise__owner=Status.UNKNOWN)) == 3


def test_a_keystone_of_a_lower_level_does_not_pull_down_a_higher_one() -> None:
    assert RULE.level_of(organisation(4, mobilise__owner=Status.ABSENT)) == 4


def test_level_one_signs_do_not_count() -> None:
    assert RULE.level_of(organisation(4) | dict.fromkeys(IDS[1], Status.ESTABLISHED)) == 4


def test_level_and_areas_of_the_examples_follow_from_their_statuses(example: Case) -> None:
    assert RULE.level_of(example.statuses) == example.level
    assert RULE.areas_of(example.statuses) == dict(example.areas)


def test_borderline_names_the_level_one_step_away(example: Case) -> None:
    others = RULE.neighbours_of(example.statuses)
    assert bool(others) == example.borderline
    assert example.also in (others or (None,))


def test_an_area_stops_at_a_lower_sign_that_is_missing() -> None:
    found = organisation(4) | {"mobilise.metrics": Status.ABSENT}
    assert RULE.areas_of(found)["metrics"] == 2


def test_strategy_is_at_least_two_where_there_is_a_shared_idea() -> None:
    nothing = organisation(1)
    assert RULE.areas_of(nothing)["strategy"] == 2
    assert RULE.areas_of(nothing | {"ignore.understanding": Status.ESTABLISHED})["strategy"] == 1

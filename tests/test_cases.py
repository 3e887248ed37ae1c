"""The labelled cases: format, labels, split, and no phrase that stands in two of them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache

import pytest

from evals.answer import read_answers
from evals.case import CASES, Case, read_cases
from evals.pairs import pairs
from knowledge.schema import LANGUAGES, LEVELS

SHARED_WORDS = 8
ALIKE = 0.003
FOLDERS = ("tuning", "test", "unseen", "examples")
STYLES = {"plain", "terse", "verbose", "flattering", "self-critical", "jargon", "evasive", "contradictory"}


@cache
def cases(folder: str) -> tuple[Case, ...]:
    return tuple(read_cases(CASES / folder))


def texts(case: Case) -> Iterator[str]:
    yield case.opening
    for area in case.on_area.values():
        yield from (area.says, area.example)
    for answer in case.on_indicator.values():
        yield from (answer.says, answer.example)


def everything() -> Iterator[tuple[str, str, str]]:
    for folder in ("tuning", "test", "unseen", "examples", "pairs"):
        for case in cases(folder):
            yield from ((case.id, case.language, text) for text in texts(case))
    for answer in read_answers(CASES / "extra"):
        yield from ((answer.id, answer.language, text) for text in (answer.says, answer.example))


def test_every_case_has_the_shape_and_the_labels_follow_from_the_rule() -> None:
    found = [case for folder in FOLDERS for case in cases(folder)]
    assert len({case.id for case in found}) == len(found) >= 129


def test_no_two_parts_share_an_organisation() -> None:
    names = [{case.organisation.name for case in cases(folder)} for folder in FOLDERS]
    assert len(set.union(*names)) == sum(map(len, names))


def test_the_unseen_part_has_each_level_twice_a_language_and_all_styles() -> None:
    found = cases("unseen")
    assert set(Counter((case.language, case.level) for case in found).values()) == {2}
    assert len({(case.language, case.level) for case in found}) == len(LANGUAGES) * len(LEVELS)
    assert {case.style for case in found} == STYLES


def test_the_test_part_covers_languages_levels_and_styles() -> None:
    test = cases("test")
    assert len(test) >= 60 and all(case.self_level for case in test)
    assert set(Counter(case.language for case in test).values()) == {20}
    assert {case.level for case in test} == set(LEVELS)
    assert {case.style for case in test} == STYLES


def test_each_twin_has_the_facts_of_its_original_and_another_style() -> None:
    found = pairs(CASES / "test")
    assert len(found) >= 30
    for flattering, other in found:
        assert flattering.style == "flattering" != other.style
        assert flattering.organisation.name == other.organisation.name and flattering.level == other.level
        for indicator, answer in other.on_indicator.items():
            told = flattering.on_indicator[indicator]
            assert told.status is answer.status, (other.id, indicator)
            assert told.says != answer.says


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quarter_is_borderline_and_half_uneven(language: str) -> None:
    found = [c for folder in ("tuning", "test") for c in cases(folder) if c.language == language]
    assert len(found) >= 30
    assert 0.2 <= sum(case.borderline for case in found) / len(found) <= 0.5
    uneven = [case for case in found if max(case.areas.values()) - min(case.areas.values()) >= 2]
    assert len(uneven) / len(found) >= 0.4


def test_no_phrase_stands_in_two_cases() -> None:
    where: dict[str, set[str]] = defaultdict(set)
    for case, language, text in everything():
        words = re.findall(r"\w+", text.lower())
        for start in range(len(words) - SHARED_WORDS + 1):
            where[f"{language}: {' '.join(words[start : start + SHARED_WORDS])}"].add(case)
    shared = {phrase: sorted(found) for phrase, found in where.items() if len(found) > 1}
    assert not shared, dict(list(shared.items())[:20])


def test_no_answer_opens_like_many_others() -> None:
    openings: dict[str, set[str]] = defaultdict(set)
    texts_in = Counter(language for _, language, _ in everything())
    for case, language, text in everything():
        openings[f"{language}: {' '.join(re.findall(r'[^ ]+', text.lower())[:3])}"].add(case)
    stock = {opening: len(found) for opening, found in openings.items() if len(found) > texts_in[opening[:2]] * ALIKE}
    assert not stock, stock

"""The example cases, played: the level is found, and the quotes were said."""

import json

import pytest
from typer.testing import CliRunner

from assistant.interview import Interview
from evals.case import Case, read_case
from evals.commands import app as evals
from evals.commands import played_json
from evals.player import play
from knowledge.text import stands_in
from tests.conftest import EXAMPLES


def test_by_choices_the_level_is_found_within_sixteen_turns(coach: Interview, example: Case) -> None:
    played = play(coach, example, "choices")
    found = coach.belief(coach.course(played.session)).likeliest
    assert found == example.level or (example.borderline and found == example.also)
    assert played.turns <= 16


def test_by_text_there_are_eight_quoted_observations_each_of_them_said(coach: Interview, example: Case) -> None:
    played = play(coach, example, "text")
    said = [turn.message.text for turn in played.session.turns]
    quotes = [o.evidence.quote for t in played.session.turns for o in t.observations if o.evidence.quote]
    assert len(quotes) >= 8
    assert all(any(stands_in(quote, message) for message in said) for quote in quotes)


def test_by_text_two_of_the_three_are_at_the_level_or_beside_it(coach: Interview) -> None:
    cases = [read_case(path) for path in EXAMPLES]
    found = [coach.belief(coach.course(play(coach, case, "text").session)).likeliest for case in cases]
    assert sum(level in (case.level, case.also) for level, case in zip(found, cases, strict=True)) >= 2


def test_play_as_json_has_the_promised_keys(coach: Interview, example: Case) -> None:
    found = json.loads(json.dumps(played_json(play(coach, example, "choices"))))
    assert set(found) == {
        "id",
        "language",
        "level",
        "probabilities",
        "areas",
        "turns",
        "observations",
        "gold",
        "result",
    }
    assert sum(found["probabilities"]) == pytest.approx(1, abs=0.001) and len(found["probabilities"]) == 6
    assert set(found["observations"][0]) == {"indicator", "status", "evidence", "quote", "turn"}
    assert found["gold"] == {"level": example.level, "also": example.also, "areas": dict(example.areas)}


def test_eval_cases_writes_the_promised_figures(tmp_path) -> None:
    to = tmp_path / "figures.json"
    ran = CliRunner().invoke(
        evals, ["cases", "--cases", str(EXAMPLES[0].parent), "--answers", "choices", "--json", str(to)]
    )
    assert ran.exit_code == 0, ran.output
    figures = json.loads(to.read_text())
    wanted = {"n", "exact", "acceptable", "within_one", "bias", "rps", "ece", "qwk", "turns_mean", "turns_p95"}
    assert set(figures["overall"]) == wanted and set(figures["by_language"]) == {"en", "nb", "et"}

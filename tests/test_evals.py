"""The figures themselves: known values, and the promised keys."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from assistant.bootstrap import interview
from evals.answer import read_answers
from evals.case import CASES, read_cases
from evals.commands import app
from evals.level import calibration_error, quadratic_kappa, ranked_probability_score, weighted_kappa
from evals.listening import f1, kappa, macro_f1
from evals.player import play
from evals.scripted import listening_to
from knowledge import KnowledgeError
from tests import openai_server as server


def test_the_ranked_probability_score_is_nothing_when_sure_and_right_and_one_at_the_far_end() -> None:
    gold = np.array([1, 6])
    assert ranked_probability_score(np.eye(6)[gold - 1], gold) == 0
    assert ranked_probability_score(np.eye(6)[6 - gold], gold) == pytest.approx(1)


def test_quadratic_kappa_is_one_for_agreement_and_nothing_for_chance() -> None:
    gold = np.array([1, 2, 3, 4, 5, 6])
    assert quadratic_kappa(gold, gold) == pytest.approx(1)
    assert quadratic_kappa(np.repeat(gold, 6), np.tile(gold, 6)) == pytest.approx(0)
    assert quadratic_kappa(np.array([3, 3]), np.array([3, 3])) is None


def test_kappa_leaves_unknown_out_and_weighs_distance() -> None:
    gold, near, far = np.array([0, 1, 2, 3, 4]), np.array([1, 1, 2, 3, 0]), np.array([3, 1, 2, 3, 0])
    assert kappa(gold, gold, 2) == pytest.approx(1)
    assert (kappa(gold, near, 2) or 0) > (kappa(gold, far, 2) or 0)


def test_f1_counts_both_kinds_of_error() -> None:
    gold, found = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert f1(gold, found, 0) == pytest.approx(2 / 3)
    assert f1(gold, found, 4) is None
    assert macro_f1(gold, found) == pytest.approx((2 / 3 + 0.8) / 2)


@pytest.mark.transformers  # brings scikit-learn
@pytest.mark.parametrize("power", [1, 2])
def test_kappa_and_f1_are_those_of_scikit_learn(power: int) -> None:
    from sklearn import metrics as measures

    drawn = np.random.default_rng(5)
    gold = drawn.integers(0, 5, 400)
    found = np.where(drawn.random(400) < 0.6, gold, drawn.integers(0, 5, 400))
    theirs = measures.cohen_kappa_score(gold, found, weights={1: "linear", 2: "quadratic"}[power])
    assert weighted_kappa(gold, found, 5, power) == pytest.approx(theirs)
    assert macro_f1(gold, found) == pytest.approx(measures.f1_score(gold, found, average="macro"))


def test_calibration_error_is_the_gap_between_sure_and_right() -> None:
    assert calibration_error(np.array([0.9, 0.9]), np.array([True, True])) == pytest.approx(0.1)
    assert calibration_error(np.array([0.5, 0.5]), np.array([True, False])) == pytest.approx(0)


def test_eval_listening_writes_the_promised_figures(tmp_path: Path) -> None:
    to = tmp_path / "figures.json"
    ran = CliRunner().invoke(app, ["listening", "--cases", str(CASES / "examples"), "--json", str(to)])
    assert ran.exit_code == 0, ran.output
    found = json.loads(to.read_text())
    wanted = {"n", "accuracy", "macro_f1", "linear_kappa", "quadratic_kappa", "unknown_f1", "evidence_macro_f1", "ece"}
    assert set(found["overall"]) == wanted and found["overall"]["n"] == 84
    assert set(found["by_language"]) == {"en", "nb", "et"} and found["by_style"] and found["worst"]


def test_a_broken_single_answer_is_named_with_its_line(tmp_path: Path) -> None:
    good = (CASES / "extra" / "en-1.jsonl").read_text().splitlines()[0]
    (tmp_path / "x.jsonl").write_text(good + "\n" + good.replace('"status": "', '"status": "not-'))
    with pytest.raises(KnowledgeError, match=r"x\.jsonl:2: status"):
        list(read_answers(tmp_path))


def test_single_answers_have_ids_of_their_own_and_hold_what_cases_have_too_little_of() -> None:
    found = list(read_answers(CASES / "extra"))
    assert len({answer.id for answer in found}) == len(found) >= 720
    for language in ("en", "nb", "et"):
        kinds = [answer.evidence.value for answer in found if answer.language == language]
        assert kinds.count("claim") >= 100 and kinds.count("none") >= 40


def test_with_a_model_set_both_are_printed_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server.serving() as provider:
        provider.behaviour = server.says({"intent": "answer", "observations": [], "reflection": ""})
        monkeypatch.setenv("VARDE_MODEL", "openai:small")
        monkeypatch.setenv("VARDE_MODEL_URL", provider.url)
        to = tmp_path / "figures.json"
        one = tmp_path / "cases"
        one.mkdir()
        shutil.copy(CASES / "examples" / "telecom-en-b3.yaml", one)
        ran = CliRunner().invoke(app, ["cases", "--cases", str(one), "--answers", "text", "--json", str(to)])
    assert ran.exit_code == 0 and "with" in ran.output and "tokens_in" in ran.output, ran.output
    cost = json.loads(to.read_text())["with_model"]["cost"]
    assert cost["calls"] == len(provider.bodies) > 5 and cost["prompt_median"] < 10_000


def test_a_model_that_reads_right_gives_the_level_of_the_quick_replies() -> None:
    coach = interview()
    for case in read_cases(CASES / "examples"):
        played = play(listening_to(coach, case), case, "text").session
        wrong = play(listening_to(coach, case, wrong=0.15), case, "text").session
        clicked = play(coach, case, "choices").session
        levels = [coach.belief(coach.course(s)).likeliest for s in (played, wrong, clicked)]
        assert levels[0] == levels[2] == case.level and levels[1] in (case.level, case.also)


def test_the_scripted_model_is_printed_beside_quick_replies(tmp_path: Path) -> None:
    to, one = tmp_path / "figures.json", tmp_path / "cases"
    one.mkdir()
    shutil.copy(CASES / "examples" / "telecom-en-b3.yaml", one)
    ran = CliRunner().invoke(app, ["scripted", "--cases", str(one), "--wrong", "1", "--json", str(to)])
    found = json.loads(to.read_text())
    assert ran.exit_code == 0 and "same_level" in ran.output, ran.output
    assert found["quick replies"]["same_level"] == found["reads right"]["same_level"] == 1.0
    assert found["100% wrong"]["rps"] > found["reads right"]["rps"]

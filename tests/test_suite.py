"""The suite around the gate: the population, the respondents, the baselines, the figures, the run and its page."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from assistant.interview import Interview
from assistant.listening.classifier import Channels
from evals import baselines, suite
from evals.against import UnfitRunError, read_run, since
from evals.case import CASES, Case
from evals.commands import app
from evals.figures import Row, averaged, averages, changed, reliability, whole
from evals.gate import case, coach
from evals.page import page
from evals.personas import Overclaimer, leader, phrases
from evals.player import play
from evals.population import SyntheticLeader, World
from evals.qa import read_questions
from evals.scores import manners, scored
from evals.simulate import POLICIES, Policy, open_topics, walk, world_of
from evals.targets import bounds
from evals.workers import workers
from knowledge import default as knowledge
from knowledge.schema import LANGUAGES, Status


def row(level: int, found: int, id: str = "x", sure: float = 0.9) -> Row:
    rest = (1 - sure) / 5
    return Row(id, level, None, tuple(sure if n == found else rest for n in range(1, 7)), 10)


@pytest.mark.parametrize("world", ["matched", "mismatched"])
def test_an_organisation_is_the_same_in_every_sample(world: World) -> None:
    generator = world_of(world)
    assert generator.organisations(3, 5) == generator.organisations(0, 5)[3:]
    assert all(generator.model.rule.levels(generator.codes(o.standings, o.known))[0] == o.level
               for o in generator.organisations(0, 5))  # fmt: skip


def test_only_the_mismatched_world_has_what_leaders_do_not_know_and_other_slopes() -> None:
    matched, other = (world_of(world).organisations(0, 20) for world in ("matched", "mismatched"))
    unknown = [np.mean([not known for o in found for known in o.known]) for found in (matched, other)]
    assert unknown[0] == 0 and unknown[1] == pytest.approx(0.15, abs=0.05)
    assert np.all(world_of("matched").slopes() == 1) and np.ptp(world_of("mismatched").slopes()) > 0.3


@pytest.mark.parametrize("policy", POLICIES)
def test_a_walk_keeps_a_belief_after_every_question(policy: Policy) -> None:
    found, world = coach(draws=256), world_of("matched")
    walked = walk(world.organisations(0, 1)[0], world, policy, found.model, found.questioner)
    assert np.allclose(walked.path.sum(axis=1), 1)
    assert len(suite.curve([walked])) == suite.CURVE_TO + 1 and np.array_equal(walked.after(99), walked.path[-1])


def test_the_level_named_is_weighed_by_the_generators_own_parameters() -> None:
    found, world = coach(draws=256), world_of("matched")
    organisation = world.organisations(0, 1)[0]
    walked = walk(organisation, world, "varde", found.model, found.questioner)
    assert walked.given is not None and walked.given.sum() == pytest.approx(1)
    assert walk(organisation, world, "ceiling", found.model, found.questioner).given is None


def test_the_ceiling_needs_no_more_than_itself() -> None:
    found, world = coach(draws=256), world_of("matched")
    walks = [walk(o, world, "ceiling", found.model, found.questioner) for o in world.organisations(0, 12)]
    same = [replace(w, given=w.path[-1]) for w in walks]
    less = [replace(w, given=np.full(6, 0.4)) for w in walks]
    needed = [suite.against_the_ceiling(found, walks)["ceiling_questions"] for found in (less, same)]
    assert 6 <= needed[0] < needed[1] <= 6 + 12


def test_the_ceiling_hears_the_same_open_answers_first() -> None:
    found, world = coach(draws=256), world_of("matched")
    organisation = world.organisations(0, 1)[0]
    leader = SyntheticLeader(organisation, world.model, world.rubric)
    bearings = {topic: leader.bearing(topic, Channels.read()) for topic in open_topics(world.rubric)}
    walked = walk(organisation, world, "ceiling", found.model, found.questioner)
    assert walked.after(len(bearings)) == pytest.approx(world.model.update({}, bearings=bearings).level, abs=0.03)
    counted = suite.against_the_ceiling([replace(walked, given=np.full(6, 0.4))], [walked])
    assert counted["varde_closed_questions"] == walked.questions - len(bearings)
    assert counted["ceiling_closed_questions"] == counted["ceiling_questions"] - len(bearings)


@pytest.mark.parametrize("world", ["matched", "mismatched"])
def test_open_answers_are_as_far_off_as_the_listener_is_on_organisations_left_out(world: World) -> None:
    generator, channel = world_of(world), Channels.read().area
    readings, told = [], []
    for organisation in generator.organisations(0, 60):
        leader = SyntheticLeader(organisation, generator.model, generator.rubric)
        for area, level in zip(generator.rubric.areas, organisation.told[1:], strict=True):
            fit = np.log(leader.bearing(area.key, Channels.read()).levels)
            # Of a normal curve, the difference of two logarithms tells where its middle lies.
            middle = 3.5 + (fit[3] - fit[2]) * (channel.spread / channel.rise) ** 2
            readings.append(float(middle))
            told.append(level)
    off = (np.array(readings) - told) * channel.rise / channel.spread
    assert abs(off.mean()) < 0.15 and off.std() == pytest.approx(1, abs=0.15)


def test_one_open_answer_in_ten_tells_of_a_level_beside_where_assumptions_do_not_hold() -> None:
    generator, channels = world_of("mismatched"), Channels.read()
    apart = 0
    found = generator.organisations(0, 120)
    for organisation in found:
        kept = replace(organisation, misread=0.0)
        leaders = [SyntheticLeader(o, generator.model, generator.rubric) for o in (organisation, kept)]
        apart += sum(
            len({leader.bearing(t, channels) for leader in leaders}) == 2 for t in open_topics(generator.rubric)
        )
    assert apart / (6 * len(found)) == pytest.approx(0.09, abs=0.03)  # a level at the end has no level beyond


def test_the_overclaimer_claims_at_most_a_step_more_and_never_less_than_is_true() -> None:
    told = case("brattvaer-nb-13")
    claims, reversed_ = Overclaimer(told).claims, {i.id for i in knowledge().rubric.indicators if i.reversed}
    order = [Status.ABSENT, Status.PLANNED, Status.PARTIAL, Status.ESTABLISHED]
    steps = [
        (order.index(claims[i]) - order.index(status)) * (-1 if i in reversed_ else 1)
        for i, status in told.statuses.items()
        if status is not Status.UNKNOWN
    ]
    assert set(steps) == {0, 1}


@pytest.mark.parametrize("persona", ["wandering", "overclaimer"])
def test_a_persona_comes_to_the_end_and_says_the_same_each_time(coach: Interview, example: Case, persona: str) -> None:
    first, again = (
        play(coach, example, "choices", leader=leader(persona, example, "choices")).session for _ in range(2)
    )
    assert first == again and first.turns[-1].reply.phase == "result"


def test_every_phrase_of_the_personas_stands_in_every_language() -> None:
    assert all(set(by_language) == set(LANGUAGES) and all(by_language.values()) for by_language in phrases().values())


def test_bands_are_fitted_where_the_fewest_are_wrong() -> None:
    scores, levels = np.array([0.1, 0.6, 1.1, 1.6, 2.1, 2.6]), [1, 2, 3, 4, 5, 6]
    bands = baselines.fitted(scores, levels)
    assert [bands.level(score) for score in scores] == levels


def test_the_baselines_place_every_case() -> None:
    cases = [case("brattvaer-nb-13"), case("kikusild-et-26")]
    found = suite.baselines_of(cases, 14)
    assert set(found) == set(baselines.BASELINES)
    assert all([r.id for r in rows] == [c.id for c in cases] for rows in found.values())


def test_scores_of_a_talk_that_goes_well(coach: Interview, example: Case) -> None:
    found = scored(coach, play(coach, example, "choices"))
    assert found["quotes_said"] == found["changes_cited"] == found["questions_short"] == 1
    assert found["questions_leading"] == found["questions_repeated"] == found["level_told_early"] == 0


def test_manners_count_only_the_interview(coach: Interview, example: Case) -> None:
    played = play(coach, example, "choices")
    assert 5 < (manners(coach, played.session)["question_words"] or 0) < 35


def test_an_interval_holds_its_figure_and_narrows_with_more_rows() -> None:
    few, many = averaged(np.array([0.0, 1.0] * 5)), averaged(np.array([0.0, 1.0] * 500))
    assert few.low <= few.value <= few.high and many.high - many.low < few.high - few.low
    assert averaged(np.array([0.0, 1.0] * 5)) == few


def test_figures_of_rows() -> None:
    rows = [row(2, 2), row(3, 4), row(5, 5), row(5, 3)]
    found = whole(rows)
    assert found["exact"].value == 0.5 and found["bias"].value == -0.25 and found["within_one"].value == 0.75
    assert "ece" in found and "ece" not in averages(rows)
    assert "qwk" in found and "qwk" not in whole([row(3, 3), row(3, 3)])
    assert reliability(rows) == [{"sure": pytest.approx(0.9), "right": 0.5, "n": 4}]


def test_a_change_is_beyond_noise_where_its_interval_leaves_nothing_out() -> None:
    before = [row(3, 3 if n % 2 else 4, str(n)).as_json() for n in range(40)]
    better = [row(3, 3, str(n)).as_json() for n in range(40)]
    one_better = [*before[1:], row(3, 3, "0").as_json()]
    assert {c.figure for c in changed("x", before, better) if c.beyond_noise} >= {"exact", "bias", "rps"}
    assert changed("x", before, before) == []
    assert not any(c.beyond_noise for c in changed("x", before, one_better))


def test_runs_are_compared_row_by_row_over_what_both_have() -> None:
    before, now = ([row(3, found, str(n)).as_json() for n in range(5, 9)] for found in (4, 3))
    assert changed("x", [row(1, 1, "other").as_json(), *before], now)[0].n == 4


def test_what_is_no_run_is_refused_with_what_to_do(tmp_path: Path) -> None:
    for name, text in {"broken.json": "{", "old.json": '{"version": 0}'}.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(UnfitRunError, match="Nothing was measured"):
            read_run(tmp_path / name)


def test_work_spread_over_processes_comes_back_in_order() -> None:
    with workers(2) as spread:
        assert list(spread(abs, [-3, 1, -2])) == [3, 1, 2]


def test_a_folder_without_cases_and_a_run_that_is_none_are_said_at_once(tmp_path: Path) -> None:
    none = CliRunner().invoke(app, ["--cases", str(tmp_path)])
    (tmp_path / "old.json").write_text("[]")
    old = CliRunner().invoke(app, ["--against", str(tmp_path / "old.json")])
    assert none.exit_code == old.exit_code == 2
    assert "there is no case" in none.output and "not a run of this suite" in " ".join(old.output.split())


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """A whole run over the three examples and a few synthetic organisations."""
    folder, few = tmp_path_factory.mktemp("run"), suite.rare()[:2]
    arguments = ["--cases", str(CASES / "examples"), "--organisations", "20"]
    arguments += ["--json", str(folder / "run.json"), "--page", str(folder / "run.html")]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("evals.workers.os.cpu_count", lambda: 1)
        patched.setattr(suite, "read_questions", lambda path: read_questions(path)[::10])
        patched.setattr(suite, "rare", lambda: few)
        ran = CliRunner().invoke(app, arguments)
    assert ran.exit_code == 0, ran.output
    assert "What it must show" in ran.output
    return {"json": folder / "run.json", "page": folder / "run.html"}


def test_eval_alone_runs_everything(run: dict) -> None:
    found = json.loads(run["json"].read_text())
    assert set(found["interviews"]) == set(suite.INTERVIEWS) and set(found["baselines"]) == set(baselines.BASELINES)
    assert {"listening", "answers", "population", "equal_turns", "versions"} <= set(found)
    assert found["population"]["organisations"] == 20
    assert found["asked_everything"]["overall"]["contradictions_named"]["n"] == 2
    figure = found["interviews"]["choices"]["overall"]["exact"]
    assert set(figure) == {"value", "low", "high", "n"} and figure["n"] == 3


def test_a_run_against_itself_has_changed_nothing(run: dict) -> None:
    found = read_run(run["json"])
    assert since(found, found) == []


def test_a_round_trip_through_json_keeps_every_bound(run: dict) -> None:
    found = read_run(run["json"])
    assert all(bound.value(found) is not None for bound in bounds())


def test_the_page_stands_alone(run: dict) -> None:
    text = run["page"].read_text()
    assert "<script" not in text and "http" not in text and "prefers-color-scheme: dark" in text
    figures = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(figures) == 6
    for figure in figures:
        assert re.search(r"<title id=\"[\w-]+\">[^<]+</title>\s*<desc id=\"[\w-]+\">[^<]+</desc>", figure)
    ids = re.findall(r' id="([\w-]+)"', text)
    assert len(set(ids)) == len(ids) == 12


def test_the_page_says_what_changed(run: dict) -> None:
    found = read_run(run["json"])
    assert "Nothing, beyond noise." in page(found, [])
    worse = [{**row_, "exact": 0.0} for row_ in found["population"]["worlds"]["matched"]["rows"]]
    before = {**found, "population": {**found["population"], "worlds": {"matched": {"rows": worse}}}}
    beyond = [change for change in since(before, found) if change.beyond_noise]
    assert [c.section for c in beyond] == ["matched population"] and "matched population" in page(found, beyond)

"""The table of trust refitted to a model: it follows the data, slowly at first, and is never sure."""

import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import bootstrap
from assistant.chat_model import Called, ModelError
from assistant.interview import Interview, advance
from assistant.listening.model import ModelListener
from assistant.listening.trust import LENGTHS, SUREST, Trust
from assistant.observations import STATUSES
from assistant.questions import Ask
from assistant.session import Message, Session
from assistant.settings import Settings
from evals.case import CASES, Case, read_cases
from evals.fit_trust import Report, fitted, reports, written
from knowledge.load import KnowledgeError
from knowledge.schema import EVIDENCE_KINDS, EvidenceKind, Status
from tests import openai_server as server
from tests.openai_server import Connection

MODEL, TODAY = "openai:erring", "2026-11-22"
COMMON = (0.30, 0.10, 0.25, 0.35)
# Of each labelled status, how often it is reported as absent, planned, partial, established.
ERRS = (
    (0.80, 0.00, 0.15, 0.05),
    (0.10, 0.70, 0.20, 0.00),
    (0.05, 0.05, 0.60, 0.30),
    (0.00, 0.00, 0.10, 0.90),
)
EXAMPLE = EvidenceKind.EXAMPLE


def drawn(count: int, errs: tuple[tuple[float, ...], ...] = ERRS) -> list[Report]:
    """Readings of a model that errs as told, on answers of which some statuses are more common than others."""
    chance, found = random.Random(3), []
    for _ in range(count):
        label = chance.choices(range(4), COMMON)[0]
        named = STATUSES[chance.choices(range(4), errs[label])[0]]
        found.append(Report((named, EXAMPLE, "full"), STATUSES[label], EXAMPLE))
    return found


def table(found: list[Report]) -> Trust:
    return Trust(given=fitted(found, MODEL, TODAY))


@pytest.mark.parametrize("named", range(4))
def test_with_much_data_the_table_approaches_the_rates_that_the_model_errs_at(named: int) -> None:
    row = table(drawn(12_000)).cell(STATUSES[named], EXAMPLE, "full")
    even = [ERRS[label][named] for label in range(4)]
    expected = [min(SUREST, share / sum(even)) for share in even]
    assert row[:4] == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(("count", "most"), [(8, 0.12), (40, 0.35)])
def test_with_little_data_the_table_stays_near_the_shipped_one(count: int, most: float) -> None:
    found, shipped = table(drawn(count)), Trust()
    moved = [
        abs(a - b)
        for s in STATUSES
        for a, b in zip(found.cell(s, EXAMPLE, "full"), shipped.cell(s, EXAMPLE, "full"), strict=True)
    ]
    assert 0 < max(moved) < most
    assert found.cell(Status.ABSENT, EvidenceKind.NONE, "short") == pytest.approx(
        shipped.cell(Status.ABSENT, EvidenceKind.NONE, "short"), abs=1e-4
    )


def test_a_model_that_never_erred_is_trusted_no_more_than_the_bound() -> None:
    always = tuple(tuple(float(a == b) for b in range(4)) for a in range(4))
    found = table(drawn(20_000, always))
    rows = [found.cell(s, kind, length) for s in STATUSES for kind in EVIDENCE_KINDS for length in LENGTHS]
    assert max(max(row) for row in rows) == pytest.approx(SUREST, abs=0.001)
    assert all(sum(row) == pytest.approx(1, abs=0.002) for row in rows)


def test_a_model_that_reads_one_step_too_high_is_read_one_step_lower() -> None:
    high = ((0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 1.0))
    found = table(drawn(4_000, high)).statuses(Status.PARTIAL, EXAMPLE, "a quote of five words", "m", True)
    assert STATUSES[max(range(5), key=found.__getitem__)] is Status.PLANNED


class Erring:
    """Knows the labels of cases by the words of the answer; errs one step up in every fourth."""

    name = MODEL

    def __init__(self, cases: list[Case]) -> None:
        self.answers = {(i, a.example.strip()): a for case in cases for i, a in case.on_indicator.items()}
        self.asked = 0

    def reads(self, system: str, user: str) -> dict[str, Any]:
        indicator = re.findall(r"The question was about ([\w.-]+):", system)[0]
        said = re.findall(r"<leader-\w+>\n(.*)\n</leader-\w+>", user, re.DOTALL)[0].strip()
        answer = self.answers[indicator, said]
        place, self.asked = STATUSES.index(answer.status), self.asked + 1
        status = STATUSES[min(3, place + 1) if self.asked % 4 == 0 and place < 4 else place]
        one = {"indicator": indicator, "status": status, "evidence": answer.evidence, "quote": said}
        rest = {"corrections": [], "questions_back": [], "reflection": ""}
        return {"intent": "answer", "observations": [one], **rest}

    def ask(self, system: str, user: str, schema: Any) -> Called:
        return Called(self.reads(system, user), tokens_in=9, tokens_out=3)


@pytest.fixture(scope="module")
def examples() -> list[Case]:
    return list(read_cases(CASES / "examples"))


def test_what_a_model_reports_of_labelled_answers_is_counted(coach: Interview, examples: list[Case]) -> None:
    found = reports(ModelListener(coach.knowledge, coach.listener, Erring(examples)), examples, 60)
    right = sum(r.named[0] is r.status for r in found) / len(found)
    assert len(found) > 40 and 0.6 < right < 0.95
    counts = fitted(found, MODEL, TODAY).fitted.counts  # type: ignore[union-attr]
    total = sum(sum(row) for kinds in counts.values() for lengths in kinds.values() for row in lengths.values())
    assert total == len(found)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"


def test_a_table_in_the_home_folder_is_used_for_its_model(home: Path, coach: Interview, session: Session) -> None:
    settings = Settings(home=home, model=MODEL, model_url="http://127.0.0.1:9/v1")
    before = bootstrap.listening_with(coach, settings).listener
    table_file = fitted(drawn(300), MODEL, TODAY)
    written(table_file, settings.trust_file)
    after = bootstrap.listening_with(coach, settings).listener
    assert isinstance(before, ModelListener) and isinstance(after, ModelListener)
    assert before.trust == Trust() and after.trust.file == table_file
    assert after.version != before.version and "openai-erring" in after.version


def test_the_belief_goes_by_the_table(coach: Interview, session: Session) -> None:
    class Established:
        name = MODEL

        def ask(self, system: str, user: str, schema: Any) -> Called:
            quote = "We ask every guest by text after the stay"
            one = {"indicator": "explore.surveys", "status": "established", "evidence": "example", "quote": quote}
            return Called({"intent": "answer", "observations": [one], "corrections": [], "reflection": ""})

    often_wrong = tuple((0.25, 0.25, 0.25, 0.25) for _ in range(4))
    levels = []
    for trust in (Trust(), table(drawn(4_000, often_wrong))):
        listener = ModelListener(coach.knowledge, coach.listener, Established(), trust)
        interview = replace(coach, listener=listener)
        turn = interview.take(session, Message("skipped"), "")
        asked = replace(turn, reply=replace(turn.reply, ask=Ask("indicator", "explore.surveys"), question="?"))
        told = advance(
            interview, session.with_turn(asked), Message("said", "We ask every guest by text after the stay."), ""
        )
        levels.append(interview.belief(interview.course(told)).expected_level)
    assert abs(levels[0] - levels[1]) > 0.02


def test_a_table_for_another_model_is_refused(home: Path, coach: Interview) -> None:
    written(fitted(drawn(30), MODEL, TODAY), home / "table.yaml")
    settings = Settings(home=home, model="openai:other", model_trust=home / "table.yaml")
    with pytest.raises(ModelError, match=f"how far {MODEL} is trusted, and the model is openai:other"):
        bootstrap.listening_with(coach, settings)


def test_a_table_that_is_surer_than_the_bound_is_named(home: Path, coach: Interview) -> None:
    path = home / "table.yaml"
    written(fitted(drawn(30), MODEL, TODAY), path)
    text = re.sub(r"full: \[[\d., ]+\]", "full: [0.99, 0.01, 0.0, 0.0, 0.0]", path.read_text(encoding="utf-8"), count=1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"nothing is surer than 0\.95"):
        _ = bootstrap.trust_in(Settings(home=home, model=MODEL, model_trust=path)).version


@pytest.fixture
def provider(examples: list[Case]) -> Iterator[server.Server]:
    """A provider whose model errs."""
    erring = Erring(examples)

    def behave(connection: Connection) -> None:
        system, user = (m["content"] for m in connection.body["messages"])
        server.says(erring.reads(system, user))(connection)

    with server.serving() as found:
        found.behaviour = behave
        yield found


def listened(provider: server.Server, home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    settings = {"VARDE_HOME": str(home), "VARDE_MODEL": MODEL, "VARDE_MODEL_URL": provider.url, "COLUMNS": "160"}
    read = [sys.executable, "-m", "api", "eval", "listening", "--cases", str(CASES / "examples"), *options]
    return subprocess.run(read, capture_output=True, text=True, env=os.environ | settings, timeout=120)


def test_from_the_shell_a_table_is_fitted_over_http(home: Path, provider: server.Server) -> None:
    told = listened(provider, home, "--fit", "--most", "25")
    assert "25 calls, 22500 tokens in" in told.stdout and "log loss" in told.stdout, told.stderr[-800:]
    found = Trust(home / "trust" / "openai-erring.yaml").file.fitted
    assert found and found.model == MODEL and found.answers > 15 and len(provider.bodies) == 25


def test_where_no_model_is_set_there_is_nothing_to_fit(home: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("VARDE_MODEL")} | {"VARDE_HOME": str(home)}
    fit = ["eval", "listening", "--cases", str(CASES / "examples"), "--fit"]
    told = subprocess.run(
        [sys.executable, "-m", "api", *fit], capture_output=True, text=True, env=environment, timeout=60
    )
    assert told.returncode == 1 and "Set VARDE_MODEL=provider:name; nothing was written" in told.stderr


def test_what_is_common_in_the_cases_does_not_count(coach: Interview) -> None:
    found = drawn(12_000)
    rare = Counter(r.status for r in found)[Status.PLANNED]
    flat = [r for n, r in enumerate(found) if r.status is not Status.ESTABLISHED or n % 3 == 0]
    assert rare and table(flat).cell(Status.PARTIAL, EXAMPLE, "full") == pytest.approx(
        table(found).cell(Status.PARTIAL, EXAMPLE, "full"), abs=0.06
    )


def test_from_the_shell_both_ways_stand_side_by_side(home: Path, provider: server.Server) -> None:
    to = home.parent / "figures.json"
    told = listened(provider, home, "--json", str(to))
    assert "without" in told.stdout and f"By style, with {MODEL}" in told.stdout, told.stderr[-800:]
    found = json.loads(to.read_text(encoding="utf-8"))
    cost = found["with_model"]["cost"]
    assert cost["calls"] == len(provider.bodies) and cost["tokens_in"] == 900 * cost["calls"] and cost["seconds"] > 0
    assert 0 < cost["prompt_median"] < 10_000 and 0 < cost["answer_median"] < 1_500
    assert found["overall"]["n"] == found["with_model"]["overall"]["n"]

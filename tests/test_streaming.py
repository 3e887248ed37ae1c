"""Turns and answers as they come: over real HTTP, with a scripted model, cut at any event, twice at once, and too slow."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from assistant import bootstrap
from assistant.chat_model import ChatModel
from assistant.session import Message, Profile, Session
from assistant.settings import Settings
from tests import openai_server as server
from tests.conftest import home_like
from tests.model_faults import CUTS, FAULTS, SLOW
from tests.openai_server import Server
from tests.serving import Event, Served, served
from tests.test_model_answers import QUESTION, agent
from tests.test_model_faults import MESSAGE, heard

SHORT = 0.5
REFLECTION = "Randi skrev ned alt de sa om garderobene."
SAID = server.says(heard(reflection=REFLECTION))


@pytest.fixture(scope="module")
def provider() -> Iterator[Server]:
    with server.serving() as found:
        yield found


@pytest.fixture(scope="module")
def settings(provider: Server, tmp_path_factory: pytest.TempPathFactory, indexed: Path) -> Settings:
    home = home_like(indexed, Path(tmp_path_factory.mktemp("streaming")))
    return Settings(home=home, model="openai:scripted", model_url=provider.url, model_deadline=30)


@pytest.fixture(scope="module")
def running(settings: Settings) -> Iterator[Served]:
    with served(settings) as found:
        yield found


@pytest.fixture(scope="module")
def impatient(settings: Settings) -> Iterator[Served]:
    with served(settings.model_copy(update={"model_deadline": SHORT})) as found:
        yield found


@pytest.fixture(autouse=True)
def _rested(provider: Server, settings: Settings) -> None:
    provider.behaviour = SAID
    provider.bodies.clear()
    for deadline in (settings.model_deadline, SHORT):
        model(settings.model_copy(update={"model_deadline": deadline})).breaker.succeeded()


def model(settings: Settings) -> ChatModel:
    found = bootstrap.chat_model(settings)
    assert found
    return found


def started(app: Served) -> Session:
    return app.desk.start(Profile("nb", "public", "rådmann", "hele kommunen"))


def turn(session: Session, **more: Any) -> tuple[str, dict[str, Any]]:
    body = {"key": "key-of-this-turn", "version": session.version, "kind": "said", "text": MESSAGE}
    return f"/api/sessions/{session.id}/turns/stream", body | more


def names(events: list[Event]) -> list[str]:
    return [event.data["stage"] if event.name == "progress" else event.name for event in events]


def stands(app: Served, session: Session, version: int) -> Session:
    """The session once it has come so far; a turn goes on when nobody listens any more."""
    for _ in range(300):
        if (found := app.desk.store.get(session.id)).version >= version:
            return found
        time.sleep(0.02)
    raise AssertionError("the turn was lost")


def test_a_turn_tells_its_steps_and_then_what_stands(running: Served) -> None:
    session = started(running)
    events = list(running.events(*turn(session)))
    assert names(events) == ["listening", "listening", "checking", "sentence", "sentence", "done"]
    assert [e.data["text"] for e in events if e.name == "progress"] == [
        "Lytter …", "Språkmodellen openai:scripted hjelper til med å lytte …", "Kontrollerer det openai:scripted kom frem til …",
    ]  # fmt: skip
    reply = events[-1].data["reply"]
    assert [e.data["text"] for e in events if e.name == "sentence"] == [REFLECTION, reply["question"]]
    assert events[-1].data["version"] == running.desk.store.get(session.id).version == 1


def test_not_a_word_is_sent_before_the_turn_is_stored(running: Served, provider: Server) -> None:
    session, held = started(running), threading.Event()

    def waits(connection: server.Connection) -> None:
        held.wait(20)
        SAID(connection)

    provider.behaviour = waits
    events = running.events(*turn(session))
    assert [next(events).name for _ in range(2)] == ["progress", "progress"]
    assert running.desk.store.get(session.id).version == 0
    held.set()
    first = next(event for event in events if event.name == "sentence")
    assert first.data["text"] == REFLECTION and running.desk.store.get(session.id).version == 1


@pytest.mark.parametrize("heard_events", range(7))
def test_who_leaves_at_any_event_finds_the_turn_taken_once(
    heard_events: int, running: Served, provider: Server
) -> None:
    session = started(running)
    path, body = turn(session)
    events = running.events(path, body)
    for _ in range(heard_events):
        next(events, None)
    if heard_events:
        events.close()
    again = list(running.events(path, body))
    assert again[-1].name == "done" and again[-1].data["version"] == 1
    assert stands(running, session, 1).version == 1 and len(provider.bodies) == 1


def test_who_leaves_at_once_finds_the_turn_on_the_page(running: Served) -> None:
    session = started(running)
    path, body = turn(session)
    place = urlsplit(running.url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port)
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    connection.close()
    assert stands(running, session, 1).turns[-1].message.text == MESSAGE


def test_the_same_message_twice_at_once_is_one_turn_and_one_call(running: Served, provider: Server) -> None:
    session = started(running)
    ends: list[Event] = []

    def slow(connection: server.Connection) -> None:
        time.sleep(0.3)
        SAID(connection)

    provider.behaviour = slow
    threads = [threading.Thread(target=lambda: ends.append(list(running.events(*turn(session)))[-1])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [end.name for end in ends] == ["done"] * 4 and len({json.dumps(end.data) for end in ends}) == 1
    assert running.desk.store.get(session.id).version == 1 and len(provider.bodies) == 1


def test_the_form_and_the_stream_are_the_same_message_whatever_the_line_breaks(running: Served) -> None:
    session = started(running)
    fields = {"key": "key-of-this-turn", "version": 0, "kind": "said", "of-the-page": "x"}
    path = f"/s/{session.id}/turn/stream"
    first = list(running.events(path, fields | {"text": f"{MESSAGE}\nOgså i april."}, form=True))
    again = list(running.events(path, fields | {"text": f"{MESSAGE}\r\nOgså i april."}, form=True))
    assert first[-1].name == again[-1].name == "done" and stands(running, session, 1).version == 1
    assert 'id="question"' in first[-1].data["html"] and first[-1].data["where"] == f"/s/{session.id}"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_model_is_a_step_and_the_turn_is_finished_without_it(
    fault: str, running: Served, provider: Server
) -> None:
    session = started(running)
    provider.behaviour, expected = FAULTS[fault]
    events = list(running.events(*turn(session)))
    stored = running.desk.store.get(session.id)
    assert stored.version == 1 and stored.turns[0].trace and stored.turns[0].trace.outcome in expected
    reply = stored.turns[0].reply
    said = [*(remark.text for remark in reply.remarks), reply.question]
    assert [e.data["text"] for e in events if e.name == "sentence"] == said and events[-1].name == "done"
    assert "alone" in names(events) or "shape" in expected


@pytest.mark.timed
@pytest.mark.parametrize("fault", SLOW)
def test_the_deadline_holds_while_it_is_streamed(fault: str, impatient: Served, provider: Server) -> None:
    session = started(impatient)
    provider.behaviour = SLOW[fault]
    begun = time.monotonic()
    events = list(impatient.events(*turn(session)))
    assert time.monotonic() - begun < SHORT + 1
    assert names(events)[:3] == ["listening", "listening", "alone"] and events[-1].data["version"] == 1


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"version": 7}, 409, "moved on"), ({"kind": "ticked", "value": "3"}, 422, "does not fit"),
        ({"kind": "switched", "value": "maybe"}, 422, "on or off"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_ends_in_a_problem(more: dict[str, Any], status: int, said: str, running: Served) -> None:
    session = started(running)
    last = list(running.events(*turn(session, **more)))[-1]
    assert (last.name, last.data["status"]) == ("problem", status) and said in last.data["detail"]
    assert running.desk.store.get(session.id).version == 0


def test_what_is_wrong_before_the_work_begins_is_refused_as_ever(running: Served) -> None:
    session = started(running)
    refused = [
        next(running.events("/api/sessions/nowhere/turns/stream", turn(session)[1])),
        next(running.events(*turn(session, key="k"))),
        next(running.events("/api/sessions/nowhere/ask/stream?question=x")),
    ]
    assert [event.data["status"] for event in refused] == [404, 422, 404]


def test_an_unforeseen_error_is_a_problem_without_a_word_of_the_leaders(
    running: Served, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    session = started(running)

    def fail(*_: Any) -> None:
        raise ValueError(MESSAGE)

    monkeypatch.setattr(running.desk.store, "append", fail)
    last = list(running.events(*turn(session)))[-1]
    assert last.name == "problem" and last.data["status"] == 500 and "our fault" in last.data["detail"]
    assert "garderobene" not in json.dumps(last.data) + "".join(capfd.readouterr())


def test_an_answer_tells_its_searches_and_then_each_sentence_that_holds(running: Served, provider: Server) -> None:
    plain = list(running.events(f"/api/ask/stream?question={quote(QUESTION)}&language=en"))[-1].data
    passage = plain["citations"][0]
    good = passage["text"].split(". ")[0].strip(".") + "."
    provider.behaviour = agent(
        {"text": "It was founded by Torbjørn Fagerli in 1987.", "passages": [passage["id"]]},
        {"text": good, "passages": [passage["id"]]},
    )
    events = list(running.events(f"/api/ask/stream?question={quote(QUESTION)}&language=en"))
    assert names(events) == ["wording", "wording", "searching", "checking", "sentence", "done"]
    sentence = events[-2].data
    assert sentence["text"] == good and sentence["citation"]["id"] == passage["id"] and sentence["number"] == 1
    assert sentence["span"]["text"] in passage["text"] and "1987" not in json.dumps(events[-1].data["answer"])


@pytest.mark.parametrize("n", range(len(CUTS)))
def test_an_answer_cut_at_any_chunk_is_the_extractive_one_whole(n: int, running: Served, provider: Server) -> None:
    path = f"/api/ask/stream?question={quote(QUESTION)}&language=en"
    provider.behaviour = CUTS[n]
    events = list(running.events(path))
    assert names(events)[:3] == ["wording", "wording", "alone"]
    answer = running.desk.interview.explainer.ask(QUESTION, "en", "")  # type: ignore[misc]
    assert [e.data["text"] for e in events if e.name == "sentence"] == [said.text for said in answer.said]


def test_what_an_answer_costs_is_kept_with_its_session(
    running: Served, provider: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    from api.tracing import show

    session = started(running)
    path = f"/api/sessions/{session.id}/ask/stream?question={quote('Hvilke fem områder har CXPA?')}"
    provider.behaviour = agent()
    assert list(running.events(path))[-1].name == "done"
    (enquiry,) = running.desk.store.get(session.id).enquiries
    assert (enquiry.trace.calls, enquiry.trace.tokens_in, enquiry.trace.tokens_out) == (2, 1800, 120)
    assert enquiry.trace.seconds > 0 and running.desk.store.get(session.id).version == 0
    show(running.desk.store.get(session.id))
    shown = capsys.readouterr().out
    assert "question" in shown and "openai:" in shown and "1800" in shown and "CXPA" not in shown


def test_switched_off_in_the_session_nothing_is_called_for_turn_or_question(running: Served, provider: Server) -> None:
    session = started(running)
    session = running.desk.take(session.id, Message("switched", value="off"), "key-of-the-switch")
    question = f"/api/sessions/{session.id}/ask/stream?question={quote('Hvilke fem områder har CXPA?')}"
    assert names(list(running.events(*turn(session))))[:2] == ["listening", "sentence"]
    assert list(running.events(question))[-1].name == "done" and not provider.bodies
    assert running.desk.store.get(session.id).enquiries == ()


def test_the_page_of_questions_can_do_without_the_model(running: Served, provider: Server) -> None:
    address = f"/ask/stream?language=en&model=off&question={quote(QUESTION)}"
    done = list(running.events(address))[-1].data
    assert "is switched off here" in done["html"] and done["where"] == address.replace("/stream", "")
    assert not provider.bodies


def test_sessions_of_an_older_version_are_kept(tmp_path: Path) -> None:
    from sqlalchemy import create_engine

    from assistant.sessions.sqlite import SqliteStore

    path = tmp_path / "sessions.sqlite3"
    store = SqliteStore(path)
    session = Session("of-old", Profile("en", "private", "r", "s"), 1, "2026-01-01T00:00:00+00:00")
    store.create(session)
    store.close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE enquiry")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    engine.dispose()
    assert SqliteStore(path).get("of-old") == session


def in_a_terminal(command: list[str], environment: dict[str, str], text: str) -> str:
    """What a command shows where its standard error is a terminal."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "api", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=theirs,
        text=True, env=os.environ | environment,
    )  # fmt: skip
    os.close(theirs)
    shown: list[bytes] = []

    def read() -> None:
        with suppress(OSError):
            while data := os.read(ours, 4096):
                shown.append(data)

    reader = threading.Thread(target=read)
    reader.start()
    out, _ = process.communicate(text, timeout=90)
    reader.join(10)
    os.close(ours)
    return out + b"".join(shown).decode()


def test_in_a_terminal_a_line_shows_the_step_and_elsewhere_none(tmp_path: Path, provider: Server) -> None:
    environment = {
        "VARDE_HOME": str(tmp_path),
        "VARDE_MODEL": "openai:small",
        "VARDE_MODEL_URL": provider.url,
        "TERM": "xterm",
    }
    lines = "\n".join(["director", "all", "1", "1", "2", "We moved the desk in March, unasked.", "/pause"]) + "\n"

    def slow(connection: server.Connection) -> None:
        time.sleep(0.5)
        SAID(connection)

    provider.behaviour = slow
    talk = ["chat", "--language", "en"]
    assert "The language model openai:small is helping to listen …" in in_a_terminal(talk, environment, lines)
    piped = subprocess.run(
        [sys.executable, "-m", "api", *talk], input=lines, capture_output=True, text=True, timeout=90,
        env=os.environ | environment,
    )  # fmt: skip
    assert "is helping to listen …" not in piped.stdout + piped.stderr and not piped.stderr


def test_a_question_in_the_terminal_says_what_it_cost_and_can_do_without_the_model(
    ready_home: Path, provider: Server
) -> None:
    environment = {
        "VARDE_HOME": str(ready_home),
        "VARDE_MODEL": "openai:small",
        "VARDE_MODEL_URL": provider.url,
        "TERM": "xterm",
    }
    provider.behaviour = agent()
    shown = in_a_terminal(["ask", QUESTION], environment | {"COLUMNS": "120"}, "")
    assert "openai:small: used, 2 calls, 1800 tokens in, 120 out" in shown and "openai:small is wording" in shown
    provider.bodies.clear()
    assert "calls" not in in_a_terminal(["ask", "--no-model", QUESTION], environment, "") and not provider.bodies

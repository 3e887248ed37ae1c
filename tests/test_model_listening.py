"""Listening with a language model: what it is sent, what is kept of what it says, what leaves the machine."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.tracing import total
from assistant import bootstrap
from assistant.chat_model import Called, ModelError, builder
from assistant.interview import Interview, advance
from assistant.listening.briefing import brief
from assistant.listening.model import ModelListener
from assistant.listening.protocol import Asked
from assistant.listening.reflecting import unfit
from assistant.listening.trust import Trust
from assistant.questions import Ask
from assistant.redaction import Redaction, redaction
from assistant.session import Message, Profile, Session, Trace
from assistant.settings import Settings
from knowledge.schema import EVIDENCE_KINDS, LANGUAGES, EvidenceKind, Language, Status
from prompts import PromptsError, WordingError, template
from prompts import templates as prompt_files
from tests import openai_server as server

SNAPSHOTS = Path(__file__).parent / "snapshots"
SAID: dict[Language, str] = {
    "en": "We ask every guest by text after the stay. Maria in Leeds reads the answers on Fridays.",
    "nb": "Vi spør hver gjest på SMS etter oppholdet. Randi i Bergen leser svarene på fredager.",
    "et": "Küsime igalt külaliselt pärast lahkumist sõnumiga. Kadri Tartust loeb vastused reedeti läbi.",
}
ASKS = {
    "indicator": Ask("indicator", "explore.surveys"),
    "area": Ask("area", "insight"),
    "opening": Ask("opening", "opening"),
}


def asked(language: Language, ask: Ask, **more: Any) -> Asked:
    profile = Profile(language, "private", "director", "Fjordheim Hotels", "guest", organisation="Fjordheim Hotels")
    return Asked("interview", ask, "Question?", language, 3, profile=profile, **more)


class Scripted:
    """Says what it is told to say, and keeps what it was sent."""

    name = "scripted:model"

    def __init__(self, data: dict[str, Any]) -> None:
        self.data, self.sent = data, []

    def ask(self, system: str, user: str, schema: Any) -> Called:
        self.sent.append(system + user)
        return Called(self.data, seconds=0.5, tokens_in=100, tokens_out=20, prompt=len(system + user), answer=50)


def answer(*observations: dict[str, str], **more: Any) -> dict[str, Any]:
    rest = {"corrections": [], "questions_back": [], "reflection": ""}
    return {"intent": "answer", "observations": list(observations), **rest, **more}


def observed(
    quote: str, indicator: str = "explore.surveys", status: str = "established", evidence: str = "example"
) -> dict[str, str]:
    return {"indicator": indicator, "status": status, "evidence": evidence, "quote": quote}


def listener(coach: Interview, data: dict[str, Any], redact: bool = False) -> tuple[ModelListener, Scripted]:
    model = Scripted(data)
    return ModelListener(coach.knowledge, coach.listener, model, redact=redact), model


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ASKS)
def test_the_prompt_is_as_it_was(language: Language, kind: str, coach: Interview) -> None:
    said = (("What came before?", "Nothing much."),)
    found = brief(coach.knowledge, asked(language, ASKS[kind], said=said), SAID[language], Redaction())
    text = f"{found.system}\n\n=====\n\n{found.user}\n"
    path = SNAPSHOTS / f"listening-{kind}-{language}.txt"
    if os.environ.get("VARDE_SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), "VARDE_SNAPSHOTS=write writes it anew"
    assert len(text) < 10_000 or kind == "opening"


def test_a_prompt_wants_each_of_its_variables_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WordingError, match="mark"):
        template("listening.user").fill(term="x")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "odd.md").write_text("---\nvariables: [a]\n---\n{b}")
    monkeypatch.setattr(prompt_files, "HERE", tmp_path)
    with pytest.raises(PromptsError, match="declared and used differ: a, b"):
        template("odd")


def test_what_a_message_holds_in_braces_is_not_filled(coach: Interview) -> None:
    found = brief(coach.knowledge, asked("en", ASKS["indicator"]), "We {mark} and {question}.", Redaction())
    assert "We {mark} and {question}." in found.user


def test_only_what_verifies_is_kept(coach: Interview) -> None:
    quote = "Maria in Leeds reads the answers on Fridays"
    data = answer(
        observed(quote), observed("never said at all"), observed(quote, "no.such"), observed(quote, status="fine"),
        observed(quote, "lead.values"), reflection="So Maria in Leeds reads the answers on Fridays.",
    )  # fmt: skip
    hearing = listener(coach, data)[0].listen(SAID["en"], asked("en", ASKS["indicator"]))
    assert [o.indicator for o in hearing.observations] == ["explore.surveys"]
    assert hearing.observations[0].status is Status.ESTABLISHED and hearing.observations[0].evidence.quote == quote
    assert hearing.trace and hearing.trace.dropped == {"quote": 1, "indicator": 2, "status": 1}
    assert hearing.reflection == "So Maria in Leeds reads the answers on Fridays."


def test_typographic_quotes_and_white_space_are_folded(coach: Interview) -> None:
    message = "They  call it “the guest’s Friday”, every week."
    data = answer(observed('call it "the guest\'s Friday"'))
    hearing = listener(coach, data)[0].listen(message, asked("en", ASKS["indicator"]))
    assert hearing.trace and not hearing.trace.dropped


def test_trust_is_a_table_that_sums_to_one_and_never_sure() -> None:
    trust = Trust()
    for status in Status:
        for evidence in EVIDENCE_KINDS:
            for quote in ("one two", "one two three four five six"):
                found = trust.statuses(status, evidence, quote, "message", True)
                assert sum(found) == pytest.approx(1, abs=0.001) and max(found) < 0.95
    full = trust.statuses(Status.PARTIAL, EvidenceKind.EXAMPLE, "one two three four five", "m", True)
    passing = trust.statuses(Status.PARTIAL, EvidenceKind.EXAMPLE, "one two three four five", "m", False)
    assert full[2] > passing[2]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("You ask every guest by text after the stay.", ""),
        ("Do you ask every guest by text?", "question"),
        ("Impressive that you ask every guest by text.", "judging"),
        ("You ask every guest, which is level 4.", "judging"),
        ("You ask every guest, and Torben reads the answers.", "name"),
        ("You ask 400 guests by text after the stay.", "figure"),
        ("Your shareholders love profits and dividends.", "not_said"),
        ("You ask every guest <b>by text</b>.", "markup"),
        ("Hver gjest blir spurt på SMS etter oppholdet i Leeds.", "language"),
        ("You ask every guest by text " * 6, "long"),
    ],
)
def test_a_reflection_says_only_what_was_said(text: str, why: str) -> None:
    assert unfit(text, SAID["en"], "en") == why


def test_names_and_addresses_are_masked_both_ways(coach: Interview) -> None:
    message = "Fjordheim Hotels lets Maria read it. Write to maria.holt@fjordheim.example or +47 912 34 567."
    data = answer(observed("lets [person 1] read it"))
    made, model = listener(coach, data, redact=True)
    hearing = made.listen(message, asked("en", ASKS["indicator"], said=(("Who?", "Maria does."),)))
    for secret in ("Maria", "maria.holt", "912 34", "Fjordheim"):
        assert secret not in model.sent[0], secret
    assert hearing.observations[0].evidence.quote == "lets Maria read it"


@pytest.mark.parametrize(
    "text", ["Kari og Per Hansen, tlf. 912 34 567", "Epost: a.b@c.no, +372 5123 4567", "I 2024: 1 200 svar, 31 %."]
)
def test_masks_come_off_again(text: str) -> None:
    found = redaction([text], "nb")
    assert found.reveal(found.hide(text)) == text
    assert "2024" in found.hide("I 2024") and "912 34 567" not in found.hide(text)


def test_the_model_can_be_switched_off_for_the_session(coach: Interview, session: Session) -> None:
    made, model = listener(coach, answer())
    interview = replace(coach, listener=made)
    assert "scripted:model" in interview.about_model(session)
    asked_before = interview.current(session).question
    session = advance(interview, session, Message("switched", value="off"), "")
    assert interview.current(session).question == asked_before and "off" in interview.about_model(session)
    session = advance(interview, session, Message("said", SAID["en"]), "")
    assert not model.sent and session.turns[-1].trace is None
    session = advance(interview, session, Message("switched", value="on"), "")
    session = advance(interview, session, Message("said", "We moved the desk in March and told no one."), "")
    assert len(model.sent) == 1 and session.turns[-1].trace


def test_who_asks_who_sees_it_is_told_of_the_model(coach: Interview, session: Session) -> None:
    interview = replace(coach, listener=listener(coach, answer())[0])
    turn = interview.take(session, Message("said", "Who will see this?"), "")
    assert "scripted:model" in " ".join(remark.text for remark in turn.reply.remarks)


def test_traces_add_up() -> None:
    one = Trace("m", "used", 1, 0.5, 100, 20, 4000, 300, 2, {"quote": 1})
    found = total([one, one])
    assert (found.calls, found.seconds, found.tokens_in, found.kept) == (2, 1.0, 200, 4)
    assert found.dropped == {"quote": 2}


WITHOUT = """
import socket, sys
opened = []
def refuse(self, *given, **named):
    opened.append(given)
    raise OSError("no network here")
for way in ("connect", "connect_ex", "sendto"):  # urllib3 binds one to itself, to see whether there is IPv6
    setattr(socket.socket, way, refuse)
socket.getaddrinfo = lambda *given, **named: refuse(None, *given)
from assistant import bootstrap
from assistant.session import Message, Profile
from assistant.settings import Settings
settings = Settings()
desk = bootstrap.desk(settings)
session = desk.start(Profile("en", "private", "r", "s"))
for n, text in enumerate(("We moved the desk in March.", "We ask every guest by text.", "What is a moment of truth?")):
    session = desk.take(session.id, Message("said", text), f"key-of-turn-{n}", session.version)
answer = bootstrap.answerer(settings).answer("Which five areas does CXPA name?", "en")
providers = ("langchain", "langchain_openai", "langchain_anthropic", "langchain_ollama", "openai", "anthropic", "ollama")
print(answer.reason, sorted({m.split(".")[0] for m in sys.modules} & set(providers)), len(opened))
"""


def without(home: Path, **settings: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("VARDE_")}
    found = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=120,
        env=environment | settings | {"VARDE_HOME": str(home)},
    )  # fmt: skip
    assert not found.returncode, found.stderr[-500:]
    return found.stdout.strip()


def test_without_a_model_no_provider_is_imported_and_no_socket_opened(tmp_path: Path) -> None:
    assert without(tmp_path) == "answered [] 0"


def test_with_a_model_the_same_watch_sees_its_provider_and_its_sockets(ready_home: Path) -> None:
    told = without(ready_home, VARDE_MODEL="openai:x", VARDE_MODEL_URL="http://127.0.0.1:9/v1")
    assert "'langchain_openai', 'openai'" in told and not told.endswith(" 0")


@pytest.mark.parametrize(
    ("name", "said"),
    [("justaname", "provider:name"), ("nosuch:model", "could not be set up"), ("groq:x", "not installed")],
)
def test_a_model_that_cannot_be_used_is_named_with_what_to_do(name: str, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        builder(name, "", 1.0)()


@pytest.mark.parametrize("provider", ["openai", "anthropic", "ollama"])
def test_a_missing_package_is_installed_by_the_command_that_readme_gives(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "langchain.chat_models", None)
    with pytest.raises(ModelError) as told:
        builder(f"{provider}:x", "", 1.0)()
    command = re.findall(rf"^\.venv/bin/pip install .*\[{provider}\]'$", Path("README.md").read_text(), re.MULTILINE)
    assert len(command) == 1 and f"Install it with: {command[0]}, or" in str(told.value)


@pytest.fixture
def with_model(tmp_path: Path) -> Iterator[tuple[TestClient, server.Server]]:
    with server.serving() as provider:
        settings = Settings(home=tmp_path, model="openai:small", model_url=provider.url)
        with TestClient(create_app(settings)) as client:
            yield client, provider


def test_on_the_page_a_model_listens_visibly_and_can_be_switched_off(
    with_model: tuple[TestClient, server.Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, provider = with_model
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", provider.url)
    monkeypatch.setenv("LANGSMITH_API_KEY", "x")
    provider.behaviour = server.says(answer(reflection="You moved the desk in March."))
    started = client.post("/api/sessions", json={"language": "en", "kind": "private", "role": "r", "scope": "s"}).json()
    link = f"/s/{started['id']}"
    assert "A language model helps to listen: openai:small" in client.get(link).text
    key, kind = "key-number-one", "said"
    client.post(
        f"{link}/turn", data={"key": key, "version": 0, "kind": kind, "text": "We moved the desk in March, unasked."}
    )
    page = client.get(link).text
    assert "You moved the desk in March." in page and len(provider.bodies) == 1
    provider.behaviour = server.fails(500)
    client.post(
        f"{link}/turn", data={"key": "key-number-two", "version": 1, "kind": kind, "text": "Nobody asks our guests."}
    )
    assert "did not answer just now" in client.get(link).text
    client.post(f"{link}/turn", data={"key": "key-number-3", "version": 2, "kind": "switched", "value": "off"})
    page = client.get(link).text
    assert "is switched off for this talk" in page and 'value="on"' in page
    client.post(
        f"{link}/turn", data={"key": "key-number-4", "version": 3, "kind": kind, "text": "We ask no one at all."}
    )
    assert len(provider.bodies) == 2
    client.post(f"{link}/turn", data={"key": "key-number-5", "version": 4, "kind": "stopped"})
    assert "is switched off for this talk" in client.get(link).text


def test_nothing_goes_to_langsmith_and_one_call_is_made(with_model: tuple[TestClient, server.Server]) -> None:
    client, provider = with_model
    provider.behaviour = server.says(answer())
    new = {"language": "en", "kind": "private", "role": "the chief", "scope": "all of it", "organisation": "Hidden Ltd"}
    started = client.post("/api/sessions", json=new).json()
    turn = {"key": "key-number-one", "version": 0, "text": "We moved the desk in March, and no one was asked."}
    client.post(f"/api/sessions/{started['id']}/turns", json=turn)
    assert len(provider.bodies) == 1
    sent = json.dumps(provider.bodies[0])
    assert not re.search("Hidden Ltd|the chief|all of it", sent) and started["id"] not in sent
    assert provider.bodies[0]["response_format"]["type"] == "json_schema"
    assert bootstrap.chat_model(Settings(model="")) is None


def test_in_the_terminal_a_model_is_named_switched_and_traced(tmp_path: Path) -> None:
    with server.serving() as provider:
        provider.behaviour = server.says(answer(observed("said nowhere")))
        settings = {"VARDE_HOME": str(tmp_path), "VARDE_MODEL": "openai:small", "VARDE_MODEL_URL": provider.url}
        environment = os.environ | settings | {"COLUMNS": "160"}
        lines = [
            "director",
            "all",
            "1",
            "1",
            "2",
            "We moved the desk in March, unasked.",
            "/model off",
            "Nobody asks us.",
            "/pause",
        ]
        varde = [sys.executable, "-m", "api"]
        told = subprocess.run(
            [*varde, "chat", "--language", "en"], input="\n".join(lines) + "\n", capture_output=True, text=True,
            env=environment, timeout=60,
        )  # fmt: skip
    assert "A language model helps to listen: openai:small" in told.stdout, told.stderr
    assert "is switched off for this talk" in told.stdout and len(provider.bodies) == 1
    code = told.stdout.split("--resume")[1].split()[0]
    traced = subprocess.run([*varde, "trace", code], capture_output=True, text=True, env=environment, timeout=60).stdout
    assert "openai:small" in traced and "1 calls" in traced and "900" in traced and "March" not in traced


def test_a_missing_provider_is_said_in_one_line(tmp_path: Path) -> None:
    environment = os.environ | {"VARDE_HOME": str(tmp_path), "VARDE_MODEL": "groq:x"}
    told = subprocess.run(
        [sys.executable, "-m", "api", "chat"], input="", capture_output=True, text=True, env=environment, timeout=60
    )
    assert told.returncode == 1 and told.stderr.startswith("varde: VARDE_MODEL names 'groq'")

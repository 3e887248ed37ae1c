"""Anthropic's and Ollama's own clients over loopback: one call that is read, and faults that end in a valid turn."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from assistant.breaker import Breaker
from assistant.chat_model import ChatModel, builder
from assistant.interview import Interview
from assistant.listening.model import ModelListener
from assistant.session import Message, Session, Turn
from tests import openai_server as server

MESSAGE = "We moved the desk in March, and Maria wrote down all that the guests said."
QUOTE = "Maria wrote down all that the guests said"
HEARD: dict[str, Any] = {
    "intent": "answer", "corrections": [], "questions_back": [], "reflection": "",
    "observations": [{"indicator": "explore.surveys", "status": "partial", "evidence": "example", "quote": QUOTE}],
}  # fmt: skip
SHORT = 0.5


def anthropic(content: list[dict[str, Any]], stop: str = "end_turn") -> server.Behaviour:
    body = {
        "id": "m", "type": "message", "role": "assistant", "model": "x", "content": content, "stop_reason": stop,
        "stop_sequence": None, "usage": {"input_tokens": 900, "output_tokens": 60},
    }  # fmt: skip
    return lambda connection: connection.answer(200, json.dumps(body))


def _tool(connection: server.Connection) -> None:
    """What was heard, by the tool that the request forces."""
    name = connection.body["tools"][0]["name"]
    anthropic([{"type": "tool_use", "id": "t", "name": name, "input": HEARD}], "tool_use")(connection)


def ollama(text: str, reason: str = "stop") -> server.Behaviour:
    body = {
        "model": "x", "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", "content": text},
        "done": True, "done_reason": reason, "prompt_eval_count": 900, "eval_count": 60,
    }  # fmt: skip

    def behave(connection: server.Connection) -> None:
        connection.answer(200, json.dumps(body) + "\n")

    return behave


READS = {"anthropic": _tool, "ollama": ollama(json.dumps(HEARD))}
TEXTS = {"anthropic": lambda text: anthropic([{"type": "text", "text": text}]), "ollama": ollama}
REFUSALS = {
    "anthropic": (anthropic([], "refusal"), {"refused"}),
    "ollama": (ollama("I cannot help with that."), {"malformed"}),
}
CUT = {
    "anthropic": (anthropic([{"type": "text", "text": '{"inte'}], "max_tokens"), {"cut"}),
    "ollama": (ollama('{"inte', "length"), {"cut"}),
}


@pytest.fixture(scope="module")
def provider() -> Iterator[server.Server]:
    with server.serving() as found:
        yield found


@pytest.fixture(params=["anthropic", "ollama"])
def named(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "none")
    return str(request.param)


def took(name: str, coach: Interview, session: Session, provider: server.Server, deadline: float = 30) -> Turn:
    url = provider.url.removesuffix("/v1")
    model = ChatModel(f"{name}:x", builder(f"{name}:x", url, deadline), deadline, Breaker(most=10_000))
    model.ready()
    interview = replace(coach, listener=ModelListener(coach.knowledge, coach.listener, model))
    return interview.take(session, Message("said", MESSAGE), "")


def test_a_call_is_read(named: str, coach: Interview, session: Session, provider: server.Server) -> None:
    provider.behaviour = READS[named]
    turn = took(named, coach, session, provider)
    assert turn.trace and turn.trace.outcome == "used" and (turn.trace.tokens_in, turn.trace.tokens_out) == (900, 60)
    assert any(o.evidence.quote == QUOTE for o in turn.observations), turn.trace


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 429, 500, 502, 503, 529])
def test_a_refusal_of_the_provider_is_named(
    status: int, named: str, coach: Interview, session: Session, provider: server.Server
) -> None:
    before, provider.behaviour = len(provider.bodies), server.fails(status)
    turn = took(named, coach, session, provider)
    assert turn.trace and turn.trace.outcome == f"http_{status}" and len(provider.bodies) == before + 1
    assert turn.observations == coach.take(session, Message("said", MESSAGE), "").observations


@pytest.mark.parametrize("what", ["refusal", "cut", "prose", "no JSON", "another schema", "200,000", "no body"])
def test_what_is_no_reading_leaves_the_embedded_one(
    what: str, named: str, coach: Interview, session: Session, provider: server.Server
) -> None:
    texts = {"prose": "Level 6.", "no JSON": '{"intent": ', "another schema": '{"level": 6}', "200,000": "x" * 200_000}
    behaviours = {
        "refusal": REFUSALS[named], "cut": CUT[named], "no body": (lambda connection: None, {"unreachable", "empty"}),
        **{name: (TEXTS[named](text), {"malformed", "shape", "too_long"}) for name, text in texts.items()},
    }  # fmt: skip
    provider.behaviour, expected = behaviours[what]
    turn = took(named, coach, session, provider)
    assert turn.trace and turn.trace.outcome in expected, turn.trace
    assert turn.observations == coach.take(session, Message("said", MESSAGE), "").observations


@pytest.mark.timed
@pytest.mark.parametrize("slow", [server.silent, server.stalls, server.drips, server.drips_headers])
def test_the_deadline_holds(
    slow: server.Behaviour, named: str, coach: Interview, session: Session, provider: server.Server
) -> None:
    coach.take(session, Message("said", MESSAGE), "")
    provider.behaviour, before = slow, time.monotonic()
    turn = took(named, coach, session, provider, SHORT)
    assert turn.trace and turn.trace.outcome == "deadline" and turn.trace.seconds < SHORT + 1
    assert time.monotonic() - before < SHORT + 3

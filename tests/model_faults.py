"""What a model's provider can do wrong, over real HTTP: what each fault does, and what the trace may call it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from tests import openai_server as server

HEARD: dict[str, Any] = {
    "intent": "answer", "observations": [], "corrections": [], "questions_back": [], "reflection": "",
    "sentences": [{"text": "CXPA names five areas.", "passages": ["any"]}],
}  # fmt: skip


CUTS = [server.cut(HEARD, share) for share in (0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.99)]
LOOP = [{"id": "a", "type": "function", "function": {"name": "heard_again", "arguments": "{}"}}]
FAULTS: dict[str, tuple[server.Behaviour, set[str]]] = {
    **{f"{status}": (server.fails(status), {f"http_{status}"}) for status in (400, 401, 403, 404, 408, 429, 500, 502, 503, 529)},
    "429 with Retry-After": (server.fails(429, "Retry-After: 30\r\n"), {"http_429"}),
    "empty body": (server.fails(200, body=""), {"malformed", "empty"}),
    "no body at all": (lambda connection: None, {"unreachable"}),
    "HTML for JSON": (server.fails(200, body="<html>Login</html>"), {"malformed", "empty"}),
    "no choices": (server.fails(200, body='{"choices": []}'), {"malformed", "empty"}),
    "nothing said": (server.says(""), {"empty"}),
    "malformed JSON": (server.says('{"intent": "answer", "observations": [{'), {"malformed"}),
    "a JSON list": (server.says("[1, 2]"), {"malformed", "shape"}),
    "JSON of another schema": (server.says({"level": 6, "praise": "Great!"}), {"shape"}),
    "observations that are none": (server.says(dict(HEARD, observations="all established")), {"shape"}),
    "only prose": (server.says("The organisation is at level 6."), {"malformed"}),
    "200,000 characters": (server.says("x" * 200_000), {"too_long", "malformed"}),
    "200,000 characters of JSON": (server.says(dict(HEARD, reflection="ja " * 70_000)), {"too_long"}),
    "refusal": (lambda c: c.answer(200, server.completion(None, refusal="No.")), {"refused"}),
    "content filter": (lambda c: c.answer(200, server.completion(None, "content_filter")), {"filtered", "empty"}),
    "cut by length": (lambda c: c.answer(200, server.completion('{"intent": "ans', "length")), {"cut", "malformed"}),
    "a loop of tool calls": (lambda c: c.answer(200, server.completion(None, "tool_calls", tool_calls=LOOP)), {"empty", "malformed", "shape"}),
    **{f"cut at chunk {n} of 8": (server.cut_at_chunk(HEARD, n), {"unreachable"}) for n in range(9)},
    **{f"cut at byte {n}": (behaviour, {"unreachable", "malformed"}) for n, behaviour in enumerate(CUTS)},
}  # fmt: skip
SLOW = {
    "silent": server.silent,
    "stalls in the body": server.stalls,
    "slow drip": server.drips,
    "headers that drip": server.drips_headers,
}


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _no_such_host(*_: Any, **__: Any) -> None:
    raise socket.gaierror(socket.EAI_NONAME, "no such host")


@contextmanager
def _refused() -> Iterator[str]:
    yield f"http://127.0.0.1:{closed_port()}/v1"


@contextmanager
def _not_tls() -> Iterator[str]:
    with server.serving() as found:
        yield found.url.replace("http:", "https:")


@contextmanager
def _unknown_host() -> Iterator[str]:
    with patch.object(socket, "getaddrinfo", _no_such_host):
        yield "http://model.invalid/v1"


@contextmanager
def _slow_host() -> Iterator[str]:
    """A name that is looked up for longer than anyone waits."""
    over = threading.Event()

    def look_up(*_: Any, **__: Any) -> None:
        over.wait(20)
        _no_such_host()

    with patch.object(socket, "getaddrinfo", look_up):
        try:
            yield "http://model.invalid/v1"
        finally:
            over.set()


@contextmanager
def _deaf(scheme: str, backlog: int = 5) -> Iterator[str]:
    """A port that is open and where nobody speaks: no handshake; with a full backlog, no connection either."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(backlog)
        port = listening.getsockname()[1]
        waiting = [socket.socket() for _ in range(0 if backlog else 3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        try:
            yield f"{scheme}://127.0.0.1:{port}/v1"
        finally:
            for one in waiting:
                one.close()


Way = Callable[[], Any]
NO_WAY: dict[str, Way] = {"refused": _refused, "TLS": _not_tls, "DNS": _unknown_host}
NO_WAY_IN_TIME: dict[str, Way] = {
    "DNS that hangs": _slow_host,
    "TLS that hangs": lambda: _deaf("https"),
    "nobody accepts": lambda: _deaf("http", backlog=0),
}

"""An OpenAI-compatible server on loopback that does what a test tells it to, over real HTTP."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Behaviour = Callable[["Connection"], None]


class Connection:
    """One request, read whole, and the raw way back."""

    def __init__(self, handler: socketserver.StreamRequestHandler, closing: threading.Event) -> None:
        self._out, self.closing = handler.wfile, closing
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = handler.rfile.read(1)
            if not byte or not (head or byte.isalpha()):
                raise ConnectionError  # gone, or speaking TLS
            head += byte
        length = next(
            (int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length")), 0
        )
        self.body: dict[str, Any] = json.loads(handler.rfile.read(length) or b"{}")

    def send(self, data: bytes) -> None:
        self._out.write(data)
        self._out.flush()

    def answer(self, status: int, body: str, headers: str = "", cut: int | None = None) -> None:
        """A whole answer; with `cut`, only that many bytes of the body that the header promises."""
        data = body.encode()
        self.send(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close\r\n{headers}"
            f"Content-Length: {len(data)}\r\n\r\n".encode()
            + data[:cut]
        )


def completion(content: str | None, finish: str = "stop", **message: Any) -> str:
    """The body of a chat completion."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    return json.dumps(
        {
            "id": "x", "object": "chat.completion", "created": 1, "model": "scripted", "choices": [choice],
            "usage": {"prompt_tokens": 900, "completion_tokens": 60, "total_tokens": 960},
        }
    )  # fmt: skip


def says(content: Any, **more: Any) -> Behaviour:
    """Answers with a text, or with a value as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return lambda connection: connection.answer(200, completion(text, **more))


def fails(status: int, headers: str = "", body: str = '{"error": {"message": "no"}}') -> Behaviour:
    return lambda connection: connection.answer(status, body, headers)


def cut(content: Any, share: float) -> Behaviour:
    body = completion(json.dumps(content))
    return lambda connection: connection.answer(200, body, cut=int(len(body) * share))


def cut_at_chunk(content: Any, sent: int, of: int = 8) -> Behaviour:
    """A body in as many chunks, of which only the first are sent before the connection is closed."""
    body = completion(json.dumps(content)).encode()
    size = -(-len(body) // of)
    chunks = [body[n : n + size] for n in range(0, len(body), size)]

    def behave(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        for chunk in chunks[:sent]:
            connection.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))

    return behave


def silent(connection: Connection) -> None:
    """Takes the request and says nothing."""
    connection.closing.wait(60)


def stalls(connection: Connection) -> None:
    """Sends headers and half a body, and no more."""
    body = completion("{}")
    connection.answer(200, body, cut=len(body) // 2)
    connection.closing.wait(60)


def drips(connection: Connection) -> None:
    """One byte at a time, always in time for a timeout between bytes."""
    connection.send(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
    while not connection.closing.is_set():
        connection.send(b" ")
        time.sleep(0.05)


def drips_headers(connection: Connection) -> None:
    """The head of an answer, one byte at a time, and never its end."""
    connection.send(b"HTTP/1.1 200 X\r\nX-Slow: ")
    while not connection.closing.is_set():
        connection.send(b"x")
        time.sleep(0.05)


class Server:
    """`behaviour` answers each request; `bodies` are the requests so far."""

    def __init__(self, port: int, closing: threading.Event) -> None:
        self.port, self.closing = port, closing
        self.behaviour: Behaviour = says("{}")
        self.bodies: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


@contextmanager
def serving() -> Iterator[Server]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError, ValueError):
                connection = Connection(self, found.closing)
                found.bodies.append(connection.body)
                found.behaviour(connection)

    class Threading(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

    with Threading(("127.0.0.1", 0), Handler) as server:
        found = Server(server.server_address[1], threading.Event())
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
        thread.start()
        yield found
        found.closing.set()
        server.shutdown()

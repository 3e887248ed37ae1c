"""The whole application over real HTTP on loopback, and a client that can stop listening at any event."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from api.app import create_app
from assistant.sessions.desk import Desk
from assistant.settings import Settings


@dataclass(frozen=True)
class Event:
    name: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Served:
    """A running application: its address, and its desk to look at what is stored."""

    url: str
    desk: Desk

    def events(self, path: str, body: dict[str, Any] | None = None, form: bool = False) -> Iterator[Event]:
        """The events of a request as they come; who stops iterating closes the connection."""
        from urllib.parse import urlencode

        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=30)
        try:
            kind = "application/x-www-form-urlencoded" if form else "application/json"
            sent = None if body is None else urlencode(body) if form else json.dumps(body)
            connection.request("GET" if body is None else "POST", path, sent, {"Content-Type": kind})
            response = connection.getresponse()
            if response.status != 200:
                yield Event("refused", {"status": response.status, "text": response.read().decode()})
                return
            assert response.headers["content-type"].startswith("text/event-stream")
            name = ""
            while line := response.readline().decode():
                field, _, value = line.rstrip("\n").partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield Event(name, json.loads(value))
        finally:
            connection.close()


@contextmanager
def served(settings: Settings) -> Iterator[Served]:
    app = create_app(settings)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=2))
    with socket.create_server(("127.0.0.1", 0)) as bound:  # held from here on: no other process can take the port
        thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield Served(f"http://127.0.0.1:{bound.getsockname()[1]}", app.state.desk)
        server.should_exit = True
        thread.join(10)

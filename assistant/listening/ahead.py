"""The embedded reading made while a language model is waited for: it is there when the wait is over, cold or warm."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass

from assistant.listening.protocol import Asked, Hearing, Listener


@dataclass(frozen=True)
class Ahead:
    """A listener that has begun to read one message. `listen` waits for that reading."""

    inner: Listener
    heard: Future[Hearing]

    @property
    def version(self) -> str:
        return self.inner.version

    @property
    def model(self) -> str:
        return self.inner.model

    def listen(self, message: str, asked: Asked) -> Hearing:
        """See Listener. The message is the one that reading was begun with."""
        return self.heard.result()


def begun(inner: Listener, message: str, asked: Asked) -> Ahead:
    """Begins to read in a thread of its own."""
    found: Future[Hearing] = Future()

    def read() -> None:
        try:
            found.set_result(inner.listen(message, asked))
        except BaseException as error:  # the caller's to see, when it asks
            found.set_exception(error)

    threading.Thread(target=read, name="varde-listener", daemon=True).start()
    return Ahead(inner, found)

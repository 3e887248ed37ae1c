"""One message at a time through each session, so that a repeat waits for the first instead of asking a model again.

Within one process; between processes the store's transaction sees to it that a turn is kept once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary


class Turnstile:
    """A lock for each session that is in use."""

    def __init__(self) -> None:
        self._own = threading.Lock()
        self._locks: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()

    @contextmanager
    def passing(self, session_id: str) -> Iterator[None]:
        with self._own:
            lock = self._locks.get(session_id)
            if lock is None:
                lock = self._locks[session_id] = threading.Lock()
        with lock:
            yield

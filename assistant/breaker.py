"""A circuit breaker: a provider that is dead is left alone for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

AT_ONCE = frozenset({"http_401", "http_403", "http_404"})
_MOST, _REST, _LONGEST = 3, 60.0, 600.0


class Breaker:
    """Rests after `most` faults in a row, or at once where the provider refused us or asked to wait.

    After the rest one call is let through; if it fails too, the rest begins anew.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = _MOST, rest: float = _REST) -> None:
        self._clock, self._most, self._rest = clock, most, rest
        self._lock = threading.Lock()
        self._faults, self._until = 0, 0.0

    @property
    def resting(self) -> float:
        """Seconds until the next call may be made, 0 where it may be made now."""
        with self._lock:
            return max(0.0, self._until - self._clock())

    def succeeded(self) -> None:
        with self._lock:
            self._faults, self._until = 0, 0.0

    def failed(self, fault: str, wait: float = 0.0) -> None:
        """`wait`: the seconds that the provider asked for, at most ten minutes of which are kept."""
        with self._lock:
            self._faults += 1
            if wait > 0 or fault in AT_ONCE or self._faults >= self._most:
                self._until = self._clock() + min(max(wait, self._rest), _LONGEST)

"""How often a wrong key may be tried from one address. Counted in memory, and forgotten after a quarter of an hour."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil
from threading import Lock

MOST_WRONG = 10
WINDOW = 15 * 60.0
_MOST_ADDRESSES = 10_000


class Attempts:
    """Wrong keys by address. `clock` gives seconds that never run back; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._wrong: dict[str, deque[float]] = {}

    def tried(self, address: str, right: bool) -> int:
        """The seconds to wait before a key is looked at from there again; 0 where this one was.

        Who has to wait is refused with the right key too, or waiting would tell which key is right.
        """
        place, now = _place(address), self._clock()
        with self._lock:
            wrong = self._wrong.pop(place, deque())
            while wrong and wrong[0] <= now - WINDOW:
                wrong.popleft()
            if len(wrong) >= MOST_WRONG:
                self._wrong[place] = wrong
                return ceil(wrong[0] + WINDOW - now)
            if not right:
                self._wrong[place] = deque((*wrong, now))
                self._forget_the_oldest()
            return 0

    def _forget_the_oldest(self) -> None:
        if len(self._wrong) > _MOST_ADDRESSES:
            del self._wrong[next(iter(self._wrong))]


def _place(address: str) -> str:
    """The address; of IPv6 the first half, because who has one of those has them all."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Network((found, 64), strict=False)) if isinstance(found, IPv6Address) else address

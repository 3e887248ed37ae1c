"""Who may open the consultants' pages: one key for all of them, off where none is set.

A sign-in is a signed, expiring value that the browser keeps; nothing of it is kept here. Another key ends every
sign-in. Accounts, roles and workspaces would take the place of `Door`, behind the same three questions.
"""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

HOURS = 12
_MARK = b"varde consultants"


@dataclass(frozen=True)
class Visitor:
    """A consultant who is signed in. `name` is as they typed it; `form_token` stands in every form they are shown."""

    name: str
    form_token: str


class Door:
    """Compares in constant time. `clock` gives seconds since 1970."""

    def __init__(self, key: str, clock: Callable[[], float] = time.time) -> None:
        self._key, self._clock = sha256(key.encode()).digest(), clock
        self._signing = hmac.digest(key.encode(), _MARK, sha256)

    def opens(self, key: str) -> bool:
        return hmac.compare_digest(self._key, sha256(key.encode()).digest())

    def token(self, name: str) -> str:
        """What a browser keeps once the key was right."""
        content = {"name": name, "until": int(self._clock()) + HOURS * 3600}
        payload = urlsafe_b64encode(json.dumps(content).encode())
        return f"{payload.decode()}.{self._sign(payload)}"

    def visitor(self, token: str) -> Visitor | None:
        """Who holds the token; None where it was not made here, was made with another key, or has run out."""
        payload, _, signature = token.partition(".")
        if not hmac.compare_digest(self._sign(payload.encode()).encode(), signature.encode()):
            return None
        content = json.loads(urlsafe_b64decode(payload))
        if content["until"] <= self._clock():
            return None
        return Visitor(str(content["name"]), self._sign(b"form " + token.encode()))

    def _sign(self, content: bytes) -> str:
        return urlsafe_b64encode(hmac.digest(self._signing, content, sha256)).decode()


def fits(visitor: Visitor, form_token: str) -> bool:
    """Whether a form came from a page that this visitor was shown."""
    return hmac.compare_digest(visitor.form_token.encode(), form_token.encode())

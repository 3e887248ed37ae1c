"""What a session store must do. Adapters keep turns; everything else is computed from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.session import Enquiry, Profile, SeenBy, Session, State, Turn


class SessionError(Exception):
    """Base of what can be wrong with a request to the store. The text says what was kept and what to do."""


class UnknownSessionError(SessionError):
    def __init__(self) -> None:
        super().__init__(
            "There is no session at this link. It was deleted, or the link is not whole. "
            "Check the link, or start a new session."
        )


class StaleVersionError(SessionError):
    def __init__(self, sent: int, current: int) -> None:
        self.current = current
        super().__init__(
            f"The talk has moved on: it stands at version {current}, and this came for version {sent}. "
            "Nothing was changed. Load the session again and answer the question that is open there."
        )


class ReusedKeyError(SessionError):
    def __init__(self) -> None:
        super().__init__(
            "This idempotency key was used for another message. Nothing was changed. Send the message with a new key."
        )


class StoreBusyError(SessionError):
    def __init__(self) -> None:
        super().__init__("The store is busy. Nothing was changed. Send the same message with the same key again.")


@dataclass(frozen=True)
class Listed:
    """A session in a list: no word of what was said."""

    id: str
    profile: Profile
    created: str
    changed: str
    turns: int
    state: State = "talk"
    seen_by: SeenBy = "leader"


class SessionStore(Protocol):
    """Keeps sessions and their turns. A turn is one transaction."""

    def create(self, session: Session) -> None: ...

    def get(self, session_id: str) -> Session:
        """Raises UnknownSessionError."""
        ...

    def find(self, session_id: str, key: str) -> Turn | None:
        """The turn that was stored under an idempotency key."""
        ...

    def append(self, session_id: str, turn: Turn, key: str, finished: str | None = None) -> Turn:
        """Stores the turn, and beside it the result where the turn finished one; a repeated key gives the stored turn.

        Raises StaleVersionError where another turn has taken its number, ReusedKeyError where the key belongs to
        another message, UnknownSessionError.
        """
        ...

    def enquire(self, session_id: str, enquiry: Enquiry) -> None:
        """Keeps what a question to the sources cost; the session's version stays. Raises UnknownSessionError."""
        ...

    def delete(self, session_id: str) -> None:
        """Deletes the session so that no byte of it is left. Raises UnknownSessionError."""
        ...

    def result(self, session_id: str) -> str | None:
        """The newest frozen result as JSON, where the interview has ended; the earlier ones are kept beside it."""
        ...

    def listed(self) -> Sequence[Listed]:
        """All sessions, the one changed last first."""
        ...

    def close(self) -> None: ...

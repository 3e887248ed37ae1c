"""Takes a message to a session and keeps the turn: the interview, the store and the clock, put together."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter

from assistant.interview import Interview
from assistant.report.compose import UnfinishedError, result_of
from assistant.result import Result
from assistant.session import Message, Profile, Session, Turn
from assistant.sessions.port import ReusedKeyError, SessionStore, StaleVersionError

_ID_BYTES = 16
_RESULT = TypeAdapter(Result)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Desk:
    """Where sessions are started, continued and deleted. `clock` and `new_id` are handed in."""

    interview: Interview
    store: SessionStore
    clock: Callable[[], str] = now
    new_id: Callable[[], str] = lambda: secrets.token_urlsafe(_ID_BYTES)
    new_seed: Callable[[], int] = lambda: secrets.randbelow(1 << 31)

    def start(self, profile: Profile) -> Session:
        """A new session, reached by an unguessable id of 128 bits."""
        session = Session(self.new_id(), profile, self.new_seed(), self.clock())
        self.store.create(session)
        return session

    def take(self, session_id: str, message: Message, key: str, version: int | None = None) -> Session:
        """The session after the message; the same after a repeat with the same key.

        Raises the errors of the store, and UnfitMessageError where the message does not fit.
        """
        session = self.store.get(session_id)
        if (stored := self.store.find(session_id, key)) is not None:
            if stored.message != message:
                raise ReusedKeyError
            return session
        if version is not None and version != session.version:
            raise StaleVersionError(version, session.version)
        turn = self.interview.take(session, message, self.clock())
        self.store.append(session_id, turn, key, self._finished(session, turn))
        return self.store.get(session_id)

    def _finished(self, session: Session, turn: Turn) -> str | None:
        """The result as JSON where this turn ended the interview."""
        before = self.interview.current(session).phase
        if turn.reply.phase != "result" or before == "result":
            return None
        return _RESULT.dump_json(result_of(self.interview, session.with_turn(turn))).decode()

    def result(self, session_id: str) -> Result:
        """The result as it was when the interview last ended. Raises UnfinishedError before."""
        frozen = self.store.result(session_id)
        if frozen is None:
            raise UnfinishedError(self.interview.course(self.store.get(session_id)).phase)
        return _RESULT.validate_json(frozen)

"""Takes a message to a session and keeps the turn: the interview, the store and the clock, put together."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import TypeAdapter

from assistant.drafting.draft import Part
from assistant.drafting.drafter import Drafter
from assistant.interview import Interview
from assistant.messages import UnfitMessageError
from assistant.report.compose import Report, UnfinishedError, compose, result_of, supported
from assistant.result import Result
from assistant.session import Enquiry, Message, Profile, SeenBy, Session, Trace, Turn
from assistant.sessions.port import ReusedKeyError, SessionStore, StaleVersionError
from assistant.sessions.turnstile import Turnstile
from assistant.steps import Tell, untold
from assistant.support import Supporting

_ID_BYTES = 16
_RESULT = TypeAdapter(Result)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Desk:
    """Where sessions are started, continued and deleted. `clock` and `new_id` are handed in.

    `drafter`: what words drafts, where a language model is set.
    `support` finds what supports a change; without it, changes rest on what the playbook names alone.
    """

    interview: Interview
    store: SessionStore
    support: Supporting | None = None
    clock: Callable[[], str] = now
    new_id: Callable[[], str] = lambda: secrets.token_urlsafe(_ID_BYTES)
    new_seed: Callable[[], int] = lambda: secrets.randbelow(1 << 31)
    drafter: Drafter | None = None
    turnstile: Turnstile = field(default_factory=Turnstile, compare=False)

    def start(self, profile: Profile, seen_by: SeenBy = "leader") -> Session:
        """A new session, reached by an unguessable id of 128 bits. `seen_by`: as the leader was told."""
        session = Session(self.new_id(), profile, self.new_seed(), self.clock(), seen_by=seen_by)
        self.store.create(session)
        return session

    def take(
        self, session_id: str, message: Message, key: str, version: int | None = None, tell: Tell = untold
    ) -> Session:
        """The session after the message; the same after a repeat with the same key. `tell` hears of the steps.

        A repeat that comes while the first is under way waits for it. Raises the errors of the store, and
        UnfitMessageError where the message does not fit.
        """
        with self.turnstile.passing(session_id):
            return self._take(session_id, message, key, version, tell)

    def _take(self, session_id: str, message: Message, key: str, version: int | None, tell: Tell) -> Session:
        session = self.store.get(session_id)
        if (stored := self.store.find(session_id, key)) is not None:
            if stored.message != message:
                raise ReusedKeyError
            return session
        if version is not None and version != session.version:
            raise StaleVersionError(version, session.version)
        turn = self.interview.take(session, message, self.clock(), tell)
        self.store.append(session_id, turn, key, self._finished(session, turn))
        return self.store.get(session_id)

    def drafts(self, session: Session, part: Part) -> str:
        """The model that a draft of this part can be asked of; empty where there is none, or nothing to word it from."""
        if self.drafter is None or self.interview.course(session).model_off:
            return ""
        can = self.drafter.can(compose(self.interview, session), self.interview.voice(session), part)
        return self.drafter.model if can else ""

    def draft(
        self,
        session_id: str,
        part: Part,
        key: str,
        version: int,
        level: int = 0,
    ) -> Session:
        """The session with a draft more; the same after a repeat with the same key. It waits for the model.

        `level`: what the ambition is drafted for, where none is given the one that stands. Raises the errors of the
        store, UnfinishedError before the result, UnfitMessageError where no draft can be asked for.
        """
        session = self.store.get(session_id)
        if self._is_drafted(session_id, part, key):
            return session
        if version != session.version:
            raise StaleVersionError(version, session.version)
        report = compose(self.interview, session)
        if self.drafter is None or not self.drafts(session, part):
            raise UnfitMessageError(
                "there is no draft to be had: no language model is set, it is switched off for this session, or "
                "nothing was said that it could be worded from"
            )
        draft, trace = self.drafter.draft(report, self.interview.voice(session), part, level or report.ambition.level)
        turn = self.interview.take(session, draft.message(), self.clock())
        made = replace(turn.versions, model=trace.model if trace.outcome == "used" else "")
        try:
            self.store.append(session_id, replace(turn, trace=trace, versions=made), key)
        except ReusedKeyError:
            if not self._is_drafted(session_id, part, key):
                raise
        return self.store.get(session_id)

    def _is_drafted(self, session_id: str, part: Part, key: str) -> bool:
        """Whether this draft was stored under the key; a second click may come while the first one waits."""
        stored = self.store.find(session_id, key)
        if stored is not None and (stored.message.kind, stored.message.value) != ("drafted", part):
            raise ReusedKeyError
        return stored is not None

    def enquired(self, session_id: str, trace: Trace | None) -> None:
        """Keeps what a question to the sources cost, where a language model was called for it."""
        if trace is not None:
            self.store.enquire(session_id, Enquiry(self.clock(), trace))

    def _finished(self, session: Session, turn: Turn) -> str | None:
        """The result as JSON where this turn ended the interview."""
        before = self.interview.current(session).phase
        if turn.reply.phase != "result" or before == "result":
            return None
        return _RESULT.dump_json(result_of(self.interview, session.with_turn(turn))).decode()

    def report(self, session: Session, edited: bool = True) -> Report:
        """The report as it stands now, its changes with what supports them; with a consultant's edits or without.

        Raises UnfinishedError before the end.
        """
        found = compose(self.interview, session, edited)
        return supported(found, self.interview.voice(session), self.support) if self.support else found

    def result(self, session_id: str) -> Result:
        """The result as it was when the interview last ended. Raises UnfinishedError before."""
        frozen = self.store.result(session_id)
        if frozen is None:
            raise UnfinishedError(self.interview.course(self.store.get(session_id)).phase)
        return _RESULT.validate_json(frozen)

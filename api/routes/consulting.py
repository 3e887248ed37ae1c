"""The HTTP API for consultants: the register, texts worded anew, a judgement of their own."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request

from api.attempts import Attempts
from api.door import Door
from api.problems import describe
from api.routes.sessions import TheDesk, after_act
from api.shapes import Assessments, ConsultantJudgement, NewWordings, Withdrawal, Wordings
from assistant.report.compose import wordings_of
from assistant.report.edits import edited
from assistant.session import Session
from assistant.sessions.desk import Desk
from assistant.sessions.port import StaleVersionError
from assistant.sessions.register import Wanted, look_up

_NO_KEY = (
    "This takes the consultants' key, as 'Authorization: Bearer ...'. It is missing or not right. Nothing was changed."
)

_TOO_MANY = "Too many wrong keys were tried from this address. Nothing was changed. Try again in {seconds} seconds."


def door_of(request: Request) -> Door | None:
    door: Door | None = request.app.state.door
    return door


def seconds_to_wait(request: Request, right: bool) -> int:
    """Takes note of a key that was tried; 0 where another may be tried at once."""
    attempts: Attempts = request.app.state.attempts
    return attempts.tried(request.client.host if request.client else "", right)


def with_key(request: Request) -> None:
    """Where a key is set, consultants' acts take it; where none is, who has the private link may act."""
    door = door_of(request)
    if door is None:
        return
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    given = scheme.lower() == "bearer" and bool(key.strip())
    right = given and door.opens(key.strip())
    if given and (seconds := seconds_to_wait(request, right)):
        raise HTTPException(429, _TOO_MANY.format(seconds=seconds), {"Retry-After": str(seconds)})
    if not right:
        raise HTTPException(401, _NO_KEY)


def only_with_key(request: Request) -> None:
    """The register is not there at all where no key is set."""
    if door_of(request) is None:
        raise HTTPException(404)
    with_key(request)


router = APIRouter(prefix="/api", responses=describe())


@router.get("/assessments", dependencies=[Depends(only_with_key)])
def assessments(
    desk: TheDesk, words: str = "", state: str = "", language: str = "", page: Annotated[int, Query(ge=1)] = 1
) -> Assessments:
    """The assessments whose leaders were told that consultants see them, the one changed last first."""
    found = look_up(desk.store.listed(), Wanted(words, state, language, page))
    return Assessments(found=found.found, page=found.number, pages=found.pages, entries=list(found.entries))


@router.get("/sessions/{session_id}/texts")
def texts(session_id: str, desk: TheDesk) -> Wordings:
    """The texts of the report that may be worded anew, each with its original and its edits."""
    return _wordings(desk, desk.store.get(session_id))


@router.put("/sessions/{session_id}/texts", dependencies=[Depends(with_key)])
def word_anew(session_id: str, new: NewWordings, desk: TheDesk) -> Wordings:
    """Texts beside their originals; null puts one back. What was said and what was found can't be edited."""
    return _wordings(desk, keep_wordings(desk, session_id, new))


def keep_wordings(desk: Desk, session_id: str, new: NewWordings) -> Session:
    """The session with the texts kept, or as it is where they say what stands there already.

    The version is looked at first: what the leader no longer has chosen is a text that moved on, not a wrong one.
    """
    session = desk.store.get(session_id)
    if new.version != session.version and desk.store.find(session_id, new.key) is None:
        raise StaleVersionError(new.version, session.version)
    message = edited(wordings_of(desk.interview, session), new.texts, new.by)
    return desk.take(session_id, message, new.key, new.version) if message else session


def _wordings(desk: Desk, session: Session) -> Wordings:
    return Wordings(version=session.version, texts=list(wordings_of(desk.interview, session)))


@router.put("/sessions/{session_id}/judgement", dependencies=[Depends(with_key)])
def judge(session_id: str, new: ConsultantJudgement, desk: TheDesk) -> dict[str, Any]:
    """A consultant's own judgement with a reason, beside Varde's and never over it."""
    return after_act(desk, session_id, new)


@router.post("/sessions/{session_id}/judgement/withdrawal", dependencies=[Depends(with_key)])
def withdraw(session_id: str, new: Withdrawal, desk: TheDesk) -> dict[str, Any]:
    """Takes the judgement back. It stays in the session's turns."""
    return after_act(desk, session_id, new)

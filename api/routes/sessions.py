"""The HTTP API: sessions, turns, result, ambition, changes, documents, export, delete."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response, status
from pydantic import TypeAdapter

from api.problems import describe
from api.shapes import (
    Aim,
    Clarity,
    ConsultantJudgement,
    Decision,
    Export,
    HeardLine,
    NewDraft,
    NewSession,
    NewTurn,
    SessionState,
    Summary,
    TurnOut,
    Withdrawal,
)
from assistant.course import quote_of
from assistant.drafting.draft import drafts_of
from assistant.invitations import Invitations
from assistant.observations import Observation
from assistant.report.compose import Report, for_sharing
from assistant.report.documents import Format, written
from assistant.report.naming import disposition
from assistant.result import Result
from assistant.session import Message, Session, Turn
from assistant.sessions.desk import Desk
from assistant.sessions.port import UnknownSessionError

router = APIRouter(prefix="/api", responses=describe())
_OBSERVATIONS = TypeAdapter(tuple[Observation, ...])
_REPORT = TypeAdapter(Report)


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


TheDesk = Annotated[Desk, Depends(desk_of)]


def invitations_of(request: Request) -> Invitations:
    invitations: Invitations = request.app.state.invitations
    return invitations


TheInvitations = Annotated[Invitations, Depends(invitations_of)]


def state(desk: Desk, session: Session) -> SessionState:
    course, voice = desk.interview.course(session), desk.interview.voice(session)
    rubric = desk.interview.knowledge.rubric
    lines = [
        HeardLine(
            indicator=i.id, label=voice.label(i.id), area=i.area, status=course.heard[i.id].status.value,
            sentence=voice.heard(i.id, course.heard[i.id].status), quote=quote_of(course, course.heard[i.id]),
            put_right=i.id in course.put_right,
        )
        for i in rubric.indicators if i.id in course.heard
    ]  # fmt: skip
    return SessionState(
        id=session.id, version=session.version, phase=course.phase, profile=session.profile,
        reply=desk.interview.current(session), heard=lines, model=desk.interview.about_model(session),
    )  # fmt: skip


def _take(desk: Desk, session_id: str, message: Message, key: str, version: int) -> SessionState:
    return state(desk, desk.take(session_id, message, key, version))


@router.post("/sessions", status_code=status.HTTP_201_CREATED)
def start(new: NewSession, desk: TheDesk, invitations: TheInvitations, response: Response) -> SessionState:
    """Starts a session. Its id is the private link: who has it, sees the session."""
    session = desk.start(new.profile(invitations), new.seen_by)
    response.headers["Location"] = f"/api/sessions/{session.id}"
    return state(desk, session)


@router.get("/sessions/{session_id}")
def read(session_id: str, desk: TheDesk) -> SessionState:
    """The session with the question that is open."""
    return state(desk, desk.store.get(session_id))


@router.post("/sessions/{session_id}/turns")
def take(session_id: str, new: NewTurn, desk: TheDesk) -> SessionState:
    """One message. A repeat with the same key gives the same state; a stale version is refused."""
    return _take(desk, session_id, new.message(), new.key, new.version)


@router.get("/sessions/{session_id}/turns")
def turns(session_id: str, desk: TheDesk) -> list[TurnOut]:
    """All turns, with what was understood in each."""
    return [_turn(turn) for turn in desk.store.get(session_id).turns]


def _turn(turn: Turn) -> TurnOut:
    message = {"kind": turn.message.kind, "text": turn.message.text, "value": turn.message.value}
    understood = _OBSERVATIONS.dump_python(turn.observations, mode="json")
    return TurnOut(
        number=turn.number, at=turn.at, message=message, intent=turn.intent, understood=understood, reply=turn.reply
    )


@router.get("/sessions/{session_id}/result")
def result(session_id: str, desk: TheDesk) -> Result:
    """The result, frozen when the interview ended."""
    return desk.result(session_id)


@router.get("/sessions/{session_id}/report")
def report(session_id: str, desk: TheDesk, quote: Annotated[list[str], Query()] = []) -> dict[str, Any]:  # noqa: B006
    """The whole report as it may leave: quotes off but for the indicators in `quote`, names as roles."""
    shared = for_sharing(desk.report(desk.store.get(session_id)), set(quote))
    return _dump(shared)


@router.get("/sessions/{session_id}/report.{form}", response_class=Response)
def document(
    session_id: str, form: Format, desk: TheDesk, quote: Annotated[list[str], Query()] = [], quotes: bool = False,  # noqa: B006
) -> Response:  # fmt: skip
    """The report as a document. Quotes are off but for the indicators in `quote`, or all of them with `quotes`."""
    session = desk.store.get(session_id)
    report = desk.report(session)
    file = written(report, desk.interview.voice(session), form, quotes or set(quote))
    headers = {"Content-Disposition": disposition(file.name), "Cache-Control": "no-store"}
    return Response(file.content, media_type=file.media_type, headers=headers)


def _dump(report: Report) -> dict[str, Any]:
    dumped: dict[str, Any] = _REPORT.dump_python(report, mode="json")
    return dumped


@router.put("/sessions/{session_id}/clarity")
def clarify(session_id: str, new: Clarity, desk: TheDesk) -> dict[str, Any]:
    """Answers to the five questions on clarity, unscored."""
    return after_act(desk, session_id, new)


@router.post("/sessions/{session_id}/drafts")
def draft(session_id: str, new: NewDraft, desk: TheDesk) -> dict[str, Any]:
    """Drafts the ambition, or the changes and the summary, with a language model; it waits for it up to the deadline.

    What holds of it stands in `report.drafts`, to be picked with `origin: drafted`. Nothing else is changed.
    """
    session = desk.draft(session_id, new.part, new.key, new.version, new.level or 0)
    return _reported(desk, session)


@router.put("/sessions/{session_id}/ambition")
def aim(session_id: str, new: Aim, desk: TheDesk) -> dict[str, Any]:
    """Where to be in five years, in the leader's words; without words, the authored ones."""
    return after_act(desk, session_id, new)


@router.put("/sessions/{session_id}/changes")
def decide(session_id: str, new: Decision, desk: TheDesk) -> dict[str, Any]:
    """The changes chosen, with owners and dates."""
    return after_act(desk, session_id, new)


@router.put("/sessions/{session_id}/summary")
def summarise(session_id: str, new: Summary, desk: TheDesk) -> dict[str, Any]:
    """The words of the report's summary; without words, the authored ones."""
    return after_act(desk, session_id, new)


def after_act(
    desk: Desk, session_id: str, act: Clarity | Aim | Decision | Summary | ConsultantJudgement | Withdrawal
) -> dict[str, Any]:
    """The report after one of the acts that follow the result."""
    drafts = drafts_of(desk.interview.course(desk.store.get(session_id)))
    return _reported(desk, desk.take(session_id, act.message(drafts), act.key, act.version))


def _reported(desk: Desk, session: Session) -> dict[str, Any]:
    return {"version": session.version, "report": _dump(for_sharing(desk.report(session)))}


@router.get("/sessions/{session_id}/export")
def export(session_id: str, desk: TheDesk) -> Export:
    """All that is kept of the session, the leader's own words included."""
    session = desk.store.get(session_id)
    finished = desk.interview.course(session).phase == "result"
    return Export(session=session, report=_dump(desk.report(session)) if finished else None)


@router.delete("/sessions/{session_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete(session_id: str, desk: TheDesk) -> None:
    """Deletes the session; nothing of it is left in the store."""
    desk.store.delete(session_id)


__all__ = ["UnknownSessionError", "router", "state"]

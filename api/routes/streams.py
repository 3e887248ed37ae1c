"""Turns and answers as they come, for the API and, beside the plain forms, for the pages. See api/streaming.py."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import ValidationError

from api.commands import command_of
from api.pages.render import asked_language
from api.problems import describe
from api.routes import pages
from api.routes.ask import Asked, TheAnswerer, answer_page, answered, answered_in_session, shaped
from api.routes.sessions import TheDesk, state
from api.shapes import NewTurn
from api.streaming import TheWorkers, events, of_answer, of_reply, sent, unkept
from assistant.answers import Answerer
from assistant.session import Session
from assistant.sessions.desk import Desk
from assistant.steps import Step, Tell
from knowledge.schema import Language

router = APIRouter(responses=describe(), dependencies=[Depends(unkept)])


def session_of(session_id: str, desk: TheDesk) -> Session:
    """Found before anything is streamed, so that an unknown link is answered with 404."""
    return desk.store.get(session_id)


def answers_of(request: Request) -> Callable[[], Answerer]:
    """Called in the work, since the first call may build the index: who waits is told of it meanwhile."""
    found: Callable[[], Answerer] = request.app.state.answers
    return found


def form_of(
    key: Annotated[str, Form()], version: Annotated[int, Form()], kind: Annotated[str, Form()],
    text: Annotated[str, Form()] = "", value: Annotated[str, Form()] = "", indicator: Annotated[str, Form()] = "",
) -> NewTurn:  # fmt: skip
    """What a form of the page holds of a message; what else it holds is the page's own.

    What is refused here the page sends once more as a plain form, which says why, or shows what was asked for.
    """
    if kind == "said" and command_of(text) in pages.SHOWN:
        raise RequestValidationError([{"type": "no_message", "loc": ("body", "text"), "msg": "no message of the talk"}])
    try:
        return NewTurn.model_validate(pages.as_meant(key, version, kind, text, value, indicator))
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None


TheForm = Annotated[NewTurn, Depends(form_of)]
TheAnswers = Annotated[Callable[[], Answerer], Depends(answers_of)]
TheSession = Annotated[Session, Depends(session_of)]


def _taken(desk: Desk, session: Session, new: NewTurn, tell: Tell) -> tuple[Session, list[ServerSentEvent]]:
    tell(Step("listening"))
    after = desk.take(session.id, new.message(), new.key, new.version, tell)
    return after, list(of_reply(desk.interview.current(after), after.profile.language))


@router.post("/api/sessions/{session_id}/turns/stream", response_class=EventSourceResponse)
async def stream_turn(
    session: TheSession, new: NewTurn, desk: TheDesk, workers: TheWorkers
) -> AsyncIterator[ServerSentEvent]:
    """One message, as events: `progress`, then once the turn is stored `sentence` for each thing said, and `done` with
    the session; or `problem`. The same message, key and version as for a turn without a stream; a repeat after a lost
    connection gives the same turn."""

    def work(tell: Tell) -> Iterable[ServerSentEvent]:
        after, said = _taken(desk, session, new, tell)
        return [*said, sent("done", state(desk, after))]

    async for event in events(workers, session.profile.language, work):
        yield event


@router.post("/s/{session_id}/turn/stream", response_class=EventSourceResponse, include_in_schema=False)
async def stream_turn_on_page(
    request: Request, session: TheSession, new: TheForm, desk: TheDesk, workers: TheWorkers
) -> AsyncIterator[ServerSentEvent]:
    """The same for the page: `done` says where to go, and brings the page that stands there where it is a question."""

    def work(tell: Tell) -> Iterable[ServerSentEvent]:
        after, said = _taken(desk, session, new, tell)
        done = {"where": f"/s/{session.id}"}
        if desk.interview.current(after).phase not in ("confirm", "result"):
            done["html"] = _text(pages.talk(request, session.id, desk))
        return [*said, sent("done", done)]

    async for event in events(workers, session.profile.language, work):
        yield event


@router.get("/api/ask/stream", response_class=EventSourceResponse)
async def stream_answer(
    answerer: TheAnswerer, workers: TheWorkers, question: Asked, language: Language | None = None
) -> AsyncIterator[ServerSentEvent]:
    """An answer as events: `progress`, then `sentence` for each that is verified, and `done` with the whole answer."""
    spoken = language or answerer.language_of(question)

    def work(tell: Tell) -> Iterable[ServerSentEvent]:
        tell(Step("wording"))
        answer = answered(answerer, question, spoken, tell=tell)
        return [*of_answer(answer), sent("done", shaped(answer))]

    async for event in events(workers, spoken, work):
        yield event


@router.get("/api/sessions/{session_id}/ask/stream", response_class=EventSourceResponse)
async def stream_answer_in_session(
    session: TheSession, desk: TheDesk, answers: TheAnswers, workers: TheWorkers, question: Asked
) -> AsyncIterator[ServerSentEvent]:
    """The same in the session's language, from its organisation's documents too."""

    def work(tell: Tell) -> Iterable[ServerSentEvent]:
        tell(Step("wording"))
        answer = answered_in_session(desk, session, answers(), question, tell)
        return [*of_answer(answer), sent("done", shaped(answer))]

    async for event in events(workers, session.profile.language, work):
        yield event


@router.get("/ask/stream", response_class=EventSourceResponse, include_in_schema=False)
async def stream_answer_on_page(
    request: Request, answers: TheAnswers, workers: TheWorkers, question: Asked,
    model: Annotated[str, Query(max_length=3)] = "on",
) -> AsyncIterator[ServerSentEvent]:  # fmt: skip
    """The same for the page: `done` brings the page with the answer, and its address."""
    language = asked_language(request)

    def work(tell: Tell) -> Iterable[ServerSentEvent]:
        tell(Step("wording"))
        answerer = answers()
        answer = answered(answerer, question, language, model != "off", tell)
        html = _text(answer_page(language, answerer, question, answer, model != "off"))
        return [*of_answer(answer), sent("done", {"where": f"/ask?{request.url.query}", "html": html})]

    async for event in events(workers, language, work):
        yield event


def _text(response: Response) -> str:
    return bytes(response.body).decode()

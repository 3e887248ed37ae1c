"""A turn or an answer as server-sent events: the steps while it is made, then what stands, sentence by sentence.

Nothing that could be withdrawn is sent: a step says only what the work is at, and a sentence goes out once it is
verified and, in a talk, once its turn is stored. The work runs in a thread of its own and goes on to its end when the
one who asked is gone, so that a lost connection loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Executor
from contextlib import suppress
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.sse import ServerSentEvent
from pydantic import BaseModel

from api.problems import told_of
from api.routes.ask import Span
from api.waiting import said_of
from assistant.answers import Answer
from assistant.citing import Cited
from assistant.session import Reply
from assistant.steps import Step, Tell
from knowledge.schema import Language

MOST_AT_ONCE = 40
Work = Callable[[Tell], Iterable[ServerSentEvent]]


class ProgressSent(BaseModel):
    """What the work is at. `text` says it in the language of the talk."""

    stage: str
    text: str
    model: str = ""
    number: int = 0
    most: int = 0


class SourceSent(BaseModel):
    id: str
    title: str


class SentenceSent(BaseModel):
    """One thing said, verified and final. `kind`: of a remark, `question`, or `sentence` of an answer, or its `note`.

    `number`: the place of the passage among those cited, from 1; `span` and `citation` where it rests on one.
    """

    kind: str
    text: str
    language: Language
    sources: list[SourceSent] = []
    number: int = 0
    span: Span | None = None
    citation: Cited | None = None


class ProblemSent(BaseModel):
    """What went wrong, what was kept and what to do: as problem+json, with the status it would have had."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    version: int | None = None


def workers_of(request: Request) -> Executor:
    found: Executor = request.app.state.workers
    return found


def unkept(response: Response) -> None:
    response.headers.update({"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})


TheWorkers = Annotated[Executor, Depends(workers_of)]


async def events(workers: Executor, language: Language, work: Work) -> AsyncIterator[ServerSentEvent]:
    """The events of some work. Whatever goes wrong ends in an event `problem`; else the work's own last is `done`."""
    loop = asyncio.get_running_loop()
    steps: asyncio.Queue[Step | None] = asyncio.Queue()

    def tell(step: Step | None) -> None:
        with suppress(RuntimeError):  # the loop has ended; the work has not
            loop.call_soon_threadsafe(steps.put_nowait, step)

    def run() -> list[ServerSentEvent]:
        try:
            return list(work(tell))
        except Exception as error:
            status, title, detail, more = told_of(error)
            return [sent("problem", ProblemSent(title=title, status=status, detail=detail, **more))]
        finally:
            tell(None)

    outcome = loop.run_in_executor(workers, run)
    while (step := await steps.get()) is not None:
        yield sent("progress", progress(step, language))
    for event in await outcome:
        yield event


def sent(name: str, data: BaseModel | dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=data)


def progress(step: Step, language: Language) -> ProgressSent:
    return ProgressSent(
        stage=step.stage, text=said_of(step, language), model=step.model, number=step.number, most=step.most
    )


def of_reply(reply: Reply, language: Language) -> Iterable[ServerSentEvent]:
    """What the coach says, in the order in which it stands on the page: remarks, then the question."""
    for remark in reply.remarks:
        sources = reply.citations if remark.kind == "answer" else ()
        yield sent(
            "sentence",
            SentenceSent(
                kind=remark.kind, text=remark.text, language=language,
                sources=[SourceSent(id=c.passage, title=c.title) for c in sources],
            ),
        )  # fmt: skip
    yield sent("sentence", SentenceSent(kind="question", text=reply.question, language=language))


def of_answer(answer: Answer) -> Iterable[ServerSentEvent]:
    """An answer's note, then its sentences, each with the span that it rests on."""
    if answer.note:
        yield sent("sentence", SentenceSent(kind="note", text=answer.note, language=answer.language))
    numbers = {passage.key: number for number, passage in enumerate(answer.cited, 1)}
    for said in answer.said:
        key = said.passage.key
        span = Span(passage=key, start=said.start, end=said.end, text=said.span)
        yield sent(
            "sentence",
            SentenceSent(
                kind="sentence", text=said.text, language=answer.language, number=numbers[key], span=span,
                citation=Cited.of(said.passage),
            ),
        )  # fmt: skip

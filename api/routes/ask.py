"""Questions to the sources: the HTTP API and the page. What the shape of an answer is stands here, for the CLI too."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from api.pages.contexts import Dates, Written, in_original, source_title
from api.pages.render import asked_language, counted, page, translations
from api.problems import describe
from api.routes.sessions import TheDesk
from assistant.answers import LONGEST_QUESTION, Answer, Answerer
from assistant.citing import Cited
from assistant.session import Session
from assistant.sessions.desk import Desk
from assistant.steps import Tell, untold
from knowledge.schema import Language, Passage

router = APIRouter()
Asked = Annotated[str, Query(max_length=LONGEST_QUESTION, description="The question, in any of the three languages.")]


class Span(BaseModel):
    """A verbatim piece of a passage's text, from `start` to `end`, counted in characters."""

    passage: str
    start: int
    end: int
    text: str


class SentenceOut(BaseModel):
    text: str
    passages: list[str]
    span: Span


class AnswerOut(BaseModel):
    """An answer with its citations. `near`: what was found where the sources don't answer."""

    question: str
    language: Language
    answer: str
    sentences: list[SentenceOut]
    citations: list[Cited]
    near: list[Cited]
    abstained: bool
    reason: str


def shaped(answer: Answer) -> AnswerOut:
    """An answer as it leaves."""
    sentences = [
        SentenceOut(
            text=said.text, passages=[said.passage.key],
            span=Span(passage=said.passage.key, start=said.start, end=said.end, text=said.span),
        )
        for said in answer.said
    ]  # fmt: skip
    return AnswerOut(
        question=answer.question, language=answer.language, answer=answer.text, sentences=sentences,
        citations=[Cited.of(p) for p in answer.cited], near=[Cited.of(p) for p in answer.near],
        abstained=answer.abstained, reason=answer.reason,
    )  # fmt: skip


def answerer_of(request: Request) -> Answerer:
    found: Answerer = request.app.state.answers()
    return found


TheAnswerer = Annotated[Answerer, Depends(answerer_of)]


def answered(
    answerer: Answerer, question: str, language: Language, with_model: bool = True, tell: Tell = untold
) -> Answer:
    """The answer, without the language model where it is not wanted."""
    return (answerer if with_model else answerer.without_model()).answer(question, language, tell=tell)


def answered_in_session(desk: Desk, session: Session, answerer: Answerer, question: str, tell: Tell = untold) -> Answer:
    """The answer for a session: its language, its organisation's documents, its switch. Its cost is kept."""
    profile = session.profile
    if desk.interview.course(session).model_off:
        answerer = answerer.without_model()
    answer = answerer.answer(question, profile.language, profile.organisation, tell)
    desk.enquired(session.id, answer.trace)
    return answer


@router.get("/api/ask", responses=describe())
def ask(answerer: TheAnswerer, question: Asked, language: Language | None = None) -> AnswerOut:
    """An answer from what Varde knows and the shared documents. Without `language`, that of the question."""
    return shaped(answered(answerer, question, language or answerer.language_of(question)))


@router.get("/api/sessions/{session_id}/ask", responses=describe())
def ask_in_session(session_id: str, desk: TheDesk, answerer: TheAnswerer, question: Asked) -> AnswerOut:
    """An answer in the session's language, from its organisation's documents too. Nothing is kept of it but what a
    language model's calls came to, where there were any."""
    return shaped(answered_in_session(desk, desk.store.get(session_id), answerer, question))


@router.get("/ask", include_in_schema=False)
def page_of_questions(
    request: Request, answerer: TheAnswerer, question: str = "", model: Annotated[str, Query(max_length=3)] = "on"
) -> Response:
    language, with_model = asked_language(request), model != "off"
    if len(question) > LONGEST_QUESTION:
        return _too_long(language, answerer, question, with_model)
    answer = answered(answerer, question, language, with_model) if question.strip() else None
    return answer_page(language, answerer, question, answer, with_model)


@router.post("/ask", include_in_schema=False)
def ask_on_page(
    answerer: TheAnswerer, language: Annotated[Language, Form()], question: Annotated[str, Form()] = "",
    model: Annotated[str, Form(max_length=3)] = "on",
) -> Response:  # fmt: skip
    """To the answer, which has an address of its own. A question too long for an address comes as far as this."""
    question = question.replace("\r\n", "\n")
    if len(question) > LONGEST_QUESTION:
        return _too_long(language, answerer, question, model != "off")
    asked = {"language": language, "question": question} | ({"model": "off"} if model == "off" else {})
    return RedirectResponse(f"/ask?{urlencode(asked)}", 303)


def _too_long(language: Language, answerer: Answerer, question: str, with_model: bool) -> Response:
    """The page with as much of the question as can be asked, to the last whole word."""
    problem = translations(language).gettext(
        "The question has {count} characters, and at most {most} can be asked. Its beginning stands in the field: ask "
        "that, or put it more briefly."
    )
    told = problem.format(count=counted(len(question), language), most=counted(LONGEST_QUESTION, language))
    begun = question[:LONGEST_QUESTION]
    begun = begun.rsplit(maxsplit=1)[0] if len(begun.split()) > 1 else begun
    return answer_page(language, answerer, begun, None, with_model, told)


def answer_page(
    language: Language, answerer: Answerer, question: str, answer: Answer | None, with_model: bool = True,
    problem: str = "",
) -> Response:  # fmt: skip
    """The page of questions, with an answer where there is one. `with_model`: whether a language model may word it."""
    numbers = {passage.key: number for number, passage in enumerate(answer.cited if answer else (), 1)}
    return page(
        "ask.html",
        language,
        422 if problem else 200,
        problem=problem,
        longest=LONGEST_QUESTION,
        question=question,
        answer=answer,
        marked=_marked(answer),
        numbers=numbers,
        model=answerer.model,
        with_model=with_model,
        in_original=in_original,
        source_title=source_title,
        written=Written(language),
        dates=Dates(language),
    )


def _marked(answer: Answer | None) -> list[tuple[Passage, list[tuple[str, bool]]]]:
    """Each cited passage as pieces of text, each with whether the answer took it."""
    return [(p, _pieces(p, answer)) for p in answer.cited] if answer else []


def _pieces(passage: Passage, answer: Answer) -> list[tuple[str, bool]]:
    spans = sorted({(said.start, said.end) for said in answer.said if said.passage.key == passage.key})
    found, place = [], 0
    for start, end in spans:
        found += [(passage.text[place:start], False), (passage.text[start:end], True)]
        place = end
    return [(text, taken) for text, taken in [*found, (passage.text[place:], False)] if text]

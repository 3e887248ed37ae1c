"""The consultants' pages: the register, one assessment, its texts, a judgement. Not there without a key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.pages import consultant as shown
from api.routes import entrance
from api.routes.consulting import keep_wordings
from api.routes.entrance import HOME, SEE_OTHER, TEXT, Entered, Inside, OutsideError
from api.routes.sessions import TheDesk
from api.shapes import ConsultantJudgement, NewWordings, Withdrawal
from assistant.messages import UnfitMessageError
from assistant.report.compose import UnfinishedError, for_sharing
from assistant.report.edits import longest
from assistant.session import Session, state_of
from assistant.sessions.desk import Desk
from assistant.sessions.port import SessionError, StoreBusyError, UnknownSessionError
from assistant.sessions.register import Wanted, look_up

_LINK = re.compile(r"/(?:s|assessments)/([\w-]+)")

router = APIRouter(prefix=HOME, include_in_schema=False)


def install(app: FastAPI) -> None:
    """The pages, and the door before them."""
    app.include_router(entrance.router)
    app.include_router(router)
    app.add_exception_handler(OutsideError, entrance.outside)


# the register


@router.get("")
def register(
    inside: Entered, desk: TheDesk, words: str = "", state: str = "", spoken: str = "", number: str = "1"
) -> Response:
    """The list. A private link in the search field opens what it leads to."""
    if (link := _LINK.search(words)) and (session := _known(desk, link[1])):
        return RedirectResponse(f"{HOME}/{session.id}", SEE_OTHER)
    wanted = Wanted(words.strip()[:200], state, spoken, int(number) if number.isdecimal() and len(number) < 7 else 1)
    found = look_up(desk.store.listed(), wanted)
    context = shown.register(found, wanted, inside.language)
    query = {"words": wanted.words, "state": state, "spoken": spoken}
    turning = [
        (rel, f"{HOME}?{urlencode(query | {'number': n})}" if 1 <= n <= found.pages else "")
        for rel, n in (("prev", found.number - 1), ("next", found.number + 1))
    ]
    return inside.show("assessments.html", turning=turning, **context)


def _known(desk: Desk, session_id: str) -> Session | None:
    try:
        return desk.store.get(session_id)
    except UnknownSessionError:
        return None


# one assessment


def _of(
    inside: Inside, session: Session, template: str, here: str, status: int = 200, problem: str = "", **more: Any
) -> Response:
    head = shown.head(session, state_of(session.turns), inside.language)
    return inside.show(template, status, session.version, here=here, problem=problem, **head, **more)


def _gone(inside: Inside) -> Response:
    return inside.show("gone.html", 404)


def _unfinished(inside: Inside, session: Session) -> Response:
    return _of(inside, session, "assessment.html", "overview", finished=False)


@router.get("/{session_id}")
def overview(inside: Entered, session_id: str, desk: TheDesk) -> Response:
    if (session := _known(desk, session_id)) is None:
        return _gone(inside)
    try:
        report = for_sharing(desk.report(session))
    except UnfinishedError:
        return _unfinished(inside, session)
    context = shown.overview(report, inside.language)
    return _of(inside, session, "assessment.html", "overview", finished=True, **context)


@router.get("/{session_id}/texts")
def texts(inside: Entered, session_id: str, desk: TheDesk) -> Response:
    if (session := _known(desk, session_id)) is None:
        return _gone(inside)
    return _texts(inside, desk, session)


def _texts(
    inside: Inside, desk: Desk, session: Session, status: int = 200, problem: str = "",
    typed: Mapping[str, str] | None = None, wrong: frozenset[str] = frozenset(),
) -> Response:  # fmt: skip
    try:
        context = shown.texts(desk.interview, session, inside.language, typed or {}, wrong)
    except UnfinishedError:
        return _unfinished(inside, session)
    return _of(inside, session, "texts.html", "texts", status, problem, **context)


@router.post("/{session_id}/texts")
def keep_texts(inside: Entered, session_id: str, desk: TheDesk) -> Response:
    form = inside.form
    typed = {key.removeprefix(TEXT): _lines(value) for key, value in form.items() if key.startswith(TEXT)}
    restored = form.get("restore")
    wanted: dict[str, str | None] = {**typed, **({restored: None} if restored else {})}
    try:
        new = NewWordings.model_validate(
            {"key": form.get("key"), "version": form.get("version"), "by": inside.visitor.name, "texts": wanted}
        )
        keep_wordings(desk, session_id, new)
    except UnknownSessionError:
        return _gone(inside)
    except (ValidationError, UnfitMessageError):
        wrong = frozenset(place for place, text in wanted.items() if text is not None and not _fits(place, text))
        problem = inside.gettext("A text is empty or too long. Nothing was saved; what you wrote is still here.")
        return _again(inside, desk, session_id, 422, problem, typed, wrong)
    except SessionError as error:
        return _again(inside, desk, session_id, *_refused(inside, error), typed)
    return RedirectResponse(f"{HOME}/{session_id}/texts#{form.get('group', '')}", SEE_OTHER)


def _again(
    inside: Inside, desk: Desk, session_id: str, status: int, problem: str, typed: Mapping[str, str],
    wrong: frozenset[str] = frozenset(),
) -> Response:  # fmt: skip
    session = _known(desk, session_id)
    return _texts(inside, desk, session, status, problem, typed, wrong) if session else _gone(inside)


def _refused(inside: Inside, error: SessionError) -> tuple[int, str]:
    """The status, and what to do; what was typed stays in the form."""
    if isinstance(error, StoreBusyError):
        return 503, inside.gettext(
            "Varde is busy just now. Nothing was saved; what you wrote is still here. Save again."
        )
    return 409, inside.gettext(
        "This assessment was changed meanwhile, by someone else or in another window. Nothing of yours was saved. "
        "It is still in the form: compare, then save again."
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _fits(place: str, text: str) -> bool:
    return 0 < len(text.strip()) <= longest(place)


@router.get("/{session_id}/judgement")
def judgement(inside: Entered, session_id: str, desk: TheDesk) -> Response:
    return _judgement(inside, desk, session_id)


def _judgement(
    inside: Inside, desk: Desk, session_id: str, status: int = 200, problem: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    if (session := _known(desk, session_id)) is None:
        return _gone(inside)
    try:
        context = shown.judging(desk.interview, session, inside.language, typed)
    except UnfinishedError:
        return _unfinished(inside, session)
    return _of(inside, session, "judgement.html", "judgement", status, problem, **context)


@router.post("/{session_id}/judgement")
def judge(inside: Entered, session_id: str, desk: TheDesk) -> Response:
    form = inside.form
    given: dict[str, Any] = {name: form.get(name, "") for name in ("key", "version")} | {"by": inside.visitor.name}
    try:
        act: ConsultantJudgement | Withdrawal
        if "withdraw" in form:
            act = Withdrawal.model_validate(given)
        else:
            judged = {"level": _number(form.get("level")), "reason": _lines(form.get("reason", ""))}
            act = ConsultantJudgement.model_validate(given | judged | {"areas": _areas(form)})
        desk.take(session_id, act.message({}), act.key, act.version)
    except UnknownSessionError:
        return _gone(inside)
    except (ValidationError, UnfitMessageError):
        problem = inside.gettext(
            "A level needs a reason, and a reason a level. Nothing was saved; what you wrote is still here."
        )
        return _judgement(inside, desk, session_id, 422, problem, form)
    except SessionError as error:
        return _judgement(inside, desk, session_id, *_refused(inside, error), form)
    return RedirectResponse(f"{HOME}/{session_id}/judgement", SEE_OTHER)


def _number(level: str | None) -> int | None:
    return int(level) if level in {"1", "2", "3", "4", "5", "6"} else None


def _areas(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The areas with a level or a reason; one without the other is refused by the shape."""
    keys = [key.removeprefix("level-") for key in form if key.startswith("level-")]
    entries = [
        {"area": key, "level": _number(form[f"level-{key}"]), "reason": _lines(form.get(f"reason-{key}", ""))}
        for key in keys
    ]
    return [entry for entry in entries if entry["level"] is not None or str(entry["reason"]).strip()]


__all__ = ["install"]

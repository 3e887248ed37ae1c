"""The consultants' pages: sign-in, the register, one assessment, its texts, a judgement. Not there without a key."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from pydantic import ValidationError

from api.door import HOURS, Door, Visitor, fits
from api.pages import consultant as shown
from api.pages.render import LANGUAGE_NAMES, asked_language, page, translations
from api.routes.consulting import door_of, keep_wordings
from api.routes.sessions import TheDesk
from api.shapes import ConsultantJudgement, NewWordings, Withdrawal
from assistant.messages import UnfitMessageError
from assistant.report.compose import UnfinishedError, compose, for_sharing
from assistant.report.edits import longest
from assistant.session import Session, state_of
from assistant.sessions.desk import Desk
from assistant.sessions.port import SessionError, StoreBusyError, UnknownSessionError
from assistant.sessions.register import Wanted, look_up
from knowledge.schema import LANGUAGES, Language

HOME = "/assessments"
_TOKEN, _LANGUAGE = "varde_consultant", "varde_language"
_SEE_OTHER = 303
_TEXT = "text:"
_WORDS = (_TEXT, "reason")
_BELOW_HOME = re.compile(r"/assessments(/(?!sign-)[\w-][\w/-]*)?(\?[\w.&=%+-]*)?", re.ASCII)
_LINK = re.compile(r"/(?:s|assessments)/([\w-]+)")

router = APIRouter(prefix=HOME, include_in_schema=False)


class OutsideError(Exception):
    """Someone came without a sign-in that holds. `typed`: what their form held, so that no word is lost."""

    def __init__(self, typed: tuple[str, ...] = ()) -> None:
        super().__init__("Sign in first. Nothing was changed.")
        self.typed = typed


@dataclass(frozen=True)
class Inside:
    """A request of a consultant who is signed in, with what its form holds."""

    request: Request
    visitor: Visitor
    language: Language
    form: Mapping[str, str]

    def gettext(self, text: str) -> str:
        return translations(self.language).gettext(text)

    def show(self, template: str, status: int = 200, version: int = 0, **more: Any) -> Response:
        """A page, its forms with the version that they were made from, a key of their own and the visitor's token."""

        def hidden() -> Markup:
            one = '<input type="hidden" name="{}" value="{}">'
            fields = {"form": self.visitor.form_token, "version": version, "key": secrets.token_urlsafe(12)}
            return Markup("").join(Markup(one).format(name, value) for name, value in fields.items())  # noqa: S704

        context = {"problem": "", "hidden": hidden, "visitor": self.visitor, "languages": _languages(self.request)}
        return _remembering(self.request, page(template, self.language, status, **(context | more)))


def _door(request: Request) -> Door:
    door = door_of(request)
    if door is None:
        raise HTTPException(404)
    return door


async def enter(request: Request, door: Annotated[Door, Depends(_door)]) -> Inside:
    """Raises OutsideError without a sign-in; a form must come from a page that this visitor was shown."""
    form = {key: str(value) for key, value in (await request.form()).items()} if request.method == "POST" else {}
    visitor = door.visitor(request.cookies.get(_TOKEN, ""))
    if visitor is None or (request.method == "POST" and not fits(visitor, form.get("form", ""))):
        raise OutsideError(tuple(value for key, value in form.items() if key.startswith(_WORDS) and value.strip()))
    return Inside(request, visitor, _language(request), form)


Entered = Annotated[Inside, Depends(enter)]


def install(app: FastAPI) -> None:
    """The pages, and what is shown to who comes from outside."""

    async def outside(request: Request, error: Exception) -> Response:
        typed = error.typed if isinstance(error, OutsideError) else ()
        path = request.url.path + (f"?{request.url.query}" if request.url.query and request.method == "GET" else "")
        return _sign_in(request, path, 401, typed=typed)

    app.include_router(router)
    app.add_exception_handler(OutsideError, outside)


def _language(request: Request) -> Language:
    kept = request.cookies.get(_LANGUAGE)
    if "language" not in request.query_params and kept in LANGUAGES:
        return kept
    return asked_language(request)


def _languages(request: Request) -> list[tuple[str, str, str]]:
    """The same page in each language: code, name, address."""
    here = HOME if request.method == "POST" else request.url.path
    query = {key: value for key, value in request.query_params.items() if key != "language"}
    return [(code, name, f"{here}?{urlencode(query | {'language': code})}") for code, name in LANGUAGE_NAMES.items()]


def _remembering(request: Request, response: Response) -> Response:
    """With the language that was asked for, for the pages that follow."""
    if request.query_params.get("language") in LANGUAGES:
        _keep(request, response, _LANGUAGE, request.query_params["language"], 365 * 24)
    return response


def _keep(request: Request, response: Response, name: str, value: str, hours: int) -> None:
    response.set_cookie(
        name, value, max_age=hours * 3600, path=HOME, secure=request.url.scheme == "https", httponly=True,
        samesite="strict",
    )  # fmt: skip


# the door


def _sign_in(
    request: Request, path: str, status: int, problem: str = "", name: str = "", typed: tuple[str, ...] = ()
) -> Response:
    onward = path if _BELOW_HOME.fullmatch(path) else HOME
    context = {"problem": problem, "name": name, "typed": typed, "onward": onward, "languages": _languages(request)}
    return _remembering(request, page("sign_in.html", _language(request), status, **context))


@router.post("/sign-in")
async def sign_in(request: Request, door: Annotated[Door, Depends(_door)]) -> Response:
    form = {key: str(value) for key, value in (await request.form()).items()}
    name, onward, _ = form.get("name", "").strip(), form.get("next", ""), translations(_language(request)).gettext
    if not door.opens(form.get("key", "").strip()):
        return _sign_in(request, onward, 401, _("That is not the key. Whoever runs this server has it."), name)
    if not name or len(name) > 200:
        return _sign_in(
            request, onward, 422, _("Write your name: it stands beside what you edit and judge."), name[:200]
        )
    response = RedirectResponse(onward if _BELOW_HOME.fullmatch(onward) else HOME, _SEE_OTHER)
    _keep(request, response, _TOKEN, door.token(name), HOURS)
    return response


@router.post("/sign-out")
def sign_out(inside: Entered) -> Response:
    response = RedirectResponse(HOME, _SEE_OTHER)
    response.delete_cookie(_TOKEN, path=HOME, httponly=True, samesite="strict")
    return response


# the register


@router.get("")
def register(
    inside: Entered, desk: TheDesk, words: str = "", state: str = "", spoken: str = "", number: str = "1"
) -> Response:
    """The list. A private link in the search field opens what it leads to."""
    if (link := _LINK.search(words)) and (session := _known(desk, link[1])):
        return RedirectResponse(f"{HOME}/{session.id}", _SEE_OTHER)
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
        report = for_sharing(compose(desk.interview, session))
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
    typed = {key.removeprefix(_TEXT): _lines(value) for key, value in form.items() if key.startswith(_TEXT)}
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
    return RedirectResponse(f"{HOME}/{session_id}/texts#{form.get('group', '')}", _SEE_OTHER)


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
        desk.take(session_id, act.message(), act.key, act.version)
    except UnknownSessionError:
        return _gone(inside)
    except (ValidationError, UnfitMessageError):
        problem = inside.gettext(
            "A level needs a reason, and a reason a level. Nothing was saved; what you wrote is still here."
        )
        return _judgement(inside, desk, session_id, 422, problem, form)
    except SessionError as error:
        return _judgement(inside, desk, session_id, *_refused(inside, error), form)
    return RedirectResponse(f"{HOME}/{session_id}/judgement", _SEE_OTHER)


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

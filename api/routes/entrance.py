"""The way in to the consultants' pages: sign-in and out, and what a request of one who is signed in holds."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from api.door import HOURS, Door, Visitor, fits
from api.pages.render import LANGUAGE_NAMES, asked_language, page, translations
from api.routes.consulting import door_of, seconds_to_wait
from knowledge.schema import LANGUAGES, Language

HOME = "/assessments"
SEE_OTHER = 303
TEXT = "text:"
_TOKEN, _LANGUAGE = "varde_consultant", "varde_language"
_WORDS = (TEXT, "reason")
_BELOW_HOME = re.compile(r"/assessments(/(?!sign-)[\w-][\w/-]*)?(\?[\w.&=%+-]*)?", re.ASCII)

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


async def outside(request: Request, error: Exception) -> Response:
    """What is shown to who comes from outside: the door, what they wrote, and later the page they came for."""
    typed = error.typed if isinstance(error, OutsideError) else ()
    path = request.url.path + (f"?{request.url.query}" if request.url.query and request.method == "GET" else "")
    return _sign_in(request, path, 401, typed=typed)


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


def _to_wait(request: Request, onward: str, name: str, seconds: int) -> Response:
    minutes = ceil(seconds / 60)
    told = translations(_language(request)).ngettext(
        "Too many wrong keys were tried from here. Nothing was changed. Try again in {minutes} minute.",
        "Too many wrong keys were tried from here. Nothing was changed. Try again in {minutes} minutes.",
        minutes,
    )
    response = _sign_in(request, onward, 429, told.format(minutes=minutes), name)
    response.headers["Retry-After"] = str(seconds)
    return response


@router.post("/sign-in")
async def sign_in(request: Request, door: Annotated[Door, Depends(_door)]) -> Response:
    form = {key: str(value) for key, value in (await request.form()).items()}
    name, onward, _ = form.get("name", "").strip(), form.get("next", ""), translations(_language(request)).gettext
    right = door.opens(form.get("key", "").strip())
    if seconds := seconds_to_wait(request, right):
        return _to_wait(request, onward, name, seconds)
    if not right:
        return _sign_in(request, onward, 401, _("That is not the key. Whoever runs this server has it."), name)
    if not name or len(name) > 200:
        return _sign_in(
            request, onward, 422, _("Write your name: it stands beside what you edit and judge."), name[:200]
        )
    response = RedirectResponse(onward if _BELOW_HOME.fullmatch(onward) else HOME, SEE_OTHER)
    _keep(request, response, _TOKEN, door.token(name), HOURS)
    return response


@router.post("/sign-out")
def sign_out(inside: Entered) -> Response:
    response = RedirectResponse(HOME, SEE_OTHER)
    response.delete_cookie(_TOKEN, path=HOME, httponly=True, samesite="strict")
    return response

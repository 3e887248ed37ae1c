"""Errors as problem+json: what happened, what was kept, what to do next. Never a word of what was said."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from assistant.invitations import NotInvitedError
from assistant.messages import UnfitMessageError
from assistant.report.compose import UnfinishedError
from assistant.sessions.port import (
    ReusedKeyError,
    StaleVersionError,
    StoreBusyError,
    UnknownSessionError,
)
from knowledge.index import IndexBusyError, IndexUnwrittenError

LARGEST_BODY = 256 * 1024
Page = Callable[[Request, int, str, str], Response]
_TOO_LARGE = (
    f"The body is larger than {LARGEST_BODY // 1024} KiB or does not say how large it is. "
    "Nothing was changed. An answer may have 20,000 characters; shorten it and send it again."
)
_OUR_FAULT = (
    "That is our fault. What was acknowledged before is kept. Load the session again and send the last message again."
)
_log = structlog.get_logger()
_STATUS: dict[type[Exception], tuple[int, str]] = {
    NotInvitedError: (403, "Not invited"),
    UnknownSessionError: (404, "Unknown session"),
    StaleVersionError: (409, "The talk has moved on"),
    ReusedKeyError: (409, "Key used before"),
    UnfinishedError: (409, "Not finished"),
    UnfitMessageError: (422, "The message does not fit here"),
    StoreBusyError: (503, "Busy"),
    IndexBusyError: (503, "Busy"),
    IndexUnwrittenError: (503, "No room"),
}


def problem(status: int, title: str, detail: str, **more: Any) -> JSONResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


def told_of(error: Exception) -> tuple[int, str, str, dict[str, Any]]:
    """Status, title and detail of an error, and what more there is to say; an unforeseen one is logged, without its text."""
    for kind, (status, title) in _STATUS.items():
        if isinstance(error, kind):
            more = {"version": error.current} if isinstance(error, StaleVersionError) else {}
            return status, title, _said(error), more
    last = traceback.extract_tb(error.__traceback__)[-1]
    _log.error("unforeseen", kind=type(error).__name__, file=Path(last.filename).name, line=last.lineno)
    return 500, "Something went wrong here", _OUR_FAULT, {}


def _said(error: Exception) -> str:
    text = str(error)
    if isinstance(error, UnfitMessageError):
        return f"{text[0].upper()}{text[1:]}. Nothing was changed."
    return text


class Problems:
    """Answers to errors, for the API and, by `page`, for the pages."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def _answer(self, request: Request, status: int, title: str, detail: str, **more: Any) -> Response:
        if request.url.path.startswith("/api/"):
            return problem(status, title, detail, **more)
        return self._page(request, status, title, detail)

    async def known(self, request: Request, error: Exception) -> Response:
        status, title, detail, more = told_of(error)
        return self._answer(request, status, title, detail, **more)

    async def invalid(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - what the handler is registered for
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            detail = "The body is not valid JSON. Nothing was changed. Mend it and send it again."
            return self._answer(request, 400, "Malformed JSON", detail)
        place = ".".join(str(part) for part in first["loc"] if part != "body")
        detail = f"{place}: {first['msg']}. Nothing was changed. The shapes are at /api/openapi.json."
        return self._answer(request, 422, "Not valid", detail)

    async def http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - what the handler is registered for
        details = {
            404: "There is nothing at this address. Check the link.",
            405: "This address takes another method. See /api/openapi.json.",
        }
        detail = details.get(error.status_code, str(error.detail))
        response = self._answer(request, error.status_code, str(error.detail), detail)
        response.headers.update(error.headers or {})
        return response

    async def guard(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        """Refuses a body beyond the limit before it is read, and lets no unforeseen error out or its text into a log."""
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY or request.headers.get("transfer-encoding"):
            return self._answer(request, 413, "Too large", _TOO_LARGE)
        try:
            return await call_next(request)
        except Exception as error:
            status, title, detail, _ = told_of(error)
            return self._answer(request, status, title, detail)


def install(app: FastAPI, page: Page) -> None:
    """Puts the answers in place."""
    problems = Problems(page)
    for kind in _STATUS:
        app.add_exception_handler(kind, problems.known)
    app.add_exception_handler(RequestValidationError, problems.invalid)
    app.add_exception_handler(HTTPException, problems.http)
    app.middleware("http")(problems.guard)


def describe() -> dict[int | str, dict[str, Any]]:
    """The errors, for OpenAPI."""
    content = {"application/problem+json": {"schema": {"type": "object"}}}
    return {status: {"description": title, "content": content} for status, title in _STATUS.values()}

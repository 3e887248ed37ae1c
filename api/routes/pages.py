"""The pages: plain forms that work without a script; the private link is the key to a session."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse
from markupsafe import Markup
from pydantic import ValidationError

from api.commands import command_of
from api.pages import choices, contexts, drafts
from api.pages.render import HEADERS, asked_language, counted, page, translations
from api.routes.sessions import TheDesk, TheInvitations, document, export
from api.shapes import ConsultantJudgement, NewDraft, NewSession, NewTurn, Summary
from assistant.drafting.draft import drafts_of
from assistant.invitations import Invitations
from assistant.messages import LONGEST_MESSAGE, UnfitMessageError
from assistant.report.compose import compose, for_sharing
from assistant.report.documents import Format
from assistant.report.naming import disposition, file_name
from assistant.session import Session
from assistant.sessions.desk import Desk
from assistant.sessions.port import ReusedKeyError, SessionError, StaleVersionError
from knowledge.schema import Language

router = APIRouter(include_in_schema=False)
_Shapes = ConsultantJudgement | Summary
_SEE_OTHER = 303


def _hidden(session: Session) -> Any:
    """The version that an answer is given to and a key of its own: a double click is harmless."""

    def fields() -> Markup:
        template = '<input type="hidden" name="version" value="{}"><input type="hidden" name="key" value="{}">'
        return Markup(template).format(session.version, secrets.token_urlsafe(12))  # noqa: S704 - format escapes

    return fields


def show(
    request: Request, session: Session, template: str, problem: str = "", status: int = 200, **more: Any
) -> Response:
    link = f"{request.url.scheme}://{request.url.netloc}/s/{session.id}"
    return page(
        template, session.profile.language, status, id=session.id, link=link, version=session.version,
        hidden=_hidden(session), problem=problem, consultants=_with_consultants(request), **more,
    )  # fmt: skip


def _with_consultants(request: Request) -> bool:
    """Whether the consultants' pages are on: leaders are told before they begin."""
    return request.app.state.door is not None


def to(session_id: str, where: str = "") -> RedirectResponse:
    return RedirectResponse(f"/s/{session_id}{where}", _SEE_OTHER)


@router.get("/")
def home(request: Request, desk: TheDesk, invitations: TheInvitations, invitation: str = "") -> Response:
    given = {"invitation": invitation} if invitation else {}
    return _start(request, desk, invitations, asked_language(request), given)


@router.post("/")
async def in_another_language(request: Request, desk: TheDesk, invitations: TheInvitations) -> Response:
    """The start in another language, with what was typed so far."""
    return _start(request, desk, invitations, asked_language(request), await _typed(request))


def _start(
    request: Request, desk: Desk, invitations: Invitations, language: Language, given: Mapping[str, str],
    problem: str = "",
) -> Response:  # fmt: skip
    organisation = invitations.organisation(given.get("invitation", ""))
    return page(
        "start.html", language, 422 if problem else 200, consultants=_with_consultants(request),
        model=desk.interview.listener.model, **contexts.start(language, given, problem, organisation),
    )  # fmt: skip


async def _typed(request: Request) -> dict[str, str]:
    return {key: str(value) for key, value in (await request.form()).items()}


@router.post("/start")
async def begin(request: Request, desk: TheDesk, invitations: TheInvitations) -> Response:
    given = await _typed(request)
    try:
        new = NewSession.model_validate(given)
    except ValidationError:
        language: Language = given.get("language", "en") if given.get("language") in ("en", "nb", "et") else "en"  # type: ignore[assignment]
        problem = translations(language).gettext("Please fill in your role and what you speak for.")
        return _start(request, desk, invitations, language, given, problem)
    return to(desk.start(new.profile(invitations), "consultants" if _with_consultants(request) else "leader").id)


@router.get("/s/{session_id}")
def talk(
    request: Request, session_id: str, desk: TheDesk, opened: Annotated[str, Query(alias="show")] = ""
) -> Response:
    """`opened`: what is opened on the page: `why` this question, or the `pause`."""
    return _talk(request, desk, desk.store.get(session_id), opened=opened)


def _talk(
    request: Request, desk: Desk, session: Session, problem: str = "", draft: str = "", status: int = 200,
    opened: str = "",
) -> Response:  # fmt: skip
    course = desk.interview.course(session)
    if course.phase == "result":
        return to(session.id, "/result")
    if course.phase == "confirm":
        context = contexts.confirm(desk.interview, session, course)
        return show(request, session, "confirm.html", problem, status, **context)
    context = contexts.talk(desk.interview, session, draft)
    return show(request, session, "talk.html", problem, status, opened=opened, longest=LONGEST_MESSAGE, **context)


SHOWN = ("why", "pause")
_MESSAGES = ("back", "skipped", "stopped")


def as_meant(key: str, version: int, kind: str, text: str, value: str, indicator: str) -> dict[str, Any]:
    """A message from a form. The terminal's commands mean in the field of the page what they mean there."""
    if kind == "said" and (meant := command_of(text)) in _MESSAGES:
        kind, text = meant, ""
    return {"key": key, "version": version, "kind": kind, "text": text, "value": value, "indicator": indicator}


@router.post("/s/{session_id}/turn")
def turn(
    request: Request, session_id: str, desk: TheDesk, key: Annotated[str, Form()], version: Annotated[int, Form()],
    kind: Annotated[str, Form()], text: Annotated[str, Form()] = "", value: Annotated[str, Form()] = "",
    indicator: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    session = desk.store.get(session_id)
    _ = translations(session.profile.language).gettext
    text = text.replace("\r\n", "\n")  # as a person counts: a form sends a line break as two characters
    if kind == "said" and (opened := command_of(text)) in SHOWN:
        return to(session_id, f"?show={opened}")
    try:
        new = NewTurn.model_validate(as_meant(key, version, kind, text, value, indicator))
    except ValidationError:
        problem = _(
            "The answer has {count} characters, and at most {most} can be taken. All of it still stands in the field: "
            "shorten it and send it again."
        ).format(
            count=counted(len(text), session.profile.language), most=counted(LONGEST_MESSAGE, session.profile.language)
        )
        return _talk(request, desk, session, problem, text, 422)
    try:
        desk.take(session_id, new.message(), new.key, new.version)
    except (StaleVersionError, ReusedKeyError):
        problem = _(
            "The talk has moved on in another window. Here is the question that is open now; your last answer was not kept."
        )
        return _talk(request, desk, desk.store.get(session_id), problem, text, 409)
    except UnfitMessageError:
        problem = _("That does not fit the question that is open now. Nothing was changed.")
        return _talk(request, desk, session, problem, text, 422)
    anchor = f"#{indicator}" if kind == "corrected" else ""
    return to(session_id, anchor)


@router.get("/s/{session_id}/result")
def result(request: Request, session_id: str, desk: TheDesk) -> Response:
    return _report_page(request, desk, desk.store.get(session_id), "result.html")


@router.get("/s/{session_id}/report")
def report(request: Request, session_id: str, desk: TheDesk, quote: Annotated[list[str], Query()] = []) -> Response:  # noqa: B006
    return _report_page(request, desk, desk.store.get(session_id), "report.html", quotes=quote)


def _report_page(
    request: Request, desk: Desk, session: Session, template: str, problem: str = "", status: int = 200,
    quotes: list[str] | None = None, typed: str = "",
) -> Response:  # fmt: skip
    found = compose(desk.interview, session) if template == "result.html" else desk.report(session)
    whole = for_sharing(found, {line.indicator for line in found.result.lines})
    shown = for_sharing(found, set(quotes or ())) if template == "report.html" else whole
    context = contexts.report(desk.interview.voice(session), shown, quotes or (), whole.result.lines)
    context |= drafts.beside(desk, session, shown)
    context |= {"typed": typed, "due_passed": choices.passed(choices.due_of(found.decided), desk.clock())}
    return show(request, session, template, problem, status, **context)


def _act(
    request: Request, desk: Desk, session_id: str, shape: type[_Shapes], given: dict[str, Any], page_after: str
) -> Response:
    """One of the forms after the result: kept, or shown again with what is wrong."""
    session = desk.store.get(session_id)
    _ = translations(session.profile.language).gettext
    typed = str(given.get("text", ""))
    try:
        act = shape.model_validate(given)
        desk.take(session_id, act.message(drafts_of(desk.interview.course(session))), act.key, act.version)
    except ValidationError:
        problem = _("Something is missing or too long. Nothing was changed; look over the form and send it again.")
        return _report_page(request, desk, session, "report.html", problem, 422, typed=typed)
    except (SessionError, UnfitMessageError):
        problem = _("This page was open in another window and has changed there. Here it is as it stands now.")
        return _report_page(request, desk, desk.store.get(session_id), "report.html", problem, 409, typed=typed)
    return to(session_id, page_after)


@router.post("/s/{session_id}/summary")
async def summary(request: Request, session_id: str, desk: TheDesk) -> Response:
    form = {key: str(value) for key, value in (await request.form()).items()}
    return _act(request, desk, session_id, Summary, form, "/report#summary")


@router.post("/s/{session_id}/report/draft")
async def draft_of_summary(request: Request, session_id: str, desk: TheDesk) -> Response:
    """Keeps the words of the summary, then asks for a draft of it and of the changes."""
    form = await _typed(request)
    return await run_in_threadpool(_drafted, request, desk, session_id, form)


def _drafted(request: Request, desk: Desk, session_id: str, form: Mapping[str, str]) -> Response:
    session = desk.store.get(session_id)
    _ = translations(session.profile.language).gettext
    text, acts = form.get("text", "").replace("\r\n", "\n").strip(), desk.interview.course(session).acts
    own = acts["summarised"].data.get("own") if "summarised" in acts else ""
    try:
        new = NewDraft.model_validate({name: form.get(name) for name in ("key", "version", "part")})
        key = f"{new.key}.summary"
        if desk.store.find(session_id, key):
            new = new.model_copy(update={"version": session.version})
        elif text and text != own:
            origin = form.get("origin") or None
            words = Summary.model_validate({"key": key, "version": new.version, "text": text, "origin": origin})
            kept = words.message(drafts_of(desk.interview.course(session)))
            session = desk.take(session_id, kept, words.key, words.version)
            new = new.model_copy(update={"version": session.version})
        desk.draft(session_id, new.part, new.key, new.version)
    except ValidationError:
        problem = _("Something is missing or too long. Nothing was changed; look over the form and send it again.")
        return _report_page(request, desk, session, "report.html", problem, 422, typed=text)
    except (SessionError, UnfitMessageError):
        problem = _("This page was open in another window and has changed there. Here it is as it stands now.")
        return _report_page(request, desk, desk.store.get(session_id), "report.html", problem, 409, typed=text)
    return to(session_id, "/report#summary")


@router.post("/s/{session_id}/judgement")
async def judgement(request: Request, session_id: str, desk: TheDesk) -> Response:
    """For who has the link, as long as the consultants have no pages of their own."""
    if _with_consultants(request):
        raise HTTPException(404)
    form = {key: str(value) for key, value in (await request.form()).items()}
    return _act(request, desk, session_id, ConsultantJudgement, form, "/report")


@router.get("/s/{session_id}/export.json")
def download(session_id: str, desk: TheDesk) -> Response:
    """All that is kept, under a name that tells it from the report in the same form."""
    session = desk.store.get(session_id)
    at = session.turns[-1].at if session.turns else session.created
    name = file_name(session.profile, at, "json", desk.interview.voice(session).say("document_everything"))
    body = export(session_id, desk).model_dump(mode="json")
    return JSONResponse(body, headers=HEADERS | {"Content-Disposition": disposition(name)})


@router.get("/s/{session_id}/report.{form}")
def report_file(
    session_id: str, form: Format, desk: TheDesk, quote: Annotated[list[str], Query()] = []  # noqa: B006
) -> Response:  # fmt: skip
    file = document(session_id, form, desk, quote)
    file.headers.update(HEADERS)
    return file


@router.post("/s/{session_id}/delete")
def delete(session_id: str, desk: TheDesk) -> Response:
    language = desk.store.get(session_id).profile.language
    desk.store.delete(session_id)
    _ = translations(language).gettext
    title, detail = _("Deleted"), _("The session is gone for good. Nothing of it is left here.")
    return page("problem.html", language, title=title, detail=detail, back=None)


def _language_of(request: Request, session_id: str) -> Language:
    """The session's language where there is one; else the browser's. An error page must not fail in its turn."""
    try:
        language: Language = request.app.state.desk.store.get(session_id).profile.language
    except Exception:
        return asked_language(request)
    return language


def problem_page(request: Request, status: int, title: str, detail: str) -> Response:
    """An error as a page, in the session's language."""
    parts = request.url.path.split("/")
    of_session = len(parts) > 2 and parts[1] == "s"
    language = _language_of(request, parts[2]) if of_session else asked_language(request)
    _ = translations(language).gettext
    known = {
        403: (_("This link does not hold"), _("This is no organisation's link, or it is incomplete. Nothing was kept. Ask for the link again, or begin without it.")),
        404: (_("There is nothing here"), _("The link is incomplete, or the session was deleted. Check the link, or begin anew.")),
        409: (_("Not finished yet"), _("The interview is not finished. Everything is saved; go on with the open question.")),
        413: (_("Too long"), _("That was too much for one answer. Nothing was changed. Shorten it and send it again.")),
        422: (_("Something is missing"), _("Nothing was changed. Go back, look over the form and send it again.")),
        503: (_("Busy"), _("Nothing was changed. Go back and send it again.")),
    }  # fmt: skip
    shown = known.get(
        status,
        (_("Something went wrong here"), _("That is our fault. What you sent before is kept. Go back and try again.")),
    )
    back = f"/s/{parts[2]}" if of_session and status != 404 else None
    return page("problem.html", language, status, title=shown[0], detail=shown[1], back=back)

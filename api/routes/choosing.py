"""The page of the ambition: one form, of which everything typed or ticked is kept, whichever button is pressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from starlette.datastructures import FormData

from api.pages import choices, contexts, drafts
from api.pages.choices import Fault, Fields, Place, Standing, standing_of
from api.pages.render import translations
from api.routes.pages import show, to
from api.routes.sessions import TheDesk
from api.shapes import NewDraft
from assistant.drafting.draft import drafts_of
from assistant.messages import UnfitMessageError
from assistant.report.compose import UnfinishedError, for_sharing
from assistant.session import Session
from assistant.sessions.desk import Desk
from assistant.sessions.port import ReusedKeyError, StaleVersionError

router = APIRouter(include_in_schema=False)
_LONGEST_KEY, _LONGEST_VERSION = 60, 9


@dataclass(frozen=True)
class _Sent:
    """A form as it came: to which version, under which key, and what stood in it."""

    version: int
    key: str
    typed: Fields

    @classmethod
    def of(cls, form: FormData) -> _Sent:
        version, key = str(form.get("version", "")), str(form.get("key", ""))
        sound = version.isdecimal() and len(version) <= _LONGEST_VERSION and 8 <= len(key) <= _LONGEST_KEY
        return cls(int(version) if sound else -1, key, choices.typed_in(form.multi_items()))


@dataclass(frozen=True)
class _Kept:
    """What became of a form. `before`: what stood in it when it was shown; `last`: the last part that was kept."""

    session: Session
    typed: Fields
    before: Fields
    last: Place | None
    faults: Mapping[Place, Fault]
    unchosen: bool


class _KeptElsewhereError(Exception):
    """The page was kept in another window meanwhile. `before`: what stood in the form when it was shown."""

    def __init__(self, typed: Fields, before: Fields) -> None:
        self.typed, self.before = typed, before
        super().__init__()


@router.get("/s/{session_id}/ambition")
def ambition(request: Request, session_id: str, desk: TheDesk, kept: str = "") -> Response:
    return _page(request, desk, desk.store.get(session_id), kept=kept)


@router.post("/s/{session_id}/ambition")
async def keep(request: Request, session_id: str, desk: TheDesk) -> Response:
    """Keeps everything in the form; `then` says where to go after."""
    form = await request.form()

    def after(kept: _Kept) -> Response:
        if form.get("then") == "report":
            return to(session_id, "/report")
        anchor = f"#{kept.last}" if kept.last else ""
        return to(session_id, f"/ambition?kept={'unchosen' if kept.unchosen else 'all'}{anchor}")

    return await run_in_threadpool(_keep, request, desk, session_id, _Sent.of(form), after)


@router.post("/s/{session_id}/draft")
async def draft(request: Request, session_id: str, desk: TheDesk) -> Response:
    """Keeps everything in the form, then asks for a draft. It takes as long as the model, and the page said so."""
    form = await request.form()
    sent = _Sent.of(form)

    def after(kept: _Kept) -> Response:
        level, session = kept.typed.get("level") or None, kept.session
        try:
            new = NewDraft.model_validate(
                {"key": sent.key, "version": session.version, "part": form.get("part"), "level": level}
            )
            desk.draft(session_id, new.part, new.key, new.version, new.level or 0)
        except (ValidationError, UnfitMessageError, StaleVersionError, ReusedKeyError):
            raise _KeptElsewhereError(kept.typed, kept.typed) from None
        return to(session_id, "/ambition#aim" if new.part == "ambition" else "/ambition#changes")

    return await run_in_threadpool(_keep, request, desk, session_id, sent, after)


def _keep(request: Request, desk: Desk, session_id: str, sent: _Sent, after: Callable[[_Kept], Response]) -> Response:
    """Keeps the form and goes on; or shows it again as it was typed, with what is in the way."""
    session = desk.store.get(session_id)
    _ = translations(session.profile.language).gettext
    try:
        kept = _kept(desk, session, sent)
        if not kept.faults:
            return after(kept)
    except _KeptElsewhereError as error:
        problem = _(
            "This page has been saved in another window since you opened it here. What you typed here stands in the "
            "form and is not saved yet. Where the other window says something else, it stands beside it. Look it "
            "over, and save."
        )
        session = desk.store.get(session_id)
        return _page(request, desk, session, problem=problem, status=409, typed=error.typed, before=error.before)
    except UnfinishedError:
        problem = _(
            "What was heard is being corrected in another window. Finish it there, then save this page: what you "
            "typed stands in the form and is not saved yet."
        )
        then = replace(session, turns=session.turns[: max(sent.version, 0)])
        typed = standing_of(desk.interview, then).whole(sent.typed)
        return _page(request, desk, then, problem=problem, status=409, typed=typed)
    problem = _("Not everything could be saved. What is left stands in the form, with what to do about it.")
    return _page(
        request, desk, kept.session, problem=problem, status=422, typed=kept.typed, before=kept.before,
        faults=kept.faults,
    )  # fmt: skip


def _kept(desk: Desk, session: Session, sent: _Sent) -> _Kept:
    """Takes a message for each part that has changed, each under a key of its own: a second submit takes none.

    What was kept or drafted meanwhile without touching the form is no reason to refuse it.
    """
    now = standing_of(desk.interview, session)
    if not 0 <= sent.version <= session.version:
        raise _KeptElsewhereError(now.whole(sent.typed), now.fields)
    try:
        then = standing_of(desk.interview, replace(session, turns=session.turns[: sent.version]))
    except UnfinishedError:
        raise _KeptElsewhereError(now.whole(sent.typed), now.fields) from None
    typed, before = then.whole(sent.typed), then.fields
    messages, faults = choices.acts(typed, then)
    version = session.version if before == now.fields else sent.version
    try:
        for number, (place, message) in enumerate(messages.items()):
            desk.take(session.id, message, f"{sent.key}.{place}", version + number)
    except (StaleVersionError, ReusedKeyError):
        raise _KeptElsewhereError(typed, before) from None
    unchosen = "aim" in messages and not (typed.get("level") or before["level"])
    return _Kept(desk.store.get(session.id), typed, before, next(reversed(messages), None), faults, unchosen)


def _page(
    request: Request, desk: Desk, session: Session, problem: str = "", status: int = 200, kept: str = "",
    typed: Fields | None = None, before: Fields | None = None, faults: Mapping[Place, Fault] | None = None,
) -> Response:  # fmt: skip
    """The page as it stands; with `typed`, as it was typed over what stood there `before`."""
    found, course = desk.report(session, edited=False), desk.interview.course(session)
    shown = for_sharing(found, {line.indicator for line in found.result.lines})
    standing = Standing(shown, course.acts, drafts_of(course))
    now = standing.fields
    fields, elsewhere = choices.laid_together(typed or {}, now if before is None else before, now)
    voice = desk.interview.voice(session)
    context = contexts.report(voice, shown, (), ()) | drafts.beside(desk, session, shown)
    context |= contexts.ambition(voice, standing, fields, elsewhere, faults or {}, desk.clock())
    return show(request, session, "ambition.html", problem, status, kept=kept, **context)

"""The one form of the ambition page: what stands in it, what was typed, and the acts that keep what has changed.

A form is a mapping of field names to texts: the clarity questions by their keys, `level`, `months_per_step`, `statement`
and `origin` of the ambition; of each change `tick-` ("on" or nothing), `owner-`, `due-`, `own-` and `origin-` with its
indicator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import ValidationError

from api.shapes import Aim, Clarity, Decision, OtherFutureError
from assistant.ambition import CLARITY_QUESTIONS
from assistant.changes import MOST, CriticalChange
from assistant.drafting.draft import Drafts, drafts_of
from assistant.interview import Interview
from assistant.messages import UnfitMessageError
from assistant.report.compose import Report, compose
from assistant.report.edits import Decided
from assistant.session import Message, Session

Fields = Mapping[str, str]
Place = Literal["clarity", "aim", "changes"]
Fault = Literal["invalid", "months", "other_future", "too_many"]
_AIM = ("level", "months_per_step", "statement", "origin")
_OF_CHANGE = ("owner", "due", "own", "origin")
_STARTS = tuple(f"{name}-" for name in _OF_CHANGE)


class UnkeptError(ValueError):
    """A part of the form that cannot be kept as it was typed."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault)


@dataclass(frozen=True)
class Standing:
    """A session's report with what was kept of the form, and its drafts."""

    report: Report
    acts: Mapping[str, Message]
    drafts: Drafts

    def act(self, kind: str) -> Mapping[str, Any]:
        return self.acts[kind].data if kind in self.acts else {}

    @property
    def cards(self) -> tuple[CriticalChange, ...]:
        """The changes proposed, and those kept that another future would no longer propose."""
        proposed = {change.indicator for change in self.report.proposals}
        kept = (entry.change for entry in self.report.decided if entry.change.indicator not in proposed)
        return (*self.report.proposals, *kept)

    @property
    def fields(self) -> dict[str, str]:
        """The form as it was kept; as it is first shown, where nothing was."""
        aimed, ambition = self.act("aimed"), self.report.ambition
        own = aimed.get("own", ambition.statement if ambition.origin == "own" else "")
        return {
            **self.report.clarity_answers,
            "level": str(aimed.get("level", "")),
            "months_per_step": str(ambition.months_per_step),
            "statement": _plain(own),
            "origin": ambition.origin,
            **dict(self._of_changes()),
        }

    def whole(self, typed: Fields) -> dict[str, str]:
        """What was sent, with the changes that were on the page and not ticked: a browser sends nothing of a box left open."""
        if not any(name.startswith(("tick-", *_STARTS)) for name in typed):
            return dict(typed)
        return {**{f"tick-{change.indicator}": "" for change in self.cards}, **typed}

    def _of_changes(self) -> Iterator[tuple[str, str]]:
        yield from dict(self.act("decided").get("aside", {})).items()
        words = {entry["indicator"]: entry.get("own", entry.get("move", "")) for entry in self._entries}
        for entry in self.report.decided:
            indicator = entry.change.indicator
            given = {"tick": "on", "owner": entry.owner, "due": entry.due, "own": words[indicator]}
            yield from ((f"{name}-{indicator}", _plain(value)) for name, value in given.items())
            yield f"origin-{indicator}", entry.origin

    @property
    def _entries(self) -> list[dict[str, Any]]:
        return list(self.act("decided").get("changes", ()))

    def kept(self, indicator: str) -> dict[str, Any]:
        return next((entry for entry in self._entries if entry["indicator"] == indicator), {})


def standing_of(interview: Interview, session: Session) -> Standing:
    """What stands in a session. Raises UnfinishedError before the result."""
    course = interview.course(session)
    return Standing(compose(interview, session, edited=False), course.acts, drafts_of(course))


def _plain(value: Any) -> str:
    """A form sends its line breaks as CRLF."""
    return str(value or "").replace("\r\n", "\n").strip()


def typed_in(form: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """What was sent of the form. A field that was not on the page is not in it, and counts as unchanged."""
    sent = [(name, _plain(value)) for name, value in form]
    found = {name: value for name, value in sent if name in (*CLARITY_QUESTIONS, *_AIM) or name.startswith(_STARTS)}
    return found | {f"tick-{value}": "on" for name, value in sent if name == "indicator" and value}


def laid_together(typed: Fields, before: Fields, now: Fields) -> tuple[dict[str, str], dict[str, str]]:
    """The form after it changed in another window: what was typed here stands, and elsewhere what was kept there.

    Second, the fields that were changed in both, with what was kept of them.
    """
    own = {name: value for name, value in typed.items() if value != before.get(name, "")}
    clashes = {name for name in own if now.get(name, "") not in (before.get(name, ""), own[name])}
    return {**now, **own}, {name: now.get(name, "") for name in clashes}


def acts(typed: Fields, then: Standing) -> tuple[dict[Place, Message], dict[Place, Fault]]:
    """What the form comes to, given what stood when it was shown: a message for each part that has changed.

    Second, the parts that cannot be kept as they were typed, and why.
    """
    fields = {**then.fields, **typed}
    parts: dict[Place, Callable[[Fields, Fields, Standing], Message | None]] = {
        "clarity": _clarified,
        "aim": _aimed,
        "changes": _decided,
    }
    kept: dict[Place, Message] = {}
    faults: dict[Place, Fault] = {}
    for place, made in parts.items():
        try:
            if message := made(fields, typed, then):
                kept[place] = message
        except UnkeptError as error:
            faults[place] = error.fault
    return kept, faults


_UNKEYED = {"key": "not-sent", "version": 0}


def _differs(names: Iterable[str], fields: Fields, then: Standing) -> bool:
    stood = then.fields
    return any(fields.get(name, "") != stood.get(name, "") for name in names)


def _clarified(fields: Fields, typed: Fields, then: Standing) -> Message | None:
    if not _differs(CLARITY_QUESTIONS, fields, then):
        return None
    answers = {key: fields[key] for key in CLARITY_QUESTIONS if fields.get(key)}
    try:
        return Clarity.model_validate({**_UNKEYED, "answers": answers}).message(then.drafts)
    except ValidationError:
        raise UnkeptError("invalid") from None


def _aimed(fields: Fields, typed: Fields, then: Standing) -> Message | None:
    """Words or a pace without a future chosen are kept for the draft that was picked, else for the one that stands."""
    draft, stands, kept = then.drafts.get("ambition"), then.report.ambition, then.act("aimed")
    picked = typed.get("origin") or None
    usual = draft.level if draft and picked == "drafted" else stands.level
    given = {
        "level": fields["level"] or usual,
        "months_per_step": fields["months_per_step"] or stands.months_per_step,
        "statement": fields["statement"],
        "origin": picked,
    }
    try:
        message = Aim.model_validate({**_UNKEYED, **given}).message(then.drafts)
    except OtherFutureError:
        raise UnkeptError("other_future") from None
    except ValidationError as error:
        months = any("months_per_step" in entry["loc"] for entry in error.errors())
        raise UnkeptError("months" if months else "invalid") from None
    except UnfitMessageError:
        raise UnkeptError("invalid") from None
    redrafted = bool(kept) and picked == "drafted" and message.data["statement"] != kept.get("statement")
    return message if redrafted or _differs(_AIM, fields, then) else None


def _decided(fields: Fields, typed: Fields, then: Standing) -> Message | None:
    indicators = [change.indicator for change in then.cards]
    ticked = [indicator for indicator in indicators if fields.get(f"tick-{indicator}")]
    if len(ticked) > MOST:
        raise UnkeptError("too_many")
    entries = [_entry(indicator, fields, typed, then) for indicator in ticked]
    before = [then.kept(indicator).get("move", "") for indicator in ticked]
    names = [f"{name}-{indicator}" for indicator in indicators for name in ("tick", *_OF_CHANGE)]
    if not _differs(names, fields, then) and [entry["move"] for entry in entries] == before:
        return None
    besides = [f"{name}-{i}" for i in indicators if i not in ticked for name in _OF_CHANGE]
    aside = {name: fields[name] for name in besides if fields.get(name)}
    return Message("decided", data={"changes": entries, "aside": aside})


def _entry(indicator: str, fields: Fields, typed: Fields, then: Standing) -> dict[str, Any]:
    """A change as it was ticked. Words that could not be picked on the page stay as they were kept."""
    kept = then.kept(indicator)
    given: dict[str, Any] = {name: fields.get(f"{name}-{indicator}", "") for name in ("owner", "due")}
    given |= {"indicator": indicator, "title": kept.get("title", ""), "first_step": kept.get("first_step", "")}
    offered = f"origin-{indicator}" in typed or f"own-{indicator}" in typed
    if offered:
        given |= {"move": fields.get(f"own-{indicator}", ""), "origin": typed.get(f"origin-{indicator}") or None}
    try:
        (change,) = Decision.model_validate({**_UNKEYED, "changes": [given]}).changes
        entry = change.worded(then.drafts)
    except (ValidationError, UnfitMessageError):
        raise UnkeptError("invalid") from None
    return dict(entry) if offered else entry | {name: kept[name] for name in ("move", "origin", "own") if name in kept}


def due_of(decided: Iterable[Decided]) -> Fields:
    return {entry.change.indicator: entry.due for entry in decided}


def passed(due: Fields, now: str) -> frozenset[str]:
    """The changes, of those with a date, whose date has passed. `now`: as the clock tells it, in ISO form."""
    today = date.fromisoformat(now[:10])
    return frozenset(indicator for indicator, value in due.items() if _before(value, today))


def _before(value: str, today: date) -> bool:
    try:
        return date.fromisoformat(value) < today
    except ValueError:
        return False

"""Texts of the report as a consultant worded them, each beside its original: who, when, and all that went before.

What was said and what was found is no text of this kind: quotes, readings, level, probabilities and the sentence that
names the level stay as they are. An edit stands as long as the text that it was made beside does: where the leader
chooses other words, those are shown, and the edit waits in the history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.ambition import Ambition
from assistant.changes import CriticalChange
from assistant.drafting.draft import Origin
from assistant.messages import UnfitMessageError
from assistant.session import Message, Session

SUMMARY, AMBITION = "summary", "ambition"
SHORT_TEXTS = ("title", "owner")
CHANGE_TEXTS = ("title", "move", "owner", "first_step", "sign", "stop", "trap")
_LONGEST, _LONGEST_SHORT = 2_000, 200


@dataclass(frozen=True)
class Edit:
    """One text as it was worded by a consultant; empty where the original was put back. `at` is an ISO time."""

    place: str
    original: str
    text: str
    by: str
    at: str


@dataclass(frozen=True)
class Decided:
    """A change as the leader chose it: the proposal, with the owner and the date they gave, and whose words it is in."""

    change: CriticalChange
    owner: str
    due: str
    origin: Origin = "authored"


@dataclass(frozen=True)
class Wording:
    """A text that may be edited: the original, and its edits, the newest last."""

    place: str
    original: str
    edits: tuple[Edit, ...] = ()

    @property
    def edit(self) -> Edit | None:
        """The edit that stands, where one does."""
        last = self.edits[-1] if self.edits else None
        return last if last and last.text and last.original == self.original else None

    @property
    def text(self) -> str:
        return self.edit.text if self.edit else self.original


def place_of(change: str, field: str) -> str:
    return f"{change}:{field}"


def longest(place: str) -> int:
    """How many characters a text may have."""
    return _LONGEST_SHORT if place.rpartition(":")[2] in SHORT_TEXTS else _LONGEST


def history(session: Session) -> Mapping[str, tuple[Edit, ...]]:
    """Every edit of a session by its place, in order."""
    found: dict[str, tuple[Edit, ...]] = {}
    for turn in session.turns:
        if turn.message.kind == "edited":
            data: Mapping[str, Any] = turn.message.data
            for place, entry in data["texts"].items():
                edit = Edit(place, str(entry["original"]), str(entry["text"]), str(data["by"]), turn.at)
                found[place] = (*found.get(place, ()), edit)
    return found


def wordings(session: Session, summary: str, ambition: Ambition, changes: Sequence[Decided]) -> tuple[Wording, ...]:
    """All texts that may be edited, in the order of the report. What is handed in holds the originals."""
    edits = history(session)
    return tuple(
        Wording(place, text, edits.get(place, ())) for place, text in _originals(summary, ambition, changes) if text
    )


def _originals(summary: str, ambition: Ambition, changes: Sequence[Decided]) -> Iterator[tuple[str, str]]:
    yield SUMMARY, summary
    yield AMBITION, ambition.statement
    for entry in changes:
        for field in CHANGE_TEXTS:
            named = entry.owner if field == "owner" and entry.owner else getattr(entry.change, field)
            yield place_of(entry.change.indicator, field), named


def edited(found: Sequence[Wording], texts: Mapping[str, str | None], by: str) -> Message | None:
    """The act of wording texts anew; None puts an original back. Returns None where nothing would change.

    Raises UnfitMessageError for a place that the report does not have, a text that is empty or too long.
    """
    known = {wording.place: wording for wording in found}
    changed: dict[str, dict[str, str]] = {}
    for place, text in texts.items():
        if place not in known:
            raise UnfitMessageError(f"there is no text at {place!r} to edit; take a place from the list of texts")
        wording, wanted = known[place], _tidy(place, text or "")
        _check(place, text, wanted)
        wanted = "" if wanted == _tidy(place, wording.original) else wanted
        if wanted != (wording.edit.text if wording.edit else ""):
            changed[place] = {"original": wording.original, "text": wanted}
    return Message("edited", data={"by": by, "texts": changed}) if changed else None


def _tidy(place: str, text: str) -> str:
    """Without white space at its ends; what stands on one line in the documents is one line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return " ".join(lines.split()) if longest(place) == _LONGEST_SHORT else lines


def _check(place: str, text: str | None, wanted: str) -> None:
    if text is not None and not wanted:
        raise UnfitMessageError(f"the text at {place!r} is empty; write one, or put the original back")
    if len(wanted) > longest(place):
        raise UnfitMessageError(f"the text at {place!r} has more than {longest(place)} characters; shorten it")


def with_ambition(ambition: Ambition, found: Mapping[str, Edit]) -> Ambition:
    return replace(ambition, statement=found[AMBITION].text) if AMBITION in found else ambition


def with_change(entry: Decided, found: Mapping[str, Edit]) -> Decided:
    """The change as edited. An owner whom the leader named is edited there, a suggested one in the proposal."""
    places = {field: place_of(entry.change.indicator, field) for field in CHANGE_TEXTS}
    texts: dict[str, Any] = {field: found[place].text for field, place in places.items() if place in found}
    owner = texts.pop("owner", entry.owner) if entry.owner else ""
    return replace(entry, change=replace(entry.change, **texts), owner=owner)

"""The register of assessments: those whose leaders were told that consultants see them; searched, filtered, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from assistant.session import State
from assistant.sessions.port import Listed
from knowledge.schema import LANGUAGES

PAGE_SIZE = 25
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True)
class Wanted:
    """What is looked for. `words`: each must stand in the organisation, the scope or the role, in any case.

    An unknown state or language is as none; `page` counts from 1.
    """

    words: str = ""
    state: str = ""
    language: str = ""
    page: int = 1


@dataclass(frozen=True)
class Page:
    """`found` counts all that were found, `kept` all that there are; `number` is the page shown, of `pages`."""

    entries: tuple[Listed, ...]
    found: int
    kept: int
    number: int
    pages: int


def look_up(listed: Sequence[Listed], wanted: Wanted, size: int = PAGE_SIZE) -> Page:
    """One page, in the order given. A page beyond the last is the last."""
    kept = [entry for entry in listed if entry.seen_by == "consultants"]
    found = [entry for entry in kept if _fits(entry, wanted)]
    pages = max(1, -(-len(found) // size))
    number = min(max(wanted.page, 1), pages)
    return Page(tuple(found[(number - 1) * size : number * size]), len(found), len(kept), number, pages)


def _fits(entry: Listed, wanted: Wanted) -> bool:
    profile = entry.profile
    if wanted.state in STATES and entry.state != wanted.state:
        return False
    if wanted.language in LANGUAGES and profile.language != wanted.language:
        return False
    text = f"{profile.organisation}\n{profile.scope}\n{profile.role}".casefold()
    return all(word in text for word in wanted.words.casefold().split())

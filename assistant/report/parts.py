"""The parts of an outline: what a document says at each place, in words and in order, nothing of any format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.schema import Language


@dataclass(frozen=True)
class Said:
    """A reading in plain words. `quote`: the leader's own words where they may leave, in the language's marks; of a line
    that was put right by a click, that it was.
    """

    text: str
    quote: str = ""


@dataclass(frozen=True)
class Stair:
    """One of the six levels. `share` is its probability in whole hundredths, which together make one; `written` the
    same in words, empty where nothing was heard."""

    level: int
    name: str
    stance: str
    share: float
    written: str
    found: bool
    marked: bool
    ticked: bool


@dataclass(frozen=True)
class AreaPart:
    """`levels`: the likely ones, lowest first; `span` the same in figures. `standing` follows from them."""

    name: str
    levels: tuple[int, ...]
    span: str
    standing: str
    heard: bool
    lines: tuple[Said, ...]
    next_signs: tuple[str, ...]


def span_of(levels: Sequence[int]) -> str:
    """Neighbouring levels in figures: one, or the first and the last."""
    return "–".join(str(level) for level in dict.fromkeys((levels[0], levels[-1])))


@dataclass(frozen=True)
class Note:
    """Things of which the same is to be said; `lead` is empty where each says it for itself."""

    lead: str
    items: tuple[Said, ...]


@dataclass(frozen=True)
class Group:
    key: str
    title: str
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class SupportPart:
    """What supports a change: the words of a passage, in marks where they stand there so, and where that is."""

    words: str
    title: str
    where: str

    @property
    def whole(self) -> str:
        return f"{self.words} {self.where}"


@dataclass(frozen=True)
class ChangePart:
    """`why`: why this change. `rests_on`: what was heard. `sources`: those that `support` does not name."""

    title: str
    tags: tuple[str, ...]
    move: str
    why: str
    rests_on: str
    owner: str
    due: str
    agreed: bool
    first_step: str
    sign: str
    stop: str
    trap: str
    sources: tuple[str, ...]
    support: tuple[SupportPart, ...]


@dataclass(frozen=True)
class YearPart:
    number: int
    name: str
    true: tuple[str, ...]
    wins: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True)
class JudgementPart:
    """`areas`: a line for each area that the consultant spoke of. `brief`: the text as it fits beside the finding;
    `rest`: whether there is more than that to read further on."""

    text: str
    by: str
    areas: tuple[str, ...] = ()
    brief: str = ""
    rest: bool = False


@dataclass(frozen=True)
class Outline:
    language: Language
    locale: str
    title: str
    subject: str
    scope: str
    scope_short: str
    account: str
    date: str
    written_date: str
    heard: bool
    found: tuple[int, ...]
    finding: str
    caveat: str
    stance: str
    essence: str
    doubt: tuple[str, ...]
    tick: str
    stairs: tuple[Stair, ...]
    stairs_text: str
    carries: tuple[str, ...]
    holds_back: tuple[str, ...]
    areas: tuple[AreaPart, ...]
    areas_text: str
    settle: tuple[Group, ...]
    settle_none: str
    others: tuple[Group, ...]
    dimensions: tuple[str, ...]
    dimensions_note: str
    elsewhere: tuple[str, ...]
    elsewhere_note: str
    ambition: str
    ambition_level: str
    ambition_chosen: bool
    ambition_notes: tuple[str, ...]
    changes: tuple[ChangePart, ...]
    changes_chosen: bool
    changes_note: str
    road: tuple[YearPart, ...]
    road_note: str
    questions: tuple[str, ...]
    questions_note: str
    judgement: JudgementPart | None
    edited: str
    rule_note: str
    quotes: bool
    labels: Mapping[str, str]
    comments: Mapping[str, str]

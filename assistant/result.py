"""What the interview found: the shapes of a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.session import Citation, Profile, Versions
from assistant.standing import Standing, ground_of
from knowledge.schema import AreaKey, DimensionKey, EvidenceKind, Status

Basis = Literal["heard", "inferred"]
Deviation = Literal["below", "as expected", "above"]


@dataclass(frozen=True)
class Line:
    """One indicator as heard: the reading in plain words, with the leader's own words where there are some.

    `clear`: whether it was clearly heard: clicked, or said in answer to a question on it and read without much doubt.
    """

    indicator: str
    label: str
    area: AreaKey
    level: int
    status: Status
    sentence: str
    quote: str | None
    evidence: EvidenceKind
    source: str
    turn: int
    clear: bool = True


@dataclass(frozen=True)
class Headline:
    """Where the organisation stands, in words. `levels` holds one level, or the two it stands between.

    `stance` and `essence` tell of every level in `levels`, and are empty where that would say more than was heard.
    `caveat`: that too little was heard for a finding; empty where there was enough.
    """

    text: str
    levels: tuple[int, ...]
    stance: str
    essence: str
    carries: tuple[Line, ...]
    holds_back: tuple[Line, ...]
    caveat: str = ""


@dataclass(frozen=True)
class AreaFinding:
    """Where an area stands. `levels`: the fewest neighbouring levels that are likely enough together, lowest first;
    `standing` follows from how they lie to those of the whole. `level` is the likeliest."""

    key: AreaKey
    name: str
    level: int
    standing: Standing
    basis: Basis
    text: str
    lines: tuple[Line, ...]
    next_signs: tuple[str, ...]
    levels: tuple[int, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something named: a pattern, a missing stone, a contradiction, a thing not shown, someone to ask."""

    name: str
    text: str
    lines: tuple[Line, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class DimensionFinding:
    """Our reading along one of CCMA's dimensions; `difference` in steps of a status, None where nothing was heard."""

    key: DimensionKey
    name: str
    deviation: Deviation | None
    difference: float | None
    heard: int
    text: str


@dataclass(frozen=True)
class OwnTick:
    level: int
    text: str


@dataclass(frozen=True)
class Earlier:
    """A result that was shown before what was heard was corrected."""

    date: str
    level: int
    levels: tuple[int, ...]
    text: str
    versions: Versions


@dataclass(frozen=True)
class Result:
    """Everything a leader leaves with, before the ambition. `earlier`: the results before corrections, oldest first.

    `level` is the likeliest. `ground` is the level that all else is counted from: steps, road, changes.
    """

    language: str
    profile: Profile
    date: str
    account: str
    level: int
    probabilities: tuple[float, ...]
    headline: Headline
    lines: tuple[Line, ...]
    areas: tuple[AreaFinding, ...]
    patterns: tuple[Finding, ...]
    missing_stones: tuple[Finding, ...]
    not_shown: tuple[Finding, ...]
    contradictions: tuple[Finding, ...]
    ask_others: tuple[Finding, ...]
    dimensions: tuple[DimensionFinding, ...]
    elsewhere: tuple[Finding, ...]
    own_tick: OwnTick | None
    employees: str
    promise: str
    versions: Versions
    earlier: tuple[Earlier, ...] = ()
    thin: bool = False

    @property
    def ground(self) -> int:
        return ground_of(self.headline.levels, self.level)

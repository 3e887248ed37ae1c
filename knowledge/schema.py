"""What Varde knows, as frozen, validated values. Shapes follow the files beside this module."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Language = Literal["en", "nb", "et"]
LANGUAGES: tuple[Language, ...] = ("en", "nb", "et")
LEVELS = (1, 2, 3, 4, 5, 6)

AreaKey = Literal["insight", "strategy", "metrics", "design", "culture"]
LensKey = Literal["management", "structure", "behaviour"]
DimensionKey = Literal["engagement", "competence", "opportunity", "coordination"]
Effort = Literal["low", "medium", "high"]
Origin = Literal["source", "ours"]
LevelId = Annotated[int, Field(ge=1, le=6)]
Kind = Literal["private", "public", "scale-up", "non-profit"]


class Status(StrEnum):
    """What holds in practice today, not what is intended; the first four are ordered."""

    ABSENT = "absent"
    PLANNED = "planned"
    PARTIAL = "partial"
    ESTABLISHED = "established"
    UNKNOWN = "unknown"


ORDERED_STATUSES = (Status.ABSENT, Status.PLANNED, Status.PARTIAL, Status.ESTABLISHED)


class EvidenceKind(StrEnum):
    """Said nothing; asserted; a concrete, checkable example given."""

    NONE = "none"
    CLAIM = "claim"
    EXAMPLE = "example"


EVIDENCE_KINDS = (EvidenceKind.NONE, EvidenceKind.CLAIM, EvidenceKind.EXAMPLE)


class Value(BaseModel):
    """Base of every value here: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Line = Annotated[str, BeforeValidator(lambda v: v.strip() if isinstance(v, str) else v), Field(min_length=1)]


class Text(Value):
    """One text in the three languages."""

    en: Line
    nb: Line
    et: Line

    def __getitem__(self, language: Language) -> str:
        return str(getattr(self, language))


class Level(Value):
    id: LevelId
    key: str
    name_origin: Origin
    name: Text
    stance: Text
    essence: Text
    managed: Text


class Area(Value):
    """One of CXPA's five competency areas."""

    key: AreaKey
    name: Text
    description: Text


class Lens(Value):
    """One of the worksheet's three places of change."""

    key: LensKey
    name: Text
    description: Text


class Dimension(Value):
    """One of CCMA's four dimensions."""

    key: DimensionKey
    name: Text
    description: Text


class Indicator(Value):
    """One sign of one level. Level 1's signs describe absences: true of who has not left the level."""

    id: str
    level: LevelId
    area: AreaKey
    lens: LensKey
    dimension: DimensionKey
    label: Text
    text: Text
    shows: Text

    @property
    def reversed(self) -> bool:
        """Whether `established` tells against maturity."""
        return self.level == 1


class Rule(Value):
    """The numbers of the level rule: shares of a level's indicators, and what each status is worth."""

    known_share: float = Field(ge=0, le=1)
    reached: float = Field(ge=0, le=1)
    weights: Mapping[Literal["established", "partial", "planned", "absent"], float]
    keystone_at_least: Literal["partial", "established"]


class Cell(Value):
    """What one area looks like at one level."""

    area: AreaKey
    level: LevelId
    origin: Origin
    text: Text


class Rubric(Value):
    version: int
    provenance: Text
    levels: tuple[Level, ...]
    areas: tuple[Area, ...]
    lenses: tuple[Lens, ...]
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    keystones: Mapping[LevelId, tuple[str, ...]]
    rule: Rule

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if tuple(level.id for level in self.levels) != LEVELS:
            raise ValueError("levels must be 1 to 6, in order")
        ids = [indicator.id for indicator in self.indicators]
        if len(set(ids)) != len(ids):
            raise ValueError("two indicators share an id")
        if len(ids) != 28:
            raise ValueError(f"the model has 28 indicators, this file has {len(ids)}")
        unknown = {i for group in self.keystones.values() for i in group} - set(ids)
        if unknown:
            raise ValueError(f"keystones name unknown indicators: {', '.join(sorted(unknown))}")
        return self

    @cached_property
    def by_id(self) -> dict[str, Indicator]:
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def by_area(self) -> dict[AreaKey, Area]:
        return {area.key: area for area in self.areas}

    def level(self, number: int) -> Level:
        return self.levels[number - 1]

    def of_area(self, area: AreaKey) -> tuple[Indicator, ...]:
        return tuple(i for i in self.indicators if i.area == area)

    def of_level(self, level: int) -> tuple[Indicator, ...]:
        return tuple(i for i in self.indicators if i.level == level)

    def is_keystone(self, indicator: str) -> bool:
        return any(indicator in group for group in self.keystones.values())


class Moves(Value):
    """What changes in each lens; at least one is given."""

    management: Line | None = None
    structure: Line | None = None
    behaviour: Line | None = None

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if not self.lenses:
            raise ValueError("an entry needs a move in at least one lens")
        return self

    @property
    def lenses(self) -> tuple[LensKey, ...]:
        keys: tuple[LensKey, ...] = ("management", "structure", "behaviour")
        return tuple(key for key in keys if getattr(self, key))

    def __getitem__(self, lens: LensKey) -> str:
        move = getattr(self, lens)
        if move is None:
            raise KeyError(lens)
        return str(move)


class PlayText(Value):
    """A playbook entry in one language."""

    title: Line
    why: Line
    moves: Moves
    owner: Line
    meeting: Line
    first_step: Line
    sign: Line
    small_win: Line
    trap: Line
    stop: Line
    true_by_then: tuple[Line, ...] = ()
    ambition: Line | None = None


class Play(Value):
    """How an indicator comes in place, or how a step between two levels is taken."""

    id: str
    effort: Effort
    capacity: bool
    passages: tuple[str, ...] = Field(min_length=1)
    en: PlayText
    nb: PlayText
    et: PlayText

    def __getitem__(self, language: Language) -> PlayText:
        text: PlayText = getattr(self, language)
        return text


class Benchmark(Value):
    """Where others stand, as one publication says; never mixed with another."""

    id: str
    finding: Text
    publisher: str | None = None
    country: str | None = None
    year: int | None = None
    n: int | str | None = None
    model: str | None = None
    shares: Mapping[str, float | str] = Field(default_factory=dict)
    also: Mapping[str, float | str] = Field(default_factory=dict)
    seen: str | None = None


class Pattern(Value):
    """A named pattern: heard where `has` holds and `lacks` does not."""

    id: str
    source: str
    area: AreaKey | None = None
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    name: Text
    text: Text
    passages: tuple[str, ...]


class Aliases(Value):
    en: tuple[Line, ...]
    nb: tuple[Line, ...]
    et: tuple[Line, ...]

    def __getitem__(self, language: Language) -> tuple[str, ...]:
        aliases: tuple[str, ...] = getattr(self, language)
        return aliases


class Term(Value):
    """A word that a leader may ask about."""

    id: str
    aliases: Aliases
    text: Text
    passages: tuple[str, ...]
    origin: Origin


class Silence(Value):
    """What the sources do not say, in one language, with the questions by which people ask for it."""

    text: Line
    asked: tuple[Line, ...] = Field(min_length=1)


class Asked(Value):
    """Questions in the three languages, several in each."""

    en: tuple[Line, ...] = Field(min_length=1)
    nb: tuple[Line, ...] = Field(min_length=1)
    et: tuple[Line, ...] = Field(min_length=1)

    def __getitem__(self, language: Language) -> tuple[str, ...]:
        found: tuple[str, ...] = getattr(self, language)
        return found


class Note(Value):
    """What is ours to say, of Varde itself or of what no source explains, with the questions that it answers."""

    id: str
    heading: Text
    text: Text
    asked: Asked


class Bridge(Value):
    """How a thing in one framework relates to one in another."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    relation: Literal["same", "close", "partial", "none"]
    note: Text


class RoleText(Value):
    """A role as it follows "ask", and the beginnings of words by which a respondent's own role is told."""

    name: Line
    known_by: tuple[Line, ...]

    def is_of(self, role: str) -> bool:
        return any(re.search(rf"\b{re.escape(word)}", role.casefold()) for word in self.known_by)


class Role(Value):
    en: RoleText
    nb: RoleText
    et: RoleText

    def __getitem__(self, language: Language) -> RoleText:
        text: RoleText = getattr(self, language)
        return text


class Asking(Value):
    """Who may know how it is with a sign: roles by sign, the nearer first."""

    roles: Mapping[str, Role]
    ask: Mapping[str, tuple[str, ...]]

    def whom(self, indicator: str, role: str, perspective: str, language: Language) -> str:
        """A role to ask that is not the respondent's own: those of the sign first, then whoever is nearest."""
        own = {key for key, known in self.roles.items() if known[language].is_of(role) or key == perspective}
        wanted = dict.fromkeys((*self.ask[indicator], "frontline", "unit"))
        return self.roles[next(key for key in wanted if key not in own)][language].name


PassageKind = Literal["retelling", "model", "ours", "document", "silence"]


class Passage(Value):
    """A passage that can be cited.

    `kind`: a source retold; the maturity model as data; what is ours (crosswalk, playbook); a document that a user
    added; what the sources do not say, though it is often asked. `source`: the file it retells or comes from, or `varde`. `owner`: the organisation it belongs to; empty,
    where it is shared.
    """

    id: str
    language: Language
    heading: str
    text: str
    source: str
    title: str
    author: str | None = None
    date: str | None = None
    locator: str
    kind: PassageKind = "retelling"
    owner: str = ""
    asked: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Unique among passages: built-in ones have the same id in three languages."""
        return f"{self.id}@{self.language}"


class Knowledge(Value):
    """Everything in this folder, loaded and checked."""

    rubric: Rubric
    cells: Mapping[tuple[AreaKey, int], Cell]
    playbook: Mapping[str, Play]
    benchmarks: tuple[Benchmark, ...]
    patterns: tuple[Pattern, ...]
    glossary: tuple[Term, ...]
    crosswalk: tuple[Bridge, ...]
    passages: Mapping[tuple[str, Language], Passage]
    silences: Mapping[tuple[str, Language], Silence] = Field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    asking: Asking

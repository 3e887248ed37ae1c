"""The labelled case: one organisation as it really is, and one leader who talks about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.rule import LevelRule
from assistant.session import Perspective
from knowledge import default as knowledge
from knowledge.load import KnowledgeError, read_yaml
from knowledge.schema import AreaKey, EvidenceKind, Kind, Language, LevelId, Status

CASES = Path(__file__).parent / "cases"
Style = Literal[
    "plain", "terse", "verbose", "flattering", "self-critical", "jargon", "evasive", "contradictory"
]  # fmt: skip
Words = Annotated[str, Field(min_length=1)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Organisation(_Value):
    name: Words
    sector: Words
    employees: Annotated[int, Field(ge=1)]
    kind: Kind


class Respondent(_Value):
    role: Words
    perspective: Perspective


class OnArea(_Value):
    says: Words
    example: Words


class OnIndicator(_Value):
    status: Status
    says: Words
    example: Words
    evidence: EvidenceKind


class Aim(_Value):
    level: LevelId
    says: Words


class Case(_Value):
    """See the case format in `docs/cases.md`. Labels are checked against the rule."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    language: Language
    organisation: Organisation
    respondent: Respondent
    style: Style
    level: LevelId
    borderline: bool
    also: LevelId | None
    self_level: LevelId | None = None
    areas: Mapping[AreaKey, LevelId]
    opening: Words
    on_area: Mapping[AreaKey, OnArea]
    on_indicator: Mapping[str, OnIndicator]
    ambition: Aim

    @property
    def statuses(self) -> dict[str, Status]:
        return {indicator: answer.status for indicator, answer in self.on_indicator.items()}

    @model_validator(mode="after")
    def _follows_the_rule(self) -> Self:
        rule = LevelRule(knowledge().rubric)
        ids = set(rule.rubric.by_id)
        if set(self.on_indicator) != ids:
            raise ValueError(f"on_indicator must answer all 28; differs in {sorted(ids ^ set(self.on_indicator))}")
        if len(self.on_area) != len(rule.rubric.areas):
            raise ValueError("on_area must answer all five areas")
        level, areas, others = (
            rule.level_of(self.statuses),
            rule.areas_of(self.statuses),
            rule.neighbours_of(self.statuses),
        )
        if self.level != level:
            raise ValueError(f"the statuses give level {level} by the rule, not {self.level}")
        if dict(self.areas) != areas:
            raise ValueError(f"the statuses give the areas {areas} by the rule")
        if self.borderline != bool(others):
            raise ValueError(f"by the rule borderline is {bool(others)}; one step leads to {list(others)}")
        if (self.borderline and self.also not in others) or (not self.borderline and self.also is not None):
            raise ValueError(f"also must be one of {list(others) or 'null'}")
        return self


def read_case(path: Path) -> Case:
    """One case. Raises KnowledgeError with file, line and problem."""
    case: Case = read_yaml(path, Case)
    return case


def read_cases(folder: Path) -> Iterator[Case]:
    """Every case in a folder and the folders within, by file name. Raises KnowledgeError for the first broken one."""
    paths = sorted(folder.rglob("*.yaml"))
    if not paths:
        raise KnowledgeError(folder, None, "there is no case (*.yaml) in this folder")
    for path in paths:
        yield read_case(path)

"""How far a model's reading is trusted: probabilities from a table, never from the model's own confidence.

The table that comes with Varde is set by hand. `varde eval listening --fit` writes another, refitted to one model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from assistant.observations import STATUSES
from knowledge.load import read_yaml
from knowledge.schema import EVIDENCE_KINDS, EvidenceKind, Status, Value

FILE = Path(__file__).parent / "trust.yaml"
FULL = 5
SUREST = 0.95
Length = Literal["full", "short"]
LENGTHS: tuple[Length, ...] = ("full", "short")
Share = Annotated[float, Field(ge=0, le=1)]
Five = tuple[float, float, float, float, float]
Three = tuple[float, float, float]
_Five = tuple[Share, Share, Share, Share, Share]
_Three = tuple[Share, Share, Share]
_ROUNDING = 0.002


class _Quoted(Value):
    full: Share
    short: Share


class _Row(Value):
    """The probabilities of the five statuses, by length of the quote."""

    full: _Five
    short: _Five


class Fitted(Value):
    """Tables refitted to one model. `counts`: how often what it reported was labelled what."""

    model: str
    date: str
    answers: Annotated[int, Field(ge=1)]
    statuses: Mapping[Status, Mapping[EvidenceKind, _Row]]
    kinds: Mapping[EvidenceKind, _Three]
    counts: Mapping[Status, Mapping[EvidenceKind, Mapping[Length, tuple[int, int, int, int, int]]]]

    @model_validator(mode="after")
    def _is_whole_and_never_sure(self) -> Self:
        if set(self.statuses) != set(STATUSES) or any(
            set(row) != set(EVIDENCE_KINDS) for row in self.statuses.values()
        ):
            raise ValueError("statuses must hold every status with every kind of evidence")
        if set(self.kinds) != set(EVIDENCE_KINDS):
            raise ValueError("kinds must hold every kind of evidence")
        rows = [getattr(cell, length) for row in self.statuses.values() for cell in row.values() for length in LENGTHS]
        for row in (*rows, *self.kinds.values()):
            if abs(sum(row) - 1) > _ROUNDING or max(row) > SUREST + _ROUNDING:
                raise ValueError(f"each row sums to 1, and nothing is surer than {SUREST}; found {list(row)}")
        return self


class TrustFile(Value):
    version: str
    right: Mapping[EvidenceKind, _Quoted]
    rest: Annotated[Mapping[Status, _Five], Field(alias="else")]
    evidence: Mapping[EvidenceKind, Share]
    passing: Share
    contradicted: Share
    fitted: Fitted | None = None


@dataclass(frozen=True)
class Trust:
    """The table, read from `path` unless it is given. Probabilities sum to one. Raises KnowledgeError where broken."""

    path: Path = FILE
    given: TrustFile | None = None

    @cached_property
    def file(self) -> TrustFile:
        found: TrustFile = self.given or read_yaml(self.path, TrustFile)
        return found

    @property
    def version(self) -> str:
        return self.file.version

    def statuses(self, status: Status, evidence: EvidenceKind, quote: str, message: str, direct: bool) -> Five:
        """The probabilities of the five statuses, given what the model named and quoted."""
        found = self.cell(status, evidence, length_of(quote, message))
        right = found[STATUSES.index(status)]
        lead = right if direct else 1 / len(STATUSES) + self.file.passing * (right - 1 / len(STATUSES))
        a, b, c, d, e = (
            round(lead if s is status else p * (1 - lead) / (1 - right), 4)
            for s, p in zip(STATUSES, found, strict=True)
        )
        return (a, b, c, d, e)

    def cell(self, status: Status, evidence: EvidenceKind, length: Length) -> Five:
        """The same for what was asked about, from the refitted table where there is one."""
        if self.file.fitted:
            found: Five = getattr(self.file.fitted.statuses[status][evidence], length)
            return found
        right = getattr(self.file.right[evidence], length)
        rest = self.file.rest[status]
        a, b, c, d, e = (
            right if s is status else (1 - right) * share / sum(rest) for s, share in zip(STATUSES, rest, strict=True)
        )
        return (a, b, c, d, e)

    def kinds(self, evidence: EvidenceKind) -> Three:
        """The probabilities of none, claim and example."""
        if self.file.fitted:
            return self.file.fitted.kinds[evidence]
        right = self.file.evidence[evidence]
        a, b, c = (right if kind is evidence else (1 - right) / 2 for kind in EVIDENCE_KINDS)
        return (a, b, c)


def length_of(quote: str, message: str) -> Length:
    """`full`: five words or more, or the whole message."""
    return "full" if len(quote.split()) >= FULL or quote.strip() == message.strip() else "short"

"""How far a model's reading is trusted: probabilities from a table, never from the model's own confidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from assistant.observations import STATUSES
from knowledge.load import read_yaml
from knowledge.schema import EVIDENCE_KINDS, EvidenceKind, Status, Value

FILE = Path(__file__).parent / "trust.yaml"
FULL = 5
Share = Annotated[float, Field(ge=0, le=1)]
Five = tuple[float, float, float, float, float]
_Five = tuple[Share, Share, Share, Share, Share]


class _Quoted(Value):
    full: Share
    short: Share


class _File(Value):
    version: str
    right: Mapping[EvidenceKind, _Quoted]
    rest: Annotated[Mapping[Status, _Five], Field(alias="else")]
    evidence: Mapping[EvidenceKind, Share]
    passing: Share
    contradicted: Share


@dataclass(frozen=True)
class Trust:
    """The table. Probabilities sum to one."""

    path: Path = FILE

    @cached_property
    def file(self) -> _File:
        found: _File = read_yaml(self.path, _File)
        return found

    @property
    def version(self) -> str:
        return self.file.version

    def statuses(self, status: Status, evidence: EvidenceKind, quote: str, message: str, direct: bool) -> Five:
        """The probabilities of the five statuses, given what the model named and quoted."""
        kind: Literal["full", "short"] = (
            "full" if len(quote.split()) >= FULL or quote.strip() == message.strip() else "short"
        )
        right = getattr(self.file.right[evidence], kind)
        if not direct:
            right = 1 / len(STATUSES) + self.file.passing * (right - 1 / len(STATUSES))
        rest = self.file.rest[status]
        a, b, c, d, e = (
            round(right if s is status else (1 - right) * share / sum(rest), 4)
            for s, share in zip(STATUSES, rest, strict=True)
        )
        return (a, b, c, d, e)

    def kinds(self, evidence: EvidenceKind) -> tuple[float, float, float]:
        """The probabilities of none, claim and example."""
        right = self.file.evidence[evidence]
        a, b, c = (right if kind is evidence else (1 - right) / 2 for kind in EVIDENCE_KINDS)
        return (a, b, c)

"""Single labelled answers, for what whole cases have too little of: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from knowledge import default as knowledge
from knowledge.load import KnowledgeError
from knowledge.schema import EvidenceKind, Language, Status


class Answer(BaseModel):
    """One leader's answer to a question on one indicator, and to the request for an example."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    organisation: Annotated[str, Field(min_length=1)]
    language: Language
    indicator: str
    status: Status
    evidence: EvidenceKind
    says: Annotated[str, Field(min_length=1)]
    example: Annotated[str, Field(min_length=1)]

    @field_validator("indicator")
    @classmethod
    def _is_known(cls, indicator: str) -> str:
        if indicator not in knowledge().rubric.by_id:
            raise ValueError(f"there is no indicator {indicator!r}")
        return indicator


def read_answers(folder: Path) -> Iterator[Answer]:
    """Every answer in a folder's .jsonl files. Raises KnowledgeError with file, line and problem."""
    for path in sorted(folder.rglob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                yield Answer.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                raise KnowledgeError(path, number, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None

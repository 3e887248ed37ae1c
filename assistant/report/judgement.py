"""A consultant's own judgement: beside what Varde found, with a reason, and never over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.session import Message, Session
from assistant.voice import Voice
from knowledge.schema import AreaKey


@dataclass(frozen=True)
class AreaJudgement:
    """What the consultant makes of one area."""

    area: AreaKey
    name: str
    level: int
    level_name: str
    reason: str


@dataclass(frozen=True)
class Judgement:
    """`at` is an ISO time; `areas` holds those that the consultant spoke of."""

    level: int
    level_name: str
    reason: str
    by: str
    at: str
    areas: tuple[AreaJudgement, ...] = ()


def withdrawal(by: str) -> Message:
    """Takes the judgement back. What was judged before stays in the turns."""
    return Message("judged", data={"withdrawn": True, "by": by})


def judgements_of(session: Session, voice: Voice) -> tuple[Judgement | None, ...]:
    """All judgements in order; None where one was withdrawn."""
    return tuple(
        None if turn.message.data.get("withdrawn") else _judgement(turn.message.data, turn.at, voice)
        for turn in session.turns
        if turn.message.kind == "judged"
    )


def _judgement(data: Mapping[str, Any], at: str, voice: Voice) -> Judgement:
    entries: Sequence[Mapping[str, Any]] = data.get("areas", ())
    areas = {str(entry["area"]): entry for entry in entries}
    return Judgement(
        int(data["level"]),
        _name(int(data["level"]), voice),
        str(data["reason"]),
        str(data["by"]),
        at,
        tuple(
            AreaJudgement(
                area.key, voice.area_name(area.key), int(entry["level"]), _name(int(entry["level"]), voice),
                str(entry["reason"]),
            )
            for area in voice.knowledge.rubric.areas if (entry := areas.get(area.key))
        ),
    )  # fmt: skip


def _name(level: int, voice: Voice) -> str:
    return voice.fill(voice.knowledge.rubric.level(level).name[voice.language])

"""Where to be in five years: three futures with their pace, and a draft in the view of management."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.drafting.draft import Origin
from assistant.voice import Voice
from knowledge.schema import LEVELS

YEARS = 5
MONTHS_PER_STEP = 24
STEPS_FLAGGED = 3
FutureKey = Literal["prudent", "ambitious", "stretch"]
CLARITY_QUESTIONS = ("meaning", "goals", "effect", "why", "assumptions")


@dataclass(frozen=True)
class Future:
    """One possible future. `months` is what the assumed pace asks for; `warning` says where it does not fit."""

    key: FutureKey
    name: str
    level: int
    level_name: str
    steps: int
    months: int
    fits: bool
    warning: str
    draft: str


@dataclass(frozen=True)
class ClarityQuestion:
    key: str
    text: str


@dataclass(frozen=True)
class Ambition:
    """What the leader chose and worded, and whose words these are."""

    level: int
    statement: str
    months_per_step: int = MONTHS_PER_STEP
    origin: Origin = "authored"


def clarity_questions(voice: Voice) -> tuple[ClarityQuestion, ...]:
    """The five questions of the article on clarity, unscored."""
    return tuple(ClarityQuestion(key, voice.say(f"clarity_{key}")) for key in CLARITY_QUESTIONS)


def futures(voice: Voice, level: int, months_per_step: int = MONTHS_PER_STEP) -> tuple[Future, ...]:
    """Prudent, ambitious but realistic, stretch: one, two and three steps on; fewer near the top."""
    keys: tuple[FutureKey, ...] = ("prudent", "ambitious", "stretch")
    targets = [min(level + steps, LEVELS[-1]) for steps in (1, 2, 3)]
    found: list[Future] = []
    for key, target in zip(keys, targets, strict=True):
        if not found or target != found[-1].level:
            found.append(_future(voice, key, level, target, months_per_step))
    return tuple(found)


def _future(voice: Voice, key: FutureKey, level: int, target: int, months_per_step: int) -> Future:
    steps = target - level
    months = steps * months_per_step
    name = voice.knowledge.rubric.level(target).name[voice.language]
    warning = pace_warning(voice, steps, months)
    return Future(
        key, voice.say(f"future_{key}"), target, voice.fill(name), steps, months, not warning, warning,
        draft(voice, target),
    )  # fmt: skip


def pace_warning(voice: Voice, steps: int, months: int) -> str:
    """What to think about where the pace is beyond the assumption, or three levels or more are aimed at."""
    if steps >= STEPS_FLAGGED:
        return voice.say("pace_three", steps=str(steps), years=str(YEARS))
    if months > YEARS * 12:
        return voice.say("pace_late", months=str(months), years=str(YEARS))
    return ""


def draft(voice: Voice, level: int) -> str:
    """The statement as a way of managing, for the leader to reword."""
    step = voice.knowledge.playbook[f"step-{max(level, 2) - 1}-{max(level, 2)}"]
    return voice.fill(step[voice.language].ambition or "")

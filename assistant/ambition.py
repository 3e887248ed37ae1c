"""Where to be in five years: three futures with their pace, and a draft in the view of management."""

from __future__ import annotations

from collections.abc import Sequence
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
    """One possible future. `months` is what the assumed pace asks for; `warning` says where it does not fit.

    `key` tells how far it is: a stretch is three steps, more than the five years, or the last level, whose effect
    reaches beyond the organisation.
    """

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


def futures(voice: Voice, ground: int, months_per_step: int = MONTHS_PER_STEP) -> tuple[Future, ...]:
    """One, two and three steps on from where the organisation stands; fewer near the top, and the top itself there."""
    targets = dict.fromkeys(min(ground + steps, LEVELS[-1]) for steps in (1, 2, 3))
    return tuple(_future(voice, ground, target, months_per_step) for target in targets)


def usual(found: Sequence[Future]) -> Future:
    """The future that is drafted until one is chosen: the farthest that is no stretch, else the nearest."""
    return next((future for future in reversed(found) if future.key != "stretch"), found[0])


def _future(voice: Voice, ground: int, target: int, months_per_step: int) -> Future:
    steps, months = target - ground, (target - ground) * months_per_step
    key = _how_far(steps, months, target)
    name = voice.knowledge.rubric.level(target).name[voice.language]
    warning = pace_warning(voice, steps, months)
    return Future(
        key, voice.say(f"future_{key}"), target, voice.fill(name), steps, months, not warning, warning,
        draft(voice, target),
    )  # fmt: skip


def _how_far(steps: int, months: int, target: int) -> FutureKey:
    if steps and (steps >= STEPS_FLAGGED or months > YEARS * 12 or target == LEVELS[-1]):
        return "stretch"
    return "prudent" if steps <= 1 else "ambitious"


def distance(voice: Voice, ground: int, ambition: Ambition) -> str:
    """How many steps the ambition lies from where the organisation stands, and what the assumed pace asks for."""
    steps = ambition.level - ground
    if steps <= 0:
        return voice.say("distance_none")
    name, months = voice.level_name(ground), str(steps * ambition.months_per_step)
    if steps == 1:
        return voice.say("distance_one", level=name, months=months)
    return voice.say("distance_more", level=name, months=months, steps=str(steps))


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

"""The road of five years, with a cairn for each: the steps at the assumed pace, and what is true by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.ambition import YEARS, Ambition
from assistant.changes import CriticalChange
from assistant.voice import Voice
from knowledge.schema import LEVELS

_MONTHS = 12


@dataclass(frozen=True)
class Cairn:
    """One year of the road: what is true by then, small wins on the way, and the first year's four steps."""

    year: int
    true_by_then: tuple[str, ...]
    small_wins: tuple[str, ...]
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stretch:
    """One step between two levels, with the months at which it begins and ends."""

    to: int
    begins: int
    ends: int

    @property
    def name(self) -> str:
        return f"step-{self.to - 1}-{self.to}"

    @property
    def reached(self) -> int:
        """The year by whose end the step is taken."""
        return -(-self.ends // _MONTHS)


def stretches(ground: int, ambition: Ambition) -> tuple[Stretch, ...]:
    """The steps from where the organisation stands to the ambition, one after the other at the assumed pace."""
    months = ambition.months_per_step
    return tuple(
        Stretch(level, n * months, (n + 1) * months) for n, level in enumerate(range(ground + 1, ambition.level + 1))
    )


def road(voice: Voice, ground: int, ambition: Ambition, changes: Sequence[CriticalChange]) -> tuple[Cairn, ...]:
    """Five years with a cairn for each. The first year carries the changes, in Hafslund's four steps.

    What the assumed pace doesn't reach within the five years is not on it, and the last year says so.
    """
    ahead = stretches(ground, ambition)
    held = Stretch(max(ground, LEVELS[1]), 0, YEARS * _MONTHS)  # no step ahead: what was built last is to hold
    statements = _statements(voice, ahead or (held,))
    return tuple(_cairn(voice, year, ahead, statements, ambition, changes) for year in range(1, YEARS + 1))


def _cairn(
    voice: Voice, year: int, ahead: Sequence[Stretch], statements: Sequence[tuple[int, str]], ambition: Ambition,
    changes: Sequence[CriticalChange],
) -> Cairn:  # fmt: skip
    first = year == 1
    signs = tuple(change.sign for change in changes) if first else ()
    true_by_then = (*signs, *(text for at, text in statements if at == year), *_reached(voice, year, ahead))
    wins = tuple(change.small_win for change in changes) if first else _wins(voice, year, ahead)
    steps = _first_year(voice, ambition, changes) if first else ()
    return Cairn(year, true_by_then or (voice.say("road_hold", year),), wins or (voice.say("road_win", year),), steps)


def _statements(voice: Voice, ahead: Sequence[Stretch]) -> list[tuple[int, str]]:
    """What is true by the end of which year."""
    found = []
    for step in ahead:
        texts = voice.knowledge.playbook[step.name][voice.language].true_by_then
        for n, text in enumerate(texts, start=1):
            month = step.begins + (step.ends - step.begins) * n / len(texts)
            found.append((max(-(-int(month) // _MONTHS), 1), voice.fill(text)))
    return found


def _reached(voice: Voice, year: int, ahead: Sequence[Stretch]) -> tuple[str, ...]:
    """Which level the assumed pace has come to by the end of the year; at the end of the road, what goes on after it."""
    there = tuple(voice.say("road_reached", level=voice.level_name(step.to)) for step in ahead if step.reached == year)
    beyond = [step for step in ahead if step.reached > YEARS]
    if year < YEARS or not beyond:
        return there
    last = beyond[-1]
    return (*there, voice.say("road_beyond", level=voice.level_name(last.to), year=str(last.reached)))


def _wins(voice: Voice, year: int, ahead: Sequence[Stretch]) -> tuple[str, ...]:
    """A small win in the year after each step was begun."""
    begun = [step for step in ahead if step.begins // _MONTHS + 2 == year]
    return tuple(voice.fill(voice.knowledge.playbook[step.name][voice.language].small_win) for step in begun)


def _first_year(voice: Voice, ambition: Ambition, changes: Sequence[CriticalChange]) -> tuple[str, ...]:
    """Hafslund's four steps (source 002), filled with the changes chosen."""
    titles = " · ".join(change.title for change in changes) or voice.say("road_no_changes")
    return (
        voice.say("year_foundation", statement=ambition.statement),
        voice.say("year_path", changes=titles),
        voice.say("year_happen"),
        voice.say("year_future"),
    )

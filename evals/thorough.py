"""A talk that asks about everything: what the result then names of contradictions and missing stones.

They are rare in the labels and a talk seldom comes to them: it asks what tells of the level, and level 1's signs tell
nothing of an organisation further up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from assistant.belief import Belief
from assistant.interview import Interview
from assistant.observations import Heard
from assistant.questions import Ask, Progress, Questioner
from evals.case import Case
from evals.scores import missing_stones, still_true
from knowledge.schema import Rubric


class Thorough(Questioner):
    """After the open questions asks for every indicator, whatever was said."""

    def next(self, belief: Belief, heard: Heard, progress: Progress, doubted: bool = False) -> Ask | None:
        if not progress.opened:
            return Ask("opening", "opening")
        rubric, done = self.model.rubric, progress.asked | progress.closed
        open_areas = [area.key for area in rubric.areas if area.key not in progress.areas]
        if open_areas:
            return Ask("area", open_areas[0])
        wanted = next((i.id for i in rubric.indicators if i.id not in done), None)
        return Ask("indicator", wanted) if wanted else None


def thorough(coach: Interview) -> Interview:
    """The coach, asking so."""
    return replace(coach, questioner=Thorough(coach.model))


def with_something_to_name(rubric: Rubric, cases: Iterable[Case]) -> list[Case]:
    """Cases whose labels hold a contradiction or a missing stone."""
    return [case for case in cases if missing_stones(rubric, case) or still_true(rubric, case)]

"""Plays synthetic organisations over the questioner and the belief, and keeps the belief after every question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np

from assistant import parameters
from assistant.belief import OPENING, BeliefModel
from assistant.course import asked
from assistant.listening.classifier import Channels
from assistant.observations import Bearing, Observation
from assistant.questions import Ask, Manners, Progress, Questioner
from assistant.rule import Floats
from evals.population import Generator, Organisation, SyntheticLeader, World
from knowledge import default as knowledge
from knowledge.schema import Rubric

Policy = Literal["varde", "ceiling", "random", "form"]
POLICIES: dict[Policy, str] = {
    "varde": "Varde, with its manners",
    "ceiling": "ceiling, no manners",
    "random": "random order, with the belief",
    "form": "form of all 28, with the belief",
}
_LONGEST = 60
_ASKED_AT_MOST = 12
_CHUNK = 10
_ROUGH = 1024
_EVERY = 4
_NO_MANNERS = Manners(
    turns=_LONGEST, follow_ups=_LONGEST, last_times=_LONGEST, settled=2.0, gaps=0, least_information=-1.0
)


@dataclass(frozen=True)
class Walk:
    """One organisation played. `path`: level probabilities after each question, (questions + 1, 6).

    Varde and the ceiling ask the same open questions, the ceiling all of them first. `given`: the level's probabilities
    once all was heard, by the generator's own parameters, (6,); Varde's alone.
    """

    organisation: Organisation
    path: Floats
    given: Floats | None = None

    @property
    def questions(self) -> int:
        return len(self.path) - 1

    def after(self, questions: int) -> Floats:
        """The level's probabilities after so many questions, or after the last."""
        return np.asarray(self.path[min(questions, self.questions)])


def walk(
    organisation: Organisation, world: Generator, policy: Policy, model: BeliefModel, questioner: Questioner
) -> Walk:
    """One organisation played under a policy. `model` believes and `questioner` asks; the ceiling brings its own."""
    leader = SyntheticLeader(organisation, world.model, world.rubric)
    if policy == "varde":
        path, heard, bearings = _mannered(leader, model, questioner)
        given = world.model.update(heard, bearings=bearings)
        return Walk(organisation, np.array(path), np.array(given.level))
    if policy == "ceiling":
        return Walk(organisation, np.array(list(_greedy(leader, _rough(world.model)))))
    order = [i.id for i in world.rubric.indicators]
    if policy == "form":
        return Walk(organisation, np.array(list(_in_order(leader, model, order, len(order)))))
    np.random.default_rng((organisation.number, 2)).shuffle(order)
    return Walk(organisation, np.array(list(_in_order(leader, _rough(model), order, _EVERY))))


@cache
def _rough(model: BeliefModel) -> BeliefModel:
    """The same with half the draws: what is only compared with may be a little coarser."""
    return BeliefModel(model.rubric, model.parameters.model_copy(update={"draws": _ROUGH}))


def _mannered(
    leader: SyntheticLeader, model: BeliefModel, questioner: Questioner
) -> tuple[list[tuple[float, ...]], dict[str, Observation], dict[str, Bearing]]:
    """Varde's own interview, but for the words: the path, and what was heard of indicators and in open answers."""
    heard: dict[str, Observation] = {}
    bearings: dict[str, Bearing] = {}
    progress, belief = Progress(), model.update({})
    path = []
    for turn in range(1, _LONGEST):
        path.append(belief.level)
        ask = questioner.next(belief, heard, progress)
        if ask is None:
            return path, heard, bearings
        progress = asked(replace(progress, turns=turn), ask, model.rubric)
        found = leader.answer(ask, heard.get(ask.target), turn)
        if found is not None:
            heard[ask.target] = found
        elif ask.kind in ("opening", "area"):
            bearings[ask.target] = leader.bearing(ask.target, _channels())
        else:
            continue
        belief = model.update(heard, bearings=bearings)
    raise RuntimeError(f"organisation {leader.organisation.number}: the interview did not come to an end")


def open_topics(rubric: Rubric) -> tuple[str, ...]:
    """What every leader is asked openly about: the opening, and each area."""
    return (OPENING, *(area.key for area in rubric.areas))


@cache
def _channels() -> Channels:
    return Channels.read()


def _greedy(leader: SyntheticLeader, model: BeliefModel) -> Iterator[tuple[float, ...]]:
    """After the open questions what tells most each time, questions and requests for examples alike, with the
    generator's own parameters."""
    questioner = Questioner(model, _NO_MANNERS)
    heard: dict[str, Observation] = {}
    bearings: dict[str, Bearing] = {}
    yield model.update({}).level
    for topic in open_topics(model.rubric):
        bearings[topic] = leader.bearing(topic, _channels())
        belief = model.update({}, bearings=bearings)
        yield belief.level
    progress = Progress(opened=True, areas=tuple(area.key for area in model.rubric.areas))
    for turn in range(1, _ASKED_AT_MOST + 1):
        ask = questioner.next(belief, heard, progress)
        if ask is None:
            return
        progress = asked(replace(progress, turns=turn), ask, model.rubric)
        found = leader.answer(ask, heard.get(ask.target), turn)
        if found is not None:
            heard[ask.target] = found
        belief = model.update(heard, bearings=bearings)
        yield belief.level


def _in_order(
    leader: SyntheticLeader, model: BeliefModel, order: Sequence[str], every: int
) -> Iterator[tuple[float, ...]]:
    heard: dict[str, Observation] = {}
    belief = model.update({})
    yield belief.level
    for turn, indicator in enumerate(order, 1):
        found = leader.answer(Ask("indicator", indicator), None, turn)
        if found is not None:
            heard[indicator] = found
        if turn % every == 0:
            belief = model.update(heard)
        yield belief.level


def claims(organisations: Sequence[Organisation], world: Generator) -> Floats:
    """What a form of all 28 would hold: the claimed standings, (organisations, 28); nan where not known."""
    leaders = [SyntheticLeader(organisation, world.model, world.rubric) for organisation in organisations]
    return np.array(
        [
            [leader.claim(c) if leader.organisation.known[c] else np.nan for c in range(len(world.rubric.indicators))]
            for leader in leaders
        ]
    )


@dataclass(frozen=True)
class Job:
    """A chunk of organisations of one world, under one policy."""

    world: World
    policy: Policy
    numbers: tuple[int, int]  # from, to


@cache
def world_of(world: World) -> Generator:
    """A world around the shipped parameters."""
    return Generator(knowledge().rubric, parameters.default(), world)


@cache
def _coach() -> tuple[BeliefModel, Questioner]:
    model = BeliefModel(knowledge().rubric, parameters.default())
    return model, Questioner(model)


def run(job: Job) -> list[Walk]:
    """The walks of one chunk; what a worker process does."""
    world, (model, questioner) = world_of(job.world), _coach()
    return [
        walk(organisation, world, job.policy, model, questioner) for organisation in world.organisations(*job.numbers)
    ]


def jobs_of(count: int, plan: Sequence[tuple[World, Policy]]) -> list[Job]:
    """Every pair of the plan over the same organisations, in chunks."""
    return [
        Job(world, policy, (first, min(first + _CHUNK, count)))
        for world, policy in plan
        for first in range(0, count, _CHUNK)
    ]

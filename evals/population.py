"""Synthetic organisations and the leaders who answer for them: one world as the belief assumes it, one that isn't.

`matched` draws organisations and answers from the measurement model itself, as fitted, without what makes the belief
careful (caution, suspicion, slips, a share not known, open answers weighed down). `mismatched` breaks its assumptions:
each indicator's slope is off by up to 30 %, areas lie further apart, one answer in ten is read one step off, 15 % of
the indicators the leader does not know. The level is the rule's, over what the leader knows, as in the cases.

An open answer is read as the listener reads those of organisations that it has not learnt from (`Channels`): in the
matched world it tells of the place on the belief's own scale, in the mismatched one of the level by the rule, and one
in ten is of a level beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from assistant.belief import OPENING, STATUS_COUNT, BeliefModel
from assistant.listening.classifier import Channels
from assistant.observations import Bearing, Evidence, Observation, certain, kinds_of
from assistant.parameters import Parameters
from assistant.questions import Ask
from assistant.rule import Floats, Ints
from knowledge.schema import EVIDENCE_KINDS, LEVELS, ORDERED_STATUSES, Rubric, Status

World = Literal["matched", "mismatched"]
SEED = 20261122
_SLOPE_OFF, _SPREAD_OFF, _MISREAD, _UNKNOWN = 0.3, 1.4, 0.1, 0.15


@dataclass(frozen=True)
class Organisation:
    """One organisation and its leader. `standings` (28): 0 to 3, level 1's signs turned round; `known` (28).

    `told` (6): of which level the opening and the five open answers tell, 1 to 6.
    """

    number: int
    standings: tuple[int, ...]
    known: tuple[bool, ...]
    bias: int
    level: int
    areas: tuple[int, ...]
    told: tuple[float, ...]
    misread: float


@dataclass(frozen=True)
class Generator:
    """Draws organisations of one world."""

    rubric: Rubric
    parameters: Parameters
    world: World

    @cached_property
    def model(self) -> BeliefModel:
        """The measurement model whose assumptions this world keeps or bends."""
        spread = self.parameters.area_spread * (1.0 if self.world == "matched" else _SPREAD_OFF)
        without = {
            "area_spread": spread, "caution": 1.0, "suspicion": 1.0, "slip": 0.0, "unknown": (0.0, 0.0), "bearing": 1.0,
        }  # fmt: skip
        return BeliefModel(self.rubric, self.parameters.model_copy(update=without))

    def slopes(self) -> Floats:
        """How much sharper or duller each indicator is than its parameters say: (28,)."""
        count = len(self.rubric.indicators)
        if self.world == "matched":
            return np.ones(count)
        return np.random.default_rng(SEED).uniform(1 - _SLOPE_OFF, 1 + _SLOPE_OFF, count)

    @cached_property
    def standing_given_area(self) -> Floats:
        """(28, grid, 4), with this world's slopes: a power of the softmax is a slope times as steep."""
        powered = self.model.standing_given_area ** self.slopes()[:, None, None]
        return np.asarray(powered / powered.sum(axis=2, keepdims=True))

    def organisations(self, first: int, last: int, seed: int = SEED) -> list[Organisation]:
        """Organisations `first` to before `last`; each has chances of its own, so a sample is a part of the whole."""
        return [self._organisation(number, np.random.default_rng((seed, number))) for number in range(first, last)]

    def _organisation(self, number: int, chance: np.random.Generator) -> Organisation:
        model, indicators = self.model, len(self.rubric.indicators)
        maturity = chance.choice(len(model.grid), p=model.prior)
        places = [chance.choice(len(model.grid), p=model.area_given_maturity[maturity]) for _ in self.rubric.areas]
        tables = self.standing_given_area
        standings = [int(chance.choice(STATUS_COUNT, p=tables[i, places[model.area_of[i]]])) for i in range(indicators)]
        share = _UNKNOWN if self.world == "mismatched" else 0.0
        known = chance.random(indicators) >= share
        bias = int(chance.choice(len(self.parameters.bias), p=_normal(self.parameters.bias)))
        codes = self.codes(standings, known)
        level, areas = int(model.rule.levels(codes)[0]), tuple(int(a) for a in model.rule.area_levels(codes)[0])
        told = (level, *areas) if self.world == "mismatched" else tuple(model.grid[[maturity, *places]])
        return Organisation(
            number, tuple(standings), tuple(bool(k) for k in known), bias, level, areas,
            tuple(float(np.clip(t, LEVELS[0], LEVELS[-1])) for t in told),
            _MISREAD if self.world == "mismatched" else 0.0,
        )  # fmt: skip

    def codes(self, standings: Sequence[int], known: Sequence[bool] | np.ndarray) -> Ints:
        """Statuses as the rule takes them, (1, 28); -1 for what the leader does not know."""
        found = np.asarray(standings)
        turned = np.where(self.model.reversed, STATUS_COUNT - 1 - found, found)
        return np.where(np.asarray(known), turned, -1)[None, :]


class SyntheticLeader:
    """Answers for one organisation; the same question gets the same answer, in whatever order it is asked."""

    def __init__(self, organisation: Organisation, model: BeliefModel, rubric: Rubric, seed: int = SEED) -> None:
        self.organisation, self.model, self.rubric = organisation, model, rubric
        chance = np.random.default_rng((seed, organisation.number, 1))
        self._claim, self._misread, self._unasked, self._asked = chance.random((4, len(rubric.indicators)))
        self._step = chance.choice((-1, 1), len(rubric.indicators))
        self._topics = (OPENING, *(area.key for area in rubric.areas))
        self._told_wrongly, self._beside = chance.random(len(self._topics)), chance.choice((-1, 1), len(self._topics))
        self._off = chance.standard_normal(len(self._topics))

    def bearing(self, topic: str, channels: Channels) -> Bearing:
        """What is understood of the open answer on an area, or of the opening, as a whole."""
        at = self._topics.index(topic)
        told = self.organisation.told[at]
        if self._told_wrongly[at] < self.organisation.misread:
            told = float(np.clip(told + self._beside[at], LEVELS[0], LEVELS[-1]))
        channel = channels.on(topic)
        a, b, c, d, e, f = map(float, channel.fit(channel.reading(told, self._off[at])))
        return Bearing(topic, (a, b, c, d, e, f))

    def answer(self, ask: Ask, before: Observation | None, turn: int) -> Observation | None:
        """What is understood of the answer on an indicator; None where the question is open (`bearing`)."""
        if ask.kind == "indicator":
            return self._claimed(ask.target, turn)
        if ask.kind == "example" and before is not None:
            return self._shown(ask.target, before, turn)
        if ask.kind == "say_back" and before is not None:
            return replace(before, turn=turn, source="clicked")
        return None

    def _claimed(self, indicator: str, turn: int) -> Observation:
        column = self.model.rule.column[indicator]
        if not self.organisation.known[column]:
            return Observation(indicator, certain(Status.UNKNOWN), Evidence((1.0, 0.0, 0.0)), turn)
        true, claimed = self.organisation.standings[column], self.claim(column)
        read = claimed
        if self._misread[column] < self.organisation.misread:
            read = int(np.clip(claimed + self._step[column], 0, STATUS_COUNT - 1))
        kind = EVIDENCE_KINDS[
            _drawn(self.model.evidence_given_claim[0, self.organisation.bias, true, claimed], self._unasked[column])
        ]
        evidence = Evidence(kinds_of(kind))
        return Observation(indicator, certain(self._status(column, read)), evidence, turn)

    def _shown(self, indicator: str, before: Observation, turn: int) -> Observation:
        column = self.model.rule.column[indicator]
        if before.status is Status.UNKNOWN:
            return replace(before, evidence=Evidence((1.0, 0.0, 0.0), True), turn=turn)
        true, claimed = self.organisation.standings[column], self.claim(column)
        kind = EVIDENCE_KINDS[
            _drawn(self.model.evidence_given_claim[1, self.organisation.bias, true, claimed], self._asked[column])
        ]
        return replace(before, evidence=Evidence(kinds_of(kind), True), turn=turn)

    def claim(self, column: int) -> int:
        """The standing that the leader claims of an indicator."""
        true = self.organisation.standings[column]
        return _drawn(self.model.claim_given_standing[self.organisation.bias, true], self._claim[column])

    def _status(self, column: int, standing: int) -> Status:
        return ORDERED_STATUSES[STATUS_COUNT - 1 - standing if self.model.reversed[column] else standing]


def _drawn(weights: Floats, number: float) -> int:
    """The place where the distribution function passes a number in (0, 1)."""
    cumulative = np.cumsum(weights)
    return int(np.searchsorted(cumulative, number * cumulative[-1]))


def _normal(weights: Sequence[float]) -> Floats:
    found = np.asarray(weights)
    return np.asarray(found / found.sum())

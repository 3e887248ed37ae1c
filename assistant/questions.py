"""Which question next, and when to stop. Plain maths over the belief, within the manners of the interview."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from assistant.belief import STATUS_COUNT, Belief, BeliefModel
from assistant.observations import Heard, Observation, in_words
from assistant.rule import Floats
from knowledge.schema import LEVELS, AreaKey, EvidenceKind, Status

AskKind = Literal["opening", "area", "indicator", "example", "say_back", "neighbours", "last_time"]
AREA_KINDS = frozenset({"area", "neighbours", "last_time"})


@dataclass(frozen=True)
class Ask:
    """One question: what kind, and of which area or indicator."""

    kind: AskKind
    target: str


@dataclass(frozen=True)
class Manners:
    """The bounds of the interview; each number is a manner of `docs/method.md`."""

    turns: int = 16
    follow_ups: int = 2
    last_times: int = 1
    settled: float = 0.87
    gaps: int = 2
    least_information: float = 0.08
    least_information_in_words: float = 0.05
    least_information_once_raised: float = 0.045
    least_to_follow_at_once: float = 0.3
    least_to_follow_at_once_in_words: float = 0.1
    doubt: float = 0.6
    least_gap: float = 0.3


@dataclass(frozen=True)
class FollowUps:
    """How many follow-ups usually remain beside the core; from 120 of the tuning cases, by quick replies and in words.

    On 120 others the count of questions left is off by 1.4 by quick replies and by 1.0 in words, over all turns.
    """

    settled: float = 2.4
    for_each_doubt: float = 6.9
    in_words: float = 2.6
    taken: float = 0.55


@dataclass(frozen=True)
class Progress:
    """What was asked so far. `follow_ups` and `last_times` count by area."""

    turns: int = 0
    opened: bool = False
    areas: tuple[AreaKey, ...] = ()
    asked: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    examples_asked: frozenset[str] = frozenset()
    said_back: frozenset[str] = frozenset()
    thin: frozenset[AreaKey] = frozenset()
    unplaced: frozenset[AreaKey] = frozenset()
    follow_ups: Mapping[AreaKey, int] = field(default_factory=dict)
    last_times: Mapping[AreaKey, int] = field(default_factory=dict)


class Questioner:
    """Chooses the next question for one measurement model."""

    def __init__(self, model: BeliefModel, manners: Manners | None = None) -> None:
        self.model, self.manners, self.follow_ups = model, manners or Manners(), FollowUps()

    def next(self, belief: Belief, heard: Heard, progress: Progress, doubted: bool = False) -> Ask | None:
        """The next question, or None where the interview should close.

        `doubted`: clicks were raised without a word. Then no probability settles the level; what tells is asked.
        """
        if not progress.opened:
            return Ask("opening", "opening")
        left = self.manners.turns - progress.turns
        open_areas = [area.key for area in self.model.rubric.areas if area.key not in progress.areas]
        if left <= 0:
            return None
        if left <= len(open_areas):
            return Ask("area", open_areas[0])
        if progress.areas and open_areas:
            return self._at_once(belief, heard, progress) or Ask("area", open_areas[0])
        if open_areas:
            return Ask("area", open_areas[0])
        return self._closing(belief, heard, progress, doubted)

    def remaining(self, belief: Belief, heard: Heard, progress: Progress) -> int:
        """About how many questions are left, the next one included; it gives no level away."""
        usual = self.follow_ups
        core = len(self.model.rubric.areas) - len(progress.areas) + (not progress.opened)
        doubt = max(0.0, self.manners.settled - belief.certainty)
        more = usual.settled + usual.for_each_doubt * doubt + usual.in_words * in_words(heard)
        more -= usual.taken * sum(progress.follow_ups.values())
        return max(1, min(round(core + more), self.manners.turns - progress.turns))

    def _at_once(self, belief: Belief, heard: Heard, progress: Progress) -> Ask | None:
        """A follow-up on the area just opened, where it would tell much; at most one before the next area."""
        area = progress.areas[-1]
        if area in progress.unplaced:
            return Ask("last_time", area)
        if progress.follow_ups.get(area, 0) >= 1:
            return None
        if area in progress.thin:
            return Ask("neighbours", area)
        best = self._best(belief, heard, progress, [area])
        by_clicks, words = self.manners.least_to_follow_at_once, self.manners.least_to_follow_at_once_in_words
        least = words if in_words(heard) else by_clicks
        return best[0] if best and best[1] >= least else None

    def _closing(self, belief: Belief, heard: Heard, progress: Progress, doubted: bool) -> Ask | None:
        """After the five areas: what tells most, until the level is settled and enough gaps were heard."""
        settled = belief.certainty >= self.manners.settled and not doubted
        lacking = len(self.gaps(heard)) < self.manners.gaps
        if settled and not lacking:
            return None
        areas = [area.key for area in self.model.rubric.areas]
        best = self._best(belief, heard, progress, areas)
        if not settled and best and best[1] >= self._least_information(heard, doubted):
            return best[0]
        return self._gap_question(belief, progress) if lacking else None

    def _least_information(self, heard: Heard, doubted: bool) -> float:
        """What a question must tell to be asked. Words are read with doubt, as raised clicks are: more must be heard."""
        if doubted:
            return self.manners.least_information_once_raised
        return self.manners.least_information_in_words if in_words(heard) else self.manners.least_information

    def _may_show(self, observation: Observation, progress: Progress) -> bool:
        """Whether an example of what was said may still be asked for."""
        indicator, area = observation.indicator, self.model.rubric.by_id[observation.indicator].area
        return (
            observation.direct
            and indicator not in progress.closed
            and indicator not in progress.examples_asked
            and observation.status is not Status.UNKNOWN
            and observation.evidence.kind is not EvidenceKind.EXAMPLE
            and progress.last_times.get(area, 0) < self.manners.last_times
            and progress.follow_ups.get(area, 0) < self.manners.follow_ups
        )

    def gaps(self, heard: Heard) -> tuple[str, ...]:
        """Indicators that were heard not to be in place: candidates for a change."""
        return tuple(i for i, o in heard.items() if o.direct and self._is_gap(o))

    def _is_gap(self, observation: Observation) -> bool:
        if self.model.rubric.by_id[observation.indicator].reversed:
            return observation.status in (Status.ESTABLISHED, Status.PARTIAL, Status.PLANNED)
        return observation.status in (Status.ABSENT, Status.PLANNED, Status.PARTIAL)

    def _gap_question(self, belief: Belief, progress: Progress) -> Ask | None:
        """The indicator of the next level up that is likeliest to be a gap."""
        target = min(belief.likeliest + 1, LEVELS[-1])
        pool = [i for i in self.model.rubric.indicators if self._may_ask(i.id, progress) and 1 < i.level <= target]
        if not pool:
            return None
        established = {i.id: self.model.status_probability(belief, i.id, Status.ESTABLISHED) for i in pool}
        found = min(pool, key=lambda i: (-i.level, established[i.id]))
        if 1 - established[found.id] < self.manners.least_gap:
            return None
        return Ask("indicator", found.id)

    def _may_ask(self, indicator: str, progress: Progress) -> bool:
        area = self.model.rubric.by_id[indicator].area
        closed = indicator in progress.asked or indicator in progress.closed
        return not closed and progress.follow_ups.get(area, 0) < self.manners.follow_ups

    def _best(
        self, belief: Belief, heard: Heard, progress: Progress, areas: Iterable[AreaKey]
    ) -> tuple[Ask, float] | None:
        """The follow-up in these areas that tells most about the level, with its information in nats."""
        areas = set(areas)
        values: list[tuple[float, str, Ask]] = []
        information = self.information(belief)
        for column, indicator in enumerate(self.model.rubric.indicators):
            if indicator.area in areas and self._may_ask(indicator.id, progress):
                values.append((float(information[column]), indicator.id, Ask("indicator", indicator.id)))
        for observation in heard.values():
            area = self.model.rubric.by_id[observation.indicator].area
            if area in areas and progress.follow_ups.get(area, 0) < self.manners.follow_ups:
                values.extend(self._second_looks(belief, observation, progress))
        if not values:
            return None
        value, _, ask = min(values, key=lambda entry: (-entry[0], entry[1], entry[2].kind))
        return ask, value

    def _second_looks(
        self, belief: Belief, observation: Observation, progress: Progress
    ) -> Iterable[tuple[float, str, Ask]]:
        indicator = observation.indicator
        if indicator in progress.closed or (observation.source != "heard" and observation.source != "clicked"):
            return
        doubtful = observation.certainty < self.manners.doubt
        if doubtful and indicator not in progress.said_back and observation.source == "heard":
            column = self.model.rule.column[indicator]
            yield float(self.information(belief)[column]), indicator, Ask("say_back", indicator)
        if self._may_show(observation, progress):
            yield self._information_of_example(belief, observation), indicator, Ask("example", indicator)

    @cached_property
    def _outcomes(self) -> Floats:
        """Probability of each answer to an indicator question: (bias, standing, outcomes), unknown aside."""
        claims = self.model.claim_given_standing
        with_example = claims * self.model.evidence_given_claim[0, :, :, :, 2]
        clicked = self.model.click_given_claim
        return np.concatenate([with_example @ clicked, (claims - with_example) @ clicked], axis=2)

    def information(self, belief: Belief) -> Floats:
        """Expected information about the level, in nats, of asking for each indicator: (28,)."""
        draws = belief.draws
        codes = np.where(self.model.reversed[None, :], STATUS_COUNT - 1 - draws.statuses, draws.statuses)
        biases = len(self.model.parameters.bias)
        count = codes.shape[1]
        cell = (draws.level[:, None] - 1) * biases + draws.bias[:, None]
        index = (cell * STATUS_COUNT + codes) * count + np.arange(count)[None, :]
        shape = (len(LEVELS), biases, STATUS_COUNT, count)
        joint = np.bincount(index.ravel(), minlength=int(np.prod(shape))).reshape(shape) / len(draws.level)
        answers = np.einsum("lbsi,bso->ilo", joint, self._outcomes)
        return _mutual_information(answers)

    def _information_of_example(self, belief: Belief, observation: Observation) -> float:
        column = self.model.rule.column[observation.indicator]
        codes = belief.draws.statuses[:, column]
        claimed = STATUS_COUNT - 1 if observation.status is Status.UNKNOWN else _code(observation.status)
        if self.model.reversed[column]:
            codes, claimed = STATUS_COUNT - 1 - codes, STATUS_COUNT - 1 - claimed
        given = self.model.evidence_given_claim[1, belief.draws.bias, codes, claimed, 2]
        levels = belief.draws.level - 1
        answers = np.stack(
            [np.bincount(levels, weights=w, minlength=len(LEVELS)) for w in (given, 1 - given)], axis=1
        ) / len(codes)
        return float(_mutual_information(answers[None])[0])


def _code(status: Status) -> int:
    return ("absent", "planned", "partial", "established").index(status.value)


def _mutual_information(joint: Floats) -> Floats:
    """Of level and answer, in nats, for each row of (rows, levels, answers)."""
    independent = joint.sum(axis=2, keepdims=True) * joint.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(joint > 0, joint * np.log(joint / independent), 0.0)
    return np.asarray(terms.sum(axis=(1, 2)))

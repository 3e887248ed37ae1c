"""What Varde believes about an organisation, given what was heard. Plain maths: no I/O, seeded.

Latent are maturity, a level within each area given it (both on a grid of the scale 1 to 6) and the respondent's
bias. An indicator's status given its area follows a partial credit model (adjacent categories); what a leader
claims and the example that bears it out follow the status and the bias. The posterior of maturity, bias and areas
is exact; the level's distribution is the rule's outcome over a fixed set of status vectors drawn from that
posterior by inverse distribution functions with the same numbers each time, so that replays are byte-identical
and a better answer never lowers a draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from assistant.observations import Bearing, Heard, Observation, Review, in_words
from assistant.parameters import Parameters
from assistant.rule import Floats, Ints, LevelRule
from knowledge.schema import LEVELS, AreaKey, Rubric, Status

STATUS_COUNT = 4
_READ_THROUGH = 2
OPENING = "opening"
NO_REVIEW = Review()
NO_BEARINGS: Mapping[str, Bearing] = MappingProxyType({})


@dataclass(frozen=True)
class Draws:
    """Organisations drawn from the posterior: bias (n,), statuses (n, 28), level (n,), area levels (n, 5)."""

    bias: Ints
    statuses: Ints
    level: Ints
    areas: Ints


@dataclass(frozen=True)
class Belief:
    """Probabilities of what is not known, after what was heard.

    `level`: six probabilities of the rule's outcome. `statuses`: (28, 4). `areas`: (5, 6). `bias`: (3,).
    """

    level: tuple[float, ...]
    statuses: Floats
    areas: Floats
    bias: tuple[float, ...]
    draws: Draws

    @property
    def likeliest(self) -> int:
        return int(np.argmax(self.level)) + 1

    @property
    def expected_level(self) -> float:
        return float(np.dot(self.level, LEVELS))

    @property
    def certainty(self) -> float:
        return max(self.level)


class BeliefModel:
    """The measurement model of one rubric with one set of parameters."""

    def __init__(self, rubric: Rubric, parameters: Parameters) -> None:
        self.rubric, self.parameters, self.rule = rubric, parameters, LevelRule(rubric)
        self.grid = np.linspace(parameters.grid_from, parameters.grid_to, parameters.grid_points)
        area_keys = [area.key for area in rubric.areas]
        self.area_of = np.array([area_keys.index(i.area) for i in rubric.indicators])
        self.reversed = np.array([i.reversed for i in rubric.indicators])
        self._by_rank = np.argsort(self.reversed * 1, kind="stable")

    @cached_property
    def prior(self) -> Floats:
        """Of maturity, over the grid."""
        weights = np.interp(self.grid, LEVELS, self.parameters.prior)
        return np.asarray(weights / weights.sum())

    @cached_property
    def area_given_maturity(self) -> Floats:
        """(grid of maturity, grid of the area)."""
        spread = self.parameters.area_spread / self.parameters.caution
        distance = (self.grid[None, :] - self.grid[:, None]) / spread
        kernel = np.exp(-0.5 * distance**2)
        return np.asarray(kernel / kernel.sum(axis=1, keepdims=True))

    @cached_property
    def standing_given_area(self) -> Floats:
        """Probability of each standing given the area's level: (28, grid, 4).

        A standing is the status, turned round for level 1's signs, so that more is always better.
        """
        difficulty = np.array([self.parameters.difficulty[i.id] for i in self.rubric.indicators])
        steps = np.concatenate([[0.0], np.asarray(self.parameters.steps)])
        push = self.grid[None, :, None] - difficulty[:, None, None] - steps[None, None, :]
        push[:, :, 0] = 0.0
        score = np.cumsum(self.parameters.slope * self.parameters.caution * push, axis=2)
        score -= score.max(axis=2, keepdims=True)
        weights = np.exp(score)
        return np.asarray(weights / weights.sum(axis=2, keepdims=True))

    @cached_property
    def claim_given_standing(self) -> Floats:
        """Probability of the claimed standing: (bias, true, claimed)."""
        true, claimed = np.mgrid[0:STATUS_COUNT, 0:STATUS_COUNT]
        up, down = np.maximum(claimed - true, 0), np.maximum(true - claimed, 0)
        plain, *overclaiming = self.parameters.up
        rates = (plain, *(self.parameters.suspicion * rate for rate in overclaiming))
        kernels = [np.exp(-(rate * up + self.parameters.down * down)) for rate in rates]
        return np.stack([kernel / kernel.sum(axis=1, keepdims=True) for kernel in kernels])

    @cached_property
    def click_given_claim(self) -> Floats:
        """Probability of the choice clicked: (claimed, clicked). Now and then it lies a step beside what is meant."""
        steps = np.abs(np.subtract.outer(np.arange(STATUS_COUNT), np.arange(STATUS_COUNT)))
        beside = (steps == 1) / (steps == 1).sum(axis=1, keepdims=True)
        return np.asarray((1 - self.parameters.slip) * (steps == 0) + self.parameters.slip * beside)

    @cached_property
    def evidence_given_claim(self) -> Floats:
        """Probability of none, claim, example: (asked, bias, true, claimed, 3). Falls with each step overclaimed."""
        true, claimed = np.mgrid[0:STATUS_COUNT, 0:STATUS_COUNT]
        over = np.maximum(claimed - true, 0)[None]
        tables = []
        for rates in (self.parameters.example_unasked, self.parameters.example_asked):
            example = np.asarray(rates)[:, None, None] * np.exp(-self.parameters.example_fall * over)
            nothing = (1 - example) * (1 - self.parameters.said * np.exp(-self.parameters.said_fall * over))
            tables.append(np.stack([nothing, 1 - example - nothing, example], axis=-1))
        return np.stack(tables)

    def likelihood(
        self,
        observation: Observation,
        left_standing: bool = False,
        raised: bool = False,
        mended: bool = False,
        words: bool = False,
    ) -> Floats:
        """Of what was heard, for each bias and each true standing: (3, 4).

        `left_standing`: the leader read the line, put others right, and let this one be. `raised`: the leader's own
        click, raised later with no new word. `mended`: a line that the leader put right, which is no slip.
        `words`: most of the talk is in words.
        """
        column = self.rule.column[observation.indicator]
        statuses = np.asarray(observation.statuses)
        if left_standing and observation.source == "heard":
            statuses = np.where(statuses == statuses.max(), statuses, self.parameters.unread * statuses)
        spoken = np.tile(statuses[:STATUS_COUNT] / np.asarray(observation.prior), (len(self.parameters.bias), 1))
        if observation.certainty >= 1.0 and not mended:
            spoken = spoken @ self.click_given_claim.T
        if raised:
            spoken = self._of_two_clicks(statuses[:STATUS_COUNT])
        if self.reversed[column]:
            spoken = spoken[:, ::-1]
        evidence = self._evidence(observation)
        heard = np.einsum("bsc,bsc,bc->bs", self.claim_given_standing, evidence, spoken)
        weight = self._weight(observation, words)
        known = (heard / max(heard.max(), 1e-12)) ** weight
        unknown = statuses[STATUS_COUNT] / statuses.sum()
        return np.asarray((1 - unknown) * known + unknown)

    def _evidence(self, observation: Observation) -> Floats:
        """Likelihood of the evidence: (bias, true, claimed). A click can bring no example: that none came says nothing."""
        evidence = observation.evidence
        if observation.source != "heard" and not evidence.asked and not evidence.quote:
            return np.ones_like(self.evidence_given_claim[0, ..., 0])
        return np.asarray(self.evidence_given_claim[int(evidence.asked)] @ np.asarray(evidence.kinds))

    def _of_two_clicks(self, statuses: Floats) -> Floats:
        """Which of two clicks on one thing is the claim, for each bias: (3, 4). Who overclaims meant the first."""
        later = statuses == statuses.max()
        earlier = np.where(later, 0.0, statuses)
        if not earlier.any():
            return np.tile(statuses, (len(self.parameters.bias), 1))
        trusted = np.asarray(self.parameters.raised_click)[:, None]
        return np.asarray(trusted * later + (1 - trusted) * earlier / earlier.sum())

    def _weight(self, observation: Observation, words: bool) -> float:
        """How much a reading counts: a click whole, words less, words in passing least."""
        if observation.source != "heard" or observation.certainty >= 1.0:
            return 1.0
        return self.parameters.heard if observation.direct else self.parameters.passing[words]

    def placing(self, level: int) -> Floats:
        """Likelihood of choosing the description of a level, for each bias and place on the grid: (3, grid)."""
        claimed = level - np.asarray(self.parameters.placing_bias)[:, None]
        distance = np.abs(self.grid[None, :] - claimed) / self.parameters.placing_spread
        return np.asarray(np.exp(-distance))

    def _raising(self, review: Review) -> Floats:
        """Log likelihood for each bias, (3,), of how many of the leader's clicks were raised later."""
        if not review.raised:
            return np.zeros(len(self.parameters.bias))
        rates, raised = np.asarray(self.parameters.raised), len(review.raised)
        return np.asarray(raised * np.log(rates) + (review.clicks - raised) * np.log(1 - rates))

    def _bearing(self, bearing: Bearing) -> Floats:
        """Log likelihood of an open answer, over the grid."""
        fit = np.log(np.maximum(np.asarray(bearing.levels), 1e-6))
        return np.asarray(self.parameters.bearing * np.interp(self.grid, LEVELS, fit))

    def update(
        self,
        heard: Heard,
        placements: Mapping[AreaKey, int] | None = None,
        review: Review = NO_REVIEW,
        bearings: Mapping[str, Bearing] = NO_BEARINGS,
    ) -> Belief:
        """The belief after `heard`, the descriptions chosen and the open answers, from the prior, in whatever order."""
        count = len(self.rubric.indicators)
        biases = len(self.parameters.bias)
        likelihood = np.ones((count, biases, STATUS_COUNT))
        words = in_words(heard)
        unknown = np.full(count, self.parameters.unknown[words])
        for indicator, observation in heard.items():
            column = self.rule.column[indicator]
            read = len(review.mended) >= _READ_THROUGH
            mended = indicator in review.mended
            likelihood[column] = self.likelihood(observation, read, indicator in review.raised, mended, words)
            unknown[column] = observation.statuses[STATUS_COUNT]
        joint = self.standing_given_area[:, None, :, :] * likelihood[:, :, None, :]
        per_indicator = np.log(np.maximum(joint.sum(axis=3), 1e-300))
        per_area = np.stack([per_indicator[self.area_of == a].sum(axis=0) for a in range(len(self.rubric.areas))])
        for area, level in (placements or {}).items():
            per_area[self.area_index[area]] += np.log(self.placing(level))
        overall = np.log(self.prior)
        for topic, bearing in bearings.items():
            if topic == OPENING:
                overall = overall + self._bearing(bearing)
            else:
                per_area[self.area_index[topic]] += self._bearing(bearing)
        top = per_area.max(axis=2, keepdims=True)
        weighted = self.area_given_maturity[None, None] * np.exp(per_area - top)[:, :, None, :]
        evidence = np.log(weighted.sum(axis=3)) + top
        log_posterior = evidence.sum(axis=0) + overall[None, :] + np.log(self.parameters.bias)[:, None]
        log_posterior += self._raising(review)[:, None]
        posterior = np.exp(log_posterior - log_posterior.max())
        posterior /= posterior.sum()
        return self._summarise(self._draw(posterior, weighted, joint, unknown), posterior)

    @cached_property
    def _uniforms(self) -> Floats:
        """Fixed numbers in (0, 1), stratified in each column: (draws, 2 + 5 areas + 28 statuses + 28 unknowns)."""
        random = np.random.Generator(np.random.PCG64(self.parameters.seed))
        draws = self.parameters.draws
        columns = 2 + len(self.rubric.areas) + 2 * len(self.rubric.indicators)
        return np.stack([(random.permutation(draws) + 0.5) / draws for _ in range(columns)], axis=1)

    def _draw(self, posterior: Floats, area_weights: Floats, joint: Floats, unknown: Floats) -> Draws:
        uniforms, areas, count = self._uniforms, len(self.rubric.areas), len(self.rubric.indicators)
        bias = _inverse(posterior.sum(axis=1)[None, :], uniforms[:, 0])
        maturity = _inverse(posterior[bias], uniforms[:, 1])
        standing = np.empty((len(uniforms), count), dtype=int)
        for area in range(areas):
            place = _inverse(area_weights[area][bias, maturity], uniforms[:, 2 + area])
            for column in np.flatnonzero(self.area_of == area):
                standing[:, column] = _inverse(joint[column][bias, place], uniforms[:, 2 + areas + column])
        statuses = np.where(self.reversed[None, :], STATUS_COUNT - 1 - standing, standing)
        hidden = uniforms[:, 2 + areas + count :] < unknown[None, :]
        ruled = np.where(hidden, -1, statuses)
        return Draws(bias, statuses, self.rule.levels(ruled), self.rule.area_levels(ruled))

    def _summarise(self, draws: Draws, posterior: Floats) -> Belief:
        n = len(draws.level)
        level = np.bincount(draws.level, minlength=len(LEVELS) + 1)[1:] / n
        statuses = np.stack([(draws.statuses == s).mean(axis=0) for s in range(STATUS_COUNT)], axis=1)
        areas = np.stack([(draws.areas == level_id).mean(axis=0) for level_id in LEVELS], axis=1)
        return Belief(
            tuple(float(p) for p in level), statuses, areas, tuple(float(p) for p in posterior.sum(axis=1)), draws
        )

    def usual(self, level: int) -> Floats:
        """Probabilities of each status in an organisation of which only the level is known: (28, 4)."""
        statuses = self._unasked.statuses[self._unasked.level == level]
        return np.stack([(statuses == s).mean(axis=0) for s in range(STATUS_COUNT)], axis=1)

    @cached_property
    def _unasked(self) -> Draws:
        """Organisations before anything was heard."""
        return self.update({}).draws

    @cached_property
    def area_index(self) -> dict[str, int]:
        return {area.key: n for n, area in enumerate(self.rubric.areas)}

    def status_probability(self, belief: Belief, indicator: str, *statuses: Status) -> float:
        """The probability that the indicator has one of the statuses."""
        codes = [("absent", "planned", "partial", "established").index(s.value) for s in statuses]
        return float(belief.statuses[self.rule.column[indicator], codes].sum())


def _inverse(weights: Floats, uniforms: Floats) -> Ints:
    """For each row, the place where the distribution function of `weights` passes the row's number."""
    cumulative = np.cumsum(weights, axis=1)
    threshold = uniforms * cumulative[:, -1]
    return np.asarray((cumulative < threshold[:, None]).sum(axis=1))

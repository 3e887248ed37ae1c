"""Properties of the measurement model."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import parameters
from assistant.belief import BeliefModel
from assistant.observations import Evidence, Observation, Review, Statuses, certain, kinds_of
from evals.case import Case
from knowledge import default as knowledge
from knowledge.schema import ORDERED_STATUSES, EvidenceKind, Status

MODEL = BeliefModel(knowledge().rubric, parameters.default())
IDS = [i.id for i in MODEL.rubric.indicators]
BIASES = range(3)


def observe(
    indicator: str, status: Status, kind: EvidenceKind = EvidenceKind.CLAIM, asked: bool = False
) -> Observation:
    return Observation(indicator, certain(status), Evidence(kinds_of(kind), asked), 1)


observations = st.builds(
    observe, st.sampled_from(IDS), st.sampled_from(list(Status)), st.sampled_from(list(EvidenceKind)), st.booleans()
)
talks = st.lists(observations, max_size=12).map(lambda found: {o.indicator: o for o in found})


def at_bias(bias: int) -> BeliefModel:
    """The model where the respondent is known to be of one kind."""
    prior = [1e-9, 1e-9, 1e-9]
    prior[bias] = 1 - 2e-9
    return BeliefModel(MODEL.rubric, MODEL.parameters.model_copy(update={"bias": tuple(prior)}))


FIXED = [at_bias(bias) for bias in BIASES]


@settings(deadline=None, max_examples=40)
@given(talks)
def test_probabilities_sum_to_one(heard: dict[str, Observation]) -> None:
    belief = MODEL.update(heard)
    assert sum(belief.level) == pytest.approx(1)
    assert np.allclose(belief.statuses.sum(axis=1), 1)
    assert np.allclose(belief.areas.sum(axis=1), 1)
    assert sum(belief.bias) == pytest.approx(1)


@settings(deadline=None, max_examples=40)
@given(talks, st.randoms(use_true_random=False))
def test_the_order_of_what_was_heard_does_not_matter(heard: dict[str, Observation], random: object) -> None:
    items = list(heard.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    assert MODEL.update(dict(items)).level == MODEL.update(heard).level


@settings(deadline=None, max_examples=60)
@given(
    talks,
    st.sampled_from(IDS),
    st.integers(0, 2),
    st.sampled_from(list(EvidenceKind)),
    st.booleans(),
    st.sampled_from(BIASES),
)
def test_the_expected_level_never_falls_when_a_status_rises(
    heard: dict[str, Observation], indicator: str, step: int, kind: EvidenceKind, asked: bool, bias: int
) -> None:
    lower, higher = ORDERED_STATUSES[step], ORDERED_STATUSES[step + 1]
    if MODEL.rubric.by_id[indicator].reversed:
        lower, higher = higher, lower
    before = FIXED[bias].update({**heard, indicator: observe(indicator, lower, kind, asked)})
    after = FIXED[bias].update({**heard, indicator: observe(indicator, higher, kind, asked)})
    assert after.expected_level >= before.expected_level - 1e-9


@settings(deadline=None, max_examples=60)
@given(
    talks,
    st.sampled_from(IDS),
    st.sampled_from(ORDERED_STATUSES),
    st.integers(0, 1),
    st.booleans(),
    st.sampled_from(BIASES),
)
def test_the_expected_level_never_falls_when_the_evidence_rises(
    heard: dict[str, Observation], indicator: str, status: Status, step: int, asked: bool, bias: int
) -> None:
    kinds = list(EvidenceKind)
    before = FIXED[bias].update({**heard, indicator: observe(indicator, status, kinds[step], asked)})
    after = FIXED[bias].update({**heard, indicator: observe(indicator, status, kinds[step + 1], asked)})
    assert after.expected_level >= before.expected_level - 1e-9


@settings(deadline=None, max_examples=60)
@given(talks, st.sampled_from(IDS), st.sampled_from(ORDERED_STATUSES), st.sampled_from(BIASES))
def test_an_example_asked_for_and_not_given_never_raises_the_level(
    heard: dict[str, Observation], indicator: str, status: Status, bias: int
) -> None:
    before = FIXED[bias].update({**heard, indicator: observe(indicator, status, EvidenceKind.CLAIM)})
    after = FIXED[bias].update({**heard, indicator: observe(indicator, status, EvidenceKind.NONE, asked=True)})
    assert after.expected_level <= before.expected_level + 1e-9


def test_with_every_status_certain_the_belief_equals_the_rule(example: Case) -> None:
    sure = MODEL.parameters.model_copy(update={"up": (60.0, 60.0, 60.0), "down": 60.0, "slip": 0.0})
    model = BeliefModel(MODEL.rubric, sure)
    heard = {i: observe(i, status, EvidenceKind.EXAMPLE, True) for i, status in example.statuses.items()}
    assert model.update(heard).level[example.level - 1] == pytest.approx(1, abs=0.01)


def test_a_click_may_lie_a_step_beside_what_is_meant_and_no_further() -> None:
    plain = MODEL.parameters.model_copy(update={"up": (60.0, 60.0, 60.0), "down": 60.0, "slip": 0.04})
    model = BeliefModel(MODEL.rubric, plain)
    clicked = model.likelihood(observe("integrate.goals", Status.PARTIAL))[0]
    assert clicked / clicked.max() == pytest.approx([0, 0.02 / 0.96, 1, 0.04 / 0.96], abs=1e-6)
    heard = replace(observe("integrate.goals", Status.PARTIAL), statuses=(0.0, 0.0, 0.98, 0.01, 0.01))
    steady = BeliefModel(MODEL.rubric, plain.model_copy(update={"slip": 0.0}))
    assert np.array_equal(model.likelihood(heard), steady.likelihood(heard))


def test_only_what_was_not_asked_may_be_unknown_to_the_leader_unsaid() -> None:
    asking = BeliefModel(MODEL.rubric, MODEL.parameters.model_copy(update={"unknown": (0.3, 0.3)}))
    knowing = BeliefModel(MODEL.rubric, MODEL.parameters.model_copy(update={"unknown": (0.0, 0.0)}))
    whole = {i: observe(i, Status.PARTIAL) for i in IDS}
    some = {i: whole[i] for i in IDS[:9]}
    assert asking.update(whole).level == knowing.update(whole).level
    assert asking.update(some).level != knowing.update(some).level
    assert np.array_equal(asking.update(some).statuses, knowing.update(some).statuses)


def test_the_same_talk_gives_the_same_belief_to_the_last_byte(example: Case) -> None:
    heard = {i: observe(i, status) for i, status in list(example.statuses.items())[:14]}
    again = BeliefModel(MODEL.rubric, MODEL.parameters)
    assert again.update(heard).level == MODEL.update(heard).level
    assert again.update(heard).statuses.tobytes() == MODEL.update(heard).statuses.tobytes()


def test_a_doubtful_reading_moves_the_belief_less_than_a_sure_one() -> None:
    sure = observe("integrate.goals", Status.ESTABLISHED)
    doubtful = replace(sure, statuses=(0.25, 0.1, 0.2, 0.4, 0.05))
    start = MODEL.update({}).expected_level
    moved = [MODEL.update({sure.indicator: o}).expected_level - start for o in (sure, doubtful)]
    assert abs(moved[1]) < abs(moved[0])


def test_what_was_heard_in_passing_weighs_less_than_what_was_asked() -> None:
    asked = replace(observe("integrate.goals", Status.ESTABLISHED), statuses=(0.05, 0.0, 0.1, 0.85, 0.0))
    start = MODEL.update({}).expected_level
    moved = [MODEL.update({o.indicator: o}).expected_level - start for o in (asked, replace(asked, direct=False))]
    assert 0 < moved[1] < moved[0]


def test_a_description_chosen_moves_the_area_towards_it() -> None:
    low, high = (MODEL.update({}, {"metrics": level}).areas[2] @ np.arange(1, 7) for level in (2, 5))
    assert high > low


def test_claims_without_examples_make_an_overclaimer_likelier() -> None:
    ids = [i.id for i in MODEL.rubric.indicators if i.level in (3, 4, 5)][:8]
    bare = {i: observe(i, Status.ESTABLISHED, EvidenceKind.NONE, True) for i in ids}
    shown = {i: observe(i, Status.ESTABLISHED, EvidenceKind.EXAMPLE, True) for i in ids}
    assert MODEL.update(bare).bias[0] < 0.5 < MODEL.update(shown).bias[0]


def test_the_prior_is_weak() -> None:
    assert max(MODEL.update({}).level) < 0.35


CLICKED = ["mobilise.owner", "mobilise.metrics", "mobilise.cross-team", "integrate.goals", "embed.training"]
RAISED: Statuses = (0.4, 0.0, 0.6, 0.0, 0.0)  # absent at first, then partial


def clicked(status: Status, raised: int) -> tuple[dict[str, Observation], Review]:
    """Five clicks of one status, of which so many were raised to partial at the confirmation with no new word."""
    lines = {i: replace(observe(i, status), source="clicked") for i in CLICKED}
    corrected = {i: replace(lines[i], statuses=RAISED, source="corrected") for i in CLICKED[:raised]}
    return {**lines, **corrected}, Review(frozenset(corrected), frozenset(corrected), len(CLICKED) if raised else 0)


def test_one_click_put_right_counts_most_of_what_it_would_have_from_the_start() -> None:
    absent, once = MODEL.update(clicked(Status.ABSENT, 0)[0]), MODEL.update(*_with_review(clicked(Status.ABSENT, 1)))
    lines = clicked(Status.ABSENT, 0)[0] | {CLICKED[0]: observe(CLICKED[0], Status.PARTIAL)}
    from_the_start = MODEL.update(lines)
    gained = (once.expected_level - absent.expected_level) / (from_the_start.expected_level - absent.expected_level)
    assert 0.3 < gained <= 1.0


def test_clicks_raised_all_over_leave_the_first_ones_standing() -> None:
    absent = MODEL.update(clicked(Status.ABSENT, 0)[0])
    all_over = MODEL.update(*_with_review(clicked(Status.ABSENT, 5)))
    claimed = MODEL.update(clicked(Status.PARTIAL, 0)[0])
    assert all_over.bias[0] < 0.1
    assert all_over.expected_level - absent.expected_level < 0.25 * (claimed.expected_level - absent.expected_level)


def _with_review(found: tuple[dict[str, Observation], Review]) -> tuple[dict[str, Observation], dict[str, int], Review]:
    return found[0], {}, found[1]

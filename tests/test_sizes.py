"""What goes to a language model and comes back stays small: in talks, and for questions to the sources."""

from collections.abc import Callable

import pytest

from evals.sizes import Sizes, questions, talks


@pytest.mark.parametrize(("measured", "most_calls"), [(talks, 1.0), (questions, 4.0)])
def test_prompts_and_answers_keep_to_their_bounds(measured: Callable[[], Sizes], most_calls: float) -> None:
    sizes = measured()
    prompt, answer = sizes.medians
    assert len(sizes.prompts) > 20 and 500 < prompt < 10_000 and 20 < answer < 1_500
    assert 0 < sizes.calls <= most_calls * sizes.turns

"""Probabilities as whole percentages that make a hundred together."""

from __future__ import annotations

from collections.abc import Sequence

_WHOLE = 100


def percentages(probabilities: Sequence[float]) -> tuple[int, ...]:
    """Rounded by the largest remainder. Nothing is ever certain: the likeliest is 99 at most, and the next has the rest."""
    scale = _WHOLE / sum(probabilities)
    exact = [probability * scale for probability in probabilities]
    rounded = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda n: rounded[n] - exact[n])
    for n in by_remainder[: _WHOLE - sum(rounded)]:
        rounded[n] += 1
    first, second, *_ = sorted(range(len(exact)), key=lambda n: -exact[n])
    if rounded[first] == _WHOLE:
        rounded[first], rounded[second] = _WHOLE - 1, 1
    return tuple(rounded)

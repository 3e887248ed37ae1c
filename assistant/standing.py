"""Where the whole stands and how an area stands to it, from the probabilities of the six levels. Plain maths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Standing = Literal["behind", "with_or_behind", "with", "with_or_ahead", "ahead", "open"]
CLEAR = 0.65
RULED_OUT = 0.08
BETWEEN = 2


def standing_levels(probabilities: Sequence[float]) -> tuple[int, ...]:
    """The level, the two levels it stands between, or the range where too little was heard to say closer."""
    best = _likeliest(probabilities)
    if probabilities[best] >= CLEAR:
        return (best + 1,)
    around = [n for n in (best - 1, best + 1) if 0 <= n < len(probabilities)]
    second = max(around, key=lambda n: probabilities[n])
    if probabilities[best] + probabilities[second] >= CLEAR:
        return tuple(sorted((best + 1, second + 1)))
    likely = [n for n, p in enumerate(probabilities) if p >= RULED_OUT]
    return tuple(range(min(likely) + 1, max(likely) + 2))


def ground_of(levels: Sequence[int], likeliest: int) -> int:
    """The lower of two levels that an organisation stands between, which it has surely reached; else the likeliest."""
    return levels[0] if len(levels) <= BETWEEN else likeliest


def likely_levels(probabilities: Sequence[float]) -> tuple[int, ...]:
    """The fewest neighbouring levels, the likeliest among them, that together are as likely as a finding has to be."""
    best, count = _likeliest(probabilities), len(probabilities)
    spans = [(low, high) for low in range(best + 1) for high in range(best + 1, count + 1)]
    enough = [(low, high) for low, high in spans if sum(probabilities[low:high]) >= CLEAR] or [(0, count)]
    low, high = min(enough, key=lambda span: (span[1] - span[0], -sum(probabilities[span[0] : span[1]])))
    return tuple(range(low + 1, high + 1))


def standing_of(area: Sequence[int], whole: Sequence[int]) -> Standing:
    """How an area stands to the whole, from where the likely levels of both lie.

    Open where the area may be on either side, and where of the whole itself only a range can be said.
    """
    if area[-1] < whole[0]:
        return "behind"
    if area[0] > whole[-1]:
        return "ahead"
    below, above = area[0] < whole[0], area[-1] > whole[-1]
    if (below and above) or len(whole) > BETWEEN:
        return "open"
    return "with_or_behind" if below else "with_or_ahead" if above else "with"


def _likeliest(probabilities: Sequence[float]) -> int:
    return max(range(len(probabilities)), key=probabilities.__getitem__)

"""What was heard: readings of single indicators, with the leader's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from knowledge.schema import EVIDENCE_KINDS, EvidenceKind, Status

STATUSES = (Status.ABSENT, Status.PLANNED, Status.PARTIAL, Status.ESTABLISHED, Status.UNKNOWN)
Source = Literal["heard", "clicked", "corrected"]
Statuses = tuple[float, float, float, float, float]
EVEN = (0.25, 0.25, 0.25, 0.25)


@dataclass(frozen=True)
class Evidence:
    """Probabilities of none, claim and example; whether an example was asked for; the leader's words."""

    kinds: tuple[float, float, float]
    asked: bool = False
    quote: str | None = None

    @property
    def kind(self) -> EvidenceKind:
        return EVIDENCE_KINDS[max(range(3), key=self.kinds.__getitem__)]


@dataclass(frozen=True)
class Observation:
    """One indicator as understood at one turn.

    `statuses` are the probabilities of absent, planned, partial, established and unknown, summing to one. `prior`
    is what the reader would have said of the first four without the words; the belief divides by it, so that what
    is common for an indicator does not count twice.
    """

    indicator: str
    statuses: Statuses
    evidence: Evidence
    turn: int
    source: Source = "heard"
    direct: bool = True
    prior: tuple[float, float, float, float] = EVEN

    @property
    def status(self) -> Status:
        return STATUSES[max(range(5), key=self.statuses.__getitem__)]

    @property
    def certainty(self) -> float:
        """The probability of the likeliest status, 0 to 1."""
        return max(self.statuses)


def certain(status: Status) -> Statuses:
    """All probability on one status."""
    a, b, c, d, e = (1.0 if s is status else 0.0 for s in STATUSES)
    return (a, b, c, d, e)


def kinds_of(kind: EvidenceKind) -> tuple[float, float, float]:
    a, b, c = (1.0 if k is kind else 0.0 for k in EVIDENCE_KINDS)
    return (a, b, c)


Heard = Mapping[str, Observation]


def in_words(heard: Heard) -> bool:
    """Whether most of what was heard on questions was said in words, not clicked; before the first, of all."""
    answers = [o for o in heard.values() if o.direct] or list(heard.values())
    return 2 * sum(o.source == "heard" and o.certainty < 1 for o in answers) > len(answers)


@dataclass(frozen=True)
class Bearing:
    """What a whole open answer says of how far things have come, beside what it says of single indicators.

    `topic` is an area, or `opening` for the whole. `levels`: how well the answer fits each of the six levels, relative
    to the best, 0 to 1.
    """

    topic: str
    levels: tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Review:
    """What the leader's own look through the lines showed.

    `mended`: indicators whose line was put right, from which it follows that the lines were read. `raised`: those of
    which the leader had claimed less by a click before, and now claims more without a new word. `clicks`: how many
    clicks stood there when one was last raised.
    """

    mended: frozenset[str] = frozenset()
    raised: frozenset[str] = frozenset()
    clicks: int = 0

"""Linear readings of an answer: status, evidence, and which indicator a sentence is about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.listening.features import (
    BUCKETS,
    TOPICS,
    Parts,
    crossed,
    dense,
    dense_size,
    hashed,
    open_named,
    open_size,
)
from assistant.rule import Floats
from assistant.session import Intent
from knowledge.schema import LEVELS, Language, Rubric

FILE = Path(__file__).parent / "embedded.npz"
DENSE_SCALE = 0.15
TURNED = (3, 1, 2, 0)  # level 1's signs: what is absent there is in place; planned and partial stay
HEADS = ("status", "evidence", "topic", "intent", "open")
INTENTS: tuple[Intent, ...] = (
    "answer", "question_back", "correction", "decline", "dont_know", "off_topic", "hostile", "stop", "pause",
)  # fmt: skip
ENDS: frozenset[Intent] = frozenset({"stop", "pause"})
_ENDS_AT_LEAST = 0.6
Hashes = tuple[NDArray[np.int_], Floats]


@dataclass(frozen=True)
class Head:
    """One linear classifier.

    `sparse`: (BUCKETS, classes) over hashed n-grams; `crossed`: the same over words with the indicator. `named`:
    (named features, classes). The latter two are empty where the head does not use them. `offsets`: (classes,).
    """

    sparse: NDArray[np.float16]
    crossed: NDArray[np.float16]
    named: NDArray[np.float32]
    offsets: Floats
    temperature: float

    def scores(self, hashes: Hashes, said_on: Hashes | None = None, features: Floats | None = None) -> Floats:
        """The sums of weights, before they become probabilities: (classes,)."""
        buckets, weights = hashes
        score = weights @ self.sparse[buckets].astype(np.float64) + self.offsets
        if said_on is not None and len(self.crossed):
            score = score + said_on[1] @ self.crossed[said_on[0]].astype(np.float64)
        if features is not None:
            place = np.flatnonzero(features)
            score = score + (features[place] * DENSE_SCALE) @ self.named[place].astype(np.float64)
        return np.asarray(score)

    def probabilities(self, hashes: Hashes, said_on: Hashes | None = None, features: Floats | None = None) -> Floats:
        """Calibrated probabilities of the classes."""
        score = self.scores(hashes, said_on, features)
        odds = np.exp((score - score.max()) / self.temperature)
        return np.asarray(odds / odds.sum())


@dataclass(frozen=True)
class Channel:
    """What the reading of an open answer is worth on organisations left out: at level 0, its rise a level, its spread."""

    start: float
    rise: float
    spread: float

    def reading(self, level: float, off: float) -> float:
        """Of an answer that tells of a level, so many spreads off the line."""
        return self.start + self.rise * level + self.spread * off

    def fit(self, reading: float) -> Floats:
        """How well a reading fits each level, relative to the best: (6,)."""
        found = np.exp(-0.5 * ((reading - self.start - self.rise * np.array(LEVELS)) / self.spread) ** 2)
        return np.asarray(found / found.max())


@dataclass(frozen=True)
class Channels:
    """Of an opening, and of what is said of an area."""

    opening: Channel
    area: Channel

    @classmethod
    def read(cls, path: Path = FILE) -> Channels:
        """Those of a trained file, alone."""
        with np.load(path, allow_pickle=False) as data:
            return cls.of(data["open_channel"])

    @classmethod
    def of(cls, rows: Floats) -> Channels:
        """From (2, 3): openings and areas; start, rise and spread."""
        opening, area = (Channel(*map(float, row)) for row in rows)
        return cls(opening, area)

    def on(self, topic: str) -> Channel:
        """The one for a topic: an area, or the opening."""
        return self.opening if topic == TOPICS[0] else self.area


@dataclass(frozen=True)
class Classifier:
    """Five heads, and what `open` is worth. `prior` (28, 5) is how common each standing is for each indicator in what
    was learnt from.

    `doubted_from`: how unlikely it must be that a message is an answer, before it is taken for something else.
    """

    version: str
    status: Head
    evidence: Head
    topic: Head
    intent: Head
    open: Head
    channels: Channels
    prior: Floats
    doubted_from: float
    rubric: Rubric

    @classmethod
    def read(cls, rubric: Rubric, path: Path = FILE) -> Classifier:
        """From an .npz file of plain arrays. Raises ValueError where it was trained with other features."""
        with np.load(path, allow_pickle=False) as data:
            heads = {
                name: Head(
                    data[f"{name}_sparse"], data[f"{name}_crossed"], data[f"{name}_named"], data[f"{name}_offsets"],
                    float(data[f"{name}_temperature"]),
                )
                for name in HEADS
            }  # fmt: skip
            version, prior, doubted = str(data["version"]), data["prior"], float(data["doubted_from"])
            channels = Channels.of(data["open_channel"])
        fits = all(head.sparse.shape[0] == BUCKETS for head in heads.values())
        if not fits or heads["status"].named.shape[0] != dense_size(rubric) or len(heads["open"].named) != open_size():
            raise ValueError(f"{path.name} was trained with other features; run `make train`")
        return cls(
            version,
            heads["status"],
            heads["evidence"],
            heads["topic"],
            heads["intent"],
            heads["open"],
            channels,
            prior,
            doubted,
            rubric,
        )

    def read_answer(self, parts: Parts, indicator: str, language: Language) -> tuple[Floats, Floats]:
        """Probabilities of the five standings and of the three kinds of evidence."""
        hashes, said_on = hashed(parts), crossed(parts, indicator, language)
        features = dense(parts, indicator, self.rubric, language)
        status = self.status.probabilities(hashes, said_on, features)
        return status, self.evidence.probabilities(hashes, None, features)

    def bearing(self, text: str, topic: str, language: Language) -> Floats:
        """How well an open answer fits each level, relative to the best: (6,)."""
        said_on = crossed([("says", text)], topic, language)
        place = float(self.open.scores(hashed([("says", text)]), said_on, open_named(text, topic, language))[0])
        return self.channels.on(topic).fit(place)

    def topics(self, text: str) -> Floats:
        """Probability that a sentence is about each indicator: (28,), in the rubric's order."""
        return self.topic.probabilities(hashed([("says", text)]))

    def intended(self, text: str, shape: Floats) -> Intent:
        """What a message is for, by its words and its shape; an answer, unless that is unlikely enough.

        What would end the talk must be likely too: else it is the likeliest of what ends nothing.
        """
        found = self.intent.probabilities(hashed([("says", text)]), None, shape)
        if 1 - found[0] < self.doubted_from:
            return "answer"
        likely = dict(zip(INTENTS[1:], map(float, found[1:]), strict=True))
        return max((i for i, p in likely.items() if i not in ENDS or p >= _ENDS_AT_LEAST), key=lambda i: likely[i])

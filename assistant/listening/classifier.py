"""Linear readings over hashed features: status, evidence, and which indicator a sentence is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.listening.features import BUCKETS, features
from assistant.rule import Floats

FILE = Path(__file__).parent / "embedded.npz"


@dataclass(frozen=True)
class Head:
    """One linear classifier: weights (BUCKETS, classes), offsets (classes,), a temperature."""

    weights: NDArray[np.float16]
    offsets: Floats
    temperature: float

    def probabilities(self, parts: Iterable[tuple[str, str]]) -> Floats:
        """Calibrated probabilities of the classes, for the named parts of an answer."""
        buckets, weights = features(parts)
        score = (weights @ self.weights[buckets].astype(np.float64) + self.offsets) / self.temperature
        odds = np.exp(score - score.max())
        return np.asarray(odds / odds.sum())


@dataclass(frozen=True)
class Classifier:
    """The three heads and the version of the file that they came from."""

    version: str
    status: Head
    evidence: Head
    topic: Head
    topics: tuple[str, ...]

    @classmethod
    def read(cls, path: Path = FILE) -> Classifier:
        """From an .npz file of plain arrays. Raises ValueError where the file is of another shape."""
        with np.load(path, allow_pickle=False) as data:
            heads = {
                name: Head(data[f"{name}_weights"], data[f"{name}_offsets"], float(data[f"{name}_temperature"]))
                for name in ("status", "evidence", "topic")
            }
            if any(head.weights.shape[0] != BUCKETS for head in heads.values()):
                raise ValueError(f"{path.name} was trained with another number of buckets; train it again")
            return cls(str(data["version"]), **heads, topics=tuple(str(t) for t in data["topics"]))

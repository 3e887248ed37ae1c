"""An embedding model of the user's choice: any sentence-transformers model, a hub name or a folder (extra `transformers`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class EmbeddingError(Exception):
    """The embedding model that was set cannot be used: why, and what to do."""


class Embedder(Protocol):
    """Turns texts into vectors of unit length. `name` says which model made them: two spaces never mix."""

    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(texts, dimensions)."""
        ...


@dataclass(frozen=True)
class SentenceTransformerEmbedder:
    """A sentence-transformers model."""

    name: str
    model: Any

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors: Vectors = self.model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return vectors


def sentence_transformer(name: str) -> SentenceTransformerEmbedder:
    """The model of a hub name or a folder. Raises EmbeddingError where it cannot be loaded."""
    try:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - four seconds, and an extra
    except ImportError:
        raise EmbeddingError(
            f"VARDE_EMBEDDING is {name!r}, but sentence-transformers is not installed. "
            "Install it with: .venv/bin/pip install -c constraints.txt -e '.[transformers]', or unset VARDE_EMBEDDING."
        ) from None
    try:
        return SentenceTransformerEmbedder(name, SentenceTransformer(name))
    except Exception as error:
        raise EmbeddingError(
            f"the embedding model {name!r} cannot be loaded ({type(error).__name__}). "
            "Check the name or the folder, or unset VARDE_EMBEDDING; nothing was changed."
        ) from error

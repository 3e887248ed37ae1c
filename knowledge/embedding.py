"""Embedding models: the small static one that comes with Varde, or any sentence-transformers model (extra)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

FOLDER = Path(__file__).parent / "embedding"
_FEW = 64


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
class StaticEmbedder:
    """A vector for each piece of a word; a text is the mean of its pieces. numpy only.

    `table`: (pieces, dimensions), as sentence-transformers' StaticEmbedding keeps it.
    """

    name: str
    tokenizer: Any
    table: NDArray[np.floating[Any]]

    def embed(self, texts: Sequence[str]) -> Vectors:
        found = np.zeros((len(texts), self.table.shape[1]), dtype=np.float32)
        for row, encoded in enumerate(self._encoded(texts)):
            if encoded.ids:
                found[row] = self.table[encoded.ids].astype(np.float32).mean(axis=0)
        return unit(found)

    def _encoded(self, texts: Sequence[str]) -> Sequence[Any]:
        """Few texts one by one: waking the tokenizer's threads takes longer than the work."""
        if len(texts) > _FEW:
            return list(self.tokenizer.encode_batch(list(texts), add_special_tokens=False))
        return [self.tokenizer.encode(text, add_special_tokens=False) for text in texts]


def unit(vectors: Vectors) -> Vectors:
    """Each row at unit length; a row of nothing points nowhere in particular."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    spread = np.full_like(vectors, 1 / np.sqrt(vectors.shape[1]))
    return np.asarray(np.where(length > 0, vectors / np.maximum(length, 1e-9), spread), dtype=np.float32)


@cache
def static(folder: Path = FOLDER) -> StaticEmbedder:
    """The static model in a folder, in sentence-transformers' format. Raises EmbeddingError where it is broken."""
    from safetensors.numpy import load_file  # noqa: PLC0415 - only where something is searched
    from tokenizers import Tokenizer  # noqa: PLC0415

    weights = folder / "model.safetensors"
    try:
        table = load_file(weights)["embedding.weight"]
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:
        raise EmbeddingError(
            f"the embedding model that comes with Varde cannot be read ({type(error).__name__}). "
            "Nothing was changed; install Varde again."
        ) from error
    return StaticEmbedder("varde-" + sha256(weights.read_bytes()).hexdigest()[:12], tokenizer, table)


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


def chosen(name: str) -> Embedder:
    """The model that the setting names; none named: the one that comes with Varde."""
    return sentence_transformer(name) if name else static()

"""The index: Chroma for meaning, BM25 for words, one shard for each owner, swapped whole.

A shard is built in a folder of its own beside the one in use, and takes its place by one rename: a kill in the
middle leaves the old one. What is removed is gone with the old folder. An organisation's documents lie in a shard
that nobody else's questions open.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from knowledge.asked import AskedIndex, Places
from knowledge.blank import blank_unused
from knowledge.embedding import Embedder, Vectors
from knowledge.lexical import LexicalIndex, Scores
from knowledge.schema import Language, Passage, PassageKind

VERSION = "6"
SHARED = "shared"
_CURRENT, _MANIFEST, _CHROMA, _LEXICAL, _VECTORS = "current", "manifest.json", "chroma", "lexical", "vectors.npy"
_ASKED = "asked"
_COLLECTION = "passages"
_BATCH, _REMEMBERED = 1000, 300
_LOCK_SECONDS = 60.0

Progress = Callable[[int, int], None]


class IndexBusyError(Exception):
    """Another process is writing the index."""

    def __init__(self) -> None:
        super().__init__(
            "another process is writing the index. Nothing was changed; wait until it is done and try again."
        )


class IndexUnwrittenError(Exception):
    """The index could not be written, or not be opened for want of room; the one that was there stands."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"there is no writing the index ({reason}). The one that was there is whole and stays. "
            "Make room on the disk, check its rights, and try again."
        )


def shard_of(owner: str) -> str:
    """The name of an owner's shard; no name of an organisation stands in a path."""
    return "org-" + sha256(owner.casefold().strip().encode()).hexdigest()[:20] if owner.strip() else SHARED


def built_in(language: Language) -> str:
    """The name of the shard with what Varde knows, in one language."""
    return f"built-in-{language}"


def searched_text(passage: Passage) -> str:
    """What is indexed of a passage."""
    return f"{passage.heading}. {passage.text}" if passage.heading else passage.text


def _texts(passage: Passage) -> list[str]:
    """What of a passage has a vector of its own: its text, and each question that it answers."""
    return [searched_text(passage), *passage.asked]


@dataclass
class Shard:
    """One open generation of one shard.

    `contents`: the key of each passage, in the order of the scores, with its kind and how many questions it answers.
    `vectors`: of each passage in that order its text's, then its questions': (texts and questions, dimensions).
    """

    folder: Path
    contents: dict[str, tuple[PassageKind, int]]
    lexical: LexicalIndex
    asked: AskedIndex
    client: Any
    vectors: Vectors
    _known: dict[str, Passage] = field(default_factory=dict)
    _blanked: bool = False

    @cached_property
    def keys(self) -> list[str]:
        """The keys of the passages, in the order of the scores."""
        return list(self.contents)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each key stands in the scores."""
        return {key: place for place, key in enumerate(self.keys)}

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that there are passages in."""
        return frozenset(key.rpartition("@")[2] for key in self.contents)

    @cached_property
    def _rows(self) -> Places:
        """Where each passage's vectors begin; one more, where the last ones end."""
        return np.cumsum([0, *(1 + asked for _, asked in self.contents.values())])

    @cached_property
    def _collection(self) -> Any:
        return self.client.get_collection(_COLLECTION, embedding_function=None)

    @property
    def store(self) -> Any:
        """The passages as LangChain's `VectorStore`."""
        from langchain_chroma import Chroma  # noqa: PLC0415 - 25 MiB, and only where LangChain is used

        return Chroma(_COLLECTION, client=self.client, create_collection_if_not_exists=False)

    def kind(self, key: str) -> PassageKind:
        return self.contents[key][0]

    def nearest(self, vectors: Vectors, limit: int) -> set[str]:
        """The keys of the passages that lie nearest in meaning to any of the vectors: (n, dimensions)."""
        if not self.contents:
            return set()
        if len(self.vectors) > len(self.contents):
            return self._nearest_by_questions(vectors, limit)
        # by id alone: LangChain's store fetches the texts too, which costs five times the search
        most = min(limit, len(self.contents))
        found = self._collection.query(query_embeddings=vectors, n_results=most, include=[])
        self._blank()
        return {key for keys in found["ids"] for key in keys}

    def _blank(self) -> None:
        """Once the store was used, which is when it writes the room that it has."""
        if not self._blanked:
            blank_unused(self.folder / _CHROMA)
            self._blanked = True

    def close(self) -> None:
        """Closes the store, and leaves nothing in its files that was in memory beside it."""
        self.client.close()
        blank_unused(self.folder / _CHROMA)

    def _nearest_by_questions(self, vectors: Vectors, limit: int) -> set[str]:
        """The same where passages have questions: a few thousand vectors, looked through one by one."""
        near = self.vectors @ vectors.T
        most = min(limit, len(near))
        rows = np.unique(np.argpartition(-near, most - 1, axis=0)[:most])
        return {self.keys[place] for place in np.searchsorted(self._rows, rows, side="right") - 1}

    def densities(self, vector: Vectors, words: Sequence[str], meanings: Vectors) -> tuple[float, float]:
        """How densely questions that passages answer, and such that the sources are silent on, lie around another one.

        `vector`: that of the question, (dimensions,); for the rest see `AskedIndex`.
        """
        return self.asked.densities(self.vectors @ vector, words, meanings)

    def scores(self, wanted: Sequence[str]) -> Scores:
        return self.lexical.scores(wanted)[: len(self.contents)]

    def vectors_of(self, key: str) -> Vectors:
        """The vectors of a passage's text and of its questions: (1 + questions, dimensions)."""
        place = self.place[key]
        return self.vectors[self._rows[place] : self._rows[place + 1]]

    def passages(self, keys: Sequence[str]) -> dict[str, Passage]:
        """The passages with those keys, of those that are here."""
        missing = [key for key in keys if key not in self._known and key in self.contents]
        if len(self._known) + len(missing) > _REMEMBERED:
            self._known.clear()
            missing = [key for key in keys if key in self.contents]
        if missing:
            got = self._collection.get(ids=missing, include=["metadatas"])
            self._blank()
            for id, meta in zip(got["ids"], got["metadatas"], strict=True):
                self._known[id] = Passage.model_validate_json(meta["passage"])
        return {key: self._known[key] for key in keys if key in self._known}


class Index:
    """The shards under one folder. `embedder` makes the vectors; another one rebuilds what it meets."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.folder, self.embedder = folder, embedder
        self._open: dict[str, Shard] = {}

    def fingerprint(self, content: str) -> str:
        return sha256(f"{VERSION}|{self.embedder.name}|{content}".encode()).hexdigest()

    def ensure(
        self, name: str, content: str, passages: Callable[[], Sequence[Passage]], progress: Progress | None = None,
        beside: Callable[[], Sequence[Passage]] = tuple,
    ) -> None:  # fmt: skip
        """Builds a shard where there is none, or where content or embedding model is another.

        `beside`: passages by which the rarity of words is told; they are not in the shard.
        """
        wanted = self.fingerprint(content)
        if self._manifest(name).get("fingerprint") == wanted:
            return
        with self._locked(name):
            if self._manifest(name).get("fingerprint") != wanted:
                self._build(name, wanted, passages(), progress, beside())

    def drop(self, name: str) -> None:
        """Removes a shard and everything in it."""
        with self._locked(name):
            self._close(name)
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def shard(self, name: str) -> Shard | None:
        """The shard as it is now; None where there is none."""
        generation = self._generation(name)
        if generation is None:
            return None
        opened = self._open.get(name)
        if opened is None or opened.folder != generation:
            self._close(name)
            try:
                opened = self._open[name] = _opened(generation)
            except Exception as error:  # SQLite needs a little room even to read
                if reason := _unwritten(error):
                    raise IndexUnwrittenError(reason) from error
                raise
        return opened

    def close(self) -> None:
        for name in list(self._open):
            self._close(name)

    def _locked(self, name: str) -> Any:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - only where something is written

        try:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            return FileLock(self.folder / f"{name}.lock", timeout=_LOCK_SECONDS).acquire()
        except Timeout:
            raise IndexBusyError from None
        except OSError as error:
            raise IndexUnwrittenError(error.strerror or type(error).__name__) from error

    def _generation(self, name: str) -> Path | None:
        try:
            generation = self.folder / name / (self.folder / name / _CURRENT).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return generation if (generation / _MANIFEST).exists() else None

    def _manifest(self, name: str) -> Mapping[str, Any]:
        generation = self._generation(name)
        if generation is None:
            return {}
        found: dict[str, Any] = json.loads((generation / _MANIFEST).read_text(encoding="utf-8"))
        return found

    def _build(
        self, name: str, fingerprint: str, passages: Sequence[Passage], progress: Progress | None,
        beside: Sequence[Passage],
    ) -> None:  # fmt: skip
        home, generation = self.folder / name, self.folder / name / uuid4().hex
        try:
            _write(generation, passages, self.embedder, progress, beside)
            manifest = {
                "fingerprint": fingerprint,
                "model": self.embedder.name,
                "contents": {p.key: (p.kind, len(p.asked)) for p in passages},
            }
            (generation / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
            pointer = home / f"{_CURRENT}.{generation.name}"
            pointer.write_text(generation.name, encoding="utf-8")
            self._close(name)
            pointer.replace(home / _CURRENT)
        except BaseException as error:
            shutil.rmtree(generation, ignore_errors=True)
            if reason := _unwritten(error):
                raise IndexUnwrittenError(reason) from error
            raise
        finally:
            self._sweep(name)

    def _sweep(self, name: str) -> None:
        """Deletes every generation but the one in use, those of a killed build among them."""
        current = self._generation(name)
        for path in (self.folder / name).iterdir():
            if path.is_dir() and path != current:
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.startswith(f"{_CURRENT}."):
                path.unlink(missing_ok=True)

    def _close(self, name: str) -> None:
        opened = self._open.pop(name, None)
        if opened is not None:
            opened.close()


def _unwritten(error: BaseException) -> str:
    """Why something could not be written; empty where that is not what went wrong."""
    if isinstance(error, OSError):
        return error.strerror or "the disk takes no more"
    full = ("disk is full", "no space left", "disk i/o error", "unable to open database", "readonly database")
    return next((reason for reason in full if reason in str(error).lower()), "")


def _client(folder: Path) -> Any:
    import chromadb  # noqa: PLC0415 - half a second, and only where something is searched
    from chromadb.config import Settings  # noqa: PLC0415

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _opened(generation: Path) -> Shard:
    contents = json.loads((generation / _MANIFEST).read_text(encoding="utf-8"))["contents"]
    lexical, asked = LexicalIndex.read(generation / _LEXICAL), AskedIndex.read(generation / _ASKED)
    vectors = np.asarray(np.load(generation / _VECTORS, mmap_mode="r"))
    return Shard(generation, contents, lexical, asked, _client(generation / _CHROMA), vectors)


def _write(
    generation: Path, passages: Sequence[Passage], embedder: Embedder, progress: Progress | None,
    beside: Sequence[Passage],
) -> None:  # fmt: skip
    (generation / _CHROMA).mkdir(parents=True)
    client = _client(generation / _CHROMA)
    made: list[Vectors] = []
    try:
        space: Any = {"hnsw": {"space": "cosine"}}
        collection = client.create_collection(_COLLECTION, embedding_function=None, configuration=space)
        for start in range(0, len(passages), _BATCH):
            made.append(_upserted(collection, passages[start : start + _BATCH], embedder))
            if progress:
                progress(min(start + _BATCH, len(passages)), len(passages))
    finally:
        client.close()
        blank_unused(generation / _CHROMA)
    np.save(generation / _VECTORS, np.concatenate(made) if made else np.zeros((0, 0), dtype=np.float32))
    LexicalIndex.build(_counted(passages), _counted(beside)).save(generation / _LEXICAL)
    AskedIndex.build(passages, embedder).save(generation / _ASKED)


def _counted(passages: Sequence[Passage]) -> list[tuple[str, Language]]:
    return [(" ".join(_texts(p)), p.language) for p in passages]


def _upserted(collection: Any, passages: Sequence[Passage], embedder: Embedder) -> Vectors:
    """The vectors of each passage's text and of its questions. The passages alone are put into the store."""
    texts = [_texts(passage) for passage in passages]
    vectors = embedder.embed([text for one in texts for text in one])
    firsts = np.cumsum([0, *(len(one) for one in texts[:-1])])
    collection.upsert(
        ids=[passage.key for passage in passages],
        embeddings=vectors[firsts],
        documents=[one[0] for one in texts],
        metadatas=[{"key": passage.key, "passage": passage.model_dump_json()} for passage in passages],
    )
    return vectors

"""The documents that were added: one file each, in a folder an owner."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from knowledge.index import shard_of
from knowledge.ingest import Document


class UnknownDocumentError(Exception):
    """No document of that id is kept."""

    def __init__(self, document: str) -> None:
        super().__init__(
            f"no document {document!r} is kept here. Nothing was changed; `varde knowledge list` names them all."
        )


class Shelf:
    """Keeps documents under a folder. Each file is written whole or not at all.

    What a document replaces is kept beside it until the change is settled or undone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, document: Document) -> None:
        path = self._path(document)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{uuid4().hex}.part")
        try:
            with part.open("w", encoding="utf-8") as file:
                file.write(document.model_dump_json())
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                self.settle(document)
                os.link(path, _before(path))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def settle(self, document: Document) -> None:
        """What the document replaced is let go."""
        _before(self._path(document)).unlink(missing_ok=True)

    def undo(self, document: Document) -> None:
        """Takes the document back; what it replaced is there again, as if it had never been touched."""
        path = self._path(document)
        if _before(path).exists():
            _before(path).replace(path)
        else:
            path.unlink(missing_ok=True)

    def get(self, document: str) -> Document:
        """The document with that id. Raises UnknownDocumentError."""
        for path in self._files():
            if path.stem == document:
                return Document.model_validate_json(path.read_text(encoding="utf-8"))
        raise UnknownDocumentError(document)

    def remove(self, document: Document) -> None:
        self.settle(document)
        self._path(document).unlink(missing_ok=True)

    def listed(self, shard: str | None = None) -> list[Document]:
        """Every document, or those of one shard, by owner and file."""
        found = (Document.model_validate_json(path.read_text(encoding="utf-8")) for path in self._files(shard))
        return sorted(found, key=lambda document: (document.owner.casefold(), document.file))

    def content(self, shard: str) -> str:
        """What changes whenever a shard's documents do."""
        stats = sorted((path.stem, path.stat().st_mtime_ns, path.stat().st_size) for path in self._files(shard))
        return sha256(repr(stats).encode()).hexdigest() if stats else ""

    def _files(self, shard: str | None = None) -> Iterator[Path]:
        return self._folder.glob(f"{shard or '*'}/*.json")

    def _path(self, document: Document) -> Path:
        return self._folder / shard_of(document.owner) / f"{document.id}.json"


def _before(path: Path) -> Path:
    return path.with_suffix(".before")

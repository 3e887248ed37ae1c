"""Whether a paragraph of somebody's document is found to support the changes that it speaks of, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from assistant.library import Library
from assistant.session import Profile
from assistant.support import SupportFinder
from assistant.voice import voice_of
from knowledge import default as knowledge
from knowledge.embedding import Embedder, static
from knowledge.load import read_yaml
from knowledge.schema import LANGUAGES, Language, Passage, Value

PARAGRAPHS = Path(__file__).with_suffix(".yaml")


class Paragraph(Value):
    """A paragraph and the indicators whose changes it supports; none, where it only looks as if it did."""

    split: Literal["tuning", "test"]
    language: Language
    supports: tuple[str, ...]
    text: str


def read_paragraphs(path: Path, split: str) -> list[Paragraph]:
    """Raises KnowledgeError."""
    return [paragraph for paragraph in read_yaml(path, list[Paragraph]) if paragraph.split == split]


def shares(paragraphs: Sequence[Paragraph], embedder: Embedder) -> dict[str, float]:
    """Over sessions in all three languages: `found`, of the changes meant, those found; `right`, of those found, those
    meant; `beside`, the share of paragraphs on other things that are cited at all."""
    known = knowledge()
    meant = right = found = idle = cited = 0
    with TemporaryDirectory() as folder:
        finder = SupportFinder(Library(known, Path(folder), embedder))
        for language in LANGUAGES:
            voice = voice_of(Profile(language, "private", "role", "scope"), 0, known)
            for number, paragraph in enumerate(paragraphs):
                passage = Passage(
                    id=f"doc.{number}", language=paragraph.language, heading="", text=paragraph.text, source="paragraph",
                    title="", locator="", kind="document",
                )  # fmt: skip
                changes = {i.id for i in known.rubric.indicators if finder.supports(passage, i.id, voice)}
                meant, found = meant + len(paragraph.supports), found + len(changes)
                right += len(changes & set(paragraph.supports))
                idle, cited = idle + (not paragraph.supports), cited + bool(changes and not paragraph.supports)
    return {"found": right / meant, "right": right / max(found, 1), "beside": cited / idle}


def main() -> None:
    for split in ("tuning", "test"):
        print(
            split,
            {name: round(share, 2) for name, share in shares(read_paragraphs(PARAGRAPHS, split), static()).items()},
        )


if __name__ == "__main__":
    main()

"""What Varde knows as passages that can be found and cited: the sources retold, the model as data, what is ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Literal

from knowledge.embedding import Embedder
from knowledge.index import Index, IndexUnwrittenError, Progress, built_in, shard_of
from knowledge.ingest import Document, Labels, UnreadableError, read
from knowledge.load import HERE, asked
from knowledge.schema import (
    LANGUAGES,
    LEVELS,
    Benchmark,
    Bridge,
    Cell,
    Indicator,
    Knowledge,
    Language,
    Passage,
    PassageKind,
    Play,
)
from knowledge.search import Search
from knowledge.shelf import Shelf
from prompts import Bank, Terms, load, terms

WORKSHEET = "004_e07ceb6fcf343595.txt"
OURS = "varde"
_STEPS = ("Define your foundation", "Plan your path", "Make change happen", "Plan for the future")
_FRAMEWORKS = {"temkin": "Temkin", "xm": "XM Institute", "hafslund": "Hafslund"}


def passages(known: Knowledge, language: Language) -> tuple[Passage, ...]:
    """Every built-in passage in one language. Ids are the same in all three languages."""
    bank, questions = load(language), asked(HERE, language, "model")
    retold = (passage for (_, spoken), passage in known.passages.items() if spoken == language)
    model = _Model(known, language, bank, terms(bank.words, "customer", "customer-experience"))
    made = (
        passage if passage.asked else passage.model_copy(update={"asked": questions.get(passage.id, ())})
        for passage in model.passages()
    )
    return (*retold, *made)


@dataclass(frozen=True)
class _Model:
    """The model and what is ours, as passages in one language."""

    known: Knowledge
    language: Language
    bank: Bank
    terms: Terms

    def passages(self) -> Iterator[Passage]:
        yield self._levels()
        yield from (self._level(level) for level in LEVELS)
        yield from (self._indicator(indicator) for indicator in self.known.rubric.indicators)
        yield from (self._cell(cell) for cell in self.known.cells.values())
        yield self._rule()
        yield from self._bridges()
        yield from (self._benchmark(benchmark) for benchmark in self.known.benchmarks)
        yield from (self._play(play) for play in self.known.playbook.values())
        for term in self.known.glossary:
            heading = self._say("library_term", term=term.aliases[self.language][0])
            kind: PassageKind = "model" if term.origin == "source" else "ours"
            source = self._source_of(term.passages) if kind == "model" else OURS
            yield self._made(f"term.{term.id}", heading, term.text[self.language], source, kind, "glossary")
        for note in self.known.notes:
            made = self._made(note.id, note.heading[self.language], note.text[self.language], OURS, "ours", "notes")
            yield made.model_copy(update={"asked": note.asked[self.language]})
        yield from self._silences()

    def _silences(self) -> Iterator[Passage]:
        for (name, language), silence in self.known.silences.items():
            if language == self.language:
                made = self._made(f"silence.{name}", "", silence.text, OURS, "silence", "silences")
                yield made.model_copy(update={"asked": silence.asked})

    def _say(self, key: str, /, **values: str) -> str:
        said = self.terms.fill(self.bank.phrase(key), **values)
        return said[:1].upper() + said[1:]

    def _fill(self, template: str) -> str:
        return self.terms.fill(template)

    def _source_of(self, ids: tuple[str, ...]) -> str:
        found = [self.known.passages[passage, self.language].source for passage in ids]
        return found[0] if found else OURS

    def _made(self, id: str, heading: str, text: str, source: str, kind: PassageKind, locator: str) -> Passage:
        title = self._say("library_title_model" if kind == "model" else "library_title_ours")
        return Passage(
            id=id, language=self.language, heading=heading, text=" ".join(text.split()), source=source, title=title,
            locator=locator, kind=kind,
        )  # fmt: skip

    @cached_property
    def _named(self) -> list[str]:
        return [self._name(f"level.{level}") for level in LEVELS]

    def _levels(self) -> Passage:
        text = self._say("library_levels", names=", ".join(self._named))
        return self._made("levels", self._say("library_levels_heading"), text, WORKSHEET, "model", "rubric")

    def _level(self, number: int) -> Passage:
        level = self.known.rubric.level(number)
        stance, essence, managed = (self._fill(t[self.language]) for t in (level.stance, level.essence, level.managed))
        heading = self._name(f"level.{number}")
        return self._made(
            f"level.{number}", heading[:1].upper() + heading[1:], f"{stance}. {essence} {managed}", WORKSHEET, "model",
            "rubric",
        )  # fmt: skip

    def _indicator(self, indicator: Indicator) -> Passage:
        text, shows, label = (self._fill(t[self.language]) for t in (indicator.text, indicator.shows, indicator.label))
        belongs = self._say(
            "library_sign", level=self._name(f"level.{indicator.level}"), area=self._name(f"area.{indicator.area}")
        )
        said = f"{text} {self._say('library_shows', shows=shows)} {belongs}"
        return self._made(f"sign.{indicator.id}", label, said, WORKSHEET, "model", "rubric")

    def _cell(self, cell: Cell) -> Passage:
        heading = self._say(
            "library_cell", area=self._name(f"area.{cell.area}"), level=self._name(f"level.{cell.level}")
        )
        kind: PassageKind = "model" if cell.origin == "source" else "ours"
        source = WORKSHEET if kind == "model" else OURS
        text = self._fill(cell.text[self.language])
        return self._made(f"cell.{cell.area}.{cell.level}", heading, text, source, kind, "cells")

    def _rule(self) -> Passage:
        rubric = self.known.rubric
        text = f"{rubric.provenance[self.language]} {self._say('library_rule')}"
        return self._made("rule", self._say("library_rule_heading"), text, OURS, "ours", "rubric")

    def _bridges(self) -> Iterator[Passage]:
        def pair(bridge: Bridge) -> tuple[str, str]:
            return bridge.source.split(".")[0], bridge.target.split(".")[0]

        for (one, other), found in groupby(sorted(self.known.crosswalk, key=pair), key=pair):
            lines = [
                self._say(
                    f"library_relation_{b.relation}", one=self._name(b.source), other=self._name(b.target),
                    note=b.note[self.language],
                )
                for b in found
            ]  # fmt: skip
            heading = self._say("library_bridge", one=self._framework(one), other=self._framework(other))
            yield self._made(f"crosswalk.{one}.{other}", heading, " ".join(lines), OURS, "ours", "crosswalk")

    def _benchmark(self, benchmark: Benchmark) -> Passage:
        heading = self._say("library_elsewhere", publisher=benchmark.publisher or "")
        text = benchmark.finding[self.language]
        return self._made(f"benchmark.{benchmark.id}", heading.strip(" :"), text, OURS, "ours", "benchmarks")

    def _play(self, play: Play) -> Passage:
        said = play[self.language]
        moves = " ".join(said.moves[lens] for lens in said.moves.lenses)
        text = f"{said.why} {moves} {said.first_step} {said.sign}"
        return self._made(f"play.{play.id}", self._fill(said.title), self._fill(text), OURS, "ours", "playbook")

    def _framework(self, key: str) -> str:
        return _FRAMEWORKS.get(key) or self._say(f"library_framework_{key}")

    def _name(self, thing: str) -> str:
        """A level, an area, a dimension or another framework's stage, as one says it."""
        kind, _, key = thing.partition(".")
        rubric = self.known.rubric
        if kind == "level":
            name = rubric.level(int(key)).name[self.language]
            return self.terms.fill(self.bank.phrase("library_level"), number=key, name=name)
        if kind == "area":
            area = next(a for a in rubric.areas if a.key == key)
            return self._say("library_area", name=self._fill(area.name[self.language]))
        if kind == "dimension":
            dimension = next(d for d in rubric.dimensions if d.key == key)
            return self._say("library_dimension", name=dimension.name[self.language])
        stage = _STEPS[int(key) - 1] if kind == "hafslund" else key.capitalize()
        return f"{_FRAMEWORKS[kind]}: {stage}"


@dataclass(frozen=True)
class Added:
    """What came of one file: `added`, `replaced`, `same`, or `refused` with the reason."""

    file: str
    outcome: Literal["added", "replaced", "same", "refused"]
    reason: str = ""
    document: str = ""


class Library:
    """What Varde knows and the documents that were added, kept findable under one folder."""

    def __init__(self, known: Knowledge, folder: Path, embedder: Embedder) -> None:
        self.known, self.shelf = known, Shelf(folder / "documents")
        self._index = Index(folder / "index", embedder)
        self.search = Search(self._index)

    def ready(self, progress: Progress | None = None) -> None:
        """Builds what is missing or out of date: the built-in passages, and the shards of added documents."""
        for language in LANGUAGES:
            made = passages(self.known, language)
            content = sha256("".join(p.model_dump_json() for p in made).encode()).hexdigest()
            self._index.ensure(built_in(language), content, lambda made=made: made, progress)  # type: ignore[misc]
        for shard in {shard_of(document.owner) for document in self.shelf.listed()}:
            self._refresh(shard, progress)

    def passage(self, key: str, organisation: str = "") -> Passage | None:
        """The passage with that key, where the organisation may see it."""
        language = key.rpartition("@")[2]
        names = [f"built-in-{language}", shard_of(""), *([shard_of(organisation)] if organisation.strip() else [])]
        for name in names:
            shard = self._index.shard(name)
            found = shard.passages([key]) if shard else {}
            if key in found:
                return found[key]
        return None

    def add(
        self, files: Sequence[tuple[Path, str]], labels: Labels, progress: Progress | None = None
    ) -> Iterator[Added]:
        """Reads and keeps each file, then indexes them all at once; one that is refused stops no other.

        Raises IndexUnwrittenError where they cannot be indexed; then none of them is kept.
        """
        kept = {document.id: document.digest for document in self.shelf.listed(shard_of(labels.owner))}
        put: list[Document] = []
        for file, name in files:
            try:
                document = read(file, name, labels)
                before = kept.get(document.id)
                if before == document.digest and self.shelf.get(document.id) == document:
                    yield Added(name, "same", document=document.id)
                    continue
                self._put(document)
            except UnreadableError as error:
                yield Added(name, "refused", str(error))
                continue
            put.append(document)
            yield Added(name, "replaced" if before else "added", document=document.id)
        if put:
            self._indexed(put, shard_of(labels.owner), progress)

    def _put(self, document: Document) -> None:
        try:
            self.shelf.put(document)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UnreadableError(
                f"{document.file}: it could not be kept ({reason}). Nothing of it was; make room on the disk, check its "
                "rights, and add it again."
            ) from error

    def _indexed(self, put: Sequence[Document], shard: str, progress: Progress | None) -> None:
        try:
            self._refresh(shard, progress)
        except BaseException:
            for document in reversed(put):
                self.shelf.undo(document)
            raise
        for document in put:
            self.shelf.settle(document)

    def remove(self, document_id: str) -> Document:
        """Takes a document out of the shelf and of the index; nothing of it is left. Raises UnknownDocumentError.

        Raises IndexUnwrittenError where the owner's other documents cannot be indexed anew: then the document is gone
        all the same, and they are found again once there is room.
        """
        document = self.shelf.get(document_id)
        self.shelf.remove(document)
        shard = shard_of(document.owner)
        try:
            self._refresh(shard, None)
        except IndexUnwrittenError:
            self._index.drop(shard)
            self._refresh(shard, None)
        return document

    def close(self) -> None:
        self._index.close()

    def _refresh(self, shard: str, progress: Progress | None) -> None:
        content = self.shelf.content(shard)
        if not content:
            self._index.drop(shard)
            return
        self._index.ensure(
            shard, content, lambda: [p for document in self.shelf.listed(shard) for p in document.passages], progress,
            lambda: [p for language in LANGUAGES for p in passages(self.known, language)],
        )  # fmt: skip

"""Documents of one's own, the index and the search: what is added is found, what is removed is gone."""

import json
import os
import struct
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest

from assistant.library import Library, passages
from knowledge import default as knowledge
from knowledge.blank import blank_unused
from knowledge.embedding import static
from knowledge.index import Index, IndexBusyError, IndexUnwrittenError, shard_of
from knowledge.ingest import LARGEST_FILE, Labels, UnreadableError, files_of, read
from knowledge.schema import LANGUAGES, Language
from knowledge.search import retriever
from knowledge.shelf import UnknownDocumentError
from tests.conftest import home_like

KNOWN = knowledge()
SECRET = "The Zanzibar ferry had its ramp repainted in turquoise because the regulars asked for it."


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory, indexed: Path) -> Path:
    """A home whose built-in index is ready, for tests that add nothing."""
    return home_like(indexed, Path(tmp_path_factory.mktemp("library"))) / "knowledge"


@pytest.fixture
def library(shared_home: Path) -> Iterator[Library]:
    found = Library(KNOWN, shared_home, static())
    yield found
    for document in found.shelf.listed():
        found.remove(document.id)
    found.close()


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def added(library: Library, path: Path, **labels: str) -> list[str]:
    return [found.outcome for found in library.add(files_of(path), Labels(**labels))]  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_built_in_passages_are_the_same_in_every_language(language: Language) -> None:
    ids = [p.id for p in passages(KNOWN, language)]
    assert len(ids) == len(set(ids)) and set(ids) == {p.id for p in passages(KNOWN, "en")}
    assert all("{" not in p.text + p.heading for p in passages(KNOWN, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_retold_passage_has_its_questions(language: Language) -> None:
    for passage in passages(KNOWN, language):
        if passage.kind == "retelling":
            assert len(passage.asked) >= 12, passage.id


def test_what_is_added_is_found_and_what_is_removed_is_gone_to_the_last_byte(library: Library, tmp_path: Path) -> None:
    file = write(tmp_path, "ferry.txt", f"Notes from the jetty.\n\n{SECRET}\n")
    assert added(library, file) == ["added"]
    hit = library.search.find("Why was the ramp of the ferry repainted?", "en", limit=1)[0]
    assert SECRET in hit.passage.text and hit.passage.source == "ferry.txt"
    library.remove(library.shelf.listed()[0].id)
    assert all(h.passage.source != "ferry.txt" for h in library.search.find("ferry ramp turquoise", "en"))
    home = library.shelf._folder.parent
    assert not [p for p in home.rglob("*") if p.is_file() and b"turquoise" in p.read_bytes()]


def test_the_same_file_twice_changes_nothing_and_a_changed_one_replaces(library: Library, tmp_path: Path) -> None:
    file = write(tmp_path, "ferry.txt", SECRET)
    assert added(library, file) == ["added"]
    assert added(library, file) == ["same"]
    write(tmp_path, "ferry.txt", SECRET.replace("turquoise", "vermilion"))
    assert added(library, file) == ["replaced"]
    assert len(library.shelf.listed()) == 1
    assert "vermilion" in library.search.find("ferry ramp", "en", limit=1)[0].passage.text


def test_an_organisations_documents_are_nobody_elses(library: Library, tmp_path: Path) -> None:
    added(library, write(tmp_path, "ours.txt", SECRET), owner="Ferry Ltd")
    for organisation, sees in (("Ferry Ltd", True), ("ferry ltd ", True), ("Bus Ltd", False), ("", False)):
        found = library.search.find("the ramp of the Zanzibar ferry", "en", organisation)
        assert any(h.passage.source == "ours.txt" for h in found) is sees, organisation
    key = library.shelf.listed()[0].passages[0].key
    assert library.passage(key, "Ferry Ltd") and not library.passage(key, "Bus Ltd") and not library.passage(key)
    assert "ferry" not in shard_of("Ferry Ltd")


def test_one_refused_file_stops_no_other(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "empty.txt", "")
    write(tmp_path, "good.md", f"# Jetty\n\n{SECRET}")
    write(tmp_path, "odd.xyz", "?")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    outcomes = {found.file: found for found in library.add(files_of(tmp_path), Labels())}
    assert outcomes["good.md"].outcome == "added"
    assert outcomes["empty.txt"].outcome == "refused" and "empty" in outcomes["empty.txt"].reason
    assert outcomes["odd.xyz"].outcome == "refused" and ".docx" in outcomes["odd.xyz"].reason


def refused(path: Path) -> str:
    with pytest.raises(UnreadableError) as error:
        read(path, path.name, Labels())
    return str(error.value)


def test_every_bad_file_says_what_is_wrong(tmp_path: Path) -> None:
    binary = tmp_path / "binary.txt"
    binary.write_bytes(bytes(range(256)) * 40)
    assert "no text" in refused(binary)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing more")
    assert "broken" in refused(broken)
    fake = tmp_path / "fake.docx"
    fake.write_bytes(b"PK not a zip")
    assert "broken" in refused(fake)
    for size in (LARGEST_FILE + 1, 200 * 1024 * 1024):
        large = tmp_path / f"large-{size}.txt"
        with large.open("wb") as file:
            file.truncate(size)
        assert "larger" in refused(large)
    empty, fifo, loop = tmp_path / "empty.pdf", tmp_path / "fifo.txt", tmp_path / "loop.txt"
    empty.touch()
    os.mkfifo(fifo)
    loop.symlink_to(loop)
    assert "empty" in refused(empty) and "empty" in refused(fifo) and "cannot be read" in refused(loop)
    with pytest.raises(UnreadableError, match="nothing at this path"):
        files_of(tmp_path / "missing")


def test_a_file_without_rights_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, "locked.txt", SECRET)

    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert "Permission denied" in refused(file) and "rights" in refused(file)


def locked_pdf(path: Path) -> Path:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    with path.open("wb") as file:
        writer.write(file)
    return path


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    assert "password" in refused(locked_pdf(tmp_path / "locked.pdf"))


def test_a_pdf_whose_cipher_is_not_at_hand_is_refused_as_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pypdf.errors import DependencyError

    def missing(*_: object, **__: object) -> None:
        raise DependencyError("cryptography>=3.1 is required for AES algorithm")

    monkeypatch.setattr("pypdf.PdfReader.decrypt", missing)
    assert "password" in refused(locked_pdf(tmp_path / "locked.pdf"))


def test_a_folder_without_rights_is_named_and_the_rest_is_added(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "good.txt", SECRET)
    closed = tmp_path / "closed"
    closed.mkdir()
    really = os.scandir

    def denied(path: object) -> object:
        if Path(str(path)) == closed:
            raise PermissionError(13, "Permission denied", str(closed))
        return really(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", denied)
    outcomes = {found.file: found for found in library.add(files_of(tmp_path), Labels())}
    assert outcomes["good.txt"].outcome == "added"
    assert outcomes["closed"].outcome == "refused" and "Permission denied" in outcomes["closed"].reason


def full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def left_over(library: Library) -> list[Path]:
    home = library.shelf._folder.parent
    return [p for p in home.rglob("*") if p.name.endswith((".part", ".before")) or p.name.startswith("current.")]


def test_a_disk_that_fills_up_while_adding_refuses_that_file_alone(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        write(tmp_path, name, f"{SECRET} {name}")
    really, calls = os.fsync, iter((False, True, False))
    monkeypatch.setattr("knowledge.shelf.os.fsync", lambda file: full() if next(calls) else really(file))
    outcomes = [(found.file, found.outcome) for found in library.add(files_of(tmp_path), Labels())]
    assert outcomes == [("a.txt", "added"), ("b.txt", "refused"), ("c.txt", "added")]
    assert {h.passage.source for h in library.search.find("Zanzibar ferry", "en", built_in=False)} == {"a.txt", "c.txt"}
    assert not left_over(library)


@pytest.mark.parametrize(
    "where", ["knowledge.index.np.save", "knowledge.lexical.json.dumps", "knowledge.index._client"]
)
def test_a_disk_that_fills_up_while_indexing_leaves_shelf_and_index_as_they_were(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    write(tmp_path, "ferry.txt", SECRET)
    added(library, tmp_path)
    before = [d.model_dump_json() for d in library.shelf.listed()]
    library.search.find("ferry", "en")
    write(tmp_path, "ferry.txt", SECRET.replace("turquoise", "vermilion"))
    write(tmp_path, "new.txt", SECRET.replace("ferry", "bus"))
    with monkeypatch.context() as disk, pytest.raises(IndexUnwrittenError, match="No space"):
        disk.setattr(where, full)
        added(library, tmp_path)
    assert [d.model_dump_json() for d in library.shelf.listed()] == before and not left_over(library)
    assert "turquoise" in library.search.find("ferry ramp", "en", built_in=False)[0].passage.text
    assert added(library, tmp_path) == ["replaced", "added"]


def test_what_is_removed_is_gone_even_where_the_disk_takes_no_more(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "ferry.txt", SECRET)
    write(tmp_path, "bus.txt", "The bus to the market leaves at nine.")
    added(library, tmp_path)
    document = next(d for d in library.shelf.listed() if d.file == "ferry.txt")
    with monkeypatch.context() as disk, pytest.raises(IndexUnwrittenError):
        disk.setattr("knowledge.index.np.save", full)
        library.remove(document.id)
    home = library.shelf._folder.parent
    assert not [p for p in home.rglob("*") if p.is_file() and b"turquoise" in p.read_bytes()]
    library.ready()
    assert library.search.find("bus market", "en", built_in=False)[0].passage.source == "bus.txt"


def test_what_was_in_memory_beside_an_index_is_not_in_its_files(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "ferry.txt", SECRET)
    added(library, tmp_path)
    library.search.find("ferry ramp", "en")
    files = [f for f in library.shelf._folder.parent.rglob("data_level0.bin") if f.stat().st_size]
    assert files and all(not any(f.read_bytes()) for f in files)


def test_the_elements_of_an_index_are_left_when_the_rest_is_blanked(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    header = struct.pack("<iQQQQ", 1, 0, 5, 2, 12) + b"more of it"
    for name, held in (("header.bin", header), ("data_level0.bin", b"x" * 60), ("length.bin", b"y" * 20)):
        (tmp_path / "one" / name).write_bytes(held)
    blank_unused(tmp_path)
    blank_unused(tmp_path / "nowhere")
    assert (tmp_path / "one" / "data_level0.bin").read_bytes() == b"x" * 24 + bytes(36)
    assert (tmp_path / "one" / "length.bin").read_bytes() == b"y" * 8 + bytes(12)
    assert (tmp_path / "one" / "header.bin").read_bytes() == header


def test_word_powerpoint_html_and_markdown_are_read(tmp_path: Path) -> None:
    import docx
    from pptx import Presentation

    document = docx.Document()
    document.add_heading("Jetty", 1)
    document.add_paragraph(SECRET)
    document.add_table(1, 2).rows[0].cells[0].text = "Berth nine"
    document.save(str(tmp_path / "a.docx"))
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "Jetty", SECRET
    deck.save(str(tmp_path / "b.pptx"))
    write(tmp_path, "c.html", f"<html><body><h1>Jetty</h1><script>alert(1)</script><p>{SECRET}</p></body></html>")
    write(tmp_path, "d.md", f"# Jetty\n\n{SECRET}\n")
    for name in ("a.docx", "b.pptx", "c.html", "d.md"):
        found = read(tmp_path / name, name, Labels())
        text = " ".join(p.text for p in found.passages)
        assert "turquoise" in text and "alert" not in text and found.language == "en", name
        assert found.title == "Jetty", name
    assert any(p.locator == "slide 1" for p in read(tmp_path / "b.pptx", "b.pptx", Labels()).passages)
    assert any("Berth nine" in p.text for p in read(tmp_path / "a.docx", "a.docx", Labels()).passages)


def test_the_retriever_is_langchains(library: Library) -> None:
    found = retriever(library.search, "nb", limit=2).invoke("Hvem står bak CXPA?")
    assert found[0].metadata["source"].startswith("000_") and len(found) == 2


def test_a_shard_is_a_vector_store_of_langchains(library: Library) -> None:
    from langchain_core.vectorstores import VectorStore

    shard = library._index.shard("built-in-en")
    assert shard and isinstance(shard.store, VectorStore)
    vector = shard.vectors_of("levels@en")[0]
    assert shard.store.similarity_search_by_vector(vector.tolist(), k=1)[0].metadata["key"] == "levels@en"
    assert "levels@en" in shard.nearest(vector[None, :], 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_lies_among_those_that_are_answered_or_those_that_are_not(
    library: Library, language: Language
) -> None:
    answered = library.known.passages["seminar.event", language].asked[0]
    silent = next(s.asked[0] for (_, spoken), s in library.known.silences.items() if spoken == language)
    assert library.search.among(answered, language) > 0 > library.search.among(silent, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_passage_is_found_by_a_question_that_it_answers(library: Library, language: Language) -> None:
    wanted = library.known.passages["mirror.capacity", language]
    found = [library.search.find(question, language, limit=1, mode="dense")[0] for question in wanted.asked[:10]]
    assert {hit.passage.id for hit in found} == {wanted.id} and min(hit.asked for hit in found) > 0.99


def test_another_embedding_model_rebuilds(tmp_path: Path) -> None:
    class Other:
        name = "other"

        def embed(self, texts):  # type: ignore[no-untyped-def]
            return static().embed(texts)[:, :48]

    few = passages(KNOWN, "en")[:3]
    index = Index(tmp_path, static())
    index.ensure("s", "content", lambda: few)
    first = index.shard("s").folder  # type: ignore[union-attr]
    index.ensure("s", "content", lambda: pytest.fail("built again"))
    index.close()
    other = Index(tmp_path, Other())  # type: ignore[arg-type]
    other.ensure("s", "content", lambda: few)
    shard = other.shard("s")
    assert shard and shard.folder != first and not first.exists()
    assert shard.vectors_of(few[0].key).shape[1] == 48
    other.close()


def test_a_failed_build_leaves_the_old_index(tmp_path: Path) -> None:
    few = passages(KNOWN, "en")[:3]
    index = Index(tmp_path, static())
    index.ensure("s", "old", lambda: few)

    with pytest.raises(IndexUnwrittenError, match="No space"):
        index.ensure("s", "new", lambda: few[:1], full)
    shard = index.shard("s")
    assert shard and len(shard.keys) == 3
    assert len([p for p in (tmp_path / "s").iterdir() if p.is_dir()]) == 1
    index.close()


def _build_and_die(folder: str) -> None:
    few = passages(KNOWN, "en")[:3]
    Index(Path(folder), static()).ensure("s", "new", lambda: few[:1], lambda _, __: os._exit(9))


def test_a_kill_in_the_middle_of_a_build_leaves_the_old_index(tmp_path: Path) -> None:
    few = passages(KNOWN, "en")[:3]
    index = Index(tmp_path, static())
    index.ensure("s", "old", lambda: few)
    killed = get_context("spawn").Process(target=_build_and_die, args=(str(tmp_path),))
    killed.start()
    killed.join(60)
    assert killed.exitcode == 9
    shard = index.shard("s")
    assert shard and len(shard.keys) == 3
    index.ensure("s", "new", lambda: few[:1])
    assert len(index.shard("s").keys) == 1  # type: ignore[union-attr]
    assert len([p for p in (tmp_path / "s").iterdir() if p.is_dir()]) == 1
    index.close()


def test_two_writers_do_not_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.index._LOCK_SECONDS", 0.05)
    one, two = Index(tmp_path, static()), Index(tmp_path, static())
    few = passages(KNOWN, "en")[:2]

    def meanwhile(_: int, __: int) -> None:
        with pytest.raises(IndexBusyError):
            two.ensure("s", "b", lambda: few)

    one.ensure("s", "a", lambda: few, meanwhile)
    one.close()


def test_an_unknown_document_is_named(library: Library) -> None:
    with pytest.raises(UnknownDocumentError, match="varde knowledge list"):
        library.remove("nothing")


def test_the_index_keeps_no_word_of_a_question(library: Library) -> None:
    library.search.find("Quetzalcoatl asked about the ramp", "en")
    home = library.shelf._folder.parent
    assert not [p for p in home.rglob("*") if p.is_file() and b"Quetzalcoatl" in p.read_bytes()]


def test_the_manifest_names_the_model(shared_home: Path) -> None:
    current = (shared_home / "index" / "built-in-nb" / "current").read_text()
    manifest = json.loads((shared_home / "index" / "built-in-nb" / current / "manifest.json").read_text())
    assert manifest["model"] == static().name

"""Documents that a user adds: read with the formats' own libraries, cut into passages that say where they stand.

A file that cannot be read is refused with what is wrong and what to do; it never stops the others.
"""

from __future__ import annotations

import logging
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from knowledge.schema import Language, Passage, Value
from knowledge.text import identified, sentences

LARGEST_FILE = 25 * 1024 * 1024
_LARGEST_UNPACKED = 300 * 1024 * 1024
_MOST_CHARACTERS = 10_000_000
_WORDS, _OVERLAP = 130, 45
_LONGEST_TITLE = 120
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BLANK = re.compile(r"\n[ \t\r\f\v]*(?:\n[ \t\r\f\v]*)+")
_HEADING = re.compile(r"^#{1,6}\s+")


class UnreadableError(Exception):
    """A file that cannot be added: why, and what to do. Nothing else is touched."""


@dataclass(frozen=True)
class Block:
    """A piece of a document: its text, the heading above it, and where it stands."""

    text: str
    heading: str
    locator: str


class Document(Value):
    """A document as it is kept. `owner`: the organisation it belongs to; empty, where it is shared."""

    id: str
    file: str
    digest: str
    owner: str = ""
    title: str
    author: str | None = None
    date: str | None = None
    language: Language
    licence: str | None = None
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Labels:
    """What the user says of a document; what is not said is read from it."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    language: Language | None = None
    licence: str | None = None
    owner: str = ""


def files_of(path: Path) -> list[tuple[Path, str]]:
    """The files of a folder, or the file itself, each with its name within what was given.

    Links to folders are not followed; a folder that cannot be opened is named like a file. Raises UnreadableError where there is nothing at the path.
    """
    if path.is_file():
        return [(path, path.name)]
    if not path.is_dir():
        raise UnreadableError(f"{path.name}: there is nothing at this path. Check the path and try again.")
    found = []
    closed: list[OSError] = []
    for folder, _, names in os.walk(path, onerror=closed.append, followlinks=False):
        for name in names:
            file = Path(folder) / name
            if not name.startswith("."):
                found.append((file, str(file.relative_to(path))))
    folders = [Path(error.filename) for error in closed]
    found += [(folder, str(folder.relative_to(path)) if folder != path else path.name) for folder in folders]
    return sorted(found, key=lambda pair: pair[1])


def read(file: Path, name: str, labels: Labels) -> Document:
    """The document in a file. Raises UnreadableError."""
    data = _bytes(file, name)
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise UnreadableError(f"{name}: this kind of file is not read. Save it as one of {known}, and add it again.")
    try:
        blocks = [block for block in reader(file, data) if block.text.strip()]
    except UnreadableError as error:
        raise UnreadableError(f"{name}: {error}") from None
    except Exception as error:
        raise UnreadableError(
            f"{name}: the file is broken or not what its ending says ({type(error).__name__}). "
            "Open it, save it anew, and add it again."
        ) from error
    if not blocks:
        raise UnreadableError(f"{name}: there is no text in it. If it is a scan, add a version with text.")
    if sum(len(block.text) for block in blocks) > _MOST_CHARACTERS:
        raise UnreadableError(
            f"{name}: it holds more than {_MOST_CHARACTERS:,} characters. Split it, and add the parts."
        )
    return _document(name, sha256(data).hexdigest(), blocks, labels)


def _bytes(file: Path, name: str) -> bytes:
    try:
        if file.is_dir():
            os.scandir(file).close()
        size = file.stat().st_size
        if size == 0:
            raise UnreadableError(f"{name}: the file is empty. Check that it was saved, and add it again.")
        if size > LARGEST_FILE:
            limit = LARGEST_FILE // (1024 * 1024)
            raise UnreadableError(f"{name}: the file is larger than {limit} MB. Split it, and add the parts.")
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableError(
            f"{name}: the file cannot be read ({reason}). Check its rights, and add it again."
        ) from None


def _document(name: str, digest: str, blocks: Sequence[Block], labels: Labels) -> Document:
    language = labels.language or identified(" ".join(block.text for block in blocks)[:20_000])[0]
    title = labels.title or _title(blocks, name)
    identity = sha256(f"{labels.owner.casefold().strip()}|{name}".encode()).hexdigest()[:16]
    cut = [
        Passage(
            id=f"doc.{identity}.{number}", language=language, heading=block.heading, text=block.text, source=name,
            title=title, author=labels.author, date=labels.date, locator=block.locator, kind="document",
            owner=labels.owner.strip(),
        )
        for number, block in enumerate(pieces(blocks), 1)
    ]  # fmt: skip
    return Document(
        id=identity, file=name, digest=digest, owner=labels.owner.strip(), title=title, author=labels.author,
        date=labels.date, language=language, licence=labels.licence, passages=tuple(cut),
    )  # fmt: skip


def _title(blocks: Sequence[Block], name: str) -> str:
    first = next((line.strip() for block in blocks for line in block.text.splitlines() if line.strip()), "")
    first = blocks[0].heading or first
    return first if 0 < len(first) <= _LONGEST_TITLE else Path(name).stem


def pieces(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks of about a hundred words: short ones joined, long ones cut between sentences, with a little overlap."""
    held: list[Block] = []
    for block in (part for whole in blocks for part in _cut(whole)):
        if held and (_count(held) + len(block.text.split()) > _WORDS or block.locator != held[0].locator):
            yield _joined(held)
            held = _tail(held) if block.locator == held[0].locator else []
        held.append(block)
    if held:
        yield _joined(held)


def _tail(held: Sequence[Block]) -> list[Block]:
    """The last blocks, as many as the overlap has room for."""
    kept: list[Block] = []
    for block in reversed(held):
        if _count([block, *kept]) > _OVERLAP:
            break
        kept.insert(0, block)
    return kept


def _count(held: Sequence[Block]) -> int:
    return sum(len(block.text.split()) for block in held)


def _joined(held: Sequence[Block]) -> Block:
    return Block("\n".join(block.text for block in held), held[0].heading, held[0].locator)


def _cut(block: Block) -> Iterator[Block]:
    held: list[str] = []
    for sentence in sentences(" ".join(block.text.split()), limit=1_000_000):
        words = sentence.split()
        for start in range(0, len(words), _WORDS):
            part = " ".join(words[start : start + _WORDS])
            if held and sum(len(s.split()) for s in held) + len(part.split()) > _WORDS:
                yield Block(" ".join(held), block.heading, block.locator)
                held = []
            held.append(part)
    if held:
        yield Block(" ".join(held), block.heading, block.locator)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    if len(_CONTROL.findall(text[:100_000])) > len(text[:100_000]) // 200:
        raise UnreadableError("the file holds no text, whatever its ending says. Add the document itself.")
    return text


def _paragraphs(text: str, locator: str = "") -> Iterator[Block]:
    heading = ""
    for paragraph in _BLANK.split(text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = paragraph.strip().splitlines()
        if lines and _HEADING.match(lines[0]):
            heading, lines = _HEADING.sub("", lines[0]).strip(), lines[1:]
        if lines:
            yield Block(" ".join(line.strip() for line in lines), heading, locator)


def _text(file: Path, data: bytes) -> Iterator[Block]:
    text = _decoded(data)
    blank = len(_BLANK.findall(text))
    if blank * 8 < text.count("\n"):
        text = re.sub(r"\n+", "\n\n", text)
    return _paragraphs(text)


def _markdown(file: Path, data: bytes) -> Iterator[Block]:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", _decoded(data))
    text = re.sub(r"^(#{1,6}\s.*)$", r"\n\1\n", text, flags=re.MULTILINE)
    heading = ""
    for block in _paragraphs(re.sub(r"[*_`>]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", text)):
        yield block
        heading = block.heading or heading


def _html(file: Path, data: bytes) -> Iterator[Block]:
    from bs4 import BeautifulSoup  # noqa: PLC0415 - only for this kind of file

    soup = BeautifulSoup(_decoded(data), "html.parser")
    for tag in soup(["script", "style", "noscript", "template", "nav", "svg"]):
        tag.decompose()
    heading = ""
    for tag in soup.find_all(["h1", "h2", "h3", "h4", "p", "li", "td", "th", "blockquote", "pre", "dd", "dt"]):
        text = " ".join(tag.get_text(" ").split())
        if tag.name in ("h1", "h2", "h3", "h4"):
            heading = text
        elif text and not tag.find(["p", "li", "td", "blockquote"]):
            yield Block(text, heading, "")
    if not soup.find(["p", "li", "td", "blockquote", "pre"]):
        yield from _paragraphs(soup.get_text("\n"))


def _pdf(file: Path, data: bytes) -> Iterator[Block]:
    from io import BytesIO  # noqa: PLC0415

    from pypdf import PdfReader  # noqa: PLC0415 - only for this kind of file
    from pypdf.errors import DependencyError  # noqa: PLC0415

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong with a file is said once, by us
    try:
        reader = PdfReader(BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
    except DependencyError:  # a cipher that is not at hand
        locked = True
    if locked:
        raise UnreadableError("the PDF is locked with a password. Save it without one, and add it again.")
    for number, page in enumerate(reader.pages, 1):
        for block in _paragraphs(page.extract_text() or ""):
            yield Block(block.text, block.heading, f"p. {number}")


def _unpackable(data: bytes) -> None:
    from io import BytesIO  # noqa: PLC0415

    with zipfile.ZipFile(BytesIO(data)) as packed:
        if sum(info.file_size for info in packed.infolist()) > _LARGEST_UNPACKED:
            raise UnreadableError("the file unpacks to far more than it says. Save it anew, and add it again.")


def _docx(file: Path, data: bytes) -> Iterator[Block]:
    from io import BytesIO  # noqa: PLC0415

    import docx  # noqa: PLC0415 - only for this kind of file
    from docx.table import Table  # noqa: PLC0415

    _unpackable(data)
    heading = ""
    for part in docx.Document(BytesIO(data)).iter_inner_content():
        if isinstance(part, Table):
            for row in part.rows:
                cells = list(dict.fromkeys(cell.text.strip() for cell in row.cells))
                yield Block(" | ".join(cell for cell in cells if cell), heading, "")
        elif (part.style.name or "").startswith(("Heading", "Title")) if part.style else False:
            heading = part.text.strip()
        else:
            yield Block(part.text.strip(), heading, "")


def _pptx(file: Path, data: bytes) -> Iterator[Block]:
    from io import BytesIO  # noqa: PLC0415

    from pptx import Presentation  # noqa: PLC0415 - only for this kind of file

    _unpackable(data)
    for number, slide in enumerate(Presentation(BytesIO(data)).slides, 1):
        title = slide.shapes.title.text_frame.text.strip() if slide.shapes.title is not None else ""
        for shape in slide.shapes:
            if shape.has_text_frame and shape != slide.shapes.title:
                yield Block(shape.text_frame.text.strip(), title, f"slide {number}")
            elif getattr(shape, "has_table", False):
                for row in shape.table.rows:
                    yield Block(" | ".join(cell.text.strip() for cell in row.cells), title, f"slide {number}")
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            yield Block(slide.notes_slide.notes_text_frame.text.strip(), title, f"slide {number}")
        if title:
            yield Block(title, title, f"slide {number}")


READERS: dict[str, Callable[[Path, bytes], Iterator[Block]]] = {
    ".txt": _text, ".md": _markdown, ".markdown": _markdown, ".html": _html, ".htm": _html, ".pdf": _pdf,
    ".docx": _docx, ".pptx": _pptx,
}  # fmt: skip

"""Questions and added documents in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from api.pages.contexts import in_original
from api.pages.render import translations
from api.routes.ask import shaped
from api.tracing import cost
from api.waiting import told
from assistant.answers import Answer
from assistant.bootstrap import answerer, library
from assistant.library import Library
from assistant.settings import Settings
from knowledge.index import IndexUnwrittenError
from knowledge.index import Progress as Report
from knowledge.ingest import Labels, UnreadableError, files_of
from knowledge.schema import LANGUAGES, Language
from knowledge.text import identified

_OUTCOMES = {"added": "added", "replaced": "replaced", "same": "unchanged, was here already", "refused": "not added"}


@contextmanager
def reporting(what: str) -> Iterator[Report]:
    """A progress bar that shows itself when there is something to show, on a terminal's standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    with Progress(TextColumn(what), BarColumn(), MofNCompleteColumn(), console=console, transient=True) as bar:
        task = bar.add_task(what, total=None, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=True)


def _reading(language: Language) -> str:
    return translations(language).gettext("Reading what Varde knows")


def indexed(settings: Settings, language: Language = "en") -> None:
    """Builds what is missing or out of date of the index, with a bar; where it all stands, says and does nothing.

    `language`: that of who waits.

    Raises IndexBusyError, IndexUnwrittenError, EmbeddingError.
    """
    kept = library(settings)
    with reporting(_reading(language)) as progress:
        kept.ready(progress)
    kept.close()


def run(question: str, as_json: bool, language: str | None, organisation: str, with_model: bool = True) -> None:
    """Answers one question."""
    given = next((code for code in LANGUAGES if code == language), None)
    with reporting(_reading(given or identified(question)[0])) as progress:
        answers = answerer(Settings(), progress)
    spoken: Language = given or answers.language_of(question)
    with told(spoken) as tell:
        answer = (answers if with_model else answers.without_model()).answer(question, spoken, organisation, tell)
    if as_json:
        print(shaped(answer).model_dump_json(indent=2))  # noqa: T201 - what was asked for
        return
    show(Console(highlight=False), answer)
    if answer.trace:
        Console(highlight=False, stderr=True).print(Text(cost(answer.trace), style="dim"))


def show(console: Console, answer: Answer) -> None:
    numbers = {passage.key: number for number, passage in enumerate(answer.cited, 1)}
    if answer.note:
        console.print(Text(answer.note))
    if answer.said:
        console.print(Text(" ".join(f"{said.text} [{numbers[said.passage.key]}]" for said in answer.said)))
    for passage in answer.cited or answer.near:
        number = f"[{numbers[passage.key]}] " if passage.key in numbers else "- "
        where = ", ".join(part for part in (passage.title, passage.author, passage.date, passage.locator) if part)
        console.print(
            Text(
                f"{number}{passage.heading or passage.title}: {where} ({passage.source}) "
                f"{in_original(passage, answer.language)}".rstrip(),
                style="dim",
            )
        )


def add(paths: Sequence[Path], labels: Labels) -> bool:
    """Adds files and folders; False where one was refused."""
    console = Console(highlight=False)
    found: list[tuple[Path, str]] = []
    whole = True
    for path in paths:
        try:
            found += files_of(path)
        except UnreadableError as error:
            console.print(f"[red]{escape(str(error))}[/red]")
            whole = False
    if not found and whole:
        console.print("There is no file in it. Nothing was changed.")
        return False
    kept = library(Settings())
    try:
        with reporting("Adding") as progress:
            for done, added in enumerate(kept.add(found, labels), 1):
                progress(done, len(found))
                if added.outcome == "refused":
                    whole = False
                    console.print(f"[red]{escape(added.reason)}[/red]")
                else:
                    console.print(Text(f"{added.file}: {_OUTCOMES[added.outcome]}  {added.document}"))
    except IndexUnwrittenError as error:
        console.print(f"[red]None of them was added: {escape(str(error))}[/red]")
        return False
    return whole


def listed() -> None:
    """Every added document."""
    documents = library(Settings()).shelf.listed()
    if not documents:
        print("No document has been added. `varde knowledge add FILE` adds one.")  # noqa: T201
        return
    table = Table()
    table.add_column("id", no_wrap=True)
    for column in ("file", "title", "language", "passages", "belongs to"):
        table.add_column(column)
    for document in documents:
        owner = document.owner or "everyone"
        table.add_row(document.id, document.file, document.title, document.language, str(len(document.passages)), owner)
    Console().print(table)


def shown(document_id: str) -> None:
    """One document, passage by passage."""
    console = Console(highlight=False)
    document = library(Settings()).shelf.get(document_id)
    about = (document.title, document.author, document.date, document.language, document.licence, document.owner)
    console.print(Text(", ".join(str(part) for part in about if part), style="bold"))
    for passage in document.passages:
        console.print(Text(f"\n{passage.locator} {passage.heading}".strip(), style="dim"))
        console.print(Text(passage.text))


def removed(document_id: str) -> None:
    kept: Library = library(Settings())
    document = kept.remove(document_id)
    print(f"Removed: {document.file}. Nothing of it is left in the index.")  # noqa: T201

"""The command line. Heavy parts are imported by the command that needs them, so that `--help` is quick."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

app = typer.Typer(
    name="varde",
    help="Where an organisation stands in customer experience, where it wants to be, and how it gets there.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
_ANY_CODE = {"ignore_unknown_options": True}  # a private code may begin with a hyphen
Format = Literal["pdf", "docx", "pptx", "md", "json"]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serves the assessment as pages and as an HTTP API. The index is built first, where it is missing or out of date."""
    import uvicorn

    from api.answering import indexed
    from api.app import create_app
    from assistant.settings import Settings

    settings = Settings()
    if settings.model:
        from assistant.bootstrap import chat_model

        if model := chat_model(settings):
            model.ready()
    host, port = host or settings.host, port if port is not None else settings.port
    _check_free(host, port)
    indexed(settings)
    typer.echo(f"Varde is at http://{host}:{port}  (Ctrl-C stops it; everything said is kept in {settings.home})")
    uvicorn.run(create_app(settings), host=host, port=port, access_log=False, log_level="warning")


def _check_free(host: str, port: int) -> None:
    """Says so, with what to do, where nothing can listen at the address."""
    import socket

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        _fail(
            f"Varde cannot listen at {host}:{port} ({why}). Nothing was started and nothing changed. "
            "Name another address with --host and --port (0 to 65535), or stop what uses this one."
        )


@app.command()
def chat(
    language: Annotated[str | None, typer.Option(help="en, nb or et; asked for where it is not given.")] = None,
    resume: Annotated[str | None, typer.Option(help="The private code of a talk to go on with.")] = None,
    organisation: Annotated[str, typer.Option(help="Whose documents may be cited, beside the shared ones.")] = "",
) -> None:
    """The interview in the terminal."""
    from api.terminal.chat import run

    raise typer.Exit(run(language, resume, organisation))


@app.command()
def invite(organisation: Annotated[str, typer.Argument(help="As in `varde knowledge add --organisation`.")]) -> None:
    """Prints the private link at which an organisation's leaders begin, so that its own documents are cited to them."""
    from assistant.invitations import Invitations
    from assistant.settings import Settings

    if not organisation.strip():
        raise typer.BadParameter("a name is needed", param_hint="ORGANISATION")
    settings = Settings()
    code = Invitations(settings.invitations_file).code_of(organisation)
    typer.echo(f"http://{settings.host}:{settings.port}/?invitation={code}")


@app.command()
def sessions() -> None:
    """Lists the sessions kept here: when, who, how far. No word of what was said."""
    from assistant.bootstrap import desk
    from assistant.settings import Settings

    for entry in desk(Settings()).store.listed():
        typer.echo(
            f"{entry.changed[:16]}  {entry.turns:>3} turns  {entry.state:<8}  {entry.profile.role}, {entry.profile.scope}  {entry.id}"
        )


@app.command(context_settings=_ANY_CODE)
def export(session: str, to: Annotated[Path | None, typer.Option(help="A file; else it is printed.")] = None) -> None:
    """Writes all that is kept of a session as JSON."""
    from api.routes.sessions import export as exported
    from assistant.bootstrap import desk
    from assistant.settings import Settings

    text = exported(session, desk(Settings())).model_dump_json(indent=2)
    if to is None:
        typer.echo(text)
    else:
        to.write_text(text, encoding="utf-8")
        typer.echo(f"Written: {to}")


@app.command(context_settings=_ANY_CODE)
def report(
    session: str,
    out: Annotated[Path, typer.Option(help="The file to write, or a folder: in it the file gets a name of its own.")],
    form: Annotated[Format, typer.Option("--format", help="What kind of file.")] = "pdf",
    quotes: Annotated[bool, typer.Option("--quotes", help="With the leader's own words; names become roles.")] = False,
) -> None:
    """Writes the report as a document."""
    from assistant.bootstrap import desk
    from assistant.report.documents import written
    from assistant.settings import Settings

    here = desk(Settings())
    found = here.store.get(session)
    file = written(here.report(found), here.interview.voice(found), form, quotes)
    to = out / file.name if out.is_dir() else out
    to.write_bytes(file.content)
    typer.echo(f"Written: {to}")


@app.command(context_settings=_ANY_CODE)
def trace(session: str) -> None:
    """What a language model did in a session: calls, tokens, seconds, what was dropped and why. No word of what was said."""
    from api.tracing import show
    from assistant.bootstrap import desk
    from assistant.settings import Settings

    show(desk(Settings()).store.get(session))


@app.command(context_settings=_ANY_CODE)
def delete(session: str, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Deletes a session for good."""
    from assistant.bootstrap import desk
    from assistant.settings import Settings

    store = desk(Settings()).store
    store.get(session)
    if yes or typer.confirm("Delete it for good? It cannot be brought back."):
        store.delete(session)
        typer.echo("Deleted. Nothing of it is left here.")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question about the frameworks, or about added documents.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON, citations included.")] = False,
    language: Annotated[str | None, typer.Option(help="en, nb or et; else that of the question.")] = None,
    organisation: Annotated[str, typer.Option(help="Whose documents may be drawn on, beside the shared ones.")] = "",
    model: Annotated[bool, typer.Option(help="Whether the language model that is set may word the answer.")] = True,
) -> None:
    """Answers a question from the sources, each sentence cited; or says that they don't say."""
    from api.answering import run

    run(question, as_json, language, organisation, model)


knowledge = typer.Typer(help="The documents that answers may draw on beside what Varde knows.", no_args_is_help=True)
app.add_typer(knowledge, name="knowledge")


@knowledge.command("add")
def add_documents(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders: txt, md, html, pdf, docx, pptx.")],
    title: Annotated[str | None, typer.Option(help="Else the document's first line.")] = None,
    author: Annotated[str | None, typer.Option()] = None,
    date: Annotated[str | None, typer.Option()] = None,
    language: Annotated[str | None, typer.Option(help="en, nb or et; else found out.")] = None,
    licence: Annotated[str | None, typer.Option(help="On what terms it may be quoted.")] = None,
    organisation: Annotated[str, typer.Option(help="Whose it is; else everyone's.")] = "",
) -> None:
    """Adds documents. The same file twice changes nothing; a changed one replaces the old."""
    from api.answering import add
    from knowledge.ingest import Labels
    from knowledge.schema import LANGUAGES

    spoken = next((code for code in LANGUAGES if code == language), None)
    if language is not None and spoken is None:
        raise typer.BadParameter("en, nb or et", param_hint="--language")
    if not add(paths, Labels(title, author, date, spoken, licence, organisation)):
        raise typer.Exit(1)


@knowledge.command("list")
def list_documents() -> None:
    """Lists the documents that were added."""
    from api.answering import listed

    listed()


@knowledge.command("show")
def show_document(document: Annotated[str, typer.Argument(help="The document's id.")]) -> None:
    """Shows a document, passage by passage."""
    from api.answering import shown

    shown(document)


@knowledge.command("remove")
def remove_document(document: Annotated[str, typer.Argument(help="The document's id.")]) -> None:
    """Removes a document; nothing of it is left in any index."""
    from api.answering import removed

    removed(document)


def _extend() -> None:
    """Adds the commands of other packages when one of them is called, or help is asked for."""
    for entry in entry_points(group="varde.commands"):
        called = entry.name in sys.argv[1:2]
        if called:
            loaded = entry.load()
            app.add_typer(loaded, name=entry.name) if isinstance(loaded, typer.Typer) else app.command(entry.name)(
                loaded
            )
        elif not any(c.name == entry.name for c in app.registered_commands):
            app.command(entry.name, help=_HELP.get(entry.name, ""))(lambda: None)


_HELP = {
    "play": "Plays a labelled case and prints what a leader would have seen.",
    "eval": "Measures how right Varde is on labelled cases.",
}


def main() -> None:
    """Entry point. Known errors are said in one line, with what to do; the exit code is 1."""
    from knowledge.load import KnowledgeError

    _extend()
    try:
        app()
    except KnowledgeError as error:
        _fail(str(error))
    except Exception as error:
        from pydantic import ValidationError

        from assistant.chat_model import ModelError
        from assistant.invitations import NotInvitedError
        from assistant.messages import UnfitMessageError
        from assistant.report.compose import UnfinishedError
        from assistant.sessions.port import SessionError
        from knowledge.embedding import EmbeddingError
        from knowledge.index import IndexBusyError, IndexUnwrittenError
        from knowledge.shelf import UnknownDocumentError
        from prompts import PromptsError

        known = (
            SessionError, UnfinishedError, UnfitMessageError, PromptsError, EmbeddingError, IndexBusyError,
            UnknownDocumentError, IndexUnwrittenError, NotInvitedError, ModelError, OSError,
        )  # fmt: skip
        if isinstance(error, known):
            _fail(_of_a_file(error) if isinstance(error, OSError) and error.filename else str(error))
        if isinstance(error, ValidationError) and error.title == "Settings":
            first = error.errors(include_input=False)[0]
            _fail(f"VARDE_{str(first['loc'][0]).upper()}: {first['msg'].removeprefix('Value error, ')}.")
        raise


def _of_a_file(error: OSError) -> str:
    """What the system refused of a file or folder, and what to do."""
    return (
        f"{error.filename}: {error.strerror}. What was kept before is as it was. Check that the folder is there, "
        "can be written to, and that VARDE_HOME, where it is set, names a folder."
    )


def _fail(text: str) -> NoReturn:
    typer.echo(f"varde: {text}", err=True)
    raise SystemExit(1)

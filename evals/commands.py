"""The commands `varde play` and `varde eval`."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assistant.bootstrap import chat_model, interview, listening_with
from assistant.chat_model import ModelError
from assistant.listening.model import ModelListener
from assistant.report.compose import Report, compose
from assistant.report.text import as_text
from assistant.session import Message, Reply
from assistant.settings import Settings
from evals.case import CASES, read_case, read_cases
from evals.counting import Counting
from evals.intents import evaluate as evaluate_intents
from evals.level import evaluate
from evals.listening import evaluate as evaluate_listening
from evals.pairs import TWINS
from evals.pairs import evaluate as evaluate_pairs
from evals.player import Played
from evals.player import play as play_case
from evals.qa import evaluate as evaluate_qa
from evals.qa import read_questions
from evals.redact import evaluate as evaluate_redaction
from evals.scripted import evaluate as evaluate_scripted
from knowledge.embedding import chosen

app = typer.Typer(invoke_without_command=True)
Answers = Literal["text", "choices"]
AnswersOption = Annotated[Answers, typer.Option(help="Free text, or quick replies where they are offered.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]
_REPORT = TypeAdapter(Report)
ORGANISATIONS, FULL = 300, 10_000
SAMPLE = 600
_WIDE = 120


def play(
    case: Annotated[Path, typer.Argument(help="A labelled case, as a YAML file.")],
    answers: AnswersOption = "choices",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the talk.")] = False,
) -> None:
    """Plays a labelled case and prints what a leader would have seen."""
    coach = interview()
    console = Console(highlight=False)
    watch = None if as_json else _printer(console)
    played = play_case(coach, read_case(case), answers, watch)
    if as_json:
        typer.echo(json.dumps(played_json(played), ensure_ascii=False, indent=2))
        return
    console.print()
    report = compose(coach, played.session)
    console.print(as_text(report, coach.voice(played.session)), markup=False)


def _printer(console: Console) -> Any:
    def show(reply: Reply, message: Message) -> None:
        for remark in reply.remarks:
            console.print(Padding(Text(remark.text, style="dim"), (0, 0, 0, 2)))
        console.print(Padding(Text(reply.question, style="bold"), (0, 0, 0, 2)))
        labels = {choice.value: choice.label for choice in reply.choices}
        said = message.text or labels.get(message.value, message.value) or f"({message.kind})"
        console.print(Text(f"> {said.strip()}\n", style="green"))

    return show


def played_json(played: Played) -> dict[str, Any]:
    """What a played case came to, with its gold labels beside it."""
    coach, case = interview(), played.case
    report = compose(coach, played.session)
    result = report.result
    observations = [
        {
            "indicator": o.indicator,
            "status": o.status.value,
            "evidence": o.evidence.kind.value,
            "quote": o.evidence.quote,
            "turn": turn.number,
        }
        for turn in played.session.turns
        for o in turn.observations
    ]
    return {
        "id": case.id,
        "language": case.language,
        "level": result.level,
        "probabilities": list(result.probabilities),
        "areas": {
            area.key: {
                "level": area.level,
                "levels": list(area.levels),
                "standing": area.standing,
                "basis": area.basis,
            }
            for area in result.areas
        },
        "turns": played.turns,
        "observations": observations,
        "gold": {"level": case.level, "also": case.also, "areas": dict(case.areas)},
        "result": _REPORT.dump_python(report, mode="json"),
    }


@app.callback(invoke_without_command=True)
def measure(
    context: typer.Context,
    full: Annotated[bool, typer.Option("--full", help="10,000 synthetic organisations; else 300.")] = False,
    cases: Annotated[
        Path, typer.Option("--cases", help="A folder of labelled cases.", show_default="the test cases")
    ] = CASES / "test",
    to: JsonFile = None,
    page: Annotated[Path | None, typer.Option("--page", help="Write one HTML page with figures to this file.")] = None,
    against: Annotated[Path | None, typer.Option("--against", help="JSON of an earlier run: what changed.")] = None,
    organisations: Annotated[int | None, typer.Option(hidden=True, min=20)] = None,
) -> None:
    """Measures how right Varde is: everything, offline, in about two minutes; or one part, by a command below."""
    if context.invoked_subcommand is not None:
        return
    from evals.whole import measured  # noqa: PLC0415 - a part needs none of it

    console = Console() if sys.stdout.isatty() else Console(width=_WIDE)
    measured(console, organisations or (FULL if full else ORGANISATIONS), cases, to, page, against)


@app.command()
def cases(
    cases: Annotated[Path, typer.Option("--cases", help="A folder of labelled cases.")],
    answers: AnswersOption = "choices",
    corrected: Annotated[
        float, typer.Option(min=0, max=1, help="The share of wrong readings put right at the confirmation.")
    ] = 0.0,
    to: JsonFile = None,
) -> None:
    """The level on labelled cases: exact, acceptable, bias, RPS, calibration, turns."""
    figures = evaluate(interview(), cases, answers, corrected)
    counted = _with_model() if answers == "text" else None
    if counted is not None:
        coach = replace(interview(), listener=counted)
        figures["with_model"] = evaluate(coach, cases, answers, corrected) | {"cost": counted.figures()}
    if to is not None:
        to.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    Console().print(_table(f"Level, answers by {answers}", _columns(figures)))
    _print_cost(counted)


def _with_model() -> Counting | None:
    """The listener with the language model of VARDE_MODEL, counted; None where none is set."""
    coach = listening_with(interview(), Settings())
    if not coach.listener.model:
        return None
    if model := chat_model(Settings()):
        model.ready()
    return Counting(coach.listener)


def _columns(found: dict[str, Any]) -> dict[str, Any]:
    """The figures by language; where a model was run, without and with it side by side."""
    plain = {"overall": found["overall"], **found["by_language"]}
    if "with_model" not in found:
        return plain
    other = {"overall": found["with_model"]["overall"], **found["with_model"]["by_language"]}
    return {f"{name}\n{how}": part[name] for name in plain for how, part in (("without", plain), ("with", other))}


def _print_cost(counted: Counting | None) -> None:
    if counted is None:
        return
    table = Table("", "found", title=f"The model {counted.model}")
    for name, value in counted.figures().items():
        if name != "model":
            table.add_row(
                name, ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)
            )
    Console().print(table)


@app.command()
def scripted(
    cases: Annotated[Path, typer.Option("--cases", help="A folder of labelled cases.")],
    wrong: Annotated[float, typer.Option(min=0, max=1, help="The share of statements read one step off.")] = 0.15,
    to: JsonFile = None,
) -> None:
    """What a language model that reads right would give, and one that errs now and then, beside quick replies."""
    found = evaluate_scripted(interview(), list(read_cases(cases)), wrong)
    if to is not None:
        to.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    Console().print(_table("Level, with a scripted model", found))


@app.command()
def listening(
    cases: Annotated[Path, typer.Option("--cases", help="A folder of labelled cases.")],
    to: JsonFile = None,
    fit: Annotated[bool, typer.Option("--fit", help="Refit how far VARDE_MODEL is trusted on these cases.")] = False,
    table: Annotated[
        Path | None, typer.Option("--table", help="With --fit: write here.", show_default="in VARDE_HOME")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="With --fit: answers that the model reads.")] = SAMPLE,
) -> None:
    """Single answers: status, evidence, calibration, by language and style; the surest wrong readings."""
    if fit:
        _fit(cases, most, table)
        return
    found = evaluate_listening(interview().listener, cases)
    counted = _with_model()
    if counted is not None:
        found["with_model"] = evaluate_listening(counted, cases) | {"cost": counted.figures()}
    if to is not None:
        to.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    console = Console()
    console.print(_table("Reading single answers", _columns(found)))
    _print_cost(counted)
    _print_details(console, found.get("with_model", found), f", with {counted.model}" if counted else "")


def _print_details(console: Console, found: dict[str, Any], how: str) -> None:
    """By style and by confidence, and the surest wrong readings: of the model where there is one."""
    console.print(_table(f"By style{how}", found["by_style"]))
    console.print(_reliability(found["reliability"], f"Reliability{how}"))
    for wrong in found["worst"]:
        head = (
            f"{wrong['case']} {wrong['indicator']}: {wrong['labelled']} read as {wrong['read']} ({wrong['sure']:.2f})"
        )
        console.print(Text(head, style="bold"), Text(wrong["words"]), sep="\n")


def _fit(cases: Path, most: int, table: Path | None) -> None:
    from evals.fit_trust import refit  # noqa: PLC0415 - a part needs none of it

    settings = Settings()
    listener, model = listening_with(interview(), settings).listener, chat_model(settings)
    if model is None or not isinstance(listener, ModelListener):
        raise ModelError("There is no model to fit a table to. Set VARDE_MODEL=provider:name; nothing was written.")
    model.ready()
    refit(listener, list(read_cases(cases)), most, table or settings.trust_file)


@app.command()
def intents(to: JsonFile = None) -> None:
    """What messages are for: labelled messages that are no answer, and real answers taken for something else."""
    found = evaluate_intents(interview().listener)
    if to is not None:
        to.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    figures = {key: found[key] for key in ("n", "accuracy", "answers", "answers_mistaken")}
    Console().print(_table("Intents", {"all": figures | found["by_language"] | found["by_intent"]}))


@app.command()
def redaction(to: JsonFile = None) -> None:
    """What VARDE_REDACT hides: people's and organisations' names in labelled answers, e-mails, phone numbers."""
    found = evaluate_redaction()
    if to is not None:
        to.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    for kind, columns in found.items():
        Console().print(_table(kind, columns))


@app.command()
def pairs(
    cases: Annotated[Path, typer.Option("--cases", help="A folder of labelled cases.")],
    twins: Annotated[Path, typer.Option("--twins", help="The same organisations told by other leaders.")] = TWINS,
    to: JsonFile = None,
) -> None:
    """Whether leaders who flatter are placed higher than others with the same facts, by free text."""
    found = evaluate_pairs(interview(), cases, twins)
    if to is not None:
        to.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    steps, expected = found["difference"], found["expected_difference"]
    typer.echo(
        f"{found['n']} organisations told twice: the flattering leader is placed {steps['mean']:+.2f} levels "
        f"({steps['interval'][0]:+.2f} to {steps['interval'][1]:+.2f}); expected level {expected['mean']:+.2f} "
        f"({expected['interval'][0]:+.2f} to {expected['interval'][1]:+.2f}); "
        f"higher in {found['higher']}, lower in {found['lower']}"
    )


@app.command()
def qa(
    questions: Annotated[Path, typer.Option("--set", help="A file of labelled questions, or a folder of them.")],
    sources: Annotated[Path | None, typer.Option(help="A folder of originals, indexed for this run.")] = None,
    to: JsonFile = None,
) -> None:
    """Answers to questions: right sources and quotes found, false answers and refusals, citations that hold."""
    found = evaluate_qa(read_questions(questions), chosen(Settings().embedding), sources)
    if to is not None:
        to.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    console = Console()
    for name in ("recall_at_1", "recall_at_3", "quote_recall_at_5", "quote_mrr"):
        if name in found:
            console.print(_table(name, {mode: _flat(split) for mode, split in found[name].items()}))
    shares = {name: entry["share"] for name, entry in found.items() if isinstance(entry, dict) and "share" in entry}
    console.print(
        _table("Answers", {"all": {**shares, **{k: found[k] for k in _ANSWER_FIGURES}}, **found["by_language"]})
    )


_ANSWER_FIGURES = ("citation_precision", "ms_p50", "ms_p95")


def _flat(split: dict[str, Any]) -> dict[str, float | int | None]:
    return {**{key: split[key] for key in ("all", "same_language", "cross_language")}, **split["by_pair"]}


def _reliability(bins: list[dict[str, float]], title: str) -> Table:
    table = Table("how sure", "how often right", "n", "", title=title)
    for entry in bins:
        bar = "█" * round(entry["right"] * 30)
        table.add_row(f"{entry['sure']:.2f}", f"{entry['right']:.2f}", str(entry["n"]), bar)
    return table


def _table(title: str, columns: dict[str, dict[str, float | int | None]]) -> Table:
    table = Table("", *columns, title=title)
    for name in next(iter(columns.values())):
        table.add_row(name, *(_figure(column.get(name)) for column in columns.values()))
    return table


def _figure(value: float | int | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)

"""`varde eval` without a part: runs everything, prints a table, writes JSON and the page, says what changed."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from evals.against import UnfitRunError, read_run, since
from evals.baselines import BASELINES
from evals.figures import Change
from evals.page import page as as_page
from evals.suite import INTERVIEWS, NAMED, Run, answers, measure, single_answers, steps_of, talks
from evals.targets import bounds
from knowledge import KnowledgeError

_COLUMNS = {"acceptable": "accept.", "within_one": "± 1", "bias": "bias", "rps": "RPS", "ece": "ECE", "turns": "turns"}


def measured(
    console: Console, count: int, cases: Path, to: Path | None, page: Path | None, against: Path | None
) -> None:
    """Runs everything over a folder of cases and so many synthetic organisations."""
    try:
        before = read_run(against) if against else None
        run = everything(console, count, cases)
    except (UnfitRunError, KnowledgeError) as error:
        console.print(str(error), style="red")
        raise typer.Exit(2) from None
    changes = since(before, run) if before else None
    beyond = None if changes is None else [change for change in changes if change.beyond_noise]
    if to is not None:
        to.write_text(json.dumps(run, ensure_ascii=False) + "\n", encoding="utf-8")
    if page is not None:
        page.write_text(as_page(run, beyond), encoding="utf-8")
    for table in tables(run):
        console.print(table)
    if changes is not None and beyond is not None:
        none = f"Nothing changed beyond noise; {len(changes)} figures moved within it."
        console.print(_changes(beyond, len(changes)) if beyond else none)


def everything(console: Console, count: int, cases: Path, processes: int | None = None) -> Run:
    """The whole run, with a bar that says how far it is."""
    listening = single_answers(cases)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Playing", total=steps_of(count, cases))
        run = measure(count, cases, lambda done: bar.advance(task, done), processes)
        bar.update(task, description="Asking")
        run |= {"listening": listening, "answers": answers()}
    return run


def tables(run: Run) -> list[Table]:
    """What a reader wants first: every way beside every other, then what was wanted."""
    level = Table("level found by", "n", "exact", "95 %", *_COLUMNS.values(), title="How right", box=SIMPLE_HEAD)
    for name, kind in INTERVIEWS.items():
        _add(level, f"Varde: {kind.says}", run["interviews"][name]["overall"])
    for name, says in BASELINES.items():
        _add(level, says, run["baselines"][name]["overall"])
    _add(level, "form of all 28, claiming too much", run["overclaimed_forms"]["form"]["overall"])
    for world, section in run["population"]["worlds"].items():
        _add(level, f"synthetic, {world}", section["overall"])
    named = Table(
        "what the result names",
        *NAMED.values(),
        title="What the result names (share, of how many talks)",
        box=SIMPLE_HEAD,
    )
    for says, section in talks(run).items():
        cells = [section["overall"].get(figure) for figure in NAMED]
        named.add_row(says, *("-" if cell is None else f"{cell['value']:.2f} of {cell['n']}" for cell in cells))
    wanted = Table("held against", "wanted", "found", "", title="What it must show", box=SIMPLE_HEAD)
    for bound in bounds():
        value = bound.value(run)
        state = "[green]reached" if bound.holds(run) else "[red]not reached"
        wanted.add_row(bound.says, bound.wanted, "-" if value is None else f"{value:.3f}", state)
    return [level, named, wanted]


def _add(table: Table, name: str, figures: dict[str, dict[str, float]]) -> None:
    exact, rest = figures["exact"], [figures.get(column) for column in _COLUMNS]
    cells = ["-" if figure is None else f"{figure['value']:.2f}" for figure in rest]
    interval = f"{exact['low']:.2f}-{exact['high']:.2f}"
    table.add_row(name, str(exact["n"]), f"{exact['value']:.2f}", interval, *cells)


def _changes(beyond: list[Change], moved: int) -> Table:
    table = Table("where", "figure", "before", "now", "change, 95 %", title="What changed beyond noise")
    for change in beyond:
        interval = f"{change.low:+.3f} to {change.high:+.3f}"
        table.add_row(change.section, change.figure, f"{change.before:.3f}", f"{change.now:.3f}", interval)
    table.caption = f"{moved} figures moved, {len(beyond)} beyond noise; about one in twenty would by chance."
    return table

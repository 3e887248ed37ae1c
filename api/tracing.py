"""What a language model did in a session, in the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.session import Session, Trace


def show(session: Session) -> None:
    """Prints one line a turn, one for each question put to the sources from within the session, and their sum."""
    traced = [(str(turn.number), turn.trace) for turn in session.turns if turn.trace is not None]
    traced += [("question", enquiry.trace) for enquiry in session.enquiries]
    console = Console()
    if not traced:
        console.print("No language model was called in this session.")
        return
    console.print(Text("Language model: " + ", ".join(dict.fromkeys(trace.model for _, trace in traced))))
    table = Table(box=SIMPLE_HEAD, padding=0, pad_edge=False)
    for name in ("turn", "outcome", "seconds", "tokens in", "out", "prompt", "answer", "kept"):
        table.add_column(name, no_wrap=True)
    table.add_column("dropped", overflow="fold")
    for number, trace in traced:
        table.add_row(number, trace.outcome, *_figures(trace), str(trace.kept), _dropped(trace.dropped))
    whole = total([trace for _, trace in traced])
    table.add_section()
    table.add_row("all", f"{whole.calls} calls", *_figures(whole), str(whole.kept), _dropped(whole.dropped))
    console.print(table)
    off = sum(turn.message.kind == "switched" for turn in session.turns)
    if off:
        console.print(f"The model was switched {off} times.")


def cost(trace: Trace) -> str:
    """One line of what an answer took."""
    sums = f"{trace.calls} calls, {trace.tokens_in} tokens in, {trace.tokens_out} out, {trace.seconds:.1f} s"
    return f"{trace.model}: {trace.outcome}, {sums}"


def total(traces: list[Trace]) -> Trace:
    """The sum of several traces."""
    dropped: Counter[str] = Counter()
    for trace in traces:
        dropped.update(trace.dropped)
    return Trace(
        "", "", sum(t.calls for t in traces), round(sum(t.seconds for t in traces), 3), sum(t.tokens_in for t in traces),
        sum(t.tokens_out for t in traces), sum(t.prompt for t in traces), sum(t.answer for t in traces),
        sum(t.kept for t in traces), dict(dropped),
    )  # fmt: skip


def _figures(trace: Trace) -> tuple[str, ...]:
    return (f"{trace.seconds:.2f}", *(str(n) for n in (trace.tokens_in, trace.tokens_out, trace.prompt, trace.answer)))


def _dropped(dropped: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in sorted(dropped.items())) or "-"

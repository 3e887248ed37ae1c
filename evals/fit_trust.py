"""Refits how far a model's readings are trusted, on labelled answers: `varde eval listening --fit`.

The model reads a sample of answers. For each status, kind of evidence and length of quote that it reports, what those
answers were labelled is counted, and added to what the shipped table would have said of as many answers as PULL: with
little data the table stays where it was. Statuses that the cases hold more of count for less, since the belief has
its own view of what is common. No probability goes above SUREST.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.chat_model import ModelError
from assistant.listening.model import ModelListener
from assistant.listening.protocol import Asked, Hearing
from assistant.listening.trust import LENGTHS, SUREST, Five, Length, Three, Trust, TrustFile, length_of
from assistant.observations import STATUSES
from assistant.questions import Ask
from assistant.session import Trace
from evals.case import Case
from knowledge.schema import EVIDENCE_KINDS, EvidenceKind, Status

PULL = 20.0
_LEAST = 5
_KNOWN = 4
_MOST_WEIGHT = 3.0
_LEFT_OUT = 5
Class = tuple[Status, EvidenceKind, Length]


@dataclass(frozen=True)
class Report:
    """What the model reported of one answer, and what the answer is labelled."""

    named: Class
    status: Status
    evidence: EvidenceKind


@dataclass(frozen=True)
class _Heeding(Trust):
    """The shipped table, keeping what it is asked of the statement that the question was about."""

    named: list[Class] = field(default_factory=list, compare=False)

    def statuses(self, status: Status, evidence: EvidenceKind, quote: str, message: str, direct: bool) -> Five:
        if direct:
            self.named.append((status, evidence, length_of(quote, message)))
        return super().statuses(status, evidence, quote, message, direct)


def reports(
    listener: ModelListener, cases: Sequence[Case], most: int, traces: list[Trace] | None = None
) -> list[Report]:
    """What the model reports of at most so many answers, drawn evenly at a fixed seed. `traces` gets every call's."""
    answers = [(case, indicator) for case in cases for indicator in case.on_indicator]
    random.Random(1).shuffle(answers)
    found: list[Report] = []
    for case, indicator in track(answers[:most], "Reading", transient=True):
        heeding = _Heeding()
        hearing = _heard(replace(listener, trust=heeding), case, indicator)
        if hearing.trace is not None and traces is not None:
            traces.append(hearing.trace)
        if hearing.intent == "answer" and len(heeding.named) == 1:
            answer = case.on_indicator[indicator]
            found.append(Report(heeding.named[0], answer.status, answer.evidence))
    return found


def _heard(listener: ModelListener, case: Case, indicator: str) -> Hearing:
    """The example, after what was said first: as the interview asks."""
    answer = case.on_indicator[indicator]
    question = Asked("interview", Ask("example", indicator), "", case.language, 1, (answer.says,))
    return listener.listen(answer.example, question)


def fitted(found: Sequence[Report], model: str, today: str, base: Trust | None = None) -> TrustFile:
    """The table with what was found of the model in it."""
    base = base or Trust()
    weights = _weights(found)
    rows = {
        status: {
            kind: {length: _row(base.cell(status, kind, length), (status, kind, length), found, weights) for length in LENGTHS}
            for kind in EVIDENCE_KINDS
        }
        for status in STATUSES
    }  # fmt: skip
    counted = Counter((r.named, r.status) for r in found)
    counts = {
        s: {k: {n: [counted[(s, k, n), label] for label in STATUSES] for n in LENGTHS} for k in EVIDENCE_KINDS}
        for s in STATUSES
    }
    told = {"model": model, "date": today, "answers": len(found), "statuses": rows, "counts": counts}
    told["kinds"] = {kind: _kinds(base.kinds(kind), kind, found) for kind in EVIDENCE_KINDS}
    shipped = base.file.model_dump(by_alias=True) | {"version": f"{base.version}+{today}-{_slug(model)}"}
    return TrustFile.model_validate(shipped | {"fitted": told})


def _weights(found: Sequence[Report]) -> Mapping[Status, float]:
    """What an answer counts by its label: as if the four known statuses were equally common."""
    labels = Counter(r.status for r in found)
    known = sum(labels[s] for s in STATUSES[:_KNOWN])
    return {
        s: min(_MOST_WEIGHT, known / (_KNOWN * labels[s])) if s is not Status.UNKNOWN and labels[s] else 1.0
        for s in STATUSES
    }


def _row(shipped: Five, named: Class, found: Sequence[Report], weights: Mapping[Status, float]) -> list[float]:
    labels = Counter(r.status for r in found if r.named == named)
    return _smoothed(shipped, [labels[s] * weights[s] for s in STATUSES])


def _kinds(shipped: Three, kind: EvidenceKind, found: Sequence[Report]) -> list[float]:
    labels = Counter(r.evidence for r in found if r.named[1] is kind)
    return _smoothed(shipped, [float(labels[k]) for k in EVIDENCE_KINDS])


def _smoothed(shipped: Sequence[float], counts: Sequence[float]) -> list[float]:
    """The mean of a Dirichlet at the shipped row, worth PULL answers, after the counts; nothing above SUREST."""
    mean = (PULL * np.asarray(shipped) + np.asarray(counts)) / (PULL + sum(counts))
    top = int(np.argmax(mean))
    if mean[top] > SUREST:
        rest = np.delete(mean, top)
        mean = np.insert(rest * (1 - SUREST) / rest.sum(), top, SUREST)
    return [round(float(p), 4) for p in mean]


def checked(found: Sequence[Report], model: str, today: str) -> dict[str, float]:
    """Mean log loss on every fifth answer, of the shipped table and of one fitted on the others."""
    out, kept = found[::_LEFT_OUT], [r for n, r in enumerate(found) if n % _LEFT_OUT]
    weights = _weights(found)
    shares = np.array([weights[r.status] for r in out])
    ways = {"shipped": Trust(), "fitted": Trust(given=fitted(kept, model, today))}
    losses = {name: np.array([_loss(trust, r) for r in out]) for name, trust in ways.items()}
    return {name: round(float(shares @ loss / shares.sum()), 3) for name, loss in losses.items()}


def _loss(trust: Trust, report: Report) -> float:
    return -float(np.log(max(trust.cell(*report.named)[STATUSES.index(report.status)], 1e-6)))


def written(table: TrustFile, to: Path) -> None:
    """The table as a file that VARDE_MODEL_TRUST takes."""
    told: dict[str, Any] = table.model_dump(mode="json", by_alias=True)
    to.parent.mkdir(parents=True, exist_ok=True)
    head = (
        "# How far this model's readings are trusted, refitted by `varde eval listening --fit`. Counts are by label:\n"
    )
    head += f"# {', '.join(STATUSES)}.\n"
    body = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, default_flow_style=None, width=120)
    to.write_text(head + body, encoding="utf-8")


def refit(listener: ModelListener, cases: Sequence[Case], most: int, to: Path) -> None:
    """Reads, counts, writes the table, and prints what moved. Where the model reported nothing, nothing is written."""
    traces: list[Trace] = []
    found = reports(listener, cases, most, traces)
    console, today = Console(), date.today().isoformat()
    outcomes = Counter(trace.outcome for trace in traces)
    if len(found) < _LEAST:
        raise ModelError(
            f"{listener.model} reported on {len(found)} answers, fewer than {_LEAST} "
            f"({', '.join(f'{k} {n}' for k, n in outcomes.items()) or 'no call was made'}). Nothing was written."
        )
    table = fitted(found, listener.model, today)
    written(table, to)
    console.print(_moved(found, Trust(given=table), listener.model))
    console.print("right: as counted. fitted: as if the four known statuses were equally common in the cases.")
    losses = checked(found, listener.model, today)
    console.print(
        f"On a fifth of the answers left out: log loss {losses['fitted']:.3f} with a table fitted on the others, "
        f"{losses['shipped']:.3f} with the shipped one."
    )
    calls, seconds = sum(t.calls for t in traces), sum(t.seconds for t in traces)
    tokens = sum(t.tokens_in for t in traces), sum(t.tokens_out for t in traces)
    console.print(f"{calls} calls, {tokens[0]} tokens in, {tokens[1]} out, {seconds:.1f} s.")
    console.print(f"Written: {to}. It is used where VARDE_MODEL_TRUST names it, or where it lies in VARDE_HOME/trust.")


def _moved(found: Sequence[Report], after: Trust, model: str) -> Table:
    """For every class that occurred: how often, and the probability that what was named is right, before and after."""
    table = Table("named", "evidence", "quote", "n", "right", "shipped", "fitted", title=f"Trust in {model}")
    counts, right = Counter(r.named for r in found), Counter(r.named for r in found if r.named[0] is r.status)
    for named in sorted(counts, key=lambda c: (STATUSES.index(c[0]), EVIDENCE_KINDS.index(c[1]), c[2])):
        place, n = STATUSES.index(named[0]), counts[named]
        shares = (right[named] / n, Trust().cell(*named)[place], after.cell(*named)[place])
        table.add_row(*named, str(n), *(f"{share:.2f}" for share in shares))
    return table


def _slug(model: str) -> str:
    return re.sub(r"[^\w.-]+", "-", model)

"""What a language model costs and does over an evaluation: calls, tokens, seconds, sizes, what was dropped and why."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from assistant.listening.protocol import Asked, Hearing, Listener
from assistant.session import Trace


@dataclass(frozen=True)
class Counting:
    """A listener that keeps the traces of another one."""

    inner: Listener
    traces: list[Trace] = field(default_factory=list)

    @property
    def version(self) -> str:
        return self.inner.version

    @property
    def model(self) -> str:
        return self.inner.model

    def listen(self, message: str, asked: Asked) -> Hearing:
        hearing = self.inner.listen(message, asked)
        if hearing.trace is not None:
            self.traces.append(hearing.trace)
        return hearing

    def figures(self) -> dict[str, Any]:
        """Sums, medians in characters, and counts by outcome and by what was dropped."""
        called = [trace for trace in self.traces if trace.calls]
        dropped: Counter[str] = Counter()
        for trace in self.traces:
            dropped.update(trace.dropped)
        return {
            "model": self.model,
            "calls": sum(trace.calls for trace in called),
            "tokens_in": sum(trace.tokens_in for trace in called),
            "tokens_out": sum(trace.tokens_out for trace in called),
            "seconds": round(sum(trace.seconds for trace in called), 1),
            "prompt_median": round(statistics.median([trace.prompt for trace in called] or [0])),
            "answer_median": round(statistics.median([trace.answer for trace in called] or [0])),
            "outcomes": dict(Counter(trace.outcome for trace in self.traces)),
            "dropped": dict(dropped),
        }

"""What an answer of several model calls costs: calls, tokens, seconds, sizes; whatever becomes of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from assistant.session import Trace


class Meter:
    """Counts the calls that one answer makes, and the seconds from the first one on.

    A call that is cut off counts too, without its tokens.
    """

    def __init__(self, model: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._model, self._clock, self._begun = model, clock, 0.0
        self._lock = threading.Lock()
        self._calls = self._in = self._out = self._prompt = self._answer = 0

    def begun(self, prompt: int) -> None:
        with self._lock:
            self._begun = self._begun if self._calls else self._clock()
            self._calls, self._prompt = self._calls + 1, self._prompt + prompt

    def ended(self, tokens_in: int, tokens_out: int, answer: int) -> None:
        with self._lock:
            self._in, self._out, self._answer = self._in + tokens_in, self._out + tokens_out, self._answer + answer

    def trace(self, outcome: str, kept: int = 0, of: int = 0) -> Trace:
        """`kept` of so many sentences held; the others are counted as dropped."""
        seconds = round(self._clock() - self._begun, 3) if self._calls else 0.0
        dropped = {"sentence": of - kept} if of > kept else {}
        with self._lock:
            return Trace(
                self._model,
                outcome,
                self._calls,
                seconds,
                self._in,
                self._out,
                self._prompt,
                self._answer,
                kept,
                dropped,
            )

    def handler(self) -> Any:
        """A LangChain callback that counts here."""
        from langchain_core.callbacks import BaseCallbackHandler  # noqa: PLC0415 - only where a model is set

        meter = self

        class Counting(BaseCallbackHandler):
            run_inline = True

            def on_chat_model_start(self, serialized: Any, messages: Any, **_: Any) -> None:
                meter.begun(sum(len(str(message.content)) for batch in messages for message in batch))

            def on_llm_end(self, response: Any, **_: Any) -> None:
                message = response.generations[0][0].message
                usage = getattr(message, "usage_metadata", None) or {}
                meter.ended(
                    int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0)), len(str(message.content))
                )

        return Counting()

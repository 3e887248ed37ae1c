"""The language model, where one is set: built when first needed, one deadline over a whole call, faults as values.

Calls run on one event loop in a thread of its own, so that a deadline holds whatever the network does: connecting,
headers, a body that drips. What the model was sent and what it said stands in no error and in no log.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
import os
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeVar

from assistant.breaker import Breaker

LONGEST_ANSWER = 20_000
_OPENAI_COMPATIBLE = "openai"
_EXTRAS = ("openai", "anthropic", "ollama")
_FINISHED = {"length": "cut", "max_tokens": "cut", "content_filter": "filtered", "refusal": "refused"}
_MOST_TOKENS = 4_000
T = TypeVar("T")


class ModelError(Exception):
    """The language model that was set cannot be used: why, and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Called:
    """What a call came to. `data` is None where there is a `fault`; `prompt` and `answer` count characters."""

    data: Mapping[str, Any] | None
    fault: str = ""
    seconds: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    prompt: int = 0
    answer: int = 0
    calls: int = 1


class Caller(Protocol):
    """Makes one structured call. Never raises for anything that a provider does."""

    @property
    def name(self) -> str: ...

    def ask(self, system: str, user: str, schema: Mapping[str, Any]) -> Called: ...


class Fault(Exception):  # noqa: N818 - a value that is thrown, not an error of ours
    """A call that came to nothing. `counts`: whether it tells against the provider; `wait`: seconds it asked for."""

    def __init__(self, code: str, counts: bool = True, wait: float = 0.0) -> None:
        super().__init__(code)
        self.code, self.counts, self.wait = code, counts, wait


class ChatModel:
    """One language model. `build` makes the LangChain chat model when it is first needed."""

    def __init__(
        self, name: str, build: Callable[[], Any], deadline: float, breaker: Breaker | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.name, self.deadline, self.breaker = name, deadline, breaker or Breaker()
        self._build, self._clock = build, clock
        self._built: Any = None
        self._lock = threading.Lock()

    def ready(self) -> Any:
        """The LangChain chat model. Raises ModelError where it cannot be set up."""
        with self._lock:
            if self._built is None:
                self._built = self._build()
            return self._built

    def ask(self, system: str, user: str, schema: Mapping[str, Any]) -> Called:
        """One structured call within the deadline; a fault is a value."""
        size = len(system) + len(user)
        if self.breaker.resting:
            return Called(None, "resting", calls=0)
        begun = self._clock()
        try:
            message = self.within(lambda: self._structured(system, user, dict(schema)))
            data, text = _read(message)
        except Fault as fault:
            return Called(None, fault.code, self._clock() - begun, prompt=size)
        usage = getattr(message, "usage_metadata", None) or {}
        return Called(
            data, "", self._clock() - begun, int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0)),
            size, len(text),
        )  # fmt: skip

    async def _structured(self, system: str, user: str, schema: dict[str, Any]) -> Any:
        model = await asyncio.to_thread(self.ready)
        bound = model.with_structured_output(schema)
        # Without LangChain's parser: it takes half an object for whole, and minutes for a long text.
        only = getattr(bound, "first", bound)
        return await only.ainvoke([("system", system), ("user", user)])

    def within(self, work: Callable[[], Coroutine[Any, Any, T]], deadline: float | None = None) -> T:
        """The work's result within the deadline. Raises Fault; the breaker is told."""
        future = asyncio.run_coroutine_threadsafe(_untraced(work), _loop())
        try:
            done = future.result(deadline or self.deadline)
        except (concurrent.futures.TimeoutError, TimeoutError):
            future.cancel()
            self.breaker.failed("deadline")
            raise Fault("deadline") from None
        except Exception as error:
            fault = fault_of(error)
            if fault.counts:
                self.breaker.failed(fault.code, fault.wait)
            raise fault from None
        self.breaker.succeeded()
        return done


def fault_of(error: Exception) -> Fault:
    """What an error of a provider's client means, without a word of its text."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, ModelError):
        return Fault("not_set_up")
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return Fault(f"http_{status}", wait=_retry_after(error))
    name = type(error).__name__.lower()
    for part, code in (("filter", "filtered"), ("refus", "refused"), ("length", "cut")):
        if part in name:
            return Fault(code, counts=False)
    if "timeout" in name:
        return Fault("deadline")
    if isinstance(error, OSError) or any(part in name for part in ("connect", "protocol", "read", "network")):
        return Fault("unreachable")
    return Fault("malformed", counts=False)


def _retry_after(error: Exception) -> float:
    response = getattr(error, "response", None)
    value = getattr(response, "headers", {}).get("retry-after", "")
    return float(value) if value.replace(".", "", 1).isdigit() else 0.0


def _read(message: Any) -> tuple[Mapping[str, Any], str]:
    """The answer as data, and the text it came in. Raises Fault where it is none."""
    text = str(message.text)
    if len(text) > LONGEST_ANSWER:
        raise Fault("too_long", counts=False)
    if message.additional_kwargs.get("refusal"):
        raise Fault("refused", counts=False)
    told = message.response_metadata
    reason = _FINISHED.get(str(told.get("finish_reason") or told.get("stop_reason") or told.get("done_reason") or ""))
    if reason:
        raise Fault(reason, counts=False)
    if message.tool_calls and not text.lstrip().startswith("{"):
        data = message.tool_calls[0]["args"]
        return data, json.dumps(data)
    return in_prose(text), text


def in_prose(text: str) -> Mapping[str, Any]:
    """The one whole JSON object of a text, with or without prose around it; half an object is none."""
    start, end = text.find("{"), text.rfind("}")
    if not text.strip():
        raise Fault("empty", counts=False)
    try:
        found = json.loads(text[start : end + 1]) if start >= 0 else None
    except ValueError:
        found = None
    if not isinstance(found, Mapping):
        raise Fault("malformed", counts=False)
    return found


async def _untraced(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The work with LangSmith's tracing off, whatever the environment says: nothing goes anywhere but to the model."""
    from langsmith import tracing_context  # noqa: PLC0415 - half a second, needed only where a model is set

    with tracing_context(enabled=False):
        return await work()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="varde-model", daemon=True).start()
    return loop


def builder(name: str, url: str, deadline: float) -> Callable[[], Any]:
    """How the model of the settings is built. The provider's package is imported only then."""

    def build() -> Any:
        provider, _, model = name.partition(":")
        if not model:
            raise ModelError(
                f"VARDE_MODEL is {name!r}, which is not provider:name. Set it as, say, ollama:qwen3:8b, or unset it."
            )
        try:
            from langchain.chat_models import init_chat_model  # noqa: PLC0415 - half a second

            return init_chat_model(model, model_provider=provider, **_options(provider, url, deadline))
        except ImportError:
            raise ModelError(
                f"VARDE_MODEL names {provider!r}, whose package is not installed. Install it with: "
                f"{_installing(provider)}, or unset VARDE_MODEL. Nothing was changed."
            ) from None
        except Exception as error:
            raise ModelError(
                f"The model {name} could not be set up ({type(error).__name__}). Check the name, and that the "
                "provider's key stands in the environment; or unset VARDE_MODEL. Nothing was changed."
            ) from None

    return build


def _installing(provider: str) -> str:
    """The command that installs a provider's package, as README has it; one we have no extra for by its own name."""
    package = f"langchain langchain-{provider.replace('_', '-')}"
    what = f"-e '.[{provider}]'" if provider in _EXTRAS else package
    return f".venv/bin/pip install -c constraints.txt {what}"


def _options(provider: str, url: str, deadline: float) -> dict[str, Any]:
    """No retries: one call a turn, and a fault is answered by the embedded listener."""
    address = {"base_url": url} if url else {}
    if provider == "ollama":
        return {**address, "temperature": 0, "num_predict": _MOST_TOKENS, "client_kwargs": {"timeout": deadline}}
    keyless = url and provider == _OPENAI_COMPATIBLE and not os.environ.get("OPENAI_API_KEY")
    key = {"api_key": "none"} if keyless else {}
    return {**address, **key, "max_retries": 0, "timeout": deadline, "max_tokens": _MOST_TOKENS}

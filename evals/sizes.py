"""How much is sent to a language model and how much comes back, in characters: talks and questions, scripted.

The scripted models read right and say what holds, so that a talk goes its usual way; a real one may say more or less.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.answering import ModelAnswerer
from assistant.answers import Answer
from assistant.bootstrap import answerer, interview
from assistant.chat_model import ChatModel
from assistant.settings import Settings
from evals.case import CASES, read_cases
from evals.player import play
from evals.qa import SETS, read_questions
from evals.scripted import listening_to

_EACH = 8


@dataclass
class Sizes:
    """Characters of every prompt and answer; calls, and turns (or questions) in words."""

    prompts: list[int] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    calls: int = 0
    turns: int = 0

    @property
    def medians(self) -> tuple[float, float]:
        return statistics.median(self.prompts), statistics.median(self.answers)


def talks(folder: Path = CASES / "examples") -> Sizes:
    """Every call of whole interviews in free text."""
    found = Sizes()
    for case in read_cases(folder):
        session = play(listening_to(interview(), case), case, "text").session
        called = [turn.trace for turn in session.turns if turn.trace and turn.trace.calls]
        found.prompts += [trace.prompt for trace in called]
        found.answers += [trace.answer for trace in called]
        found.calls += sum(trace.calls for trace in called)
        found.turns += sum(bool(turn.message.text) for turn in session.turns)
    return found


def questions() -> Sizes:
    """Every call of answers from the sources, over the first answerable questions of each language's test set."""
    found = Sizes()
    with tempfile.TemporaryDirectory() as home:
        plain = answerer(Settings(home=Path(home), model=""))
        for question in _asked():
            answer = plain.answer(question.question, question.language)
            if answer.reason != "answered":
                continue
            model = _agent(answer, found)
            found.turns += 1
            ModelAnswerer(plain, ChatModel("scripted:agent", lambda built=model: built, 60)).answer(  # type: ignore[misc]
                question.question, question.language
            )
    return found


def _asked() -> Iterator[Any]:
    kept: dict[str, int] = {}
    for question in read_questions(SETS / "test"):
        if question.answerable and kept.setdefault(question.language, 0) < _EACH:
            kept[question.language] += 1
            yield question


def _agent(answer: Answer, sizes: Sizes) -> Any:
    """A chat model of LangChain's that searches once and then says the extractive answer."""
    from langchain_core.language_models import BaseChatModel  # noqa: PLC0415 - only where a model is set
    from langchain_core.messages import AIMessage, BaseMessage  # noqa: PLC0415 - the same
    from langchain_core.outputs import ChatGeneration, ChatResult  # noqa: PLC0415 - the same

    said = [{"text": s.text, "passages": [s.passage.key]} for s in answer.said]
    text = json.dumps({"sentences": said}, ensure_ascii=False)
    search = [{"name": "search", "args": {"query": answer.question}, "id": "s"}]

    class Agent(BaseChatModel):
        @property
        def _llm_type(self) -> str:
            return "scripted"

        def bind_tools(self, tools: Any, **more: Any) -> Any:
            return self

        def _generate(self, messages: list[BaseMessage], *given: Any, **named: Any) -> ChatResult:
            last = messages[-1].type == "tool"
            sizes.calls += 1
            sizes.prompts.append(sum(len(str(m.text)) for m in messages))
            sizes.answers.append(len(text) if last else len(json.dumps(search)))
            message = AIMessage(text) if last else AIMessage("", tool_calls=search)
            return ChatResult(generations=[ChatGeneration(message=message)])

    return Agent()


def rows() -> Sequence[tuple[str, str, str]]:
    """For the benchmark's table: what, found, wanted."""
    parts: Mapping[str, Sizes] = {"interview": talks(), "questions to the sources": questions()}
    found: list[tuple[str, str, str]] = []
    for name, sizes in parts.items():
        prompt, answer = sizes.medians
        found += [
            (f"{name}: prompt, median of {len(sizes.prompts)}", f"{prompt:,.0f} characters", "10,000"),
            (f"{name}: answer, median; longest", f"{answer:,.0f}; {max(sizes.answers):,} characters", "1,500"),
            (f"{name}: calls a turn", f"{sizes.calls / sizes.turns:.2f}", "1" if name == "interview" else "4"),
        ]
    return found

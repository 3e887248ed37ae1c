"""What messages are for: labelled messages that are no answer, and some that only look like it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from assistant.listening.classifier import INTENTS
from assistant.listening.protocol import Asked, Listener
from assistant.questions import Ask
from assistant.session import Intent
from evals.case import CASES, read_cases
from knowledge.load import KnowledgeError
from knowledge.schema import LANGUAGES, Language, Line, Value

INTENT_FILES = CASES / "intents"


class Labelled(Value):
    """One message with what it is for."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    language: Language
    intent: Intent
    text: Line


def read_intents(part: str, folder: Path = INTENT_FILES) -> list[Labelled]:
    """The messages of one part, `tuning` or `test`. Raises KnowledgeError with file and line."""
    found = []
    for path in sorted(folder.glob(f"{part}-*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                found.append(TypeAdapter(Labelled).validate_json(line))
            except ValidationError as error:
                raise KnowledgeError(path, number, error.errors()[0]["msg"]) from None
    return found


def evaluate(listener: Listener, part: str = "test", cases: Path = CASES / "test") -> dict[str, Any]:
    """How many messages are told for what they are, and how many real answers are taken for something else."""
    messages = read_intents(part)
    told = [_heard(listener, m.text, m.language, "mobilise.owner") for m in messages]
    answers = [
        _heard(listener, answer.says, case.language, indicator)
        for case in read_cases(cases)
        for indicator, answer in case.on_indicator.items()
    ]
    return {
        "n": len(messages),
        "accuracy": _share([m.intent == t for m, t in zip(messages, told, strict=True)]),
        "by_language": {
            language: _share([m.intent == t for m, t in zip(messages, told, strict=True) if m.language == language])
            for language in LANGUAGES
        },
        "by_intent": {
            intent: _share([m.intent == t for m, t in zip(messages, told, strict=True) if m.intent == intent])
            for intent in INTENTS
        },
        "answers": len(answers),
        "answers_mistaken": _share([intent not in ("answer", "dont_know") for intent in answers]),
        "confused": [
            {"is": a, "read": b, "n": n}
            for (a, b), n in Counter(
                (m.intent, t) for m, t in zip(messages, told, strict=True) if m.intent != t
            ).most_common(10)
        ],
    }


def _heard(listener: Listener, text: str, language: Language, indicator: str) -> str:
    return listener.listen(text, Asked("interview", Ask("indicator", indicator), "", language, 5, ())).intent


def _share(right: Sequence[bool]) -> float | None:
    return sum(right) / len(right) if right else None

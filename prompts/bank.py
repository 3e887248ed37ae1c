"""The question bank and the coach's phrases, read once for each language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from prompts.wording import WordingError, variables

HERE = Path(__file__).parent
AREAS = ("insight", "strategy", "metrics", "design", "culture")
_LONGEST_QUESTION = 35
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Phrase = Annotated[str, Field(min_length=1)]


class PromptsError(Exception):
    """A file of the coach's words is missing or broken: which one and what is wrong."""

    def __init__(self, path: Path, problem: str) -> None:
        name = path.relative_to(HERE) if path.is_relative_to(HERE) else path
        super().__init__(f"prompts/{name}: {problem}. Mend the file, then start again; nothing was changed.")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Heard(_Value):
    """What Varde understood of one indicator, said back in plain words, for each status."""

    absent: Phrase
    planned: Phrase
    partial: Phrase
    established: Phrase


class IndicatorQuestions(_Value):
    ask: tuple[Phrase, Phrase]
    last_time: Phrase
    label: Phrase
    heard: Heard


class AreaQuestions(_Value):
    area: str
    ask: tuple[Phrase, Phrase, Phrase]
    last_time: tuple[Phrase, Phrase]
    neighbours: Phrase
    why: Phrase
    indicators: Mapping[str, IndicatorQuestions]


class Opening(_Value):
    ask: tuple[Phrase, Phrase]


class Bank(_Value):
    """Every authored question and phrase of one language."""

    opening: Opening
    areas: Mapping[str, AreaQuestions]
    phrases: Mapping[str, tuple[str, ...]]
    words: Mapping[str, Mapping[str, Mapping[str, str]]]

    def indicator(self, indicator: str) -> IndicatorQuestions:
        for area in self.areas.values():
            if indicator in area.indicators:
                return area.indicators[indicator]
        raise KeyError(indicator)

    def phrase(self, key: str, turn: int = 0) -> str:
        """The phrase, in the wording whose turn it is."""
        wordings = self.phrases[key]
        return wordings[turn % len(wordings)]


def _read(path: Path, shape: Any) -> Any:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
        return TypeAdapter(shape).validate_python(data)
    except FileNotFoundError:
        raise PromptsError(path, "the file is missing") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PromptsError(path, f"not valid YAML at line {mark.line + 1 if mark else '?'}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise PromptsError(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _listed(phrases: Mapping[str, str | list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: (value,) if isinstance(value, str) else tuple(value) for key, value in phrases.items()}


@cache
def load(language: str) -> Bank:
    """The bank of one language. Raises PromptsError where a file is broken."""
    folder = HERE / "questions" / language
    phrases: dict[str, tuple[str, ...]] = {}
    for path in sorted((HERE / "phrases" / language).glob("*.yaml")):
        phrases |= _listed(_read(path, dict[str, str | list[str]]))
    bank = Bank(
        opening=_read(folder / "opening.yaml", Opening),
        areas={area: _read(folder / f"{area}.yaml", AreaQuestions) for area in AREAS},
        phrases=phrases,
        words=_read(HERE / "terms" / f"{language}.yaml", dict[str, dict[str, dict[str, str]]]),
    )
    _check(folder, bank)
    return bank


def _check(folder: Path, bank: Bank) -> None:
    questions = [*bank.opening.ask]
    for area in bank.areas.values():
        questions += [*area.ask, *area.last_time]
        for indicator in area.indicators.values():
            questions += [*indicator.ask, indicator.last_time]
    for question in questions:
        try:
            variables(question)
        except WordingError as error:
            raise PromptsError(folder, str(error)) from None
        if len(question.split()) > _LONGEST_QUESTION:
            raise PromptsError(folder, f"a question has more than {_LONGEST_QUESTION} words: {question!r}")

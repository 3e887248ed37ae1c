"""Reads the files of this folder once, into frozen values. A broken file is named with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from knowledge.schema import (
    LANGUAGES,
    LEVELS,
    Asking,
    Benchmark,
    Bridge,
    Cell,
    Knowledge,
    Language,
    Note,
    Passage,
    Pattern,
    Play,
    Rubric,
    Silence,
    Term,
)

HERE = Path(__file__).parent
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class KnowledgeError(Exception):
    """A file that Varde needs is missing or broken: which one, at which line, and what is wrong."""

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        self.path, self.line, self.problem = path, line, problem
        where = f"{path.name}:{line}" if line else path.name
        super().__init__(f"{where}: {problem}. Mend the file, then start again; nothing was changed.")


def read_yaml(path: Path, shape: Any) -> Any:
    """The file as `shape`. Raises KnowledgeError with file, line and problem."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KnowledgeError(path, None, "the file is missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(path, None, f"the file cannot be read ({error})") from None
    try:
        node = yaml.compose(text, Loader=_Loader)
        _forbid_repeated_keys(path, node)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, in C where there is one
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise KnowledgeError(path, mark.line + 1 if mark else None, f"not valid YAML ({error.problem})") from None
    except yaml.YAMLError as error:
        raise KnowledgeError(path, None, f"not valid YAML ({error})") from None
    try:
        return TypeAdapter(shape).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        problem = f"{place}: {first['msg']}"
        if error.error_count() > 1:
            problem += f" (and {error.error_count() - 1} more)"
        raise KnowledgeError(path, _line_of(node, first["loc"]), problem) from None


def _line_of(node: yaml.Node | None, loc: Sequence[int | str]) -> int | None:
    """The line of the deepest part of `loc` that the file holds."""
    if node is None:
        return None
    for part in loc:
        step: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            step = next((value for key, value in node.value if str(key.value) == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            step = node.value[part]
        if step is None:
            break
        node = step
    return int(node.start_mark.line) + 1


def _forbid_repeated_keys(path: Path, node: yaml.Node | None) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if str(key.value) in seen:
                raise KnowledgeError(path, key.start_mark.line + 1, f"the key {key.value!r} stands twice")
            seen.add(str(key.value))
            _forbid_repeated_keys(path, value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _forbid_repeated_keys(path, item)


_HEADING = re.compile(r"^## (?P<heading>.+?) \{#(?P<id>[a-z0-9.-]+)\}\s*$", re.MULTILINE)


def asked(folder: Path, language: Language, name: str) -> dict[str, tuple[str, ...]]:
    """The questions that passages answer, by passage; none where there is no file. Raises KnowledgeError."""
    path = folder / "questions" / language / f"{name}.yaml"
    found: dict[str, tuple[str, ...]] = read_yaml(path, dict[str, tuple[str, ...]]) if path.exists() else {}
    return found


def _passages(path: Path, language: Language, questions: Mapping[str, tuple[str, ...]]) -> Iterator[Passage]:
    text = path.read_text(encoding="utf-8")
    _, front, body = text.split("---\n", 2)
    meta = yaml.safe_load(front)
    parts = _HEADING.split(body)[1:]
    for heading, passage_id, content in zip(parts[0::3], parts[1::3], parts[2::3], strict=True):
        first, _, rest = content.strip().partition("\n")
        if not first.startswith("locator:"):
            line = text[: text.index(f"{{#{passage_id}}}")].count("\n") + 2
            raise KnowledgeError(path, line, f"passage {passage_id} does not say where it comes from (locator:)")
        yield Passage(
            id=passage_id,
            language=language,
            heading=heading.strip(),
            text=rest.strip(),
            source=str(meta["source"]),
            title=str(meta["title"]),
            author=meta.get("author"),
            date=str(meta["date"]) if meta.get("date") else None,
            locator=first.removeprefix("locator:").strip().strip('"'),
            asked=questions.get(passage_id, ()),
        )


def _silences(folder: Path) -> dict[tuple[str, Language], Silence]:
    found: dict[tuple[str, Language], Silence] = {}
    for language in LANGUAGES:
        for path in sorted((folder / "silences").glob(f"*.{language}.yaml")):
            read: dict[str, Silence] = read_yaml(path, dict[str, Silence])
            found |= {(name, language): silence for name, silence in read.items()}
    for name, language in found:
        missing = [other for other in LANGUAGES if (name, other) not in found]
        if missing:
            raise KnowledgeError(
                folder / "silences", None, f"{name} is there in {language}, not in {', '.join(missing)}"
            )
    return found


def load(folder: Path = HERE) -> Knowledge:
    """Everything Varde knows. Raises KnowledgeError where a file is broken or two files disagree."""
    rubric: Rubric = read_yaml(folder / "rubric.yaml", Rubric)
    cells: tuple[Cell, ...] = read_yaml(folder / "cells.yaml", tuple[Cell, ...])
    plays: list[Play] = [read_yaml(path, Play) for path in sorted((folder / "playbook").glob("*.yaml"))]
    passages = {
        (passage.id, language): passage
        for language in LANGUAGES
        for path in sorted((folder / "sources" / language).glob("*.md"))
        for passage in _passages(path, language, asked(folder, language, path.stem))
    }
    known = Knowledge(
        rubric=rubric,
        cells={(cell.area, cell.level): cell for cell in cells},
        playbook={play.id: play for play in plays},
        benchmarks=read_yaml(folder / "benchmarks.yaml", tuple[Benchmark, ...]),
        patterns=read_yaml(folder / "patterns.yaml", tuple[Pattern, ...]),
        glossary=read_yaml(folder / "glossary.yaml", tuple[Term, ...]),
        crosswalk=read_yaml(folder / "crosswalk.yaml", tuple[Bridge, ...]),
        passages=passages,
        silences=_silences(folder),
        notes=read_yaml(folder / "notes.yaml", tuple[Note, ...]),
        asking=read_yaml(folder / "asking.yaml", Asking),
    )
    _agree(folder, known)
    return known


def _agree(folder: Path, known: Knowledge) -> None:
    """The files name each other's ids: every name must exist, and nothing may be missing."""
    rubric = known.rubric
    for area in rubric.areas:
        for level in LEVELS:
            if (area.key, level) not in known.cells:
                raise KnowledgeError(folder / "cells.yaml", None, f"no description of {area.key} at level {level}")
    wanted = {i.id for i in rubric.indicators} | {f"step-{n}-{n + 1}" for n in LEVELS[:-1]}
    missing = sorted(wanted - set(known.playbook))
    if missing:
        raise KnowledgeError(folder / "playbook", None, f"no entry for {', '.join(missing)}")
    named = {role for roles in known.asking.ask.values() for role in roles} | {"frontline", "unit"}
    lost = sorted(set(rubric.by_id) - set(known.asking.ask)) or sorted(named - set(known.asking.roles))
    if lost:
        raise KnowledgeError(folder / "asking.yaml", None, f"nobody to ask: {', '.join(lost)}")
    ids = {passage_id for passage_id, _ in known.passages}
    lists: list[tuple[str, str, BaseModel]] = [("playbook/" + p.id + ".yaml", p.id, p) for p in known.playbook.values()]
    lists += [("patterns.yaml", p.id, p) for p in known.patterns]
    lists += [("glossary.yaml", t.id, t) for t in known.glossary]
    for file, name, item in lists:
        lost = sorted(set(getattr(item, "passages", ())) - ids)
        if lost:
            raise KnowledgeError(folder / file, None, f"{name} cites unknown passages: {', '.join(lost)}")
    for pattern in known.patterns:
        lost = sorted({*pattern.has, *pattern.lacks} - set(rubric.by_id))
        if lost:
            raise KnowledgeError(folder / "patterns.yaml", None, f"{pattern.id} names unknown indicators: {lost}")


@cache
def default() -> Knowledge:
    """The knowledge that comes with Varde, loaded once."""
    return load()

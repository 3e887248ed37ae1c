"""Prompts for a language model: files that declare their variables; a missing or an extra one is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from prompts.bank import HERE, PromptsError
from prompts.wording import WordingError, variables

_NAME = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Template:
    """A prompt with the names that it declares."""

    name: str
    variables: frozenset[str]
    text: str

    def fill(self, **values: str) -> str:
        """The prompt. What is put in is not read for names. Raises WordingError for a missing or an extra value."""
        if values.keys() != self.variables:
            odd = ", ".join(sorted(values.keys() ^ self.variables))
            raise WordingError(
                f"{odd}: given and not declared, or declared and not given", f"prompts/model/{self.name}"
            )
        return _NAME.sub(lambda match: values[match.group(1)], self.text)


@cache
def template(name: str) -> Template:
    """The prompt of that name. Raises PromptsError where the file is missing or its declaration does not fit."""
    path = HERE / "model" / f"{name}.md"
    try:
        head, _, text = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
        declared: Mapping[str, list[str]] = yaml.safe_load(head)
        names = frozenset(declared["variables"])
        used = variables(text)
    except FileNotFoundError:
        raise PromptsError(path, "the file is missing") from None
    except (yaml.YAMLError, KeyError, TypeError, WordingError) as error:
        raise PromptsError(path, f"the declaration or a brace is broken ({type(error).__name__})") from None
    if used != names:
        raise PromptsError(path, f"declared and used differ: {', '.join(sorted(used ^ names))}")
    return Template(name, names, text.strip())

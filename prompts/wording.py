"""Every word that the coach says: templates with declared variables, filled with the leader's two words.

A template holds names in braces. `{served_...}` and `{field...}` take the inflected form of the chosen
words; a capital first letter capitalises. Any other name must be given, and one that is given must be used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NAME = re.compile(r"\{([A-Za-z_]+)\}")
_BROKEN = re.compile(r"[{}]")


class WordingError(Exception):
    """A template and what it was given do not fit: which name, in which template."""

    def __init__(self, problem: str, template: str) -> None:
        super().__init__(f"{problem} in the text {template!r}. Mend the text in prompts/ or knowledge/.")


def variables(template: str) -> frozenset[str]:
    """The names that a template declares, as written."""
    if _BROKEN.search(_NAME.sub("", template)):
        raise WordingError("a brace stands alone", template)
    return frozenset(_NAME.findall(template))


@dataclass(frozen=True)
class Terms:
    """The leader's two words in one language, as a mapping from a form's name to the form."""

    forms: Mapping[str, str]

    def fill(self, template: str, **values: str) -> str:
        """The template with every name replaced. Raises WordingError for a missing or an extra one."""
        names = variables(template)
        extra = values.keys() - names
        if extra:
            raise WordingError(f"{', '.join(sorted(extra))} is given and not used", template)
        return _NAME.sub(lambda match: self._form(match.group(1), values, template), template)

    def _form(self, name: str, values: Mapping[str, str], template: str) -> str:
        if name in values:
            return values[name]
        form = self.forms.get(name[0].lower() + name[1:])
        if form is None:
            raise WordingError(f"{{{name}}} has no value", template)
        return form[0].upper() + form[1:] if name[0].isupper() else form


def terms(words: Mapping[str, Mapping[str, Mapping[str, str]]], served: str, field: str) -> Terms:
    """The forms of the two chosen words. Raises KeyError where a word is not on the closed list."""
    forms = {f"served_{case}": form for case, form in words["served"][served].items()}
    forms |= {f"field_{case}" if case else "field": form for case, form in words["field"][field].items()}
    return Terms(forms)

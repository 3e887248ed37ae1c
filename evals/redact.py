"""How many people's names, addresses and organisations' names the masks of VARDE_REDACT find: `varde eval redaction`.

Names of people were labelled by hand in the words of 75 leaders; each answer is masked alone, with no help from what
was said before. Whatever else is masked as a name, places most of all, counts as false. No e-mail and no phone number
occurs in the cases: written ones are set behind answers, in forms that were known when the patterns were made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from assistant.redaction import redaction
from evals.case import CASES, Case, read_case
from knowledge.load import KnowledgeError, read_yaml
from knowledge.schema import LANGUAGES, Language

NAMES = Path(__file__).parent / "names"
Part = Literal["seen", "unseen"]
Labelled = Mapping[Part, Mapping[str, Sequence[str]]]
Span = tuple[int, int]
_SHORT = 4
_ENDINGS: Mapping[Language, str] = {
    "en": r"(?:['’]s|s['’]|['’])?",
    "nb": r"(?:s|['’]s?)?",
    "et": r"(?:['’]?[a-zõäöü]{0,5})?",
}
_MASK = re.compile(r"\[(organisation|mail|phone|person|name) \d+\]")


@dataclass
class Tally:
    """Mentions and how many of them were masked whole; the words masked for nothing, and how many words there were."""

    mentions: int = 0
    masked: int = 0
    missed: list[str] = field(default_factory=list)
    wrongly: list[str] = field(default_factory=list)
    words: int = 0

    def figures(self) -> dict[str, float | int | None]:
        return {
            "mentions": self.mentions,
            "recall": self.masked / self.mentions if self.mentions else None,
            "false_masks": len(self.wrongly),
            "false_per_1000_words": 1_000 * len(self.wrongly) / self.words if self.words else None,
        }


def words_of(case: Case) -> Iterator[str]:
    """All that the leader of a case can say."""
    yield case.opening
    for area in case.on_area.values():
        yield from (area.says, area.example)
    for indicator in case.on_indicator.values():
        yield from (indicator.says, indicator.example)


def labelled(language: Language, folder: Path = NAMES) -> Labelled:
    """The names by part and case. Raises KnowledgeError with file and problem."""
    found: Labelled = read_yaml(folder / f"{language}.yaml", dict[Part, dict[str, list[str]]])
    return found


def people(language: Language, part: Part) -> Tally:
    """Mentions of people in the labelled cases of a language."""
    tally = Tally()
    for case_id, names in labelled(language)[part].items():
        for text in words_of(_case(case_id)):
            count(tally, text, mentions(text, names, language), language, "person")
    return tally


def organisations(language: Language) -> Tally:
    """Mentions of the organisation in the same cases, by its name or by the words that its leader shortens it to."""
    tally = Tally()
    for cases in labelled(language).values():
        for case in map(_case, cases):
            short = [word for word in case.organisation.name.split()[:1] if len(word) > _SHORT]
            for text in words_of(case):
                found = mentions(text, [case.organisation.name, *short], language)
                count(tally, text, found, language, "organisation", case.organisation.name)
    return tally


def addresses(language: Language, kind: Literal["mail", "phone"]) -> Tally:
    """E-mails or phone numbers as people write them, each at the end of an answer."""
    tally = Tally()
    cases = sorted(labelled(language)["seen"])
    for number, address in enumerate(read_yaml(NAMES / "addresses.yaml", dict[str, list[str]])[kind]):
        said = next(words_of(_case(cases[number % len(cases)]))).strip()
        text = f"{said} {address}."
        count(tally, text, [(len(said) + 1, len(text) - 1)], language, kind)
    return tally


def mentions(text: str, names: Sequence[str], language: Language) -> list[Span]:
    """Where the names stand, the longest first, with the endings of the language."""
    found: list[Span] = []
    for name in sorted(names, key=len, reverse=True):
        for match in re.finditer(rf"(?<![\w-]){re.escape(name)}{_ENDINGS[language]}(?![\w])", text):
            if not any(a < match.end() and match.start() < b for a, b in found):
                found.append(match.span())
    return found


def count(tally: Tally, text: str, wanted: Sequence[Span], language: Language, kind: str, given: str = "") -> None:
    hidden = masked_spans(text, language, given)
    covered = {place for spans in hidden.values() for a, b in spans for place in range(a, b)}
    for a, b in wanted:
        tally.mentions += 1
        bare = [place for place in range(a, b) if text[place].isalnum() and place not in covered]
        tally.masked += not bare
        tally.missed += [text[a:b]] if bare else []
    own = [*hidden.get(kind, []), *(hidden.get("name", []) if kind == "person" else [])]
    tally.wrongly += [text[a:b] for a, b in own if not any(a < d and c < b for c, d in wanted)]
    tally.words += len(text.split())


def masked_spans(text: str, language: Language, given: str = "") -> dict[str, list[Span]]:
    """What of a text is masked, by kind of mask."""
    masks = redaction([text], language, [given] if given else [], by_shape=True)
    hidden, found = masks.hide(text), dict[str, list[Span]]()
    originals = {mask: original for original, mask in masks.masks.items()}
    place = last = 0
    for match in _MASK.finditer(hidden):
        place += match.start() - last
        last = match.end()
        length = len(originals.get(match.group(), match.group()))
        found.setdefault(match.group(1), []).append((place, place + length))
        place += length
    return found


def evaluate() -> dict[str, Any]:
    """Recall and false masks by kind and language; for people, on names that were looked at and on others."""
    tallies = {
        "people, unseen": {x: people(x, "unseen") for x in LANGUAGES},
        "people, seen": {x: people(x, "seen") for x in LANGUAGES},
        "organisations": {x: organisations(x) for x in LANGUAGES},
        "mail": {x: addresses(x, "mail") for x in LANGUAGES},
        "phone": {x: addresses(x, "phone") for x in LANGUAGES},
    }
    return {
        kind: {"overall": total(list(by.values())).figures(), **{x: tally.figures() for x, tally in by.items()}}
        for kind, by in tallies.items()
    }


def total(tallies: Sequence[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.mentions += tally.mentions
        whole.masked += tally.masked
        whole.missed += tally.missed
        whole.wrongly += tally.wrongly
        whole.words += tally.words
    return whole


def _case(case_id: str) -> Case:
    path = CASES / "tuning" / f"{case_id}.yaml"
    if not path.exists():
        raise KnowledgeError(path, None, "there is no such case; names are labelled in the tuning cases")
    return read_case(path)

"""The sentences of a passage that say a thing: where they stand, how near they lie, which are quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.embedding import Embedder, Vectors
from knowledge.lexical import content_words, stems
from knowledge.schema import Language, Passage
from knowledge.search import Hit
from knowledge.text import sentences

MOST_SENTENCES = 5
_DRAWN_ON, _PASSAGE, _WITHIN = 3, 6.0, 1.2
_TOLD = 0.65
_REMEMBERED = 120
_RETOLD = {"ours": 0, "model": 0, "silence": 0, "retelling": 1, "document": 1}
_POINTS_BACK: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"(?:And )?(?:[Ss]he|[Hh]e|[Tt]hey|Her|His|Their|These|Those)\b|It (?!is )|(?:And|But|Also|So) "),
    "nb": re.compile(
        r"(?:Og )?(?:[Hh]un|[Hh]an|Dette|Disse|Denne|Hennes|Hans)\b|De (?!\w+ (?:nivå|område))|(?:Og|Men|Så|Også) "
    ),
    "et": re.compile(
        r"(?:Ja )?(?:[Tt]a|[Tt]al|[Tt]ema|[Nn]ad|Nende|Neil|Need|Just nei\w+)\b|(?:Ja|Aga|Kuid|Ka|Samuti) "
    ),
}


@dataclass(frozen=True)
class Said:
    """One sentence of an answer, or a few that belong together, and what it rests on: a span, verbatim."""

    text: str
    passage: Passage
    start: int
    end: int

    @property
    def span(self) -> str:
        return self.passage.text[self.start : self.end]


class Quoter:
    """Finds sentences in passages; those of the last passages are kept with their vectors."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._kept: dict[tuple[str, str], tuple[Sequence[tuple[int, int]], Vectors]] = {}

    def sentences(self, passage: Passage) -> tuple[Sequence[tuple[int, int]], Vectors]:
        """Where each sentence stands in the passage's text, and the vectors: (sentences, dimensions)."""
        key = (passage.key, passage.text)
        if key not in self._kept:
            if len(self._kept) >= _REMEMBERED:
                self._kept.clear()
            places = spans(passage)
            self._kept[key] = (places, self.embedder.embed([passage.text[start:end] for start, end in places]))
        return self._kept[key]

    def answering(self, question: str, asked: Vectors, language: Language, hits: Sequence[Hit]) -> tuple[Said, ...]:
        """The sentences that answer best, of the best passages, in the passages' order. `asked`: (dimensions,)."""
        ranked: list[tuple[float, int, Said]] = []
        for place, hit in enumerate(hits[:_DRAWN_ON]):
            places, vectors = self.sentences(hit.passage)
            for (start, end), near in zip(places, vectors @ asked, strict=True):
                text = hit.passage.text[start:end]
                rank = _PASSAGE * hit.score + float(near) + share(question, text, language)
                ranked.append((rank, place, Said(text, hit.passage, start, end)))
        ranked.sort(key=lambda entry: (-entry[0], entry[1], entry[2].start))
        near = [entry for entry in ranked if entry[0] >= ranked[0][0] - _WITHIN]
        kept = _once(near)
        chosen = [said for _, _, said in sorted(kept, key=lambda entry: (entry[1], entry[2].start))]
        return _unbroken(_led_in(chosen))


def _once(ranked: Sequence[tuple[float, int, Said]]) -> list[tuple[float, int, Said]]:
    """The best sentences, without those whose words the others, of other passages, say as well.

    Of two that say the same, a source's stays and not ours.
    """
    kept = list(ranked[:MOST_SENTENCES])
    worst_first = list(reversed(kept))
    for entry in sorted(worst_first, key=lambda entry: _RETOLD[entry[2].passage.kind]):
        own = stems_of(entry[2].text, entry[2].passage.language)
        others = [
            said
            for _, _, said in kept
            if said.passage.key != entry[2].passage.key and _RETOLD[said.passage.kind] >= _RETOLD[entry[2].passage.kind]
        ]
        told = frozenset[str]().union(*(stems_of(said.text, said.passage.language) for said in others))
        if own and len(own & told) / len(own) >= _TOLD:
            kept.remove(entry)
    return kept


def _led_in(said: Sequence[Said]) -> tuple[Said, ...]:
    """The sentences; one that begins with a word that points back, with the one before: nobody knows who "she" is."""
    found: list[Said] = []
    for one in said:
        before = [place for place in spans(one.passage) if place[0] < one.start]
        start = one.start
        while before and _POINTS_BACK[one.passage.language].match(one.passage.text[start : one.end]):
            if found and found[-1].passage.key == one.passage.key and found[-1].end >= before[-1][1]:
                break
            start = before.pop()[0]
        found.append(Said(one.passage.text[start : one.end], one.passage, start, one.end))
    return tuple(found)


def _unbroken(said: Sequence[Said]) -> tuple[Said, ...]:
    """The sentences; where one alone is missing between two of a passage, it goes with the former: no list has a hole."""
    found: list[Said] = []
    for one in said:
        last = found[-1] if found and found[-1].passage.key == one.passage.key else None
        between = [place for place in spans(one.passage) if last and last.end <= place[0] and place[1] <= one.start]
        if last and len(between) == 1:
            end = between[0][1]
            found[-1] = Said(one.passage.text[last.start : end], one.passage, last.start, end)
        found.append(one)
    return tuple(found)


def spans(passage: Passage) -> list[tuple[int, int]]:
    """Where each sentence of a passage stands in its text; a number alone goes with what follows."""
    found: list[tuple[int, int]] = []
    place = 0
    for sentence in sentences(passage.text, limit=1000):
        start = passage.text.index(sentence, place)
        place = start + len(sentence)
        if found and re.fullmatch(r"\d+[.)]", passage.text[slice(*found[-1])]):
            found[-1] = (found[-1][0], place)
        else:
            found.append((start, place))
    return found or [(0, len(passage.text))]


@lru_cache(maxsize=2048)
def stems_of(text: str, language: Language) -> frozenset[str]:
    return frozenset(stems(content_words(text, language), language))


def share(question: str, text: str, language: Language) -> float:
    """The share of the question's words whose stem stands in a text."""
    wanted = stems_of(question, language)
    return len(wanted & stems_of(text, language)) / len(wanted) if wanted else 0.0

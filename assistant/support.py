"""What supports a change: passages that speak of the same thing, of the sources and of the organisation's documents.

A passage supports a change where two of its sentences lie near to it, and nearer than to nearly all other changes that
could be made: everything in this field lies near everything else. It is looked up when the report is read and kept
nowhere, so that what is removed is gone; it never reaches the belief.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np

from assistant.changes import CriticalChange, Support
from assistant.library import Library
from assistant.quoting import spans
from assistant.voice import Voice
from knowledge.embedding import Vectors
from knowledge.schema import Passage

MOST = 3
NEAR = 0.30
AMONG = 2
_DOCUMENTS = 2
_LOOKED_AT = 24
_REMEMBERED = 1_000
_TRUE_BY_DEFINITION = ("sign.", "level", "rule", "term.")

Supporting = Callable[[CriticalChange, Voice, str], tuple[Support, ...]]
Place = tuple[int, int]


class SupportFinder:
    """Finds what supports a change in a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._changes: dict[tuple[str, tuple[str, ...]], Vectors] = {}
        self._read: dict[tuple[str, str], tuple[list[Place], Vectors]] = {}

    def support(self, change: CriticalChange, voice: Voice, organisation: str = "") -> tuple[Support, ...]:
        """At most three passages, each of another source: documents first, then what the playbook names and is retold.

        `organisation`: whose documents may be cited beside the shared ones.
        """
        about, find = described(change.indicator, voice), self._library.search.find
        added = find(about, voice.language, organisation, limit=_LOOKED_AT, built_in=False)
        found = find(about, voice.language, limit=_LOOKED_AT)
        documents = [hit.passage for hit in added if not self._has_retelling(hit.passage, voice)]
        named = [voice.knowledge.passages[c.passage, voice.language] for c in change.citations]
        built_in = [hit.passage for hit in found if _can_support(hit.passage)]
        chosen = self._best(documents, change, voice)[:_DOCUMENTS]
        chosen += self._best(named, change, voice, trusted=True) + self._best(built_in, change, voice)
        once: dict[str, Support] = {}
        for support in chosen:
            once.setdefault(support.source, support)
        return tuple(once.values())[:MOST]

    def supports(self, passage: Passage, indicator: str, voice: Voice) -> bool:
        """Whether a passage supports the change that answers an indicator."""
        return self._nearest(passage, indicator, voice, trusted=False)[0] is not None

    def _has_retelling(self, passage: Passage, voice: Voice) -> bool:
        """Whether an added original is retold, and written in another language than the session's."""
        retold = {p.source for p in voice.knowledge.passages.values()}
        return passage.source in retold and passage.language != voice.language

    def _best(
        self, passages: Iterable[Passage], change: CriticalChange, voice: Voice, trusted: bool = False
    ) -> list[Support]:
        """Those that support the change, in the session's language first, the nearest first. `trusted`: all do."""
        ranked = []
        for passage in passages:
            place, near = self._nearest(passage, change.indicator, voice, trusted)
            if place is not None:
                ranked.append((passage.language != voice.language, -near, passage.key, _support(passage, place)))
        return [support for *_, support in sorted(ranked, key=lambda entry: entry[:3])]

    def _nearest(self, passage: Passage, indicator: str, voice: Voice, trusted: bool) -> tuple[Place | None, float]:
        """Where the sentences stand that support the change, and how near they lie; nowhere where none do."""
        places, vectors = self._places(passage)
        order = [i.id for i in voice.knowledge.rubric.indicators]
        likeness = vectors @ self._all_changes(voice).T
        own = likeness[:, order.index(indicator)]
        if not trusted:
            ahead = (likeness > own[:, None]).sum(axis=1)
            own = np.where((ahead < AMONG) & (own >= NEAR), own, -1.0)
        best = int(np.argmax(own))
        return (places[best], float(own[best])) if trusted or own[best] > 0 else (None, 0.0)

    def _places(self, passage: Passage) -> tuple[list[Place], Vectors]:
        """Where two sentences follow each other in a paragraph, and their vectors: (places, dimensions)."""
        key = (passage.key, passage.text)
        if key not in self._read:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            places = _pairs(passage.text, spans(passage))
            vectors = self._library.search.embedder.embed([passage.text[start:end] for start, end in places])
            self._read[key] = (places, vectors)
        return self._read[key]

    def _all_changes(self, voice: Voice) -> Vectors:
        """Every change that could be made, as a vector: (indicators, dimensions)."""
        key = (voice.language, tuple(voice.terms.forms.values()))
        if key not in self._changes:
            texts = [described(i.id, voice) for i in voice.knowledge.rubric.indicators]
            self._changes[key] = self._library.search.embedder.embed(texts)
        return self._changes[key]


def described(indicator: str, voice: Voice) -> str:
    """A change in words to look for: what to do and why, what it brings, and how it looks where that is missing."""
    play = voice.knowledge.playbook[indicator][voice.language]
    sign = voice.fill(voice.knowledge.rubric.by_id[indicator].text[voice.language])
    absent = voice.fill(voice.bank.indicator(indicator).heard.absent)
    return " ".join((voice.fill(play.title), voice.fill(play.why), voice.label(indicator), sign, absent))


def _can_support(passage: Passage) -> bool:
    """Not our own advice, and not the sign itself, which says of every change what it says."""
    return passage.kind in ("retelling", "model") and not passage.id.startswith(_TRUE_BY_DEFINITION)


def _pairs(text: str, places: Sequence[Place]) -> list[Place]:
    """Each two sentences of a paragraph that follow each other; a paragraph of one sentence stands for itself."""
    paragraphs: list[list[Place]] = []
    for place in places:
        if paragraphs and "\n" not in text[paragraphs[-1][-1][1] : place[0]]:
            paragraphs[-1].append(place)
        else:
            paragraphs.append([place])
    pairs = [[(one[0], other[1]) for one, other in pairwise(held)] or held for held in paragraphs]
    return [pair for held in pairs for pair in held]


def _support(passage: Passage, place: Place) -> Support:
    start, end = place
    return Support.of(passage, start=start, end=end, span=passage.text[start:end])

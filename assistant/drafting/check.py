"""Whether one sentence of a draft holds: it is refused with a reason, or kept with what it truly rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.drafting.briefing import MOST_WORDS
from assistant.drafting.draft import Reference, Statement
from assistant.drafting.material import Fact, Material
from assistant.grounding import MARKUP, NEAR, SHARED, begun, counted, misplaced, nearness, words_of
from assistant.listening.reflecting import other_language, praising
from assistant.listening.screen import seen
from assistant.names import masked
from assistant.redaction import Redaction
from assistant.voice import Voice
from knowledge.embedding import Embedder
from knowledge.text import folded, sentences

_LEAST_WORDS, _MOST_REFERENCES = 4, 4
_TIED = 0.4


@dataclass(frozen=True)
class Check:
    """The check of one draft. `vocabulary`: the stems that a sentence may begin with, beside those it rests on."""

    material: Material
    voice: Voice
    hidden: Redaction
    embedder: Embedder
    vocabulary: frozenset[str]

    def statement(self, entry: Any) -> Statement | str:
        """The statement, or why it is left out."""
        if not isinstance(entry, Mapping) or not isinstance(entry.get("text"), str):
            return "shape"
        about, ids = entry.get("about"), entry.get("rests_on")
        if about not in self.material.about:
            return "about"
        facts = self.material.facts
        if not isinstance(ids, list) or not 1 <= len(ids) <= _MOST_REFERENCES:
            return "reference"
        if any(not isinstance(i, str) or i not in facts for i in ids):
            return "reference"
        said = entry["text"].strip()
        text = self.hidden.reveal(" ".join(said.split()))
        if why := self._unfit(text, said):
            return why
        tied = self._tied(text, [facts[i] for i in dict.fromkeys(ids)])
        if why := self._unsupported(text, tied):
            return why
        rests_on = tuple(Reference(fact.id, fact.quote) for fact in tied)
        return Statement(str(about), masked(text, self.voice.language), rests_on)

    def _unfit(self, text: str, said: str) -> str:
        """Why the sentence may not be said, whatever it rests on."""
        words = text.split()
        if not _LEAST_WORDS <= len(words) <= MOST_WORDS or len(sentences(text)) > 1:
            return "length"
        if MARKUP.search(text) or seen(said) != said or "\n" in said:
            return "markup"
        if "?" in text or "!" in text:
            return "tone"
        return "language" if other_language(text, self.voice.language) else ""

    def _unsupported(self, text: str, tied: Sequence[Fact]) -> str:
        """Why the sentence is not borne out by what it rests on."""
        if not tied:
            return "support"
        language, own = self.voice.language, " ".join(self._terms)
        there = " ".join(fact.whole for fact in tied)
        if any(word not in folded(there).lower() for word in praising(text, language)):
            return "praise"
        if why := misplaced(text, f"{there} {own}"):
            return why
        if not counted(text, there, language):
            return "figure"
        if not begun(text, f"{there} {own}", language, self.vocabulary):
            return "name"
        if words_of(self._bare(text), there, language) >= SHARED:
            return ""
        spans = [span for fact in tied for span in sentences(fact.whole)]
        return "" if max(nearness(text, spans, self.embedder)) >= NEAR else "support"

    def _tied(self, text: str, facts: Sequence[Fact]) -> list[Fact]:
        """Of what is named, that which the sentence has a word or a meaning in common with."""
        language, bare = self.voice.language, self._bare(text)
        near = nearness(text, [fact.quote or fact.text for fact in facts], self.embedder)
        return [
            fact
            for fact, nearby in zip(facts, near, strict=True)
            if nearby >= _TIED or words_of(bare, fact.quote or fact.text, language) > 0
        ]

    @property
    def _terms(self) -> frozenset[str]:
        return frozenset(form.lower() for form in self.voice.terms.forms.values())

    def _bare(self, text: str) -> str:
        """The sentence without the leader's two words: they stand in every text, and so bear out none."""
        return " ".join(word for word in text.split() if word.strip(".,:;").lower() not in self._terms)

"""What a question takes for granted, where the sources say otherwise."""

from __future__ import annotations

import numpy as np

from assistant.claims import Claims
from assistant.library import Library
from assistant.quoting import Said, share, spans
from assistant.ways.answer import Answer, Asked, certain
from knowledge.text import folded


class Correcting:
    """Puts a false premise right, beside the sentence that it rests on."""

    def __init__(self, library: Library, claims: Claims) -> None:
        self._library, self._claims = library, claims

    def answer(self, asked: Asked) -> Answer | None:
        """See Way."""
        found = self._claims.broken(asked.question, asked.language)
        passage = self._library.passage(f"{found.passage}@{asked.language}") if found else None
        if found is None or passage is None:
            return None
        parts = spans(passage)
        scores = [share(found.text, passage.text[a:b], asked.language) for a, b in parts]
        start, end = parts[int(np.argmax(scores))]
        said = [Said(found.text, passage, start, end)]
        if folded(passage.text[start:end]) != folded(found.text):
            said.append(Said(passage.text[start:end], passage, start, end))
        return certain(asked, said, "corrected")

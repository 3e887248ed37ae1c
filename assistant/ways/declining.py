"""What is no question to the sources: orders to the machine, insults."""

from __future__ import annotations

from assistant.claims import Claims
from assistant.ways.answer import Answer, Asked
from prompts import load


class Declining:
    """Says in one sentence what is answered here, where a question is hostile."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims

    def answer(self, asked: Asked) -> Answer | None:
        """See Way."""
        return declined(asked) if self._claims.hostile(asked.question) else None


def declined(asked: Asked) -> Answer:
    return Answer(asked.question, asked.language, "off_topic", note=load(asked.language).phrase("ask_hostile"))

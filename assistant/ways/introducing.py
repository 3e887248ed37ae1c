"""Questions about Varde itself: what it is, what it costs, who sees the answers, whether it needs a model.

They are answered from Varde's own notes. What none of them says is not looked for in the sources, which know nothing of
Varde.
"""

from __future__ import annotations

from pathlib import Path

from assistant.library import Library
from assistant.quoting import MOST_SENTENCES, spans
from assistant.ways.answer import Answer, Asked, certain, quoted
from assistant.ways.words import Words
from knowledge.load import read_yaml
from knowledge.schema import Value
from knowledge.text import folded
from prompts import load

ITSELF = "varde."
FILE = Path(__file__).parent / "introducing.yaml"
_NEAREST = ("varde.what", "varde.level")


class File(Value):
    """What makes a question one about Varde, and the pattern of each note's topic."""

    named: Words
    meant: Words
    frameworks: Words
    topics: dict[str, Words]


class Introducing:
    """Answers from the note whose topic a question about Varde has; says so where no note has it."""

    def __init__(self, library: Library) -> None:
        self._library, self._file = library, read_yaml(FILE, File)

    def answer(self, asked: Asked) -> Answer | None:
        """See Way."""
        text, language = folded(asked.question).lower().strip(), asked.language
        named = self._file.named.find(text, language)
        if not (named or self._file.meant.find(text, language)):
            return None
        if named and self._file.frameworks.find(text, language):
            return None
        topic = next((topic for topic, words in self._file.topics.items() if words.find(text, language)), None)
        note = self._library.passage(f"{ITSELF}{topic}@{language}") if topic else None
        if note is not None:
            said = quoted(note, [(n, n) for n in range(len(spans(note)))][:MOST_SENTENCES])
            return certain(asked, said, settled=True)
        return self._unknown(asked) if named else None

    def _unknown(self, asked: Asked) -> Answer:
        near = (self._library.passage(f"{name}@{asked.language}") for name in _NEAREST)
        note = load(asked.language).phrase("ask_abstain_near")
        return Answer(
            asked.question, asked.language, "not_in_sources", near=tuple(p for p in near if p is not None), note=note
        )

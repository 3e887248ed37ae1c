"""Whether a sentence that a model wrote is grounded in the texts it rests on: its figures, its names, its words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from assistant.names import named
from assistant.quoting import share
from knowledge.embedding import Embedder
from knowledge.lexical import content_words, stems, stopwords
from knowledge.load import read_yaml
from knowledge.schema import Knowledge, Language
from knowledge.text import folded

FILE = Path(__file__).parent / "figures.yaml"
SHARED, NEAR = 0.5, 0.6
MARKUP = re.compile(r"[<>`*#|\[\]{}]|https?:|://")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<!^)(?<![.!?…] )\b[^\W\d_a-zæøåõäöüšž][\w’'-]+")
_FIRST = re.compile(r"(?:^|(?<=[.!?…] ))[\W_]*([^\W\d_][\w-]*)")


def misplaced(text: str, there: str) -> str:
    """`figure` or `name`, where one of the sentence does not stand in `there`; else nothing."""
    held = folded(there).lower()
    figures = set(_FIGURE.findall(held))
    if any(figure not in figures for figure in _FIGURE.findall(text)):
        return "figure"
    names = _NAME.findall(folded(text))
    return "name" if any(name.lower()[: max(4, len(name) - 3)] not in held for name in names) else ""


def counted(text: str, there: str, language: Language) -> bool:
    """Whether each number written as a word stands in `there`, as a word or as a figure."""
    return _counts(text, language) <= _counts(there, language) | {int(f) for f in _FIGURE.findall(there) if f.isdigit()}


def begun(text: str, there: str, language: Language, vocabulary: frozenset[str]) -> bool:
    """Whether each sentence begins with a word that is known: a name hides best behind the first capital."""
    held = folded(there).lower()
    roots = frozenset(stems(content_words(there, language), language)) | vocabulary
    for word in _FIRST.findall(folded(text)):
        plain = word.lower()
        if plain in held or plain in stopwords(language):
            continue
        if named(word, language) or stems([plain], language)[0] not in roots:
            return False
    return True


def words_of(text: str, there: str, language: Language) -> float:
    """The share of the sentence's content words whose stem stands in `there`."""
    return share(text, there, language)


def nearness(text: str, spans: Sequence[str], embedder: Embedder) -> list[float]:
    """The cosine of the sentence and each span."""
    rows = embedder.embed([text, *spans])
    return [float(near) for near in rows[1:] @ rows[0]]


@cache
def _number_words() -> Mapping[str, Mapping[str, int]]:
    found: Mapping[str, Mapping[str, int]] = read_yaml(FILE, dict[str, dict[str, int]])
    return found


def _counts(text: str, language: Language) -> set[int]:
    known = _number_words()[language]
    return {known[word] for word in re.findall(r"[^\W\d_]+", folded(text).lower()) if word in known}


def vocabulary(known: Knowledge, language: Language) -> frozenset[str]:
    """The stems of what Varde itself writes in a language: a capitalised word that is none of them may be a name."""
    texts = [p.text for (_, spoken), p in known.passages.items() if spoken == language]
    for play in known.playbook.values():
        said = play[language]
        moves = [said.moves[lens] for lens in said.moves.lenses]
        texts += [said.title, said.why, *moves, said.first_step, said.sign, said.stop, said.trap, said.ambition or ""]
    for indicator in known.rubric.indicators:
        texts += [indicator.text[language], indicator.shows[language]]
    words = (word for text in texts for word in content_words(text, language))
    return frozenset(stems(list(dict.fromkeys(words)), language))

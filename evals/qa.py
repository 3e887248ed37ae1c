"""How well questions are answered: whether the right passage is found, and whether the answer holds.

The labelled questions are in the form of `qa-format.md`: one YAML list a file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import numpy as np

from assistant.answers import Answer, Answerer
from assistant.library import Library
from evals.figures import interval, mean
from knowledge import default as knowledge
from knowledge.embedding import Embedder
from knowledge.ingest import Labels, files_of
from knowledge.load import read_yaml
from knowledge.schema import Language, Line, Value
from knowledge.search import Hit, Mode
from knowledge.text import folded

SETS = Path(__file__).parent / "qa"
_DEEP = 5
Splits = dict[str, Any]


class Question(Value):
    """One labelled question. `quote`: the shortest span of the first source that supports the answer."""

    id: str
    language: Language
    question: Line
    answerable: bool
    sources: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    must: tuple[tuple[str, ...], ...] = ()
    quote: str = ""
    premise: bool = True
    hostile: bool = False


def read_questions(path: Path) -> list[Question]:
    """The questions of a file, or of every file in a folder. Raises KnowledgeError."""
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    return [question for file in files for question in read_yaml(file, list[Question])]


@contextmanager
def library_for(embedder: Embedder, sources: Path | None = None) -> Iterator[Library]:
    """A library for one run, with the originals of a folder added where one is given."""
    with TemporaryDirectory() as folder:
        library = Library(knowledge(), Path(folder), embedder)
        library.ready()
        if sources is not None:
            for added in library.add(files_of(sources), Labels()):
                if added.outcome == "refused":
                    raise ValueError(added.reason)
        try:
            yield library
        finally:
            library.close()


def evaluate(questions: Sequence[Question], embedder: Embedder, sources: Path | None = None) -> dict[str, Any]:
    """All figures of a set; with `sources`, those of the originals too."""
    with library_for(embedder, sources) as library:
        answerer = Answerer(library)
        answerer.answer(questions[0].question, questions[0].language)
        languages = _source_languages(library)
        found: dict[str, Any] = {"n": len(questions)}
        retrieval: dict[str, Callable[[Question, Mode], float]] = {
            "recall_at_1": lambda q, mode: _source_rank(library, q, mode) <= 1,
            "recall_at_3": lambda q, mode: _source_rank(library, q, mode) <= 3,
        }
        if sources is not None:
            retrieval |= {
                "quote_recall_at_5": lambda q, mode: _quote_rank(library, q, mode) <= _DEEP,
                "quote_mrr": lambda q, mode: 1 / _quote_rank(library, q, mode),
            }
        asked = [q for q in questions if q.answerable and q.sources]
        for name, score in retrieval.items():
            chosen = [q for q in asked if q.quote] if name.startswith("quote") else asked
            found[name] = {mode: _split(chosen, languages, _scores(chosen, mode, score)) for mode in get_args(Mode)}
        return found | _answers(questions, answerer)


def _scores(questions: Sequence[Question], mode: Mode, score: Callable[[Question, Mode], float]) -> list[float]:
    return [float(score(question, mode)) for question in questions]


def _source_languages(library: Library) -> dict[str, Language]:
    """The language that each source was written in, of those that are retold: named by the originals' own titles."""
    worksheet = {p.source for (passage, _), p in library.known.passages.items() if passage.startswith("worksheet.")}
    return {p.source: "et" if p.source in worksheet else "nb" for p in library.known.passages.values()}


def _source_rank(library: Library, question: Question, mode: Mode) -> float:
    hits = library.search.find(question.question, question.language, limit=3, mode=mode)
    return _rank(hits, lambda hit: hit.passage.source in question.sources)


def _quote_rank(library: Library, question: Question, mode: Mode) -> float:
    hits = library.search.find(question.question, question.language, limit=50, mode=mode, built_in=False)
    wanted = folded(question.quote).casefold()
    return _rank(hits, lambda hit: wanted in folded(hit.passage.text).casefold())


def _rank(hits: Sequence[Hit], right: Callable[[Hit], bool]) -> float:
    return next((place for place, hit in enumerate(hits, 1) if right(hit)), float("inf"))


def _split(questions: Sequence[Question], languages: Mapping[str, Language], scores: Sequence[float]) -> Splits:
    """A mean over all, over questions in the source's language and in another one, and by pair of languages."""
    pairs = [(q.language, languages.get(q.sources[0], q.language)) for q in questions]
    same = [score for score, (asked, written) in zip(scores, pairs, strict=True) if asked == written]
    across = [score for score, (asked, written) in zip(scores, pairs, strict=True) if asked != written]
    by_pair = {
        f"{asked}-{written}": mean([s for s, pair in zip(scores, pairs, strict=True) if pair == (asked, written)])
        for asked, written in sorted(set(pairs))
    }
    return {
        "all": mean(scores), "same_language": mean(same), "cross_language": mean(across), "by_pair": by_pair,
        "interval": interval(scores), "n": len(scores),
    }  # fmt: skip


def holds(question: Question, text: str) -> bool:
    """Whether an answer has what it must: one of each list of alternatives."""
    said = folded(text).casefold()
    return all(any(folded(word).casefold() in said for word in words) for words in question.must)


def _answers(questions: Sequence[Question], answerer: Answerer) -> dict[str, Any]:
    given: list[tuple[Question, Answer, float]] = []
    for question in questions:
        start = time.perf_counter()
        answer = answerer.answer(question.question, question.language)
        given.append((question, answer, (time.perf_counter() - start) * 1000))
    plain = [(q, a) for q, a, _ in given if q.answerable and q.premise]
    false = [(q, a) for q, a, _ in given if q.answerable and not q.premise]
    near = [(q, a) for q, a, _ in given if not q.answerable and not q.hostile]
    hostile = [(q, a) for q, a, _ in given if q.hostile]
    spans = [float(_verbatim(answerer.library, a)) for _, a, _ in given if a.said]
    times = [ms for _, _, ms in given]
    return {
        "must": _share([holds(q, a.text) for q, a in plain if q.must]),
        "false_answers": _share([bool(a.said) for _, a in near + hostile]),
        "false_refusals": _share([a.abstained for _, a in plain]),
        "premises": _share([bool(a.said) and holds(q, a.text) for q, a in false]),
        "near_miss": _share([a.abstained for _, a in near]),
        "hostile": _share([a.abstained for _, a in hostile]),
        "citation_precision": mean(spans),
        "by_language": {
            language: {
                "must": mean([holds(q, a.text) for q, a in plain if q.must and q.language == language]),
                "false_answers": mean([bool(a.said) for q, a in near + hostile if q.language == language]),
                "false_refusals": mean([a.abstained for q, a in plain if q.language == language]),
                "premises": mean([bool(a.said) and holds(q, a.text) for q, a in false if q.language == language]),
            }
            for language in sorted({q.language for q in questions})
        },
        "ms_p50": float(np.quantile(times, 0.5)),
        "ms_p95": float(np.quantile(times, 0.95)),
        "wrong": [_miss(q, a) for q, a, _ in given if _is_wrong(q, a)],
    }


def _share(scores: Sequence[bool]) -> dict[str, Any]:
    return {"share": mean(scores), "interval": interval(scores), "n": len(scores)}


def _verbatim(library: Library, answer: Answer) -> bool:
    """Whether every span stands in its passage, as the library holds it."""
    for said in answer.said:
        kept = library.passage(said.passage.key, said.passage.owner)
        if kept is None or not said.span or said.span not in kept.text:
            return False
    return True


def _is_wrong(question: Question, answer: Answer) -> bool:
    return answer.abstained if question.answerable else bool(answer.said)


def _miss(question: Question, answer: Answer) -> dict[str, Any]:
    return {"id": question.id, "question": question.question, "reason": answer.reason, "chance": answer.chance}

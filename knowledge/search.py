"""The search: what lies near in meaning and what shares words, weighed by whether question and passage share a language.

Across languages the built-in passages, which exist in all three, serve as a bridge: what a question finds there in its
own language is looked for in the other one too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from knowledge import index as names
from knowledge.asked import words_of
from knowledge.embedding import Embedder, Vectors, unit
from knowledge.index import Index, Shard
from knowledge.lexical import Scores, terms, wanted
from knowledge.schema import LANGUAGES, Language, Passage, PassageKind

Mode = Literal["fused", "dense", "bm25"]

_CANDIDATES = 40
_BRIDGES = 3
_MEANING_KNOWN, _MEANING_UNKNOWN = 0.83, 0.45
_NEAR = (0.13, 0.47, 0.40)
_BRIDGED, _LENT = 0.8, 0.4
_HARDLY = 1e-6
_KINDS = {"retelling": 1.0, "document": 1.0, "model": 0.9, "ours": 0.8, "silence": 1.0}


@dataclass(frozen=True)
class Hit:
    """A passage found.

    `score` orders; `meaning` is a cosine, `words` BM25 as it comes; `asked` the cosine of the nearest of the questions
    that the passage answers, -1 where it has none.
    """

    passage: Passage
    score: float
    meaning: float
    words: float
    asked: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may be what is looked for, not fetched yet; the scores are those of a `Hit`."""

    key: str
    shard: Shard
    meaning: float
    words: float
    asked: float

    @property
    def kind(self) -> PassageKind:
        return self.shard.kind(self.key)

    def score(self, best: float, mode: Mode, trust: float) -> float:
        """`best`: the highest score of words among all candidates."""
        words = self.words / best
        fused = trust * self.meaning + (1 - trust) * words
        return {"fused": fused, "dense": self.meaning, "bm25": words}[mode] * _KINDS[self.kind]


@dataclass(frozen=True)
class Query:
    """A question as it is looked for in passages of one language: itself, and what bridges lend it."""

    own: Vectors
    vector: Vectors
    wanted: tuple[str, ...]
    lent: tuple[str, ...] = ()

    def nearness(self, vectors: Vectors) -> float:
        """How near a passage lies, to the question itself or by way of the bridges."""
        return max(_meaning(vectors @ self.own), _meaning(vectors @ self.vector))

    def scores(self, shard: Shard, own: Scores) -> Scores:
        """The words' scores in a shard. `own`: those of the question itself, the same in every language."""
        return own + _LENT * shard.scores(self.lent) if self.lent else own


class Search:
    """Searches what is built in, what is shared, and the documents of one organisation."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @property
    def embedder(self) -> Embedder:
        return self._index.embedder

    def find(
        self, question: str, language: Language, organisation: str = "", limit: int = 8, mode: Mode = "fused",
        built_in: bool = True, silences: bool = False,
    ) -> list[Hit]:  # fmt: skip
        """The best passages, best first; built-in ones in the question's language alone.

        `organisation`: whose documents are searched beside the shared ones; nobody else's are opened. `silences`:
        whether what the sources do not say is found too.
        """
        if not question.strip():
            return []
        vector = self.embedder.embed([question])[0]
        own = Query(vector, vector, tuple(wanted(question, language)))
        framework = self._shards(names.built_in(language))
        near = [found for shard in framework for found in _search(shard, {language: own}, mode)]
        known = framework[0].lexical.known(own.wanted) if framework else 1.0
        trust = _MEANING_UNKNOWN + known * (_MEANING_KNOWN - _MEANING_UNKNOWN)
        candidates = list(near) if built_in else []
        added = self._shards(names.SHARED, *([names.shard_of(organisation)] if organisation.strip() else []))
        if added:
            spoken = frozenset[str]().union(*(shard.languages for shard in added))
            queries = self._queries(own, spoken, _ordered(near, "fused", trust) if mode == "fused" else [])
            candidates += [found for shard in added for found in _search(shard, queries, mode)]
        kept = [found for found in candidates if silences or found.kind != "silence"]
        return _fetched(_ordered(kept, mode, trust)[:limit])

    def among(self, question: str, language: Language) -> float:
        """Among which questions one lies: those that passages answer (above nought), or those that the sources don't.

        The logarithm of the ratio of the two densities around it, over the built-in questions of the language.
        """
        words = words_of(question)
        vector, *meanings = self.embedder.embed([question, *words])
        shards = self._shards(names.built_in(language))
        found = [shard.densities(vector, words, np.array(meanings)) for shard in shards]
        answered, silent = (sum(sides) + _HARDLY for sides in zip(*found, strict=True)) if found else (1.0, 1.0)
        return float(np.log(answered / silent))

    def _shards(self, *asked: str) -> list[Shard]:
        found = (self._index.shard(name) for name in asked)
        return [shard for shard in found if shard and shard.keys]

    def _queries(
        self, own: Query, languages: Collection[str], near: Sequence[tuple[float, Candidate]]
    ) -> Mapping[Language, Query]:
        """The question in each of the languages, with what the passages nearest to it say there."""
        bridges = [found.key.rpartition("@")[0] for _, found in near if found.kind != "silence"][:_BRIDGES]
        return {
            spoken: _bridged(
                own,
                [
                    (passage, shard.vectors_of(key))
                    for shard in self._shards(names.built_in(spoken))
                    for key, passage in shard.passages([f"{bridge}@{spoken}" for bridge in bridges]).items()
                ],
            )
            for spoken in LANGUAGES
            if spoken in languages
        }


@lru_cache(maxsize=256)
def _terms_of(passage: Passage) -> tuple[str, ...]:
    return tuple(terms(names.searched_text(passage), passage.language))


def _bridged(own: Query, across: Sequence[tuple[Passage, Vectors]]) -> Query:
    if not across:
        return own
    vector = own.own + _BRIDGED * np.mean([vectors[0] for _, vectors in across], axis=0)
    lent = dict.fromkeys(term for passage, _ in across for term in _terms_of(passage))
    return Query(own.own, unit(vector[None, :])[0], own.wanted, tuple(lent))


def _search(shard: Shard, queries: Mapping[Language, Query], mode: Mode) -> list[Candidate]:
    """Candidates of a shard with their raw scores: a cosine, and BM25 as it comes."""
    queries = {language: query for language, query in queries.items() if language in shard.languages}
    if not queries:
        return []
    own = shard.scores(next(iter(queries.values())).wanted)
    scores = {language: query.scores(shard, own) for language, query in queries.items()}
    keys: set[str] = set()
    if mode != "dense":
        keys |= {shard.keys[place] for found in scores.values() for place in _best(found, _CANDIDATES)}
    if mode != "bm25":
        vectors = {query.vector.tobytes(): query.vector for query in queries.values()}
        keys |= shard.nearest(np.array(list(vectors.values())), _CANDIDATES)
    found = []
    for key in sorted(keys):
        language: Language = key.rpartition("@")[2]  # type: ignore[assignment]
        if query := queries.get(language):
            vectors_of = shard.vectors_of(key)
            asked = float((vectors_of[1:] @ query.own).max()) if len(vectors_of) > 1 else -1.0
            words = float(scores[language][shard.place[key]])
            found.append(Candidate(key, shard, query.nearness(vectors_of), words, asked))
    return found


def _best(scores: Scores, most: int) -> list[int]:
    """The places of the highest scores above nought, the earlier of two that are alike."""
    least = np.partition(scores, -most)[-most] if len(scores) > most else 0.0
    places = np.flatnonzero((scores >= least) & (scores > 0))
    return [int(place) for place in places[np.argsort(-scores[places], kind="stable")][:most]]


def _meaning(near: Vectors) -> float:
    """How near a passage lies: its text, and the questions it answers, the nearest and the three nearest."""
    if len(near) == 1:
        return float(near[0])
    best = np.sort(near[1:])[::-1][:3]
    return float(np.array(_NEAR) @ (near[0], best[0], best.mean()))


def _ordered(candidates: Sequence[Candidate], mode: Mode, trust: float) -> list[tuple[float, Candidate]]:
    """The candidates with their scores, best first. `trust`: how much meaning counts beside words, 0 to 1.

    The embedding knows the words of the field; the fewer of a question's words are among them, the more words count.
    """
    best = max((found.words for found in candidates), default=0.0) or 1.0
    scored = ((found.score(best, mode, trust), found) for found in candidates)
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].key))


def _fetched(ranked: Sequence[tuple[float, Candidate]]) -> list[Hit]:
    passages: dict[str, Passage] = {}
    for shard in {id(found.shard): found.shard for _, found in ranked}.values():
        passages |= shard.passages([found.key for _, found in ranked if found.shard is shard])
    return [
        Hit(passages[found.key], score, found.meaning, found.words, found.asked)
        for score, found in ranked
        if found.key in passages
    ]


def retriever(search: Search, language: Language, organisation: str = "", limit: int = 8) -> Any:
    """The search as a LangChain retriever."""
    from langchain_core.documents import Document  # noqa: PLC0415 - only where LangChain is used
    from langchain_core.retrievers import BaseRetriever  # noqa: PLC0415

    class HybridRetriever(BaseRetriever):
        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
            hits = search.find(query, language, organisation, limit)
            return [
                Document(page_content=h.passage.text, id=h.passage.key, metadata=h.passage.model_dump(exclude={"text"}))
                for h in hits
            ]

    return HybridRetriever()

"""The search: what lies near in meaning and what shares words, weighed by whether question and passage share a language.

Across languages the built-in passages, which exist in all three, serve as a bridge: what a question finds there in its
own language is looked for in the other one too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from knowledge import index as names
from knowledge.embedding import Embedder, Vectors, unit
from knowledge.index import Index, Shard
from knowledge.lexical import Scores, terms, wanted
from knowledge.schema import LANGUAGES, Language, Passage

Mode = Literal["fused", "dense", "bm25"]

_CANDIDATES = 40
_BRIDGES = 3
_MEANING_KNOWN, _MEANING_UNKNOWN = 0.83, 0.45
_NEAR = (0.13, 0.47, 0.40)
_BRIDGED, _LENT = 0.8, 0.4
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

    def scores(self, shard: Shard) -> Scores:
        own = shard.scores(self.wanted)
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
        near = [hit for shard in framework for hit in _search(shard, {language: own}, mode)]
        known = framework[0].lexical.known(own.wanted) if framework else 1.0
        trust = _MEANING_UNKNOWN + known * (_MEANING_KNOWN - _MEANING_UNKNOWN)
        hits = list(near) if built_in else []
        added = self._shards(names.SHARED, *([names.shard_of(organisation)] if organisation.strip() else []))
        if added:
            queries = self._queries(own, _ordered(near, "fused", trust) if mode == "fused" else [])
            hits += [hit for shard in added for hit in _search(shard, queries, mode)]
        return _ordered([hit for hit in hits if silences or hit.passage.kind != "silence"], mode, trust)[:limit]

    def _shards(self, *asked: str) -> list[Shard]:
        found = (self._index.shard(name) for name in asked)
        return [shard for shard in found if shard and shard.keys]

    def _queries(self, own: Query, near: Sequence[Hit]) -> Mapping[Language, Query]:
        """The question in each language, with what the passages nearest to it say there."""
        bridges = [hit.passage.id for hit in near if hit.passage.kind != "silence"][:_BRIDGES]
        return {
            spoken: _bridged(
                own,
                [
                    pair
                    for shard in self._shards(names.built_in(spoken))
                    for pair in shard.passages([f"{bridge}@{spoken}" for bridge in bridges]).values()
                ],
            )
            for spoken in LANGUAGES
        }


@lru_cache(maxsize=2048)
def _terms_of(passage: Passage) -> tuple[str, ...]:
    return tuple(terms(names.searched_text(passage), passage.language))


def _bridged(own: Query, across: Sequence[tuple[Passage, Vectors]]) -> Query:
    if not across:
        return own
    vector = own.own + _BRIDGED * np.mean([vectors[0] for _, vectors in across], axis=0)
    lent = dict.fromkeys(
        term for passage, _ in across for term in terms(names.searched_text(passage), passage.language)
    )
    return Query(own.own, unit(vector[None, :])[0], own.wanted, tuple(lent))


def _search(shard: Shard, queries: Mapping[Language, Query], mode: Mode) -> list[Hit]:
    """Candidates of a shard with their raw scores: a cosine, and BM25 as it comes."""
    scores = {language: query.scores(shard) for language, query in queries.items()}
    keys: set[str] = set()
    for language, query in queries.items():
        if mode != "dense":
            top = np.argsort(-scores[language], kind="stable")[:_CANDIDATES]
            keys |= {shard.keys[i] for i in top if scores[language][i] > 0}
        if mode != "bm25":
            keys |= set(shard.nearest(query.vector, _CANDIDATES))
    return [
        Hit(
            passage, 0.0, queries[passage.language].nearness(vectors),
            float(scores[passage.language][shard.place[key]]),
            float((vectors[1:] @ queries[passage.language].own).max()) if len(vectors) > 1 else -1.0,
        )
        for key, (passage, vectors) in shard.passages(sorted(keys)).items()
        if passage.language in queries
    ]  # fmt: skip


def _meaning(near: Vectors) -> float:
    """How near a passage lies: its text, and the questions it answers, the nearest and the three nearest."""
    if len(near) == 1:
        return float(near[0])
    best = np.sort(near[1:])[::-1][:3]
    return float(np.array(_NEAR) @ (near[0], best[0], best.mean()))


def _ordered(hits: Sequence[Hit], mode: Mode, trust: float) -> list[Hit]:
    """The hits with their scores, best first. `trust`: how much meaning counts beside words, 0 to 1.

    The embedding knows the words of the field; the fewer of a question's words are among them, the more words count.
    """
    best = max((hit.words for hit in hits), default=0.0) or 1.0
    scored = (replace(hit, score=_score(hit, hit.words / best, mode, trust)) for hit in hits)
    return sorted(scored, key=lambda hit: (-hit.score, hit.passage.key))


def _score(hit: Hit, words: float, mode: Mode, trust: float) -> float:
    score = {"fused": trust * hit.meaning + (1 - trust) * words, "dense": hit.meaning, "bm25": words}[mode]
    return score * _KINDS[hit.passage.kind]


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

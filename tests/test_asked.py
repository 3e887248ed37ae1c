"""Questions compared word by word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.asked import AskedIndex, words_of
from knowledge.embedding import static
from knowledge.schema import Passage, PassageKind

STAFF, CUSTOMERS, FOUNDERS = (
    "How many employees does the company have?",
    "How many customers does the company have?",
    "Who founded the association?",
)
BESIDE = (
    "Which areas are there?", "What is a journey map?", "When was the seminar held?", "Where did they meet?",
    "Why do they avoid the term?", "What does level four look like?", "Is the worksheet free to use?",
    "Which values does the culture rest on?", "How should leaders begin?", "What did the study find?",
)  # fmt: skip


def _passage(id: str, kind: PassageKind, *asked: str) -> Passage:
    return Passage(id=id, language="en", heading="", text="A text.", source="", title="", locator="", kind=kind,
                   asked=asked)  # fmt: skip


@pytest.fixture(scope="module")
def asked() -> AskedIndex:
    passages = [
        _passage("a", "retelling", CUSTOMERS, FOUNDERS),
        _passage("b", "silence", STAFF),
        _passage("c", "retelling", *BESIDE),
    ]
    return AskedIndex.build(passages, static())


def _alike(asked: AskedIndex, question: str) -> list[float]:
    words = words_of(question)
    return [float(n) for n in asked.alike(np.arange(3), words, static().embed(words))]


def test_every_question_has_its_row_beside_the_texts(asked: AskedIndex) -> None:
    assert asked.rows.tolist() == [1, 2, 4, *range(6, 16)]
    assert asked.silent.tolist() == [False, False, True, *[False] * 10]


def test_one_word_tells_two_questions_apart(asked: AskedIndex) -> None:
    customers, founders, staff = _alike(asked, STAFF)
    assert staff == pytest.approx(1.0, abs=0.01)
    assert customers < 0.9
    assert founders < customers


def test_a_question_lies_on_the_side_whose_word_it_has(asked: AskedIndex) -> None:
    vectors = static().embed(["A text.", CUSTOMERS, FOUNDERS, "A text.", STAFF, "A text.", *BESIDE])
    for question, is_silent in ((STAFF, True), (CUSTOMERS, False)):
        words = words_of(question)
        near = vectors @ static().embed([question])[0]
        answered, silent = asked.densities(near, words, static().embed(words))
        assert (silent > answered) is is_silent


def test_words_never_met_before_count_as_the_rarest(asked: AskedIndex) -> None:
    assert (
        _alike(asked, "How many zebras does the company have?")[0] < _alike(asked, "How many does the company have?")[0]
    )


def test_what_is_kept_is_what_was_built(asked: AskedIndex, tmp_path: Path) -> None:
    asked.save(tmp_path / "asked")
    read = AskedIndex.read(tmp_path / "asked")
    assert _alike(read, CUSTOMERS) == _alike(asked, CUSTOMERS)
    assert read.rows.tolist() == asked.rows.tolist()


def test_documents_that_are_asked_nothing_lie_among_nothing(tmp_path: Path) -> None:
    AskedIndex.build([_passage("a", "document")], static()).save(tmp_path / "asked")
    read = AskedIndex.read(tmp_path / "asked")
    words = words_of(STAFF)
    assert read.densities(np.ones(1, dtype=np.float32), words, static().embed(words)) == (0.0, 0.0)


def test_a_question_without_a_word_lies_nowhere(asked: AskedIndex) -> None:
    assert asked.densities(np.ones(16, dtype=np.float32), words_of("???"), np.zeros(0, dtype=np.float32)) == (0.0, 0.0)

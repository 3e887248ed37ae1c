"""What Varde knows loads whole, and a broken file is named with its line."""

import shutil
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

import pytest

from knowledge import KnowledgeError, default, load
from knowledge.load import HERE
from knowledge.schema import LANGUAGES, LEVELS

KNOWN = default()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HERE, tmp_path / "knowledge"))


def test_the_model_is_whole() -> None:
    rubric = KNOWN.rubric
    assert (len(rubric.levels), len(rubric.areas), len(rubric.lenses), len(rubric.dimensions)) == (6, 5, 3, 4)
    assert len(rubric.indicators) == 28 and len(KNOWN.cells) == 30
    assert {i.dimension for i in rubric.indicators} == {d.key for d in rubric.dimensions}


def test_every_indicator_and_step_has_a_playbook_entry_of_its_own() -> None:
    assert len(KNOWN.playbook) == 28 + 5
    steps = [KNOWN.playbook[f"step-{n}-{n + 1}"] for n in LEVELS[:-1]]
    assert all(
        len(step[language].true_by_then) == 3 and step[language].ambition for step in steps for language in LANGUAGES
    )
    assert any(play.capacity for play in KNOWN.playbook.values()) and not all(
        p.capacity for p in KNOWN.playbook.values()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_playbook_entries_are_the_same_sentence_filled_twice(language: str) -> None:
    entries = [play[language] for play in KNOWN.playbook.values()]  # type: ignore[index]
    for key in ("title", "why", "first_step", "sign", "trap", "stop"):
        for first, second in combinations([getattr(entry, key) for entry in entries], 2):
            assert SequenceMatcher(None, first, second).ratio() < 0.75, (first, second)


def test_every_passage_exists_in_three_languages_and_names_its_original() -> None:
    ids = {language: {p for p, found in KNOWN.passages if found == language} for language in LANGUAGES}
    assert ids["en"] == ids["nb"] == ids["et"]
    assert all(passage.source.endswith(".txt") and passage.locator for passage in KNOWN.passages.values())


def test_knowledge_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        KNOWN.rubric.version = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("rubric.yaml", "level: 3", "level: 33", r"rubric\.yaml:\d+: indicators.*level"),
        ("rubric.yaml", "area: insight", "area: insigth", r"rubric\.yaml:\d+: "),
        ("rubric.yaml", "mobilise.owner]", "mobilise.owners]", "unknown indicators: mobilise.owners"),
        ("cells.yaml", "level: 1", "level: 2", "no description of"),
        ("playbook/mobilise.owner.yaml", "effort: ", "effort: [", r"mobilise\.owner\.yaml:\d+: not valid YAML"),
        ("playbook/mobilise.owner.yaml", "passages: [", "passages: [nowhere.at-all, ", "unknown passages: nowhere.at-all"),
        ("playbook/mobilise.owner.yaml", "effort: ", "effort: low\neffort: ", "'effort' stands twice"),
        ("benchmarks.yaml", "publisher:", "publlisher:", r"benchmarks\.yaml:\d+: "),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_with_what_is_wrong(folder: Path, file: str, before: str, after: str, said: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=said) as caught:
        load(folder)
    assert "nothing was changed" in str(caught.value)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "cells.yaml").unlink()
    with pytest.raises(KnowledgeError, match=r"cells\.yaml: the file is missing"):
        load(folder)


def test_a_missing_playbook_entry_is_named(folder: Path) -> None:
    (folder / "playbook" / "lead.values.yaml").unlink()
    with pytest.raises(KnowledgeError, match=r"no entry for lead\.values"):
        load(folder)

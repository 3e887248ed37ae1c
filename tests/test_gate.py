"""The gate: the coach goes through, and each planted fault turns it red."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from assistant.library import Library
from evals.gate import FILE, PARTS, gate
from evals.targets import bounds
from knowledge import default as knowledge
from knowledge.embedding import static
from tests.conftest import home_like
from tests.faults import FAULTS, Fault


@pytest.fixture(scope="module", autouse=True)
def _indexed_once(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One library for every run of the gate: the faults are planted into what is made of it, not into the index."""
    library = Library(knowledge(), home_like(indexed, tmp_path_factory.mktemp("home")) / "knowledge", static())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("evals.gate.library_for", lambda embedder: nullcontext(library))
        yield
    library.close()


@pytest.mark.parametrize("part", PARTS)
def test_the_gate_is_open(part: str) -> None:
    assert gate([part]) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_turns_it_red(fault: Fault) -> None:
    with fault.plant():
        assert gate([fault.part])


def test_there_are_at_least_twenty_faults_and_every_part_has_one() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 20
    assert {fault.part for fault in FAULTS} == set(PARTS)


def test_every_bound_belongs_to_a_part() -> None:
    assert {bound.at.split(".")[0] for bound in bounds(FILE)} == set(PARTS)

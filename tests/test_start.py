"""The start of the server: the index is there before the first request, or it is said why not."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.cli import app
from knowledge.index import IndexUnwrittenError, built_in
from knowledge.schema import LANGUAGES

QUESTION = {"question": "Who founded CXPA, and in which year?", "language": "en"}
KILLED = """
import os, sys
import knowledge.index
from api.cli import main

write, written = knowledge.index._write, []

def killed_in_the_second_language(generation, passages, embedder, progress, beside):
    written.append(generation)
    write(generation, passages, embedder, progress if len(written) == 1 else lambda *_: os._exit(9), beside)

knowledge.index._write = killed_in_the_second_language
sys.argv = ["varde", "serve", "--port", "0"]
main()
"""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The applications that a server was started with; none listens."""
    found: list[Any] = []
    monkeypatch.setattr("uvicorn.run", lambda app, **_: found.append(app))
    return found


def never(*_: object) -> None:
    pytest.fail("the index was built")


def generations(home: Path) -> dict[str, int]:
    """How many folders each shard of what Varde knows has: one for each index, whole or not."""
    shards = {language: home / "knowledge" / "index" / built_in(language) for language in LANGUAGES}
    return {
        language: sum(path.is_dir() for path in shard.iterdir()) for language, shard in shards.items() if shard.exists()
    }


def test_a_start_killed_in_the_middle_leaves_what_was_whole_and_the_next_one_builds_the_rest(
    tmp_path: Path, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = os.environ | {"VARDE_HOME": str(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, env=environment, timeout=120)
    first, second, _ = LANGUAGES
    shards = tmp_path / "knowledge" / "index"
    assert killed.returncode == 9 and (shards / built_in(first) / "current").exists()
    assert not (shards / built_in(second) / "current").exists()

    monkeypatch.setenv("VARDE_HOME", str(tmp_path))
    assert CliRunner().invoke(app, ["serve"]).exit_code == 0
    assert generations(tmp_path) == dict.fromkeys(LANGUAGES, 1)
    monkeypatch.setattr("knowledge.index._write", never)
    with TestClient(started[0]) as client:
        assert "2011" in client.get("/api/ask", params=QUESTION).json()["answer"]


def test_where_the_index_stands_nothing_is_built_or_said(
    ready_home: Path, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VARDE_HOME", str(ready_home))
    monkeypatch.setattr("knowledge.index._write", never)
    found = CliRunner().invoke(app, ["serve"])
    assert found.exit_code == 0 and len(started) == 1
    assert found.stdout.startswith("Varde is at http://") and not found.stderr


def test_where_the_index_cannot_be_written_no_server_starts(
    tmp_path: Path, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("VARDE_HOME", str(tmp_path))
    monkeypatch.setattr("knowledge.index._write", full)
    found = CliRunner().invoke(app, ["serve"])
    assert isinstance(found.exception, IndexUnwrittenError) and not started
    assert "No space left" in str(found.exception) and "try again" in str(found.exception)

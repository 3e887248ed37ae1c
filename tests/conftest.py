"""Shared fixtures. The network is forbidden but for loopback; what a test needs, it starts itself."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, sync_playwright

from api.app import create_app
from assistant import bootstrap
from assistant.interview import Interview
from assistant.session import Profile, Session
from assistant.sessions.desk import Desk
from assistant.sessions.sqlite import SqliteStore
from assistant.settings import Settings
from evals.case import CASES, Case, read_case

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NEEDED = {
    "browser": (CHROMIUM, "Chromium"),
    "transformers": (find_spec("sentence_transformers"), "the extra `transformers` (make transformers)"),
}
EXAMPLES = sorted((CASES / "examples").glob("*.yaml"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What needs more than pip runs where it is there; where nothing may be left out, its absence is an error."""
    for mark, (there, what) in NEEDED.items():
        if there:
            continue
        if os.environ.get("VARDE_LEAVE_NOTHING_OUT"):
            raise pytest.UsageError(f"{what} is not installed, and nothing may be left out here")
        for item in items:
            if mark in item.keywords:
                item.add_marker(pytest.mark.skip(reason=f"LEFT OUT: {what} is not installed"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = [r for r in terminalreporter.stats.get("skipped", []) if "LEFT OUT" in str(r.longrepr)]
    if left_out:
        missing = ", ".join(what for there, what in NEEDED.values() if not there)
        terminalreporter.write_sep("!", f"{len(left_out)} tests were LEFT OUT: not installed: {missing}", yellow=True)


@pytest.fixture(scope="session")
def coach() -> Interview:
    return bootstrap.interview()


@pytest.fixture
def desk(tmp_path: Path, coach: Interview) -> Iterator[Desk]:
    store = SqliteStore(tmp_path / "home" / "sessions.sqlite3")
    yield Desk(coach, store)
    store.close()


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the built-in index in it: building it takes seconds, so it is built once."""
    home = Path(tmp_path_factory.mktemp("indexed"))
    library = bootstrap.answerer(Settings(home=home)).library
    library.ready()
    library.close()
    return home


def home_like(indexed: Path, home: Path) -> Path:
    """A home of one's own with the index ready in it. What is only read is linked, the databases are copied."""

    def take(source: str, target: str) -> None:
        (shutil.copy2 if source.endswith((".sqlite3", ".lock")) else os.link)(source, target)

    shutil.copytree(indexed / "knowledge", home / "knowledge", copy_function=take)
    return home


@pytest.fixture
def ready_home(tmp_path: Path, indexed: Path) -> Path:
    return home_like(indexed, tmp_path / "home")


@pytest.fixture
def client(ready_home: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(home=ready_home)), raise_server_exceptions=False) as found:
        yield found


@pytest.fixture
def profile() -> Profile:
    return Profile("en", "private", "managing director", "the whole group")


@pytest.fixture
def session(profile: Profile) -> Session:
    return Session("test", profile, 7, "2026-01-01T00:00:00+00:00")


@pytest.fixture(scope="session", params=EXAMPLES, ids=lambda path: path.stem)
def example(request: pytest.FixtureRequest) -> Case:
    return read_case(request.param)


@dataclass(frozen=True, eq=False)
class Served:
    """The application on a loopback port, with its desk: what a test does not come to see, it takes there."""

    address: str
    desk: Desk


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, indexed: Path) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(Settings(home=home_like(indexed, Path(tmp_path_factory.mktemp("served")) / "home")))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Served(f"http://127.0.0.1:{port}", app.state.desk)
    server.should_exit = True
    thread.join(5)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a file of tests: playwright runs only once at a time in a process."""
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *quiet])
        yield found
        found.close()

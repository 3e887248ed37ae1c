"""Prints how quick and how small Varde is: a turn, a document, `--help`, the server's start, what goes to a model. Figures, not tests."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.bootstrap import interview
from assistant.report.compose import compose
from assistant.report.documents import FORMS, written
from assistant.sessions.desk import Desk
from assistant.sessions.sqlite import SqliteStore
from evals.case import CASES, read_cases
from evals.player import CaseLeader, play, profile_of
from evals.sizes import rows

_RUNS = 7


def turns(folder: Path) -> list[float]:
    """Milliseconds of every turn of the example cases, the SQLite commit included."""
    desk = Desk(interview(), SqliteStore(folder / "sessions.sqlite3"))
    found = []
    for case in [c for c in read_cases(CASES / "examples") for _ in range(3)]:
        session, leader = desk.start(profile_of(case)), CaseLeader(case, "text")
        while (reply := desk.interview.current(session)).phase != "result":
            message, key = leader.reply_to(reply), f"bench-{session.version:04}"
            before = time.perf_counter()
            session = desk.take(session.id, message, key, session.version)
            found.append((time.perf_counter() - before) * 1_000)
    return found


def documents() -> dict[str, float]:
    """Seconds that the slowest report of the example cases takes in each form, quotes and all."""
    coach = interview()
    found: dict[str, float] = dict.fromkeys(FORMS, 0.0)
    for case in read_cases(CASES / "examples"):
        session = play(coach, case, "text").session
        for form in FORMS:
            before = time.perf_counter()
            written(compose(coach, session), coach.voice(session), form, quotes=True)
            found[form] = max(found[form], time.perf_counter() - before)
    return found


def help_time() -> float:
    """Seconds of `varde --help` as a process."""
    before = time.perf_counter()
    subprocess.run([sys.executable, "-m", "api", "--help"], check=True, capture_output=True)
    return time.perf_counter() - before


def server(folder: Path) -> tuple[float, float]:
    """Seconds until the server answers with its first page, and its memory in MiB then."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"VARDE_HOME": str(folder)}
    before = time.perf_counter()
    arguments = [sys.executable, "-m", "api", "serve", "--port", str(port)]
    with subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own
        while True:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/?language=nb"):
                break
            time.sleep(0.01)
        ready = time.perf_counter() - before
        status = Path(f"/proc/{process.pid}/status")
        kilobytes = int(status.read_text().split("VmRSS:")[1].split()[0]) if status.exists() else 0
        process.terminate()
    return ready, kilobytes / 1_024


def _median(measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(_RUNS))


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        taken = sorted(turns(folder))
        p95 = taken[int(len(taken) * 0.95)]
        first, *runs = [server(folder) for _ in range(4)]
    finally:
        shutil.rmtree(folder)
    table = Table("measured", "found", "wanted", title="How quick and how small")
    table.add_row(f"a turn, median of {len(taken)}", f"{statistics.median(taken):.1f} ms", "")
    table.add_row("a turn, p95, commit included", f"{p95:.1f} ms", "50 ms")
    for form, seconds in documents().items():
        table.add_row(f"the report as {form}, slowest", f"{seconds:.2f} s", "1 s")
    table.add_row(f"varde --help, median of {_RUNS}", f"{_median(help_time):.2f} s", "0.5 s")
    table.add_row("the first start, which builds the index", f"{first[0]:.2f} s, {first[1]:.0f} MiB", "")
    table.add_row("server ready, median of 3", f"{statistics.median(r[0] for r in runs):.2f} s", "2 s")
    table.add_row("server's memory after a page", f"{max(r[1] for r in runs):.0f} MiB", "200 MiB")
    table.add_row("this process at most", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024:.0f} MiB", "")
    for row in rows():
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()

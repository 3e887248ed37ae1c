"""The command line: the talk in the terminal, and errors said in one line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evals.case import CASES
from tests.conftest import EXAMPLES

VARDE = [sys.executable, "-m", "api"]


def run(*arguments: str, home: Path, text: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"VARDE_HOME": str(home), "COLUMNS": "120"}
    return subprocess.run([*VARDE, *arguments], input=text, capture_output=True, text=True, env=environment, timeout=60)


TALK = [
    "managing director", "the whole group", "1", "1", "2",
    "/why",
    "We moved the service desk in March, and nobody asked those who used it.",
    "/nosuch",
    "/skip",
    "What do you mean by NPS?",
    "/back",
]  # fmt: skip


def test_a_talk_in_the_terminal_pauses_and_goes_on(ready_home: Path) -> None:
    first = run("chat", "--language", "en", home=ready_home, text="\n".join([*TALK, "/pause"]) + "\n")
    assert first.returncode == 0, first.stderr
    assert "The last big decision tells more" in first.stdout and "There is no such command here" in first.stdout
    code = first.stdout.split("--resume")[1].split()[0]
    second = run("chat", "--resume", code, home=ready_home, text="/stop\nyes\n/skip\n/skip\n3\n")
    assert second.returncode == 0, second.stderr
    assert "Too little was said" in second.stdout or "You stand" in second.stdout or "Somewhere from" in second.stdout
    assert "One person's account" in second.stdout


def test_a_line_can_be_corrected_by_number(ready_home: Path) -> None:
    answers = ["We ask our guests every week in a survey, 400 answers in May." for _ in range(18)]
    first = run("chat", "--language", "en", home=ready_home, text="\n".join([*TALK[:5], *answers, "/pause"]) + "\n")
    code = first.stdout.split("--resume")[1].split()[0]
    second = run("chat", "--resume", code, home=ready_home, text="1\n4\nyes\n/skip\n/skip\n/skip\n")
    assert "I've changed it" in second.stdout, second.stdout


def test_sessions_are_listed_exported_and_deleted(ready_home: Path) -> None:
    run("chat", "--language", "en", home=ready_home, text="\n".join([*TALK, "/pause"]) + "\n")
    listed = run("sessions", home=ready_home).stdout
    assert "managing director" in listed and "service desk" not in listed
    code = listed.split()[-1]
    assert json.loads(run("export", code, home=ready_home).stdout)["session"]["id"] == code
    assert "Nothing of it is left" in run("delete", code, "--yes", home=ready_home).stdout
    gone = run("export", code, home=ready_home)
    assert gone.returncode == 1 and gone.stderr.startswith("varde: There is no session at this link")


@pytest.mark.parametrize("command", [["export"], ["delete", "--yes"], ["report", "--out", "x.pdf"]])
def test_a_code_may_begin_with_a_hyphen(tmp_path: Path, command: list[str]) -> None:
    done = run(*command, "-5WwM_7PUWUvZjmPSFz1LQ", home=tmp_path)
    assert done.stderr.startswith("varde: There is no session at this link"), done.stderr


def test_play_prints_the_talk_and_json(tmp_path: Path) -> None:
    shown = run("play", str(EXAMPLES[0]), "--answers", "choices", home=tmp_path)
    assert shown.returncode == 0 and "Hvilken plass hadde" in shown.stdout
    found = json.loads(run("play", str(EXAMPLES[0]), "--answers", "text", "--json", home=tmp_path).stdout)
    assert found["id"] == "kommune-nb-a2"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("level: 2", "level: 5", "the statuses give level 2 by the rule, not 5"),
        ("status: partial", "status: perhaps", ".yaml:"),
        ("language: nb", "language: [nb", "not valid YAML"),
        ("id: kommune", "idd: kommune", "id: Field required"),
    ],
)
def test_a_broken_case_is_named_with_its_line(tmp_path: Path, before: str, after: str, said: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_text((CASES / "examples" / "kommune-nb-a2.yaml").read_text().replace(before, after, 1))
    found = run("play", str(path), home=tmp_path)
    assert found.returncode == 1 and said in found.stderr and "Traceback" not in found.stderr


def test_an_empty_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    assert "no case" in run("eval", "cases", "--cases", str(tmp_path), home=tmp_path).stderr
    assert "missing" in run("play", str(tmp_path / "nothing.yaml"), home=tmp_path).stderr


def test_help_names_every_command(tmp_path: Path) -> None:
    text = run("--help", home=tmp_path).stdout
    assert all(name in text for name in ("serve", "chat", "sessions", "export", "delete", "play", "eval"))


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, api.cli; print([m for m in ('numpy', 'fastapi', 'sqlalchemy', 'babel', 'pydantic') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("address", "named"), [(("--port", "99999"), "99999"), (("--host", "nowhere.invalid"), "nowhere")]
)
def test_an_address_that_cannot_be_listened_at_is_named_before_anything_starts(
    ready_home: Path, address: tuple[str, str], named: str
) -> None:
    ran = run("serve", *address, home=ready_home)
    assert ran.returncode == 1 and named in ran.stderr and "Nothing was started" in ran.stderr
    assert "Varde is at" not in ran.stdout


def test_a_home_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = run("sessions", home=tmp_path / "file")
    assert ran.returncode == 1 and "VARDE_HOME" in ran.stderr

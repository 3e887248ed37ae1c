"""The HTTP API: the whole way, and bad input."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

NEW = {"language": "en", "kind": "private", "role": "managing director", "scope": "the whole group"}
Client = TestClient


def start(client: Client, **more: Any) -> dict[str, Any]:
    response = client.post("/api/sessions", json=NEW | more)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


def send(client: Client, state: dict[str, Any], **message: Any) -> dict[str, Any]:
    body = {"key": f"key-{state['version']:05}", "version": state["version"]} | message
    response = client.post(f"/api/sessions/{state['id']}/turns", json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def to_result(client: Client, **more: Any) -> dict[str, Any]:
    state = start(client, **more)
    while state["phase"] == "interview":
        values = [choice["value"] for choice in state["reply"]["choices"]]
        if "partial" in values:
            state = send(client, state, kind="chose", value="partial" if state["version"] % 2 else "absent")
        elif "none" in values:
            state = send(client, state, kind="chose", value="none")
        else:
            state = send(client, state, text="We moved the service desk in March, and nobody asked those who used it.")
    state = send(client, state, kind="confirmed")
    state = send(client, state, text="They would say that nobody asks them.")
    state = send(client, state, kind="skipped")
    return send(client, state, kind="ticked", value="4")


def test_the_whole_way(client: Client) -> None:
    state = to_result(client)
    base = f"/api/sessions/{state['id']}"
    result = client.get(f"{base}/result").json()
    assert sum(result["probabilities"]) == pytest.approx(1, abs=0.001)
    assert result["own_tick"]["level"] == 4 and "One person's account" in result["account"]

    act = {"key": "key-clarity", "version": state["version"]}
    clarity = client.put(f"{base}/clarity", json=act | {"answers": {"meaning": "no"}}).json()
    aim = {
        "key": "key-ambition",
        "version": clarity["version"],
        "level": 3,
        "statement": "We decide with them in the room.",
    }
    report = client.put(f"{base}/ambition", json=aim).json()
    assert report["report"]["ambition"]["statement"] == "We decide with them in the room."
    proposals = report["report"]["proposals"]
    assert 2 <= len(proposals) <= 3 and any(change["capacity"] for change in proposals)

    chosen = [{"indicator": change["indicator"], "owner": "the COO", "due": "2027-03-01"} for change in proposals[:2]]
    decided = client.put(
        f"{base}/changes", json={"key": "key-changes", "version": report["version"], "changes": chosen}
    ).json()
    assert [entry["owner"] for entry in decided["report"]["decided"]] == ["the COO", "the COO"]
    assert len(decided["report"]["road"]) == 5

    judged = {
        "key": "key-judged",
        "version": decided["version"],
        "level": 1,
        "reason": "Seen on site.",
        "by": "A consultant",
    }
    after = client.put(f"{base}/judgement", json=judged).json()["report"]
    assert after["judgement"]["level"] == 1 and after["result"]["level"] == result["level"]


def test_quotes_are_off_in_the_report_until_ticked(client: Client) -> None:
    state = to_result(client)
    lines = client.get(f"/api/sessions/{state['id']}").json()["heard"]
    quoted = [line["indicator"] for line in lines if line["quote"]]
    assert quoted
    plain = client.get(f"/api/sessions/{state['id']}/report").json()["result"]["lines"]
    ticked = client.get(f"/api/sessions/{state['id']}/report", params={"quote": quoted[0]}).json()["result"]["lines"]
    assert not any(line["quote"] for line in plain)
    assert [line["indicator"] for line in ticked if line["quote"]] == [quoted[0]]


def test_the_result_is_frozen_when_the_interview_ends(client: Client) -> None:
    state = to_result(client)
    first = client.get(f"/api/sessions/{state['id']}/result").json()
    assert first == client.get(f"/api/sessions/{state['id']}/result").json()
    assert set(first["versions"]) == {"rubric", "parameters", "listener", "model"}


def test_export_holds_everything_and_delete_leaves_nothing(client: Client) -> None:
    state = to_result(client)
    exported = client.get(f"/api/sessions/{state['id']}/export").json()
    assert len(exported["session"]["turns"]) == state["version"] and exported["report"]["result"]
    assert client.delete(f"/api/sessions/{state['id']}").status_code == 204
    assert client.get(f"/api/sessions/{state['id']}").status_code == 404


def test_turns_show_what_was_understood(client: Client) -> None:
    state = send(client, start(client), text="We moved the service desk in March, and nobody asked.")
    (turn,) = client.get(f"/api/sessions/{state['id']}/turns").json()
    assert turn["message"]["text"].startswith("We moved") and turn["intent"] == "answer"


def problem(response: Any, status: int) -> str:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status and body["detail"] and "Traceback" not in response.text
    return str(body["detail"])


def test_bad_input_is_answered_with_what_to_do(client: Client) -> None:
    state = start(client)
    url = f"/api/sessions/{state['id']}/turns"
    good = {"key": "key-good-1", "version": 0, "text": "We moved the desk in March."}
    assert "Check the link" in problem(client.get("/api/sessions/nowhere"), 404)
    assert "not valid JSON" in problem(
        client.post(url, content=b"{", headers={"content-type": "application/json"}), 400
    )
    assert "256 KiB" in problem(client.post(url, content=b"x" * 1_000_000), 413)
    assert "does not say how large" in problem(client.post(url, content=iter([b"x" * 10])), 413)
    assert "version" in problem(client.post(url, json=good | {"version": -1}), 422)
    assert "key" in problem(client.post(url, json=good | {"key": "k"}), 422)
    assert "text" in problem(client.post(url, json=good | {"text": "x" * 20_001}), 422)
    assert "more" in problem(client.post(url, json=good | {"more": 1}), 422)
    assert "stands at 'interview'" in problem(client.post(url, json=good | {"kind": "ticked", "value": "3"}), 422)
    assert "quick replies" in problem(client.post(url, json=good | {"kind": "chose", "value": "established"}), 422)
    assert "not finished" in problem(client.get(f"/api/sessions/{state['id']}/result"), 409)
    assert "not finished" in problem(client.get(f"/api/sessions/{state['id']}/report"), 409)
    assert "field must be one of" in problem(client.post("/api/sessions", json=NEW | {"field": "magic"}), 422)
    assert client.get(f"/api/sessions/{state['id']}").json()["version"] == 0


def test_a_repeat_a_stale_version_and_a_reused_key(client: Client) -> None:
    state = start(client)
    url = f"/api/sessions/{state['id']}/turns"
    body = {"key": "key-good-1", "version": 0, "text": "We moved the desk in March."}
    first, again = client.post(url, json=body), client.post(url, json=body)
    assert first.json() == again.json() and again.json()["version"] == 1
    stale = client.post(url, json=body | {"key": "key-other-1"})
    assert "moved on" in problem(stale, 409) and stale.json()["version"] == 1
    assert "another message" in problem(client.post(url, json=body | {"text": "Other."}), 409)


@pytest.mark.parametrize(
    "text", ["", "   ", "🙂🙂🙂", "\u0000", "a" * 20_000, "<script>alert(1)</script>", "' OR 1=1 --", "‮RTL"]
)
def test_no_text_breaks_a_turn(client: Client, text: str) -> None:
    state = start(client)
    response = client.post(f"/api/sessions/{state['id']}/turns", json={"key": "key-text-1", "version": 0, "text": text})
    assert response.status_code == 200, response.text


def test_an_unforeseen_error_is_no_traceback_and_says_no_word_of_the_leaders(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    state = start(client)

    def fail(_id: str) -> None:
        raise ValueError("Quetzalcoatl")

    monkeypatch.setattr(client.app.state.desk.store, "get", fail)  # type: ignore[attr-defined]
    assert "our fault" in problem(client.get(f"/api/sessions/{state['id']}"), 500)
    logged = "".join(capfd.readouterr())
    assert "ValueError" in logged and "Quetzalcoatl" not in logged and state["id"] not in logged


def test_the_openapi_names_every_way(client: Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    wanted = {
        "",
        "/turns",
        "/result",
        "/report",
        "/clarity",
        "/ambition",
        "/changes",
        "/judgement",
        "/drafts",
        "/summary",
        "/export",
        "/ask",
        "/turns/stream",
        "/ask/stream",
    } | {"/report.{form}"}
    wanted |= {"/texts", "/judgement/withdrawal"}
    others = {"/api/sessions", "/api/assessments", "/api/ask", "/api/ask/stream"}
    assert {f"/api/sessions/{{session_id}}{end}" for end in wanted} | others == set(paths)


@pytest.mark.parametrize("language", ["en", "nb", "et"])
def test_a_result_in_each_language(client: Client, language: str) -> None:
    state = to_result(client, language=language, served="member", kind="non-profit")
    headline = client.get(f"/api/sessions/{state['id']}/result").json()["headline"]["text"]
    assert headline.startswith({"en": "You stand", "nb": "Dere står", "et": "Te"}[language]) or headline


def test_where_too_little_was_heard_nothing_is_claimed(client: TestClient) -> None:
    state = send(client, start(client), kind="stopped")
    state = send(client, state, kind="confirmed")
    for message in ({"kind": "skipped"}, {"kind": "skipped"}, {"kind": "ticked", "value": "5"}):
        state = send(client, state, **message)
    result = client.get(f"/api/sessions/{state['id']}/result").json()
    assert result["headline"]["text"].startswith("Too little") and not result["headline"]["stance"]
    assert "Too little was heard" in result["own_tick"]["text"]
    assert all("inferred" in area["text"] and area["basis"] == "inferred" for area in result["areas"])

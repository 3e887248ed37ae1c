"""HEAD wherever GET is."""

import pytest
from fastapi.testclient import TestClient

from tests.test_api import to_result

PAGES = ["", "/result", "/ambition", "/report", "/export.json", "/report.md"]


@pytest.mark.parametrize("address", ["/", "/ask", "/components", "/healthz", "/static/varde.css", "/api/openapi.json"])
def test_a_head_answers_as_the_get_does_without_its_body(client: TestClient, address: str) -> None:
    head, get = client.head(address), client.get(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_of_a_talk_answer_a_head_and_it_takes_no_turn(client: TestClient, page: str) -> None:
    state = to_result(client)
    head = client.head(f"/s/{state['id']}{page}")
    assert (head.status_code, head.content) == (200, b"")
    assert client.get(f"/api/sessions/{state['id']}").json()["version"] == state["version"]


@pytest.mark.parametrize(("address", "status"), [("/s/nowhere", 404), ("/start", 405), ("/ask/stream", 405)])
def test_what_a_get_does_not_give_neither_does_a_head(client: TestClient, address: str, status: int) -> None:
    head = client.head(address)
    assert (head.status_code, head.content) == (status, b"")

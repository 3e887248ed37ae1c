"""A consultant in a real browser: in, to an assessment, an edit, a judgement, two tabs, out; no script needed."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from api.app import create_app
from assistant.interview import Interview
from assistant.sessions.sqlite import SqliteStore
from assistant.settings import Settings
from knowledge.schema import LANGUAGES, Language
from tests.conftest import home_like
from tests.test_documents import much

pytestmark = pytest.mark.browser
KEY = "a key that nobody guesses"
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WORDED = "Æøåõäöüšž: <b>kort</b> & godt."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, coach: Interview, indexed: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(home=home_like(indexed, Path(tmp_path_factory.mktemp("consultants")) / "home"), consultant=KEY)
    store = SqliteStore(settings.store_file)
    for language in LANGUAGES:
        told = replace(much(coach, language), id=f"session-of-a-leader-{language}", seen_by="consultants")
        store.create(replace(told, turns=()))
        for turn in told.turns:
            store.append(told.id, turn, f"key-{turn.number:06}")
    store.close()
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(5)


def enter(page: Page, address: str, language: str) -> None:
    page.goto(f"{address}/assessments?language={language}")
    page.locator("#name").fill("Åse Õunapuu")
    page.locator("#key").fill(KEY)
    page.keyboard.press("Enter")
    page.locator("#words").wait_for()


def one(address: str, language: str, part: str = "") -> str:
    return f"{address}/assessments/session-of-a-leader-{language}{part}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_consultants_way_on_a_phone_without_a_script(browser: Browser, address: str, language: Language) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    page = context.new_page()
    enter(page, address, language)
    page.locator("#spoken").select_option(language)
    page.locator(".filters button").click()
    page.locator(".assessments a").first.click()
    page.locator(".tabs a").nth(1).click()
    page.locator("#ambition textarea").fill(WORDED)
    page.locator("#ambition button.primary").click()
    assert page.locator("#ambition .original button").count() == 1
    page.locator(".tabs a").nth(2).click()
    page.locator("#level").select_option("2")
    page.locator("#reason").fill(WORDED)
    page.locator("button.primary").click()
    page.goto(f"{address}/s/session-of-a-leader-{language}/report")
    assert WORDED in page.locator(".statement").inner_text() and WORDED in page.locator(".judgement").inner_text()
    page.goto(one(address, language))
    page.locator(".signed-in button").click()
    assert page.locator("#key").count() == 1
    context.close()


def test_two_tabs_on_one_text_lose_nothing(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page, other = context.new_page(), context.new_page()
    enter(page, address, "en")
    for tab in (page, other):
        tab.goto(one(address, "en", "/texts"))
    page.locator("#summary textarea").fill("From the first tab.")
    page.locator("#summary button.primary").click()
    other.locator("#summary textarea").fill("From the second tab.")
    other.locator("#summary button.primary").click()
    assert other.locator("[role=alert]").count() == 1
    assert other.locator("#summary textarea").input_value() == "From the second tab."
    assert "From the first tab." in other.locator("#summary").inner_text()
    other.locator("#summary button.primary").click()
    assert other.locator("#summary details").count() == 1
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_a_consultants_scrolls_sideways(
    browser: Browser, address: str, language: Language, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{address}/assessments?language={language}")
    widths = [page.evaluate("document.documentElement.scrollWidth")]
    enter(page, address, language)
    for part in ("", "/texts", "/judgement", "/gone/nowhere"):
        page.goto(one(address, language, part))
        widths.append(page.evaluate("document.documentElement.scrollWidth"))
    page.goto(f"{address}/assessments")
    assert max(*widths, page.evaluate("document.documentElement.scrollWidth")) <= width
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_consultants_pages(
    browser: Browser, address: str, language: Language, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    page, wrong = context.new_page(), []
    page.goto(f"{address}/assessments?language={language}")
    wrong += violations(page)
    enter(page, address, language)
    wrong += violations(page)
    for part in ("", "/texts", "/judgement", "x"):
        page.goto(one(address, language, part))
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        wrong += violations(page)
    context.close()
    assert not wrong, "\n".join(wrong)


def violations(page: Page) -> list[str]:
    """What axe finds, one line each: the rule, the place."""
    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response["violations"]
    return [f"{page.url} {v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]

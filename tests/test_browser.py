"""The whole way in a real browser, by clicks and free text, in each language, with and without JavaScript."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from api.app import create_app
from assistant.settings import Settings
from knowledge.schema import LANGUAGES
from tests.conftest import CHROMIUM

pytestmark = pytest.mark.browser
ANSWERS = {
    "en": ["We moved the service desk in March, and nobody asked those who used it.", "Every week, 400 answers in May, I read them myself."],
    "nb": ["Vi flyttet servicetorget i mars, og ingen spurte dem som brukte det.", "Hver uke, 400 svar i mai, jeg leser dem selv."],
    "et": ["Kolisime teenindussaali märtsis ja keegi ei küsinud kasutajatelt.", "Igal nädalal, mais 400 vastust, loen neid ise."],
}  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(home=Path(tmp_path_factory.mktemp("home")))
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(5)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
        ]
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield found
        found.close()


def begin(page: Page, address: str, language: str) -> None:
    page.goto(f"{address}/?language={language}")
    page.locator("#role").fill("Leder / juht / director")
    page.locator("#scope").fill("Põhja-Eesti & Nord-Norge")
    page.locator("button.primary").click()
    page.locator("#question").wait_for()


def one_answer(page: Page, language: str, turn: int) -> None:
    version = page.locator("[name=version]").first.input_value()
    _answer(page, language, turn)
    page.locator(f"[name=version]:not([value='{version}'])").first.wait_for(state="attached")


def _answer(page: Page, language: str, turn: int) -> None:
    choices = page.locator("form.choices button.choice")
    if choices.count() and turn % 2:
        choices.nth(min(1, choices.count() - 1)).click()
    else:
        page.locator("#text").fill(ANSWERS[language][turn % 2])
        page.locator("form.answer button.primary").click()


def to_confirmation(page: Page, language: str) -> None:
    for turn in range(25):
        if page.locator("button[value=confirmed]").count():
            return
        one_answer(page, language, turn)
    raise AssertionError("the interview did not end")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_the_whole_way(browser: Browser, address: str, language: str, javascript: bool) -> None:
    context = browser.new_context(java_script_enabled=javascript, viewport={"width": 390, "height": 800})
    foreign: list[str] = []
    context.on(
        "request",
        lambda request: foreign.append(request.url) if not request.url.startswith((address, "data:")) else None,
    )
    page = context.new_page()
    begin(page, address, language)
    to_confirmation(page, language)
    line = page.locator(".lines li").first
    line.locator("summary").click()
    line.locator("button.choice").nth(2).click()
    assert page.locator(".coach .note").count()
    page.locator("button[value=confirmed]").click()
    page.locator("#text").fill(ANSWERS[language][0])
    page.locator("form.answer button.primary").click()
    page.locator("button[value=skipped]").click()
    page.locator("form.ticks button").nth(3).click()
    assert page.locator("h1.headline").inner_text()
    assert page.locator("svg.staircase title").first.text_content()
    page.locator("main .actions a.primary").click()
    page.locator("#aim input[type=radio]").first.check()
    page.locator("#statement").fill("Me otsustame koos. Vi beslutter sammen. Æøåõäöüšž")
    page.locator("#aim button.primary").click()
    page.locator("#changes button.primary").click()
    assert "Æøåõäöüšž" in page.locator(".statement").inner_text()
    assert page.locator(".road > li").count() == 5
    assert not foreign
    context.close()


def test_reload_back_and_a_second_tab_lose_nothing(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page, other = context.new_page(), context.new_page()
    begin(page, address, "en")
    other.goto(page.url)
    one_answer(page, "en", 0)
    question = page.locator("#question").inner_text()
    page.reload()
    assert page.locator("#question").inner_text() == question
    other.locator("#text").fill("From the other tab.")
    other.locator("form.answer button.primary").click()
    assert other.locator("[role=alert]").inner_text()
    assert other.locator("#question").inner_text() == question
    assert other.locator("#text").input_value() == "From the other tab."
    page.go_back()
    page.go_forward()
    assert page.locator("#question").inner_text() == question
    context.close()


def test_an_interview_by_keyboard_alone(browser: Browser, address: str) -> None:
    page = browser.new_page()
    begin(page, address, "nb")
    page.locator("#text").focus()
    for turn in range(25):
        if page.locator("button[value=confirmed]").count():
            break
        page.keyboard.type(ANSWERS["nb"][turn % 2])
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.locator("button[value=confirmed]").count()
    page.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    begin(page, address, "et")
    to_confirmation(page, "et")
    link = page.url.split("#")[0]
    page.locator("button[value=confirmed]").click()
    for _ in range(2):
        page.locator("button[value=skipped]").click()
    page.locator("form.ticks button").nth(2).click()
    page.locator("h1.headline").wait_for()
    for path in ("/result", "/ambition", "/report"):
        page.goto(link + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()

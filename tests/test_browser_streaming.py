"""The conversation in a browser with a slow model: what shows meanwhile, what is kept, and that nothing needs the script."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant import bootstrap
from assistant.session import Message
from assistant.settings import Settings
from tests import openai_server as server
from tests.conftest import CHROMIUM, home_like
from tests.serving import Served, served
from tests.test_model_faults import heard

pytestmark = pytest.mark.browser
TEXT = "Vi flyttet servicetorget i mars.\nIngen spurte dem som brukte det."
REFLECTION = "Dere flyttet servicetorget i mars."
LOST = "Forbindelsen er brutt"


@dataclass
class Slow:
    """A model that answers when it is let."""

    let: threading.Event = field(default_factory=threading.Event)
    calls: int = 0

    def __call__(self, connection: server.Connection) -> None:
        self.calls += 1
        self.let.wait(20)
        server.says(heard(observations=[], reflection=REFLECTION))(connection)


@pytest.fixture(scope="module")
def provider() -> Iterator[server.Server]:
    with server.serving() as found:
        yield found


@pytest.fixture(scope="module")
def app(provider: server.Server, tmp_path_factory: pytest.TempPathFactory, indexed: Path) -> Iterator[Served]:
    home = home_like(indexed, Path(tmp_path_factory.mktemp("streaming")))
    settings = Settings(home=home, model="openai:small", model_url=provider.url, model_deadline=30)
    with served(settings) as found:
        yield found


@pytest.fixture
def slow(provider: server.Server, app: Served) -> Iterator[Slow]:
    model = bootstrap.chat_model(Settings(model="openai:small", model_url=provider.url, model_deadline=30))
    assert model
    model.breaker.succeeded()
    found = provider.behaviour = Slow()
    yield found
    found.let.set()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    found = context.new_page()
    wrong: list[str] = []
    found.on("pageerror", lambda error: wrong.append(str(error)))
    yield found
    context.close()
    assert not wrong


def begin(page: Page, app: Served, text: str = TEXT) -> str:
    page.goto(f"{app.url}/?language=nb")
    page.locator("#role").fill("rådmann")
    page.locator("#scope").fill("hele kommunen")
    page.locator("button.primary").click()
    page.locator("#text").wait_for()
    page.wait_for_load_state()  # by then the script holds the form, and keeps what is typed
    page.locator("#text").fill(text)
    return page.url


def version(page: Page, number: int) -> None:
    page.locator(f"[name=version][value='{number}']").first.wait_for(state="attached")


def stored(app: Served, link: str) -> list[str]:
    return [turn.message.text for turn in app.desk.store.get(link.rsplit("/", 1)[1]).turns]


def test_while_the_model_listens_the_words_stand_there_and_it_is_named(page: Page, app: Served, slow: Slow) -> None:
    link = begin(page, app)
    page.locator("form.answer button.primary").click()
    expect(page.locator(".working")).to_have_text("Språkmodellen openai:small hjelper til med å lytte …")
    expect(page.locator(".turning .said")).to_have_text(
        "Vi flyttet servicetorget i mars. Ingen spurte dem som brukte det."
    )
    expect(page.locator("form.model [role=status]")).to_contain_text("openai:small")
    expect(page.locator("body > [role=status]")).to_contain_text("openai:small")
    expect(page.locator("form.answer")).to_be_hidden()
    slow.let.set()
    version(page, 1)
    expect(page.locator(".coach .reflection")).to_have_text(REFLECTION)
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_attribute("aria-describedby", "said question")
    assert page.url == link and page.evaluate("scrollY") == 0
    assert page.evaluate("Object.keys(sessionStorage)") == []


def test_a_double_submit_is_one_turn(page: Page, app: Served, slow: Slow) -> None:
    link = begin(page, app)
    page.evaluate("for (let n = 0; n < 3; n++) document.querySelector('form.answer').requestSubmit()")
    page.locator(".working").wait_for()
    slow.let.set()
    version(page, 1)
    assert len(stored(app, link)) == slow.calls == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_back_and_forward_show_what_stands(javascript: bool, browser: Browser, app: Served, slow: Slow) -> None:
    context = browser.new_context(java_script_enabled=javascript)
    page = context.new_page()
    begin(page, app)
    slow.let.set()
    page.locator("form.answer button.primary").click()
    version(page, 1)
    question = page.locator("#question").inner_text()
    for step in (page.go_back, page.go_forward, page.reload):
        step()
        expect(page.locator("#question")).to_have_text(question)
        assert page.locator("#text").input_value() == ""
    page.go_back()
    page.go_back()
    expect(page.locator("#role")).to_be_visible()
    context.close()


def test_a_reload_while_the_model_listens_loses_nothing(page: Page, app: Served, slow: Slow) -> None:
    link = begin(page, app)
    page.locator("form.answer button.primary").click()
    page.locator(".working").wait_for()
    page.reload()
    assert page.locator("#text").input_value() == TEXT
    slow.let.set()
    for _ in range(100):
        if stored(app, link):
            break
        page.wait_for_timeout(50)
    page.reload()
    version(page, 1)
    assert page.locator("#text").input_value() == "" and stored(app, link) == [TEXT]


def test_what_is_typed_outlives_a_reload_and_the_switch(page: Page, app: Served, slow: Slow) -> None:
    begin(page, app)
    page.reload()
    assert page.locator("#text").input_value() == TEXT
    page.locator("form.model button").click()
    version(page, 1)
    expect(page.locator("form.model")).to_contain_text("er slått av i denne samtalen")
    expect(page.locator("body > [role=status]")).to_contain_text("er slått av i denne samtalen")
    assert page.locator("#text").input_value() == TEXT
    page.locator("form.answer button.primary").click()
    version(page, 2)
    assert slow.calls == 0 and page.locator("#text").input_value() == ""


def test_without_a_connection_the_words_stay_and_can_be_sent_again(page: Page, app: Served, slow: Slow) -> None:
    link = begin(page, app)
    page.context.set_offline(True)
    page.locator("form.answer button.primary").click()
    expect(page.locator("[role=alert]")).to_contain_text(LOST)
    assert page.locator("#text").input_value() == TEXT
    page.context.set_offline(False)
    slow.let.set()
    page.locator("form.answer button.primary").click()
    version(page, 1)
    assert stored(app, link) == [TEXT]


@pytest.mark.parametrize("fault", ["broken off", "500", "cut in the middle"])
def test_where_the_stream_fails_the_plain_form_takes_over(fault: str, page: Page, app: Served, slow: Slow) -> None:
    link = begin(page, app)
    slow.let.set()
    cut = 'event: progress\ndata: {"stage": "listening", "text": "…"}\n\nevent: sent'
    answers = {
        "broken off": lambda route: route.abort(),
        "500": lambda route: route.fulfill(status=500, body="no"),
        "cut in the middle": lambda route: route.fulfill(status=200, content_type="text/event-stream", body=cut),
    }
    page.route("**/turn/stream", answers[fault])
    page.locator("form.answer button.primary").click()
    version(page, 1)
    expect(page.locator(".coach .reflection")).to_have_text(REFLECTION)
    assert [text.splitlines() for text in stored(app, link)] == [TEXT.splitlines()] and slow.calls == 1


def test_an_answer_from_a_page_that_the_talk_has_left_is_told_so(page: Page, app: Served, slow: Slow) -> None:
    link = begin(page, app)
    slow.let.set()
    session = link.rsplit("/", 1)[1]
    app.desk.take(session, Message("skipped"), "key-of-another-tab", 0)
    page.locator("form.answer button.primary").click()
    expect(page.locator("[role=alert]")).to_contain_text("annet vindu")
    assert page.locator("#text").input_value() == TEXT and len(stored(app, link)) == 1
    page.locator("form.answer button.primary").click()
    version(page, 2)
    assert page.url == link


def test_an_answer_to_a_question_comes_without_a_reload_and_has_its_address(
    page: Page, app: Served, slow: Slow
) -> None:
    page.goto(f"{app.url}/ask?language=nb")
    page.locator("#question").fill("Hvilke fem områder har CXPA?")
    page.locator("form[role=search] button").click()
    expect(page.locator(".working")).to_have_text("Språkmodellen openai:small formulerer et svar …", timeout=20_000)
    expect(page.locator(".turning .said")).to_have_text("Hvilke fem områder har CXPA?")
    slow.let.set()
    expect(page.locator(".answered .cite").first).to_be_visible()
    expect(page.locator(".answered")).to_be_focused()
    assert "question=" in page.url
    page.locator(".answered .cite").first.click()
    assert page.url.endswith("#p-1") and slow.calls == 1
    page.go_back()
    page.go_back()
    expect(page.locator(".answered")).to_have_count(0)
    page.get_by_role("link", name="Spør uten den").click()
    expect(page.locator("footer")).to_contain_text("er slått av her")


@pytest.mark.parametrize("reduced", ["reduce", "no-preference"])
def test_nothing_moves_for_who_does_not_want_it(reduced: str, browser: Browser, app: Served, slow: Slow) -> None:
    page = browser.new_page(reduced_motion=reduced)  # type: ignore[arg-type]
    begin(page, app)
    page.locator("form.answer button.primary").click()
    page.locator(".working").wait_for()
    moving = page.evaluate("getComputedStyle(document.querySelector('.working'), '::before').animationName")
    assert moving == ("none" if reduced == "reduce" else "working")
    slow.let.set()
    version(page, 1)
    page.close()


def test_without_the_script_the_model_is_named_and_switched_all_the_same(
    browser: Browser, app: Served, slow: Slow
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    link = begin(page, app)
    slow.let.set()
    page.locator("form.answer button.primary").click()
    expect(page.locator(".coach .reflection")).to_have_text(REFLECTION)
    page.locator("form.model button").click()
    expect(page.locator("form.model")).to_contain_text("er slått av i denne samtalen")
    page.locator("#text").fill("Ingen spør oss om noe.")
    page.locator("form.answer button.primary").click()
    version(page, 3)
    assert len(stored(app, link)) == 3 and slow.calls == 1
    context.close()


def test_the_conversation_weighs_little_and_keeps_to_its_policy(page: Page, app: Served, slow: Slow) -> None:
    sizes: list[int] = []
    told: list[str] = []
    page.on("response", lambda response: sizes.append(len(response.body())) if response.status == 200 else None)
    policy = "Content Security Policy"
    page.on(
        "console",
        lambda message: told.append(message.text) if message.type == "error" or policy in message.text else None,
    )
    slow.let.set()
    link = begin(page, app)
    sizes.clear()
    page.goto("about:blank")
    page.goto(link, wait_until="networkidle")
    loaded = sum(sizes)
    page.locator("#text").fill(TEXT)
    page.locator("form.answer button.primary").click()
    version(page, 1)
    assert 10_000 < loaded <= 100_000 and not told, (loaded, told)

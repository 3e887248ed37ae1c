"""The whole way in a real browser, in each language, with and without JavaScript, and what goes wrong on the way."""

import pytest
from playwright.sync_api import Browser, Page, Route

from knowledge.schema import LANGUAGES
from tests.conftest import Served
from tests.stages import staged

pytestmark = pytest.mark.browser
ANSWERS = {
    "en": ["We moved the service desk in March, and nobody asked those who used it.", "Every week, 400 answers in May, I read them myself."],
    "nb": ["Vi flyttet servicetorget i mars, og ingen spurte dem som brukte det.", "Hver uke, 400 svar i mai, jeg leser dem selv."],
    "et": ["Kolisime teenindussaali märtsis ja keegi ei küsinud kasutajatelt.", "Igal nädalal, mais 400 vastust, loen neid ise."],
}  # fmt: skip


@pytest.fixture(scope="module")
def address(served: Served) -> str:
    return served.address


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
    page.locator("#changes input[type=checkbox]").first.check()
    page.locator("button[name=then]").click()
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


def test_a_double_click_gives_one_answer(browser: Browser, address: str) -> None:
    page = browser.new_page()
    begin(page, address, "en")
    page.locator("#text").fill(ANSWERS["en"][0])
    page.locator("form.answer button.primary").dblclick()
    page.locator(".earlier").wait_for()
    assert page.locator(".earlier li").count() == 1
    page.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_an_answer_outlives_a_lost_connection(browser: Browser, address: str, javascript: bool) -> None:
    context = browser.new_context(java_script_enabled=javascript)
    page = context.new_page()
    begin(page, address, "et")
    page.locator("#text").fill(ANSWERS["et"][0])
    context.set_offline(True)
    page.locator("form.answer button.primary").click()
    page.wait_for_timeout(200)
    context.set_offline(False)
    if not page.locator("#text").count():
        page.go_back()
    assert page.locator("#text").input_value() == ANSWERS["et"][0]
    context.close()


def test_back_shows_the_open_question_and_an_empty_field(browser: Browser, address: str) -> None:
    page = browser.new_page()
    begin(page, address, "nb")
    one_answer(page, "nb", 0)
    page.locator(".earlier").wait_for()
    question = page.locator("#question").inner_text()
    page.go_back()
    assert page.locator("#question").inner_text() == question
    assert page.locator("#text").input_value() == ""
    page.close()


def test_another_language_keeps_what_was_typed_and_enter_begins(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/?language=en")
    page.locator("#role").fill("Director")
    page.locator("#kind").select_option("public")
    page.locator(".languages button[lang=et]").click()
    page.locator("html[lang=et]").wait_for(state="attached")
    assert (page.locator("#role").input_value(), page.locator("#kind").input_value()) == ("Director", "public")
    page.locator("#scope").fill("kogu maa")
    page.keyboard.press("Enter")
    page.locator("#question").wait_for()
    page.close()


def test_a_deleted_link_says_what_to_do(browser: Browser, served: Served) -> None:
    context = browser.new_context(locale="nb-NO")
    page = context.new_page()
    begin(page, served.address, "nb")
    served.desk.store.delete(page.url.rsplit("/", 1)[1])
    page.locator("#text").fill(ANSWERS["nb"][0])
    page.locator("form.answer button.primary").click()
    page.get_by_text("Lenken er ufullstendig, eller samtalen er slettet.").wait_for()
    assert page.locator("main a").count() == 1
    context.close()


def test_the_result_is_corrected_from_its_page(browser: Browser, served: Served) -> None:
    page = browser.new_page()
    page.goto(served.address + staged(served, "en")["result"])
    before = page.locator("h1.headline").inner_text()
    page.locator("form.correct button").click()
    for line in range(page.locator(".lines > li").count()):
        page.locator(".lines > li").nth(line).locator("summary").click()
        page.locator(".lines > li").nth(line).locator("button.choice").nth(3).click()
    page.locator("button[value=confirmed]").click()
    assert page.locator("h1.headline").inner_text() != before
    assert before in page.locator(".before").inner_text()
    page.close()


def test_what_is_typed_on_the_ambition_outlives_a_reload_and_a_look_elsewhere(browser: Browser, served: Served) -> None:
    page = browser.new_page()
    page.goto(f"{served.address}{staged(served, 'en')['result']}/ambition")
    page.locator("#statement").fill("Not kept yet.")
    page.locator("#changes input[type=checkbox]").first.check()
    page.reload()
    assert page.locator("#statement").input_value() == "Not kept yet."
    page.locator(".pages a").first.click()
    page.locator("h1.headline").wait_for()
    page.go_back()
    assert page.locator("#statement").input_value() == "Not kept yet."
    assert page.locator("#changes input[type=checkbox]").first.is_checked()
    page.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_two_windows_of_the_ambition_lose_nothing_of_either(browser: Browser, served: Served, javascript: bool) -> None:
    context = browser.new_context(java_script_enabled=javascript)
    page, other = context.new_page(), context.new_page()
    address = f"{served.address}{staged(served, 'nb' if javascript else 'et')['result']}/ambition"
    page.goto(address)
    other.goto(address)
    other.locator("#statement").fill("From the other window.")
    other.locator("#clarity input[type=radio]").first.check()
    other.locator(".keep button.primary").dblclick()
    other.locator(".keep [role=status]").wait_for()
    page.locator("#statement").fill("From this one.")
    page.locator(".keep button.primary").click()
    page.locator("[role=alert]").wait_for()
    assert page.locator("#statement").input_value() == "From this one."
    assert "From the other window." in page.locator("#aim .elsewhere").inner_text()
    assert page.locator("#clarity input[type=radio]").first.is_checked()
    page.locator(".keep button.primary").click()
    page.locator(".keep [role=status]").wait_for()
    page.reload()
    assert page.locator("#statement").input_value() == "From this one."
    context.close()


def test_enter_in_a_field_of_the_ambition_keeps_and_the_bar_is_in_sight(browser: Browser, served: Served) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    begin(page, served.address, "en")
    to_confirmation(page, "en")
    for value in ("confirmed", "skipped", "skipped"):
        page.locator(f"button[value={value}]").click()
        page.locator(f"button[value={value}]").wait_for(state="detached") if value == "confirmed" else None
    page.locator("form.ticks button").first.click()
    page.locator("main .actions a.primary").click()
    bar = page.locator(".keep").bounding_box()
    assert bar and bar["y"] + bar["height"] <= 640 and bar["height"] < 90
    page.locator("#months").fill("18")
    page.locator("#months").press("Enter")
    page.locator(".keep [role=status]").wait_for()
    assert page.locator("#months").input_value() == "18"
    page.close()


def test_what_was_typed_before_the_script_ran_is_kept_and_checked(browser: Browser, address: str) -> None:
    page = browser.new_page()
    held: list[Route] = []
    page.route("**/varde.js*", lambda route: held.append(route))
    begin(page, address, "en")
    page.locator("#text").fill("word " * 4_100)
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    page.wait_for_function("document.querySelector('#text').validationMessage.includes('20,000')")
    assert "word word" in page.evaluate("Object.values(sessionStorage).join()")
    page.close()


def test_an_answer_too_long_is_told_before_it_is_sent(browser: Browser, address: str) -> None:
    page = browser.new_page()
    begin(page, address, "en")
    page.locator("#text").fill("word " * 4_100)
    page.wait_for_function("document.querySelector('#text').validationMessage.includes('20,000')")
    page.locator("#text").fill("word " * 3_900)
    assert page.locator("#text").evaluate("field => field.validationMessage") == ""
    page.close()

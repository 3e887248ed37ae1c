"""WCAG 2.2 AA: axe finds nothing on any page in any language; keyboard, zoom, narrow screens, contrast, motion, weight."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from knowledge.schema import LANGUAGES, Language
from tests.conftest import Served
from tests.stages import staged

pytestmark = pytest.mark.browser
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
STARK = {"type": "rule", "values": ["color-contrast-enhanced"]}
QUESTION = {"en": "What are CXPA's areas?", "nb": "Hva er CXPAs områder?", "et": "Mis on CXPA valdkonnad?"}
HEAVIEST_CONVERSATION = 100_000


def paths(served: Served, language: Language) -> dict[str, str]:
    """Every page there is, by name; the report with its quotes, the questions to the sources with an answer."""
    links = staged(served, language)
    tail = f"?language={language}"
    after = {name: f"{links['result']}/{name}" for name in ("result", "ambition", "report")}
    quotes = "&".join(f"quote={line.indicator}" for line in served.desk.result(links["result"][3:]).lines)
    return {
        "start": f"/{tail}", "answer": f"/ask{tail}&question={QUESTION[language]}",
        "components": f"/components{tail}", "unfinished": f"{links['opening']}/result", "gone": f"/s/nowhere{tail}",
        **{stage: links[stage] for stage in links if stage != "result"},
        **after, "report": f"{after['report']}?{quotes}",
    }  # fmt: skip


def found(page: Page, rules: dict[str, object]) -> list[str]:
    """What axe finds, one line each: the rule, the place."""
    results = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    violations = results.response["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in violations for node in v["nodes"]]


def open_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def test_axe_finds_what_is_wrong(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><img src=x><p style='color: #bbb'>pale</p></main>")
    assert {line.split(":")[0] for line in found(page, WCAG)} >= {"image-alt", "color-contrast"}
    assert [line.split(":")[0] for line in found(page, COLOURS)] == ["color-contrast"]
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page_light_and_dark(browser: Browser, served: Served, language: Language) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page, wrong = context.new_page(), []
    for name, path in paths(served, language).items():
        page.emulate_media(color_scheme="light")
        page.goto(served.address + path)
        open_everything(page)
        wrong += [f"{name}, light: {line}" for line in found(page, WCAG)]
        page.emulate_media(color_scheme="dark")
        wrong += [f"{name}, dark: {line}" for line in found(page, COLOURS)]
    context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_more_contrast_where_it_is_asked_for(browser: Browser, served: Served, scheme: str) -> None:
    page, wrong = browser.new_page(color_scheme=scheme, contrast="more"), []  # type: ignore[arg-type]
    for name in ("start", "components", "choices", "result"):
        page.goto(served.address + paths(served, "en")[name])
        wrong += [f"{name}: {line}" for line in found(page, STARK)]
    page.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_narrow_zoomed_or_in_large_letters(
    browser: Browser, served: Served, language: Language
) -> None:
    """320 px; 1280 px at 200 %, which is 640 px; and there with letters twice as large."""
    page, wide = browser.new_page(), []
    for name, path in paths(served, language).items():
        page.goto(served.address + path)
        open_everything(page)
        for width, letters in ((320, 100), (640, 100), (640, 200)):
            page.set_viewport_size({"width": width, "height": 600})
            page.evaluate(f"document.documentElement.style.fontSize = '{letters}%'")
            if (found_width := page.evaluate("document.documentElement.scrollWidth")) > width:
                wide.append(f"{name} at {width} px, letters {letters} %: {found_width}")
    page.close()
    assert not wide


@pytest.mark.parametrize("width", [320, 1280])
def test_the_names_of_the_levels_can_be_read_on_the_staircase(browser: Browser, served: Served, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 600})
    page.goto(f"{served.address}{staged(served, 'et')['result']}/result")
    names = page.locator("svg.staircase:visible text:not(.number)")
    assert names.count() == 6
    assert min(names.nth(n).bounding_box()["height"] for n in range(6)) >= 12  # type: ignore[index]
    page.close()


def test_nothing_moves_where_less_motion_is_asked_for(browser: Browser, served: Served) -> None:
    page = browser.new_page(reduced_motion="reduce")
    page.goto(served.address + paths(served, "en")["components"])
    moving = """[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);
        return parseFloat(s.transitionDuration) || s.animationName !== 'none' }).length"""
    assert page.evaluate(moving) == 0
    page.close()


@pytest.mark.parametrize("stage", ["opening", "choices"])
def test_the_conversation_is_light_and_asks_no_other_host(browser: Browser, served: Served, stage: str) -> None:
    page, weights, foreign = browser.new_page(), [], []
    page.on("request", lambda r: foreign.append(r.url) if not r.url.startswith((served.address, "data:")) else None)
    page.on("response", lambda r: weights.append(len(r.body())))
    page.goto(served.address + staged(served, "et")[stage], wait_until="networkidle")
    page.close()
    assert 0 < sum(weights) <= HEAVIEST_CONVERSATION
    assert not foreign


def test_the_figures_have_a_name_and_a_description(browser: Browser, served: Served) -> None:
    page = browser.new_page()
    page.goto(f"{served.address}{staged(served, 'nb')['result']}/result")
    figures = page.locator("svg[role=img]")
    nameless = figures.evaluate_all(
        "all => all.filter(f => !f.querySelector('title')?.textContent || !f.querySelector('desc')?.textContent).length"
    )
    assert figures.count() == 7 and nameless == 0
    page.close()


class Keyboard:
    """Goes through pages by Tab, Enter, Space and letters alone; every stop must show that it has the focus."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> None:
        for _ in range(250):
            if self.page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
                return
            self.page.keyboard.press("Tab")
            style = "(() => { const e = document.activeElement; return e === document.body || getComputedStyle(e).outlineStyle !== 'none' })()"
            assert self.page.evaluate(style), f"no focus to be seen on the way to {selector}"
        raise AssertionError(f"{selector} cannot be reached by Tab")

    def press(self, selector: str, key: str = "Enter") -> None:
        self.to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def write(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.keyboard.insert_text(text)


def test_from_the_start_to_the_meeting_page_by_keyboard_alone(browser: Browser, served: Served) -> None:
    page = browser.new_page()
    keys = Keyboard(page)
    page.goto(f"{served.address}/?language=nb")
    keys.write("#role", "Kommunedirektør")
    keys.write("#scope", "hele kommunen")
    keys.press("form#begin .actions button")
    for turn in range(25):
        if page.locator("button[value=confirmed]").count():
            break
        if turn % 3 == 2 and page.locator("button.choice").count():
            keys.press("button.choice")
            continue
        keys.write("#text", "Hver uke, 400 svar i mai, jeg leser dem selv.")
        keys.press("form.answer button.primary")
    keys.to(".lines summary")
    page.keyboard.press("Enter")
    keys.press(".lines button.choice[value=planned]")
    keys.press("button[value=confirmed]")
    keys.write("#text", "At vi lytter på møtene.")
    keys.press("form.answer button.primary")
    keys.press("button[value=skipped]")
    keys.press("form.ticks button")
    assert page.locator("h1.headline").count()
    keys.press("main .actions a.primary")
    keys.to("#aim input[type=radio]")
    page.keyboard.press("Space")
    keys.to("#changes input[type=checkbox]")
    page.keyboard.press("Space")
    keys.press(".keep button[name=then]")
    assert page.locator(".meeting .room").count() == 3
    page.close()

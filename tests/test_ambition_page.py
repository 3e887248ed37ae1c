"""The page of the ambition: one form, kept whole whichever button is pressed; what two windows kept is laid together."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from assistant.changes import Advisor
from assistant.report.compose import compose
from knowledge.schema import LANGUAGES
from tests.test_pages import finished, hidden

Fields = list[tuple[str, str]]


class _Form(HTMLParser):
    """What a browser would send of the page's form, but for its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: Fields = []
        self._text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "textarea":
            self._text = given["name"]
            self.fields.append((given["name"], ""))
        box = given.get("type") in ("radio", "checkbox")
        if tag == "input" and "name" in given and (not box or "checked" in given):
            self.fields.append((given["name"], given.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._text:
            name, before = self.fields[-1]
            self.fields[-1] = (name, before + data)

    def handle_endtag(self, tag: str) -> None:
        self._text = None if tag == "textarea" else self._text


def form(html: str) -> Fields:
    parser = _Form()
    parser.feed(html.split("<main")[1].split("</form>")[0])
    return parser.fields


def values(html: str) -> dict[str, str]:
    """What stands in the form; of boxes the last one ticked."""
    return dict(form(html))


def sent(fields: Fields, ticked: tuple[str, ...] = (), **typed: str) -> dict[str, list[str]]:
    """The form as it would be sent with this typed and these changes ticked, and no others."""
    found: dict[str, list[str]] = {name: [value] for name, value in fields if name != "indicator"}
    found |= {name: [value] for name, value in typed.items()}
    return found | ({"indicator": list(ticked)} if ticked else {})


def changes_of(html: str) -> list[str]:
    return re.findall(r'name="indicator" value="([^"]+)"', html)


@pytest.fixture
def link(client: TestClient) -> str:
    return finished(client)


def page_of(client: TestClient, link: str) -> str:
    return client.get(f"{link}/ambition").text


def kinds(client: TestClient, link: str) -> list[str]:
    """The acts kept after the result, in their order."""
    turns = client.app.state.desk.store.get(link[3:]).turns  # type: ignore[attr-defined]
    return [turn.message.kind for turn in turns if turn.message.data or turn.message.kind == "decided"]


def test_nothing_is_chosen_for_the_leader_and_keeping_it_so_keeps_nothing(client: TestClient, link: str) -> None:
    page = page_of(client, link)
    assert "level" not in values(page) and "indicator" not in values(page)
    client.post(f"{link}/ambition", data=sent(form(page)))
    assert kinds(client, link) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_three_parts_are_kept_at_once(client: TestClient, language: str) -> None:
    link = finished(client, language=language)
    page = page_of(client, link)
    first, second = changes_of(page)[:2]
    typed = {"meaning": "partly", "level": "4", "statement": "We decide together.", f"owner-{first}": "the COO"}
    after = client.post(f"{link}/ambition", data=sent(form(page), (first, second), **typed))
    assert kinds(client, link) == ["clarified", "aimed", "decided"]
    assert values(after.text).items() >= typed.items() and 'role="status"' in after.text
    assert [value for name, value in form(after.text) if name == "indicator"] == [first, second]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [({"why": "no"}, ["clarified"]), ({"level": "3"}, ["aimed"]), ({"statement": "We listen first."}, ["aimed"])],
)
def test_one_part_alone_can_be_kept(client: TestClient, link: str, typed: dict[str, str], kept: list[str]) -> None:
    client.post(f"{link}/ambition", data=sent(form(page_of(client, link)), **typed))
    assert kinds(client, link) == kept


def test_the_changes_alone_can_be_kept(client: TestClient, link: str) -> None:
    page = page_of(client, link)
    client.post(f"{link}/ambition", data=sent(form(page), tuple(changes_of(page)[:2])))
    assert kinds(client, link) == ["decided"]


def test_words_without_a_future_are_kept_for_the_one_that_stands_and_this_is_said(
    client: TestClient, link: str
) -> None:
    after = client.post(f"{link}/ambition", data=sent(form(page_of(client, link)), statement="We listen first.")).text
    assert "You had chosen no future" in after
    assert values(after)["statement"] == "We listen first." and "level" in values(after)


def test_a_double_click_keeps_once(client: TestClient, link: str) -> None:
    page = page_of(client, link)
    data = sent(form(page), tuple(changes_of(page)[:2]), meaning="yes", level="4")
    first, second = (client.post(f"{link}/ambition", data=data) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert kinds(client, link) == ["clarified", "aimed", "decided"]


def test_what_was_kept_is_not_kept_again(client: TestClient, link: str) -> None:
    client.post(f"{link}/ambition", data=sent(form(page_of(client, link)), level="4", statement="One.\r\nTwo."))
    client.post(f"{link}/ambition", data=sent(form(page_of(client, link)), statement="One.\r\nTwo."))
    assert kinds(client, link) == ["aimed"]


def test_another_window_loses_nothing_of_either(client: TestClient, link: str) -> None:
    here = there = page_of(client, link)
    first = changes_of(here)[0]
    client.post(f"{link}/ambition", data=sent(form(there), (first,), meaning="yes", statement="From there."))
    answer = client.post(f"{link}/ambition", data=sent(form(here), goals="no", statement="From here."))
    assert answer.status_code == 409 and "another window" in answer.text
    stands = values(answer.text)
    assert (stands["meaning"], stands["goals"], stands["indicator"]) == ("yes", "no", first)
    assert stands["statement"] == "From here." and "</strong> From there.</span>" in answer.text
    assert kinds(client, link) == ["clarified", "aimed", "decided"]


def test_the_page_shown_after_another_window_can_be_kept(client: TestClient, link: str) -> None:
    old = form(page_of(client, link))
    client.post(f"{link}/ambition", data=sent(old, meaning="yes"))
    again = client.post(f"{link}/ambition", data=sent(old, meaning="no", goals="no")).text
    after = client.post(f"{link}/ambition", data=sent(form(again))).text
    assert (values(after)["meaning"], values(after)["goals"]) == ("no", "no")


def test_the_form_of_before_sent_again_with_more_is_shown_with_it(client: TestClient, link: str) -> None:
    """As after the browser's way back."""
    old = form(page_of(client, link))
    client.post(f"{link}/ambition", data=sent(old, meaning="yes", statement="One."))
    answer = client.post(f"{link}/ambition", data=sent(old, meaning="yes", statement="One. And two."))
    assert answer.status_code == 409 and values(answer.text)["statement"] == "One. And two."
    assert values(answer.text)["meaning"] == "yes"


def test_a_judgement_added_meanwhile_does_not_stand_in_the_way(client: TestClient, link: str) -> None:
    old = form(page_of(client, link))
    judged = hidden(client.get(f"{link}/report").text) | {"level": "2", "reason": "Seen on site.", "by": "A consultant"}
    client.post(f"{link}/judgement", data=judged)
    assert client.post(f"{link}/ambition", data=sent(old, meaning="yes")).status_code == 200
    assert kinds(client, link) == ["judged", "clarified"]


def test_while_what_was_heard_is_corrected_elsewhere_what_was_typed_stands(client: TestClient, link: str) -> None:
    old = form(page_of(client, link))
    client.post(f"{link}/turn", data=hidden(client.get(f"{link}/result").text) | {"kind": "back"})
    answer = client.post(f"{link}/ambition", data=sent(old, statement="Typed before."))
    assert answer.status_code == 409 and values(answer.text)["statement"] == "Typed before."
    client.post(f"{link}/turn", data=hidden(client.get(link).text) | {"kind": "confirmed"})
    client.post(f"{link}/ambition", data=sent(form(answer.text)))
    assert kinds(client, link) == ["aimed"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"months_per_step": "2"}, "3 to 120"), ({"months_per_step": "soon"}, "3 to 120"), ({"statement": "w " * 1_500}, "too long")],
)  # fmt: skip
def test_what_cannot_be_kept_stands_where_it_was_typed_and_the_rest_is_kept(
    client: TestClient, link: str, typed: dict[str, str], said: str
) -> None:
    answer = client.post(f"{link}/ambition", data=sent(form(page_of(client, link)), meaning="yes", **typed))
    assert answer.status_code == 422 and said in answer.text.split('id="aim"')[1].split("</p>")[0]
    assert values(answer.text).items() >= {name: text.strip() for name, text in typed.items()}.items()
    assert kinds(client, link) == ["clarified"]


@pytest.mark.parametrize("key", ["", "short", "k" * 200])
def test_a_form_without_its_key_is_shown_again_as_typed(client: TestClient, link: str, key: str) -> None:
    answer = client.post(f"{link}/ambition", data=sent(form(page_of(client, link)), key=key, statement="Kept here."))
    assert answer.status_code == 409 and values(answer.text)["statement"] == "Kept here."


def test_changes_can_be_taken_back_and_what_was_typed_stays(client: TestClient, link: str) -> None:
    page = page_of(client, link)
    first, second = changes_of(page)[:2]
    client.post(f"{link}/ambition", data=sent(form(page), (first, second), **{f"owner-{first}": "Åse"}))
    after = client.post(f"{link}/ambition", data=sent(form(page_of(client, link)))).text
    assert "indicator" not in values(after) and values(after)[f"owner-{first}"] == "Åse"
    assert "not among those you have chosen" in after
    assert "proposed, not chosen yet" in client.get(f"{link}/report").text


def test_an_owner_on_a_change_not_ticked_is_kept_and_decides_nothing(client: TestClient, link: str) -> None:
    page = page_of(client, link)
    first, second = changes_of(page)[:2]
    after = client.post(f"{link}/ambition", data=sent(form(page), (second,), **{f"owner-{first}": "Åse"})).text
    assert values(after)[f"owner-{first}"] == "Åse"
    assert "Åse" not in client.get(f"{link}/report").text


def test_a_change_chosen_stays_where_a_nearer_future_is_chosen_with_it(client: TestClient, link: str) -> None:
    page = page_of(client, link)
    chosen = tuple(changes_of(page))
    nearest = re.findall(r'name="level" value="(\d)"', page)[0]
    after = client.post(f"{link}/ambition", data=sent(form(page), chosen, level=nearest)).text
    assert {value for name, value in form(after) if name == "indicator"} == set(chosen)
    desk = client.app.state.desk  # type: ignore[attr-defined]
    assert len(compose(desk.interview, desk.store.get(link[3:])).decided) == len(chosen)


def test_a_fourth_change_is_not_kept_and_all_four_stay_ticked(client: TestClient, link: str) -> None:
    desk = client.app.state.desk  # type: ignore[attr-defined]
    session = desk.store.get(link[3:])
    report, voice = compose(desk.interview, session), desk.interview.voice(session)
    proposed = {change.indicator for change in report.proposals}
    candidates = [found.line.indicator for found in Advisor(voice, report.result).candidates(6)]
    other = next(indicator for indicator in candidates if indicator not in proposed)
    act = {"key": "key-of-the-api", "version": session.version, "changes": [{"indicator": other}]}
    assert client.put(f"/api/sessions/{session.id}/changes", json=act).status_code == 200
    page = page_of(client, link)
    four = tuple(changes_of(page))
    answer = client.post(f"{link}/ambition", data=sent(form(page), four, meaning="yes"))
    assert len(four) == 4 and other in four and answer.status_code == 422
    assert [value for name, value in form(answer.text) if name == "indicator"] == list(four)
    assert "3 changes at the most" in answer.text and kinds(client, link) == ["decided", "clarified"]


def test_a_change_that_was_not_on_the_page_is_not_taken(client: TestClient, link: str) -> None:
    client.post(f"{link}/ambition", data=sent(form(page_of(client, link)), ("no-such-change",)))
    assert kinds(client, link) == []


def test_a_date_in_the_past_is_kept_and_said_where_it_stands(client: TestClient, link: str) -> None:
    page = page_of(client, link)
    first, second = changes_of(page)[:2]
    due = {f"due-{first}": "2020-03-01", f"due-{second}": "2999-03-01"}
    after = client.post(f"{link}/ambition", data=sent(form(page), (first, second), **due)).text
    assert values(after).items() >= due.items()
    assert f'id="passed-{first}">This date has passed.' in after and f"passed-{second}" not in after
    report = client.get(f"{link}/report").text
    assert report.count("This date has passed.") == 1 and report.count("<dt>By when</dt>") == len(due)


def test_changes_chosen_without_an_ambition_are_told_so_in_the_report(client: TestClient, link: str) -> None:
    page = page_of(client, link)
    client.post(f"{link}/ambition", data=sent(form(page), tuple(changes_of(page)[:2])))
    assert "no ambition yet" in client.get(f"{link}/report").text
    client.post(f"{link}/ambition", data=sent(form(page_of(client, link)), tuple(changes_of(page)[:2]), level="4"))
    assert "no ambition yet" not in client.get(f"{link}/report").text


def test_one_change_alone_is_kept_with_a_word_on_what_is_usual(client: TestClient, link: str) -> None:
    page = page_of(client, link)
    answer = client.post(f"{link}/ambition", data=sent(form(page), tuple(changes_of(page)[:1])))
    assert answer.status_code == 200 and "One change alone" in answer.text
    assert "One change alone" in client.get(f"{link}/report").text
    more = client.post(f"{link}/ambition", data=sent(form(answer.text), tuple(changes_of(page)[:2]))).text
    assert "One change alone" not in more


def test_keeping_can_lead_on_to_the_report(client: TestClient, link: str) -> None:
    page = page_of(client, link)
    report = client.post(f"{link}/ambition", data=sent(form(page), then="report", statement="On the way."))
    assert report.url.path == f"{link}/report" and "On the way." in report.text

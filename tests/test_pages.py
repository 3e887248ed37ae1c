"""The pages without a browser: they work as plain forms, say what is wrong, and keep to themselves."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages.contexts import gathered
from api.pages.render import HERE, translations
from assistant.interview import Interview
from assistant.report.compose import for_sharing
from assistant.report.outline import outline
from assistant.result import Finding
from assistant.session import Citation
from assistant.settings import Settings
from evals.case import CASES, read_case
from evals.player import play
from knowledge.schema import LANGUAGES

FORM = {"language": "en", "role": "director", "scope": "all of it", "kind": "private", "perspective": "leadership",
        "served": "guest", "field": "cx"}  # fmt: skip
AT_THE_TOP = "bryn-gwenyn-en-59"


def begin(client: TestClient, **more: str) -> str:
    response = client.post("/start", data=FORM | more, follow_redirects=False)
    assert response.status_code == 303, response.text
    return response.headers["location"]


def hidden(text: str) -> dict[str, str]:
    return {name: re.findall(rf'name="{name}" value="([^"]+)"', text)[0] for name in ("version", "key")}


def answer(client: TestClient, link: str, text: str) -> str:
    fields = hidden(client.get(link).text)
    return client.post(f"{link}/turn", data=fields | {"kind": "said", "text": text}).text


def finished(client: TestClient, **more: str) -> str:
    link = begin(client, **more)
    for _ in range(20):
        text = client.get(link).text
        if 'value="confirmed"' in text:
            break
        chosen = re.findall(r'class="choice" name="value" value="([^"]*)"', text)
        fields = hidden(text)
        if "partial" in chosen:
            client.post(f"{link}/turn", data=fields | {"kind": "chose", "value": "partial"})
        else:
            client.post(
                f"{link}/turn", data=fields | {"kind": "said", "text": "Eirin moved the desk in March, nobody asked."}
            )
    for kind in ("confirmed", "skipped", "skipped"):
        client.post(f"{link}/turn", data=hidden(client.get(link).text) | {"kind": kind})
    client.post(f"{link}/turn", data=hidden(client.get(link).text) | {"kind": "ticked", "value": "3"})
    return link


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_page_is_in_the_language_asked_for(client: TestClient, language: str) -> None:
    text = client.get(f"/?language={language}").text
    assert f'<html lang="{language}">' in text
    assert {"en": "Your role", "nb": "Din rolle", "et": "Teie roll"}[language] in text


def test_the_browsers_language_is_followed(client: TestClient) -> None:
    assert 'lang="nb"' in client.get("/", headers={"accept-language": "no,en;q=0.5"}).text
    assert 'lang="et"' in client.get("/", headers={"accept-language": "et-EE,en;q=0.5"}).text


def test_every_page_keeps_to_itself(client: TestClient) -> None:
    link = finished(client)
    for path in ("/", f"{link}/result", f"{link}/ambition", f"{link}/report", "/s/nowhere"):
        response = client.get(path)
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert response.headers["referrer-policy"] == "no-referrer" and response.headers["cache-control"] == "no-store"
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', response.text)
        assert " style=" not in response.text and not re.search(
            r"<script(?! type=\"module\" src=\"/static/)", response.text
        )


def test_the_one_script_is_our_own_file_and_lasts_under_its_version(client: TestClient) -> None:
    page = client.get(begin(client)).text
    (address,) = re.findall(r'<script type="module" src="([^"]+)" data-[^>]*></script>', page)
    script = client.get(address)
    assert (
        script.headers["content-type"].startswith("text/javascript") and "immutable" in script.headers["cache-control"]
    )
    assert len(script.content) <= 8 * 1024 and client.get("/static/varde.js").headers["cache-control"] == "no-cache"


def test_a_form_left_empty_is_shown_again_with_what_was_given(client: TestClient) -> None:
    response = client.post("/start", data=FORM | {"role": "", "scope": "the north"})
    assert response.status_code == 422
    assert 'value="the north"' in response.text and "Please fill in" in response.text


def test_what_a_leader_says_is_never_markup(client: TestClient) -> None:
    link = begin(client)
    text = answer(client, link, '<script>alert(1)</script> moved the whole desk in March & "nobody" asked.')
    assert text.count("<script") == text.count("/static/varde.js") == 1 and "&lt;script&gt;" in text


def test_an_empty_answer_leaves_the_question(client: TestClient) -> None:
    link = begin(client)
    question = re.findall(r'class="question">(.+?)<', client.get(link).text)
    assert question == re.findall(r'class="question">(.+?)<', answer(client, link, "   "))


def test_what_answered_nothing_is_not_among_what_was_said(client: TestClient) -> None:
    link = begin(client)
    answer(client, link, "   ")
    client.post(f"{link}/turn", data=hidden(client.get(link).text) | {"kind": "back"})
    assert 'class="said"' not in client.get(link).text
    client.post(f"{link}/turn", data=hidden(client.get(link).text) | {"kind": "skipped"})
    assert re.findall(r'class="said">(.+?)<', client.get(link).text) == ["Skipped"]


def test_a_double_click_is_one_turn(client: TestClient) -> None:
    link = begin(client)
    data = hidden(client.get(link).text) | {"kind": "said", "text": "We moved the desk in March."}
    first, second = (client.post(f"{link}/turn", data=data).text for _ in range(2))
    assert hidden(first)["version"] == hidden(second)["version"] == "1"


def test_a_second_tab_is_told_and_keeps_its_words(client: TestClient) -> None:
    link = begin(client)
    old = hidden(client.get(link).text)
    answer(client, link, "We moved the desk in March.")
    response = client.post(f"{link}/turn", data=old | {"kind": "said", "text": "From the other tab."})
    assert response.status_code == 409
    assert "another window" in response.text and "From the other tab.</textarea>" in response.text


def test_the_first_question_offers_no_way_back(client: TestClient) -> None:
    link = begin(client)
    assert 'value="back"' not in client.get(link).text
    assert 'value="back"' in answer(client, link, "We moved the desk in March.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_go_by_their_titles_and_dates_not_by_their_files(client: TestClient, language: str) -> None:
    link = finished(client, language=language)
    asked = client.get("/ask", params={"question": "CCMA", "language": language}).text
    for text in (asked, client.get(f"{link}/ambition").text, client.get(f"{link}/report").text):
        assert "<blockquote" in text and not re.search(r"\d{3}_[0-9a-f]{8,}|\b20\d\d-\d\d-\d\d</?span", text)


def test_what_holds_for_several_findings_is_said_once_and_in_order() -> None:
    one, two, three = Finding("1", "shared"), Finding("2", "own"), Finding("3", "shared")
    four = Finding("4", "shared", citations=(Citation("a", "b", "The article"),))
    assert gathered((one, two, three, four)) == [("shared", [one, three]), ("own", [two]), ("shared", [four])]


def test_on_the_last_level_there_is_one_future_and_no_step_to_take(client: TestClient, coach: Interview) -> None:
    case = read_case(CASES / "tuning" / f"{AT_THE_TOP}.yaml")
    session, store = play(coach, case, "text").session, client.app.state.desk.store  # type: ignore[attr-defined]
    store.create(replace(session, turns=()))
    for turn in session.turns:
        store.append(session.id, turn, f"turn-{turn.number:04}")
    page = client.get(f"/s/{session.id}/ambition").text
    assert page.count('name="level"') == 1 and "the last level" in page and "0 steps" not in page


@pytest.mark.parametrize(("language", "most"), [("en", "20,000"), ("nb", "20\u00a0000"), ("et", "20\u00a0000")])
def test_an_answer_too_long_is_refused_and_all_of_it_stands_in_the_field(
    client: TestClient, language: str, most: str
) -> None:
    link, text = begin(client, language=language), "word " * 4_999 + "the end."
    assert "maxlength" not in client.get(link).text
    fields = hidden(client.get(link).text)
    response = client.post(f"{link}/turn", data=fields | {"kind": "said", "text": text})
    assert response.status_code == 422 and f"{text}</textarea>" in response.text
    assert most in response.text.split('role="alert"')[1].split("</p>")[0]


def test_a_line_break_counts_as_one_character(client: TestClient) -> None:
    link = begin(client)
    text = "word\r\n" * 4_000
    data = hidden(client.get(link).text) | {"kind": "said", "text": text}
    assert client.post(f"{link}/turn", data=data, follow_redirects=False).status_code == 303


@pytest.mark.parametrize(("command", "kind"), [("/back", "back"), ("/skip", "skipped"), (" /stop ", "stopped")])
def test_the_commands_of_the_terminal_mean_the_same_in_the_field(client: TestClient, command: str, kind: str) -> None:
    link = begin(client)
    answer(client, link, "We moved the desk in March.")
    answer(client, link, command)
    last = client.app.state.desk.store.get(link[3:]).turns[-1]  # type: ignore[attr-defined]
    assert (last.message.kind, last.message.text) == (kind, "")


@pytest.mark.parametrize(("command", "opened"), [("/pause", "Close the page whenever"), ("/why", '"why" open')])
def test_a_pause_and_a_why_in_the_field_take_no_turn(client: TestClient, command: str, opened: str) -> None:
    link = begin(client)
    assert opened not in client.get(link).text.split('class="pause"')[0]
    page = answer(client, link, command)
    assert opened in page.split('class="pause"')[0] and hidden(page)["version"] == "0"


def test_any_other_word_after_a_stroke_is_an_answer(client: TestClient) -> None:
    link = begin(client)
    assert hidden(answer(client, link, "/backlog is all we look at."))["version"] == "1"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_question_too_long_is_told_so_and_its_beginning_kept(client: TestClient, language: str, method: str) -> None:
    given = {"language": language, "question": "Why are customers " * 3_334}
    response = client.request(method, "/ask", **{"params" if method == "get" else "data": given})  # type: ignore[arg-type]
    assert response.status_code == 422 and 'role="alert"' in response.text
    kept = re.findall(r"required>(.*)</textarea>", response.text, re.DOTALL)[0]
    assert 1_900 < len(kept) <= 2_000 and kept.split()[-1] in ("Why", "are", "customers")


def test_a_question_sent_by_the_form_comes_to_an_address_of_its_own(client: TestClient) -> None:
    response = client.post("/ask", data={"language": "nb", "question": "Hva er CCMA?", "model": "off"})
    assert response.status_code == 200 and response.url.path == "/ask"
    assert dict(response.url.params) == {"language": "nb", "question": "Hva er CCMA?", "model": "off"}


def test_a_correction_changes_the_line(client: TestClient) -> None:
    link = begin(client)
    for _ in range(20):
        text = client.get(link).text
        if 'value="confirmed"' in text:
            break
        fields = hidden(text) | {"kind": "said", "text": "We ask our guests every week, 400 answers in May."}
        client.post(f"{link}/turn", data=fields)
    indicator = re.findall(r'name="indicator" value="([^"]+)"', text)[0]
    data = hidden(text) | {"kind": "corrected", "indicator": indicator, "value": "planned"}
    changed = client.post(f"{link}/turn", data=data).text
    assert "changed it" in changed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_after_the_result(client: TestClient, language: str) -> None:
    link = finished(client, language=language)
    page = client.get(f"{link}/ambition").text
    first = re.findall(r'name="indicator" value="([^"]+)"', page)[0]
    chosen = {
        "meaning": "partly",
        "level": "4",
        "statement": "We decide with them in the room.",
        "months_per_step": "18",
    }
    change = {"indicator": first, f"owner-{first}": "the COO", f"due-{first}": "2027-03-01"}
    assert 'value="partly" checked' in client.post(f"{link}/ambition", data=hidden(page) | chosen | change).text
    report = client.get(f"{link}/report").text
    assert "We decide with them in the room." in report and "the COO" in report
    assert {"en": "1\u00a0March\u00a02027", "nb": "1.\u00a0mars\u00a02027", "et": "1.\u00a0märts\u00a02027"}[
        language
    ] in report
    judged = hidden(report) | {"level": "2", "reason": "Seen on site.", "by": "A consultant"}
    assert "Seen on site." in client.post(f"{link}/judgement", data=judged).text


def test_the_report_page_tells_what_the_documents_tell(client: TestClient) -> None:
    link = finished(client)
    page = unescape(client.get(f"{link}/report").text)
    desk = client.app.state.desk  # type: ignore[attr-defined]
    session = desk.store.get(link.rpartition("/")[2])
    told = outline(for_sharing(desk.report(session)), desk.interview.voice(session))
    wanted = [*told.doubt, *told.carries, *told.holds_back, *(line.text for area in told.areas for line in area.lines)]
    wanted += [item.text for entry in (*told.settle, *told.others) for note in entry.notes for item in note.items]
    assert [text for text in wanted if text not in page] == []


def test_a_ticked_quote_stands_with_the_statement_that_it_supports(client: TestClient) -> None:
    link = finished(client)
    quoted = re.findall(r'name="quote" value="([^"]+)"', client.get(f"{link}/report").text)
    shown = client.get(f"{link}/report", params={"quote": quoted[0]}).text.split('class="controls"')[0]
    assert re.search(r'<p class="reading">[^<]+</p><blockquote>', shown)


def test_quotes_in_the_report_are_off_until_ticked_and_names_are_roles(client: TestClient) -> None:
    link = finished(client)
    plain = client.get(f"{link}/report").text.split('class="controls"')[0]
    assert "<blockquote>" not in plain
    quoted = re.findall(r'name="quote" value="([^"]+)"', client.get(f"{link}/report").text)
    shown = client.get(f"{link}/report", params={"quote": quoted[0]}).text.split('class="controls"')[0]
    assert "<blockquote>" in shown and "Eirin" not in shown


def test_deleting_leads_to_nothing(client: TestClient) -> None:
    link = finished(client)
    assert "gone for good" in client.post(f"{link}/delete").text
    assert client.get(link).status_code == 404


def test_export_is_a_file(client: TestClient) -> None:
    response = client.get(f"{finished(client)}/export.json")
    assert "everything%20kept" in response.headers["content-disposition"] and response.json()["report"]


def test_a_page_and_the_api_offer_a_document_under_one_name(client: TestClient) -> None:
    link = finished(client)
    code = link.rpartition("/")[2]
    page, api = (
        client.get(f"{base}/{code}/report.md").headers["content-disposition"] for base in ("/s", "/api/sessions")
    )
    assert page == api and "filename*=UTF-8''Varde%20" in page


def test_a_result_before_the_end_leads_back_to_the_question(client: TestClient) -> None:
    link = begin(client)
    response = client.get(f"{link}/result")
    assert response.status_code == 409 and f'href="{link}"' in response.text


def test_an_error_is_told_in_the_language_of_the_session(client: TestClient) -> None:
    link = begin(client, language="et")
    text = client.get(f"{link}/result", headers={"accept-language": "en"}).text
    assert '<html lang="et">' in text and "Pole veel lõpetatud" in text


def test_another_language_keeps_what_was_typed(client: TestClient) -> None:
    text = client.post("/?language=nb", data=FORM | {"scope": "hele landet", "role": ""}).text
    assert '<html lang="nb">' in text and 'value="hele landet"' in text
    assert '<option value="guest" selected>gjest</option>' in text


def test_the_start_tells_of_a_language_model(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(home=tmp_path, model="ollama:some", model_url="http://127.0.0.1:9"))) as client:
        text = client.get("/?language=en").text
    assert "A language model helps to listen: ollama:some" in text and "No network is used" not in text


def test_a_line_put_right_by_a_click_stands_without_the_words_it_was_read_from(client: TestClient) -> None:
    link = begin(client)
    for _ in range(20):
        text = client.get(link).text
        if 'value="confirmed"' in text:
            break
        client.post(f"{link}/turn", data=hidden(text) | {"kind": "said", "text": "Nobody here has been given that."})
    quoted = re.search(r'<li id="([a-z.-]+)">(?:(?!</li>).)*?<blockquote>(?:(?!</li>).)*?</li>', text, re.DOTALL)
    assert quoted
    for status in ("planned", "established"):
        fields = hidden(client.get(link).text)
        data = fields | {"kind": "corrected", "indicator": quoted[1], "value": status}
        text = client.post(f"{link}/turn", data=data).text
    line = text[text.index(f'<li id="{quoted[1]}">') :].split("</li>")[0]
    assert "corrected by you" in line and "<blockquote>" not in line
    state = client.get(f"/api/sessions/{link.removeprefix('/s/')}").json()
    heard = next(x for x in state["heard"] if x["indicator"] == quoted[1])
    assert (heard["quote"], heard["put_right"]) == (None, True)


def test_what_was_heard_is_corrected_from_the_result(client: TestClient) -> None:
    link = finished(client)
    client.post(f"{link}/turn", data=hidden(client.get(f"{link}/result").text) | {"kind": "back"})
    for indicator in sorted(set(re.findall(r'name="indicator" value="([^"]+)"', client.get(link).text))):
        data = hidden(client.get(link).text) | {"kind": "corrected", "indicator": indicator, "value": "absent"}
        assert "corrected by you" in client.post(f"{link}/turn", data=data).text
    text = client.post(f"{link}/turn", data=hidden(client.get(link).text) | {"kind": "confirmed"}).text
    assert "Before the correction" in text and "Corrected after the result was first seen" in text


def test_the_component_page_shows_every_class_of_the_stylesheet_that_stands_alone(client: TestClient) -> None:
    text = client.get("/components").text
    for name in ("primary", "choice", "quiet", "danger", "notice", "tag", "card", "field", "staircase", "reach", "bars",
                 "findings", "lines", "future", "change", "road", "judgement", "building", "own", "next", "facts", "alike"):  # fmt: skip
        assert re.search(rf'class="[^"]*\b{name}\b', text), name


def test_a_source_in_another_language_is_marked_and_says_so(client: TestClient) -> None:
    link = finished(client)
    assert re.search(
        r'<cite lang="(nb|et)">[^<]+</cite> \(in (Norwegian|Estonian)\)', client.get(f"{link}/report").text
    )


def test_the_components_say_of_an_area_what_its_figure_shows(client: TestClient) -> None:
    text = client.get("/components").text
    assert "Customer insight &amp; understanding lags behind the rest." in text
    assert text.count("You stand") >= len(("at", "between"))


@pytest.mark.parametrize("language", ["nb", "et"])
def test_no_text_is_translated_twice(language: str) -> None:
    text = (Path(HERE) / "locale" / language / "messages.po").read_text()
    known = re.findall(r'^msgid ((?:".*"\n)+)', text, re.MULTILINE)
    assert len(known) == len(set(known))


@pytest.mark.parametrize("language", ["nb", "et"])
def test_no_interface_text_is_untranslated(language: str) -> None:
    root = Path(HERE).parent
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    found = extract_from_dir(root, methods, {"**/templates/**.html": {"extensions": "jinja2.ext.i18n"}})
    catalogue = translations(language)._catalog  # type: ignore[arg-type, attr-defined]
    for _file, _line, message, _comments, _context in found:
        singular = message[0] if isinstance(message, tuple) else message
        known = catalogue.get(singular) or catalogue.get((singular, 0))
        assert known, f"{language}: {singular!r} has no translation"


@pytest.mark.parametrize("language", ["nb", "et"])
def test_no_english_is_left_on_the_pages(client: TestClient, language: str) -> None:
    link = finished(client, language=language)
    english = re.compile(r">[^<]*\b(the|your|with|what|this|question|answer|report|level)\b[^<]*<", re.IGNORECASE)
    opened, heard = begin(client, language=language), begin(client, language=language)
    client.post(f"{heard}/turn", data=hidden(client.get(heard).text) | {"kind": "stopped"})
    asked = (f"/?language={language}", f"/ask?language={language}", f"/components?language={language}")
    for path in (*asked, opened, heard, f"{opened}/result", f"{link}/result", f"{link}/ambition", f"{link}/report"):
        text = re.sub(r"<(blockquote|q|cite|title)\b.*?</\1>", "", client.get(path).text, flags=re.DOTALL)
        text = text.replace("Eirin moved the desk in March, nobody asked.", "")
        assert not (found := english.search(text)), found.group()

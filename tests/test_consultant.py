"""For consultants: a key, a list, texts worded beside the original, a judgement of their own. Nothing is overwritten."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from pydantic import ValidationError
from sqlalchemy import create_engine, text

from api.app import create_app
from api.attempts import MOST_WRONG, WINDOW
from api.door import HOURS, Door, fits
from assistant.interview import Interview, advance
from assistant.messages import UnfitMessageError
from assistant.report.compose import compose, result_of, wordings_of
from assistant.report.documents import FORMS, Format, written
from assistant.report.edits import AMBITION, SUMMARY, edited, place_of
from assistant.report.judgement import judgements_of, withdrawal
from assistant.session import Message, Profile, SeenBy, Session, state_of
from assistant.sessions.desk import Desk
from assistant.sessions.port import Listed
from assistant.sessions.register import Wanted, look_up
from assistant.sessions.sqlite import SqliteStore, migrate
from assistant.settings import Settings
from knowledge.schema import LANGUAGES, Language
from tests.test_cli import run
from tests.test_documents import AT, much, text_of
from tests.test_pages import begin, hidden

KEY = "a key that nobody guesses"
BY = "Åse Õunapuu"
WORDS = "Quetzalcoatl listens well & decides <i>slowly</i>."


def word(coach: Interview, session: Session, texts: dict[str, str | None], by: str = BY, at: str = AT) -> Session:
    message = edited(wordings_of(coach, session), texts, by)
    assert message is not None
    return advance(coach, session, message, at)


@pytest.fixture(scope="module")
def told(coach: Interview) -> Session:
    """A finished talk in English with an ambition, changes and a judgement."""
    return much(coach, "en")


def keep(store: SqliteStore, session: Session, seen_by: SeenBy = "consultants") -> Session:
    """The session in the store, turn by turn."""
    kept = replace(session, id="session-of-a-leader-01", seen_by=seen_by)
    store.create(replace(kept, turns=()))
    for turn in kept.turns:
        store.append(kept.id, turn, f"key-{turn.number:06}")
    return kept


# texts beside their originals


def test_an_edit_stands_in_the_report_and_its_original_beside_it(coach: Interview, told: Session) -> None:
    before = compose(coach, told)
    place = place_of(before.decided[0].change.indicator, "sign")
    after = compose(coach, word(coach, told, {SUMMARY: WORDS, place: "A sign of ours."}))
    assert after.summary == WORDS and after.decided[0].change.sign == "A sign of ours."
    assert "A sign of ours." in after.road[0].true_by_then
    assert [(edit.place, edit.original, edit.by) for edit in after.edits] == [
        (SUMMARY, before.result.headline.essence, BY), (place, before.decided[0].change.sign, BY),
    ]  # fmt: skip


def test_what_was_said_and_found_is_the_same_after_every_edit(coach: Interview, told: Session) -> None:
    texts: dict[str, str | None] = {wording.place: "Worded anew." for wording in wordings_of(coach, told)}
    after = compose(coach, word(coach, told, texts))
    assert after.result == result_of(coach, told)
    assert after.summary == "Worded anew."


@pytest.mark.parametrize("place", ["headline", "level", "probabilities", "culture.promise:status", "employees", "x:y"])
def test_nothing_but_texts_can_be_edited(coach: Interview, told: Session, place: str) -> None:
    with pytest.raises(UnfitMessageError, match="no text at"):
        edited(wordings_of(coach, told), {place: "6"}, BY)


@pytest.mark.parametrize("words", ["", "  \r\n ", "x" * 2_001])
def test_an_empty_text_and_one_too_long_are_refused(coach: Interview, told: Session, words: str) -> None:
    with pytest.raises(UnfitMessageError, match=r"put the original back|shorten it"):
        edited(wordings_of(coach, told), {SUMMARY: words}, BY)


def test_an_original_is_put_back_and_the_history_keeps_both(coach: Interview, told: Session) -> None:
    session = word(coach, told, {SUMMARY: WORDS})
    session = word(coach, session, {SUMMARY: None}, "Somebody Else")
    summary = wordings_of(coach, session)[0]
    assert summary.text == summary.original and not compose(coach, session).edits
    assert [(edit.text, edit.by) for edit in summary.edits] == [(WORDS, BY), ("", "Somebody Else")]


def test_what_stands_there_already_is_no_edit(coach: Interview, told: Session) -> None:
    found = wordings_of(coach, told)
    assert edited(found, {wording.place: f" {wording.original}\r\n" for wording in found}, BY) is None
    assert edited(found, {SUMMARY: None}, BY) is None


def test_the_leaders_new_words_are_not_hidden_by_an_edit_of_the_old_ones(coach: Interview, told: Session) -> None:
    session = word(coach, told, {AMBITION: WORDS})
    aimed = {"level": 4, "statement": "We decide with them in the room.", "months_per_step": 24}
    session = advance(coach, session, Message("aimed", data=aimed), AT)
    ambition = next(wording for wording in wordings_of(coach, session) if wording.place == AMBITION)
    assert compose(coach, session).ambition.statement == "We decide with them in the room."
    assert ambition.edit is None and ambition.edits[-1].text == WORDS


def test_an_owner_whom_the_leader_named_is_edited_and_the_suggestion_is_not(coach: Interview, told: Session) -> None:
    before = compose(coach, told).decided[0]
    after = compose(coach, word(coach, told, {place_of(before.change.indicator, "owner"): "The  COO\r\n"})).decided[0]
    assert (after.owner, after.change.owner) == ("The COO", before.change.owner)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_takes_the_edited_text_and_says_who_edited(
    coach: Interview, form: Format, language: Language
) -> None:
    session = much(coach, language)
    change = compose(coach, session).decided[0].change
    session = word(coach, session, {SUMMARY: "Quetzalcoatl.", place_of(change.indicator, "first_step"): "Zanzibarium."})
    found = text_of(form, written(compose(coach, session), coach.voice(session), form).content)
    assert "Quetzalcoatl." in found and "Zanzibarium." in found and BY.replace(" ", "") in found
    assert (change.first_step.replace(" ", "").replace("-", "") in found) == (form == "json")


# a judgement of one's own


def judged(level: int, **areas: int) -> Message:
    entries = [{"area": area, "level": found, "reason": f"Why {area}."} for area, found in areas.items()]
    return Message("judged", data={"level": level, "reason": "Seen on site.", "by": BY, "areas": entries})


def test_a_judgement_stands_beside_the_finding_area_by_area(coach: Interview, told: Session) -> None:
    report = compose(coach, advance(coach, told, judged(2, culture=1, insight=3), AT))
    assert report.judgement is not None and report.result == compose(coach, told).result
    assert [(area.area, area.level) for area in report.judgement.areas] == [("insight", 3), ("culture", 1)]


def test_a_judgement_withdrawn_is_gone_from_the_report_and_kept_in_the_turns(coach: Interview, told: Session) -> None:
    session = advance(coach, advance(coach, told, judged(2), AT), withdrawal(BY), AT)
    assert compose(coach, session).judgement is None
    assert [found and found.level for found in judgements_of(session, coach.voice(session))] == [1, 2, None]


@pytest.mark.parametrize("form", ["pdf", "docx", "pptx", "md", "json"])
def test_every_document_holds_the_judgement_of_an_area(coach: Interview, told: Session, form: Format) -> None:
    session = advance(coach, told, judged(2, culture=1), AT)
    assert "Whyculture." in text_of(form, written(compose(coach, session), coach.voice(session), form).content)


# the store and the register


def test_the_list_knows_how_far_each_session_has_come(desk: Desk, told: Session) -> None:
    kept = replace(told, id="session-of-a-leader-01", seen_by="consultants")
    desk.store.create(replace(kept, turns=()))
    seen = []
    for turn in kept.turns:
        desk.store.append(kept.id, turn, f"key-{turn.number:06}")
        seen.append(desk.store.listed()[0].state)
    assert list(dict.fromkeys(seen)) == ["talk", "confirm", "result", "ambition", "changes"]
    assert desk.store.get(kept.id) == kept


def test_what_was_chosen_stays_chosen_when_a_leader_goes_back_and_returns(told: Session) -> None:
    last = told.turns[-1]
    back = replace(last, message=Message("back"), reply=replace(last.reply, phase="confirm"))
    assert state_of((*told.turns, back)) == "confirm"
    assert state_of((*told.turns, back, replace(last, message=Message("ticked", value="3")))) == "changes"


def test_a_store_from_before_keeps_its_turns_and_learns_how_far_they_came(tmp_path: Path, told: Session) -> None:
    store = SqliteStore(tmp_path / "sessions.sqlite3")
    kept = keep(store, told)
    store.close()
    engine = create_engine(f"sqlite:///{tmp_path / 'sessions.sqlite3'}")
    with engine.begin() as connection:
        for statement in ("ALTER TABLE session DROP COLUMN state", "ALTER TABLE session DROP COLUMN seen_by",
                          "DROP TABLE enquiry",
                          "UPDATE alembic_version SET version_num = '0001'"):  # fmt: skip
            connection.execute(text(statement))
    migrate(engine)
    engine.dispose()
    again = SqliteStore(tmp_path / "sessions.sqlite3")
    assert again.get(kept.id).turns == kept.turns
    assert [(entry.state, entry.seen_by) for entry in again.listed()] == [("changes", "leader")]


def test_deleting_leaves_no_byte_of_what_a_consultant_wrote(desk: Desk, coach: Interview, told: Session) -> None:
    kept = keep(desk.store, told)  # type: ignore[arg-type]
    message = edited(wordings_of(coach, kept), {SUMMARY: "Xylophonist draft."}, "Zanzibarium Name")
    assert message is not None
    desk.take(kept.id, message, "key-edit-1")
    desk.take(kept.id, Message("judged", data=dict(judged(2).data) | {"reason": "Quetzalcoatl reason"}), "key-judge-1")
    desk.store.delete(kept.id)
    content = b"".join(f.read_bytes() for f in desk.store.path.parent.iterdir())  # type: ignore[attr-defined]
    assert not any(word in content for word in (b"Xylophonist", b"Zanzibarium", b"Quetzalcoatl"))


def entry(number: int, state: str = "talk", language: Language = "en", seen_by: SeenBy = "consultants") -> Listed:
    profile = Profile(language, "private", "Økonomisjef", f"Unit {number}", organisation="Ærlig Sparebank")
    return Listed(f"id-{number}", profile, AT, AT, 3, state, seen_by)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), 4), (Wanted("ÆRLIG økonomi"), 4), (Wanted("unit 2"), 1), (Wanted("nobody"), 0),
        (Wanted(state="result"), 1), (Wanted(language="et"), 1), (Wanted("unit", "result", "et"), 0),
        (Wanted(state="magic", language="xx"), 4), (Wanted("%"), 0),
    ],
)  # fmt: skip
def test_the_register_is_searched_and_filtered(wanted: Wanted, found: int) -> None:
    listed = [entry(1), entry(2, "result"), entry(3, language="et"), entry(4), entry(5, seen_by="leader")]
    page = look_up(listed, wanted)
    assert page.found == found and page.kept == 4


@pytest.mark.parametrize(("asked", "shown", "entries"), [(1, 1, 25), (3, 3, 10), (99, 3, 10), (-1, 1, 25)])
def test_a_long_register_comes_in_pages(asked: int, shown: int, entries: int) -> None:
    page = look_up([entry(number) for number in range(60)], Wanted(page=asked))
    assert (page.number, page.pages, len(page.entries)) == (shown, 3, entries)


# the door


def test_a_sign_in_holds_until_it_runs_out_and_only_for_its_key() -> None:
    clock = [1_000.0]
    door = Door(KEY, lambda: clock[0])
    token = door.token(BY)
    visitor = door.visitor(token)
    assert visitor is not None and visitor.name == BY and fits(visitor, visitor.form_token)
    assert Door(f"{KEY}.", lambda: clock[0]).visitor(token) is None
    clock[0] += HOURS * 3600
    assert door.visitor(token) is None


@pytest.mark.parametrize("forged", ["", ".", "x", "x.y", "å.ß", "e30=.e30="])
def test_a_forged_sign_in_opens_nothing(forged: str) -> None:
    door = Door(KEY)
    payload = door.token(BY).partition(".")[0]
    assert door.visitor(forged) is None and door.visitor(f"{payload}.{forged}") is None


def test_a_key_that_can_be_guessed_is_refused_without_being_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValidationError) as error:
        Settings(home=tmp_path, consultant="hunter2")
    assert "16 characters" in str(error.value) and "hunter2" not in str(error.value)
    monkeypatch.setenv("VARDE_CONSULTANT", "hunter2")
    said = run("sessions", home=tmp_path).stderr
    assert "VARDE_CONSULTANT" in said and "Traceback" not in said and "hunter2" not in said


# the pages


@pytest.fixture
def house(ready_home: Path) -> Iterator[TestClient]:
    settings = Settings(home=ready_home, consultant=KEY)
    with TestClient(create_app(settings), raise_server_exceptions=False) as found:
        yield found


def enter(house: TestClient, name: str = BY, onward: str = "/assessments") -> str:
    response = house.post("/assessments/sign-in", data={"key": KEY, "name": name, "next": onward})
    assert response.status_code == 200, response.text
    return response.text


@pytest.fixture
def inside(house: TestClient, told: Session) -> TestClient:
    """Signed in, with one finished assessment."""
    keep(house.app.state.desk.store, told)  # type: ignore[attr-defined]
    enter(house)
    return house


ONE = "/assessments/session-of-a-leader-01"
LEADER = "/s/session-of-a-leader-01"


def fields(page: str) -> dict[str, str]:
    return hidden(page) | {"form": re.findall(r'name="form" value="([^"]+)"', page)[0]}


@pytest.mark.parametrize("path", ["/assessments", ONE, f"{ONE}/texts", "/api/assessments"])
def test_without_a_key_there_are_no_such_pages(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post("/assessments/sign-in", data={"key": "", "name": BY}).status_code == 404


@pytest.mark.parametrize("path", ["/assessments", ONE, f"{ONE}/texts", f"{ONE}/judgement", f"{ONE}/nothing"])
def test_who_is_not_signed_in_sees_the_door_and_no_name(house: TestClient, told: Session, path: str) -> None:
    keep(house.app.state.desk.store, told)  # type: ignore[attr-defined]
    response = house.get(path)
    assert response.status_code in (401, 404) and told.profile.scope not in response.text
    assert house.get("/api/assessments").status_code == 401


def test_a_wrong_key_opens_nothing_and_keeps_the_name(house: TestClient) -> None:
    response = house.post("/assessments/sign-in", data={"key": KEY[:-1], "name": BY})
    assert response.status_code == 401 and f'value="{BY}"' in response.text and KEY[:-1] not in response.text
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Try again in 15 minutes"), ("nb", "Prøv igjen om 15 minutter"), ("et", "15 minuti pärast")],
)
def test_after_too_many_wrong_keys_the_right_one_has_to_wait_too(house: TestClient, language: str, told: str) -> None:
    address = f"/assessments/sign-in?language={language}"
    tries = [house.post(address, data={"key": "wrong", "name": BY}).status_code for _ in range(MOST_WRONG)]
    response = house.post(address, data={"key": KEY, "name": BY})
    assert set(tries) == {401} and response.status_code == 429 and told in response.text
    assert 0 < int(response.headers["retry-after"]) <= WINDOW and f'value="{BY}"' in response.text


def test_wrong_keys_over_http_are_counted_and_missing_ones_are_not(house: TestClient) -> None:
    def ask(**headers: str) -> Response:
        return house.get("/api/assessments", headers=headers)

    assert {ask().status_code for _ in range(MOST_WRONG + 1)} == {401}
    assert {ask(authorization="Bearer wrong").status_code for _ in range(MOST_WRONG)} == {401}
    response = ask(authorization=f"Bearer {KEY}")
    assert response.status_code == 429 and int(response.headers["retry-after"]) > 0


def test_the_sign_in_stays_with_the_browser_and_the_pages(house: TestClient) -> None:
    data = {"key": KEY, "name": BY}
    cookie = house.post("/assessments/sign-in", data=data, follow_redirects=False).headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/assessments", f"Max-Age={HOURS * 3600}"):
        assert part in cookie
    page = enter(house)
    house.post("/assessments/sign-out", data=fields(page))
    assert house.get("/assessments").status_code == 401


@pytest.mark.parametrize(
    "onward", ["https://example.org", "//example.org", "/assessments/../s/x", "/assessments\r\nX: y", "/", "/assessments/sign-out"]
)  # fmt: skip
def test_a_sign_in_leads_nowhere_else(house: TestClient, onward: str) -> None:
    data = {"key": KEY, "name": BY, "next": onward}
    assert house.post("/assessments/sign-in", data=data, follow_redirects=False).headers["location"] == "/assessments"


def test_a_sign_in_leads_to_the_page_that_was_asked_for(inside: TestClient) -> None:
    inside.cookies.clear()
    onward = re.findall(r'name="next" value="([^"]+)"', inside.get(f"{ONE}/texts").text)[0]
    assert onward == f"{ONE}/texts" and "Put the" not in enter(inside, onward=onward)


def test_the_leader_is_told_before_the_first_question(house: TestClient, client: TestClient) -> None:
    assert "the consultants who hold the key" in house.get("/").text
    assert "Only you see the result" in client.get("/").text


def test_only_those_whose_leaders_were_told_are_listed_and_a_link_opens_the_rest(
    house: TestClient, told: Session
) -> None:
    keep(house.app.state.desk.store, told, "leader")  # type: ignore[attr-defined]
    begin(house, scope="The north")
    page = enter(house)
    assert "The north" in page and told.profile.scope not in page
    link = f"https://varde.example{LEADER}/result"
    assert told.profile.scope in house.get("/assessments", params={"words": link}).text


def test_an_empty_list_and_an_empty_search_say_so(house: TestClient) -> None:
    assert "No assessments yet" in enter(house)
    begin(house)
    assert "Nothing fits" in house.get("/assessments", params={"words": "nobody", "number": "x"}).text


def test_a_talk_that_is_not_finished_shows_no_word(house: TestClient) -> None:
    link = begin(house)
    data = hidden(house.get(link).text) | {"kind": "said", "text": "Quetzalcoatl moved the desk in March."}
    house.post(f"{link}/turn", data=data)
    enter(house)
    for path in ("", "/texts", "/judgement"):
        page = house.get(f"/assessments{link.removeprefix('/s')}{path}").text
        assert "not finished" in page and "Quetzalcoatl" not in page


def test_an_edit_is_kept_beside_the_original_with_who_and_when(inside: TestClient, coach: Interview) -> None:
    data = fields(inside.get(f"{ONE}/texts").text) | {f"text:{SUMMARY}": WORDS, "group": SUMMARY}
    page = inside.post(f"{ONE}/texts", data=data).text
    assert "decides &lt;i&gt;slowly" in page and "<i>" not in page and BY in page and "Put the original back" in page
    report = inside.get(f"{LEADER}/report.json").json()
    assert report["edits"][0]["text"] == report["summary"] == WORDS
    assert report["edits"][0]["original"] in inside.get(f"{LEADER}/result").text
    exported = inside.get(f"{LEADER}/export.json").json()["session"]["turns"][-1]["message"]
    assert exported["data"]["by"] == BY and exported["data"]["texts"][SUMMARY]["text"] == WORDS
    restored = fields(page) | {f"text:{SUMMARY}": WORDS, "restore": SUMMARY}
    page = inside.post(f"{ONE}/texts", data=restored).text
    assert "The original was put back." in page and "1 earlier" not in page and "2 earlier" in page


def test_the_result_page_shows_the_summary_as_it_was_worded(inside: TestClient) -> None:
    data = fields(inside.get(f"{ONE}/texts").text) | {f"text:{SUMMARY}": WORDS, "group": SUMMARY}
    inside.post(f"{ONE}/texts", data=data)
    for page in (inside.get(f"{LEADER}/result").text, inside.get(f"{LEADER}/report").text):
        lead = re.search(r'<p class="lead">.*?</p>', page, re.DOTALL)
        assert lead is not None and "decides &lt;i&gt;slowly" in lead[0] and "worded anew" in lead[0]


def test_a_double_click_is_one_edit(inside: TestClient) -> None:
    data = fields(inside.get(f"{ONE}/texts").text) | {f"text:{SUMMARY}": WORDS}
    first, second = (inside.post(f"{ONE}/texts", data=data) for _ in range(2))
    assert hidden(first.text)["version"] == hidden(second.text)["version"] and second.status_code == 200


def test_a_stale_edit_is_refused_and_its_text_stays_in_the_form(inside: TestClient) -> None:
    page = inside.get(f"{ONE}/texts").text
    first, second = (fields(inside.get(f"{ONE}/texts").text) for _ in range(2))
    inside.post(f"{ONE}/texts", data=first | {f"text:{SUMMARY}": "From the first tab."})
    response = inside.post(f"{ONE}/texts", data=second | {f"text:{SUMMARY}": "From the second tab."})
    assert response.status_code == 409 and "changed meanwhile" in response.text
    assert "\nFrom the second tab.</textarea>" in response.text and "From the first tab." in response.text
    again = fields(response.text) | {f"text:{SUMMARY}": "From the second tab."}
    assert inside.post(f"{ONE}/texts", data=again).status_code == 200
    assert page != response.text


def test_words_for_a_change_that_the_leader_dropped_meanwhile_are_shown(inside: TestClient) -> None:
    page = inside.get(f"{ONE}/texts").text
    places = re.findall(r'name="text:([^"]+):title"', page)
    leaders = inside.get(f"{LEADER}/ambition").text
    inside.post(f"{LEADER}/ambition", data=hidden(leaders) | {"indicator": places[0]})
    response = inside.post(f"{ONE}/texts", data=fields(page) | {f"text:{places[1]}:move": WORDS})
    assert response.status_code == 409 and "no longer chosen" in response.text
    assert "decides &lt;i&gt;slowly&lt;/i&gt;.</textarea>" in response.text


@pytest.mark.parametrize("words", ["", "long " * 700])
def test_a_text_that_does_not_fit_is_shown_again_as_it_was_typed(inside: TestClient, words: str) -> None:
    data = fields(inside.get(f"{ONE}/texts").text) | {f"text:{SUMMARY}": words, f"text:{AMBITION}": "Kept in the form."}
    response = inside.post(f"{ONE}/texts", data=data)
    assert response.status_code == 422 and 'aria-invalid="true"' in response.text
    assert f"\n{words}</textarea>" in response.text and "Kept in the form." in response.text
    assert inside.get(f"{LEADER}/report.json").json()["edits"] == []


@pytest.mark.parametrize("change", [{"form": "wrong"}, {"form": ""}])
def test_a_form_from_elsewhere_changes_nothing_and_loses_no_word(inside: TestClient, change: dict[str, str]) -> None:
    data = fields(inside.get(f"{ONE}/texts").text) | {f"text:{SUMMARY}": WORDS} | change
    response = inside.post(f"{ONE}/texts", data=data)
    assert response.status_code == 401 and "decides &lt;i&gt;slowly" in response.text
    assert inside.get(f"{LEADER}/report.json").json()["edits"] == []


def test_a_sign_in_that_ran_out_loses_no_word(inside: TestClient) -> None:
    data = fields(inside.get(f"{ONE}/judgement").text) | {"level": "2", "reason": WORDS}
    inside.cookies.clear()
    response = inside.post(f"{ONE}/judgement", data=data)
    assert response.status_code == 401 and "decides &lt;i&gt;slowly" in response.text


@pytest.mark.parametrize("path", ["texts", "judgement"])
def test_the_leader_deletes_it_while_a_consultant_has_it_open(inside: TestClient, path: str) -> None:
    data = fields(inside.get(f"{ONE}/{path}").text) | {f"text:{SUMMARY}": WORDS, "level": "2", "reason": "Why."}
    inside.post(f"{LEADER}/delete")
    response = inside.post(f"{ONE}/{path}", data=data)
    assert response.status_code == 404 and "This assessment is gone" in response.text
    assert inside.get(f"{ONE}/{path}").status_code == 404


def test_a_judgement_with_areas_is_shown_with_the_result(inside: TestClient) -> None:
    data = fields(inside.get(f"{ONE}/judgement").text)
    data |= {"level": "2", "reason": WORDS, "level-culture": "1", "reason-culture": "Nobody knew the promise."}
    inside.post(f"{ONE}/judgement", data=data)
    for path in (ONE, f"{LEADER}/result", f"{LEADER}/report"):
        page = inside.get(path).text
        assert "decides &lt;i&gt;slowly" in page and "Nobody knew the promise." in page and BY in page
    page = inside.post(f"{ONE}/judgement", data=fields(inside.get(f"{ONE}/judgement").text) | {"withdraw": "yes"}).text
    assert "2 earlier judgements" in page and "Withdraw" not in page


@pytest.mark.parametrize(
    "given",
    [{"level": "2", "reason": " "}, {"level": "", "reason": "Why."}, {"level": "7", "reason": "Why."},
     {"level": "2", "reason": "Why.", "level-culture": "1", "reason-culture": ""},
     {"level": "2", "reason": "Why.", "level-culture": "", "reason-culture": "No level."}],
)  # fmt: skip
def test_a_level_without_a_reason_is_refused_and_what_was_typed_stays(
    inside: TestClient, given: dict[str, str]
) -> None:
    before = inside.get(f"{LEADER}/report.json").json()["judgement"]
    response = inside.post(f"{ONE}/judgement", data=fields(inside.get(f"{ONE}/judgement").text) | given)
    assert response.status_code == 422 and given["reason"].strip() in response.text
    assert given.get("reason-culture", "") in response.text
    assert inside.get(f"{LEADER}/report.json").json()["judgement"] == before


def test_the_leaders_own_form_holds_the_leaders_words(inside: TestClient) -> None:
    data = fields(inside.get(f"{ONE}/texts").text) | {f"text:{AMBITION}": "The consultant's wording."}
    inside.post(f"{ONE}/texts", data=data)
    assert "The consultant" not in inside.get(f"{LEADER}/ambition").text.split("<main")[1].split('id="changes"')[0]
    assert "The consultant&#39;s wording." in inside.get(f"{LEADER}/report").text


def test_where_consultants_have_pages_only_they_judge_and_edit(inside: TestClient) -> None:
    url = "/api/sessions/session-of-a-leader-01"
    version = inside.get(f"{url}/texts").json()["version"]
    act = {"key": "key-of-api-1", "version": version, "by": BY}
    texts, reason = {"texts": {SUMMARY: WORDS}}, {"level": 2, "reason": "Why."}
    assert inside.put(f"{url}/texts", json=act | texts).status_code == 401
    assert inside.put(f"{url}/judgement", json=act | reason).status_code == 401
    assert inside.post(f"{LEADER}/judgement", data={}).status_code == 404
    assert "Add it" not in inside.get(f"{LEADER}/report").text
    kept = inside.put(f"{url}/texts", json=act | texts, headers={"Authorization": f"Bearer {KEY}"})
    assert kept.status_code == 200 and kept.json()["texts"][0]["edits"][0]["text"] == WORDS


def test_the_register_over_http(inside: TestClient) -> None:
    found = inside.get("/api/assessments", params={"state": "changes"}, headers={"Authorization": f"Bearer {KEY}"})
    assert found.json()["found"] == 1 and found.json()["entries"][0]["id"] == "session-of-a-leader-01"
    assert "Quetzalcoatl" not in json.dumps(found.json())


@pytest.mark.parametrize("language", ["nb", "et"])
def test_no_english_is_left_on_the_consultants_pages(house: TestClient, coach: Interview, language: Language) -> None:
    keep(house.app.state.desk.store, much(coach, language))  # type: ignore[attr-defined]
    english = re.compile(r">[^<]*\b(the|your|with|what|this|judgement|original|report|level)\b[^<]*<", re.IGNORECASE)
    pages = [house.get(f"/assessments?language={language}").text, enter(house)]
    data = fields(house.get(f"{ONE}/texts").text) | {f"text:{SUMMARY}": "Sammen. Koos."}
    pages.append(house.post(f"{ONE}/texts", data=data | {"version": "1"}).text)
    house.post(f"{ONE}/texts", data=data)
    pages += [house.get(f"{ONE}{path}").text for path in ("", "/texts", "/judgement")]
    pages += [house.get("/assessments?words=zzz").text, house.get("/assessments/nobody").text]
    for page in pages:
        assert f'<html lang="{language}">' in page
        page = re.sub(
            r'<(\w+)[^>]*class="(?:statement )?worded".*?</\1>|<textarea.*?</textarea>', "", page, flags=re.DOTALL
        )
        assert not (found := english.search(page)), found.group()

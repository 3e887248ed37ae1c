"""What supports a change: cited from the sources and from the organisation's own documents, and never weighed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app
from assistant.bootstrap import interview
from assistant.invitations import Invitations, NotInvitedError
from assistant.library import Library
from assistant.report.compose import Report, compose, supported
from assistant.report.documents import FORMS, Format, written
from assistant.session import Profile, Session
from assistant.settings import Settings
from assistant.support import MOST, SupportFinder
from assistant.voice import voice_of
from evals.case import CASES, read_case
from evals.player import play
from evals.support import PARAGRAPHS, read_paragraphs, shares
from knowledge import default as knowledge
from knowledge.embedding import static
from knowledge.ingest import Labels, files_of
from knowledge.schema import LANGUAGES, Language
from tests.test_documents import FIRST, flat, text_of

OWNER = "Fjordkraft Nord"
REPORT = TypeAdapter(Report)


@pytest.fixture(scope="module")
def finished() -> Session:
    return play(interview(), read_case(CASES / "examples" / f"{FIRST['nb']}.yaml"), "text").session


@pytest.fixture
def library(ready_home: Path) -> Iterator[Library]:
    found = Library(knowledge(), ready_home / "knowledge", static())
    found.ready()
    yield found
    found.close()


def document(folder: Path, report: Report) -> Path:
    """A client's document that says, in its own words, what the first change rests on."""
    said = {
        i.id: voice_of(Profile("nb", "public", "x", "y"), 7, knowledge()).bank.indicator(i.id).heard.absent
        for i in knowledge().rubric.indicators
    }
    gap = report.proposals[0].gap
    path = folder / "arsmelding.txt"
    voice = voice_of(report.result.profile, 7, knowledge())
    title = report.proposals[0].title
    path.write_text(f"{voice.fill(said[gap.indicator])} {title}, skriver rådmannen i årsmeldingen.", encoding="utf-8")
    return path


def read(library: Library, session: Session) -> Report:
    coach = interview()
    return supported(compose(coach, session), coach.voice(session), SupportFinder(library).support)


def of(session: Session, organisation: str) -> Session:
    return replace(session, profile=replace(session.profile, organisation=organisation))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_cites_passages_in_its_language_with_the_span_verbatim(
    library: Library, language: Language
) -> None:
    session = play(interview(), read_case(CASES / "examples" / f"{FIRST[language]}.yaml"), "text").session
    for change in read(library, session).proposals:
        assert 0 < len(change.supported_by) <= MOST
        for support in change.supported_by:
            assert support.text[support.start : support.end] == support.span and support.language == language
            assert support.kind in ("retelling", "model")


def test_an_organisations_document_is_cited_to_its_own_leader_alone(
    library: Library, finished: Session, tmp_path: Path
) -> None:
    path = document(tmp_path, compose(interview(), finished))
    list(library.add(files_of(path), Labels(owner=OWNER)))
    for organisation, sees in ((OWNER, True), (f" {OWNER.upper()}", True), ("Andre AS", False), ("", False)):
        cited = {s.source for c in read(library, of(finished, organisation)).proposals for s in c.supported_by}
        assert ("arsmelding.txt" in cited) is sees, organisation


def test_documents_leave_level_areas_and_the_choice_of_changes_as_they_are(
    library: Library, finished: Session, tmp_path: Path
) -> None:
    session = of(finished, OWNER)
    before = read(library, session)
    list(library.add(files_of(document(tmp_path, before)), Labels(owner=OWNER)))
    after = read(library, session)
    assert after != before
    bare = [
        REPORT.dump_json(replace(r, proposals=tuple(replace(c, supported_by=()) for c in r.proposals)))
        for r in (before, after)
    ]
    assert bare[0] == bare[1] == REPORT.dump_json(compose(interview(), session))


def test_a_removed_document_is_no_longer_cited(library: Library, finished: Session, tmp_path: Path) -> None:
    session = of(finished, OWNER)
    list(library.add(files_of(document(tmp_path, compose(interview(), session))), Labels(owner=OWNER)))
    library.remove(library.shelf.listed()[0].id)
    assert "arsmelding.txt" not in {s.source for c in read(library, session).proposals for s in c.supported_by}


def test_a_search_that_fails_leaves_a_report_that_says_so(finished: Session) -> None:
    def fails(*_: object) -> tuple[()]:
        raise OSError(28, "No space left on device")

    coach = interview()
    bare = compose(coach, finished)
    found = supported(bare, coach.voice(finished), fails)
    assert found.sources_note and replace(found, sources_note="") == bare


@pytest.mark.parametrize("form", FORMS)
def test_every_form_quotes_what_supports_the_changes(library: Library, finished: Session, form: Format) -> None:
    report = read(library, finished)
    text = text_of(form, written(report, interview().voice(finished), form).content)
    for change in report.proposals:
        for support in change.supported_by:
            wanted = support.title if form != "json" else support.span
            assert flat(wanted.replace("\n", " ")) in text.replace("\\", ""), (form, wanted)


def test_paragraphs_of_others_are_told_from_those_that_speak_of_a_change() -> None:
    found = shares(read_paragraphs(PARAGRAPHS, "test"), static())
    assert found["found"] >= 0.6 and found["beside"] <= 0.15


# from the command line to the page


def test_a_clients_document_reaches_the_page_of_its_leader_and_of_nobody_else(
    ready_home: Path, tmp_path: Path, finished: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = ready_home
    monkeypatch.setenv("VARDE_HOME", str(home))
    run = CliRunner().invoke
    path = document(tmp_path, compose(interview(), finished))
    assert run(app, ["knowledge", "add", str(path), "--organisation", OWNER]).exit_code == 0
    link = run(app, ["invite", OWNER]).stdout.strip().rpartition("/")[2]
    assert link == run(app, ["invite", OWNER.lower()]).stdout.strip().rpartition("/")[2]
    with TestClient(create_app(Settings(home=home)), raise_server_exceptions=False) as client:
        assert OWNER in client.get(f"/{link}&language=nb").text
        for begin, sees in ((link.partition("=")[2], True), ("", False)):
            form = {
                "language": "nb", "kind": "public", "role": "rådmann", "scope": "kommunen", "served": "resident",
                "field": "customer-experience", "perspective": "leadership", "invitation": begin,
            }  # fmt: skip
            place = client.post("/start", data=form, follow_redirects=False).headers["location"]
            store = client.app.state.desk.store  # type: ignore[attr-defined]
            for turn in finished.turns:
                store.append(place.rpartition("/")[2], turn, f"key-{turn.number:05}")
            for page in ("ambition", "report"):
                shown = client.get(f"{place}/{page}")
                assert shown.status_code == 200 and "<mark>" in shown.text
                assert ("arsmelding.txt" in shown.text) is sees
        taken = client.post("/api/sessions", json={k: v for k, v in form.items() if v} | {"organisation": OWNER})
        assert taken.status_code == 403 and client.get("/?invitation=wrong").status_code == 403


def test_a_code_is_kept_and_a_name_alone_opens_nothing_then(tmp_path: Path) -> None:
    invitations = Invitations(tmp_path / "home" / "invitations.json")
    assert invitations.organisation("", "Ferry Ltd") == "Ferry Ltd"
    code = invitations.code_of("Ferry Ltd")
    assert Invitations(invitations.file).organisation(code, "Bus Ltd") == "Ferry Ltd"
    assert invitations.file.stat().st_mode & 0o077 == 0
    for wrong, name in (("", " ferry ltd"), ("x", "")):
        with pytest.raises(NotInvitedError):
            invitations.organisation(wrong, name)


def test_the_paragraphs_name_indicators_that_exist() -> None:
    named = {i for p in yaml.safe_load(PARAGRAPHS.read_text(encoding="utf-8")) for i in p["supports"]}
    assert named <= set(knowledge().rubric.by_id)

"""Going back from the result to what was heard: the result is worked out anew, and what it was before stands beside it."""

from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from assistant.interview import Interview
from assistant.report.compose import result_of
from assistant.session import Message, Session
from assistant.sessions import sqlite
from assistant.sessions.desk import Desk
from assistant.sessions.sqlite import SqliteStore, migrate
from evals.case import read_case
from evals.player import play
from knowledge.schema import LANGUAGES, Language
from tests.conftest import EXAMPLES
from tests.test_interview import finish, take

BACK, ON = Message("back"), Message("confirmed")


def corrected(coach: Interview, session: Session, value: str) -> Session:
    """The session after every line that was heard has been corrected to one status."""
    session = take(coach, session, BACK)
    heard = coach.course(session).heard
    return take(coach, session, *(Message("corrected", value=value, indicator=i) for i in heard), ON)


@pytest.fixture(scope="module")
def finished(coach: Interview) -> Session:
    return play(coach, read_case(EXAMPLES[0]), "choices").session


def test_a_correction_after_the_result_changes_it_and_shows_what_it_was(coach: Interview, finished: Session) -> None:
    before, after = result_of(coach, finished), result_of(coach, corrected(coach, finished, "absent"))
    assert after.level < before.level
    assert [earlier.level for earlier in after.earlier] == [before.level] and before.headline.text in after.earlier[
        0
    ].text


def test_what_leaves_says_that_it_was_corrected_after_the_result_was_seen(coach: Interview, finished: Session) -> None:
    assert "Corrected after" not in result_of(coach, finished).account
    english = replace(finished, profile=replace(finished.profile, language="en"))
    assert "Corrected after the result was first seen" in result_of(coach, corrected(coach, english, "planned")).account


def test_after_the_result_neither_the_tick_nor_the_unscored_questions_are_asked_again(
    coach: Interview, session: Session
) -> None:
    session = corrected(coach, finish(coach, session), "partial")
    assert coach.course(session).phase == "result"
    assert coach.course(session).tick == 4 and coach.course(session).promise == "That we call back."


def test_going_back_and_changing_nothing_leaves_the_result_as_it_was(coach: Interview, finished: Session) -> None:
    again = result_of(coach, take(coach, finished, BACK, ON))
    assert again == result_of(coach, finished)


def test_corrected_twice_both_earlier_results_stand(coach: Interview, finished: Session) -> None:
    twice = corrected(coach, corrected(coach, finished, "absent"), "partial")
    assert len(result_of(coach, twice).earlier) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_back_is_told_in_the_language(coach: Interview, finished: Session, language: Language) -> None:
    session = take(coach, replace(finished, profile=replace(finished.profile, language=language)), BACK)
    said = coach.current(session).remarks[0].text
    assert {"en": "worked out anew", "nb": "regnet ut på nytt", "et": "arvutatakse tulemus uuesti"}[language] in said


def test_each_result_stays_frozen_and_the_newest_is_given(desk: Desk, coach: Interview, finished: Session) -> None:
    session = desk.start(finished.profile)
    heard = coach.course(finished).heard
    messages = [turn.message for turn in finished.turns]
    for number, message in enumerate(
        [*messages, BACK, Message("corrected", value="absent", indicator=next(iter(heard))), ON]
    ):
        session = desk.take(session.id, message, f"key-{number:04}", session.version)
    rows = (
        create_engine(f"sqlite:///{desk.store.path}").connect().execute(text("SELECT number, body FROM result")).all()
    )  # type: ignore[attr-defined]
    assert [number for number, _body in rows] == [len(messages), session.version]
    assert desk.result(session.id).earlier and '"earlier":[]' in rows[0][1]


def test_a_result_frozen_by_an_older_version_is_still_there(
    tmp_path: Path, coach: Interview, finished: Session
) -> None:
    path = tmp_path / "old.sqlite3"
    engine = sqlite._engine(path)
    config = Config()
    config.set_main_option("script_location", str(Path(sqlite.__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    command.upgrade(config, "0001")
    rows = [
        "INSERT INTO workspace VALUES ('own', 'own')", "INSERT INTO organisation VALUES ('s', 'own', '', 'private')",
        "INSERT INTO assessment VALUES ('s', 's', 'all', '1', 'then')",
        "INSERT INTO respondent VALUES ('s', 's', 'head', 'leadership', 'en', 'customer', 'cx')",
        "INSERT INTO session VALUES ('s', 's', 7, 'then')", "INSERT INTO result VALUES ('s', 1, '{\"kept\": 1}', 'then')",
    ]  # fmt: skip
    with engine.begin() as connection:
        for row in rows:
            connection.execute(text(row))
    migrate(engine)
    store = SqliteStore(path)
    assert store.result("s") == '{"kept": 1}'
    store.close()

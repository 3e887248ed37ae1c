"""The store: every turn one transaction, repeats harmless, deletion real, a kill loses nothing acknowledged."""

import multiprocessing
import os
import signal
import threading
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import create_engine, inspect

from assistant.interview import Interview
from assistant.session import Message, Profile, Session
from assistant.sessions.desk import Desk
from assistant.sessions.port import ReusedKeyError, StaleVersionError, UnknownSessionError
from assistant.sessions.sqlite import SqliteStore, migrate
from assistant.sessions.tables import metadata

SAID = Message("said", "We moved the service desk in March, and nobody asked.")


def test_a_session_comes_back_as_it_was(desk: Desk, profile: Profile) -> None:
    session = desk.start(profile)
    session = desk.take(session.id, SAID, "key-one-1", 0)
    assert desk.store.get(session.id) == session
    assert session.version == 1 and session.profile == profile


def test_an_id_cannot_be_guessed(desk: Desk, profile: Profile) -> None:
    ids = {desk.start(profile).id for _ in range(50)}
    assert len(ids) == 50 and min(map(len, ids)) >= 22


def test_a_repeat_with_the_same_key_gives_the_same_turn_once(desk: Desk, profile: Profile) -> None:
    session = desk.start(profile)
    first = desk.take(session.id, SAID, "key-one-1", 0)
    again = desk.take(session.id, SAID, "key-one-1", 0)
    assert again == first and again.version == 1


def test_a_key_used_for_another_message_is_refused(desk: Desk, profile: Profile) -> None:
    session = desk.start(profile)
    desk.take(session.id, SAID, "key-one-1", 0)
    with pytest.raises(ReusedKeyError, match="Nothing was changed"):
        desk.take(session.id, Message("skipped"), "key-one-1", 1)


def test_a_stale_version_is_refused_and_nothing_is_lost(desk: Desk, profile: Profile) -> None:
    session = desk.start(profile)
    desk.take(session.id, SAID, "key-one-1", 0)
    with pytest.raises(StaleVersionError, match="version 1"):
        desk.take(session.id, Message("skipped"), "key-two-2", 0)
    assert desk.store.get(session.id).version == 1


def test_an_unknown_session_says_what_to_do(desk: Desk) -> None:
    with pytest.raises(UnknownSessionError, match="Check the link"):
        desk.store.get("nothing")
    with pytest.raises(UnknownSessionError):
        desk.store.delete("nothing")


def test_two_at_once_take_one_turn(desk: Desk, profile: Profile) -> None:
    session = desk.start(profile)
    outcomes: list[str] = []

    def one(key: str) -> None:
        try:
            desk.take(session.id, SAID, key, 0)
            outcomes.append("taken")
        except StaleVersionError:
            outcomes.append("stale")

    threads = [threading.Thread(target=one, args=(f"key-{n}-{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stale"] * 5 + ["taken"]
    assert desk.store.get(session.id).version == 1


def test_deleting_leaves_no_byte(desk: Desk, coach: Interview) -> None:
    words = [b"Quetzalcoatl", b"Zanzibarium", b"Xylophonist"]
    kept = desk.start(Profile("en", "private", "director", "all"))
    session = desk.start(Profile("en", "private", "Zanzibarium director", "Xylophonist unit"))
    for number in range(6):
        desk.take(
            session.id,
            Message("said", f"Quetzalcoatl {number} moved in March and nobody asked."),
            f"key-{number}-x",
            number,
        )
        desk.take(kept.id, SAID, f"key-{number}-x", number)
    desk.store.delete(session.id)
    files = list((desk.store.path.parent).iterdir())  # type: ignore[attr-defined]
    content = b"".join(file.read_bytes() for file in files)
    assert not any(word in content for word in (*words, session.id.encode()))
    assert desk.store.get(kept.id).version == 6


def test_the_list_holds_no_word_of_what_was_said(desk: Desk, profile: Profile) -> None:
    session = desk.start(profile)
    desk.take(session.id, SAID, "key-one-1", 0)
    (entry,) = desk.store.listed()
    assert (entry.id, entry.turns, entry.profile) == (session.id, 1, profile)
    assert "service desk" not in repr(entry)


def test_the_migrations_make_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'm.sqlite3'}")
    migrate(engine)
    migrate(engine)
    found = inspect(engine)
    for table in metadata.tables.values():
        columns = {column["name"] for column in found.get_columns(table.name)}
        assert columns == {column.name for column in table.columns}


def _take_turns(path: Path, coach: Interview, session_id: str, begin: int, acknowledge: Connection) -> None:
    """In a process of its own: turn after turn, each acknowledged once it is stored."""
    desk = Desk(coach, SqliteStore(path))
    for number in count(begin):
        status = ("absent", "partial", "established")[number % 3]
        message = Message("corrected", text=str(number), value=status, indicator="mobilise.owner")
        desk.take(session_id, message, f"key-{number:06}")
        acknowledge.send(number)


def test_killed_a_hundred_times_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path, coach: Interview) -> None:
    path = tmp_path / "sessions.sqlite3"
    store = SqliteStore(path)
    session = Session("session-of-kills", Profile("en", "private", "r", "s"), 1, "2026-01-01T00:00:00+00:00")
    store.create(session)
    store.close()
    fork = multiprocessing.get_context("fork")
    random = Random(11)
    acknowledged: list[int] = []
    for kill in range(100):
        receive, acknowledge = fork.Pipe(duplex=False)
        arguments = (path, coach, session.id, 1_000 * kill, acknowledge)
        child = fork.Process(target=_take_turns, args=arguments, daemon=True)
        child.start()
        acknowledge.close()
        assert receive.poll(20)
        threading.Event().wait(random.uniform(0, 0.03))
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        acknowledged += _received(receive)
    kept = [int(turn.message.text) for turn in SqliteStore(path).get(session.id).turns]
    assert len(kept) == len(set(kept))
    assert set(acknowledged) <= set(kept)
    assert len(acknowledged) >= 100 and len(kept) - len(acknowledged) <= 100


def _received(receive: Connection) -> list[int]:
    found = []
    try:
        while receive.poll(0):
            found.append(receive.recv())
    except EOFError:
        pass
    return found

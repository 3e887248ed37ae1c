"""The session store on SQLite: one file, WAL, every turn one transaction, deleting leaves no byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, create_engine, delete, event, func, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from assistant.session import Enquiry, Profile, Session, Turn, state_of
from assistant.sessions.port import Listed, ReusedKeyError, StaleVersionError, StoreBusyError, UnknownSessionError
from assistant.sessions.tables import assessment, enquiry, organisation, respondent, result, session, turn, workspace

WORKSPACE = "own"
RECORD_VERSION = 1
_BUSY_MS = 5_000
_TURN = TypeAdapter(Turn)
_ENQUIRY = TypeAdapter(Enquiry)
_HEAD = "0004"
_PROFILE_COLUMNS = (
    *(column for column in respondent.c if column.name not in ("id", "assessment_id")),
    assessment.c.scope,
    organisation.c.name,
    organisation.c.kind,
)


class SqliteStore:
    """Sessions in one SQLite file. Safe for several threads and processes on one machine."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._engine = _engine(path)
        migrate(self._engine)

    def create(self, new: Session) -> None:
        profile = new.profile
        with self._writing() as connection:
            if not connection.execute(select(workspace.c.id).where(workspace.c.id == WORKSPACE)).first():
                connection.execute(insert(workspace).values(id=WORKSPACE, name=WORKSPACE))
            connection.execute(
                insert(organisation).values(
                    id=new.id, workspace_id=WORKSPACE, name=profile.organisation, kind=profile.kind
                )
            )
            connection.execute(
                insert(assessment).values(
                    id=new.id, organisation_id=new.id, scope=profile.scope, rubric_version="1", created=new.created
                )
            )
            connection.execute(
                insert(respondent).values(
                    id=new.id,
                    assessment_id=new.id,
                    role=profile.role,
                    perspective=profile.perspective,
                    language=profile.language,
                    served=profile.served,
                    field=profile.field,
                )
            )
            connection.execute(
                insert(session).values(
                    id=new.id, respondent_id=new.id, seed=new.seed, created=new.created, seen_by=new.seen_by
                )
            )

    def get(self, session_id: str) -> Session:
        with self._reading() as connection:
            return _session(connection, session_id)

    def find(self, session_id: str, key: str) -> Turn | None:
        with self._reading() as connection:
            return _by_key(connection, session_id, key)

    def append(self, session_id: str, new: Turn, key: str, finished: str | None = None) -> Turn:
        try:
            with self._writing() as connection:
                if (stored := _by_key(connection, session_id, key)) is not None:
                    return _same(stored, new)
                count = _version(connection, session_id)
                if count != new.number - 1:
                    raise StaleVersionError(new.number - 1, count)
                connection.execute(
                    insert(turn).values(
                        session_id=session_id,
                        number=new.number,
                        key=key,
                        record_version=RECORD_VERSION,
                        body=_TURN.dump_json(new).decode(),
                        at=new.at,
                    )
                )
                _move_on(connection, session_id, new)
                if finished is not None:
                    row = {"number": new.number, "record_version": RECORD_VERSION, "body": finished, "at": new.at}
                    connection.execute(insert(result).values(session_id=session_id, **row))
                return new
        except IntegrityError:
            raise StaleVersionError(new.number - 1, new.number) from None

    def enquire(self, session_id: str, new: Enquiry) -> None:
        with self._writing() as connection:
            _version(connection, session_id)
            body = _ENQUIRY.dump_json(new).decode()
            row = {"session_id": session_id, "record_version": RECORD_VERSION, "body": body, "at": new.at}
            connection.execute(insert(enquiry).values(row))

    def delete(self, session_id: str) -> None:
        with self._writing() as connection:
            _version(connection, session_id)
            connection.execute(delete(organisation).where(organisation.c.id == session_id))
        self._scrub()

    def result(self, session_id: str) -> str | None:
        with self._reading() as connection:
            _version(connection, session_id)
            frozen = select(result.c.body).where(result.c.session_id == session_id).order_by(result.c.number.desc())
            return connection.execute(frozen.limit(1)).scalar()

    def listed(self) -> Sequence[Listed]:
        joined = session.join(respondent).join(assessment).join(organisation).outerjoin(turn)
        columns = [session.c.id, session.c.created, session.c.state, session.c.seen_by, *_PROFILE_COLUMNS]
        query = (
            select(*columns, func.count(turn.c.number).label("turns"), func.max(turn.c.at).label("changed"))
            .select_from(joined)
            .group_by(session.c.id)
            .order_by(
                func.coalesce(func.max(turn.c.at), session.c.created).desc(), session.c.created.desc(), session.c.id
            )
        )
        with self._reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Listed(
                r["id"], _profile(r), r["created"], r["changed"] or r["created"], r["turns"], r["state"], r["seen_by"]
            )
            for r in rows
        ]

    def close(self) -> None:
        self._engine.dispose()

    def _scrub(self) -> None:
        """Rewrites the file and empties the log: secure_delete zeroes rows, this zeroes what the log still holds."""
        with self._engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                raw.execute(statement).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _told(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _told(), self._engine.connect().execution_options(reading=True) as connection:
            yield connection


@contextmanager
def _told() -> Iterator[None]:
    """A store that stays locked becomes an error that says what to do."""
    try:
        yield
    except OperationalError as error:
        if "locked" in str(error.orig) or "busy" in str(error.orig):
            raise StoreBusyError from None
        raise


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def migrate(engine: Engine) -> None:
    """Brings the tables to the newest version; does nothing where they are."""
    with engine.connect() as connection:
        if inspect(connection).has_table("alembic_version"):
            version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            if version == _HEAD:
                return
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")


def _version(connection: Connection, session_id: str) -> int:
    if not connection.execute(select(session.c.id).where(session.c.id == session_id)).first():
        raise UnknownSessionError
    count = connection.execute(select(func.count()).select_from(turn).where(turn.c.session_id == session_id)).scalar()
    return int(count or 0)


def _move_on(connection: Connection, session_id: str, new: Turn) -> None:
    """Keeps beside the turns how far the session has come, so that a list need not read them all."""
    turns = (new,) if new.reply.phase != "result" else _turns(connection, session_id)
    connection.execute(update(session).where(session.c.id == session_id).values(state=state_of(turns)))


def _by_key(connection: Connection, session_id: str, key: str) -> Turn | None:
    query = select(turn.c.body).where(turn.c.session_id == session_id, turn.c.key == key)
    body = connection.execute(query).scalar()
    return _TURN.validate_json(body) if body else None


def _same(stored: Turn, new: Turn) -> Turn:
    if stored.message != new.message:
        raise ReusedKeyError
    return stored


def _session(connection: Connection, session_id: str) -> Session:
    joined = session.join(respondent).join(assessment).join(organisation)
    columns = [session.c.seed, session.c.created, session.c.seen_by, *_PROFILE_COLUMNS]
    row = connection.execute(select(*columns).select_from(joined).where(session.c.id == session_id)).mappings().first()
    if row is None:
        raise UnknownSessionError
    turns, enquiries = _turns(connection, session_id), _enquiries(connection, session_id)
    return Session(session_id, _profile(row), row["seed"], row["created"], turns, row["seen_by"], enquiries)


def _turns(connection: Connection, session_id: str) -> tuple[Turn, ...]:
    query = select(turn.c.body).where(turn.c.session_id == session_id).order_by(turn.c.number)
    return tuple(_TURN.validate_json(body) for body in connection.execute(query).scalars())


def _enquiries(connection: Connection, session_id: str) -> tuple[Enquiry, ...]:
    query = select(enquiry.c.body).where(enquiry.c.session_id == session_id).order_by(enquiry.c.number)
    return tuple(_ENQUIRY.validate_json(body) for body in connection.execute(query).scalars())


def _profile(row: Any) -> Profile:
    return Profile(
        row["language"],
        row["kind"],
        row["role"],
        row["scope"],
        row["served"],
        row["field"],
        row["perspective"],
        row["name"],
    )

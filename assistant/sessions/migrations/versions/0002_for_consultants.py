"""For consultants: whom a leader was told would see the session, and how far it has come."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Plainly, not in a batch: a batch may build the table anew, and dropping the old one would delete every turn.
    op.add_column("session", sa.Column("seen_by", sa.String(20), nullable=False, server_default="leader"))
    op.add_column("session", sa.Column("state", sa.String(20), nullable=False, server_default="talk"))
    _fill_in_states()


def _fill_in_states() -> None:
    """From the turns that are there. Spelt out here, so that later code cannot change what this migration did."""
    connection = op.get_bind()
    states: dict[str, str] = {}
    done: dict[str, set[str]] = {}
    for session_id, body in connection.execute(
        sa.text("SELECT session_id, body FROM turn ORDER BY session_id, number")
    ):
        turn = json.loads(body)
        phase, kinds = turn["reply"]["phase"], done.setdefault(session_id, set())
        kinds.add(turn["message"]["kind"])
        chosen = "changes" if "decided" in kinds else "ambition" if "aimed" in kinds else "result"
        states[session_id] = chosen if phase == "result" else "talk" if phase == "interview" else "confirm"
    for session_id, state in states.items():
        connection.execute(
            sa.text("UPDATE session SET state = :state WHERE id = :id"), {"state": state, "id": session_id}
        )

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
    for session_id, body in connection.execute(
        sa.text("SELECT session_id, body FROM turn ORDER BY session_id, number")
    ):
        turn = json.loads(body)
        kind, phase, before = turn["message"]["kind"], turn["reply"]["phase"], states.get(session_id, "talk")
        if kind == "decided":
            states[session_id] = "changes"
        elif kind == "aimed":
            states[session_id] = "changes" if before == "changes" else "ambition"
        elif phase == "result":
            states[session_id] = "result" if before in ("talk", "confirm") else before
        else:
            states[session_id] = "talk" if phase == "interview" else "confirm"
    for session_id, state in states.items():
        connection.execute(
            sa.text("UPDATE session SET state = :state WHERE id = :id"), {"state": state, "id": session_id}
        )

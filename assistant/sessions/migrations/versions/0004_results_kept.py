"""A result is frozen each time an interview ends, beside the earlier ones."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Every result so far is one that ended where the talk first came to its result: its turn is not known here, so 0."""
    op.create_table(
        "results",
        sa.Column("session_id", sa.String(40), sa.ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("record_version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    columns = "session_id, {number}, record_version, body, at"
    new, old = columns.format(number="number"), columns.format(number="0")
    op.execute(f"INSERT INTO results ({new}) SELECT {old} FROM result")  # noqa: S608 - no value from outside
    op.drop_table("result")
    op.rename_table("results", "result")

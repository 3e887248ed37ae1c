"""First tables: workspace, organisation, assessment, respondent, session, turn, result."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _parent(table: str) -> sa.Column[str]:
    return sa.Column(
        f"{table}_id", sa.String(40), sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=True
    )


def upgrade() -> None:
    op.create_table(
        "workspace", sa.Column("id", sa.String(40), primary_key=True), sa.Column("name", sa.Text, nullable=False)
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(40), primary_key=True),
        _parent("workspace"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.String(40), primary_key=True),
        _parent("organisation"),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("rubric_version", sa.String(20), nullable=False),
        sa.Column("created", sa.String(40), nullable=False),
    )
    op.create_table(
        "respondent",
        sa.Column("id", sa.String(40), primary_key=True),
        _parent("assessment"),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("perspective", sa.String(20), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("served", sa.String(40), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.String(40), primary_key=True),
        _parent("respondent"),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("created", sa.String(40), nullable=False),
    )
    op.create_table(
        "turn",
        sa.Column("session_id", sa.String(40), sa.ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("record_version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.UniqueConstraint("session_id", "key"),
    )
    op.create_table(
        "result",
        sa.Column("session_id", sa.String(40), sa.ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("record_version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )

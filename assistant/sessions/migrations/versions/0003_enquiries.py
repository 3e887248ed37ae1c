"""What questions to the sources cost, beside the talk: enquiry."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "enquiry",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column(
            "session_id", sa.String(40), sa.ForeignKey("session.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("record_version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("enquiry")

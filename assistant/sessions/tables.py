"""The tables: workspace, organisation, assessment, respondent, session, turn; what enquiries cost; the frozen result."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

workspace = Table(
    "workspace", metadata, Column("id", String(40), primary_key=True), Column("name", Text, nullable=False)
)

organisation = Table(
    "organisation",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("workspace_id", ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("kind", String(20), nullable=False),
)

assessment = Table(
    "assessment",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("scope", Text, nullable=False),
    Column("rubric_version", String(20), nullable=False),
    Column("created", String(40), nullable=False),
)

respondent = Table(
    "respondent",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("assessment_id", ForeignKey("assessment.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("perspective", String(20), nullable=False),
    Column("language", String(2), nullable=False),
    Column("served", String(40), nullable=False),
    Column("field", String(40), nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("respondent_id", ForeignKey("respondent.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("seed", Integer, nullable=False),
    Column("created", String(40), nullable=False),
    Column("seen_by", String(20), nullable=False, server_default="leader"),
    Column("state", String(20), nullable=False, server_default="talk"),
)

turn = Table(
    "turn",
    metadata,
    Column("session_id", ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("key", String(80), nullable=False),
    Column("record_version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", String(40), nullable=False),
    UniqueConstraint("session_id", "key"),
)

enquiry = Table(
    "enquiry",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("session_id", ForeignKey("session.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("record_version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", String(40), nullable=False),
)

result = Table(
    "result",
    metadata,
    Column("session_id", ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("record_version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", String(40), nullable=False),
)

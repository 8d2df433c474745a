"""The first tables.

The rules of the tables stand here as they were on that day: `kpi.store.tables` may go on, this may not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
A_QUARTER = "BETWEEN 7600 AND 8803"
IS_OPEN = "state IN ('draft', 'submitted') AND superseded_at IS NULL"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make all tables, and the triggers that keep the log and the records as written."""
    _sources()
    _returns()
    _derived()
    for name in ("event", "record"):
        for statement in _guards(name, op.get_bind().dialect.name):
            op.execute(statement)


def _sources() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("active_from", sa.Integer(), nullable=False),
        sa.Column("active_until", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"active_from {A_QUARTER}", name=op.f("ck_organisation_active_from")),
        sa.CheckConstraint(
            "active_until IS NULL OR active_until >= active_from", name=op.f("ck_organisation_active_until")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_table(
        "framework",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("yaml", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework")),
        sa.UniqueConstraint("sha256", name=op.f("uq_framework_sha256")),
    )
    op.create_table(
        "file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size = length(content)", name=op.f("ck_file_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_file_sha256")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_event_previous_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_subject", "event", ["subject"])


def _returns() -> None:
    op.create_table(
        "returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("submitted_by", sa.Text(), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("superseded_at", MOMENT, nullable=True),
        sa.CheckConstraint(f"quarter {A_QUARTER}", name=op.f("ck_returns_quarter")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_returns_revision")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_returns_version")),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'approved', 'returned')", name=op.f("ck_returns_state")),
        sa.CheckConstraint("channel IN ('workbook', 'form', 'import')", name=op.f("ck_returns_channel")),
        sa.CheckConstraint("current = (state = 'approved' AND superseded_at IS NULL)", name=op.f("ck_returns_current")),
        sa.CheckConstraint(
            "(state = 'draft' OR submitted_at IS NOT NULL) AND (submitted_at IS NULL) = (submitted_by IS NULL)",
            name=op.f("ck_returns_submitted"),
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL) AND (approved_at IS NULL) = (approved_by IS NULL)",
            name=op.f("ck_returns_approved"),
        ),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> submitted_by", name=op.f("ck_returns_two_persons")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_returns_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["framework_id"], ["framework.id"], name=op.f("fk_returns_framework_id_framework")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_returns_file_id_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
        sa.UniqueConstraint(
            "organisation_id", "quarter", "revision", name=op.f("uq_returns_organisation_id_quarter_revision")
        ),
    )
    op.create_index(op.f("ix_returns_quarter"), "returns", ["quarter"])
    op.create_index(op.f("ix_returns_file_id"), "returns", ["file_id"])
    for name, condition in (("uq_returns_current", "current"), ("uq_returns_open", IS_OPEN)):
        op.create_index(
            name,
            "returns",
            ["organisation_id", "quarter"],
            unique=True,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )
    op.create_table(
        "return_form",
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state IN ('reported', 'nothing_to_report', 'not_applicable', 'missing')",
            name=op.f("ck_return_form_state"),
        ),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name=op.f("fk_return_form_return_id_returns")),
        sa.PrimaryKeyConstraint("return_id", "form", name=op.f("pk_return_form")),
    )
    op.create_table(
        "record",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_record_position")),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name=op.f("fk_record_return_id_returns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("return_id", "form", "position", name=op.f("uq_record_return_id_form_position")),
    )
    op.create_index("ix_record_form", "record", ["form"])


def _derived() -> None:
    op.create_table(
        "slice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coordinates", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slice")),
        sa.UniqueConstraint("coordinates", name=op.f("uq_slice_coordinates")),
    )
    op.create_table(
        "part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
        sa.UniqueConstraint("key", name=op.f("uq_part_key")),
    )
    op.create_table(
        "fact",
        sa.Column("part_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quarter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("return_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slice_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("not_applicable", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0 AND not_applicable >= 0", name=op.f("ck_fact_counts")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_fact_part_id_part")),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name=op.f("fk_fact_return_id_returns")),
        sa.ForeignKeyConstraint(["slice_id"], ["slice.id"], name=op.f("fk_fact_slice_id_slice")),
        sa.PrimaryKeyConstraint("part_id", "quarter", "return_id", "slice_id", name=op.f("pk_fact")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_fact_return_id"), "fact", ["return_id"])


def _guards(name: str, dialect: str) -> list[str]:
    refused = f"rows of {name} are never changed or removed"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {name}_no_{deed.lower()} BEFORE {deed} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{refused}'); END"
            for deed in ("UPDATE", "DELETE")
        ]
    function = (
        f"CREATE FUNCTION {name}_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refused}'; END $$"
    )
    trigger = (
        f"CREATE TRIGGER {name}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_kept()"
    )
    return [function, trigger]

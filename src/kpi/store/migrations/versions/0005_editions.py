"""Published reports, as they were published."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

A_QUARTER = "BETWEEN 7600 AND 8803"


def upgrade() -> None:
    """Make the tables of editions, and the triggers that keep them as they were published."""
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("series"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("number", "first_quarter", "last_quarter")),
        _text("kind"),
        _text("audience"),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        _text("framework_version"),
        sa.Column("returns", sa.Integer(), nullable=False),
        _text("log_head"),
        sa.Column("figures", sa.JSON(), nullable=False),
        _text("sha256"),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        _text("published_by"),
        sa.CheckConstraint(f"first_quarter {A_QUARTER}", name=op.f("ck_edition_first_quarter")),
        sa.CheckConstraint("last_quarter >= first_quarter", name=op.f("ck_edition_last_quarter")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_edition_number")),
        sa.ForeignKeyConstraint(["framework_id"], ["framework.id"], name=op.f("fk_edition_framework_id_framework")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("series", "number", name=op.f("uq_edition_series_number")),
    )
    op.create_table(
        "edition_file",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        *(_text(name) for name in ("language", "format", "name", "media_type")),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_file_edition_id_edition")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_edition_file_file_id_file")),
        sa.PrimaryKeyConstraint("edition_id", "language", "format", name=op.f("pk_edition_file")),
    )
    op.create_index(op.f("ix_edition_file_file_id"), "edition_file", ["file_id"])
    for table in ("edition", "edition_file"):
        for statement in _guards(table, op.get_bind().dialect.name):
            op.execute(statement)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


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

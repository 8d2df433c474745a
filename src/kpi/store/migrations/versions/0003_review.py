"""The manager's desk: locks, extensions, comments, resolutions, actions, notes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

A_QUARTER = "BETWEEN 7600 AND 8803"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of the manager's desk."""
    _locks()
    _said_of_returns()
    _said_of_indicators()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _locks() -> None:
    op.create_table(
        "quarter_lock",
        _id(),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("locked_at", MOMENT, nullable=False),
        _text("locked_by"),
        _text("reason"),
        sa.Column("reopened_at", MOMENT, nullable=True),
        _text("reopened_by", nullable=True),
        _text("reopened_reason", nullable=True),
        sa.CheckConstraint(f"quarter {A_QUARTER}", name=op.f("ck_quarter_lock_quarter")),
        sa.CheckConstraint("(reopened_at IS NULL) = (reopened_by IS NULL)", name=op.f("ck_quarter_lock_reopened")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarter_lock")),
    )
    op.create_index(
        "uq_quarter_lock_standing",
        "quarter_lock",
        ["quarter"],
        unique=True,
        sqlite_where=sa.text("reopened_at IS NULL"),
        postgresql_where=sa.text("reopened_at IS NULL"),
    )
    op.create_table(
        "extension",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        _text("reason"),
        _text("granted_by"),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.CheckConstraint(f"quarter {A_QUARTER}", name=op.f("ck_extension_quarter")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_extension_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "quarter", name=op.f("pk_extension")),
    )


def _said_of_returns() -> None:
    op.create_table(
        "comment",
        _id(),
        sa.Column("return_id", sa.Integer(), nullable=False),
        _text("form", nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        _text("text"),
        _text("by"),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("position IS NULL OR form IS NOT NULL", name=op.f("ck_comment_position")),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name=op.f("fk_comment_return_id_returns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index(op.f("ix_comment_return_id"), "comment", ["return_id"])
    op.create_table(
        "resolution",
        _id(),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        _text("oddity"),
        _text("outcome"),
        _text("text"),
        _text("by"),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(f"quarter {A_QUARTER}", name=op.f("ck_resolution_quarter")),
        sa.CheckConstraint("outcome IN ('fixed', 'explained', 'accepted')", name=op.f("ck_resolution_outcome")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_resolution_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution")),
    )
    op.create_index("ix_resolution_organisation_id_quarter", "resolution", ["organisation_id", "quarter"])


def _said_of_indicators() -> None:
    op.create_table(
        "action",
        _id(),
        _text("indicator"),
        sa.Column("quarter", sa.Integer(), nullable=False),
        _text("explanation"),
        _text("action"),
        _text("owner"),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        _text("opened_by"),
        sa.Column("closed_at", MOMENT, nullable=True),
        _text("closed_by", nullable=True),
        _text("outcome", nullable=True),
        sa.CheckConstraint(f"quarter {A_QUARTER}", name=op.f("ck_action_quarter")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_action_closed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    op.create_index(op.f("ix_action_indicator"), "action", ["indicator"])
    op.create_table(
        "indicator_note",
        _id(),
        _text("indicator"),
        sa.Column("day", sa.Date(), nullable=False),
        _text("text"),
        _text("by"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_note")),
    )
    op.create_index(op.f("ix_indicator_note_indicator"), "indicator_note", ["indicator"])

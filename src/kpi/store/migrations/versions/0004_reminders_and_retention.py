"""Reminders that were sent; what was removed because it had been kept for long enough."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

A_QUARTER = "BETWEEN 7600 AND 8803"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of reminders, and the columns that say what was removed."""
    op.add_column("file", sa.Column("removed_at", MOMENT, nullable=True))
    op.add_column("person", sa.Column("anonymised_at", MOMENT, nullable=True))
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.CheckConstraint(f"quarter {A_QUARTER}", name=op.f("ck_reminder_quarter")),
        sa.CheckConstraint("tries >= 1", name=op.f("ck_reminder_tries")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reminder_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "person_id",
            "organisation_id",
            "quarter",
            "stage",
            "revision",
            name=op.f("uq_reminder_person_id_organisation_id_quarter_stage_revision"),
        ),
    )

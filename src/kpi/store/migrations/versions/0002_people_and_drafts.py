"""People and their sessions; what is said beside a return: notes, explanations, reasons, evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of people, and the columns of a draft."""
    for name, kind in (
        ("drafted_at", MOMENT),
        ("drafted_by", sa.Text()),
        ("note", sa.Text()),
        ("reason", sa.Text()),
        ("explanations", sa.JSON()),
    ):
        op.add_column("returns", sa.Column(name, kind, nullable=True))
    for name in ("note", "reason"):
        op.add_column("return_form", sa.Column(name, sa.Text(), nullable=True))
    _evidence()
    _people()
    _sessions()


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.CheckConstraint("position >= 1 AND number >= 1", name=op.f("ck_evidence_position")),
        sa.CheckConstraint("(file_id IS NULL) <> (link IS NULL)", name=op.f("ck_evidence_one_of_two")),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name=op.f("fk_evidence_return_id_returns")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_evidence_file_id_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint(
            "return_id", "form", "position", "number", name=op.f("uq_evidence_return_id_form_position_number")
        ),
    )
    op.create_index(op.f("ix_evidence_file_id"), "evidence", ["file_id"])
    for statement in _guards("evidence", op.get_bind().dialect.name):
        op.execute(statement)


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


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.CheckConstraint("role IN ('manager', 'reporter', 'viewer', 'administrator')", name=op.f("ck_person_role")),
        sa.CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name=op.f("ck_person_issuer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_person_issuer_subject")),
    )
    op.create_table(
        "person_organisation",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_organisation_person_id_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("person_id", "organisation_id", name=op.f("pk_person_organisation")),
    )


def _sessions() -> None:
    for name, *moments in (("session", "begun_at", "seen_at"), ("link", "until")):
        used = [sa.Column("used_at", MOMENT, nullable=True)] if name == "link" else []
        op.create_table(
            name,
            sa.Column("token_sha256", sa.Text(), nullable=False),
            sa.Column("person_id", sa.Integer(), nullable=False),
            *(sa.Column(moment, MOMENT, nullable=False) for moment in moments),
            *used,
            sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{name}_person_id_person")),
            sa.PrimaryKeyConstraint("token_sha256", name=op.f(f"pk_{name}")),
        )
        op.create_index(op.f(f"ix_{name}_person_id"), name, ["person_id"])
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_sha256", sa.Text(), nullable=False),
        sa.Column("email_sha256", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_address_sha256_at"), "attempt", ["address_sha256", "at"])

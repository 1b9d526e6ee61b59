"""Rules of entry, questions and answers, the ledger of places, consent by event, parties, imports, deletions."""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from app import clock

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def words(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


STATUSES = words("status", "confirmed", "waiting", "cancelled")
STATUSES_NOW = words("status", "unconfirmed", "pending", "confirmed", "waiting", "cancelled", "declined")
KINDS = words("kind", "cancel", "confirm", "resend")
KINDS_NOW = words("kind", "cancel", "confirm", "resend", "approve", "decline")
PURPOSES = words("purpose", "my", "feed", "join", "address")
PURPOSES_NOW = words("purpose", "my", "feed", "join", "address", "proof")
EMPTY, NO, ZERO = "", sa.false(), sa.text("0")
NEW: dict[str, list[tuple[str, Any, Any]]] = {
    "choices": [("is_waiting", sa.Boolean(), NO), ("arrival", sa.Integer(), ZERO)],
    "clauses": [
        ("name", sa.String(64), "information"),
        ("number", sa.Integer(), ZERO),
        ("event_id", sa.Integer(), None),
        ("organisation_id", sa.Integer(), None),
        ("label_pl", sa.String(500), EMPTY),
        ("label_en", sa.String(500), EMPTY),
        ("retired_at", sa.DateTime(timezone=True), None),
    ],
    "consents": [("withdrawn_at", sa.DateTime(timezone=True), None)],
    "registrations": [
        ("holds_place", sa.Boolean(), NO),
        ("held_until", sa.DateTime(timezone=True), None),
        ("accept_by", sa.DateTime(timezone=True), None),
        ("quota_id", sa.Integer(), None),
        ("party_id", sa.Integer(), None),
        ("invitee_id", sa.Integer(), None),
        ("erased_at", sa.DateTime(timezone=True), None),
    ],
    "sessions": [("capacity", sa.Integer(), None)],
}
"""New columns with what the rows that are there get."""
REFERRED = {"quota_id": "quotas", "party_id": "parties", "invitee_id": "invitees"}
OWNERS = {"event_id": "events", "organisation_id": "organisations"}
INDEXED = ("accept_by", "held_until", "invitee_id", "party_id", "quota_id")
CHECKS = {
    "ck_registrations_confirmed_holds_place": "status <> 'confirmed' OR holds_place",
    "ck_registrations_holds_place_by_status": "NOT holds_place OR status IN ('confirmed', 'unconfirmed')",
}


def altering(table: str) -> Any:
    """A batch in which SQLite copies the table, with its checks."""
    return op.batch_alter_table(table, recreate="always" if op.get_bind().dialect.name == "sqlite" else "never")


def add(table: str) -> None:
    """Add the new columns: filled first, then without their defaults, which are the program's."""
    with op.batch_alter_table(table, recreate="never") as batch_op:
        for name, kind, default in NEW[table]:
            batch_op.add_column(sa.Column(name, kind, nullable=default is None, server_default=default))


def settle(batch_op: Any, table: str) -> None:
    for name, kind, default in NEW[table]:
        if default is not None:
            batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)


def drop_columns(batch_op: Any, table: str) -> None:
    for name, _, _ in NEW[table]:
        batch_op.drop_column(name)


def upgrade() -> None:
    make_tables()
    for table in NEW:
        add(table)
    op.execute("UPDATE clauses SET number = version")
    op.execute("UPDATE registrations SET holds_place = true WHERE status = 'confirmed'")
    with altering("choices") as batch_op:
        settle(batch_op, "choices")
        batch_op.create_index("ix_choices_session_id_is_waiting_arrival", ["session_id", "is_waiting", "arrival"])
    with altering("clauses") as batch_op:
        settle(batch_op, "clauses")
        for column, table in OWNERS.items():
            batch_op.create_index(f"ix_clauses_{column}", [column])
            name = batch_op.f(f"fk_clauses_{column}_{table}")
            batch_op.create_foreign_key(name, table, [column], ["id"], ondelete="CASCADE")
        batch_op.create_check_constraint(op.f("ck_clauses_one_owner"), "event_id IS NULL OR organisation_id IS NULL")
    with altering("registrations") as batch_op:
        settle(batch_op, "registrations")
        batch_op.drop_constraint(op.f("ck_registrations_status"), type_="check")
        batch_op.create_check_constraint(op.f("ck_registrations_status"), STATUSES_NOW)
        for name, rule in CHECKS.items():
            batch_op.create_check_constraint(op.f(name), rule)
        for column, table in REFERRED.items():
            name = batch_op.f(f"fk_registrations_{column}_{table}")
            batch_op.create_foreign_key(name, table, [column], ["id"], ondelete="SET NULL")
        for column in INDEXED:
            batch_op.create_index(batch_op.f(f"ix_registrations_{column}"), [column])
        batch_op.create_index("ix_registrations_event_id_organisation_key", ["event_id", "organisation_key"])
        by_prefix = {"email_key": "varchar_pattern_ops"}
        batch_op.create_index("ix_registrations_email_key", ["email_key"], postgresql_ops=by_prefix)
    with altering("sessions") as batch_op:
        batch_op.create_check_constraint(op.f("ck_sessions_capacity_positive"), "capacity > 0")
    with altering("submissions") as batch_op:
        batch_op.drop_constraint(op.f("ck_submissions_status"), type_="check")
        batch_op.create_check_constraint(op.f("ck_submissions_status"), STATUSES_NOW)
    with altering("keys") as batch_op:
        batch_op.drop_constraint(op.f("ck_keys_purpose"), type_="check")
        batch_op.create_check_constraint(op.f("ck_keys_purpose"), PURPOSES_NOW)
    with altering("bulk_steps") as batch_op:
        batch_op.drop_constraint(op.f("ck_bulk_steps_bulk"), type_="check")
        batch_op.create_check_constraint(op.f("ck_bulk_steps_bulk"), KINDS_NOW)
    open_ledgers()
    keep_ledgers()


def open_ledgers() -> None:
    """Carry the places of today over, in the order of arrival, so that the counts follow from the ledger."""
    held = (
        "SELECT event_id, number, status FROM registrations WHERE status IN ('confirmed', 'waiting') ORDER BY event_id, arrival"
    )
    at, former, number, event = clock.now(), "", 0, None
    lines = sa.table("ledger_lines", *(sa.column(name) for name in LINE), sa.column("at", sa.DateTime(timezone=True)))
    for event_id, registration, status in op.get_bind().execute(sa.text(held)).all():
        former, number = ("", 0) if event_id != event else (former, number)
        event, number = event_id, number + 1
        is_placed = status == "confirmed"
        facts = {
            "event": event_id,
            "number": number,
            "at": at.isoformat(timespec="microseconds"),
            "what": "carried_over",
            "registration": registration,
            "session": None,
            "places": int(is_placed),
            "waiting": int(not is_placed),
            "because": {},
        }
        written = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha256(f"{former}\n{written}".encode()).hexdigest()
        row = {"event_id": event_id, "session_id": None, "because": "{}", "former_hash": former, "hash": digest, "at": at}
        taken = {name: facts[name] for name in ("number", "what", "registration", "places", "waiting")}
        op.get_bind().execute(sa.insert(lines).values(**row, **taken))
        former = digest


LINE = (
    *("event_id", "number", "what", "registration", "session_id"),
    *("places", "waiting", "because", "former_hash", "hash"),
)


def keep_ledgers() -> None:
    """Let the database refuse to change a line."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER ledger_lines_stand BEFORE UPDATE ON ledger_lines"
            " BEGIN SELECT RAISE(ABORT, 'a line of the ledger is never changed'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION ledger_lines_stand() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'a line of the ledger is never changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER ledger_lines_stand BEFORE UPDATE ON ledger_lines FOR EACH ROW EXECUTE FUNCTION ledger_lines_stand()"
    )


def downgrade() -> None:
    op.execute("UPDATE registrations SET status = 'cancelled', holds_place = false WHERE status IN ('unconfirmed', 'declined')")
    op.execute("UPDATE registrations SET status = 'waiting' WHERE status = 'pending'")
    op.execute("DELETE FROM keys WHERE purpose = 'proof'")
    op.execute("DELETE FROM submissions WHERE status NOT IN ('confirmed', 'waiting', 'cancelled')")
    others = "event_id IS NOT NULL OR organisation_id IS NOT NULL OR name <> 'information'"
    op.execute(f"DELETE FROM consents WHERE clause_version IN (SELECT version FROM clauses WHERE {others})")  # noqa: S608 - ours
    op.execute(f"DELETE FROM clauses WHERE {others}")  # noqa: S608 - ours
    with altering("submissions") as batch_op:
        batch_op.drop_constraint(op.f("ck_submissions_status"), type_="check")
        batch_op.create_check_constraint(op.f("ck_submissions_status"), STATUSES)
    with altering("keys") as batch_op:
        batch_op.drop_constraint(op.f("ck_keys_purpose"), type_="check")
        batch_op.create_check_constraint(op.f("ck_keys_purpose"), PURPOSES)
    op.execute("DELETE FROM bulk_steps WHERE kind = 'approve'")
    with altering("bulk_steps") as batch_op:
        batch_op.drop_constraint(op.f("ck_bulk_steps_bulk"), type_="check")
        batch_op.create_check_constraint(op.f("ck_bulk_steps_bulk"), KINDS)
    with altering("sessions") as batch_op:
        batch_op.drop_constraint(op.f("ck_sessions_capacity_positive"), type_="check")
        drop_columns(batch_op, "sessions")
    with altering("registrations") as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(name), type_="check")
        batch_op.drop_constraint(op.f("ck_registrations_status"), type_="check")
        batch_op.create_check_constraint(op.f("ck_registrations_status"), STATUSES)
        batch_op.drop_index("ix_registrations_email_key")
        batch_op.drop_index("ix_registrations_event_id_organisation_key")
        for column in INDEXED:
            batch_op.drop_index(batch_op.f(f"ix_registrations_{column}"))
        for column, table in REFERRED.items():
            batch_op.drop_constraint(batch_op.f(f"fk_registrations_{column}_{table}"), type_="foreignkey")
        drop_columns(batch_op, "registrations")
    with altering("consents") as batch_op:
        drop_columns(batch_op, "consents")
    with altering("clauses") as batch_op:
        batch_op.drop_constraint(op.f("ck_clauses_one_owner"), type_="check")
        for column, table in OWNERS.items():
            batch_op.drop_constraint(batch_op.f(f"fk_clauses_{column}_{table}"), type_="foreignkey")
            batch_op.drop_index(f"ix_clauses_{column}")
        drop_columns(batch_op, "clauses")
    with altering("choices") as batch_op:
        batch_op.drop_index("ix_choices_session_id_is_waiting_arrival")
        drop_columns(batch_op, "choices")
    drop_tables()


def drop_tables() -> None:
    op.drop_table("answers")
    op.drop_table("question_wordings")
    op.drop_table("questions")
    op.drop_table("invitees")
    op.drop_table("quotas")
    op.drop_table("question_sections")
    op.drop_table("parties")
    op.drop_table("ledger_lines")
    op.drop_table("imports")
    op.drop_table("entry_rules")
    op.drop_table("deletions")
    op.drop_table("mailbox_links")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_lines_stand()")


def make_tables() -> None:
    op.create_table(
        "mailbox_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_mailbox_links_digest")),
        sa.UniqueConstraint("uid", name=op.f("uq_mailbox_links_uid")),
    )
    with op.batch_alter_table("mailbox_links") as batch_op:
        batch_op.create_index(batch_op.f("ix_mailbox_links_email_key"), ["email_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_mailbox_links_made_at"), ["made_at"], unique=False)

    op.create_table(
        "deletions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "what",
            sa.Enum("person", "participants", "answers", name="deleted", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "by",
            sa.Enum("person", "organiser", "retention", name="by", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("question", sa.String(length=64), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wiped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_deletions_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletions")),
    )
    with op.batch_alter_table("deletions") as batch_op:
        batch_op.create_index("ix_deletions_event_id_at", ["event_id", "at"], unique=False)
        batch_op.create_index("ix_deletions_wiped_at", ["wiped_at"], unique=False)

    op.create_table(
        "entry_rules",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("is_by_invitation", sa.Boolean(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column("most_of_organisation", sa.Integer(), nullable=True),
        sa.Column("proves_address", sa.Boolean(), nullable=False),
        sa.Column("proving_minutes", sa.Integer(), nullable=False),
        sa.Column("accept_hours", sa.Integer(), nullable=True),
        sa.Column("may_hand_over", sa.Boolean(), nullable=False),
        sa.Column("takes_parties", sa.Boolean(), nullable=False),
        sa.Column("most_in_party", sa.Integer(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("accept_hours > 0", name=op.f("ck_entry_rules_accept_hours_positive")),
        sa.CheckConstraint("most_in_party > 0", name=op.f("ck_entry_rules_most_in_party_positive")),
        sa.CheckConstraint("most_of_organisation > 0", name=op.f("ck_entry_rules_most_of_organisation_positive")),
        sa.CheckConstraint("proving_minutes > 0", name=op.f("ck_entry_rules_proving_minutes_positive")),
        sa.CheckConstraint("retention_days >= 0", name=op.f("ck_entry_rules_retention_days_not_negative")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_entry_rules_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_entry_rules")),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("tells", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("passed_over", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_imports_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("uid", name=op.f("uq_imports_uid")),
    )
    with op.batch_alter_table("imports") as batch_op:
        batch_op.create_index(batch_op.f("ix_imports_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_imports_made_at"), ["made_at"], unique=False)

    op.create_table(
        "ledger_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "carried_over",
                "asked",
                "held",
                "placed",
                "queued",
                "promoted",
                "accepted",
                "given_back",
                "left",
                "ran_out",
                "declined",
                "handed_over",
                "taken_back",
                "capacity",
                name="what",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("registration", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("because", sa.JSON(), nullable=False),
        sa.Column("former_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_ledger_lines_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_lines")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_ledger_lines_event_id_number")),
    )
    op.create_table(
        "parties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("contact_email", sa.String(length=320), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_parties_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
        sa.UniqueConstraint("uid", name=op.f("uq_parties_uid")),
    )
    with op.batch_alter_table("parties") as batch_op:
        batch_op.create_index(batch_op.f("ix_parties_event_id"), ["event_id"], unique=False)

    op.create_table(
        "question_sections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_question_sections_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_sections")),
    )
    with op.batch_alter_table("question_sections") as batch_op:
        batch_op.create_index(batch_op.f("ix_question_sections_event_id"), ["event_id"], unique=False)

    op.create_table(
        "quotas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("translations", sa.JSON(), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_quotas_capacity_positive")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_quotas_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotas")),
    )
    with op.batch_alter_table("quotas") as batch_op:
        batch_op.create_index(batch_op.f("ix_quotas_event_id"), ["event_id"], unique=False)

    op.create_table(
        "invitees",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("quota_id", sa.Integer(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_invitees_event_id_events"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["quota_id"], ["quotas.id"], name=op.f("fk_invitees_quota_id_quotas"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitees")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitees_digest")),
        sa.UniqueConstraint("event_id", "email_key", name=op.f("uq_invitees_event_id_email_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_invitees_uid")),
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("shown_when_id", sa.Integer(), nullable=True),
        sa.Column("shown_values", sa.JSON(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("retention_days >= 0", name=op.f("ck_questions_retention_days_not_negative")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_questions_event_id_events"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["section_id"], ["question_sections.id"], name=op.f("fk_questions_section_id_question_sections"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["shown_when_id"], ["questions.id"], name=op.f("fk_questions_shown_when_id_questions"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("event_id", "name", name=op.f("uq_questions_event_id_name")),
    )
    with op.batch_alter_table("questions") as batch_op:
        batch_op.create_index(batch_op.f("ix_questions_section_id"), ["section_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_questions_shown_when_id"), ["shown_when_id"], unique=False)

    op.create_table(
        "question_wordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "asks",
            sa.Enum(
                "line",
                "text",
                "one",
                "several",
                "number",
                "date",
                "yes",
                "email",
                "phone",
                "country",
                "municipality",
                "file",
                name="asks",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("help", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_wordings_question_id_questions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_wordings")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_wordings_question_id_number")),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("wording_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_answers_file_id_files"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_answers_question_id_questions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_answers_registration_id_registrations"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["wording_id"], ["question_wordings.id"], name=op.f("fk_answers_wording_id_question_wordings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("registration_id", "question_id", name=op.f("uq_answers_registration_id_question_id")),
    )
    with op.batch_alter_table("answers") as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_file_id"), ["file_id"], unique=False)
        batch_op.create_index("ix_answers_question_id_text", ["question_id", "text"], unique=False)

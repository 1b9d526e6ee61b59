"""Accounts, the audit, files, steps, speakers' confirmations, mailings; content in several languages."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.folding import fold, order_key, sort_key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")


def words(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


STATUSES = words("status", "draft", "published", "cancelled")
STATUSES_NOW = words("status", "draft", "published", "postponed", "cancelled")
EMPTY, NO, ONE, LIST, WORDS = "", sa.false(), sa.text("1"), "[]", "{}"
NEW: dict[str, list[tuple[str, Any, Any]]] = {
    "appearances": [("answer", sa.String(32), None)],
    "events": [
        ("languages", sa.JSON(), LIST),
        ("registration_is_closed", sa.Boolean(), NO),
        ("contact_name", sa.String(200), EMPTY),
        ("contact_phone", sa.String(64), EMPTY),
        ("is_recorded", sa.Boolean(), NO),
        ("is_template", sa.Boolean(), NO),
        ("status_note", sa.String(1000), EMPTY),
        ("archived_at", sa.DateTime(timezone=True), None),
        ("published_at", sa.DateTime(timezone=True), None),
        ("version", sa.Integer(), ONE),
        ("translations", sa.JSON(), WORDS),
    ],
    "materials": [
        ("kind", sa.String(32), "document"),
        ("file_id", sa.Integer(), None),
        ("created_at", sa.DateTime(timezone=True), sa.text("'1970-01-01 00:00:00'")),
    ],
    "organisations": [("logo_id", sa.Integer(), None), ("folded", sa.String(700), EMPTY)],
    "people": [
        ("language", sa.String(8), "pl"),
        ("links", sa.JSON(), LIST),
        ("position", sa.String(500), EMPTY),
        ("organisation_id", sa.Integer(), None),
        ("email", sa.String(320), None),
        ("photo_id", sa.Integer(), None),
        ("photo_alt", sa.String(300), EMPTY),
        ("version", sa.Integer(), ONE),
        ("folded", sa.String(1200), EMPTY),
        ("sort_key", KEY, EMPTY),
        ("translations", sa.JSON(), WORDS),
    ],
    "registrations": [
        ("reply", sa.String(32), "none"),
        ("replied_at", sa.DateTime(timezone=True), None),
        ("note", sa.Text(), EMPTY),
        ("is_added_by_hand", sa.Boolean(), NO),
        ("folded", sa.String(1000), EMPTY),
        ("sort_key", KEY, EMPTY),
        ("organisation_key", KEY, EMPTY),
    ],
    "sessions": [("track", sa.String(120), None), ("version", sa.Integer(), ONE), ("translations", sa.JSON(), WORDS)],
}
"""New columns with what the rows that are there get."""


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


def fold_rows(table: str, columns: Sequence[str], *, sorts: bool) -> None:
    """Fill what rows are searched and sorted by."""
    connection = op.get_bind()
    rows = connection.execute(sa.text(f"SELECT id, {', '.join(columns)} FROM {table}")).all()  # noqa: S608 - names of ours
    setting = "folded = :folded, sort_key = :sort_key" if sorts else "folded = :folded"
    for number, *values in rows:
        facts = {"id": number, "folded": fold(" ".join(value or "" for value in values))}
        facts |= {"sort_key": sort_key(values[0])} if sorts else {}
        connection.execute(sa.text(f"UPDATE {table} SET {setting} WHERE id = :id"), facts)  # noqa: S608 - names of ours


def order_organisations() -> None:
    """Fill what participants are sorted by when they are sorted by institution."""
    connection = op.get_bind()
    for (name,) in connection.execute(sa.text("SELECT DISTINCT organisation FROM registrations WHERE organisation <> ''")).all():
        setting = sa.text("UPDATE registrations SET organisation_key = :key WHERE organisation = :name")
        connection.execute(setting, {"key": order_key(name), "name": name})


def upgrade() -> None:
    make_tables()
    with op.batch_alter_table("messages", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("topic", sa.String(64), nullable=True))
        batch_op.add_column(sa.Column("batch", sa.String(64), nullable=True))
        batch_op.create_index(batch_op.f("ix_messages_batch"), ["batch"])
        batch_op.create_index("ix_messages_topic_id", ["topic", "id"])
    for table in NEW:
        add(table)
    op.execute("UPDATE materials SET created_at = (SELECT modified_at FROM events WHERE events.id = materials.event_id)")
    op.execute("UPDATE events SET published_at = created_at WHERE status <> 'draft'")
    fold_rows("organisations", ["name", "short_name"], sorts=False)
    fold_rows("people", ["name"], sorts=True)
    fold_rows("registrations", ["name", "email", "organisation"], sorts=True)
    order_organisations()
    op.execute(
        "UPDATE messages SET topic = "
        "(SELECT 'event:' || event_id FROM registrations WHERE 'registration:' || uid = messages.thread)"
    )
    alter_tables()


def alter_tables() -> None:
    with altering("appearances") as batch_op:
        batch_op.create_check_constraint(op.f("ck_appearances_answer"), words("answer", "asked", "accepted", "declined"))
    with altering("events") as batch_op:
        settle(batch_op, "events")
        batch_op.drop_constraint(op.f("ck_events_eventstatus"), type_="check")
        batch_op.create_check_constraint(op.f("ck_events_eventstatus"), STATUSES_NOW)
    with altering("materials") as batch_op:
        settle(batch_op, "materials")
        batch_op.alter_column("url", existing_type=sa.String(2000), nullable=True)
        batch_op.create_foreign_key(batch_op.f("fk_materials_file_id_files"), "files", ["file_id"], ["id"])
        batch_op.create_check_constraint(
            op.f("ck_materials_materialkind"), words("kind", "document", "slides", "recording", "link")
        )
        batch_op.create_check_constraint(op.f("ck_materials_link_or_file"), "(url IS NULL) <> (file_id IS NULL)")
    with altering("organisations") as batch_op:
        settle(batch_op, "organisations")
        batch_op.create_foreign_key(
            batch_op.f("fk_organisations_logo_id_files"), "files", ["logo_id"], ["id"], ondelete="SET NULL"
        )
    with altering("people") as batch_op:
        settle(batch_op, "people")
        batch_op.create_index(batch_op.f("ix_people_folded"), ["folded"])
        batch_op.create_index(batch_op.f("ix_people_organisation_id"), ["organisation_id"])
        batch_op.create_index(batch_op.f("ix_people_sort_key"), ["sort_key"])
        batch_op.create_foreign_key(batch_op.f("fk_people_photo_id_files"), "files", ["photo_id"], ["id"], ondelete="SET NULL")
        batch_op.create_foreign_key(
            batch_op.f("fk_people_organisation_id_organisations"),
            "organisations",
            ["organisation_id"],
            ["id"],
            ondelete="SET NULL",
        )
    with altering("registrations") as batch_op:
        settle(batch_op, "registrations")
        batch_op.create_index("ix_registrations_event_id_sort_key", ["event_id", "sort_key"])
        replies = words("reply", "none", "accepted", "tentative", "declined")
        batch_op.create_check_constraint(op.f("ck_registrations_reply"), replies)
    with altering("sessions") as batch_op:
        settle(batch_op, "sessions")


def downgrade() -> None:
    op.execute("UPDATE events SET status = 'published' WHERE status = 'postponed'")
    op.execute("DELETE FROM materials WHERE url IS NULL")
    with altering("events") as batch_op:
        batch_op.drop_constraint(op.f("ck_events_eventstatus"), type_="check")
        batch_op.create_check_constraint(op.f("ck_events_eventstatus"), STATUSES)
        drop_columns(batch_op, "events")
    with altering("materials") as batch_op:
        for name in ("materialkind", "link_or_file"):
            batch_op.drop_constraint(op.f(f"ck_materials_{name}"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_materials_file_id_files"), type_="foreignkey")
        batch_op.alter_column("url", existing_type=sa.String(2000), nullable=False)
        drop_columns(batch_op, "materials")
    with altering("organisations") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_organisations_logo_id_files"), type_="foreignkey")
        drop_columns(batch_op, "organisations")
    with altering("people") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_people_organisation_id_organisations"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_people_photo_id_files"), type_="foreignkey")
        for name in ("folded", "organisation_id", "sort_key"):
            batch_op.drop_index(batch_op.f(f"ix_people_{name}"))
        drop_columns(batch_op, "people")
    with altering("registrations") as batch_op:
        batch_op.drop_index("ix_registrations_event_id_sort_key")
        batch_op.drop_constraint(op.f("ck_registrations_reply"), type_="check")
        drop_columns(batch_op, "registrations")
    with altering("appearances") as batch_op:
        batch_op.drop_constraint(op.f("ck_appearances_answer"), type_="check")
        drop_columns(batch_op, "appearances")
    with altering("sessions") as batch_op:
        drop_columns(batch_op, "sessions")
    with op.batch_alter_table("messages", recreate="never") as batch_op:
        batch_op.drop_index("ix_messages_topic_id")
        batch_op.drop_index(batch_op.f("ix_messages_batch"))
        batch_op.drop_column("batch")
        batch_op.drop_column("topic")
    drop_tables()


def drop_columns(batch_op: Any, table: str) -> None:
    for name, _, _ in NEW[table]:
        batch_op.drop_column(name)


def make_tables() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=127), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("key", name=op.f("uq_files_key")),
    )
    op.create_table(
        "former_slugs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_slugs")),
        sa.UniqueConstraint("kind", "slug", name=op.f("uq_former_slugs_kind_slug")),
    )
    with op.batch_alter_table("former_slugs", schema=None) as batch_op:
        batch_op.create_index("ix_former_slugs_kind_row_id", ["kind", "row_id"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("creates_events", sa.Boolean(), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("totp_counter", sa.Integer(), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(), nullable=True),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_users_fs_uniquifier")),
        sa.UniqueConstraint("fs_webauthn_user_handle", name=op.f("uq_users_fs_webauthn_user_handle")),
    )
    op.create_table(
        "audit_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("user_name", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_audit_records_user_id_users"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_records")),
    )
    with op.batch_alter_table("audit_records", schema=None) as batch_op:
        batch_op.create_index("ix_audit_records_event_id_id", ["event_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_records_user_id"), ["user_id"], unique=False)

    op.create_table(
        "kept_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=2000), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_kept_forms_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_forms")),
        sa.UniqueConstraint("key", name=op.f("uq_kept_forms_key")),
    )
    with op.batch_alter_table("kept_forms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_forms_kept_at"), ["kept_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_kept_forms_user_id"), ["user_id"], unique=False)

    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        for column in ("at", "network", "subject"):
            batch_op.create_index(batch_op.f(f"ix_sign_in_attempts_{column}"), [column], unique=False)

    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_user_id"), ["user_id"], unique=False)

    op.create_table(
        "audit_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"], ["audit_records.id"], name=op.f("fk_audit_changes_record_id_audit_records"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_changes")),
    )
    with op.batch_alter_table("audit_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_changes_record_id"), ["record_id"], unique=False)
        batch_op.create_index("ix_audit_changes_subject_row_id", ["subject", "row_id"], unique=False)

    op.create_table(
        "agenda_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_agenda_steps_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_steps")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_agenda_steps_event_id_number")),
    )
    op.create_table(
        "bulk_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("cancel", "confirm", "resend", name="bulk", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_bulk_steps_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_steps")),
        sa.UniqueConstraint("uid", name=op.f("uq_bulk_steps_uid")),
    )
    with op.batch_alter_table("bulk_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulk_steps_event_id"), ["event_id"], unique=False)

    op.create_table(
        "engagements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("proposal", sa.JSON(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_engagements_event_id_events"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_engagements_person_id_people"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
        sa.UniqueConstraint("digest", name=op.f("uq_engagements_digest")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_engagements_event_id_person_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_engagements_uid")),
    )
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_engagements_person_id"), ["person_id"], unique=False)

    op.create_table(
        "event_partners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum("co_organiser", "partner", "patron", name="part", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_partners_event_id_events"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_event_partners_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_partners")),
        sa.UniqueConstraint("event_id", "organisation_id", name=op.f("uq_event_partners_event_id_organisation_id")),
    )
    with op.batch_alter_table("event_partners", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_partners_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column(
            "post",
            sa.Enum("owner", "editor", "check_in", "viewer", name="post", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("invited_by", sa.String(length=200), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(event_id IS NULL) <> (programme_id IS NULL)", name=op.f("ck_invitations_event_or_programme")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_invitations_event_id_events"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_invitations_programme_id_programmes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitations_digest")),
        sa.UniqueConstraint("uid", name=op.f("uq_invitations_uid")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitations_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "letter_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_letter_texts_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_texts")),
        sa.UniqueConstraint("event_id", "letter", "language", name=op.f("uq_letter_texts_event_id_letter_language")),
    )
    op.create_table(
        "mailings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("subject_en", sa.String(length=500), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("selection", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "scheduled",
                "sent",
                "stopped",
                name="mailingstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_mailings_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailings")),
        sa.UniqueConstraint("uid", name=op.f("uq_mailings_uid")),
    )
    with op.batch_alter_table("mailings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailings_event_id"), ["event_id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column(
            "post",
            sa.Enum("owner", "editor", "check_in", "viewer", name="post", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(event_id IS NULL) <> (programme_id IS NULL)", name=op.f("ck_memberships_event_or_programme")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_memberships_event_id_events"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_memberships_programme_id_programmes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("user_id", "event_id", name=op.f("uq_memberships_user_id_event_id")),
        sa.UniqueConstraint("user_id", "programme_id", name=op.f("uq_memberships_user_id_programme_id")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "panel_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_panel_entries_engagement_id_engagements"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_entries")),
        sa.UniqueConstraint("engagement_id", "uid", name=op.f("uq_panel_entries_engagement_id_uid")),
    )

    op.create_table(
        "former_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_former_links_engagement_id_engagements"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_former_links_digest")),
    )
    with op.batch_alter_table("former_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_links_engagement_id"), ["engagement_id"], unique=False)


def drop_tables() -> None:
    op.drop_table("former_links")
    op.drop_table("panel_entries")
    op.drop_table("memberships")
    op.drop_table("mailings")
    op.drop_table("letter_texts")
    op.drop_table("invitations")
    op.drop_table("event_partners")
    op.drop_table("engagements")
    op.drop_table("bulk_steps")
    op.drop_table("agenda_steps")
    op.drop_table("audit_changes")
    op.drop_table("passkeys")
    op.drop_table("sign_in_attempts")
    op.drop_table("kept_forms")
    op.drop_table("audit_records")
    op.drop_table("users")
    op.drop_table("former_slugs")
    op.drop_table("files")

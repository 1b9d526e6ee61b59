"""Versions of agendas that people were told of, answers of calendars, mail that comes in, plans without a name."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from app import clock

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REPLIES = "reply IN ('none', 'accepted', 'tentative', 'declined')"
ANSWERED: list[tuple[str, Any, Any]] = [
    ("reply", sa.String(32), "none"),
    ("reply_sequence", sa.Integer(), None),
    ("reply_stamp", sa.DateTime(timezone=True), None),
    ("replied_at", sa.DateTime(timezone=True), None),
]
NEW: dict[str, list[tuple[str, Any, Any]]] = {
    "engagements": [("tag", sa.String(32), None)],
    "entries": [*ANSWERED, ("leaves_at", sa.DateTime(timezone=True), None)],
    "entry_rules": [("decline_hours", sa.Integer(), sa.text("24"))],
    "panel_entries": ANSWERED,
    "registrations": [("tag", sa.String(32), None), ("touched_at", sa.DateTime(timezone=True), None)],
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


def upgrade() -> None:
    make_tables()
    for table in NEW:
        add(table)
    for table in ("engagements", "registrations"):
        with altering(table) as batch_op:
            batch_op.create_unique_constraint(batch_op.f(f"uq_{table}_tag"), ["tag"])
    for table in ("entries", "panel_entries"):
        with altering(table) as batch_op:
            settle(batch_op, table)
            batch_op.create_check_constraint(op.f(f"ck_{table}_reply"), REPLIES)
    with altering("entries") as batch_op:
        batch_op.create_index(batch_op.f("ix_entries_leaves_at"), ["leaves_at"])
    with altering("entry_rules") as batch_op:
        settle(batch_op, "entry_rules")
        batch_op.create_check_constraint(op.f("ck_entry_rules_decline_hours_not_negative"), "decline_hours >= 0")
    begin_versions()


def columns(table: str, *texts: str, moments: tuple[str, ...] = (), json: tuple[str, ...] = (), numbers: tuple[str, ...]) -> Any:
    found = [sa.column(name, sa.String()) for name in texts]
    found += [sa.column(name, sa.DateTime(timezone=True)) for name in moments]
    found += [sa.column(name, sa.JSON()) for name in json]
    return sa.table(table, *found, *(sa.column(name, sa.Integer()) for name in numbers))


OF_EVENT = ("title", "subtitle", "language", "status", "zone", "starts_at", "ends_at")
OF_PLACE = ("attendance", "place_name", "place_address", "translations")
OF_SESSION = ("slug", "title", "abstract", "kind", "status", "starts_at", "ends_at", "room", "track", "translations")
HOURS = ("starts_at", "ends_at")
EVENTS = columns(
    "events",
    *("title", "subtitle", "language", "status", "zone", "attendance", "place_name", "place_address"),
    moments=HOURS,
    json=("translations",),
    numbers=("id",),
)
SESSIONS = columns(
    "sessions",
    *("uid", "slug", "title", "abstract", "kind", "status", "room", "track"),
    moments=HOURS,
    json=("translations",),
    numbers=("id", "event_id"),
)
APPEARANCES = columns("appearances", "role", "printed_as", numbers=("id", "session_id", "person_id", "organisation_id", "rank"))
PEOPLE, ORGANISATIONS = (columns(table, "name", numbers=("id",)) for table in ("people", "organisations"))
VERSIONS = columns(
    "agenda_versions",
    *("made_by", "batch"),
    moments=("made_at",),
    json=("facts", "changes"),
    numbers=("event_id", "number", "people_told", "speakers_told"),
)


def begin_versions() -> None:
    """What is public now is what people know: the first version of each event that was ever published."""
    connection, on_stage = op.get_bind(), appearances()
    sessions: dict[int, dict[str, Any]] = defaultdict(dict)
    order = SESSIONS.c.starts_at, SESSIONS.c.ends_at, SESSIONS.c.id
    for row in connection.execute(sa.select(SESSIONS).order_by(*order)).mappings():
        sessions[row["event_id"]][row["uid"]] = {**plain(row, OF_SESSION), "people": on_stage[row["id"]]}
    made = {"number": 1, "made_by": "", "batch": "", "made_at": clock.now(), "changes": []}
    for row in connection.execute(sa.select(EVENTS).where(EVENTS.c.status != "draft").order_by(EVENTS.c.id)).mappings():
        facts = {"event": plain(row, (*OF_EVENT, *OF_PLACE)), "sessions": sessions[row["id"]]}
        connection.execute(sa.insert(VERSIONS).values(event_id=row["id"], facts=facts, people_told=0, speakers_told=0, **made))


def appearances() -> dict[int, list[dict[str, Any]]]:
    """Who is on each session, in the printed order."""
    query = (
        sa.select(APPEARANCES, PEOPLE.c.name.label("person"), ORGANISATIONS.c.name.label("organisation"))
        .outerjoin_from(APPEARANCES, PEOPLE, PEOPLE.c.id == APPEARANCES.c.person_id)
        .outerjoin(ORGANISATIONS, ORGANISATIONS.c.id == APPEARANCES.c.organisation_id)
        .order_by(APPEARANCES.c.rank, APPEARANCES.c.id)
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in op.get_bind().execute(query).mappings():
        is_person = row["person_id"] is not None
        key = f"person:{row['person_id']}" if is_person else f"organisation:{row['organisation_id']}"
        name = row["person"] if is_person else row["organisation"]
        found[row["session_id"]].append({"key": key, "name": name, "role": row["role"], "printed_as": row["printed_as"]})
    return found


def plain(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Values as JSON holds them; a moment that SQLite gives without a zone is in UTC."""
    return {name: as_text(row[name]) if isinstance(row[name], datetime) else row[name] for name in names}


def as_text(moment: datetime) -> str:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def downgrade() -> None:
    with altering("entry_rules") as batch_op:
        batch_op.drop_constraint(op.f("ck_entry_rules_decline_hours_not_negative"), type_="check")
    with altering("entries") as batch_op:
        batch_op.drop_index(batch_op.f("ix_entries_leaves_at"))
    for table in ("entries", "panel_entries"):
        with altering(table) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_reply"), type_="check")
    for table in ("engagements", "registrations"):
        with altering(table) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"uq_{table}_tag"), type_="unique")
    for table, columns in NEW.items():
        with altering(table) as batch_op:
            for name, _, _ in columns:
                batch_op.drop_column(name)
    for table in TABLES:
        op.drop_table(table)


TABLES = (
    *("responses", "plan_keys", "plan_choices", "tellings", "plans", "gone_sessions", "agenda_versions"),
    *("incoming", "bounces"),
)


def make_tables() -> None:
    op.create_table(
        "bounces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_key", sa.String(length=320), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounces")),
        sa.UniqueConstraint("address_key", name=op.f("uq_bounces_address_key")),
    )
    op.create_table(
        "incoming",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("envelope_to", sa.String(length=320), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "taken",
                "done",
                "ignored",
                "aside",
                name="incomingstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming")),
        sa.UniqueConstraint("key", name=op.f("uq_incoming_key")),
    )
    with op.batch_alter_table("incoming") as batch_op:
        batch_op.create_index("ix_incoming_status_due_at", ["status", "due_at"], unique=False)

    op.create_table(
        "agenda_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("people_told", sa.Integer(), nullable=False),
        sa.Column("speakers_told", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_agenda_versions_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_versions")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_agenda_versions_event_id_number")),
    )
    op.create_table(
        "gone_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("room", sa.String(length=120), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_gone_sessions_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gone_sessions")),
        sa.UniqueConstraint("uid", name=op.f("uq_gone_sessions_uid")),
    )
    with op.batch_alter_table("gone_sessions") as batch_op:
        batch_op.create_index(batch_op.f("ix_gone_sessions_event_id"), ["event_id"], unique=False)

    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_plans_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("uid", name=op.f("uq_plans_uid")),
    )
    with op.batch_alter_table("plans") as batch_op:
        batch_op.create_index(batch_op.f("ix_plans_event_id"), ["event_id"], unique=False)
        batch_op.create_index("ix_plans_network_made_at", ["network", "made_at"], unique=False)

    op.create_table(
        "tellings",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("settling_minutes", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_by", sa.String(length=200), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("settling_minutes > 0", name=op.f("ck_tellings_settling_minutes_positive")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_tellings_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_tellings")),
    )
    with op.batch_alter_table("tellings") as batch_op:
        batch_op.create_index(batch_op.f("ix_tellings_due_at"), ["due_at"], unique=False)

    op.create_table(
        "plan_choices",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("session_uid", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_choices_plan_id_plans"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "session_uid", name=op.f("pk_plan_choices")),
    )

    op.create_table(
        "plan_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("plan", "feed", name="planpurpose", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_keys_plan_id_plans"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_plan_keys_digest")),
        sa.UniqueConstraint("plan_id", "purpose", "generation", name=op.f("uq_plan_keys_plan_id_purpose_generation")),
    )
    op.create_table(
        "responses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incoming_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("engagement_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("partstat", sa.String(length=32), nullable=False),
        sa.Column("attendee", sa.String(length=320), nullable=False),
        sa.Column("attendee_name", sa.String(length=200), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delegate", sa.String(length=320), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "recorded",
                "parked",
                "logged",
                "refused",
                "settled",
                "dismissed",
                name="responsestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "why",
            sa.Enum(
                "none",
                "other_sender",
                "unknown_attendee",
                "shared_address",
                "old_time",
                "wavering",
                "counter",
                "delegated",
                "speaker",
                "stale",
                "not_invited",
                "other_tag",
                "other_organizer",
                "impossible_sequence",
                "not_authentic",
                name="why",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_responses_engagement_id_engagements"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_responses_event_id_events"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["incoming_id"], ["incoming.id"], name=op.f("fk_responses_incoming_id_incoming"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_responses_registration_id_registrations"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responses")),
    )
    with op.batch_alter_table("responses") as batch_op:
        batch_op.create_index(batch_op.f("ix_responses_engagement_id"), ["engagement_id"], unique=False)
        batch_op.create_index("ix_responses_event_id_status", ["event_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_responses_incoming_id"), ["incoming_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_responses_registration_id"), ["registration_id"], unique=False)

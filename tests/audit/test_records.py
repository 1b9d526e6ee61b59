from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.agenda.models import Session
from app.audit import queries, records
from app.audit.models import Change, Record
from app.db import Model, db, transaction
from app.events.models import Event, EventStatus
from app.mail.models import Message
from app.registration.models import Choice, Registration
from tests import make
from tests.defaults import one_database

SECRETS = ("password", "secret", "digest", "uniquifier", "recovery", "credential", "public_key", "handle", "token")
OF_CONTENT = ["clauses.digest"]
"""The digest of a public text."""


def acting(act: str = "event.edit", event: Event | None = None) -> AbstractContextManager[Any]:
    return records.acting(act, user_id=None, user_name="Olga Organizacyjna", event_id=event.id if event else None)


def changes() -> list[tuple[str, int, Any, Any]]:
    found = db.session.scalars(sa.select(Change).order_by(Change.id))
    return [(change.subject, change.row_id, change.before, change.after) for change in found]


def test_a_changed_row_is_recorded_with_its_values_before_and_after(app: Flask):
    event = make.an_event(title="Smart City", capacity=300)

    with transaction(), acting(event=event):
        event.title, event.capacity = "Smart City w V4", 250

    record = db.session.scalars(sa.select(Record)).one()
    assert (record.act, record.user_name, record.event_id) == ("event.edit", "Olga Organizacyjna", event.id)
    before, after = {"capacity": 300, "title": "Smart City"}, {"capacity": 250, "title": "Smart City w V4"}
    assert changes() == [("events", event.id, before, after)]


def test_values_that_nobody_read_before_they_were_replaced_are_recorded_too(app: Flask):
    event = make.an_event(title="Smart City", capacity=300)
    others = [make.an_event(title=f"Warsztat {number}") for number in range(3)]

    with transaction(), acting():
        db.session.expire_all()
        event.title, event.capacity = "Smart City w V4", 300
        for other in others:
            other.status = EventStatus.CANCELLED

    cancelled = [("events", other.id, {"status": "published"}, {"status": "cancelled"}) for other in others]
    assert changes() == [("events", event.id, {"title": "Smart City"}, {"title": "Smart City w V4"}), *cancelled]


def test_a_form_that_is_saved_as_it_was_leaves_no_record(app: Flask):
    event = make.an_event(title="Smart City")

    with transaction(), acting(event=event):
        db.session.expire_all()
        event.title, event.starts_at = "Smart City", event.starts_at + timedelta(0)

    assert db.session.scalars(sa.select(Record)).all() == []


def test_a_new_row_has_only_values_after_and_a_removed_one_only_those_before(app: Flask):
    event = make.an_event()
    with transaction(), acting("agenda.add", event):
        session = Session(**facts_of_a_session(event))
        db.session.add(session)
    number = session.id

    with transaction(), acting("agenda.remove", event):
        db.session.delete(db.session.get_one(Session, number))

    (_, made_id, made_before, made), (_, gone_id, gone, gone_after) = changes()
    assert (made_id, made_before, gone_id, gone_after) == (number, None, number, None)
    assert [(values["title"], values["kind"], values["starts_at"]) for values in (made, gone)] == [
        ("Panel", "panel", event.starts_at.isoformat())
    ] * 2


def facts_of_a_session(event: Event) -> dict[str, Any]:
    return {
        "uid": "session@cal.plenum.example.org",
        "event_id": event.id,
        "slug": "panel",
        "title": "Panel",
        "kind": "panel",
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
    }


def test_a_row_that_joins_two_others_is_recorded(app: Flask):
    event = make.an_event()
    registration, session = make.a_registration(event), make.a_session(event)

    with transaction(), acting("participants.edit", event):
        db.session.add(Choice(registration_id=registration.id, session_id=session.id))

    pair = {"registration_id": registration.id, "session_id": session.id}
    assert changes() == [("choices", registration.id, None, pair)]


def test_an_act_that_changes_rows_in_several_flushes_is_one_record(app: Flask):
    event, other = make.an_event(), make.an_event()

    with transaction(), acting():
        event.title = "Pierwszy"
        db.session.flush()
        other.title = "Drugi"

    assert len(db.session.scalars(sa.select(Record)).all()) == 1
    assert [row_id for _, row_id, _, _ in changes()] == [event.id, other.id]


def change_and_fail(event: Event) -> None:
    with transaction(), acting():
        event.title = "Inny"
        db.session.flush()
        raise RuntimeError


def test_nothing_is_recorded_of_an_act_that_failed(app: Flask):
    event = make.an_event()

    with pytest.raises(RuntimeError):
        change_and_fail(event)

    assert (changes(), db.session.scalars(sa.select(Record)).all()) == ([], [])
    with transaction():
        event.title = "Jeszcze inny"
    assert changes() == []


def test_what_people_do_outside_the_desk_is_not_recorded(app: Flask):
    make.a_registration(make.an_event())

    assert (changes(), db.session.scalars(sa.select(Record)).all()) == ([], [])


def test_no_secret_is_recorded(app: Flask):
    with transaction(), acting("account.open"):
        user = User(email="a@example.org", name="Anna", password="hash", fs_uniquifier="unique", tf_totp_secret="totp")
        db.session.add(user)

    ((subject, _, _, values),) = changes()
    assert (subject, values["email"]) == ("users", "a@example.org")
    assert {"password", "fs_uniquifier", "tf_totp_secret"} & values.keys() == set()


@one_database
def test_no_column_that_is_named_as_a_secret_is_recorded(app: Flask):
    tables: dict[str, Any] = {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}
    kept = {f"{name}.{key}" for name, table in tables.items() for key in records.recorded(table)}

    assert len(kept) > 100
    assert [name for name in sorted(kept) if any(secret in name for secret in SECRETS)] == OF_CONTENT


@one_database
def test_machinery_is_not_recorded(app: Flask):
    assert [records.recorded(table) for table in (Record, Change, Message)] == [frozenset()] * 3


def test_personal_values_are_erased_from_every_record_about_a_row(app: Flask, clock):
    event = make.an_event()
    erased, kept = make.a_registration(event), make.a_registration(event)
    with transaction(), acting("participants.edit", event):
        erased.name, kept.name = "Anna Cieśla", "Piotr Lis"

    with transaction():
        records.erase("registrations", erased.id)

    found = {change.row_id: change for change in db.session.scalars(sa.select(Change))}
    assert (found[erased.id].before, found[erased.id].after) == (None, None)
    assert found[erased.id].erased_at is not None
    assert found[kept.id].after == {"name": "Piotr Lis"}


@one_database
def test_an_act_on_thousands_of_rows_is_recorded_in_a_few_statements(app: Flask, statements):
    event = make.an_event(capacity=None)
    first = make.a_registration(event)
    columns = {column.key: getattr(first, column.key) for column in Registration.__mapper__.column_attrs}
    with transaction():
        db.session.execute(sa.insert(Registration), [another(columns, number) for number in range(3000)])
    with transaction(), acting("participants.bulk_cancel", event):
        found = db.session.scalars(sa.select(Registration).where(Registration.id >= 1000)).all()
        for registration in found:
            registration.note = "z pism"
        with statements() as said:
            db.session.flush()

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Change)) == 3000
    assert len([statement for statement in said if "audit_" in statement]) <= 2


def another(columns: dict[str, Any], number: int) -> dict[str, Any]:
    own = {"id": 1000 + number, "number": 1000 + number, "arrival": 1000 + number, "uid": f"many-{number}"}
    return {**columns, **own, "email_key": f"many-{number}@example.org", "sort_key": ""}


def test_the_history_of_an_event_shows_acts_from_the_latest_with_what_they_changed(app: Flask):
    event, other = make.an_event(), make.an_event()
    for title in ("Pierwszy", "Drugi"):
        with transaction(), acting(event=event):
            event.title = title
    with transaction(), acting(event=other):
        other.title = "Obcy"

    page = queries.of_event(event.id)

    assert (page.total, page.last) == (2, 1)
    assert [done.changes[0].after for done in page.acts] == [{"title": "Drugi"}, {"title": "Pierwszy"}]


def test_of_an_act_on_many_rows_the_first_are_shown_and_all_counted(app: Flask):
    events = [make.an_event() for _ in range(queries.MOST_CHANGES + 3)]
    with transaction(), acting(event=events[0]):
        for event in events:
            event.title = "Nowy"

    (done,) = queries.of_event(events[0].id).acts

    assert (len(done.changes), done.number, done.further) == (queries.MOST_CHANGES, len(events), 3)


def test_the_history_is_narrowed_to_a_person_and_to_an_act(app: Flask):
    event = make.an_event()
    for act in ("event.edit", "event.publish"):
        with transaction(), acting(act, event):
            event.title = f"Po {act}"

    found = [queries.of_event(event.id, act="event.publish").total, queries.of_event(event.id, who="Nikt").total]

    assert (found, list(queries.people(event.id))) == ([1, 0], ["Olga Organizacyjna"])
    assert list(queries.words(event.id)) == ["event.edit", "event.publish"]


def test_the_history_of_a_row_is_the_latest_first(app: Flask):
    event = make.an_event(title="Pierwszy")
    for title in ("Drugi", "Trzeci"):
        with transaction(), acting(event=event):
            event.title = title

    found = queries.of_row("events", event.id)

    assert [(change.before, change.after) for change in found] == [
        ({"title": "Drugi"}, {"title": "Trzeci"}),
        ({"title": "Pierwszy"}, {"title": "Drugi"}),
    ]

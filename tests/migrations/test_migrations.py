"""The migrations make the tables that the models say, and lead back, with content in every table."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

import config
from app import clock
from app.accounts.models import KeptForm, Passkey, SignInAttempt
from app.admission.models import Invitee, Quota, Rules
from app.agenda import steps
from app.agenda.models import GoneSession, Session
from app.agenda.steps import Step
from app.audit.records import acting
from app.changes import facts, versions
from app.changes.models import Telling, Version
from app.db import Base, db, transaction
from app.events.members import Invitation, Post
from app.events.models import Event, EventStatus, FormerSlug, Part, Partner
from app.events.texts import LetterText
from app.factory import create_app
from app.ledger.chain import Counts
from app.ledger.models import Line, What
from app.mail import outbox
from app.mail.models import Bounce, Incoming
from app.mailings.models import Mailing
from app.panels.models import Engagement, FormerLink, PanelEntry
from app.participants.models import Bulk, BulkStep
from app.plans.models import Plan, PlanChoice, PlanKey, PlanPurpose
from app.privacy.models import By, Deleted, Deletion
from app.questions.models import Asks, Question, Section, Wording
from app.registration import plan, reckoning
from app.registration.models import Answer, MailboxLink, Party, Registration
from app.replies.models import Response, ResponseStatus
from app.transfer.models import Import
from tests import make
from tests.applications import dispose
from tests.defaults import SETTINGS, START

OLDEST = ["appearances", "events", "materials", "messages", "organisations", "people", "registrations", "sessions"]
"""Tables of the first version: nothing in them is lost by a later migration."""


@pytest.fixture
def empty(empty_database: str, tmp_path: Path) -> Iterator[Flask]:
    """The application over a database with nothing in it."""
    settings = {**SETTINGS, "DATABASE_URL": empty_database, "PLENUM_INSTANCE": str(tmp_path / "instance")}
    application = create_app(config.read(settings))
    clock.stand_at(datetime.fromisoformat(START))
    with application.app_context():
        yield application
    dispose(application)


def tables() -> list[sa.Table]:
    return Base.metadata.sorted_tables


def fill() -> None:
    """Put something into every table."""
    event = make.an_event(programme_id=make.a_programme().id, asks_sessions=True)
    session = make.a_session(event)
    make.an_appearance(session)
    make.a_material(event, session_id=session.id)
    registration = make.a_registration(event, sessions=[session.id])
    with transaction():
        plan.choose(registration, [session.id])
        outbox.put("confirmation", to_name="", to_address="a@example.org", language="pl", thread="of the test")
    fill_the_desk(event)
    fill_registration(event, registration)
    fill_calendars(event, session)


def fill_the_desk(event: Event) -> None:
    """Put something into every table of the desk."""
    user, person, file = make.a_user(), make.a_person(), make.a_file()
    make.a_membership(user, event)
    make.a_material(event, url=None, file_id=file.id)
    in_a_week = clock.now() + timedelta(days=7)
    invited = {"email": "b@example.org", "post": Post.VIEWER, "invited_by": "", "expires_at": in_a_week}
    with transaction(), acting("test.fill", user_id=user.id, user_name=user.name, event_id=event.id):
        engagement = Engagement(uid="1", event_id=event.id, person_id=person.id, email="c@example.org", digest="1")
        engagement.former_links = [FormerLink(digest="2")]
        engagement.entries = [PanelEntry(uid="1", sequence=0, is_active=True, stamped_at=clock.now())]
        db.session.add_all(
            [
                BulkStep(uid="1", event_id=event.id, made_by="", kind=Bulk.CANCEL, facts={}),
                FormerSlug(kind="events", slug="former", row_id=event.id),
                Invitation(uid="1", digest="1", event_id=event.id, **invited),
                KeptForm(key="1", user_id=user.id, path="/", fields=[]),
                LetterText(event_id=event.id, letter="confirmation", language="pl", subject="", body=""),
                Mailing(uid="1", event_id=event.id, made_by="", subject="", body=""),
                Partner(event_id=event.id, organisation_id=event.organiser_id, part=Part.PARTNER),
                Passkey(user_id=user.id, credential_id=b"1", public_key=b"1", backup_state=False, **a_passkey()),
                SignInAttempt(subject="1", network="1"),
                Step(event_id=event.id, number=1, made_by="", what="add", changes=[]),
                engagement,
            ]
        )


def fill_registration(event: Event, registration: Registration) -> None:
    """Put something into every table of rules, questions, places and personal data."""
    question = Question(event_id=event.id, name="diet", wordings=[Wording(asks=Asks.LINE)])
    line = {"number": 1_000, "what": What.PLACED, "former_hash": "", "hash": "1"}
    with transaction():
        db.session.add_all(
            [
                Deletion(event_id=event.id, what=Deleted.PERSON, by=By.PERSON, people=1),
                Import(uid="1", event_id=event.id, made_by="", file_name="", language="pl", content=b""),
                Invitee(uid="1", event_id=event.id, email="d@example.org", email_key="d@example.org", digest="1"),
                Line(event_id=event.id, **line),
                MailboxLink(uid="1", digest="1", email="e@example.org", email_key="e@example.org", network="1"),
                Party(uid="1", event_id=event.id, contact_name="", contact_email="f@example.org"),
                Quota(event_id=event.id, name="", capacity=1),
                Rules(event_id=event.id),
                Section(event_id=event.id),
                question,
            ]
        )
        db.session.flush()
        facts = {"question_id": question.id, "wording_id": question.wordings[0].id}
        db.session.add(Answer(registration_id=registration.id, value="vegan", **facts))


def fill_calendars(event: Event, session: Session) -> None:
    """Put something into every table of changes, answers and plans."""
    plan = Plan(uid="1", event_id=event.id, language="pl", network="1")
    plan.choices = [PlanChoice(session_uid=session.uid)]
    plan.keys = [PlanKey(purpose=PlanPurpose.PLAN, digest="1")]
    at = {"starts_at": event.starts_at, "ends_at": event.ends_at, "created_at": event.created_at}
    with transaction():
        db.session.add_all(
            [
                Bounce(address_key="a@example.org", address="a@example.org"),
                GoneSession(uid="gone", event_id=event.id, slug="gone", title="", sequence=1, **at),
                Incoming(key="1", source="test", size=0),
                Response(event_id=event.id, uid=event.uid, method="REPLY", status=ResponseStatus.LOGGED),
                Telling(event_id=event.id),
                Version(event_id=event.id, number=1_000, facts={}),
                plan,
            ]
        )


def a_passkey() -> dict[str, str]:
    return {"device_type": "single_device", "name": "key", "usage": "first"}


def count_of(table: str) -> int:
    """How many rows a table holds, asked without the models of today."""
    with db.engine.connect() as connection:
        return int(connection.scalar(sa.text(f"SELECT count(*) FROM {table}")))


def contents() -> dict[str, int]:
    """How many rows each table holds."""
    counts = {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return {name: count or 0 for name, count in counts.items()}


def shape(engine: sa.Engine) -> dict[str, Any]:
    """The tables of a database, as the database itself tells them."""
    inspector = sa.inspect(engine)
    return {table: shape_of(inspector, table) for table in inspector.get_table_names() if table != "alembic_version"}


def shape_of(inspector: sa.Inspector, table: str) -> dict[str, Any]:
    def named(rows: list[Any]) -> list[Any]:
        return sorted(rows, key=lambda row: str(row["name"]))

    return {
        "columns": {row["name"]: (str(row["type"]), row["nullable"], row["default"]) for row in inspector.get_columns(table)},
        "primary key": inspector.get_pk_constraint(table),
        "foreign keys": named(inspector.get_foreign_keys(table)),
        "unique": named(inspector.get_unique_constraints(table)),
        "checks": named(inspector.get_check_constraints(table)),
        "indexes": named(inspector.get_indexes(table)),
    }


def test_the_migrations_are_one_line():
    assert len(ScriptDirectory(str(config.ROOT / "migrations")).get_heads()) == 1


def test_they_lead_down_and_up_again_with_content_in_every_table(empty: Flask):
    flask_migrate.upgrade()
    fill()
    assert {name for name, count in contents().items() if count == 0} == set()
    full, full_contents = shape(db.engine), contents()

    flask_migrate.downgrade(revision="0001")
    kept = {name: count for name, count in full_contents.items() if name in OLDEST}
    assert {name: count_of(name) for name in OLDEST} == {**kept, "materials": 1}

    flask_migrate.downgrade()
    assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]

    flask_migrate.upgrade()
    fill()
    assert (shape(db.engine), {name for name, count in contents().items() if count == 0}) == (full, set())


def test_places_that_were_given_before_there_was_a_ledger_add_up_in_it(empty: Flask):
    flask_migrate.upgrade()
    event = make.an_event(capacity=2)
    for _ in range(3):
        make.a_registration(event)

    flask_migrate.downgrade(revision="0002")
    flask_migrate.upgrade()
    db.session.expire_all()
    make.a_registration(event)

    found = reckoning.of(event)
    assert (found.wrong, found.lines, found.counts) == ([], 4, Counts(2, 2))


def test_what_is_public_already_is_what_people_know(empty: Flask):
    flask_migrate.upgrade()
    public, draft = make.an_event(subtitle="Wyniki"), make.an_event(status=EventStatus.DRAFT)
    session = make.a_session(public, room="Sala Błękitna")
    make.an_appearance(session)
    make.an_appearance(session, organisation_id=public.organiser_id)
    make.a_session(draft)

    flask_migrate.downgrade(revision="0003")
    flask_migrate.upgrade()
    db.session.expire_all()

    version = versions.last(public)
    assert version is not None
    assert (version.number, version.changes, version.facts) == (1, [], facts.taken(public, steps.rows(public)))
    assert versions.last(draft) is None


def test_they_agree_with_the_models_by_alembic(app: Flask):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_they_agree_with_the_models_by_the_database(empty: Flask):
    Base.metadata.create_all(db.engine)
    by_models = shape(db.engine)
    Base.metadata.drop_all(db.engine)

    flask_migrate.upgrade()

    assert shape(db.engine) == by_models

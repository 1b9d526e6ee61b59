"""Every page of the desk by its address, with something to show on each; the URL map says which pages there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.accounts import kept
from app.accounts.models import User
from app.admission import invitees, quotas
from app.agenda import editing
from app.agenda.models import Answer, Appearance, Session, SessionKind
from app.audit import records
from app.changes import versions
from app.db import db, transaction
from app.events import invitations, partners
from app.events.members import Post
from app.events.models import Event, Organisation, Part, Programme
from app.mail import outbox
from app.mail.inbox import A_PERSONS
from app.mail.models import Bounce, Incoming, IncomingStatus, Message
from app.mailings import drafts
from app.mailings.drafts import Wording
from app.participants.filters import Filter
from app.permissions import Act
from app.registration.models import Registration
from app.replies.models import Response, ResponseStatus, Why
from app.transfer import imports
from tests import make

FILES = {
    "desk_materials.file",
    "desk_participants.file",
    "desk_participants_files.attendance",
    "desk_participants_files.csv",
    "desk_participants_files.xlsx",
    "desk_participants_import.template",
    "desk_processing.csv",
    "desk_speakers.file",
}
PARTS_OF_PAGES = {
    "desk_changes.body",
    "desk_letter_texts.body",
    "desk_letters.message_body",
    "desk_mailings.body",
    "desk_organisations.find",
    "desk_people.find",
}
"""What a page fetches: a letter in its frame, what fits while one types."""
A_LIST = "Imię i nazwisko;E-mail\nEwa Lis;ewa.lis@example.org\nJan Dudek;jan\n"


@dataclass(frozen=True)
class Scene:
    """An administrator's desk with an event and a programme on it."""

    user_id: int
    event_id: int
    programme_id: int
    values: dict[str, Any]


def a_scene() -> Scene:
    """One of everything, so that each page shows a row."""
    user = make.a_user(is_administrator=True, language="pl")
    programme = make.a_programme()
    event = make.an_event(programme_id=programme.id, asks_sessions=True, capacity=None, languages=["pl", "en"])
    material = make.a_material(event)
    scene = Scene(user.id, event.id, programme.id, {})
    with transaction():
        versions.begin(event, user.name)
    more(scene, 1)
    with transaction():
        key = kept.keep(user, f"/organise/events/{event.id}/edit", [["title", "Warsztat"]])
        sent = imports.keep(event, "lista.csv", A_LIST.encode(), by=user.name)
        address = first_registration().email
        db.session.add(Bounce(address_key=address.lower(), address=address, words="550 5.1.1 User unknown"))
    message = db.session.scalars(sa.select(Message).where(Message.thread == first_registration().thread)).first()
    assert message
    section = make.a_section(event)
    first, second = make.a_person(name="Anna Nowak"), make.a_person(name="Anna Nowak")
    one, other = make.an_organisation(name="Urząd Miasta"), make.an_organisation(name="Urząd Miasta")
    scene.values.update(
        event_id=event.id,
        programme_id=programme.id,
        material_id=material.id,
        message_id=message.id,
        mailing_id=1,
        mail_id=db.session.scalar(sa.select(sa.func.min(Incoming.id))),
        import_uid=sent.uid,
        number=1,
        person_id=db.session.scalars(sa.select(Appearance.person_id)).first(),
        organisation_id=one.id,
        letter="confirmation",
        language="pl",
        key=key,
        question_id=make.a_question(event, section_id=section.id).id,
        section_id=section.id,
        name="information",
        queries={
            "desk_people.merge": f"first={first.id}&second_id={second.id}",
            "desk_organisations.merge": f"first={one.id}&second_id={other.id}",
        },
    )
    return scene


def more(scene: Scene, number: int) -> None:
    """So many more rows on every list of the desk."""
    event, programme = db.session.get_one(Event, scene.event_id), db.session.get_one(Programme, scene.programme_id)
    user = db.session.get_one(User, scene.user_id)
    for _ in range(number):
        make.an_event(programme_id=programme.id)
        make.an_event(is_template=True)
        make.a_programme()
        make.a_material(event)
        make.a_person(name="Jan Wójcik")
        for scope in (event, programme):
            make.a_membership(make.a_user(), scope, Post.VIEWER)
        partner = make.an_organisation(name="Urząd Gminy")
        groups = quotas.of(event)
        registration = make.a_registration(event, sessions=make.sessions_of(event)[:1], quota=groups[0] if groups else None)
        with transaction(), records.acting("agenda.add", user_id=user.id, user_name=user.name, event_id=event.id):
            session = done_at_once(event, programme, user, partner, registration.email)
        make.an_appearance(session, answer=Answer.ASKED)


def done_at_once(event: Event, programme: Programme, user: User, partner: Organisation, mark: str) -> Session:
    """What the acts of the desk make: invitations, a partner, a message, a note, a letter, a step of the agenda."""
    for scope in (event, programme):
        invitations.invite(scope, email=mark, name="", post=Post.VIEWER, language="pl", by=user)
    partners.add(event, partner, Part.PARTNER)
    drafts.make(event, Wording("Zmiana sali", "Dzień dobry, {name}"), Filter(), user.name)
    invitees.invite(event, mark, language="pl")
    quotas.add(event, name=mark, name_en="", capacity=100)
    first = first_registration()
    first.note = mark
    for status, why in ((ResponseStatus.PARKED, Why.OTHER_SENDER), (ResponseStatus.RECORDED, Why.NONE)):
        facts = {"registration_id": first.id, "uid": event.uid, "method": "REPLY", "partstat": "DECLINED", "attendee": mark}
        db.session.add(Response(event_id=event.id, status=status, why=why, comment=mark, **facts))
    raw = f"From: {mark}\r\nSubject: Pytanie\r\n\r\nCzy będzie parking?".encode()
    db.session.add(Incoming(key=mark, source="imap", size=len(raw), raw=raw, status=IncomingStatus.ASIDE, why=A_PERSONS))
    whom = {"to_name": first.name, "to_address": first.email, "language": "pl", "thread": first.thread}
    outbox.put_each("reminder_day", [{**whom, "topic": f"event:{event.id}"}])
    hours = (event.starts_at, event.ends_at)
    return editing.add(event, by=user.name, domain="cal.plenum.example.org", title=mark, kind=SessionKind.PANEL, hours=hours)


def first_registration() -> Registration:
    return db.session.scalars(sa.select(Registration).order_by(Registration.id)).first()  # type: ignore[return-value]  # there is one


def pages(app: Flask, scene: Scene) -> Iterator[tuple[str, str]]:
    """The endpoint and the address of every page that can be opened; an argument that the scene does not know fails."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in FILES | PARTS_OF_PAGES and is_of_the_desk(app, rule.endpoint):
            path = rule.build({name: value_of(scene, rule.endpoint, name) for name in rule.arguments})
            assert path
            query = scene.values["queries"].get(rule.endpoint, "")
            yield rule.endpoint, f"{path[1]}?{query}" if query else path[1]


def is_of_the_desk(app: Flask, endpoint: str) -> bool:
    return isinstance(getattr(app.view_functions[endpoint], "access", None), Act)


def value_of(scene: Scene, endpoint: str, name: str) -> Any:
    return scene.user_id if endpoint == "desk_accounts.show" and name == "number" else scene.values[name]

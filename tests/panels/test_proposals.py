"""What speakers propose to change, and what becomes of it."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app.agenda import people
from app.agenda.materials import Upload
from app.agenda.models import Material, MaterialKind, Visibility
from app.db import db, transaction
from app.errors import Refused
from app.files import images
from app.files.models import File
from app.panels import engaging, proposals
from app.panels.models import Engagement, Proposed
from app.panels.proposals import Details
from tests import make
from tests.panels.pictures import a_picture

BIOS = {"pl": "Bada miasta.", "en": ""}
LINK = {"title": "Profil na uczelni", "url": "https://www.example.org/anna"}


@pytest.fixture
def engagement(app: Flask) -> Engagement:
    """Somebody who was asked to two sessions, printed in one line."""
    event = make.an_event()
    person = make.a_person(email="anna@example.org")
    for _ in range(2):
        make.an_appearance(make.a_session(event), person_id=person.id, printed_as="Naczelnik")
    with transaction():
        return engaging.ask(event, person)


def propose(engagement: Engagement, **facts) -> bool:
    given = {"name": "Anna Cieśla", "printed_as": "Naczelnik", "bios": {"pl": "", "en": ""}, "links": [], **facts}
    with transaction():
        return proposals.propose(engagement, Details(**given))


def decide(engagement: Engagement, field: str, decision: Proposed = Proposed.APPROVED) -> None:
    with transaction():
        proposals.decide(engagement, field, decision, seen=engagement.proposed_at, visibility=Visibility.AFTER)


def waiting(engagement: Engagement) -> list[str]:
    return [change.field for change in proposals.changes(engagement)]


def test_nothing_that_is_proposed_is_printed_before_it_is_approved(engagement: Engagement):
    propose(engagement, name="Anna Nowak", printed_as="Dyrektor", bios=BIOS, links=[LINK])

    person = engagement.person
    assert (person.name, person.bio, person.links) == ("Anna Cieśla", "", [])
    assert [(change.field, change.before, change.after) for change in proposals.changes(engagement)] == [
        ("name", "Anna Cieśla", "Anna Nowak"),
        ("printed_as", "Naczelnik", "Dyrektor"),
        ("bio_pl", "", "Bada miasta."),
        ("links", [], [LINK]),
    ]


def test_what_says_nothing_new_does_not_wait(engagement: Engagement):
    assert propose(engagement, name="Anna Nowak") is True
    assert propose(engagement) is False
    assert (engagement.proposal, engagement.proposed_at) == (None, None)


def test_each_field_is_decided_on_its_own(engagement: Engagement):
    propose(engagement, name="Anna Nowak", printed_as="Dyrektor", bios={"pl": "Bada miasta.", "en": "Works on cities."})

    decide(engagement, "name", Proposed.REFUSED)
    decide(engagement, "printed_as")
    decide(engagement, "bio_en")

    person = engagement.person
    assert (person.name, people.texts_of(person)["en"]["bio"], waiting(engagement)) == (
        "Anna Cieśla",
        "Works on cities.",
        ["bio_pl"],
    )
    appearances = people.appearances_of(person)
    assert [appearance.printed_as for appearance in appearances] == ["Dyrektor", "Dyrektor"]
    assert person.position == "Dyrektor"
    decide(engagement, "bio_pl")
    assert (people.texts_of(person)["pl"]["bio"], engagement.proposal) == ("Bada miasta.", None)


def test_a_proposal_that_changed_since_it_was_seen_is_not_approved(engagement: Engagement, clock):
    propose(engagement, name="Anna Nowak")
    seen = engagement.proposed_at
    clock.stand_at(make.at("2021-10-12 09:00"))
    propose(engagement, name="Anna Inna")

    with pytest.raises(Refused), transaction():
        proposals.decide(engagement, "name", Proposed.APPROVED, seen=seen, visibility=Visibility.AFTER)

    assert engagement.person.name == "Anna Cieśla"


def test_a_photo_waits_and_is_shown_once_it_is_approved(engagement: Engagement):
    picture = images.clean(a_picture())
    with pytest.raises(Refused) as refusal:
        propose(engagement, picture=picture)
    assert refusal.value.field == "photo_alt"

    for _ in range(2):
        propose(engagement, picture=picture, photo_alt="Kobieta w szarej marynarce")

    person = engagement.person
    assert (person.photo, db.session.scalar(sa.select(sa.func.count(File.id)))) == (None, 1)
    decide(engagement, "photo")
    assert person.photo
    assert (person.photo.media_type, person.photo_alt) == ("image/webp", "Kobieta w szarej marynarce")
    assert propose(engagement, photo_alt="Kobieta w szarej marynarce") is False
    assert propose(engagement, photo_alt="Kobieta przy mównicy") is True
    decide(engagement, "photo")
    assert (person.photo.width, person.photo_alt) == (40, "Kobieta przy mównicy")


def offer(engagement: Engagement, **facts) -> None:
    given = {"title": "Slajdy o autobusach", "session_id": None, "language": "pl", "url": None, "upload": None, **facts}
    with transaction():
        proposals.offer(engagement, **given)


def test_materials_are_offered_once_and_come_to_the_event_when_approved(engagement: Engagement):
    session = people.appearances_of(engagement.person)[0].session
    upload = Upload("slajdy.pdf", "application/pdf", b"%PDF-1.7")
    for _ in range(2):
        offer(engagement, upload=upload, session_id=session.id)
        offer(engagement, url="https://www.example.org/artykul", title="Artykuł o autobusach")
    propose(engagement, name="Anna Nowak")
    assert len(waiting(engagement)) == 3

    with transaction():
        proposals.decide_all(engagement, Proposed.APPROVED, seen=engagement.proposed_at, visibility=Visibility.REGISTERED)

    found = db.session.scalars(sa.select(Material).order_by(Material.id)).all()
    assert [(one.title, one.kind, one.url, one.session_id, one.visibility) for one in found] == [
        ("Slajdy o autobusach", MaterialKind.SLIDES, None, session.id, Visibility.REGISTERED),
        ("Artykuł o autobusach", MaterialKind.LINK, "https://www.example.org/artykul", None, Visibility.REGISTERED),
    ]
    assert found[0].file
    assert (found[0].file.name, found[0].file.content) == ("slajdy.pdf", b"%PDF-1.7")
    assert (engagement.person.name, engagement.proposal) == ("Anna Nowak", None)


@pytest.mark.parametrize(
    "facts",
    [
        {"title": "kliknij tutaj", "url": "https://www.example.org/a"},
        {"url": "https://meeting.example.com/j/81234567890"},
        {},
    ],
    ids=["a text that says nothing", "the meeting's address", "nothing"],
)
def test_some_materials_are_not_taken(engagement: Engagement, facts: dict[str, str]):
    with pytest.raises(Refused):
        offer(engagement, **facts)

    assert engagement.proposal is None


def test_a_material_can_be_taken_back(engagement: Engagement):
    offer(engagement, url="https://www.example.org/artykul")
    [key] = waiting(engagement)

    for _ in range(2):
        with transaction():
            proposals.withdraw(engagement, key)

    assert engagement.proposal is None


def test_files_that_wait_are_not_forgotten_and_others_are(engagement: Engagement, clock):
    propose(engagement, picture=images.clean(a_picture()), photo_alt="Kobieta w szarej marynarce")
    offer(engagement, upload=Upload("slajdy.pdf", "application/pdf", b"%PDF-1.7"))
    make.a_file(name="nobodys.pdf")
    clock.stand_at(make.at("2021-10-14 09:00"))

    with transaction():
        forgotten = proposals.remove_orphans()

    assert (forgotten, sorted(db.session.scalars(sa.select(File.name)))) == (1, ["photo.webp", "slajdy.pdf"])

"""The registers of persons and of organisations, shared by events."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from app.agenda import people
from app.agenda.models import Answer, Appearance, Person, Role
from app.agenda.people import Facts
from app.db import db, transaction
from app.errors import Refused
from app.events import organisations
from app.events.models import Event, Organisation, Part, Partner
from app.panels import engaging, merging
from tests import make, rings


def names(found) -> list[str]:
    return [person.name for person in found]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("zolc", ["Żaneta Żółć"]),
        ("ŻÓŁĆ", ["Żaneta Żółć"]),
        ("zolc zaneta", ["Żaneta Żółć"]),
        ("burmistrz", ["Bartosz Dominiak"]),
        ("gdynia urbanlab", ["Joanna Krukowska"]),
        ("100%", []),
        ("_", []),
        ("", ["Bartosz Dominiak", "Joanna Krukowska", "Żaneta Żółć"]),
    ],
)
def test_people_are_found_by_words_in_any_order_and_spelling(app: Flask, typed: str, found: list[str]):
    make.a_person(name="Żaneta Żółć", email="hidden@example.org")
    make.a_person(name="Bartosz Dominiak", position="Zastępca Burmistrza")
    make.a_person(name="Joanna Krukowska", position="UrbanLab", organisation_id=make.an_organisation(name="Miasto Gdynia").id)

    assert names(people.search(typed).rows) == found
    assert names(people.find(typed)) == found


def test_nobody_is_found_by_an_address_that_is_not_shown(app: Flask):
    make.a_person(email="hidden@example.org")

    assert names(people.find("hidden")) == []


def test_a_page_of_people_costs_the_same_however_many_they_are(app: Flask, statements):
    costs = []
    for number in (1, 60):
        for _ in range(number):
            make.a_person(organisation_id=make.an_organisation().id)
        with statements() as said:
            page = people.search("", 2)
            assert all(person.organisation and person.organisation.name and person.photo is None for person in page.rows)
            people.counts(page.rows)
        costs.append(len(said))

    assert costs[0] == costs[1]
    assert (page.number, page.total, len(page.rows), page.last) == (2, 61, 11, 2)


def test_a_new_person_gets_an_address_of_their_own(app: Flask):
    with transaction():
        slugs = [people.add(Facts(name="Anna Cieśla")).slug for _ in range(2)]

    assert slugs == ["anna-ciesla", "anna-ciesla-2"]


def test_what_is_said_in_english_alone_is_shown_to_all(app: Flask):
    texts = {"pl": {"position": "", "bio": ""}, "en": {"position": "Professor", "bio": "Works on cities."}}
    with transaction():
        person = people.add(Facts(name="Jan Dee", texts=texts))

    assert (person.said("bio", "pl").language, person.said("bio", "pl").text) == ("en", "Works on cities.")
    assert people.texts_of(person) == texts


def test_texts_of_both_languages_are_kept(app: Flask):
    texts = {"pl": {"position": "Profesor", "bio": "Bada miasta."}, "en": {"position": "Professor", "bio": "Works on cities."}}
    with transaction():
        person = people.add(Facts(name="Jan Dee", texts=texts))

    assert (person.position, person.said("position", "en").text, people.texts_of(person)) == ("Profesor", "Professor", texts)


def test_a_photo_without_words_is_refused(app: Flask):
    photo = make.a_file(media_type="image/webp")

    with pytest.raises(Refused) as refusal, transaction():
        people.add(Facts(name="Anna Cieśla", photo=photo))

    assert refusal.value.field == "photo_alt"


def test_two_who_change_one_person_do_not_overwrite_each_other(app: Flask):
    person = make.a_person(name="Anna Cieśla")
    read = person.version
    with transaction():
        people.change(person, Facts(name="Anna Cieśla-Nowak"), version=read)

    with pytest.raises(Refused), transaction():
        people.change(person, Facts(name="Anna Inna"), version=read)

    assert person.name == "Anna Cieśla-Nowak"


@pytest.mark.parametrize(
    ("title", "url", "kept"),
    [
        ("Profil", "www.example.org/anna", {"title": "Profil", "url": "https://www.example.org/anna"}),
        ("Profil", "http://example.org", {"title": "Profil", "url": "http://example.org"}),
        ("", "", None),
        ("Profil", "javascript:alert(1)", "url"),
        ("Profil", "ftp://example.org", "url"),
        ("Profil", "https://user:secret@example.org", "url"),
        ("Profil", "", "url"),
        ("", "https://example.org", "title"),
    ],
)
def test_a_link_has_words_and_an_address_of_the_web(app: Flask, title: str, url: str, kept):
    try:
        found: object = people.link(title, url)
    except Refused as refusal:
        found = refusal.field

    assert found == kept


def test_merging_moves_every_appearance_and_collapses_twins(app: Flask):
    event = make.an_event()
    both, other = make.a_session(event), make.a_session(event)
    kept, gone = make.a_person(name="Anna Cieśla", slug="anna"), make.a_person(name="Anna Ciesla", slug="anna-2", links=[])
    make.an_appearance(both, person_id=kept.id, printed_as="", answer=Answer.ASKED)
    make.an_appearance(both, person_id=gone.id, printed_as="Naczelnik", answer=Answer.ACCEPTED)
    make.an_appearance(both, person_id=gone.id, role=Role.MODERATOR)
    make.an_appearance(other, person_id=gone.id)

    with transaction():
        merging.merge(kept, gone, people.facts_of(kept), email="anna@example.org")

    rows = db.session.execute(
        sa.select(Appearance.session_id, Appearance.role, Appearance.person_id).order_by(Appearance.id)
    ).all()
    assert rows == [
        (both.id, Role.PANELIST, kept.id),
        (both.id, Role.MODERATOR, kept.id),
        (other.id, Role.PANELIST, kept.id),
    ]
    twin = db.session.scalars(sa.select(Appearance).order_by(Appearance.id)).first()
    assert twin
    assert (twin.answer, twin.printed_as) == (Answer.ACCEPTED, "Naczelnik")
    assert names(db.session.scalars(sa.select(Person))) == ["Anna Cieśla"]
    assert kept.email == "anna@example.org"


def test_the_former_address_leads_to_the_one_who_stayed(app: Flask, client):
    session = make.a_session(make.an_event())
    kept, gone, oldest = (make.a_person(slug=slug) for slug in ("anna", "anna-2", "anna-3"))
    make.an_appearance(session, person_id=gone.id)
    with transaction():
        merging.merge(gone, oldest, people.facts_of(gone), email="")
        merging.merge(kept, gone, people.facts_of(kept), email="")

    answers = [client.get(f"/people/{slug}/") for slug in ("anna-2", "anna-3", "anna")]

    assert [(answer.status_code, answer.location) for answer in answers] == [
        (301, "/people/anna/"),
        (301, "/people/anna/"),
        (200, None),
    ]


def test_who_appears_stays_in_the_register(app: Flask):
    appears, unknown = make.a_person(), make.a_person()
    make.an_appearance(make.a_session(make.an_event()), person_id=appears.id)

    with transaction():
        people.remove(unknown)
    with pytest.raises(Refused), transaction():
        people.remove(appears)

    assert [person.id for person in db.session.scalars(sa.select(Person))] == [appears.id]


def test_merged_organisations_are_one_everywhere(app: Flask):
    kept, gone = make.an_organisation(name="Miasto Gdynia"), make.an_organisation(name="Gdynia")
    held, beside = make.an_event(organiser_id=gone.id), make.an_event(organiser_id=kept.id)
    with transaction():
        db.session.add(Partner(event_id=beside.id, organisation_id=kept.id, part=Part.PARTNER))
        db.session.add(Partner(event_id=beside.id, organisation_id=gone.id, part=Part.PATRON))
        db.session.add(Partner(event_id=held.id, organisation_id=gone.id, part=Part.PARTNER))
    session = make.a_session(held)
    make.an_appearance(session, organisation_id=gone.id)
    make.an_appearance(session, organisation_id=kept.id)
    person = make.a_person(organisation_id=gone.id)

    with transaction():
        people.follow_organisation(gone, kept)
        organisations.merge(kept, gone)

    assert db.session.scalars(sa.select(Event.organiser_id)).all() == [kept.id, kept.id]
    assert db.session.execute(sa.select(Partner.event_id, Partner.organisation_id).order_by(Partner.event_id)).all() == [
        (held.id, kept.id),
        (beside.id, kept.id),
    ]
    assert db.session.scalars(sa.select(Appearance.organisation_id)).all() == [kept.id]
    assert (person.organisation_id, db.session.scalar(sa.select(sa.func.count(Organisation.id)))) == (kept.id, 1)


def test_an_organisation_is_known_by_its_name_in_any_spelling(app: Flask):
    known = make.an_organisation(name="Urząd Miasta Łodzi", short_name="UMŁ")

    with transaction():
        found = [organisations.named(text).id for text in ("urzad miasta lodzi", "UML", "Urząd Miasta")]

    assert found[:2] == [known.id, known.id]
    assert found[2] != known.id


def test_a_person_is_changed_while_they_are_asked_to_speak(app: Flask):
    event, person = make.an_event(), make.a_person(name="Anna Cieśla")
    number, event_id = person.id, event.id

    def engage() -> None:
        engaging.engage(db.session.get_one(Event, event_id), db.session.get_one(Person, number))

    with rings.beside(app, engage), transaction():
        person = db.session.get_one(Person, number)
        people.change(person, replace(people.facts_of(person), name="Anna Cieśla-Nowak"), version=person.version)

    assert db.session.get_one(Person, number, populate_existing=True).name == "Anna Cieśla-Nowak"

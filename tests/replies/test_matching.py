"""Whose answer it is: beyond doubt it is recorded, in doubt it waits for the organiser, and what cannot be ours is refused."""

import pytest

from app import clock
from app.agenda.models import Answer, SessionKind
from app.calendar.words import Reply
from app.changes import telling
from app.db import db, transaction
from app.events.models import Event
from app.mail import authenticity, own_address
from app.mail.models import IncomingStatus
from app.panels import engaging
from app.panels.models import Engagement
from app.registration import letters, signup
from app.registration.models import Registration
from app.replies import acts
from app.replies.models import Response, ResponseStatus, Why
from tests import make, rings
from tests.defaults import one_database
from tests.registration import outgoing
from tests.replies import sent
from tests.replies.sent import answer, answered, entry, fate

RECORDED = (ResponseStatus.RECORDED, Why.NONE)


@pytest.fixture
def tagged():
    """Whoever registers now gets a plus-address."""
    own_address.use("plenum@example.org", gives_tags=True)


def parked(why: Why) -> tuple[ResponseStatus, Why]:
    return ResponseStatus.PARKED, why


def logged(why: Why) -> tuple[ResponseStatus, Why]:
    return ResponseStatus.LOGGED, why


def refused(why: Why) -> tuple[ResponseStatus, Why]:
    return ResponseStatus.REFUSED, why


@pytest.mark.parametrize("name", sent.dialects())
@one_database
def test_each_dialect_finds_its_person(app, name):
    _event, person = answered()

    incoming = sent.come(sent.dialect(name))

    [response] = sent.responses()
    said = {"ACCEPTED": Reply.ACCEPTED, "TENTATIVE": Reply.TENTATIVE, "DECLINED": Reply.DECLINED}
    assert (incoming.status, response.registration) == (IncomingStatus.DONE, person)
    assert entry(person).reply is said.get(response.partstat, Reply.NONE)
    assert person.reply is entry(person).reply
    kinds = {"gmail-counter": parked(Why.COUNTER), "exchange-delegate": logged(Why.DELEGATED)}
    assert fate(response) == kinds.get(name, RECORDED)
    assert bool(entry(person).leaves_at) is (response.partstat == "DECLINED")


def test_an_answer_is_put_down_with_all_that_it_says(app):
    event, person = answered()

    response = answer(partstat="DECLINED", lines=("COMMENT:Nie mogę\\, przepraszam", "ORGANIZER:mailto:plenum@example.org"))

    assert fate(response) == RECORDED
    assert (response.event, response.registration, response.comment) == (event, person, "Nie mogę, przepraszam")
    assert (response.attendee, response.sender, response.sequence) == (sent.ADDRESS, sent.ADDRESS, 0)
    assert response.stamp == make.at("2021-10-12 09:00")
    assert (person.reply, entry(person).replied_at) == (Reply.DECLINED, response.received_at)


@one_database
def test_the_newest_answer_counts_whenever_it_comes(app):
    _event, person = answered()
    answer(partstat="DECLINED", stamp="20211012T080000Z")

    assert fate(answer(partstat="ACCEPTED", stamp="20211012T070000Z")) == logged(Why.STALE)
    assert entry(person).reply is Reply.DECLINED
    assert fate(answer(partstat="ACCEPTED", stamp="20211012T090000Z", sequence=None)) == RECORDED
    assert (entry(person).reply, entry(person).leaves_at, person.reply) == (Reply.ACCEPTED, None, Reply.ACCEPTED)
    assert fate(answer(partstat="DECLINED", stamp="20211012T090000Z")) == logged(Why.STALE)


@one_database
def test_a_clock_that_is_ahead_shuts_nothing_out(app):
    _event, person = answered()
    answer(partstat="ACCEPTED", stamp="20990101T000000Z")
    clock.stand_at(make.at("2021-10-12 13:00"))

    assert fate(answer(partstat="TENTATIVE", stamp="20211012T105000Z")) == RECORDED
    assert person.reply is Reply.TENTATIVE


@one_database
def test_an_answer_to_the_old_time_is_told_and_frees_nothing(app):
    _event, person = answered()
    with transaction():
        entry(person).sequence = 2

    assert fate(answer(partstat="ACCEPTED", sequence=1)) == RECORDED
    assert fate(answer(partstat="DECLINED", sequence=1, stamp="20211012T090000Z")) == parked(Why.OLD_TIME)
    assert (entry(person).reply, entry(person).leaves_at) == (Reply.DECLINED, None)
    assert outgoing.messages("declined_by_calendar") == []
    assert fate(answer(sequence=3, stamp="20211012T100000Z")) == refused(Why.IMPOSSIBLE_SEQUENCE)


@one_database
def test_another_sender_and_an_unknown_attendee_wait_for_the_organiser(app):
    _event, person = answered()

    other = answer(sender="sekretariat@example.org")
    unknown = answer(attendee="jan.dudek@example.org", sender="jan.dudek@example.org")
    letter = outgoing.messages("confirmation")[0]
    forwarded = answer(attendee="ewa@example.org", sender="ewa@example.org", head=f"In-Reply-To: {letter.message_id}")

    assert (fate(other), other.registration) == (parked(Why.OTHER_SENDER), person)
    assert (fate(unknown), unknown.registration) == (parked(Why.UNKNOWN_ATTENDEE), None)
    assert (fate(forwarded), forwarded.registration) == (parked(Why.UNKNOWN_ATTENDEE), person)
    assert entry(person).reply is Reply.NONE


@pytest.mark.parametrize("header", ["Sender", "Reply-To"])
@one_database
def test_the_address_may_stand_in_sender_or_reply_to(app, header):
    answered()

    assert fate(answer(sender="kalendarz@example.com", head=f"{header}: {sent.ADDRESS}")) == RECORDED


@pytest.mark.parametrize("header", ["Sender", "Reply-To"])
@one_database
def test_where_our_server_checks_who_writes_from_alone_is_believed(app, monkeypatch, header):
    _event, person = answered()
    monkeypatch.setattr(authenticity, "_authserv_id", "mx.example.org")
    passed = "Authentication-Results: mx.example.org; dmarc=pass header.from=evil.example.com"

    forged = answer(sender="anybody@evil.example.com", head=f"{header}: {sent.ADDRESS}\r\n{passed}")

    assert (fate(forged), forged.registration) == (parked(Why.OTHER_SENDER), person)
    assert (entry(person).reply, entry(person).leaves_at) == (Reply.NONE, None)


@one_database
def test_a_domain_of_letters_beyond_ascii_is_the_same_in_both_its_forms(app):
    event = make.an_event(uid=sent.UID)
    person = make.a_registration(event, email="ewa@łódź.example.org")
    clock.stand_at(make.at("2021-10-12 12:00"))

    response = answer(attendee="EWA@xn--d-uga0v4h.example.org", sender="ewa@xn--d-uga0v4h.example.org")

    assert (fate(response), response.registration) == (RECORDED, person)


@one_database
def test_what_cannot_be_an_answer_to_us_is_refused(app, monkeypatch):
    _event, person = answered()
    monkeypatch.setattr(authenticity, "_authserv_id", "mx.example.org")
    ours = "Authentication-Results: mx.example.org (filter 1); spf=none; dmarc=FAIL (p=none) header.from=example.org"
    passed = "Authentication-Results: mx.example.org; dmarc=pass"
    of_others = "Authentication-Results: evil.example.com; dmarc=fail"

    assert fate(answer(head=ours)) == refused(Why.NOT_AUTHENTIC)
    assert fate(answer(lines=("ORGANIZER:mailto:other@example.com",))) == refused(Why.OTHER_ORGANIZER)
    assert fate(answer(sequence=1)) == refused(Why.IMPOSSIBLE_SEQUENCE)
    assert entry(person).reply is Reply.NONE
    assert fate(answer(head=f"{of_others}\r\n{passed}\r\n{ours}")) == RECORDED


@one_database
def test_what_is_about_nothing_of_ours_is_kept_aside(app):
    event, _person = answered()
    never_sent = make.a_session(event)

    unknown = sent.come(sent.Written(uid="other@example.com").mail)
    undecided = sent.come(sent.Written(partstat="NEEDS-ACTION").mail)

    assert (unknown.status, undecided.status) == (IncomingStatus.ASIDE, IncomingStatus.ASIDE)
    assert "none of ours" in unknown.why
    assert sent.responses() == []
    assert fate(answer(uid=never_sent.uid)) == logged(Why.NOT_INVITED)


@one_database
def test_who_has_no_place_any_more_declines_nothing(app):
    _event, person = answered()
    with transaction():
        signup.cancel(person, None)

    assert fate(answer(sequence=1)) == logged(Why.NOT_INVITED)
    assert fate(answer(attendee="jan@example.org", sequence=1)) == parked(Why.UNKNOWN_ATTENDEE)


@one_database
def test_of_people_with_one_address_only_a_tag_tells(app, tagged):
    event = make.an_event(uid=sent.UID)
    people = [make.a_registration(event) for _ in range(2)]
    with transaction():
        for number, person in enumerate(people):
            person.email, person.email_key = sent.ADDRESS, f"zaneta.lacka@example.org{f'#{number}' if number else ''}"
    clock.stand_at(make.at("2021-10-12 12:00"))

    assert fate(answer()) == parked(Why.SHARED_ADDRESS)
    second = answer(to=f"Plenum <plenum+{people[1].tag}@example.org>", sender="other@example.org")

    assert (fate(second), second.registration) == (RECORDED, people[1])
    assert [person.reply for person in people] == [Reply.NONE, Reply.DECLINED]


@one_database
def test_a_plus_address_says_whose_answer_it_is(app, tagged):
    event, person = answered()
    other = make.a_registration(event, email="ewa@example.org")
    to = f"plenum+{person.tag}@EXAMPLE.org"
    organizer = (f"ORGANIZER:mailto:plenum+{person.tag}@example.org",)

    assert fate(answer(to=f"plenum+{other.tag}@example.org")) == refused(Why.OTHER_TAG)
    alias = answer(to=to, attendee="alias@example.com")
    assert (fate(alias), alias.registration) == (parked(Why.UNKNOWN_ATTENDEE), person)
    assert fate(answer(to=to, sender="gateway@example.com", lines=organizer)) == RECORDED
    assert person.reply is Reply.DECLINED


def test_letters_of_somebody_with_a_tag_come_from_that_address_for_ever(app, tagged):
    _event, person = answered()
    own_address.use("plenum@example.org", gives_tags=False)
    later = make.a_registration(make.an_event())

    composed = letters.compose(outgoing.messages("confirmation")[0], app.config["SITE"])

    assert composed
    assert composed.calendar
    assert composed.from_address == f"plenum+{person.tag}@example.org"
    assert f"mailto:plenum+{person.tag}@example.org".encode() in composed.calendar.ics.replace(b"\r\n ", b"")
    assert (len(person.tag or ""), later.tag) == (16, None)


def a_speaker() -> Engagement:
    """Somebody who accepted to speak, and so has an entry of the session."""
    event = make.an_event()
    session = make.a_session(event, uid=sent.UID, kind=SessionKind.PANEL)
    person = make.a_person(name="Anna Cieśla", email="Anna.Ciesla@example.org")
    make.an_appearance(session, person=person)
    with transaction():
        engagement = engaging.ask(event, person)
        engaging.record(event, person, {session.id: Answer.ACCEPTED}, "")
    clock.stand_at(make.at("2021-10-12 12:00"))
    return engagement


def test_a_speakers_answer_is_recorded_and_a_no_waits_for_the_organiser(app):
    engagement = a_speaker()
    of_speaker = {"attendee": "anna.ciesla@example.org", "sender": "anna.ciesla@example.org"}

    assert fate(answer(**of_speaker, partstat="TENTATIVE")) == RECORDED
    response = answer(**of_speaker, partstat="DECLINED", stamp="20211012T080000Z")

    assert (fate(response), response.engagement) == (parked(Why.SPEAKER), engagement)
    assert [(one.reply, one.is_active) for one in engagement.entries] == [(Reply.DECLINED, True)]


def test_a_speakers_no_is_recorded_while_people_are_told_of_changes(app):
    engagement = a_speaker()
    response = answer(attendee="anna.ciesla@example.org", sender="anna.ciesla@example.org", stamp="20211012T080000Z")
    number, event_id = response.id, engagement.event_id

    with rings.beside(app, lambda: telling.lock(db.session.get_one(Event, event_id))), transaction():
        acts.decline(db.session.get_one(Response, number), by="Olga")

    assert db.session.get_one(Response, number).status is ResponseStatus.SETTLED


def test_two_copies_of_a_mail_are_one_answer(app):
    _event, person = answered()
    raw = sent.dialect("outlook-decline")

    sent.come(raw)
    sent.come(b"Received: from elsewhere\r\n" + raw)
    db.session.expire_all()

    assert len(sent.responses()) == 1
    assert len(outgoing.messages("declined_by_calendar")) == 1
    assert isinstance(sent.responses()[0].registration, Registration)
    assert person.is_confirmed

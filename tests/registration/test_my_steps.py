"""One's own page while there is no place yet: what is awaited, why, and what happened so far."""

from typing import Any

from app.admission import editing, quotas
from app.db import db, transaction
from app.events.models import Event, EventStatus
from app.registration import approving, signup
from app.registration.models import Party, Registration, Status
from tests import make
from tests.defaults import one_database


def ruled(event: Event, **facts: Any) -> Event:
    with transaction():
        editing.change(event, 1, facts)
    return event


def anew(registration: Registration) -> Registration:
    db.session.rollback()
    return db.session.get_one(Registration, registration.id)


def own(owner, registration: Registration):
    """The pages of this registration, which is read anew."""
    present = anew(registration)
    return owner(present.event, present)


@one_database
def test_each_state_says_what_is_awaited(owner):
    proving = make.a_registration(ruled(make.an_event(), proves_address=True))
    asking = make.a_registration(ruled(make.an_event(), needs_approval=True))
    declined = make.a_registration(ruled(make.an_event(), needs_approval=True))
    with transaction():
        approving.decline(declined)

    assert "Open the link in the letter that we sent to" in own(owner, proving).get().text
    assert "The organiser decides on your registration" in own(owner, asking).get().text
    assert "The organiser declined your registration" in own(owner, declined).get().text


def test_somebody_who_waits_sees_who_is_before_them_and_why(owner):
    event = make.an_event(capacity=1)
    make.a_registration(event)
    first, second, third, fourth = (make.a_registration(event) for _ in range(4))
    with transaction():
        third.party = fourth.party = Party(uid="party", event_id=event.id, contact_name="Ola", contact_email="ola@example.org")
    parted = make.an_event(capacity=5)
    with transaction():
        experts = quotas.add(parted, name="Eksperci", name_en="", capacity=1)
    make.a_registration(parted, quota=experts)
    of_group = make.a_registration(parted, quota=experts)

    assert "Nobody is before you. All places are taken." in own(owner, first).get().text
    assert "1 person is before you. All places are taken." in own(owner, second).get().text
    assert "2 people are before your group. All places are taken." in own(owner, fourth).get().text
    assert "The places of your group of participants are taken." in own(owner, of_group).get().text


def test_a_place_from_the_queue_is_accepted_or_goes_to_the_next_with_one_button(owner, clock):
    event = ruled(make.an_event(capacity=1), accept_hours=24)
    holder, first, second = (make.a_registration(event) for _ in range(3))
    clock.stand_at(make.at("2021-10-11 14:20"))
    with transaction():
        signup.cancel(anew(holder), None)
    page = own(owner, first).get().text

    own(owner, first).post("cancel")
    own(owner, second).post("accept")

    assert "The place is kept for you until 12 October at 14:20. After that it goes to the next person." in page
    for words in ("09:00:00", "Joined the queue as number 1", "14:20:00", "A place from the queue, which somebody gave back"):
        assert words in page
    assert anew(first).status is Status.CANCELLED
    assert (anew(second).status, anew(second).accept_by) == (Status.CONFIRMED, None)
    assert "The place is accepted" in own(owner, second).get().text


def test_the_queue_of_a_full_session_stands_at_the_session(owner):
    event = make.an_event(asks_sessions=True)
    make.a_session(event, title="Panel", capacity=1)
    make.a_session(event, title="Warsztat")
    make.a_registration(event)
    waiting = make.a_registration(event)

    page = own(owner, waiting).get().text

    assert "You are number 1 in the queue of this session." in page
    assert "Panel: Joined the queue as number 1" in page


@one_database
def test_a_place_that_nobody_accepted_is_theirs_when_the_meeting_begins(owner, clock):
    event = ruled(make.an_event(capacity=1), accept_hours=1000)
    holder, first = (make.a_registration(event) for _ in range(2))
    with transaction():
        signup.cancel(anew(holder), None)
    before = own(owner, first).get().text

    clock.stand_at(make.at("2021-10-26 10:01"))
    after = own(owner, first).get().text

    assert "To be accepted" in before
    assert "Your place is confirmed" not in before
    assert "Join on Zoom" in after
    assert "The place is kept for you" not in after


@one_database
def test_who_asks_withdraws_and_asks_once_more(owner):
    asking = make.a_registration(ruled(make.an_event(), needs_approval=True))

    withdrawn = own(owner, asking).done("cancel")
    back = own(owner, asking).done("undo")

    assert "Done. Your registration is withdrawn." in withdrawn
    assert "Changed your mind? You can ask once more, and the organiser decides." in withdrawn
    assert "The registration is withdrawn" in withdrawn
    assert "You are back. The organiser decides on your registration." in back


@one_database
def test_somebody_without_a_place_is_not_told_of_one_when_the_event_is_postponed(owner):
    asking = make.a_registration(ruled(make.an_event(), needs_approval=True))
    proving = make.a_registration(ruled(make.an_event(), proves_address=True))
    for one in (asking, proving):
        event = anew(one).event
        with transaction():
            event.status = EventStatus.POSTPONED
    pages = [own(owner, one).get().text for one in (asking, proving)]

    assert "The organiser decides on your registration. When there is a new date, we will write." in pages[0]
    assert "Your address is not confirmed." in pages[1]
    assert not any("Your registration is cancelled" in page for page in pages)

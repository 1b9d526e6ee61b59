"""The rules of entry: who may register, what comes before a place, and who fits into what is free."""

from datetime import timedelta
from typing import Any

import pytest

from app.admission.models import Invitee, Quota, Rules
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event, EventStatus
from app.ledger import queries as ledger
from app.ledger.models import What
from app.registration import (
    approving,
    calling_off,
    details,
    keys,
    letters,
    promotions,
    proving,
    reckoning,
    signup,
    waitlist,
)
from app.registration.doors import Shut
from app.registration.fitting import Why
from app.registration.gates import Uninvited
from app.registration.models import Purpose, Registration, Status
from app.registration.waitlist import Standing
from tests import make
from tests.registration import outgoing

HOUR = timedelta(hours=1)


def ruled(capacity: int | None = 1, *, event: dict[str, Any] | None = None, **rules: Any) -> Event:
    """An event with these rules."""
    made = make.an_event(capacity=capacity, **(event or {}))
    make.kept(Rules, rules, event_id=made.id)
    return made


def an_invitee(event: Event, email: str, **facts: Any) -> Invitee:
    uid = f"invitee-{next(make.numbers)}"
    return make.kept(Invitee, facts, event_id=event.id, uid=uid, digest=uid, email=email, email_key=email)


def refusal(event: Event, **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        make.a_registration(event, **facts)
    return caught.value


def states(*people: Registration) -> list[Status]:
    db.session.expire_all()
    return [person.status for person in people]


def steps(person: Registration) -> list[What]:
    return [line.what for line in ledger.of_registration(person.event_id, person.number)]


def cancel(person: Registration) -> None:
    with transaction():
        signup.cancel(person, None)


def prove(person: Registration) -> None:
    with transaction():
        proving.prove(keys.find(Purpose.PROOF, keys.token(person, Purpose.PROOF)))


def tick() -> tuple[int, int]:
    """The worker's chores."""
    with transaction():
        unproven = sum(map(proving.run_out, proving.events_with_late()))
        return unproven, sum(map(promotions.run_out, promotions.events_with_late()))


def test_only_addresses_of_a_domain_or_below_it_register(app):
    event = ruled(3, domains=["gov.example.org", "Miasto.example.org"])

    there = [make.a_registration(event, email=name) for name in ("a@gov.example.org", "b@rada.miasto.example.org")]

    assert states(*there) == [Status.CONFIRMED] * 2
    for elsewhere in ("c@example.org", "d@notgov.example.org"):
        assert refusal(event, email=elsewhere).field == "email"
    assert event.arrivals == 2


def test_an_invitation_opens_the_event_to_one_address(app):
    event = ruled(3, is_by_invitation=True)
    maria, revoked = an_invitee(event, "maria@example.org"), an_invitee(event, "x@example.org", revoked_at=event.starts_at)

    invited = make.a_registration(event, email="private@example.org", invitee=maria)

    assert (states(invited), invited.invitee_id) == ([Status.CONFIRMED], maria.id)
    assert isinstance(refusal(event), Uninvited)
    assert isinstance(refusal(event, invitee=revoked), Uninvited)
    assert refusal(event, invitee=maria, email="another@example.org").field == "email"
    make.a_registration(event, email="private@example.org", invitee=maria)
    assert event.arrivals == 1


def test_so_many_of_one_institution_register_however_it_is_spelt(app):
    event = ruled(1, most_of_organisation=2)
    first = make.a_registration(event, organisation="Urząd Miasta Łodzi")
    waits = make.a_registration(event, organisation="URZĄD MIASTA ŁODZI")

    assert refusal(event, organisation="urząd miasta łodzi").field == "organisation"
    others = [make.a_registration(event, organisation=name) for name in ("", "", "", "Gmina")]
    cancel(first)
    back = make.a_registration(event, organisation="Urząd Miasta Łodzi")

    assert states(waits, *others, back) == [Status.CONFIRMED, *[Status.WAITING] * 5]


def test_whoever_would_be_too_many_of_an_institution_is_passed_over(app):
    event = ruled(2, most_of_organisation=1)
    one, other = make.a_registration(event, organisation="Gmina"), make.a_registration(event, organisation="Powiat")
    first, second = make.a_registration(event, organisation="Miasto"), make.a_registration(event, organisation="Region")
    with transaction():
        details.change(first, name="Jan", organisation="GMINA", position="", needs=(), needs_note="")

    cancel(other)

    assert states(one, first, second) == [Status.CONFIRMED, Status.WAITING, Status.CONFIRMED]
    cancel(second)
    assert waitlist.standing(first) == Standing(1, Why.ORGANISATION)
    with transaction():
        details.change_own(one, name="Jan", organisation="Kraina", position="", needs=(), needs_note="")
    assert states(first) == [Status.CONFIRMED]


def test_a_full_quota_waits_while_another_has_places(app):
    event = ruled(3)
    cities, experts = (make.kept(Quota, {}, event_id=event.id, name=name, capacity=1) for name in ("Miasta", "Eksperci"))
    city = make.a_registration(event, quota=cities)

    second_city = make.a_registration(event, quota=cities)
    expert = make.a_registration(event, quota=experts)

    assert states(city, second_city, expert) == [Status.CONFIRMED, Status.WAITING, Status.CONFIRMED]
    assert waitlist.standing(second_city) == Standing(1, Why.QUOTA)
    assert refusal(event).field == "quota"
    cancel(expert)
    assert states(second_city) == [Status.WAITING]
    cancel(city)
    assert states(second_city) == [Status.CONFIRMED]
    lines = ledger.of_registration(event.id, second_city.number)
    assert (lines[-1].what, lines[-1].because) == (What.PROMOTED, {"given_back_by": city.number})


def test_the_invitation_says_the_quota(app):
    event = ruled(3)
    experts = make.kept(Quota, {}, event_id=event.id, name="Eksperci", capacity=1)

    invited = make.a_registration(event, invitee=an_invitee(event, "e@example.org", quota_id=experts.id))

    assert invited.quota_id == experts.id


def test_a_full_event_without_a_waiting_list_says_why_it_takes_nobody(app):
    event = ruled(3, event={"has_waiting_list": False})
    quota = make.kept(Quota, {}, event_id=event.id, name="Miasta", capacity=1)
    make.a_registration(event, quota=quota)

    assert "grup" in str(refusal(event, quota=quota))


def test_a_place_is_held_until_the_address_proves_itself(app):
    event = ruled(1, proves_address=True)
    first, second = make.a_registration(event), make.a_registration(event)

    assert (states(first, second), first.holds_place, second.holds_place) == ([Status.UNCONFIRMED] * 2, True, False)
    assert (event.taken, event.waiting) == (1, 0)
    assert outgoing.queued() == [("proof", first.email), ("proof", second.email)]
    prove(second)
    prove(first)
    prove(first)

    assert states(first, second) == [Status.CONFIRMED, Status.WAITING]
    assert steps(first) == [What.HELD, What.PLACED]
    assert steps(second) == [What.ASKED, What.QUEUED]
    letters = [("waiting", second.email), ("confirmation", first.email)]
    assert outgoing.queued()[2:] == letters


def test_a_place_that_was_held_in_vain_goes_to_the_next(app, clock):
    event = ruled(1, proves_address=True, proving_minutes=30)
    late, waits = make.a_registration(event), make.a_registration(event)
    prove(waits)
    clock.stand_at(clock.now() + HOUR)

    ended = tick()

    assert (ended, states(late, waits)) == ((1, 0), [Status.CANCELLED, Status.CONFIRMED])
    assert steps(late) == [What.HELD, What.RAN_OUT]
    assert [letter for letter, address in outgoing.queued() if address == late.email] == ["proof"]
    with pytest.raises(Refused):
        prove(late)


def test_who_came_by_the_link_in_their_letter_has_proven_the_address(app):
    event = ruled(2, proves_address=True, is_by_invitation=True)
    invitee = an_invitee(event, "maria@example.org")

    assert states(make.a_registration(event, email="maria@example.org", invitee=invitee)) == [Status.CONFIRMED]


def test_a_form_sent_again_sends_the_link_again_and_begins_the_time_anew(app, clock):
    event = ruled(2, proves_address=True, proving_minutes=60)
    first = make.a_registration(event)
    clock.stand_at(clock.now() + HOUR / 2)

    make.a_registration(event, email=first.email)

    assert first.held_until is not None
    assert abs(first.held_until - clock.now() - HOUR) < timedelta(minutes=1)
    assert outgoing.messages()[1].facts["word"] == "once_more"
    assert (outgoing.queued(), event.arrivals) == ([("proof", first.email)] * 2, 1)
    assert keys.token(first, Purpose.PROOF) in outgoing.composed(outgoing.messages()[1]).facts["proof_url"]  # type: ignore[operator]


def test_the_organiser_s_yes_gives_a_place_or_a_wait(app):
    event = ruled(1, needs_approval=True)
    first, second, third = (make.a_registration(event) for _ in range(3))
    assert (states(first, second), event.taken) == ([Status.PENDING] * 2, 0)

    with transaction():
        let_in = approving.approve(second)
    with transaction():
        approving.approve(first)
        approving.approve(first)
    with transaction():
        approving.decline(third, "Tym razem\nnie mamy miejsc.")

    assert let_in == [second]
    assert states(first, second, third) == [Status.WAITING, Status.CONFIRMED, Status.DECLINED]
    assert outgoing.queued() == [
        *(("pending", person.email) for person in (first, second, third)),
        ("confirmation", second.email),
        ("waiting", first.email),
        ("declined", third.email),
    ]
    assert [message.facts.get("word") for message in outgoing.messages("confirmation", "waiting")] == ["approved"] * 2
    assert outgoing.composed(outgoing.messages("declined")[0]).facts["note"] == "Tym razem\nnie mamy miejsc."
    assert steps(third) == [What.ASKED, What.DECLINED]


def test_nobody_gets_past_the_organiser_by_cancelling(app):
    event = ruled(1, needs_approval=True)
    asks = make.a_registration(event)
    cancel(asks)

    with transaction():
        signup.reinstate(asks)

    assert (states(asks), event.taken) == ([Status.PENDING], 0)


def test_who_was_declined_stays_so_until_the_organiser_says_otherwise(app):
    event = ruled(1, needs_approval=True)
    asks = make.a_registration(event)
    with transaction():
        approving.decline(asks)

    make.a_registration(event, email=asks.email)
    assert states(asks) == [Status.DECLINED]
    assert outgoing.composed(outgoing.messages("declined")[1]).facts["word"] == "once_more"
    with transaction():
        approving.approve(asks)

    assert states(asks) == [Status.CONFIRMED]


def test_the_address_proves_itself_before_the_organiser_is_asked(app):
    event = ruled(1, needs_approval=True, proves_address=True)
    asks = make.a_registration(event)
    assert (asks.status, asks.holds_place) == (Status.UNCONFIRMED, False)

    prove(asks)

    assert (states(asks), steps(asks)) == ([Status.PENDING], [What.ASKED, What.ASKED])


def test_a_place_held_before_the_organiser_wanted_to_be_asked_goes_to_whoever_waits(app):
    event = ruled(1, proves_address=True, event={"asks_sessions": True})
    make.a_session(event, capacity=1)
    holds, waits = make.a_registration(event), make.a_registration(event)
    prove(waits)
    with transaction():
        db.session.get_one(Rules, event.id).needs_approval = True

    prove(holds)

    assert states(holds, waits) == [Status.PENDING, Status.CONFIRMED]
    assert reckoning.of(event).wrong == []


def test_somebody_who_gets_a_place_while_their_page_is_made_is_shown_as_waiting_still(app):
    event = ruled(1)
    first = make.a_registration(event)

    assert waitlist.standing(first) == Standing(1, Why.FULL)


def test_a_place_from_the_waiting_list_is_accepted_or_goes_on(app, clock):
    event = ruled(1, accept_hours=24)
    first, second, third = (make.a_registration(event) for _ in range(3))
    cancel(first)
    assert second.accept_by is not None
    assert abs(second.accept_by - clock.now() - 24 * HOUR) < timedelta(minutes=1)
    with transaction():
        letters.again(second)
    make.a_registration(event, email=second.email)
    asking = outgoing.messages("promoted", "already_registered")
    assert [message.letter for message in asking] == ["promoted", "promoted", "already_registered"]
    assert all("accept_url" in outgoing.composed(message).facts for message in asking)

    clock.stand_at(clock.now() + 25 * HOUR)
    ended = tick()

    assert (ended, states(second, third)) == ((0, 1), [Status.CANCELLED, Status.CONFIRMED])
    assert [message.facts["word"] for message in outgoing.messages("cancellation")[1:]] == ["ran_out"]
    with transaction():
        promotions.accept(third)
        promotions.accept(third)
    clock.stand_at(clock.now() + 25 * HOUR)
    assert (tick(), states(third)) == ((0, 0), [Status.CONFIRMED])
    assert steps(third) == [What.QUEUED, What.PROMOTED, What.ACCEPTED]
    with pytest.raises(Refused), transaction():
        promotions.accept(second)


def test_nobody_loses_a_place_once_the_event_has_begun(app, clock):
    event = ruled(1, accept_hours=1000)
    first, second = make.a_registration(event), make.a_registration(event)
    cancel(first)

    clock.stand_at(event.starts_at + timedelta(minutes=1))

    assert (second.accept_by, tick(), states(second)) == (event.starts_at, (0, 0), [Status.CONFIRMED])


def test_who_was_to_accept_keeps_the_place_when_the_event_is_postponed(app, clock):
    event = ruled(1, accept_hours=24)
    first, second, _third = (make.a_registration(event) for _ in range(3))
    cancel(first)
    with transaction():
        event.status = EventStatus.POSTPONED
        calling_off.tell_postponed(event)
    with transaction():
        event.status = EventStatus.PUBLISHED

    clock.stand_at(clock.now() + 25 * HOUR)

    assert (tick(), states(second)) == ((0, 0), [Status.CONFIRMED])


def test_a_shut_door_is_said_before_any_rule_of_places(app):
    event = ruled(1, event={"registration_is_closed": True}, most_of_organisation=1)

    assert isinstance(refusal(event), Shut)

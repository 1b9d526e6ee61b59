"""The pages to which letters lead that ask for an answer: proving an address, accepting a place."""

from datetime import timedelta

from app.admission.models import Rules
from app.db import transaction
from app.events.models import Event
from app.registration import keys, promotions, proving, signup
from app.registration.models import Purpose, Registration, Status
from tests import make
from tests.defaults import one_database
from tests.web.reading import Reading

pytestmark = one_database


def an_event(**rules: object) -> Event:
    event = make.an_event(capacity=1)
    make.kept(Rules, rules, event_id=event.id)
    return event


def proof(person: Registration) -> str:
    return f"/my/proof/{keys.token(person, Purpose.PROOF)}"


def test_the_link_shows_a_button_and_the_button_proves_the_address(client):
    person = make.a_registration(an_event(proves_address=True))

    shown = Reading(client.get(proof(person)))
    assert (shown.answer.status_code, "A place is held for you." in shown.text, person.is_unconfirmed) == (200, True, True)
    sent = client.post(proof(person))

    assert (sent.status_code, person.status) == (303, Status.CONFIRMED)
    assert client.get(sent.location).status_code == 200
    assert client.get(proof(person)).location == sent.location


def test_a_link_that_came_too_late_says_so(client, clock):
    person = make.a_registration(an_event(proves_address=True))
    clock.stand_at(clock.now() + timedelta(hours=2))
    with transaction():
        proving.run_out(person.event_id)

    assert client.post(proof(person)).status_code == 409


def test_a_place_from_the_waiting_list_is_accepted_with_a_button(client, clock):
    event = an_event(accept_hours=2)
    first, second, third = (make.a_registration(event) for _ in range(3))
    with transaction():
        signup.cancel(first, None)
    address = f"/my/{keys.token(second, Purpose.MY)}/accept"

    assert "The place is kept for you until" in Reading(client.get(address)).text
    assert (client.post(address).status_code, second.accept_by) == (303, None)
    assert client.get(address).status_code == 303
    with transaction():
        signup.cancel(second, None)
    clock.stand_at(clock.now() + timedelta(hours=3))
    with transaction():
        promotions.run_out(event.id)
    assert client.post(f"/my/{keys.token(third, Purpose.MY)}/accept").status_code == 409


def test_the_page_after_the_form_says_what_comes_next(visit):
    for rules, words in (
        ({"proves_address": True}, "Confirm your address to complete the registration"),
        ({"needs_approval": True}, "The organiser decides on your registration"),
    ):
        visitor = visit(an_event(**rules))
        sent = visitor.register()

        assert words in Reading(visitor.client.get(sent.location)).text

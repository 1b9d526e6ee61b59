"""The registration form as the rules of an event shape it: invitations, domains, groups, approval, proof of the address."""

from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from app import clock
from app.admission import editing, invitees, quotas
from app.admission.models import Invitee, Quota
from app.db import db, transaction
from app.events.models import Event
from app.registration.models import Registration, Status
from app.web.registration import form_keys
from tests import make
from tests.defaults import one_database
from tests.forms import Form, form_with

PERSON = {"name": "Ewa Lis", "email": "ewa@gdynia.pl", "clause": "y"}
URLENCODED = "application/x-www-form-urlencoded"


def ruled(event: Event, **facts: Any) -> Event:
    with transaction():
        editing.change(event, 1, facts)
    return event


def form_of(page: str) -> Form:
    return form_with(page, "clause_version")


def sent(client: FlaskClient, event: Event, page: str, /, **answers: str | None):
    """The form checked and sent, as a browser does it; returns the last answer."""
    checked = client.post(
        f"/events/{event.slug}/register", data=form_of(page).filled("step=check", **answers), content_type=URLENCODED
    )
    if checked.status_code != 200:
        return checked
    clock.stand_at(clock.now() + form_keys.QUICKEST)
    body = form_of(checked.text).filled("step=register")
    answer = client.post(f"/events/{event.slug}/register", data=body, content_type=URLENCODED)
    return client.get(answer.location) if answer.status_code == 303 else answer


def the_registration() -> Registration:
    db.session.rollback()
    return db.session.scalars(sa.select(Registration).order_by(Registration.id.desc()).limit(1)).one()


def test_only_the_invited_find_the_form_and_their_link_goes_with_it_to_the_end(client: FlaskClient):
    event = ruled(make.an_event(), is_by_invitation=True)
    with transaction():
        invitees.invite(event, "Ewa Lis <ewa@gdynia.pl>\njan@example.org", language="pl")
    first, second = invitees.of(event)
    token, other = invitees.token(first), invitees.token(second)
    path = f"/events/{event.slug}/register?lang=en"

    closed, unknown = client.get(path), client.get(f"{path}&invitation=nobody")
    opened = client.get(f"{path}&invitation={token}")
    again = client.get(path)
    with transaction():
        invitees.revoke(db.session.get_one(Invitee, second.id))
    revoked = client.get(f"{path}&invitation={other}")
    done = sent(client, event, opened.text, clause="y")

    assert "Registration is by invitation" in closed.text
    assert closed.text == again.text
    assert [closed.status_code, unknown.status_code, revoked.status_code] == [200, 404, 410]
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert opened.headers["Cache-Control"] == "no-store"
    assert 'value="ewa@gdynia.pl"' in opened.text
    assert done.status_code == 200
    assert (the_registration().invitee_id, the_registration().status) == (first.id, Status.CONFIRMED)
    assert db.session.get_one(Invitee, first.id).opened_at is not None


@one_database
def test_a_form_without_the_invitation_is_turned_away_also_when_it_is_sent(client: FlaskClient):
    event = make.an_event()
    page = client.get(f"/events/{event.slug}/register").text
    ruled(event, is_by_invitation=True)

    answer = sent(client, event, page, **PERSON)

    assert "Registration is by invitation" in answer.text
    assert answer.status_code == 409
    assert db.session.scalars(sa.select(Registration)).all() == []


@one_database
def test_the_rule_stands_at_the_field_and_refuses_there(client: FlaskClient):
    event = ruled(make.an_event(), domains=["gdynia.pl"], most_of_organisation=1)
    make.a_registration(event, email="anna@gdynia.pl", organisation="Urząd Miasta Gdyni")
    page = client.get(f"/events/{event.slug}/register?lang=en").text

    elsewhere = sent(client, event, page, **{**PERSON, "email": "ewa@example.org"})
    crowd = sent(client, event, page, **PERSON, organisation="urząd miasta gdyni")

    assert "Only addresses of: gdynia.pl" in page
    assert "At most 1 person of one institution can register" in page
    assert (elsewhere.status_code, crowd.status_code) == (422, 422)
    assert 'id="email-error"' in elsewhere.text
    assert 'id="organisation-error"' in crowd.text


def test_a_group_is_chosen_with_its_free_places_in_sight(client: FlaskClient):
    event = make.an_event(capacity=10)
    with transaction():
        cities = quotas.add(event, name="Miasta", name_en="Cities", capacity=2)
        experts = quotas.add(event, name="Eksperci", name_en="Experts", capacity=1)
    make.a_registration(event, quota=experts)
    page = client.get(f"/events/{event.slug}/register?lang=en").text

    nothing = sent(client, event, page, **PERSON)
    waiting = sent(client, event, page, **PERSON, quota=str(experts.id))
    placed = sent(client, event, page, **{**PERSON, "email": "jan@gdynia.pl"}, quota=str(cities.id))

    assert '<b>Cities</b> <span class="mute">2 places left</span>' in page
    assert '<b>Experts</b> <span class="mute">full: you join the waiting list</span>' in page
    assert nothing.status_code == 422
    assert 'href="#quota-0"' in nothing.text
    assert [waiting.status_code, placed.status_code] == [200, 200]
    people = {one.email: (one.status, one.quota_id) for one in db.session.scalars(sa.select(Registration))}
    assert people["ewa@gdynia.pl"] == (Status.WAITING, experts.id)
    assert people["jan@gdynia.pl"] == (Status.CONFIRMED, cities.id)
    page = client.get(f"/events/{event.slug}/register?lang=en").text
    assert "1 place left" in page
    assert "No places left" not in page
    assert "Your group has no places left, so you will be put on the waiting list." in checked(client, event, page, experts)
    assert "8 places left" in client.get(f"/events/{event.slug}/?lang=en").text


def checked(client: FlaskClient, event: Event, page: str, group: Quota) -> str:
    """The page that shows the answers once more."""
    body = form_of(page).filled("step=check", **PERSON, quota=str(group.id))
    return client.post(f"/events/{event.slug}/register?lang=en", data=body, content_type=URLENCODED).text


def test_the_done_page_says_what_comes_next_and_not_whether_the_address_was_known(client: FlaskClient):
    asking = ruled(make.an_event(), needs_approval=True)
    proving = ruled(make.an_event(), proves_address=True, proving_minutes=60)
    said = {}
    for event in (asking, proving):
        make.a_registration(event, email="known@example.org")
        for email in ("known@example.org", "new@example.org"):
            page = client.get(f"/events/{event.slug}/register?lang=en").text
            said[event.id, email] = sent(client, event, page, **{**PERSON, "email": email}).text.replace(email, "")

    assert "The organiser decides on your registration" in said[asking.id, "new@example.org"]
    assert "Open the link in the letter by 11 October at 10:00." in said[proving.id, "new@example.org"]
    for event in (asking, proving):
        first, second = said[event.id, "known@example.org"], said[event.id, "new@example.org"]
        assert without_keys(first) == without_keys(second)


def without_keys(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "/registered/" not in line)


def test_places_of_a_session_stand_on_the_form_and_on_the_pages(client: FlaskClient):
    event = make.an_event(asks_sessions=True)
    full = make.a_session(event, title="Panel", capacity=1)
    make.a_session(event, title="Warsztat", capacity=2)
    make.a_registration(event)
    pages = [client.get(f"/events/{event.slug}/{path}?lang=en").text for path in ("register", "", "agenda")]

    assert all("1 place left" in page for page in pages)
    assert "full: you join this session&#39;s queue" in pages[0]
    assert all("Whoever registers for this session joins its queue." in page for page in pages[1:])
    assert "Full" in client.get(f"/events/{event.slug}/sessions/{full.slug}/?lang=en").text

"""The desk where letters come back: seen at the person, in the table, among the letters and the next steps; tried again."""

from flask import Flask

from app.db import db, transaction
from app.mail import bounces
from app.mail.models import Bounce
from app.overview import steps
from app.overview.steps import Step, StepKind
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.registration.outgoing import messages


def come_back(address: str) -> None:
    """Letters to this address come back."""
    with transaction():
        db.session.add(Bounce(address_key=bounces.key(address), address=address, words="550 5.1.1 <no such user>"))


def test_an_address_at_which_letters_come_back_is_shown_and_tried_again(app: Flask):
    event = make.an_event()
    lost, other = make.a_registration(event, email="Zaneta@example.org"), make.a_registration(event, name="Jan Wójcik")
    come_back("zaneta@EXAMPLE.org")
    desk = Desk(app, make.a_user(is_administrator=True, language="en"))
    path = f"/organise/events/{event.id}"

    table = desk.get(f"{path}/participants?letters=failed&lang=en").text
    page = desk.get(f"{path}/participants/{lost.number}?lang=en").text
    letters = desk.get(f"{path}/letters/messages?state=paused&lang=en").text
    overview = desk.get(f"{path}/?lang=en").text

    assert (lost.name in table, other.name in table) == (True, False)
    assert "550 5.1.1 &lt;no such user&gt;" in page
    assert "Paused" in page
    assert (lost.email in letters, other.email in letters) == (True, False)
    assert "1 address at which letters come back" in overview
    assert "Letters to this address come back" not in desk.get(f"{path}/participants/{other.number}?lang=en").text

    answer = desk.post(f"{path}/participants/{lost.number}/letters-again")

    assert answer.status_code == 303
    assert not bounces.paused([lost.email])
    assert "Let letters to an address leave again" in desk.get(f"{path}/history?lang=en").text
    assert "Letters to this address come back" not in desk.get(f"{path}/participants/{lost.number}?lang=en").text


@one_database
def test_a_letter_that_waits_leaves_when_its_address_is_tried_again(app: Flask):
    event = make.an_event()
    person = make.a_registration(event)
    come_back(person.email)
    desk = Desk(app, make.a_user(is_administrator=True, language="en"))
    path = f"/organise/events/{event.id}/letters/messages/{messages()[0].id}"

    before = desk.get(f"{path}?lang=en").text
    answers = [desk.post(f"{path}/let").status_code for _ in range(2)]

    assert "This one waits." in before
    assert answers == [303, 409]
    assert "This one waits." not in desk.get(f"{path}?lang=en").text


@one_database
def test_addresses_at_which_letters_come_back_are_counted_once_and_only_of_who_still_comes(app: Flask):
    event, elsewhere = make.an_event(), make.an_event()
    for about, address in ((event, "a@example.org"), (event, "b@example.org"), (elsewhere, "c@example.org")):
        make.a_registration(about, email=address)
        come_back(address)

    found = next(step for step in steps.of(event) if step.kind is StepKind.RETURNED_LETTERS)

    assert found == Step(StepKind.RETURNED_LETTERS, count=2)

"""The rules of entry at the desk: saved, told in words, copied; groups of participants; invitations."""

from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.admission import quotas
from app.admission import rules as admission
from app.admission.models import Invitee, Rules
from app.audit.models import Record
from app.db import db
from app.events.members import Post
from app.events.models import Event
from app.registration.models import Choice
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.forms import form_with

RULES = {
    "version": "1",
    "domains": "gdynia.pl, *.gov.pl\n@UM.Krakow.pl",
    "most_of_organisation": "3",
    "proves_address": "y",
    "proving_minutes": "90",
    "needs_approval": "y",
    "accept_hours": "24",
    "most_in_party": "5",
}


def at_the_desk(app: Flask, **facts: Any) -> tuple[Desk, Event, str]:
    event, user = make.an_event(**facts), make.a_user(language="en")
    make.a_membership(user, event, Post.EDITOR)
    return Desk(app, user), event, f"/organise/events/{event.id}"


def test_rules_are_saved_and_told_in_plain_words(app: Flask):
    desk, event, here = at_the_desk(app)
    before = desk.get(f"{here}/rules?lang=en").text

    answer = desk.post(f"{here}/rules", RULES)
    after = desk.get(f"{here}/rules?lang=en").text

    assert answer.status_code == 303
    rules = admission.of(event)
    assert (rules.domains, rules.version) == (["gdynia.pl", "gov.pl", "um.krakow.pl"], 2)
    assert (rules.most_of_organisation, rules.proving_minutes, rules.accept_hours, rules.takes_parties) == (3, 90, 24, False)
    assert "Anybody can register." in before
    assert "Whoever registers waits for your approval and holds no place yet." in after
    assert "They have 24 hours to accept it; then it goes to the next person." in after
    assert db.session.scalars(sa.select(Record.act)).all() == ["rules.change"]


@one_database
def test_what_cannot_be_a_rule_is_refused_at_its_field_and_what_was_typed_stays(app: Flask):
    desk, event, here = at_the_desk(app)

    answer = desk.post(f"{here}/rules?lang=en", {**RULES, "domains": "gdynia.pl nic", "accept_hours": "dzień"})

    assert answer.status_code == 422
    assert "This is not a domain: nic." in answer.text
    assert "Enter a whole number from 1 to 336" in answer.text
    assert "gdynia.pl nic" in answer.text
    assert db.session.get(Rules, event.id) is None


@one_database
def test_two_who_save_at_once_do_not_undo_one_another(app: Flask):
    desk, event, here = at_the_desk(app)
    desk.post(f"{here}/rules", RULES)

    answer = desk.post(f"{here}/rules?lang=en", {**RULES, "domains": ""})

    assert answer.status_code == 409
    assert "Somebody else saved the rules in the meantime." in answer.text
    assert admission.of(event).domains == ["gdynia.pl", "gov.pl", "um.krakow.pl"]


def test_groups_are_added_ordered_and_stay_once_somebody_is_invited_in_them(app: Flask):
    desk, event, here = at_the_desk(app)
    for name, capacity in (("Miasta", "40"), ("Eksperci", "10")):
        desk.post(f"{here}/rules/groups", {"new-name": name, "new-name_en": "", "new-capacity": capacity})
    cities, experts = quotas.of(event)
    fields = {f"q{experts.id}-name": "Eksperci", f"q{experts.id}-name_en": "Experts", f"q{experts.id}-capacity": "12"}

    desk.post(f"{here}/rules/groups/{experts.id}", {**fields, "do": "save"})
    desk.post(f"{here}/rules/groups/{experts.id}", {**fields, "do": "up"})
    desk.post(f"{here}/invitations", {"people": "ewa@example.org", "language": "pl", "quota": str(experts.id)})
    refused = desk.post(f"{here}/rules/groups/{experts.id}?lang=en", {**fields, "do": "remove"})
    removed = {f"q{cities.id}-name": "Miasta", f"q{cities.id}-capacity": "40", "do": "remove"}
    desk.post(f"{here}/rules/groups/{cities.id}", removed)
    twice = desk.post(f"{here}/rules/groups?lang=en", {"new-name": "eksperci", "new-capacity": "1"})

    assert refused.status_code == 409
    assert "Somebody has registered or is invited in the group “Eksperci”, so it stays." in refused.text
    assert "There is a group of this name already" in twice.text
    assert [(quota.name, quota.capacity, quota.said("name", "en").text) for quota in quotas.of(event)] == [
        ("Eksperci", 12, "Experts")
    ]


@one_database
def test_a_copied_event_has_the_rules_and_the_groups_and_nobody_invited(app: Flask):
    desk, event, here = at_the_desk(app)
    desk.post(f"{here}/rules", RULES)
    desk.post(f"{here}/rules/groups", {"new-name": "Miasta", "new-capacity": "40"})
    desk.post(f"{here}/invitations", {"people": "ewa@example.org", "language": "pl", "quota": ""})

    desk.post(f"{here}/template", {})

    template = db.session.scalars(sa.select(Event).where(Event.is_template)).one()
    rules = admission.of(template)
    assert (rules.domains, rules.needs_approval, rules.accept_hours) == (["gdynia.pl", "gov.pl", "um.krakow.pl"], True, 24)
    assert [(quota.name, quota.capacity) for quota in quotas.of(template)] == [("Miasta", 40)]
    assert db.session.scalars(sa.select(Invitee.event_id)).all() == [event.id]


@one_database
def test_an_uploaded_list_says_which_lines_are_wrong_and_then_invites_all(app: Flask):
    desk, _, here = at_the_desk(app)
    file = "Imię;E-mail\nŻaneta Łącka;zaneta@example.org\nbez adresu\n".encode("cp1250")

    refused = desk.post(f"{here}/invitations?lang=en", {"file": (BytesIO(file), "lista.csv"), "language": "pl", "quota": ""})
    sent = desk.post(f"{here}/invitations", {"people": "Żaneta Łącka;zaneta@example.org", "language": "pl", "quota": ""})
    page = desk.get(f"{here}/invitations?lang=en&stage=invited").text

    assert refused.status_code == 422
    assert "1 line cannot be read, so nobody was invited" in refused.text
    assert "Line 3: There is no e-mail address on this line" in refused.text
    assert "Żaneta Łącka;zaneta@example.org" in refused.text
    assert sent.status_code == 303
    assert "Żaneta Łącka" in page


@one_database
def test_a_draft_invites_nobody(app: Flask):
    desk, _, here = at_the_desk(app, status="draft")

    answer = desk.post(f"{here}/invitations?lang=en", {"people": "ewa@example.org", "language": "pl", "quota": ""})

    assert answer.status_code == 409
    assert "Publish it first." in answer.text


def test_places_of_a_session_are_set_in_its_row_followed_by_the_queue_and_undone(app: Flask):
    desk, event, here = at_the_desk(app, asks_sessions=True)
    session = make.a_session(event, title="Warsztat")
    for _ in range(3):
        make.a_registration(event)
    row = form_with(desk.get(f"{here}/agenda").text, f"s{session.id}-capacity")
    address, kind = f"{here}/agenda/{session.id}", "application/x-www-form-urlencoded"

    desk.post(address, row.filled("do=save", **{f"s{session.id}-capacity": "2"}), content_type=kind)
    make.a_registration(event)
    counted = desk.get(f"{here}/agenda?lang=en").text
    wrong = desk.post(f"{address}?lang=en", row.filled("do=save", **{f"s{session.id}-capacity": "dwa"}), content_type=kind)
    desk.post(f"{here}/agenda/undo", {"number": "1"})
    undone = desk.get(f"{here}/agenda?lang=en").text

    assert "3 of 2 places taken, 1 waits" in counted
    assert "Enter a whole number from 1 to 1000000" in wrong.text
    assert "places taken" not in undone
    assert db.session.get_one(Choice, (4, session.id)).is_waiting is False

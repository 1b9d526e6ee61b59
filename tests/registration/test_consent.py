"""The information clause by version."""

import sqlalchemy as sa

from app.db import db, transaction
from app.registration import consent
from app.registration.models import Clause, Registration
from tests import make
from tests.defaults import one_database
from tests.web.reading import Reading

pytestmark = one_database


def publish(text: str) -> int:
    with transaction():
        return consent.publish(text, text).version


def test_a_text_is_published_once_and_a_changed_one_is_a_new_version(app):
    assert [publish("A"), publish("A"), publish("B"), publish("B")] == [1, 1, 2, 2]


def test_a_text_that_comes_back_is_a_version_of_its_own(app):
    assert [publish("A"), publish("B"), publish("A")] == [1, 2, 3]
    assert [clause.text_pl for clause in db.session.scalars(sa.select(Clause).order_by(Clause.version))] == ["A", "B", "A"]


def test_only_the_latest_texts_are_in_force(app):
    publish("A")
    publish("B")

    assert consent.current("A", "A") is None
    assert consent.current("B", "B") is consent.latest()


def photos(text: str, owner: consent.Owner) -> Clause:
    with transaction():
        words = {"label_pl": "Zgoda na zdjęcia", "label_en": "I agree to photos"}
        return consent.publish(f"PL {text}", f"EN {text}", name="photos", owner=owner, **words)


def test_the_events_own_text_beats_the_organisations_and_that_the_operators(app):
    event = make.an_event()
    found = []
    for owner in (None, event.organiser, event):
        with transaction():
            published = consent.publish("A", "A", owner=owner)
        found.append((consent.in_force(event) is published, consent.is_in_force(event, published.version), published.number))
    with transaction():
        consent.retire(event, "information")

    assert found == [(True, True, 1)] * 3
    assert consent.in_force(event) is consent.standing(event.organiser)
    assert consent.in_force(make.an_event()) is consent.latest()


def test_consents_are_asked_for_in_the_version_nearest_to_the_event(app):
    event = make.an_event()
    photos("the organisation's", event.organiser)
    own = photos("the event's", event)

    assert consent.asked(event) == [own]
    assert consent.asked(make.an_event()) == []


def test_the_form_offers_consents_unticked_and_keeps_the_ones_that_are_ticked(app, client, visit):
    event = make.an_event()
    version = photos("one", event).version
    visitor = visit(event)
    page = visitor.open()
    checked = visitor.fill_in(consents=str(version))
    visitor.confirm(checked)
    person = db.session.scalars(sa.select(Registration)).one()
    late = make.an_event()

    assert "checked" not in page.all("input", name="consents")[0]
    assert "I agree to photos" in checked.text
    assert [(one.clause.name, one.clause.number) for one in consent.given(person)] == [("information", 1), ("photos", 1)]
    assert visit(late).open().all("input", name="consents") == []


def test_a_form_ticked_under_an_old_text_comes_back_kindly(app, visit):
    event = make.an_event()
    old = photos("one", event).version
    visitor = visit(event)
    checked = visitor.fill_in(consents=str(old))
    photos("two", event)
    answer = visitor.confirm(checked)

    assert answer.status_code == 422
    assert "The text of a consent has changed. Read it again, and tick it if you agree." in answer.text
    assert 'value="Maria Zalewska"' in answer.text
    assert db.session.scalar(sa.select(Registration)) is None


def test_the_version_that_was_accepted_is_shown_after_the_text_has_changed(app, owner):
    event = make.an_event()
    version = photos("one", event).version
    mine = owner(event, consents=[version])
    photos("two", event)
    with transaction():
        consent.publish("Nowe", "New information", owner=event)
    page = mine.get().answer.text

    assert "EN one" in page
    assert "EN two" not in page
    assert "The organiser has changed this text since." in page
    assert "New information" not in page


def test_withdrawing_is_one_press_and_giving_again_is_one_press(app, owner):
    event = make.an_event()
    version = photos("one", event).version
    mine = owner(event, consents=[version])
    person = mine.registration
    told = [mine.done("consent", version=version, given=word) for word in ("no", "no", "yes")]
    new = photos("two", event).version
    mine.done("consent", version=version, given="no")
    mine.done("consent", version=new, given="yes")

    assert "You withdrew this consent:" in told[1]
    assert "You agreed: version 1" in told[2]
    assert [(one.clause.number, one.stands) for one in consent.optional(person)] == [(1, False), (2, True)]
    assert person.is_confirmed
    assert mine.post("consent", version=version, given="yes").status_code == 409


def test_the_forms_name_the_organiser_where_a_text_of_their_own_is_in_force(app, client):
    event = make.an_event()
    paths = [f"/events/{event.slug}/register", f"/events/{event.slug}/register/group?people=1"]

    def controllers() -> list[str]:
        pages = [Reading(client.get(path)).text for path in paths]
        return [page.partition("The data controller is: ")[2].partition(". ")[0] for page in pages]

    publish("The operator's")
    operators = controllers()
    with transaction():
        consent.publish("The organisation's", "The organisation's", owner=event.organiser)

    assert operators == [app.config["SETTINGS"].operator.name] * 2
    assert controllers() == [event.organiser.name] * 2

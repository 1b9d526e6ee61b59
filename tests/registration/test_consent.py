"""The information clause by version."""

import sqlalchemy as sa

from app.db import db, transaction
from app.registration import consent
from app.registration.models import Clause
from tests.defaults import one_database

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

"""Keys: derived when needed, kept as digests, revoked one by one."""

import pytest
import sqlalchemy as sa

from app import tokens
from app.db import transaction
from app.registration import keys
from app.registration.models import Purpose
from tests import make
from tests.defaults import SETTINGS, one_database

pytestmark = one_database


def test_a_replaced_key_is_revoked_and_the_new_one_opens(app):
    registration = make.a_registration(make.an_event())
    former, revision = keys.token(registration, Purpose.FEED), registration.revision

    with transaction():
        keys.replace(registration, Purpose.FEED)

    new = keys.token(registration, Purpose.FEED)
    assert (new != former, registration.revision) == (True, revision + 1)
    assert keys.find(Purpose.FEED, new) is registration
    with pytest.raises(keys.Revoked):
        keys.find(Purpose.FEED, former)


def test_a_second_click_replaces_nothing(app):
    registration = make.a_registration(make.an_event())

    for _ in range(2):
        with transaction():
            keys.replace(registration, Purpose.FEED, generation=1)

    assert [key.generation for key in keys.of(registration, Purpose.FEED)] == [1, 2]


def test_replacing_one_key_leaves_the_others(app):
    registration = make.a_registration(make.an_event())
    others = [keys.token(registration, purpose) for purpose in (Purpose.MY, Purpose.JOIN)]

    with transaction():
        keys.replace(registration, Purpose.FEED)

    assert [keys.token(registration, purpose) for purpose in (Purpose.MY, Purpose.JOIN)] == others


def test_an_unknown_key_finds_nothing(app):
    with pytest.raises(sa.exc.NoResultFound):
        keys.find(Purpose.MY, tokens.random())


def test_keys_survive_a_change_of_the_secret(app):
    registration = make.a_registration(make.an_event())
    token = keys.token(registration, Purpose.MY)

    tokens.use("another secret for tests, just as good", SETTINGS["SECRET_KEY"])
    try:
        assert keys.token(registration, Purpose.MY) == token
        assert keys.find(Purpose.MY, token) is registration
    finally:
        tokens.use(SETTINGS["SECRET_KEY"])


def test_two_people_have_nothing_in_common(app):
    event = make.an_event()
    everybody = [make.a_registration(event) for _ in range(2)]

    found = {keys.token(registration, purpose) for registration in everybody for purpose in keys.ISSUED}

    assert len(found) == 6
    assert {len(token) for token in found} == {32}

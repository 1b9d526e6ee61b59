"""One's own account, and the accounts of all for administrators."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app import worker
from app.accounts import accounts
from app.accounts.models import Passkey, User
from app.audit.models import Record
from app.db import db, transaction
from app.errors import Refused
from app.web import account_store
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.outbox import letters, link_in
from tests.signing_in import BASE, Visitor

NEW = "dwa zielone parasole"


def anew(user_id: int) -> User:
    db.session.rollback()
    return db.session.get_one(User, user_id)


def a_passkey(user: User, **facts: object) -> Passkey:
    defaults = {"credential_id": b"1", "public_key": b"2", "name": "Telefon", "usage": "first"}
    return make.kept(Passkey, {"user_id": user.id, "backup_state": False, "device_type": "single_device", **defaults, **facts})


def acts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Record.act).order_by(Record.id)))


@one_database
def test_name_and_language_are_changed(app: Flask):
    user = make.a_user()
    desk = Desk(app, user)

    answer = desk.post("/organise/account", {"name": "  Olga   Nowa ", "language": "en"})
    wrong = desk.post("/organise/account", {"name": " ", "language": "en"})

    assert (answer.status_code, anew(user.id).name, anew(user.id).language) == (303, "Olga Nowa", "en")
    assert wrong.status_code == 422


def test_a_changed_password_signs_out_everywhere_else(app: Flask):
    user = make.a_user()
    here, elsewhere = Visitor(app), Visitor(app)
    here.sign_in(user)
    elsewhere.sign_in(user)
    here.open("/organise/account/password")

    changed = here.send("new_password", "/organise/account/password", password=make.PASSWORD, new_password=NEW)
    worker.tick(app)

    assert (changed.status_code, here.open("/organise/account").status_code) == (303, 200)
    assert elsewhere.open("/organise/account").status_code == 302
    assert Visitor(app).sign_in(anew(user.id), NEW).status_code == 302
    assert len(letters(app)) == 1
    assert acts() == ["account.password"]


@one_database
def test_a_password_is_changed_only_with_the_present_one(app: Flask):
    user = make.a_user()
    desk = Desk(app, user)
    wrong = {"password": "guess", "new_password": NEW}

    statuses = [desk.post("/organise/account/password", wrong).status_code for _ in range(9)]

    assert statuses == [422] * 9
    assert "Too many tries" in desk.post("/organise/account/password?lang=en", {**wrong, "password": make.PASSWORD}).text
    assert anew(user.id).password == make.PASSWORD_HASH


def test_every_other_session_is_ended_by_a_button(app: Flask):
    user = make.a_user()
    here, elsewhere = Visitor(app), Visitor(app)
    here.sign_in(user)
    elsewhere.sign_in(user)
    here.open("/organise/account")

    here.send("csrf_token", "/organise/account/end-sessions")

    assert (here.open("/organise/account").status_code, elsewhere.open("/organise/account").status_code) == (200, 302)


@one_database
def test_ending_sessions_is_no_fresh_sign_in(app: Flask):
    desk = Desk(app, make.a_user())

    desk.post("/organise/account/end-sessions")

    assert desk.get("/organise/account/codes").status_code == 302


@one_database
def test_a_passkey_is_removed_by_its_name(app: Flask):
    user = make.a_user()
    a_passkey(user)
    visitor = Visitor(app)
    visitor.sign_in(user)
    page = visitor.open("/organise/account/passkeys")

    answer = visitor.send("name", "/organise/account/passkeys/remove", name="Telefon")

    assert ("Telefon" in page.text, answer.status_code, acts()) == (True, 302, [account_store.ACT])
    assert db.session.scalars(sa.select(Passkey)).all() == []


def test_what_another_request_changed_meanwhile_is_not_written_over(app: Flask):
    user = make.a_user(mf_recovery_codes=["a", "b"])
    store = app.extensions["security"].datastore
    with app.test_request_context("/organise/"):
        stale = db.session.get_one(User, user.id)
        store.mf_delete_recovery_code(stale, 0)
        with db.session.no_autoflush:
            changed = account_store.values_of(stale)
        db.session.rollback()
        with db.engine.begin() as other:
            other.execute(sa.update(User).values(mf_recovery_codes=["b"]))
        with pytest.raises(Refused), transaction():
            account_store.change(db.session.get_one(User, user.id), changed)

    assert anew(user.id).mf_recovery_codes == ["b"]


def test_an_administrator_opens_an_account(app: Flask):
    desk = Desk(app, make.a_user(is_administrator=True))
    facts = {"email": "Nowy@example.org", "name": "Nowy", "language": "pl"}

    made = desk.post("/organise/accounts/new", facts)
    again = desk.post("/organise/accounts/new", facts)
    worker.tick(app)
    link = link_in(letters(app)[-1]).removeprefix(BASE)
    visitor = Visitor(app)
    visitor.open(link)
    visitor.send("password", link, password=NEW)

    user = accounts.by_email("nowy@example.org")
    assert user
    assert (made.status_code, again.status_code, user.creates_events) == (303, 422, True)
    assert visitor.sign_in(user, NEW).status_code == 302


def test_an_account_is_shut_and_opened_again(app: Flask):
    desk, user = Desk(app, make.a_user(is_administrator=True)), make.a_user()
    theirs = Desk(app, user)
    path, number = f"/organise/accounts/{user.id}", user.id

    desk.post(f"{path}/deactivate")
    shut = theirs.get("/organise/").status_code
    refused = Visitor(app).sign_in(anew(number)).status_code
    desk.post(f"{path}/reactivate")

    assert (shut, refused, Visitor(app).sign_in(anew(number)).status_code) == (302, 422, 302)
    assert theirs.get("/organise/").status_code == 302
    assert acts() == ["account.deactivate", "account.reactivate"]


def test_the_last_administrator_stays(app: Flask):
    user = make.a_user(is_administrator=True)
    desk, number = Desk(app, user), user.id

    statuses = [desk.post(f"/organise/accounts/{number}/{what}").status_code for what in ("deactivate", "rights")]

    assert (statuses, anew(number).is_administrator, anew(number).active) == ([409, 409], True, True)


@one_database
def test_rights_are_given_and_taken(app: Flask):
    desk, number = Desk(app, make.a_user(is_administrator=True)), make.a_user().id

    desk.post(f"/organise/accounts/{number}/rights", {"administrator": "y", "creates": "y"})
    given = anew(number).is_administrator, anew(number).creates_events
    desk.post(f"/organise/accounts/{number}/rights")

    assert (given, (anew(number).is_administrator, anew(number).creates_events)) == ((True, True), (False, False))


@one_database
def test_who_lost_the_phone_is_helped_by_an_administrator(app: Flask):
    user = make.a_user(tf_primary_method="authenticator", tf_totp_secret="x", mf_recovery_codes=["a"])
    a_passkey(user)
    desk, number = Desk(app, make.a_user(is_administrator=True)), user.id

    desk.post(f"/organise/accounts/{number}/factors")

    helped = anew(number)
    assert (helped.tf_primary_method, helped.mf_recovery_codes, helped.webauthn) == (None, None, [])
    assert Visitor(app).sign_in(helped).location == "/organise/"


@one_database
@pytest.mark.parametrize("words", ["łucja", "LUCJA lucka", "lucja@"])
def test_accounts_are_found_by_name_or_address(app: Flask, words: str):
    desk = Desk(app, make.a_user(is_administrator=True))
    make.a_user(name="Łucja Łucka", email="lucja@example.org")
    make.a_user(name="Jan Kowalski")

    page = desk.get("/organise/accounts/", query_string={"q": words}).text

    assert ("Łucja Łucka" in page, "Jan Kowalski" in page) == (True, False)


@one_database
def test_the_list_of_accounts_costs_the_same_with_few_and_with_many(app: Flask, statements):
    desk = Desk(app, make.a_user(is_administrator=True))
    desk.get("/organise/accounts/")
    with statements() as with_one:
        desk.get("/organise/accounts/")
    for _ in range(60):
        make.a_user()

    with statements() as with_many:
        page = desk.get("/organise/accounts/?page=99999999999999999999")

    assert (len(with_one), page.status_code) == (len(with_many), 200)

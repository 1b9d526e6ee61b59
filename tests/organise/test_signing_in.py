import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from passlib.totp import TOTP

from app import worker
from app.accounts import attempts, links
from app.accounts.models import Passkey, User
from app.db import db
from tests import make
from tests.defaults import one_database
from tests.forms import form_with, forms_of
from tests.outbox import letters, link_in
from tests.signing_in import BASE, SIGN_IN, Visitor

LIBRARY = ("Two-Factor", "two-factor", "Recovery Codes", "Login", "Submit", "authentication factor", "Nickname", "reauthenticate")


def codes_of(user: User) -> TOTP:
    """What the app on the person's phone would show."""
    db.session.refresh(user)
    secret: TOTP = current_app.extensions["security"].totp_factory._totp.from_source(user.tf_totp_secret)
    return secret


def code(user: User, later: int = 0) -> str:
    phone = codes_of(user)
    return str(phone.generate(phone.now() + 30 * later).token)


def with_codes(app: Flask, user: User) -> tuple[Visitor, list[str]]:
    """Turn codes on as the person does, and make recovery codes; returns the browser and those codes."""
    visitor = Visitor(app)
    visitor.sign_in(user)
    visitor.open("/organise/account/codes")
    setup = visitor.send("csrf_token", "/organise/account/codes", "setup=authenticator")
    form = next(form for form in forms_of(setup.text) if "/account/codes/" in form.action)
    secret = state_of(app, form.action)["totp_secret"]
    phone = app.extensions["security"].totp_factory._totp.from_source(secret)
    visitor.post(form.action, form.filled(code=str(phone.generate().token)))
    visitor.open("/organise/account/recovery-codes")
    shown = visitor.send("csrf_token", "/organise/account/recovery-codes", "generate_new_codes=1")
    return visitor, re.findall(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", shown.text)


def a_second_passkey(user: User) -> dict[str, object]:
    facts = {"credential_id": b"1", "public_key": b"2", "name": "Klucz", "usage": "secondary"}
    return {"user_id": user.id, "backup_state": False, "device_type": "single_device", **facts}


def state_of(app: Flask, action: str) -> dict[str, str]:
    return dict(app.extensions["security"].tf_setup_serializer.loads(action.rpartition("/")[2]))


def test_an_address_with_nul_is_only_a_wrong_address(app: Flask):
    answer = Visitor(app).sign_in(User(email="a\0@example.org"))

    assert answer.status_code == 422


def test_who_knows_the_password_gets_to_the_desk(app: Flask):
    visitor = Visitor(app)

    answer = visitor.sign_in(make.a_user())

    assert (answer.status_code, answer.location) == (302, "/organise/")
    assert visitor.open("/organise/").status_code == 200


def test_signing_in_leads_back_to_the_page_that_was_asked_for(app: Flask):
    visitor = Visitor(app)

    answer = visitor.sign_in(make.a_user(), then="/organise/account?lang=pl")

    assert answer.location == "/organise/account?lang=pl"


@one_database
def test_nobody_is_led_to_another_site(app: Flask):
    answer = Visitor(app).sign_in(make.a_user(), then="https://elsewhere.example.com/")

    assert not (answer.location or "").startswith("https://elsewhere")


@one_database
@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_answer_does_not_say_whether_the_address_or_the_password_is_wrong(app: Flask, language: str):
    user, shut = make.a_user(), make.a_user(active=False)
    texts = []
    for somebody, password in ((user, "wrong"), (User(email="nobody@example.org"), "wrong"), (shut, make.PASSWORD)):
        visitor = Visitor(app, language)
        answer = visitor.sign_in(somebody, password)
        texts.append(answer.text.replace(somebody.email, ""))
        assert answer.status_code == 422

    assert len({re.sub(r'value="[^"]*"', "", text) for text in texts}) == 1
    assert "errsum" in texts[0]


def test_after_eight_tries_a_while_must_pass_and_then_it_works_again(app: Flask, clock):
    user = make.a_user()
    visitor = Visitor(app)
    for _ in range(attempts.PER_SUBJECT_AND_NETWORK):
        assert visitor.sign_in(user, "wrong").status_code == 422

    refused = visitor.sign_in(user)
    elsewhere = Visitor(app, network="203.0.113.9").sign_in(user)
    clock.stand_at(clock.now() + attempts.STRETCH + timedelta(seconds=1))
    later = visitor.sign_in(user)

    assert (refused.status_code, "15 minutes" in refused.text) == (429, True)
    assert (elsewhere.status_code, later.status_code) == (302, 302)


def test_who_gets_it_right_begins_anew(app: Flask):
    user, visitor = make.a_user(), Visitor(app)
    for _ in range(attempts.PER_SUBJECT_AND_NETWORK - 1):
        visitor.sign_in(user, "wrong")

    visitor.sign_in(user)

    assert attempts.counts(*attempts.fingerprints(user.email, "198.51.100.7")) == (0, 0, 0)


@one_database
def test_nobody_is_forgiven_for_somebody_else(app: Flask):
    victim, insider, guesser = make.a_user(), Visitor(app), Visitor(app)
    insider.open(SIGN_IN)
    form = form_with(insider.open(SIGN_IN).text, "password").filled(email=victim.email, password="wrong")
    insider.sign_in(make.a_user())
    for _ in range(attempts.PER_SUBJECT_AND_NETWORK - 1):
        guesser.sign_in(victim, "wrong")

    insider.post(SIGN_IN, form)

    assert attempts.counts(*attempts.fingerprints(victim.email, "198.51.100.7"))[0] >= attempts.PER_SUBJECT_AND_NETWORK - 1


def test_guessing_codes_is_not_forgiven_by_a_page_that_leads_back(app: Flask):
    user = make.a_user()
    with_codes(app, user)
    make.kept(Passkey, a_second_passkey(user))
    visitor = Visitor(app)
    visitor.open(visitor.sign_in(user).location)
    subject = f"code:{db.session.get_one(User, user.id).fs_uniquifier}"

    led_back = visitor.send("which", "/organise/sign-in/code", code="000000")

    assert (led_back.status_code, led_back.location) == (302, SIGN_IN)
    assert attempts.counts(*attempts.fingerprints(subject, "198.51.100.7"))[0] == 1


@one_database
def test_a_sign_in_page_that_was_open_too_long_is_shown_again(app: Flask):
    visitor = Visitor(app)
    visitor.open(SIGN_IN)
    visitor.client.delete_cookie("session", domain="plenum.example.org", path="/organise")

    answer = visitor.send("password", SIGN_IN, email="a@example.org", password="x")

    assert (answer.status_code, answer.location) == (303, SIGN_IN)
    assert "open for too long" in visitor.open(SIGN_IN).text


@one_database
def test_the_session_is_for_the_desk_alone(app: Flask):
    visitor = Visitor(app)
    signed_in = visitor.sign_in(make.a_user())
    public = visitor.open("/events/")

    cookie = signed_in.headers["Set-Cookie"]
    assert all(part in cookie for part in ("Path=/organise", "HttpOnly", "SameSite=Lax", "Secure"))
    assert "Set-Cookie" not in public.headers


@one_database
def test_signing_out_ends_the_session(app: Flask):
    visitor = Visitor(app)
    visitor.sign_in(make.a_user())
    visitor.open("/organise/")

    answer = visitor.send("csrf_token", "/organise/sign-out")

    assert (answer.status_code, visitor.open("/organise/").status_code) == (302, 302)


def test_a_forgotten_password_is_chosen_anew_by_the_link_in_the_letter(app: Flask):
    user, visitor = make.a_user(), Visitor(app)
    visitor.open("/organise/password")
    asked = visitor.send("email", "/organise/password", email=user.email.upper())
    worker.tick(app)
    link = link_in(letters(app)[-1])
    visitor.open(link)

    chosen = visitor.send("password", link.removeprefix(BASE), password="siedem niebieskich krzeseł")
    worker.tick(app)

    assert (asked.location, chosen.location) == ("/organise/password/asked", SIGN_IN)
    assert Visitor(app).sign_in(user).status_code == 422
    assert Visitor(app).sign_in(user, "siedem niebieskich krzeseł").status_code == 302
    assert user.email in letters(app)[-1]
    assert "/organise/password/" not in letters(app)[-1]
    assert visitor.open(link).status_code == 410


@one_database
def test_the_answer_to_a_forgotten_password_is_the_same_for_an_unknown_address(app: Flask):
    answers = []
    for email in (make.a_user().email, make.a_user(active=False).email, "nobody@example.org"):
        visitor = Visitor(app)
        visitor.open("/organise/password")
        answers.append(visitor.send("email", "/organise/password", email=email))

    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/organise/password/asked")}
    assert worker.tick(app) == 1


@one_database
def test_a_link_for_a_password_is_good_for_two_hours(app: Flask, clock):
    user = make.a_user()
    key = links.key(user, links.AFTER_RESET)
    good = Visitor(app).open(f"/organise/password/{key}")

    clock.stand_at(clock.now() + links.AFTER_RESET + timedelta(seconds=1))
    late = Visitor(app).open(f"/organise/password/{key}")

    assert (good.status_code, late.status_code) == (200, 410)
    assert good.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in good.headers["Cache-Control"]
    assert Visitor(app).open("/organise/password/made-up").status_code == 404


@one_database
@pytest.mark.parametrize("password", ["short", "a" * 20, "x" * 200, ""])
def test_a_weak_password_is_refused_with_advice(app: Flask, password: str):
    key = links.key(make.a_user(), links.AFTER_RESET)
    visitor = Visitor(app)
    visitor.open(f"/organise/password/{key}")

    answer = visitor.send("password", f"/organise/password/{key}", password=password)

    assert (answer.status_code, "errsum" in answer.text) == (422, True)


def test_with_codes_on_the_password_is_not_enough(app: Flask):
    user = make.a_user()
    _, recovery = with_codes(app, user)
    visitor = Visitor(app)

    first = visitor.sign_in(user, then="/organise/account")
    before = visitor.open("/organise/account").status_code
    visitor.open(first.location)
    wrong = visitor.send("code", first.location, code="000000")
    right = visitor.send("code", first.location, code=code(user, later=1))

    assert len(recovery) == 8
    assert first.location.startswith("/organise/sign-in/code")
    assert (before, wrong.status_code, right.status_code, right.location) == (302, 422, 302, "/organise/account")


def test_after_a_wrong_code_the_key_in_the_phone_stays_good(app: Flask):
    visitor = Visitor(app)
    visitor.sign_in(make.a_user())
    visitor.open("/organise/account/codes")
    setup = visitor.send("csrf_token", "/organise/account/codes", "setup=authenticator")
    path = form_with(setup.text, "code").action
    phone = app.extensions["security"].totp_factory._totp.from_source(state_of(app, path)["totp_secret"])

    wrong = visitor.send("code", path, code="000000")
    right = visitor.send("code", form_with(wrong.text, "code").action, code=str(phone.generate().token))

    assert (wrong.status_code, "errsum" in wrong.text, phone.pretty_key() in wrong.text) == (422, True, True)
    assert right.location == "/organise/account"
    assert "Turn codes off" in visitor.open("/organise/account/codes").text


def test_a_code_is_taken_once(app: Flask):
    user = make.a_user()
    with_codes(app, user)
    one, other = Visitor(app), Visitor(app, network="203.0.113.9")
    for visitor in (one, other):
        visitor.open(visitor.sign_in(user).location)
    shown = code(user, later=1)

    answers = [visitor.send("code", "/organise/sign-in/code", code=shown).status_code for visitor in (one, other)]

    assert answers == [302, 422]


def test_a_recovery_code_lets_in_once(app: Flask):
    user = make.a_user()
    _, recovery = with_codes(app, user)
    answers = []
    for network in ("198.51.100.1", "198.51.100.2"):
        visitor = Visitor(app, network=network)
        visitor.sign_in(user)
        assert visitor.open("/organise/sign-in/lost").status_code == 200
        visitor.open("/organise/sign-in/recovery-code")
        answers.append(visitor.send("code", "/organise/sign-in/recovery-code", code=f" {recovery[0].upper()}").status_code)

    assert answers == [302, 422]
    assert len(db.session.get_one(User, user.id).mf_recovery_codes or []) == 7


def test_secrets_of_second_factors_are_stored_encrypted(app: Flask):
    user = make.a_user()
    _, recovery = with_codes(app, user)

    row = db.session.execute(sa.text("SELECT tf_totp_secret, mf_recovery_codes FROM users")).one()

    assert '"enckey"' in row[0]
    assert recovery[0] not in str(row[1])


@one_database
def test_turning_codes_off_is_enough_with_the_password_again(app: Flask):
    user = make.a_user()
    visitor, _ = with_codes(app, user)
    visitor.open("/organise/account/codes")

    visitor.send("csrf_token", "/organise/account/codes", "setup=disable")

    assert db.session.get_one(User, user.id).tf_primary_method is None
    assert Visitor(app).sign_in(user).location == "/organise/"


@one_database
@pytest.mark.parametrize("path", ["codes", "recovery-codes", "passkeys"])
def test_what_protects_the_account_needs_a_fresh_sign_in(app: Flask, path: str):
    visitor = Visitor(app)
    visitor.sign_in(make.a_user())
    fresh = visitor.open(f"/organise/account/{path}").status_code
    with visitor.client.session_transaction(base_url=f"{BASE}/organise/") as session:
        session["fs_paa"] -= 3600
        session.pop("fs_gexp", None)

    later = visitor.open(f"/organise/account/{path}")
    visitor.open(later.location)
    again = visitor.send("password", later.location, password=make.PASSWORD)

    assert (fresh, later.status_code) == (200, 302)
    assert later.location.startswith("/organise/sign-in/again")
    assert again.location == f"/organise/account/{path}"


@one_database
@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_library_says_nothing_of_its_own(app: Flask, language: str):
    visitor = Visitor(app, language)
    pages = [
        visitor.open(path).text for path in (SIGN_IN, "/organise/sign-in/passkey", "/organise/sign-in/lost", "/organise/password")
    ]
    visitor.sign_in(make.a_user())
    pages += [
        visitor.open(f"/organise/account{path}").text for path in ("", "/codes", "/recovery-codes", "/passkeys", "/password")
    ]

    assert [word for page in pages for word in LIBRARY if word in page] == []

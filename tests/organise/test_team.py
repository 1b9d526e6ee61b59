"""Teams: invitations by mail, posts, and an owner who is always left."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app import worker
from app.audit.models import Record
from app.db import db, transaction
from app.errors import Refused
from app.events import invitations, team
from app.events.members import Invitation, Membership, Post
from app.events.models import Event
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.outbox import letters, link_in
from tests.signing_in import BASE, Visitor

INVITED = {"email": "Nowa@example.org", "name": "Nowa Osoba", "post": "editor"}
PASSWORD = "dwa zielone parasole"


def an_owner(app: Flask, scope=None) -> tuple[Desk, Event]:
    event = scope or make.an_event()
    user = make.a_user(name="Olga Właścicielka")
    make.a_membership(user, event, Post.OWNER)
    return Desk(app, user), event


def team_of(event: Event) -> str:
    return f"/organise/events/{event.id}/team"


def posts(event: Event) -> dict[str, Post]:
    db.session.rollback()
    return {member.user.email: member.post for member in team.members(db.session.merge(event))}


def the_invitation() -> Invitation:
    db.session.rollback()
    return db.session.scalars(sa.select(Invitation)).one()


def invite(app: Flask, desk: Desk, event: Event) -> str:
    """Invite a colleague; returns the path of the link in the letter."""
    assert desk.post(team_of(event), INVITED).status_code == 303
    worker.tick(app)
    return link_in(letters(app)[-1]).removeprefix(BASE)


def test_a_colleague_joins_by_the_letter_with_a_name_and_a_password(app: Flask):
    desk, event = an_owner(app)
    link = invite(app, desk, event)
    visitor = Visitor(app)
    page = visitor.open(link)

    joined = visitor.send("password", link, password=PASSWORD)

    assert (page.status_code, page.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert "no-store" in page.headers["Cache-Control"]
    assert joined.location == f"/organise/events/{event.id}/"
    assert posts(event)["nowa@example.org"] is Post.EDITOR
    assert visitor.open("/organise/account").status_code == 200
    assert (visitor.open(link).status_code, "accepted" in visitor.open(link).text) == (410, True)


@one_database
@pytest.mark.parametrize("has_account", [True, False])
def test_who_joined_stands_in_the_history_of_the_event(app: Flask, has_account: bool):
    desk, event = an_owner(app)
    link, visitor = invite(app, desk, event), Visitor(app)
    if has_account:
        visitor.sign_in(make.a_user(email="nowa@example.org", name="Nowa Osoba"))
    visitor.open(link)

    visitor.post(link, "") if has_account else visitor.send("password", link, password=PASSWORD)

    joined = db.session.scalars(sa.select(Record).where(Record.act == "team.join")).one()
    assert (joined.user_name, joined.user_id is None, joined.event_id) == ("Nowa Osoba", False, event.id)


def test_who_has_an_account_signs_in_and_joins(app: Flask):
    user = make.a_user(email="nowa@example.org")
    desk, event = an_owner(app)
    link = invite(app, desk, event)
    visitor = Visitor(app)

    before = visitor.open(link)
    visitor.post(link, "")
    unchanged = posts(event)
    signed_in = visitor.sign_in(user, then=link)
    visitor.open(link)
    joined = visitor.post(link, "")

    assert ("Sign in" in before.text, "nowa@example.org" in unchanged, signed_in.location) == (True, False, link)
    assert (joined.status_code, posts(event)["nowa@example.org"]) == (303, Post.EDITOR)


def test_somebody_else_cannot_use_the_link(app: Flask):
    make.a_user(email="nowa@example.org")
    desk, event = an_owner(app)
    link = invite(app, desk, event)
    other = Visitor(app)
    other.sign_in(make.a_user())

    page = other.post(link, "")

    assert (page.status_code, "Sign out" in page.text) == (200, True)
    assert len(posts(event)) == 1


@one_database
def test_a_link_that_is_taken_back_or_out_of_time_says_what_to_do(app: Flask, clock):
    desk, event = an_owner(app)
    link = invite(app, desk, event)
    number = the_invitation().id

    clock.stand_at(clock.now() + invitations.GOOD_FOR + timedelta(minutes=1))
    late = Visitor(app).open(link)
    desk.post(f"{team_of(event)}/invitations/{number}/resend")
    renewed = Visitor(app).open(link)
    desk.post(f"{team_of(event)}/invitations/{number}/revoke")
    revoked = Visitor(app).open(link)

    assert [late.status_code, renewed.status_code, revoked.status_code] == [410, 200, 410]
    assert "Olga Właścicielka" in late.text
    assert Visitor(app).open("/organise/invitation/made-up").status_code == 404
    assert worker.tick(app) == 0


@one_database
@pytest.mark.parametrize(
    "wrong", [{"email": "no address"}, {"email": ""}, {"name": " "}, {"post": "king"}, {"email": "there@example.org"}]
)
def test_a_wrong_invitation_comes_back_with_what_was_typed(app: Flask, wrong: dict[str, str]):
    desk, event = an_owner(app)
    make.a_membership(make.a_user(email="there@example.org"), event, Post.VIEWER)

    answer = desk.post(team_of(event), {**INVITED, **wrong})

    assert (answer.status_code, "errsum" in answer.text) == (422, True)
    assert ("Nowa Osoba" in answer.text) is ("name" not in wrong)
    assert db.session.scalars(sa.select(Invitation)).all() == []


@one_database
def test_nobody_is_invited_twice(app: Flask):
    desk, event = an_owner(app)
    desk.post(team_of(event), INVITED)

    assert desk.post(team_of(event), INVITED).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 1


def test_the_post_of_a_member_is_changed_and_taken(app: Flask):
    desk, event = an_owner(app)
    member = make.a_membership(make.a_user(email="v@example.org"), event, Post.VIEWER)
    number = member.id

    desk.post(f"{team_of(event)}/{number}/post", {"post": "check_in"})
    changed = posts(event)["v@example.org"]
    desk.post(f"{team_of(event)}/{number}/remove")

    assert (changed, "v@example.org" in posts(event)) == (Post.CHECK_IN, False)


@one_database
def test_members_of_another_event_are_out_of_reach(app: Flask):
    desk, event = an_owner(app)
    _, elsewhere = an_owner(app)
    number = db.session.scalars(sa.select(Membership.id).where(Membership.event_id == elsewhere.id)).one()

    answers = [desk.post(f"{team_of(event)}/{number}/{what}", {"post": "viewer"}).status_code for what in ("post", "remove")]

    assert answers == [404, 404]


@pytest.mark.parametrize("act", [{"what": "remove", "data": {}}, {"what": "post", "data": {"post": "viewer"}}])
def test_the_last_owner_stays(app: Flask, act):
    desk, event = an_owner(app)
    number = team.members(event)[0].id

    answer = desk.post(f"{team_of(event)}/{number}/{act['what']}?lang=en", act["data"])

    assert (answer.status_code, list(posts(event).values())) == (409, [Post.OWNER])
    assert "<li>This is the only owner. Make somebody else an owner first.</li>" in answer.text
    assert "Invite a colleague" in answer.text


def test_two_owners_who_leave_at_once_do_not_leave_the_event_alone(app: Flask):
    _, event = an_owner(app)
    make.a_membership(make.a_user(), event, Post.OWNER)
    event_id, numbers = event.id, [member.id for member in team.members(event)]
    db.session.rollback()

    def leave(number: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    team.remove(db.session.get_one(Event, event_id), number)
            except Refused:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        left = sorted(pool.map(leave, numbers))

    assert (left, list(posts(event).values())) == ([False, True], [Post.OWNER])


def test_the_team_of_a_programme_works_the_same(app: Flask):
    programme = make.a_programme()
    desk, _ = an_owner(app, programme)
    path = f"/organise/programmes/{programme.id}/team"
    assert desk.post(path, INVITED).status_code == 303
    worker.tick(app)
    link = link_in(letters(app)[-1]).removeprefix(BASE)
    visitor = Visitor(app)
    visitor.open(link)

    joined = visitor.send("password", link, password=PASSWORD)

    assert joined.location == f"/organise/programmes/{programme.id}/"
    assert visitor.open(joined.location).status_code == 200
    assert desk.get(path).status_code == 200


def test_who_may_create_makes_a_programme_and_owns_it(app: Flask):
    user = make.a_user(creates_events=True)
    desk = Desk(app, user)

    made = desk.post("/organise/programmes/new", {"title": "Miasta bez barier"})
    desk.post(f"{made.location}edit", {"title": "Miasta bez barier 2"})

    db.session.rollback()
    member = db.session.scalars(sa.select(Membership).where(Membership.user_id == user.id)).one()
    assert member.programme
    assert (member.post, member.programme.title, member.programme.slug) == (
        Post.OWNER,
        "Miasta bez barier 2",
        "miasta-bez-barier",
    )
    assert desk.post("/organise/programmes/new", {"title": " "}).status_code == 422
    assert "Miasta bez barier 2" in desk.get("/organise/programmes/").text


@one_database
@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_letter_says_who_invites_to_what(app: Flask, language: str):
    owner, event = make.a_user(name="Olga Nowak"), make.an_event(title="Smart City")
    with transaction():
        invitations.invite(event, email="a@example.org", name="A", post=Post.VIEWER, language=language, by=owner)
    worker.tick(app)

    [text] = letters(app)

    assert "Olga Nowak" in text
    assert "Smart City" in text
    assert all(len(line) <= 76 for line in text.splitlines() if "https://" not in line)


@one_database
def test_a_team_costs_the_same_with_one_and_with_many(app: Flask, statements):
    desk, event = an_owner(app)
    desk.get(team_of(event))
    with statements() as with_one:
        desk.get(team_of(event))
    for _ in range(12):
        make.a_membership(make.a_user(), event, Post.VIEWER)
        desk.post(team_of(event), {**INVITED, "email": f"{_}@example.org"})

    with statements() as with_many:
        desk.get(team_of(event))

    assert len(with_one) == len(with_many)

"""Every page of the desk, opened by everybody: who may, who may not, and for whom the event does not exist."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app import permissions
from app.accounts.models import User
from app.db import db
from app.events.members import Post
from app.events.models import Event, Programme
from app.permissions import ON_A_PROGRAMME, ON_AN_EVENT, Act
from app.web.accounts import SIGN_IN
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.signing_in import BASE

OPEN = {"public", SIGN_IN}
NOWHERE = {"event_id", "programme_id"}
UNKNOWN = 999_999

TABLE = """
view_event             owner editor check_in viewer
edit_event             owner editor
publish_event          owner editor
end_event              owner
manage_team            owner
view_audit             owner editor
edit_agenda            owner editor
edit_form              owner editor
edit_materials         owner editor
view_participants      owner editor check_in viewer
edit_participants      owner editor
export_participants    owner editor
view_letters           owner editor viewer
write_letters          owner editor
view_programme         owner editor check_in viewer
edit_programme         owner
manage_programme_team  owner
"""
"""Written out, so that a change of the table in the program is seen here."""


@dataclass
class Route:
    """One page: its address on the test's event and programme, its methods, and the right it needs."""

    rule: Rule
    act: Act
    has_other_keys: bool = field(init=False)

    def __post_init__(self) -> None:
        self.has_other_keys = bool(self.rule.arguments - NOWHERE)

    @property
    def methods(self) -> list[str]:
        return sorted((self.rule.methods or set()) & {"GET", "POST"})

    def path(self, event_id: int, programme_id: int) -> str:
        known = {"event_id": event_id, "programme_id": programme_id}
        numbers = {name for name, kind in self.rule._converters.items() if "Integer" in type(kind).__name__}
        values = {name: known.get(name, UNKNOWN if name in numbers else "unknown") for name in self.rule.arguments}
        built = self.rule.build(values)
        assert built
        return str(built[1])


def of_the_desk(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/organise")]


def routes(app: Flask) -> list[Route]:
    marks = [(rule, getattr(app.view_functions[rule.endpoint], "access", None)) for rule in of_the_desk(app)]
    return [Route(rule, mark) for rule, mark in marks if isinstance(mark, Act)]


@dataclass(frozen=True)
class Somebody:
    """A person: with a post on the event, with one on its programme, an administrator, or with nothing here."""

    name: str
    user_id: int
    on_event: Post | None = None
    on_programme: Post | None = None
    is_administrator: bool = False

    def expected(self, act: Act) -> str:
        """Whether the act is allowed or refused, or there is nothing to be seen for them."""
        if act in ON_AN_EVENT:
            return self.of(ON_AN_EVENT[act], {self.on_event, self.on_programme})
        if act in ON_A_PROGRAMME:
            return self.of(ON_A_PROGRAMME[act], {self.on_programme})
        user = db.session.get_one(User, self.user_id)
        return "allowed" if act in permissions.acts_anywhere(user) else "refused"

    def of(self, able: frozenset[Post], held: set[Post | None]) -> str:
        if self.is_administrator or able & held:
            return "allowed"
        return "refused" if held - {None} else "unknown"


def everybody(event: Event, programme: Programme) -> Iterator[Somebody]:
    """One of each."""
    for post in Post:
        user = make.a_user()
        make.a_membership(user, event, post)
        yield Somebody(f"{post} of the event", user.id, on_event=post)
    for post in (Post.OWNER, Post.VIEWER):
        user = make.a_user()
        make.a_membership(user, programme, post)
        yield Somebody(f"{post} of the programme", user.id, on_programme=post)
    elsewhere = make.a_user(creates_events=True)
    make.a_membership(elsewhere, make.an_event())
    yield Somebody("owner of another event", elsewhere.id)
    yield Somebody("member of nothing", make.a_user().id)
    yield Somebody("administrator", make.a_user(is_administrator=True).id, is_administrator=True)


def another_event(somebody: Somebody, programme_id: int) -> int:
    """An event of its own for an act that is allowed and may change or delete it; returns its id."""
    event = make.an_event(programme_id=programme_id)
    if somebody.on_event:
        make.a_membership(db.session.get_one(User, somebody.user_id), event, somebody.on_event)
    return event.id


def happened(answer) -> str:
    """What an answer means; who sends a form with nothing in it was let through to the form."""
    status = answer.status_code
    if status == 404:
        return "unknown"
    if status == 403:
        return "refused"
    is_led_away = (answer.location or "").startswith("/organise/sign-in")
    return "allowed" if status < 500 and not is_led_away else f"{status} {answer.location or ''}"


def as_expected(expected: str, found: str, route: Route) -> bool:
    """Whether the answer fits; where the rest of the address names nothing, who may go on finds nothing (404)."""
    is_of_a_place = route.act in ON_AN_EVENT or route.act in ON_A_PROGRAMME
    return found == expected or (expected == "allowed" and found == "unknown" and (route.has_other_keys or not is_of_a_place))


def ask(app: Flask, user_id: int, method: str, path: str):
    desk = Desk(app, db.session.get_one(User, user_id))
    return desk.get(path) if method == "GET" else desk.post(path, {})


@one_database
def test_every_route_of_the_desk_says_which_right_it_needs(app: Flask):
    unmarked = {
        rule.endpoint
        for rule in of_the_desk(app)
        if not isinstance(mark := getattr(app.view_functions[rule.endpoint], "access", None), Act) and mark not in OPEN
    }

    assert unmarked == set()
    assert len(routes(app)) > 30


def test_every_right_is_in_one_table():
    assert set(ON_AN_EVENT) | set(ON_A_PROGRAMME) | permissions.ANYWHERE == set(Act)
    assert not set(ON_AN_EVENT) & set(ON_A_PROGRAMME)


def test_the_table_is_the_one_that_was_agreed():
    agreed = {words[0]: set(words[1:]) for line in TABLE.split("\n") if (words := line.split())}

    assert {act.value: {post.value for post in able} for act, able in {**ON_AN_EVENT, **ON_A_PROGRAMME}.items()} == agreed


@pytest.mark.usefixtures("own_app")
@one_database
def test_everybody_may_do_what_the_table_says_and_no_more(app: Flask):
    app.config["PROPAGATE_EXCEPTIONS"] = False  # a page that fails stands in the list with the others
    programme = make.a_programme()
    event = make.an_event(programme_id=programme.id)
    event_id, programme_id = event.id, programme.id
    people = list(everybody(event, programme))
    wrong = []
    for route, somebody in product(routes(app), people):
        expected = somebody.expected(route.act)
        for method in route.methods if expected == "allowed" else route.methods[-1:]:  # one page asks once for both
            is_changing = expected == "allowed" and method == "POST" and route.act in ON_AN_EVENT
            path = route.path(another_event(somebody, programme_id) if is_changing else event_id, programme_id)
            found = happened(ask(app, somebody.user_id, method, path))
            if not as_expected(expected, found, route):
                wrong.append(f"{method} {route.rule.rule} by {somebody.name}: {expected} expected, {found} found")

    assert wrong == []


@one_database
def test_a_stranger_is_led_to_sign_in_from_every_page(app: Flask):
    client = app.test_client()
    wrong = []
    for route in routes(app):
        for method in route.methods:
            answer = client.open(route.path(1, 1), method=method, base_url=BASE)
            if not (answer.location or "").startswith("/organise/sign-in"):
                wrong.append(f"{method} {route.rule.rule}: {answer.status_code}")

    assert wrong == []


@one_database
def test_an_event_that_is_not_there_is_nowhere_for_anybody(app: Flask):
    administrator = make.a_user(is_administrator=True).id
    wrong = []
    for route in routes(app):
        if route.act in ON_AN_EVENT or route.act in ON_A_PROGRAMME:
            for method in route.methods:
                status = ask(app, administrator, method, route.path(UNKNOWN, UNKNOWN)).status_code
                if status != 404:
                    wrong.append(f"{method} {route.rule.rule}: {status}")

    assert wrong == []


@one_database
@pytest.mark.parametrize("post", [Post.EDITOR, Post.OWNER])
def test_a_post_in_a_programme_lets_somebody_create_events_in_it(app: Flask, post: Post):
    user = make.a_user()
    make.a_membership(user, make.a_programme(), post)

    assert Act.CREATE_EVENT in permissions.acts_anywhere(user)
    assert Act.CREATE_PROGRAMME not in permissions.acts_anywhere(user)

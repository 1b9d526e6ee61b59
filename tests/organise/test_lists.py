"""Every page of the desk asks the database as much for many rows as for one."""

from collections.abc import Callable, Mapping

from flask import Flask

from app.accounts.models import User
from app.db import db
from tests import desk_pages
from tests.defaults import one_database
from tests.desk import Desk
from tests.desk_pages import Scene

MORE_THAN_A_PAGE = 51


def costs(app: Flask, desk: Desk, scene: Scene, statements: Callable) -> Mapping[str, int]:
    """How many statements each page takes, by its endpoint; the pages that a form's state forbids are refused alike."""
    found = {}
    for endpoint, path in list(desk_pages.pages(app, scene)):
        desk.get(path)
        with statements() as said:
            answer = desk.get(path)
        assert answer.status_code == 200, (endpoint, path, answer.status_code, answer.location)
        found[endpoint] = len(said)
    return found


@one_database
def test_every_page_costs_the_same_with_one_row_and_with_more_than_a_page_of_them(app: Flask, statements: Callable):
    scene = desk_pages.a_scene()
    desk = Desk(app, db.session.get_one(User, scene.user_id))
    one = costs(app, desk, scene, statements)

    desk_pages.more(scene, MORE_THAN_A_PAGE)

    assert costs(app, desk, scene, statements) == one
    assert len(one) > 45

"""Every page says who may open it."""

from flask import Flask

from app.permissions import Act
from app.web.accounts import SIGN_IN
from tests.defaults import one_database

MARKS = {"public", SIGN_IN, *Act}


@one_database
def test_every_endpoint_says_who_may_open_it(app: Flask):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    marks = {endpoint: getattr(app.view_functions[endpoint], "access", None) for endpoint in endpoints}

    assert len(marks) > 20
    assert {endpoint: mark for endpoint, mark in marks.items() if mark not in MARKS} == {}


@one_database
def test_pages_of_the_desk_and_no_others_need_a_right(app: Flask):
    marks = {rule.rule: getattr(app.view_functions[rule.endpoint], "access", None) for rule in app.url_map.iter_rules()}

    assert {path for path, mark in marks.items() if mark in set(Act) and not path.startswith("/organise/")} == set()

"""Every page says who may open it."""

from flask import Flask

from tests.defaults import one_database

MARKS = {"public"}


@one_database
def test_every_endpoint_says_who_may_open_it(app: Flask):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    marks = {endpoint: getattr(app.view_functions[endpoint], "access", None) for endpoint in endpoints}

    assert len(marks) > 20
    assert {endpoint: mark for endpoint, mark in marks.items() if mark not in MARKS} == {}

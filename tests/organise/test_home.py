from flask import Flask

from tests import make
from tests.desk import Desk


def test_the_desk_lists_the_events_at_which_one_has_a_post(app: Flask):
    event, other = make.an_event(title="Moje"), make.an_event(title="Cudze")
    user = make.a_user()
    make.a_membership(user, event)

    page = Desk(app, user).get("/organise/").text

    assert (event.title in page, other.title in page) == (True, False)


def test_a_stranger_is_led_to_sign_in(app: Flask):
    answer = app.test_client().get("/organise/")

    assert (answer.status_code, answer.location) == (302, "/organise/sign-in?next=/organise/")

from flask import Flask

from tests import make
from tests.desk import Desk


def test_try(app: Flask):
    event = make.an_event(slug="a")
    s=make.a_session(event); make.an_appearance(s); make.a_session(event, starts_at=make.at("2021-10-26 11:00"), title="Panel")
    user = make.a_user(); make.a_membership(user, event)
    desk=Desk(app,user)
    page=desk.get(f"/organise/events/{event.id}/agenda")
    assert page.status_code==200
    open("/tmp/page.html","w").write(page.text)

"""What the letters to speakers say."""

import pytest
from flask import Flask, current_app

from app.agenda.models import Answer
from app.mail import rendering
from app.panels import keys
from tests import make
from tests.defaults import one_database
from tests.panels.test_engaging import asked, composed, messages, say

pytestmark = one_database


def words(number: int) -> rendering.Content:
    letter = composed(messages()[number])
    assert letter
    return rendering.render(current_app.jinja_env, letter)


@pytest.mark.parametrize("attendance", ["online", "offline"])
def test_letters_carry_the_link_and_never_speak_of_a_registration(app: Flask, attendance: str):
    event = make.an_event(language="en", attendance=attendance)
    session = make.a_session(event, title="Panel of experts")
    engagement = asked(session)
    say(engagement, **{f"s{session.id}": Answer.ACCEPTED})
    link = f"https://plenum.example.org/speak/{keys.token(engagement)}/"

    request, invitation = words(0), words(1)
    say(engagement, **{f"s{session.id}": Answer.DECLINED})
    withdrawal = words(2)

    for content in (request, invitation, withdrawal):
        assert link in content.text
        assert link in content.html
        assert "Panel of experts" in content.text
        assert "registration" not in content.text
        assert "We write to this address about your part in this event." in " ".join(content.text.split())
    assert request.subject.startswith("Please confirm that you will appear: Smart City")
    assert "10:00" in request.text
    assert ("26 October, 9:45" in invitation.text) is (attendance == "online")
    assert "Your answer is recorded: you will not appear in this part of the event." in " ".join(withdrawal.text.split())
    assert withdrawal.subject.startswith("Removed from your calendar: Panel of experts")

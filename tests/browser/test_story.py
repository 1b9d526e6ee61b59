"""The main job, end to end, as a new user meets it: a phone, no scripts, the keyboard alone."""

import re
from email.message import EmailMessage
from typing import Any, cast

import icalendar
import pytest
from flask.testing import FlaskCliRunner

from app.db import db
from app.events.models import Event
from tests.browser.conftest import PHONE, READING, OpenPage
from tests.browser.keyboard import Keyboard
from tests.live import Live
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.processes]

ADDRESS = "zaneta.lacka@example.org"
SLUG = "smart-city-v4"


def calendar_parts(letter: EmailMessage) -> list[EmailMessage]:
    return [part for part in letter.walk() if part.get_content_type() == "text/calendar"]


def bytes_of(part: EmailMessage) -> bytes:
    return cast(bytes, part.get_payload(decode=True))


def calendar_of(letter: EmailMessage) -> str:
    """The calendar part of a letter, as text, unfolded."""
    (part,) = calendar_parts(letter)
    return part.get_content().replace("\r\n ", "").replace("\n ", "")


def entry_of(letter: EmailMessage) -> Any:
    """The one entry of a letter."""
    (part,) = calendar_parts(letter)
    (entry,) = icalendar.Calendar.from_ical(bytes_of(part)).walk("VEVENT")
    return entry


def facts_of(letter: EmailMessage) -> dict[str, object]:
    """What an invitation promises to a calendar program."""
    (part,), entry = calendar_parts(letter), entry_of(letter)
    return {
        "method in MIME": part["Content-Type"].params["method"],
        "method in the body": re.findall(r"^METHOD:(\w+)", calendar_of(letter), re.MULTILINE),
        "starts": re.findall(r"^DTSTART.*$", calendar_of(letter), re.MULTILINE)[-1].strip(),
        "attendees": re.findall(r"^ATTENDEE.*:mailto:(.*?)\s*$", calendar_of(letter), re.MULTILINE),
        "status": str(entry["STATUS"]),
    }


def plain_text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def everything(letter: EmailMessage) -> str:
    """All that a letter says, decoded."""
    return "\n".join(bytes_of(part).decode(errors="replace") for part in letter.walk() if not part.is_multipart())


@pytest.fixture
def meeting_url(live: Live, runner: FlaskCliRunner) -> str:
    """The demonstration is loaded and the worker runs; the address that nobody may see before its hour."""
    assert runner.invoke(args=["demo"]).exit_code == 0
    live.start_worker()
    event = db.session.query(Event).filter_by(slug=SLUG).one()
    assert event.meeting_url
    return event.meeting_url


def test_from_the_front_page_to_the_calendar_and_out_again(live: Live, smtp: Mailbox, meeting_url: str, open_page: OpenPage):
    page = open_page(width=PHONE, scripts=False)
    keyboard = Keyboard(page)

    page.goto(f"{live.url}/")
    keyboard.follow(f"a[href$='/events/{SLUG}/']")
    keyboard.follow(f"a[href$='/events/{SLUG}/register']")
    keyboard.write("#name", "Żaneta Łącka")
    keyboard.write("#email", ADDRESS)
    keyboard.tick("#clause")
    keyboard.follow("button[value='check']")
    page.wait_for_timeout(READING)
    keyboard.follow("button[value='register']")

    assert page.title().startswith("Masz miejsce")
    invitation = smtp.wait_for(1, ADDRESS)[0]
    assert facts_of(invitation) == {
        "method in MIME": "REQUEST",
        "method in the body": ["REQUEST"],
        "starts": "DTSTART;TZID=Europe/Warsaw:20211026T100000",
        "attendees": [ADDRESS],
        "status": "CONFIRMED",
    }
    assert meeting_url not in everything(invitation)
    assert "zoom.example" not in everything(invitation)

    found = re.search(rf"{re.escape(live.url)}/my/[\w-]+/", plain_text(invitation))
    assert found
    page.goto(found[0])
    assert "Masz miejsce" in page.inner_text("main")
    keyboard.follow("a[href$='/cancel']")
    keyboard.follow("button.bad")

    cancellation = next(letter for letter in smtp.wait_for(2, ADDRESS)[1:] if "CANCEL" in calendar_of(letter))
    assert facts_of(cancellation) == {
        **facts_of(invitation),
        "method in MIME": "CANCEL",
        "method in the body": ["CANCEL"],
        "status": "CANCELLED",
    }
    before, after = entry_of(invitation), entry_of(cancellation)
    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], before["SEQUENCE"] + 1)

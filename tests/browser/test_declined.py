"""Declined in Outlook: the answer comes back by mail, is seen at the desk, can be taken back, or gives the place to the next."""

import re
import smtplib
import socket
from email.message import EmailMessage
from email.policy import SMTP as LINES

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.events.models import Event
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_speaker import press, sign_in
from tests.browser.test_story import bytes_of, calendar_parts, entry_of, facts_of, plain_text
from tests.live import Live
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.processes]

HAS_PLACE, WAITS = "henryk@example.org", "iwona@example.org"
SOON, A_DAY_LATER = "2021-10-11T09:10+02:00", "2021-10-12T10:30+02:00"
"""By the clocks of the workers, which begin when they do: ahead of the pages', so that nothing waits for its minute."""


@pytest.fixture
def event(app: Flask) -> Event:
    event = make.an_event(slug="warsztat", capacity=1)
    make.a_registration(event, email=HAS_PLACE, name="Henryk Łysiak")
    make.a_registration(event, email=WAITS, name="Iwona Śmigiel")
    return event


@pytest.fixture
def desk(app: Flask, live: Live, event: Event, open_page: OpenPage) -> Page:
    """The browser of an organiser who has signed in."""
    user = make.a_user()
    make.a_membership(user, event)
    page = open_page(width=DESKTOP)
    sign_in(page, live, app, user)
    return page


def declined_in_outlook(invitation: EmailMessage, stamp: str) -> bytes:
    """What Outlook sends when somebody declines: the entry with its own words, in HTML and as a calendar."""
    (part,) = calendar_parts(invitation)
    asked = bytes_of(part).decode().replace("\r\n ", "")
    uid, sequence = (re.search(rf"^{name}:(.*?)\r?$", asked, re.MULTILINE) for name in ("UID", "SEQUENCE"))
    assert uid
    assert sequence
    lines = (
        *("BEGIN:VCALENDAR", "METHOD:REPLY", "PRODID:Microsoft Exchange Server 2010", "VERSION:2.0"),
        *("BEGIN:VTIMEZONE", "TZID:Central European Standard Time", "BEGIN:STANDARD", "DTSTART:16010101T030000"),
        *("TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "END:STANDARD"),
        *("BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"),
        *("RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT", "END:VTIMEZONE"),
        *("BEGIN:VEVENT", f"ATTENDEE;PARTSTAT=DECLINED;CN=Henryk Łysiak:MAILTO:{HAS_PLACE}"),
        *("COMMENT;LANGUAGE=pl-PL:Mam w tym czasie inne spotkanie\\, przepraszam.\\n", f"UID:{uid[1]}"),
        *("SUMMARY;LANGUAGE=pl-PL:Odrzucono: Smart City - doświadczenia i wyzwania",),
        *("DTSTART;TZID=Central European Standard Time:20211026T100000",),
        *("DTEND;TZID=Central European Standard Time:20211026T123000", "CLASS:PUBLIC", "PRIORITY:5"),
        *(f"DTSTAMP:{stamp}", "TRANSP:OPAQUE", "STATUS:CONFIRMED", f"SEQUENCE:{sequence[1]}", "LOCATION;LANGUAGE=pl-PL:Zoom"),
        *("X-MICROSOFT-CDO-APPT-SEQUENCE:0", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "END:VEVENT", "END:VCALENDAR", ""),
    )
    mail = EmailMessage(policy=LINES)
    mail["From"], mail["To"] = f"Henryk Łysiak <{HAS_PLACE}>", "plenum@example.org"
    mail["Subject"], mail["Message-ID"] = "Odrzucono: Smart City - doświadczenia i wyzwania", f"<{stamp}@outlook.example.org>"
    mail["Date"], mail["In-Reply-To"] = "Mon, 11 Oct 2021 09:20:00 +0200", str(invitation["Message-ID"])
    mail.set_content("Mam w tym czasie inne spotkanie, przepraszam.")
    mail.add_alternative("<p>Mam w tym czasie inne spotkanie, przepraszam.</p>", subtype="html")
    mail.add_alternative("\r\n".join(lines), subtype="calendar", params={"method": "REPLY"}, cte="base64")
    return mail.as_bytes()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def deliver(port: int, mail: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        server.sendmail(HAS_PLACE, ["plenum@example.org"], mail)


def link_in(letter: EmailMessage, live: Live, name: str) -> str:
    found = re.search(rf"{re.escape(live.url)}/my/[\w-]+/{name}", plain_text(letter))
    assert found, plain_text(letter)
    return found[0]


def test_declined_in_outlook(live: Live, smtp: Mailbox, event: Event, desk: Page, open_page: OpenPage):
    port = free_port()
    live.start_inbox(port)
    for _ in range(2):
        live.start_worker(PLENUM_CLOCK=SOON)
    [invitation] = smtp.wait_for(1, HAS_PLACE)
    smtp.wait_for(1, WAITS)

    for _ in range(2):
        deliver(port, declined_in_outlook(invitation, "20211011T072000Z"))
    letter = smtp.wait_for(2, HAS_PLACE)[1]
    desk.goto(f"{live.url}/organise/events/{event.id}/participants?reply=declined")
    assert "Henryk Łysiak" in desk.inner_text("main")
    assert "Iwona Śmigiel" not in desk.inner_text("main")
    desk.goto(f"{live.url}/organise/events/{event.id}/participants/1")
    assert "Mam w tym czasie inne spotkanie, przepraszam." in desk.inner_text("main")

    phone = open_page(width=PHONE, scripts=False)
    phone.goto(link_in(letter, live, "keep"))
    press(phone, "Biorę udział, zachowaj")
    assert "Masz miejsce" in phone.inner_text("main")
    again = smtp.wait_for(3, HAS_PLACE)[2]
    assert (entry_of(again)["UID"], entry_of(again)["SEQUENCE"]) == (entry_of(invitation)["UID"], 1)
    assert (facts_of(again)["method in MIME"], len(smtp.to(HAS_PLACE)), len(smtp.to(WAITS))) == ("REQUEST", 3, 1)

    deliver(port, declined_in_outlook(again, "20211011T073000Z"))
    smtp.wait_for(4, HAS_PLACE)
    live.stop_workers()
    for _ in range(2):
        live.start_worker(PLENUM_CLOCK=A_DAY_LATER)
    cancelled = smtp.wait_for(5, HAS_PLACE)[4]
    promoted = smtp.wait_for(2, WAITS)[1]
    assert (facts_of(cancelled)["method in MIME"], entry_of(cancelled)["SEQUENCE"]) == ("CANCEL", 2)
    assert (facts_of(promoted)["method in MIME"], facts_of(promoted)["attendees"]) == ("REQUEST", [WAITS])
    desk.goto(f"{live.url}/organise/events/{event.id}/ledger")
    assert "Sprawdzona" in desk.inner_text("main")

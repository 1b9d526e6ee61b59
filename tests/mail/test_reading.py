"""Reading: whatever a mail is made of, it is understood within bounds or refused in a sentence."""

import base64
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail import reading
from app.mail.inbox import LARGEST
from app.mail.reading import Mail, Unreadable
from tests.mail.mails import ICS, a_mail, a_notification, an_answer

MIXED = 'Content-Type: multipart/mixed; boundary="a"'
SECONDS = 2.0


def nested(depth: int) -> bytes:
    """A calendar in so many parts within one another."""
    parts = [f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n' for level in range(depth)]
    return b"From: jan@example.org\r\n" + "".join(parts).encode() + b"Content-Type: text/calendar\r\n\r\n" + ICS


def part(*headers: str, content: bytes) -> bytes:
    return b"--a\r\n" + "\r\n".join(headers).encode() + b"\r\n\r\n" + content + b"\r\n"


def test_a_mail_is_read_as_far_as_it_matters():
    raw = an_answer(
        "Authentication-Results: mx.example.org; dmarc=pass",
        "Authentication-Results: mx.elsewhere.example.org; dmarc=fail",
        "Delivered-To: plenum+tag@example.org",
        "Sender: Calendar <calendar-notification@example.org>",
        "Reply-To: jan@home.example.org",
        "In-Reply-To: <confirmation@cal.plenum.example.org>",
        "Auto-Submitted: auto-generated",
        Subject="=?utf-8?q?Odrzucono=3A_za=C5=BC=C3=B3=C5=82=C4=87?=",
        From="=?utf-8?q?=22ewa=40example=2Eorg=22?= <jan@example.org>",
    )

    assert reading.read(raw, "plenum+other@example.org") == Mail(
        from_address="jan@example.org",
        sender_address="calendar-notification@example.org",
        reply_to=("jan@home.example.org",),
        recipients=("plenum+other@example.org", "plenum@example.org", "plenum+tag@example.org"),
        message_id="<1@mua.example.org>",
        in_reply_to="<confirmation@cal.plenum.example.org>",
        subject="Odrzucono: zażółć",
        auto_submitted="auto-generated",
        authentication_results=("mx.example.org; dmarc=pass", "mx.elsewhere.example.org; dmarc=fail"),
        is_automatic=False,
        calendar=ICS,
    )


@pytest.mark.parametrize(
    ("headers", "content", "charset"),
    [
        (("Content-Type: text/calendar; charset=UTF-8", "Content-Transfer-Encoding: base64"), base64.encodebytes, "utf-8"),
        (("Content-Type: text/calendar; charset=iso-8859-2", "Content-Transfer-Encoding: 8bit"), bytes, "iso-8859-2"),
        (("Content-Type: text/calendar; charset=us-ascii",), bytes, "utf-8"),
        (("Content-Type: text/calendar; charset=klingon",), bytes, "utf-8"),
        (("Content-Type: application/ics", "Content-Transfer-Encoding: base64"), base64.encodebytes, "utf-8"),
        (('Content-Type: application/octet-stream; name="Reply.ICS"',), bytes, "utf-8"),
        (("Content-Type: text/plain", 'Content-Disposition: attachment; filename="invite.ics"'), bytes, "utf-8"),
    ],
)
def test_a_calendar_is_found_in_whatever_part_and_charset_it_comes(headers: tuple[str, ...], content, charset: str):
    ics = ICS.decode().replace("UID", "COMMENT:Zażółć\r\nUID")
    inner = part("Content-Type: text/plain", content=b"No.") + part(*headers, content=content(ics.encode(charset))) + b"--a--"
    raw = a_mail("MIME-Version: 1.0", MIXED, body=inner)

    assert (reading.read(raw).calendar or b"").decode().strip() == ics.strip()


def test_the_calendars_own_part_goes_before_a_file():
    file = part("Content-Type: application/octet-stream; name=old.ics", content=b"old")
    raw = a_mail(MIXED, body=file + part("Content-Type: text/calendar", content=ICS) + b"--a--")

    assert (reading.read(raw).calendar or b"").strip() == ICS.strip()


def test_a_mail_within_the_mail_is_somebody_elses_words():
    raw = a_mail(MIXED, body=part("Content-Type: message/rfc822", content=an_answer()) + b"--a--")

    assert reading.read(raw).calendar is None


@pytest.mark.parametrize(
    ("header", "is_automatic"),
    [
        ("Auto-Submitted: auto-replied (vacation)", True),
        ("Precedence: bulk", True),
        ("X-Autoreply: yes", True),
        ("X-Autorespond: Out of office", True),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=a", True),
        ("Auto-Submitted: no", False),
        ("X-Auto-Response-Suppress: All", False),
        ("Subject: Out of office", False),
    ],
)
def test_what_answers_by_itself_is_known_by_its_headers_and_not_by_its_words(header: str, is_automatic: bool):
    assert reading.read(a_mail(header)).is_automatic is is_automatic


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "no headers"),
        (b"\r\n\r\nBEGIN:VCALENDAR", "no headers"),
        (a_mail(body=b"x" * LARGEST), "larger than 256 kB"),
        (nested(11), "nested more than 10 deep"),
        (nested(51), "more than 50 parts"),
        (nested(4000)[:LARGEST], "more than 50 parts"),
        (a_mail(MIXED, body=b"--a\r\n\r\nx\r\n" * 10_000), "more than 50 parts"),
        (b"From: " + b"j" * 250_000, "headers is too long"),
        (b"Subject: x\r\n" + b" x\r\n" * 50_000, "headers is too long"),
        (b'Content-Type: text/plain; x="' + b"; " * 100_000, "headers is too long"),
        (a_mail(MIXED, body=b"--a\rContent-Disposition: x" + b'; "' * 60_000), "headers is too long"),
        (b"To: " + b"(" * 16_000 + b"\r\n\r\n", "nested too deeply"),
    ],
)
def test_what_goes_beyond_the_bounds_is_refused_in_a_sentence_and_soon(raw: bytes, words: str):
    began = time.process_time()

    with pytest.raises(Unreadable, match=words):
        reading.read(raw)

    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "raw",
    [
        nested(9),
        b"From: j\0an@example.org\r\nSubject: \0\r\nContent-Type: text/calendar\r\n\r\nBEGIN\0",
        a_mail("Content-Type: text/calendar", "Content-Transfer-Encoding: base64", body=b"!!!=x==="),
        a_mail("Content-Type: text/calendar; charset=zlib_codec", body=b"\xff\xfe"),
        a_mail("Content-Type: text/calendar; charset=Punycode", body=b"a-" + b"9" * 200_000),
        a_mail(*[f'Content-Type: text/plain; x="{"; " * 1900}'] * 60),
        a_mail("Content-Type: text/calendar; charset=\0", body=b"\xff\xfe"),
        a_mail("Content-Type: text/calendar; charset*0*=%ff''%ff; name*1=x", body=b"x"),
        a_mail("Content-Type: text/calendar", "Content-Transfer-Encoding: uuencode", body=b"begin 666 x\n\xff"),
        a_mail("Content-Type: multipart/mixed"),
        a_mail(From="=?utf-8?b?!!!?= <jan@example.org>", Subject="=?klingon?q?=ff?= =?utf-8?b?/w==?="),
        a_mail(To="a@b," * 4000),
        a_notification("<x@y>").replace(b"Final-Recipient: rfc822;", b"Final-Recipient: " + b" ;" * 5000),
    ],
)
def test_a_hostile_mail_that_keeps_the_bounds_is_read(raw: bytes):
    began = time.process_time()

    mail = reading.read(raw)

    assert "\0" not in repr(mail)
    assert reading.text_of(raw)
    assert time.process_time() - began < SECONDS


def test_a_mail_is_shown_without_what_commands_a_terminal():
    raw = a_mail(body=b"\x1b]0;owned\x07<b>Zg\xc5\x82oszenie</b>", Subject="\x1b[2J")

    assert reading.text_of(raw).endswith("Subject: [2J\n\n]0;owned<b>Zgłoszenie</b>")


LINES = st.sampled_from(
    [
        b"From: jan@example.org",
        b"To: =?utf-8?q?=",
        b"Content-Type: multipart/report; boundary=a",
        b"Content-Type: message/delivery-status",
        b"Content-Type: message/rfc822",
        b"Content-Type: text/calendar; charset=utf-16",
        b"Content-Type: text/rfc822-headers; name*0*=utf-8''%",
        b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: attachment; filename=\xff.ics",
        b"Final-Recipient: rfc822;",
        b"X-Failed-Recipients: (((,<",
        b"Message-ID: <",
        b"--a",
        b"--a--",
        b"",
        b" ",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES | st.binary(max_size=60), max_size=40).map(b"\n".join), st.text(max_size=20))
def test_reading_raises_nothing_but_its_own_refusal(raw: bytes, envelope_to: str):
    reading.text_of(raw)
    with suppress(Unreadable):
        assert all("@" in address for address in reading.read(raw, envelope_to).recipients)

"""Every dialect is read, and nothing that comes in makes the reader raise anything but its own refusal."""

import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.calendar import replies
from app.calendar.replies import Answer, Unreadable
from app.mail import reading
from tests.replies import sent

SAYS = {
    "android-tentative": ("REPLY", "TENTATIVE", ""),
    "apple-mail-decline": ("REPLY", "DECLINED", "Jestem wtedy w Gdyni"),
    "exchange-decline": ("REPLY", "DECLINED", "Wyjeżdżam; przepraszam"),
    "exchange-delegate": ("REPLY", "DELEGATED", "Za mnie przyjdzie Jan"),
    "gmail-accept": ("REPLY", "ACCEPTED", ""),
    "gmail-counter": ("COUNTER", "NEEDS-ACTION", "Może godzinę później?"),
    "gmail-decline": ("REPLY", "DECLINED", "Koliduje z innym spotkaniem"),
    "ios-accept": ("REPLY", "ACCEPTED", ""),
    "nextcloud-decline": ("REPLY", "DECLINED", "Pierwszy powód\nDrugi powód; i ostatni"),
    "outlook-accept": ("REPLY", "ACCEPTED", ""),
    "outlook-com-tentative": ("REPLY", "TENTATIVE", ""),
    "outlook-decline": ("REPLY", "DECLINED", "Nie dam rady, mam w tym czasie sesję rady.\nPozdrawiam,\n Żaneta"),
    "outlook-latin1-tentative": ("REPLY", "TENTATIVE", "Vielleicht später"),
    "outlook-mac-accept": ("REPLY", "ACCEPTED", ""),
    "thunderbird-accept": ("REPLY", "ACCEPTED", ""),
    "zimbra-accept": ("REPLY", "ACCEPTED", ""),
}
SECONDS = 2.0
NINE = datetime(2021, 10, 26, 9, 0, tzinfo=UTC)
WORDS = st.sampled_from(
    (
        *("BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR", "METHOD:REPLY", "METHOD:COUNTER", f"UID:{sent.UID}"),
        *("ATTENDEE;PARTSTAT=DECLINED:mailto:a@example.org", 'ATTENDEE;CN="a, b;:c":MAILTO:a@example.org', 'ATTENDEE;CN="a:b'),
        *("DTSTAMP:99999999T999999Z", "DTSTAMP:00010101T000000", "DTSTART;TZID=Europe/Warsaw:20211026T100000", "SEQUENCE:-1"),
        *("DTSTART;TZID=../../etc/passwd:20211026T100000", "DTSTART;TZID=\0:99991231T235959", f"SEQUENCE:{'9' * 400}"),
        *("SEQUENCE:٣", "COMMENT:a\\nb\\", " ", "\t:", ":", ";", "BEGIN:VALARM", "RECURRENCE-ID:\0", 'X-A;B="c";D=^n:e'),
    )
)
TEXTS = st.lists(WORDS | st.text(max_size=40), max_size=40).map("\r\n".join).map(lambda text: text.encode(errors="surrogatepass"))


def calendar(name: str) -> bytes:
    found = reading.read(sent.dialect(name)).calendar
    assert found
    return found


@pytest.mark.parametrize("name", sent.dialects())
def test_each_dialect_says_who_answers_what(name):
    answer = replies.read(calendar(name))

    assert (answer.method, answer.partstat, answer.comment) == SAYS[name]
    assert (answer.uid, answer.attendee.casefold()) == (sent.UID, sent.ADDRESS)
    assert answer.organizer.casefold() == ("" if name == "outlook-com-tentative" else "plenum@example.org")
    assert answer.sequence == (None if name == "zimbra-accept" else 0)
    assert (answer.stamp.date().isoformat() if answer.stamp else None) == (None if name == "zimbra-accept" else "2021-10-12")


def test_what_stands_beside_the_answer_is_read_where_it_means_something():
    assert replies.read(calendar("gmail-counter")).proposed_starts_at == NINE
    assert replies.read(calendar("gmail-accept")).proposed_starts_at is None
    assert replies.read(calendar("exchange-delegate")).delegated_to == "jan.dudek@example.org"
    assert replies.read(calendar("zimbra-accept")).sent_by == "sekretariat@example.org"
    assert replies.read(calendar("zimbra-accept")).attendee_name == 'Łącka; Żaneta: "specjalistka"'


@pytest.mark.parametrize(
    ("former", "now", "why"),
    [
        ("METHOD:REPLY", "METHOD:REQUEST", replies.NO_ANSWER),
        ("METHOD:REPLY", "X-A:b", replies.NO_ANSWER),
        ("UID:", "X-UID:", replies.NO_UID),
        ("ATTENDEE", "X-ATTENDEE", replies.NOT_ONE_PERSON),
        ("SEQUENCE:0", "ATTENDEE:mailto:b@example.org", replies.NOT_ONE_PERSON),
        ("mailto:zaneta.lacka@example.org", "tel:+48", replies.NO_ADDRESS),
        ("SEQUENCE:0", "END:VEVENT\r\nBEGIN:VEVENT", replies.NOT_ONE_ENTRY),
        ("SEQUENCE:0", "END:VALARM", replies.CROSSED),
        ("SEQUENCE:0", "BEGIN:X\r\n" * 9, replies.TOO_MANY_COMPONENTS),
        ("SEQUENCE:0", "BEGIN:X\r\nEND:X\r\n" * 300, replies.TOO_MANY_COMPONENTS),
        ("SEQUENCE:0", "X-A:b\r\n" * 6000, replies.TOO_MANY_LINES),
        ("SEQUENCE:0", "X-A:" + "b" * 300_000, replies.TOO_LARGE),
    ],
)
def test_what_is_no_single_answer_is_refused_with_a_sentence(former, now, why):
    ics = calendar("gmail-accept").replace(b"\r\n ", b"").decode()

    with pytest.raises(Unreadable, match=f"^{re.escape(why)}$"):
        replies.read(ics.replace(former, now, 1).encode())


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("DTSTART;TZID=Central European Standard Time:20211026T110000", NINE),
        ("DTSTART;TZID=/example.org/20210901_1/Europe/Warsaw:20211026T110000", NINE),
        ("DTSTART;TZID=Europe/Warsaw:20211026T090000Z", NINE),
        ("DTSTART;VALUE=DATE:20211026", datetime(2021, 10, 26, tzinfo=UTC)),
        ("DTSTART;TZID=Atlantis:20211026T110000", None),
        ("DTSTART;TZID=Europe:20211026T110000", None),
        (f"DTSTART;TZID=Europe/{'x' * 500}:20211026T110000", None),
        ("DTSTART;TZID=../../etc/passwd:20211026T110000", None),
        ("DTSTART;TZID=Asia/Tokyo:00010101T000000", None),
        ("DTSTART;TZID=America/New_York:99991231T235959", None),
        ("DTSTART;VALUE=DURATION:P1D", None),
        ("DTSTART:yesterday", None),
    ],
)
def test_a_proposed_moment_is_read_in_the_zones_that_everybody_knows(written, moment):
    counter = calendar("gmail-counter").replace(b"DTSTART:20211026T090000Z", written.encode())

    assert replies.read(counter).proposed_starts_at == moment


def test_a_zone_that_a_stranger_defines_changes_no_zone_for_anybody():
    rules = b"BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+1200\r\nTZOFFSETTO:+1200\r\nEND:STANDARD"
    named = b"BEGIN:VTIMEZONE\r\nTZID:Romance Standard Time\r\n" + rules + b"\r\nEND:VTIMEZONE\r\n"
    starts = b"DTSTART;TZID=Romance Standard Time:20211026T110000"
    counter = calendar("gmail-counter").replace(b"DTSTART:20211026T090000Z", starts)

    assert replies.read(counter.replace(b"BEGIN:VEVENT", named + b"BEGIN:VEVENT")).proposed_starts_at == NINE
    assert replies.read(counter).proposed_starts_at == NINE


@pytest.mark.parametrize(("begins", "repeated"), [("X-A", ";A=b"), ("X-A;B=", " ;"), ("COMMENT:", "\\n"), ("DTSTART:P", "1D")])
def test_the_largest_calendar_is_read_soon(begins, repeated):
    line = begins + repeated * (260_000 // len(repeated))
    ics = calendar("gmail-counter").replace(b"DTSTART:20211026T090000Z", line.encode())
    began = time.process_time()

    assert replies.read(ics).partstat == "NEEDS-ACTION"

    assert len(ics) > 250_000
    assert time.process_time() - began < SECONDS


def test_marks_line_ends_and_charsets_of_other_programs_are_read_the_same():
    plain = calendar("outlook-latin1-tentative")
    text = plain.decode()

    assert replies.read(b"\xef\xbb\xbf" + plain.replace(b"\r\n", b"\n")) == replies.read(plain)
    assert replies.read(plain.replace(b"\r\n", b"\r")) == replies.read(plain)
    assert replies.read(text.encode("latin-1")) == replies.read(plain)
    assert replies.read(text.encode("utf-16")) == replies.read(plain)
    assert replies.read(plain.replace(b"DTSTAMP:20211012T071000Z", b"DTSTAMP:yesterday")).stamp is None
    assert replies.read(plain.replace(b"SEQUENCE:0", b"SEQUENCE:" + b"9" * 30)).sequence == 2**31 - 1
    long = replies.read(plain.replace(b"COMMENT:", b"COMMENT:\\0\0" + b"a" * 5000))
    assert (len(long.comment), "\0" in long.comment) == (1000, False)


def is_read_or_refused(ics: bytes) -> None:
    """Whatever it is, it is an answer that the database can hold, or it is refused."""
    try:
        answer = replies.read(ics)
    except Unreadable:
        return
    assert isinstance(answer, Answer)
    for text, most in ((answer.uid, 255), (answer.attendee, 320), (answer.attendee_name, 200), (answer.comment, 1000)):
        assert (len(text.encode(errors="ignore").decode()), "\0" in text) == (len(text), False)
        assert len(text) <= most
    assert answer.uid
    assert answer.attendee


@given(TEXTS | st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_text_makes_the_reader_fail(ics):
    is_read_or_refused(ics)


@given(st.sampled_from(sent.dialects()), st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
def test_no_mutation_of_a_dialect_makes_the_reader_fail(name, data):
    ics = bytearray(calendar(name))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(ics)))
        ics[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=12) | WORDS.map(str.encode))

    is_read_or_refused(bytes(ics))

"""Every dialect is read, and nothing that comes in makes the reader raise anything but its own refusal."""

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
    assert answer.stamp
    assert answer.stamp.date().isoformat() == "2021-10-12"


def test_what_stands_beside_the_answer_is_read_where_it_means_something():
    assert replies.read(calendar("gmail-counter")).proposed_starts_at == datetime(2021, 10, 26, 9, 0, tzinfo=UTC)
    assert replies.read(calendar("gmail-accept")).proposed_starts_at is None
    assert replies.read(calendar("exchange-delegate")).delegated_to == "jan.dudek@example.org"
    assert replies.read(calendar("zimbra-accept")).sent_by == "sekretariat@example.org"
    assert replies.read(calendar("zimbra-accept")).attendee_name == 'Łącka; Żaneta: "specjalistka"'
    counter = calendar("gmail-counter").replace(
        b"DTSTART:20211026T090000Z", b"DTSTART;TZID=Central European Standard Time:20211026T110000"
    )
    assert replies.read(counter) == replies.read(calendar("gmail-counter"))


@pytest.mark.parametrize(
    ("former", "now", "why"),
    [
        ("METHOD:REPLY", "METHOD:REQUEST", "no answer"),
        ("METHOD:REPLY", "X-A:b", "no answer"),
        ("UID:", "X-UID:", "which entry"),
        ("ATTENDEE", "X-ATTENDEE", "names 0 people"),
        ("SEQUENCE:0", "ATTENDEE:mailto:b@example.org", "names 2 people"),
        ("mailto:zaneta.lacka@example.org", "tel:+48", "who answers"),
        ("SEQUENCE:0", "END:VEVENT\r\nBEGIN:VEVENT", "2 entries"),
        ("SEQUENCE:0", "END:VALARM", "do not end"),
        ("SEQUENCE:0", "BEGIN:X\r\n" * 9, "too many components"),
        ("SEQUENCE:0", "BEGIN:X\r\nEND:X\r\n" * 300, "too many components"),
        ("SEQUENCE:0", "X-A:b\r\n" * 6000, "too many lines"),
        ("SEQUENCE:0", "X-A:" + "b" * 300_000, "too large"),
    ],
)
def test_what_is_no_single_answer_is_refused_with_a_sentence(former, now, why):
    ics = calendar("gmail-accept").replace(b"\r\n ", b"").decode()

    with pytest.raises(Unreadable, match=why):
        replies.read(ics.replace(former, now, 1).encode())


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

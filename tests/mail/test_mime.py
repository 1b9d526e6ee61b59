"""What a mail is made of, as anybody's parser reads it."""

import unicodedata
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail import mime
from app.mail.rendering import Content
from tests.mail.drafts import ICS, a_letter, an_invitation

pytestmark = pytest.mark.usefixtures("clock")
CONTENT = Content("Masz miejsce: Smart City, 26 października, 10:00", "Masz miejsce. Zażółć.\n", "<p>Masz miejsce. Zażółć.</p>\n")
NAMES = (
    "Żaneta Łącka",
    "Kowalski, Jan",
    'Jan "Janek" Kowalski',
    "Jan O'Neil-Smith",
    "Dr. Smith <boss@example.com>",
    "محمد الفاسي",
    "Ана 🎉 Петрова",
    "=?utf-8?q?Boss?= Kowalski",
    "a@b.example",
    "x; y: (z) \\",
    "Departament Strategii, Ministerstwo Funduszy i Polityki Regionalnej " * 3,
    "ŻÓŁĆ, " * 33,
    "",
)


def sent(content: Content = CONTENT, **changes: Any) -> EmailMessage:
    """The mail as the reader's program parses it."""
    raw = mime.build(a_letter(**changes), content).raw
    return message_from_bytes(raw, policy=policy.default)


def shape(part: EmailMessage) -> Any:
    """Content types, nested as the parts are."""
    if part.is_multipart():
        return {part.get_content_type(): [shape(cast(EmailMessage, inner)) for inner in part.iter_parts()]}
    return part.get_content_type()


def parts(message: EmailMessage) -> dict[str, EmailMessage]:
    return {part.get_content_type(): part for part in message.walk()}


def mailboxes(header: str, **changes: Any) -> list[tuple[str, str]]:
    """Names and addresses by the old parser: the new one leaves spaces between the encoded words of a name."""
    message = message_from_bytes(mime.build(a_letter(**changes), CONTENT).raw, policy=policy.compat32)
    pairs = getaddresses(message.get_all(header, []))
    return [(str(make_header(decode_header(name))), address) for name, address in pairs]


def test_a_letter_without_a_calendar_is_text_and_html():
    assert shape(sent()) == {"multipart/alternative": ["text/plain", "text/html"]}


def test_an_invitation_is_the_last_alternative_and_a_file():
    message = sent(calendar=an_invitation())

    alternative = {"multipart/alternative": ["text/plain", "text/html", "text/calendar"]}
    assert shape(message) == {"multipart/mixed": [alternative, "application/ics"]}


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_the_calendar_part_says_its_method_and_has_no_disposition(method: str):
    part = parts(sent(calendar=an_invitation(method)))["text/calendar"]

    assert dict(part["Content-Type"].params) == {"charset": "utf-8", "method": method}
    assert part["Content-Disposition"] is None
    assert part["Content-Transfer-Encoding"] == "base64"
    assert f"METHOD:{method}\r\n".encode() in part.get_payload(decode=True)


@pytest.mark.parametrize("ics", [ICS, ICS.rstrip(), ICS.replace(b"\r\n", b"\n")], ids=["as written", "no last line end", "LF"])
def test_the_calendar_travels_twice_byte_for_byte(ics: bytes):
    found = parts(sent(calendar=an_invitation(ics=ics)))

    assert found["text/calendar"].get_payload(decode=True) == ics
    assert found["application/ics"].get_payload(decode=True) == ics
    assert found["application/ics"].get_filename() == "invite.ics"
    assert found["application/ics"].get_content_disposition() == "attachment"


def test_text_and_html_are_quoted_printable():
    found = parts(sent(calendar=an_invitation()))

    assert [found[kind]["Content-Transfer-Encoding"] for kind in ("text/plain", "text/html")] == ["quoted-printable"] * 2
    contents = [str(found[kind].get_content()).replace("\r\n", "\n") for kind in ("text/plain", "text/html")]
    assert contents == [CONTENT.text, CONTENT.html]


def test_the_mail_is_seven_bit_with_short_lines():
    raw = mime.build(a_letter(calendar=an_invitation(), to_name="ŻÓŁĆ " * 40), CONTENT).raw

    assert raw.isascii()
    assert b"8bit" not in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_the_headers_of_a_letter():
    message = sent()

    assert {name: str(value) for name, value in message.items() if name != "Content-Type"} == {
        "From": "Dni Otwartych Źródeł <plenum@example.org>",
        "To": "Żaneta Łącka <zaneta.lacka@example.org>",
        "Subject": CONTENT.subject,
        "Date": "Mon, 11 Oct 2021 07:00:00 +0000",
        "Message-ID": "<1@cal.plenum.example.org>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Language": "pl",
    }


def test_a_later_letter_answers_the_first():
    message = sent(in_reply_to="<first@cal.plenum.example.org>")

    assert message["In-Reply-To"] == message["References"] == "<first@cal.plenum.example.org>"


def test_a_reminder_can_be_ended_in_one_step():
    url = "https://plenum.example.org/my/" + "x" * 100 + "/reminders"

    message = sent(unsubscribe=url)

    assert message["List-Unsubscribe"] == f"<{url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_one_mailbox(name: str):
    message = sent(to_name=name, from_name=name)

    assert [address.addr_spec for address in message["To"].addresses] == ["zaneta.lacka@example.org"]
    assert [address.addr_spec for address in message["From"].addresses] == ["plenum@example.org"]
    assert mailboxes("To", to_name=name) == [(" ".join(name.split()), "zaneta.lacka@example.org")]
    assert mailboxes("From", from_name=name) == [(" ".join(name.split()), "plenum@example.org")]


@pytest.mark.parametrize(
    "evil", ["Jan\r\nBcc: all@example.org", "Jan\nBcc: all@example.org", "Jan\u2028\x0bBcc: all@example.org\x00"]
)
def test_a_name_or_a_title_begins_no_header(evil: str):
    content = Content(evil, CONTENT.text, CONTENT.html)

    message = sent(content, to_name=evil, from_name=evil, unsubscribe=evil, in_reply_to=evil)

    assert message["Bcc"] is None
    assert [address.addr_spec for address in message["To"].addresses] == ["zaneta.lacka@example.org"]
    assert message["Subject"] == "Jan Bcc: all@example.org"


@pytest.mark.parametrize(
    "address", ["a@example.org, b@example.org", "a@example.org>", "<a@example.org", "nobody", "a b@example.org"]
)
def test_what_is_not_one_address_is_refused(address: str):
    with pytest.raises(ValueError, match="one address"):
        mime.build(a_letter(to_address=address), CONTENT)


def test_a_domain_of_other_letters_travels_as_ascii():
    message = sent(to_address="zaneta@łódź.example", from_address="plenum@faß.example")

    assert message["To"].addresses[0].addr_spec == "zaneta@xn--d-uga0v4h.example"
    assert message["From"].addresses[0].addr_spec == "plenum@xn--fa-hia.example"


def test_an_address_that_is_not_ascii_before_the_at_stays_as_it_is():
    raw = mime.build(a_letter(to_address="żółw@łódź.example"), CONTENT).raw

    assert "<żółw@xn--d-uga0v4h.example>\r\n".encode() in raw
    assert b"8bit" not in raw


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(names, names)
@settings(deadline=None, max_examples=50)
def test_no_name_and_no_subject_break_a_mail(name: str, subject: str):
    message = sent(Content(subject, "x\n", "<p>x</p>\n"), to_name=name)

    assert [address.addr_spec for address in message["To"].addresses] == ["zaneta.lacka@example.org"]
    assert message.keys() == sent().keys()
    assert not message.defects
    assert shape(message) == {"multipart/alternative": ["text/plain", "text/html"]}


@given(names)
@settings(deadline=None, max_examples=50)
def test_a_name_arrives_as_it_was_written(name: str):
    kept = "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in name)

    assert mailboxes("To", to_name=name) == [(" ".join(kept.split()), "zaneta.lacka@example.org")]

"""Mails as they come in, written for the tests."""

ICS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:1@cal.plenum.example.org\r\n"
    b"ATTENDEE;PARTSTAT=DECLINED:mailto:jan@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def a_mail(*headers: str, body: bytes = b"Hello.\r\n", **fields: str) -> bytes:
    """A mail of Jan's; further headers come first, as those of servers do."""
    named = {
        "From": "Jan <jan@example.org>",
        "To": "plenum@example.org",
        "Date": "Mon, 11 Oct 2021 09:00:00 +0200",
        "Message-ID": "<1@mua.example.org>",
        "Subject": "Hello",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    lines = [*headers, *(f"{name}: {value}" for name, value in named.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def an_answer(*headers: str, ics: bytes = ICS, **fields: str) -> bytes:
    """A calendar's answer, as the calendar's part alone."""
    kind = "Content-Type: text/calendar; charset=utf-8; method=REPLY"
    return a_mail(*headers, "MIME-Version: 1.0", kind, body=ics, **fields)


def a_notification(
    message_id: str,
    address: str = "jan@example.org",
    *,
    action: str = "failed",
    status: str = "5.1.1",
    original: str = "text/rfc822-headers",
    words: str = "smtp; 550 5.1.1 No such mailbox",
    key: str = "<dsn1@mx.example.org>",
) -> bytes:
    """A delivery status notification in the form of RFC 3464, as Postfix writes them."""
    body = f"""--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4F0A1
Arrival-Date: Mon, 11 Oct 2021 09:00:00 +0200 (CEST)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: {words}

--b
Content-Type: {original}

From: plenum@example.org
To: {address}
Message-ID: {message_id}
Subject: Potwierdzenie

--b--
"""
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"'
    headers = ("Auto-Submitted: auto-replied", "MIME-Version: 1.0", kind)
    fields = {"From": "MAILER-DAEMON@mx.example.org", "Message-ID": key, "Subject": "Undelivered Mail Returned to Sender"}
    return a_mail(*headers, body=body.replace("\n", "\r\n").encode(), **fields)

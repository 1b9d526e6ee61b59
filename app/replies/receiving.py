"""Takes a mail with a calendar's answer, for whoever sorts what came in."""

from app.audit.records import acting
from app.calendar import replies
from app.calendar.replies import Answer, Unreadable
from app.events.models import Event
from app.mail.models import Incoming
from app.mail.reading import Mail
from app.registration import places
from app.replies import acts, matching
from app.replies.acts import ANSWERS

ACT = "answer.receive"
NOT_OURS = "The entry that its calendar part is about is none of ours."
SAYS_NOTHING = "Its calendar part says neither yes nor no."


def take(incoming: Incoming, mail: Mail) -> str | None:
    """Do what the answer says, or put down why not; a sentence where the mail is to be kept aside, `None` where it is done."""
    try:
        answer = replies.read(mail.calendar or b"")
    except Unreadable as why:
        return str(why)
    if answer.method == "REPLY" and answer.partstat not in ANSWERS:
        return SAYS_NOTHING
    event = matching.event_of(answer.uid)
    if event is None:
        return NOT_OURS
    with acting(ACT, user_id=None, user_name="", event_id=event.id):
        settle(incoming, mail, event, answer)
    return None


def settle(incoming: Incoming, mail: Mail, event: Event, answer: Answer) -> None:
    """Under the event's lock, so that of two answers the second finds what the first one did."""
    places.lock(event)
    match = matching.match(event, answer, mail)
    response = acts.write_down(incoming, event, answer, sender=mail.from_address or mail.sender_address)
    acts.conclude(response, match)

"""What follows from an answer, and what an organiser does with one that is in doubt; whoever calls holds the event's lock.

A mail alone never ends a registration: what it declines goes when the undo time has passed (`registration.leaving`), and
what it proposes is shown and never applied.
"""

from collections.abc import Mapping

from flask_babel import gettext as _

from app import clock
from app.agenda import steps
from app.agenda.models import Answer as Said
from app.calendar.replies import Answer
from app.calendar.words import Reply
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.mail.models import Incoming
from app.panels import engaging, queries
from app.panels.models import Engagement
from app.registration import entries, leaving, letters, places
from app.registration.models import Entry, Registration
from app.replies import matching
from app.replies.matching import AnEntry, Guest, Match
from app.replies.models import Response, ResponseStatus, Why

DELEGATED = "DELEGATED"
REPLIES: Mapping[str, Reply] = {"ACCEPTED": Reply.ACCEPTED, "TENTATIVE": Reply.TENTATIVE, "DECLINED": Reply.DECLINED}
ANSWERS = frozenset({*REPLIES, DELEGATED})
FATES: Mapping[Why, ResponseStatus] = {
    Why.NONE: ResponseStatus.RECORDED,
    Why.OTHER_SENDER: ResponseStatus.PARKED,
    Why.UNKNOWN_ATTENDEE: ResponseStatus.PARKED,
    Why.SHARED_ADDRESS: ResponseStatus.PARKED,
    Why.OLD_TIME: ResponseStatus.PARKED,
    Why.WAVERING: ResponseStatus.PARKED,
    Why.COUNTER: ResponseStatus.PARKED,
    Why.SPEAKER: ResponseStatus.PARKED,
    Why.DELEGATED: ResponseStatus.LOGGED,
    Why.STALE: ResponseStatus.LOGGED,
    Why.NOT_INVITED: ResponseStatus.LOGGED,
    Why.OTHER_TAG: ResponseStatus.REFUSED,
    Why.OTHER_ORGANIZER: ResponseStatus.REFUSED,
    Why.IMPOSSIBLE_SEQUENCE: ResponseStatus.REFUSED,
    Why.NOT_AUTHENTIC: ResponseStatus.REFUSED,
}
WHOSE = frozenset({Why.OTHER_SENDER, Why.UNKNOWN_ATTENDEE, Why.SHARED_ADDRESS})
"""Parked because it is in doubt whose answer it is."""
MOST_TOLD = 5
"""Letters of a day to one person that their calendar declined: a stranger may stand behind yes and no in turns."""


def write_down(incoming: Incoming, event: Event, answer: Answer, *, sender: str) -> Response:
    """Keep the answer; nobody's calendar is believed to be ahead of our clock, or it would shut out all later answers."""
    now = clock.now()
    response = Response(
        incoming_id=incoming.id,
        event=event,
        uid=answer.uid,
        method=answer.method,
        partstat=answer.partstat,
        attendee=answer.attendee,
        attendee_name=answer.attendee_name,
        sender=sender[:320],
        comment=answer.comment,
        sequence=answer.sequence,
        stamp=min(answer.stamp or now, now),
        proposed_starts_at=answer.proposed_starts_at,
        proposed_ends_at=answer.proposed_ends_at,
        delegate=answer.delegated_to,
        received_at=now,
        status=ResponseStatus.LOGGED,
    )
    db.session.add(response)
    return response


def conclude(response: Response, match: Match) -> None:
    """Follow an answer whose owner is known; else put down what is in doubt, and whose it may be."""
    attribute(response, match.guest)
    response.why = match.why if match.why is not Why.NONE or match.guest is None else follow(response, match.guest)
    response.status = FATES[response.why]
    db.session.flush()


def attribute(response: Response, guest: Guest | None) -> None:
    response.registration = guest if isinstance(guest, Registration) else None
    response.engagement = guest if isinstance(guest, Engagement) else None


def follow(response: Response, guest: Guest) -> Why:
    """Do what this person's answer says; returns why it was not simply recorded."""
    entry = matching.entry_of(guest, response.uid)
    if entry is None or not stands(guest, entry):
        return Why.NOT_INVITED
    if response.sequence is not None and response.sequence > entry.sequence:
        return Why.IMPOSSIBLE_SEQUENCE
    if response.method == "COUNTER":
        return Why.COUNTER
    if response.partstat == DELEGATED:
        return Why.DELEGATED
    if not is_newer(response, entry):
        return Why.STALE
    is_old = (response.sequence or 0) < entry.sequence
    put_down(response, entry)
    if isinstance(guest, Registration) and isinstance(entry, Entry):
        return participant(guest, entry, is_old=is_old)
    return Why.SPEAKER if entry.reply is Reply.DECLINED else Why.NONE


def stands(guest: Guest, entry: AnEntry) -> bool:
    """Whether the entry is in the calendar by our last word of it."""
    return entry.is_active and (isinstance(guest, Engagement) or guest.is_confirmed)


def is_newer(response: Response, entry: AnEntry) -> bool:
    """Whether nothing later was answered; an answer without a number is compared by its time (RFC 5546 2.1.5)."""
    if entry.reply_stamp is None or response.stamp is None:
        return True
    known = entry.reply_sequence or 0
    sequence = known if response.sequence is None else response.sequence
    return (sequence, response.stamp) > (known, entry.reply_stamp)


def put_down(response: Response, entry: AnEntry) -> None:
    entry.reply = REPLIES[response.partstat]
    entry.reply_sequence = response.sequence if response.sequence is not None else entry.reply_sequence or 0
    entry.reply_stamp = response.stamp
    entry.replied_at = response.received_at


def participant(registration: Registration, entry: Entry, *, is_old: bool) -> Why:
    """A yes takes an earlier no back; a no to a time that is no more frees nothing by itself."""
    is_declined = entry.reply is Reply.DECLINED
    if not is_declined:
        entry.leaves_at = None
    entries.summarise(registration)
    registration.touch()
    if is_declined and is_old:
        return Why.OLD_TIME
    if is_declined and not entry.leaves_at and letters.declines_told(registration) >= MOST_TOLD:
        return Why.WAVERING
    if is_declined:
        leaving.begin(registration, entry)
    return Why.NONE


def claim(response: Response, guest: Guest, *, by: str) -> Why:
    """Say whose answer it is; it is then followed like any other of that person. Raises `Refused` where that was decided."""
    hold(response)
    db.session.expire(guest)
    refuse_settled(response)
    if guest.event_id != response.event_id or response.why not in WHOSE:
        raise Refused(_("This answer cannot be given to that person."))
    attribute(response, guest)
    why = follow(response, guest)
    response.why = why if FATES[why] is ResponseStatus.PARKED else response.why
    if FATES[why] is not ResponseStatus.PARKED:
        settled(response, by)
    return why


def decline(response: Response, *, by: str) -> None:
    """Let a parked decline hold: a speaker does not come, or a no to the former time, or after many others, is meant."""
    hold(response)
    refuse_settled(response)
    if response.why is Why.SPEAKER and response.engagement:
        speaker(response, response.engagement)
    elif response.why in {Why.OLD_TIME, Why.WAVERING} and response.registration:
        let_go(response, response.registration)
    else:
        raise Refused(_("There is no decline in this answer that could be recorded."))
    settled(response, by)


def speaker(response: Response, engagement: Engagement) -> None:
    """Their answer for the session of that entry, as if they had given it by their link."""
    appearances = queries.appearances_of(engagement.event_id, engagement.person_id)
    sessions = {one.session_id for one in appearances if one.session.uid == response.uid}

    if not sessions:
        raise Refused(_("They are not on that session any more, so there is nothing to record."))
    comment = response.comment or engagement.comment
    engaging.record(engagement.event, engagement.person, dict.fromkeys(sessions, Said.DECLINED), comment)


def let_go(response: Response, registration: Registration) -> None:
    entry = matching.entry_of(registration, response.uid)
    if not isinstance(entry, Entry) or not stands(registration, entry) or entry.reply is not Reply.DECLINED:
        raise Refused(_("They have answered anew, or have no place any more, so there is nothing to record."))
    leaving.begin(registration, entry)


def dismiss(response: Response, *, by: str) -> None:
    """Leave everything as it is; a second time changes nothing."""
    hold(response)
    if response.status is ResponseStatus.PARKED:
        response.status = ResponseStatus.DISMISSED
        response.settled_at, response.settled_by = clock.now(), by


def hold(response: Response) -> None:
    """Lock the event and read the answer anew, so that of two organisers the second finds what the first one did.

    The agenda first, as by whoever tells people of changes: a speaker's answer is written into it.
    """
    steps.lock()
    places.lock(response.event)
    db.session.refresh(response)
    if response.registration:
        db.session.expire(response.registration)


def refuse_settled(response: Response) -> None:
    if response.status is not ResponseStatus.PARKED:
        raise Refused(_("Somebody has dealt with this answer already."))


def settled(response: Response, by: str) -> None:
    response.status = ResponseStatus.SETTLED
    response.settled_at, response.settled_by = clock.now(), by

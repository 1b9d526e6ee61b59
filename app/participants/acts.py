"""What an organiser does with one participant: add, correct, cancel, bring back, move ahead of others, write once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from app import clock
from app.admission import quotas as admission
from app.agenda.models import Session
from app.calendar.words import Reply
from app.errors import Refused
from app.events.models import Event, EventStatus
from app.events.words import line, within
from app.participants import quotas
from app.registration import (
    answers,
    choices,
    details,
    doors,
    entries,
    fitting,
    leaving,
    letters,
    places,
    plan,
    queries,
    signup,
    states,
    waitlist,
)
from app.registration.answers import Address
from app.registration.details import Known
from app.registration.fitting import Why
from app.registration.models import Need, Registration, Status
from app.registration.places import Places
from app.registration.signup import Offer

NOTE = 5000
BY_ORGANISER = "organiser"


class Given(StrEnum):
    """What somebody who is added gets: a place if one is free, a wait, or a place whatever the limit is."""

    PLACE = "place"
    WAITING = "waiting"
    OVER = "over"


@dataclass(frozen=True)
class Answers:
    """What an organiser types about a person; cleaned and checked by the acts."""

    name: str
    email: str
    organisation: str
    position: str
    needs: Sequence[Need]
    needs_note: str
    sessions: Sequence[int]
    language: str
    quota: int | None = None


def add(event: Event, told: Answers, *, given: Given, clause_version: int, note: str, tells: bool) -> Registration:
    """Register somebody who was told of the processing of their data by the organiser; raises `Refused`."""
    refuse_closed(event)
    if tells and given is not Given.WAITING:
        refuse_unsent(event)
    form = form_of(event, told, choices.agenda(event), signup.accepted(event, clause_version))
    held = places.lock(event)
    refuse_known(event, form.address)
    return enter(event, form, status_given(event, held, given, told.quota), note=note, tells=tells)


def form_of(event: Event, told: Answers, agenda: Sequence[Session], clause_version: int) -> signup.Form:
    """What was typed, cleaned and checked, as the form that the person would have sent; raises `Refused`."""
    return signup.Form(
        name=answers.name(told.name),
        address=answers.address(told.email),
        organisation=answers.organisation(told.organisation),
        position=answers.position(told.position),
        needs=sorted({need.value for need in told.needs}),
        needs_note=answers.note(told.needs_note),
        agenda=agenda,
        sessions=choices.among(choices.offered(event, agenda), told.sessions),
        clause_version=clause_version,
        language=told.language,
        quota=admission.by_id(event, told.quota) if told.quota else None,
    )


def enter(event: Event, form: signup.Form, status: Status, *, note: str, tells: bool) -> Registration:
    """Make the registration of somebody added by an organiser; whoever calls holds the event's lock."""
    because = by_hand(event, status, form.quota.id if form.quota else None)
    registration = signup.newcomer(event, form.address)
    signup.fill_in(registration, form)
    registration.is_added_by_hand = True
    registration.note = note_of(note)
    signup.admit(registration, Offer(status), form.agenda, tells=tells, because=because)
    return registration


def by_hand(event: Event, status: Status, quota: int | None = None) -> dict[str, object]:
    """What the ledger says of a place that an organiser gives: that it was by hand, and whether over the limit."""
    is_over = status is Status.CONFIRMED and not has_room(event, quota)
    return {"by": BY_ORGANISER, **({"over": True} if is_over else {})}


def refuse_known(event: Event, address: Address) -> None:
    owner = queries.by_address(event, address.key)
    if owner is not None:
        raise Known(owner)


def status_given(event: Event, held: Places, given: Given, quota: int | None = None) -> Status:
    """What the person gets, once those who wait have what is free; raises `Refused` where there is no place to give."""
    if given is Given.WAITING:
        return Status.WAITING
    if given is Given.PLACE:
        refuse_full(event, held)
        if not quotas.is_free(event, quota):
            raise Refused(fitting.sentence(Why.QUOTA), field="given")
    return Status.CONFIRMED


def refuse_full(event: Event, held: Places) -> None:
    """Give those who wait what is free, and refuse where nothing is left for somebody ahead of them."""
    if held.waiting and held.free():
        waitlist.fill(event)
    if not is_free(event):
        raise Refused(_("All places are taken. Choose the waiting list, or give a place over the limit."), field="given")


def is_free(event: Event) -> bool:
    """Whether there is a place that nobody holds; whoever calls holds the event's lock."""
    return event.capacity is None or event.taken < event.capacity


def has_room(event: Event, quota: int | None) -> bool:
    """Whether a place is free at the event and in the group; whoever calls holds the event's lock."""
    return is_free(event) and quotas.is_free(event, quota)


def refuse_closed(event: Event) -> None:
    if event.is_cancelled or event.is_over:
        raise Refused(doors.reason(doors.door(event)))


def refuse_unsent(event: Event) -> None:
    """A confirmation leaves only while the event is published; whoever is to get one would wait for it in vain."""
    if event.status is not EventStatus.PUBLISHED:
        raise Refused(_("The event is not published, so no confirmation leaves. Add the person without letters."), field="tells")


def correct(registration: Registration, told: Answers) -> bool:
    """Put these answers in place of the former ones; a new address gets the letters. Returns whether it is a new one."""
    is_moved = details.correct_address(registration, told.email)
    details.change(
        registration,
        name=told.name,
        organisation=told.organisation,
        position=told.position,
        needs=told.needs,
        needs_note=told.needs_note,
    )
    registration.language = told.language
    quotas.move(registration, told.quota)
    if registration.event.asks_sessions and not registration.has_ended and set(told.sessions) != choices.ids(registration):
        plan.choose(registration, told.sessions)
    return is_moved


def move_ahead(registration: Registration, *, over: bool = False) -> None:
    """Give somebody who waits a place ahead of others; a second time changes nothing. Raises `Refused` where all is full."""
    states.hold(registration)
    if registration.is_confirmed:
        return
    event = registration.event
    refuse_closed(event)
    if not registration.is_waiting:
        raise Refused(_("This person is no longer on the waiting list."))
    if not over and not has_room(event, registration.quota_id):
        raise Refused(_("All places are taken. To give this person a place all the same, tick “over the limit of places”."))
    states.promote(event, [registration], because=by_hand(event, Status.CONFIRMED, registration.quota_id))


def cancel(registration: Registration, *, tells: bool) -> None:
    """Cancel for the person; the place goes to whoever waits. A second time changes nothing."""
    signup.cancel(registration, None, tells=tells, by=BY_ORGANISER)


def reinstate(registration: Registration, *, over: bool = False) -> None:
    """Take a cancellation back: a place if one is left or the limit is passed, else the end of the waiting list."""
    held = states.hold(registration)
    if not registration.is_cancelled:
        return
    event = registration.event
    refuse_closed(event)
    if held.waiting and held.free():
        waitlist.fill(event)
    if over or has_room(event, registration.quota_id):
        because = by_hand(event, Status.CONFIRMED, registration.quota_id)
        signup.admit(registration, Offer(Status.CONFIRMED), because=because)
        return
    letters.withdraw(registration, entries.withdraw_all(registration))
    signup.admit(registration, Offer(Status.WAITING), because=by_hand(event, Status.WAITING))


def resend(registration: Registration, *, however_lately: bool = False) -> bool:
    """Send what the person has once more, or for the first time where nothing was told; `False` if it was just done."""
    if registration.has_ended:
        raise Refused(_("This registration was cancelled, so there is nothing to send again."))
    if registration.is_confirmed and not entries.active(registration):
        letters.confirm(registration, entries.invite(registration, entries.wanted(registration)))
        return True
    return letters.again(registration, however_lately=however_lately)


def note(registration: Registration, text: str) -> None:
    """Keep an internal note, which the person never sees."""
    registration.note = note_of(text)


def note_of(text: str) -> str:
    lines = (line(part) for part in text.splitlines())
    return within("\n".join(lines).strip(), NOTE, "note")


def answered(registration: Registration, reply: Reply) -> None:
    """Record what the person said to the invitation, by phone or by mail; a yes takes back what their calendar declined."""
    if reply is not Reply.DECLINED:
        leaving.keep(registration)
    registration.reply = reply
    registration.replied_at = None if reply is Reply.NONE else clock.now()

"""Taking a step on many people back, while its letters are held; it never gives a place that somebody else has now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock
from app.admission import rules as admission
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.ledger.models import What
from app.mail import outbox
from app.mail.models import Message, MessageStatus
from app.participants import acts, bulk, queries
from app.participants.models import Bulk, BulkStep
from app.registration import entries, fitting, following, places, session_places, states, waitlist
from app.registration.models import Entry, Registration, Status

UNDONE = {"by": acts.BY_ORGANISER}


@dataclass
class Undone:
    """What became of an undo: who is as before, who stays as the step left them, and who keeps a place got by the step."""

    step: BulkStep
    restored: list[Registration] = field(default_factory=list)
    kept: list[Registration] = field(default_factory=list)
    promoted: list[Registration] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One person of a step, with what they had before it."""

    person: Registration
    before: dict[str, Any]

    @property
    def was(self) -> Status:
        return Status(self.before["status"])

    def is_untouched(self, told: frozenset[str]) -> bool:
        """Whether the person is as the step left them, and has not been told of it."""
        return bool(bulk.mark_of(self.person) == self.before["after"]) and self.person.thread not in told


def undo(event: Event, uid: str) -> Undone:
    """Take a step back, as far as nobody has been told and nobody else has got the places; raises `Refused`."""
    places.lock(event)
    step = find(event, uid)
    refuse_late(event, step)
    outbox.stop(step.uid)
    step.undone_at = clock.now()
    undone = Undone(step)
    if step.kind is Bulk.RESEND:
        undone.restored = [row.person for row in rows_of(event, step.facts["rows"])]
        return undone
    told = threads_told(step)
    take_back(event, step, undone, told)
    leave_after_all(step, undone)
    if step.kind is Bulk.CONFIRM:
        session_places.fill(event)
    else:
        waitlist.pass_on(event)
    return undone


def find(event: Event, uid: str) -> BulkStep:
    """Raises `NoResultFound`."""
    known = sa.select(BulkStep).where(BulkStep.event_id == event.id, BulkStep.uid == uid)
    return db.session.execute(known, execution_options={"populate_existing": True}).scalar_one()


def refuse_late(event: Event, step: BulkStep) -> None:
    if step.undone_at is not None:
        raise Refused(_("This has been undone already."))
    if clock.now() >= step.leaves_at:
        raise Refused(_("The letters have left, so this cannot be undone any more. Change people one by one."))
    acts.refuse_closed(event)


def take_back(event: Event, step: BulkStep, undone: Undone, told: frozenset[str]) -> None:
    """First those who got a place by the step give it back, so that those who had one before find it free."""
    if step.kind is Bulk.CONFIRM:
        undone.restored, undone.kept = wait_again(event, rows_of(event, step.facts["rows"]), told)
        return
    if step.kind in {Bulk.APPROVE, Bulk.DECLINE}:
        undone.restored, undone.kept = ask_again(event, rows_of(event, step.facts["rows"]), told)
        return
    _, undone.promoted = wait_again(event, rows_of(event, step.facts["moved_up"]), told)
    undone.restored, undone.kept = come_back(event, step, told)
    speak_of_present(step, undone)


def rows_of(event: Event, facts: Sequence[dict[str, Any]]) -> list[Row]:
    """The people of a step, in the order of arrival, with what they had."""
    before = {row["id"]: row for row in facts}
    of_event = Registration.event_id == event.id
    return [Row(person, before[person.id]) for person in queries.for_acting(event, of_event & Registration.id.in_(before))]


def threads_told(step: BulkStep) -> frozenset[str]:
    """Who has been written to all the same: a letter that is on its way cannot be stopped."""
    left = sa.select(Message.thread).where(Message.batch == step.uid, Message.status != MessageStatus.DROPPED)
    return frozenset(db.session.scalars(left))


People = list[Registration]


def wait_again(event: Event, rows: Sequence[Row], told: frozenset[str]) -> tuple[People, People]:
    """Back to the waiting list, to the positions held before; returns who is back, and to whom something happened since."""
    back, others = parted(rows, told)
    states.queue(event, [row.person for row in back], What.TAKEN_BACK, because=UNDONE)
    for row in back:
        forget(row)
    return [row.person for row in back], [row.person for row in others]


def ask_again(event: Event, rows: Sequence[Row], told: frozenset[str]) -> tuple[People, People]:
    """Back to waiting for the organiser's word; returns who is back, and to whom something happened since."""
    back, others = parted(rows, told)
    people = [row.person for row in back]
    free = session_places.release([person for person in people if person.holds_place])
    steps = [states.become(person, Status.PENDING, What.TAKEN_BACK, because=UNDONE) for person in people]
    places.record(event, [*steps, *free])
    for row in back:
        forget(row)
    return people, [row.person for row in others]


def parted(rows: Sequence[Row], told: frozenset[str]) -> tuple[list[Row], list[Row]]:
    """Those who are as the step left them, and the others."""
    untouched = [row for row in rows if row.is_untouched(told)]
    return untouched, [row for row in rows if not row.is_untouched(told)]


def forget(row: Row) -> None:
    """Nothing of the place was told, so nothing of it stays."""
    person = row.person
    if not row.before["had_turned"]:
        person.turned_at, person.turns = None, 0
    for entry in entries.active(person):
        entry.is_active = entry.uid in row.before["entries"]


def come_back(event: Event, step: BulkStep, told: frozenset[str]) -> tuple[People, People]:
    """Back to the places, as far as there are any, and to the positions in the queue; returns who is back and who is not."""
    untouched, others = parted(rows_of(event, step.facts["rows"]), told)
    placed = those_who_fit(event, step, [row for row in untouched if row.was is Status.CONFIRMED])
    waited = [row for row in untouched if row.was is Status.WAITING]
    asked = [row for row in untouched if row.was is Status.PENDING]
    back = [*placed, *waited, *asked]
    states.give(event, [row.person for row in placed], What.TAKEN_BACK, because=UNDONE)
    states.queue(event, [row.person for row in waited], What.TAKEN_BACK, because=UNDONE)
    steps = [states.become(row.person, Status.PENDING, What.TAKEN_BACK, because=UNDONE) for row in asked]
    places.record(event, steps)
    for row in back:
        revive(row)
    return [row.person for row in back], [row.person for row in (*untouched, *others) if row not in back]


def those_who_fit(event: Event, step: BulkStep, rows: Sequence[Row]) -> list[Row]:
    """Who gets the place back: as far as there are any, also in the quotas; places that were over the limit count."""
    seekers = {row.person.id: [fitting.seeker(row.person)] for row in rows}
    free = fitting.vacancies(event, admission.of(event), [seeker for one in seekers.values() for seeker in one])
    if free.places is not None and event.capacity is not None:
        free.places = max(0, event.capacity + step.facts["over"] - event.taken)
    fit = []
    for row in rows:
        if free.why_not(seekers[row.person.id]) is None:
            free.take(seekers[row.person.id])
            fit.append(row)
    return fit


def revive(row: Row) -> None:
    """No SEQUENCE is lowered: the own feed may have shown the entry as cancelled under the number in between."""
    row.person.cancelled_at = row.person.cancel_reason = None
    for entry in withdrawn(row):
        entry.is_active, entry.sequence, entry.stamped_at = True, entry.sequence + 1, clock.now()
    if any(choice.is_waiting for choice in row.person.chosen):
        following.follow(row.person)


def withdrawn(row: Row) -> Iterator[Entry]:
    """The entries that the step took out of the calendar, or would have, had its letters left."""
    return (entry for entry in row.person.entries if entry.uid in row.before["entries"] and not entry.is_active)


def speak_of_present(step: BulkStep, undone: Undone) -> None:
    """Let letters that had not left before the step leave after all, with the entries' present SEQUENCE."""
    back = {person.thread: person for person in undone.restored}
    pending = sa.select(Message).where(Message.id.in_(step.facts["pending"]), Message.thread.in_(back))
    messages = db.session.scalars(pending, execution_options={"populate_existing": True}).all()
    for message in messages:
        held = {entry.uid: entry.sequence for entry in entries.active(back[message.thread])}
        if message.facts.get("uid") in held:
            message.facts = {**message.facts, "sequence": held[message.facts["uid"]]}
    db.session.flush()
    outbox.restore([message.id for message in messages if message.batch is None])


def leave_after_all(step: BulkStep, undone: Undone) -> None:
    """What the step did and could not be taken back is told, when its letters were to leave."""
    threads = [person.thread for person in (*undone.kept, *undone.promoted)]
    stopped = sa.select(Message.id).where(Message.batch == step.uid, Message.thread.in_(threads))
    outbox.restore(list(db.session.scalars(stopped)))

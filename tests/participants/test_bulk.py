"""Acts on many people at once, and their undo."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock as the_clock
from app.admission import editing
from app.admission.models import Quota
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event
from app.ledger import chain
from app.mail.models import Message, MessageStatus
from app.participants import acts, bulk, filters, queries, undo
from app.participants.filters import Filter, State
from app.participants.models import BulkStep
from app.participants.undo import Undone
from app.registration import entries, plan, signup
from app.registration import queries as registrations
from app.registration.models import Registration, Status
from tests import make
from tests.participants import crowd
from tests.registration import outgoing

MINUTE = timedelta(minutes=1)


def people(event: Event, number: int) -> list[Registration]:
    return [make.a_registration(event, name=f"Osoba {which}", email=f"person.{which}@example.org") for which in range(number)]


def these(*chosen: Registration) -> Filter:
    return filters.of([person.number for person in chosen])


def cancel(event: Event, *chosen: Registration, tells: bool = True) -> BulkStep:
    with transaction():
        return bulk.cancel(event, these(*chosen), by="Olga", tells=tells)


def confirm(event: Event, *chosen: Registration, over: bool = False) -> BulkStep:
    with transaction():
        return bulk.confirm(event, these(*chosen), by="Olga", over=over)


def take_back(event: Event, step: BulkStep) -> Undone:
    with transaction():
        return undo.undo(event, step.uid)


def statuses(*chosen: Registration) -> list[Status]:
    return [person.status for person in chosen]


def counts(event: Event) -> tuple[int, int]:
    return event.taken, event.waiting


def marks(person: Registration) -> list[tuple[str, int, bool]]:
    return [(entry.uid, entry.sequence, entry.is_active) for entry in person.entries]


def leave(*letters: Message) -> None:
    """These letters have left."""
    with transaction():
        for message in letters:
            message.status = MessageStatus.SENT


CONFIRMED, WAITING, CANCELLED = Status.CONFIRMED, Status.WAITING, Status.CANCELLED


def test_a_bulk_cancellation_gives_the_places_to_who_waits_and_holds_every_letter(app):
    event = make.an_event(capacity=2)
    first, second, third, fourth, fifth = people(event, 5)
    outgoing.forget()

    step = cancel(event, first, second, fifth)

    assert statuses(first, second, third, fourth, fifth) == [CANCELLED, CANCELLED, CONFIRMED, CONFIRMED, CANCELLED]
    assert counts(event) == (2, 0)
    letters = [("cancellation", person.email) for person in (first, second, fifth)]
    assert outgoing.queued() == [*letters, ("promoted", third.email), ("promoted", fourth.email)]
    assert {(message.batch, message.due_at) for message in outgoing.messages()} == {(step.uid, step.leaves_at)}
    assert [found.uid for found in queries.open_steps(event)] == [step.uid]


def test_an_undone_cancellation_leaves_everything_as_it_was_and_nobody_is_written_to(app):
    event = make.an_event(capacity=2)
    everybody = people(event, 5)
    before = statuses(*everybody), [registrations.position(person) for person in everybody[2:]], counts(event)
    outgoing.forget()
    step = cancel(event, everybody[0], everybody[1], everybody[3])

    undone = take_back(event, step)

    assert (statuses(*everybody), [registrations.position(person) for person in everybody[2:]], counts(event)) == before
    assert (len(undone.restored), undone.kept, undone.promoted) == (3, [], [])
    assert {message.status for message in outgoing.messages()} == {MessageStatus.DROPPED}
    assert [person.cancelled_at for person in everybody] == [None] * 5
    assert queries.open_steps(event) == []


def test_no_sequence_is_used_again_with_another_meaning(app):
    event = make.an_event(capacity=1)
    first, second = people(event, 2)
    outgoing.forget()
    take_back(event, cancel(event, first))
    held = marks(first), marks(second)

    with transaction():
        signup.cancel(first, None)

    assert held == ([(event.uid, 2, True)], [(event.uid, 0, False)])
    leaving = [message for message in outgoing.messages() if message.status is MessageStatus.QUEUED]
    assert [outgoing.entry(message) for message in leaving] == [
        ("CANCEL", event.uid, 3, first.email),
        ("REQUEST", event.uid, 1, second.email),
    ]


def test_the_own_feed_never_falls_back(app):
    event = make.an_event()
    [person] = people(event, 1)
    site = app.config["SITE"]

    def shown() -> tuple[int, bool]:
        [slot] = entries.feed(person, site)
        return slot.sequence, slot.is_cancelled

    seen = [shown()]
    step = cancel(event, person)
    seen.append(shown())
    take_back(event, step)
    seen.append(shown())

    assert seen == [(0, False), (1, True), (2, False)]


def test_letters_that_had_not_left_before_leave_after_an_undo_with_the_present_sequence(app):
    event = make.an_event(asks_sessions=True)
    sessions = [make.a_session(event, starts_at=event.starts_at + which * MINUTE) for which in range(3)]
    person = make.a_registration(event, sessions=[session.id for session in sessions[:2]])
    step = cancel(event, person)
    with transaction():
        db.session.execute(sa.update(Message).where(Message.batch.is_(None)).values(status=MessageStatus.DROPPED))

    take_back(event, step)

    leaving = [message for message in outgoing.messages() if message.status is MessageStatus.QUEUED]
    assert [(message.letter, *outgoing.entry(message)[:3]) for message in leaving] == [
        ("confirmation", "REQUEST", sessions[0].uid, 2),
        ("invitation", "REQUEST", sessions[1].uid, 2),
    ]
    with transaction():
        plan.choose(person, [sessions[2].id])
    assert {uid for uid, _, is_active in marks(person) if is_active} == {sessions[2].uid}


def test_an_undo_never_gives_a_place_that_somebody_has_now(app):
    event = make.an_event(capacity=2)
    first, second = people(event, 2)
    outgoing.forget()
    step = cancel(event, first, second)
    newcomer = make.a_registration(event, email="new@example.org")

    undone = take_back(event, step)

    assert statuses(first, second, newcomer) == [CONFIRMED, CANCELLED, CONFIRMED]
    assert (undone.restored, undone.kept, counts(event)) == ([first], [second], (2, 0))
    assert outgoing.queued() == [("cancellation", second.email), ("confirmation", newcomer.email)]


def test_somebody_who_came_back_meanwhile_is_left_alone(app):
    event = make.an_event(capacity=2)
    first, second, third = people(event, 3)
    step = cancel(event, first)
    with transaction():
        signup.reinstate(first)

    undone = take_back(event, step)

    assert statuses(first, second, third) == [WAITING, CONFIRMED, CONFIRMED]
    assert (undone.restored, undone.kept, counts(event)) == ([], [first], (2, 1))
    assert registrations.position(first) == 1


def test_whoever_was_told_of_a_place_keeps_it(app):
    event = make.an_event(capacity=1)
    first, second = people(event, 2)
    outgoing.forget()
    step = cancel(event, first)
    leave(*outgoing.messages("promoted"))

    undone = take_back(event, step)

    assert statuses(first, second) == [CANCELLED, CONFIRMED]
    assert (undone.kept, undone.promoted, counts(event)) == ([first], [second], (1, 0))
    assert outgoing.queued() == [("cancellation", first.email)]


def test_an_undo_comes_once_and_only_while_the_letters_are_held(app, clock):
    event = make.an_event()
    first, second = people(event, 2)
    steps = [cancel(event, first), cancel(event, second)]
    take_back(event, steps[0])

    with pytest.raises(Refused):
        take_back(event, steps[0])
    clock.stand_at(the_clock.now() + 5 * MINUTE)
    with pytest.raises(Refused):
        take_back(event, steps[1])

    assert statuses(first, second) == [CONFIRMED, CANCELLED]


def test_a_step_of_another_event_is_none_of_this_one(app):
    event, other = make.an_event(), make.an_event()
    step = cancel(event, *people(event, 1))

    with pytest.raises(sa.exc.NoResultFound):
        take_back(other, step)


def test_people_are_cancelled_in_silence_and_brought_back(app):
    event = make.an_event()
    first, second = people(event, 2)
    outgoing.forget()
    step = cancel(event, first, second, tells=False)
    silent = outgoing.messages(), marks(first)

    take_back(event, step)

    assert silent == ([], [(event.uid, 0, True)])
    assert (statuses(first, second), marks(first), counts(event)) == ([CONFIRMED] * 2, [(event.uid, 0, True)], (2, 0))


def test_those_who_wait_move_up_as_far_as_there_are_places(app):
    event = make.an_event(capacity=1)
    _, second, third, fourth = people(event, 4)
    with transaction():
        event.capacity = 2
    outgoing.forget()

    step = confirm(event, fourth, third)
    with pytest.raises(Refused):
        confirm(event, second, fourth)

    assert statuses(second, third, fourth) == [WAITING, CONFIRMED, WAITING]
    assert (step.done, step.facts["left"], counts(event)) == (1, 1, (2, 2))
    assert outgoing.queued() == [("promoted", third.email)]


def test_a_move_over_the_limit_is_undone_to_the_same_positions(app):
    event = make.an_event(capacity=1)
    _, second, third, fourth = people(event, 4)
    outgoing.forget()
    step = confirm(event, third, fourth, over=True)
    over = counts(event)

    take_back(event, step)

    assert (over, counts(event)) == ((3, 1), (1, 3))
    assert [registrations.position(person) for person in (second, third, fourth)] == [1, 2, 3]
    assert [person.turned_at for person in (third, fourth)] == [None, None]
    assert outgoing.queued() == []


def test_steps_are_undone_one_after_another(app):
    event = make.an_event(capacity=1)
    _, second = people(event, 2)
    steps = [confirm(event, second, over=True), cancel(event, second)]

    undone = [take_back(event, step) for step in reversed(steps)]

    assert (second.status, counts(event), [one.kept for one in undone]) == (WAITING, (1, 1), [[], []])


def test_letters_are_sent_again_unless_that_is_undone(app):
    event = make.an_event(capacity=1)
    first, second, third = people(event, 3)
    with transaction():
        signup.cancel(third, None)
    outgoing.forget()
    with transaction():
        step = bulk.resend(event, these(first, second, third), by="Olga")
    queued = outgoing.queued()

    take_back(event, step)
    with transaction():
        bulk.resend(event, these(first), by="Olga")

    assert queued == [("confirmation", first.email), ("waiting", second.email)]
    assert outgoing.queued() == [("confirmation", first.email)]


def test_nobody_is_moved_into_a_group_that_is_full_unless_over_the_limit(app):
    event = make.an_event(capacity=10)
    cities = make.kept(Quota, {}, event_id=event.id, name="Miasta", capacity=1)
    _holder, second, third = (make.a_registration(event, quota=cities) for _ in range(3))

    with pytest.raises(Refused) as refused:
        confirm(event, second)
    with pytest.raises(Refused, match="ponad limit"), transaction():
        acts.move_ahead(third)
    confirm(event, second, over=True)

    assert "ponad limit miejsc" in refused.value.message
    assert statuses(second, third) == [CONFIRMED, WAITING]
    assert chain.verify(event.id).is_sound


def test_those_who_ask_are_declined_together_and_ask_again_after_an_undo(app):
    event = make.an_event(capacity=2)
    with transaction():
        editing.change(event, 1, {"needs_approval": True})
    first, second, third = people(event, 3)
    outgoing.forget()

    with transaction():
        step = bulk.decline(event, these(first, second), by="Olga")
    declined = statuses(first, second, third), outgoing.queued(), counts(event)
    undone = take_back(event, step)

    letters = [("declined", first.email), ("declined", second.email)]
    assert declined == ([Status.DECLINED, Status.DECLINED, Status.PENDING], letters, (0, 0))
    assert (undone.restored, undone.kept) == ([first, second], [])
    assert statuses(first, second, third) == [Status.PENDING] * 3
    assert {message.status for message in outgoing.messages()} == {MessageStatus.DROPPED}
    assert chain.verify(event.id).is_sound


def test_nobody_is_nothing_to_act_on(app):
    event = make.an_event()
    [person] = people(event, 1)
    with transaction():
        acts.cancel(person, tells=False)

    with pytest.raises(Refused):
        cancel(event, person)
    with pytest.raises(Refused):
        confirm(event, person)

    assert queries.open_steps(event) == []


def test_everybody_of_a_filter_is_meant_across_pages(app):
    event = make.an_event(capacity=60)
    for which in range(60):
        make.a_registration(event, name=f"Osoba {which}")

    with transaction():
        step = bulk.cancel(event, Filter(state=State.REGISTERED, text="osoba"), by="Olga")

    assert (step.done, counts(event)) == (60, (0, 0))


def test_an_act_on_many_is_no_act_on_each_of_many(app, statements):
    event = make.an_event(capacity=400)
    crowd.gather(event, 400, 40)

    with statements() as cancelling, transaction():
        step = bulk.cancel(event, Filter(state=State.CONFIRMED), by="Olga")
    with statements() as undoing, transaction():
        undone = undo.undo(event, step.uid)

    assert (len(undone.restored), counts(event)) == (400, (400, 40))
    assert max(len(cancelling), len(undoing)) < 120

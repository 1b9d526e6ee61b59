"""What becomes of a session that leaves a public agenda: its entry is cancelled, and no number ever falls."""

from datetime import timedelta
from types import ModuleType

import pytest
from flask import Flask, current_app

from app.agenda import editing, gone, steps
from app.agenda.models import GoneSession, Session
from app.calendar import slots
from app.db import db, transaction
from app.events.models import Event, EventStatus
from app.panels import entries as panel
from app.registration import entries
from tests import make
from tests.changes import crowd

BY = "Olga"


def remove(session: Session) -> None:
    with transaction():
        editing.remove(session.event, session.id, by=BY, version=session.version)


def numbers(event: Event) -> dict[str, int]:
    """The SEQUENCE of every entry there can be of the event."""
    return entries.sequences(event, steps.rows(event))


def test_a_session_that_leaves_is_kept_as_a_cancelled_one(app: Flask):
    event = make.an_event()
    session = make.a_session(event, title="Panel", room="Sala A")
    uid, times = session.uid, (session.starts_at, session.ends_at)
    before = numbers(event)[uid]

    remove(session)

    [left] = gone.of(event)
    slot = slots.of_gone(left, current_app.config["SITE"])
    assert (slot.uid, slot.is_cancelled, slot.summary, slot.starts_at, slot.ends_at) == (uid, True, "Panel", *times)
    assert slot.location == "Sala A, Zoom"
    assert slot.sequence > before


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.PUBLISHED])
def test_a_draft_keeps_nothing_and_an_event_takes_all_with_it(app: Flask, status: EventStatus):
    event = make.an_event(status=status)
    session = make.a_session(event)
    if status is EventStatus.DRAFT:
        remove(session)

    with transaction():
        assert gone.of(event) == []
        db.session.delete(event)

    assert db.session.query(GoneSession).count() == 0


def test_no_number_falls_while_sessions_come_and_go(app: Flask):
    event = make.an_event(ends_at=make.at("2021-10-27 16:00"))
    stays, leaves = make.a_session(event), make.a_session(event)
    for hour in ("11:00", "12:00"):
        crowd.put_at(leaves, hour)
    seen, uid = numbers(event), leaves.uid
    acts = [
        lambda: remove(leaves),
        lambda: steps.undo(event, 3),
        lambda: steps.redo(event, 3),
        lambda: steps.undo(event, 3),
    ]

    for position, act in enumerate(acts):
        if position:
            with transaction():
                act()
        else:
            act()
        now = numbers(event)
        assert all(now[other] >= number for other, number in seen.items())
        assert all(now[changed] > seen[changed] for changed in (uid, f"1.{event.uid}"))
        seen = now

    assert {f"1.{event.uid}", f"2.{event.uid}", event.uid, stays.uid, uid} == seen.keys()
    assert (gone.of(event), gone.by_uid(uid)) == ([], None)


def test_whoever_had_it_in_the_calendar_is_told_of_the_session_as_it_was(app: Flask):
    event = make.an_event(asks_sessions=True)
    session, _other = make.a_session(event, title="Panel"), make.a_session(event)
    person = make.a_registration(event, sessions=[session.id])
    engagement, uid = crowd.a_panelist(session, "Anna Cieśla"), session.uid
    before = numbers(event)[uid]
    remove(session)

    with transaction():
        [mark] = entries.withdraw(person, [uid])
        [panel_mark] = panel.withdraw(engagement, panel.active(engagement))

    site = current_app.config["SITE"]
    slot = entries.slot(person, uid, [], site)
    assert slot is not None
    assert {slot.summary, panel.slot(engagement, uid, site).summary} == {"Panel"}
    assert mark.sequence == panel_mark.sequence > before


def test_feeds_show_it_for_thirty_days(app: Flask, clock: ModuleType):
    event = make.an_event()
    remove(make.a_session(event))
    clock.stand_at(make.at("2021-10-11 09:00") + timedelta(days=29))
    shown = len(gone.of(event))

    clock.stand_at(make.at("2021-10-11 09:01") + timedelta(days=30))

    assert (shown, list(gone.of(event))) == (1, [])


def test_an_open_form_of_the_event_is_not_refused_because_a_session_left(app: Flask):
    event = make.an_event()
    version = event.version

    remove(make.a_session(event))

    db.session.expire_all()
    assert (event.version, event.sequence) == (version, 1)

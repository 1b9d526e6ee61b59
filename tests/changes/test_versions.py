"""When a version is made, also by acts that tell people by themselves."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import NoResultFound

from app.changes import telling, untold, versions
from app.db import transaction
from app.events import publishing
from app.events.models import Event, EventStatus
from app.registration import calling_off
from tests import make
from tests.changes import crowd
from tests.changes.crowd import BY, begin, put_at, tell


def publish(event: Event) -> None:
    with transaction():
        versions.publish(event, BY)


def kinds(event: Event) -> list[list[str]]:
    """What each version says, newest first."""
    return [[change["kind"] for change in version.changes] for version in versions.of(event)]


def test_publishing_makes_the_first_version_once(app: Flask):
    event = make.an_event(status=EventStatus.DRAFT)

    publish(event)
    publish(event)

    version = versions.numbered(event, 1)
    assert [version] == versions.of(event)
    assert (version.made_by, version.changes, version.facts["event"]["title"]) == (BY, [], event.title)
    with pytest.raises(NoResultFound):
        versions.numbered(event, 2)


def test_what_changed_in_a_draft_is_not_announced(app: Flask):
    event = crowd.a_public_event()
    session = make.a_session(event)
    begin(event)
    with transaction():
        publishing.unpublish(event)
    put_at(session, "11:15")
    in_draft = untold.of(event)

    publish(event)

    assert (in_draft, untold.of(event), kinds(event), tell(event)) == ([], [], [["moved"], []], None)


def test_a_second_press_on_publish_does_not_hush_up_changes(app: Flask):
    event = crowd.a_public_event()
    session = make.a_session(event)
    begin(event)
    put_at(session, "11:15")

    publish(event)

    assert len(untold.of(event)) == 1


def test_calling_an_event_off_tells_by_itself(app: Flask):
    event = crowd.a_public_event()
    session = make.a_session(event)
    make.a_registration(event)
    begin(event)
    put_at(session, "11:15")
    with transaction():
        publishing.postpone(event, "")
        versions.settle(event, BY, calling_off.tell_postponed(event))
    postponed = untold.of(event), untold.due_at(event)
    with transaction():
        event.status, event.starts_at = EventStatus.PUBLISHED, event.starts_at + timedelta(hours=1)
        versions.settle(event, BY, calling_off.tell_moved(event))

    assert postponed == ([], None)
    assert (untold.of(event), tell(event)) == ([], None)
    assert kinds(event) == [["reinstated", "moved"], ["postponed", "moved"], []]
    assert [version.people_told for version in versions.of(event)] == [1, 1, 0]


def test_an_event_without_a_version_or_over_tells_nobody(app: Flask, clock):
    without, over = crowd.a_public_event(), crowd.a_public_event()
    sessions = [make.a_session(event) for event in (without, over)]
    begin(over)
    for session in sessions:
        put_at(session, "11:15")

    clock.stand_at(over.ends_at)

    assert (untold.of(without), untold.of(over), untold.due_at(over), list(telling.events_due())) == ([], [], None, [])

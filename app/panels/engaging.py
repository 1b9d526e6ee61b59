"""Asking speakers, taking their answers, and keeping their calendars to what they accepted."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from uuid import uuid4

from flask_babel import gettext as _

from app import clock
from app.agenda import people, steps
from app.agenda.models import Answer, Person
from app.db import db
from app.errors import Refused
from app.events import words
from app.events.models import Event
from app.mail import own_address
from app.panels import entries, keys, letters, queries
from app.panels.models import Engagement
from app.panels.queries import Speaker

COMMENT = 1000
SETTLING = timedelta(minutes=5)
LANGUAGES = ("pl", "en")


def hold(engagement: Engagement) -> None:
    """Lock the engagement until commit and read it anew, so that a second click waits and finds the first one done.

    The agenda first, as by whoever tells speakers of changes: an answer is written into it, and nobody waits in a ring.
    """
    steps.lock()
    db.session.refresh(engagement, with_for_update=True)
    db.session.expire(engagement, ["entries"])


def engage(event: Event, person: Person) -> Engagement:
    """The person's engagement at the event, made if there is none; it has a key, and nobody has been written to."""
    people.hold(person)
    if known := queries.engagement_of(event, person):
        hold(known)
        return known
    language = event.language if event.language in LANGUAGES else LANGUAGES[0]
    engagement = Engagement(uid=str(uuid4()), event=event, person=person, email=person.email or "", language=language)
    engagement.generation, engagement.entries, engagement.tag = 1, [], own_address.new_tag()
    keys.give(engagement)
    db.session.add(engagement)
    return engagement


def ask(event: Event, person: Person) -> Engagement:
    """Write to the person with the link to their page; raises `Refused`. Asked again, they get the same link."""
    if event.is_cancelled or event.is_over:
        raise Refused(_("The event is over or cancelled, so there is nothing to ask."))
    appearances = queries.appearances_of(event.id, person.id)
    if not appearances:
        raise Refused(_("%(name)s is not in the agenda of this event.", name=person.name))
    if not person.email:
        raise Refused(_("There is no e-mail address of %(name)s. Enter it first.", name=person.name))
    engagement = engage(event, person)
    follow_address(engagement)
    for appearance in appearances:
        appearance.answer = appearance.answer or Answer.ASKED
    engagement.asked_at = clock.now()
    db.session.flush()
    letters.ask(engagement)
    settle(engagement)
    return engagement


def ask_all(event: Event) -> tuple[int, list[str]]:
    """Ask everybody whom nobody has asked yet; returns how many were asked, and the names without an address."""
    waiting = [speaker for speaker in queries.speakers(event) if speaker.is_to_be_asked]
    able = [speaker for speaker in waiting if speaker.person.email]
    for speaker in able:
        ask(event, speaker.person)
    return len(able), [speaker.person.name for speaker in waiting if not speaker.person.email]


def follow_address(engagement: Engagement) -> None:
    """Where the person has another address now, entries leave the old calendar, and the old letter's link opens nothing."""
    address = engagement.person.email or ""
    if engagement.email == address:
        return
    if former := engagement.email:
        letters.withdraw(engagement, entries.withdraw(engagement, entries.active(engagement)), address=former)
        keys.replace(engagement)
    engagement.email = address


def new_link(engagement: Engagement) -> None:
    """Replace the link by a new one, and send it."""
    hold(engagement)
    keys.replace(engagement)
    ask(engagement.event, engagement.person)


def opened(engagement: Engagement) -> None:
    """Remember that the link was followed; only the first time counts."""
    if engagement.opened_at is None:
        engagement.opened_at = clock.now()


def answer(engagement: Engagement, answers: Mapping[int, Answer], comment: str) -> None:
    """Take the answers of the person, by the session's id; raises `Refused` once the event has begun."""
    hold(engagement)
    event = engagement.event
    if event.is_cancelled or event.has_begun:
        raise Refused(_("The event has begun or was cancelled, so the answer cannot be changed here. Write to the organiser."))
    take(engagement, answers, comment)


def record(event: Event, person: Person, answers: Mapping[int, Answer], comment: str) -> Engagement:
    """Put down what somebody said on the phone, as if they had answered by the link."""
    engagement = engage(event, person)
    db.session.flush()
    take(engagement, answers, comment)
    return engagement


def take(engagement: Engagement, answers: Mapping[int, Answer], comment: str) -> None:
    for appearance in queries.appearances_of(engagement.event_id, engagement.person_id):
        appearance.answer = answers.get(appearance.session_id, appearance.answer)
    engagement.comment = words.within(words.lines(comment), COMMENT, "comment")
    engagement.answered_at = clock.now()
    db.session.flush()
    settle(engagement)


def settle(engagement: Engagement) -> None:
    """Bring the person's calendar to what they accepted; what it has already is not sent again."""
    sessions = entries.wanted(engagement, queries.appearances_of(engagement.event_id, engagement.person_id))
    held = {entry.uid for entry in entries.active(engagement)}
    too_many = [entry for entry in entries.active(engagement) if entry.uid not in {session.uid for session in sessions}]
    letters.withdraw(engagement, entries.withdraw(engagement, too_many))
    letters.invite(engagement, entries.invite(engagement, [session for session in sessions if session.uid not in held]))


def reconcile(is_left: Callable[[Event], bool] = lambda event: False) -> int:
    """Bring to what they accepted the calendars whose sessions came, went or were cancelled; returns how many persons.

    Nobody is told of an agenda in which somebody is still at work, so that what is undone at once tells nobody. An event that
    `is_left` is left to whoever tells its people of changes.
    """
    astray = db.session.scalars(entries.astray().where(entries.at_rest_since(clock.now() - SETTLING))).all()
    left = {event for event in {engagement.event for engagement in astray} if is_left(event)}
    return settle_all([engagement for engagement in astray if engagement.event not in left])


def settle_at(event: Event) -> int:
    """The same at one event, whose people have just been told of what changed."""
    return settle_all(db.session.scalars(entries.astray().where(Engagement.event_id == event.id)).all())


def settle_all(engagements: Sequence[Engagement]) -> int:
    for engagement in engagements:
        hold(engagement)
        settle(engagement)
    return len(engagements)


def has_accepted(speaker: Speaker) -> bool:
    """Whether they come to one of their sessions at least."""
    return Answer.ACCEPTED in speaker.answers

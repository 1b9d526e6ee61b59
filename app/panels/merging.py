"""Making one person of two, with what they were asked and what they have in their calendars."""

import sqlalchemy as sa
from flask_babel import gettext as _

from app.agenda import people, steps
from app.agenda.models import Person
from app.db import db
from app.errors import Refused
from app.panels import engaging, entries, letters
from app.panels.models import Engagement, FormerLink


def merge(kept: Person, gone: Person, facts: people.Facts, *, email: str) -> None:
    """Let `kept` stand for both, everywhere; of two engagements at one event the more advanced stays. Raises `Refused`.

    The agenda is locked before any engagement, as by whoever holds one.
    """
    steps.lock()
    twins = {engagement.event_id: engagement for engagement in engagements_of(kept)}
    for engagement in engagements_of(gone):
        follow(engagement, kept, twins.get(engagement.event_id))
    people.merge(kept, gone, facts, email=email)
    for engagement in engagements_of(kept):
        if not engagement.event.is_over:
            engaging.settle(engagement)


def engagements_of(person: Person) -> list[Engagement]:
    return list(db.session.scalars(sa.select(Engagement).where(Engagement.person_id == person.id).order_by(Engagement.id)))


def follow(engagement: Engagement, kept: Person, twin: Engagement | None) -> None:
    """Move an engagement to another person, who may have one at the same event."""
    if twin is None:
        engagement.person = kept
        db.session.flush()
        return
    winner, loser = sorted((twin, engagement), key=progress, reverse=True)
    hand_over(loser, winner)
    db.session.delete(loser)
    db.session.flush()
    winner.person = kept
    db.session.flush()


def progress(engagement: Engagement) -> tuple[bool, bool, bool]:
    """How far it is: answered, with a proposal, opened."""
    return engagement.answered_at is not None, engagement.proposal is not None, engagement.opened_at is not None


def hand_over(loser: Engagement, winner: Engagement) -> None:
    """What is in the calendar stays where the mailbox is the same, and is taken back from another; the link answers 410."""
    if loser.proposal and winner.proposal:
        raise Refused(
            _("Both have changes that wait for a decision at: %(title)s. Decide on them first.", title=winner.event.title)
        )
    if loser.email == winner.email:
        for entry in entries.active(loser):
            mark = entries.raised(winner, entry.uid, entry.sequence, is_active=True)
            next(one for one in winner.entries if one.uid == mark.uid).sequence = max(entry.sequence, mark.sequence)
    else:
        marks = entries.withdraw(loser, entries.active(loser))
        letters.withdraw(winner, marks, address=loser.email)
    winner.proposal = winner.proposal or loser.proposal
    winner.proposed_at = winner.proposed_at or loser.proposed_at
    former = sa.update(FormerLink).where(FormerLink.engagement_id == loser.id)
    db.session.execute(former.values(engagement_id=winner.id))
    winner.former_links.append(FormerLink(digest=loser.digest))

"""How an event comes before the public, and how it is called off. Whoever is to be told is told by the caller."""

from flask_babel import gettext as _

from app import clock
from app.db import db
from app.errors import Refused
from app.events import holding
from app.events.models import Attendance, Event, EventStatus
from app.events.words import line, within

LONGEST_NOTE = 1000


class Incomplete(Refused):
    """Something is missing; `sentences` say what."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def missing(event: Event) -> list[str]:
    """What an event must have before the public sees it."""
    wants = (
        (bool(event.title.strip()), _("Give the event a title.")),
        (event.ends_at > event.starts_at, _("The end must come after the beginning.")),
        (bool(event.place_name.strip()), _("Enter the place, or the name of the platform for a meeting online.")),
        (bool(event.contact_email), _("Enter an e-mail address to which people can write.")),
        (event.ends_at > clock.now(), _("The event is over already. Correct its date.")),
    )
    return [sentence for is_there, sentence in wants if not is_there]


def warnings(event: Event) -> list[str]:
    """What is worth a look and holds nothing up."""
    closes_late = event.registration_closes_at is not None and event.registration_closes_at > event.starts_at
    has_english = bool((event.translations or {}).get("en", {}).get("title"))
    doubts = (
        (event.starts_at <= clock.now() < event.ends_at, _("The event has begun already.")),
        (event.attendance is not Attendance.OFFLINE and not event.meeting_url, _("There is no meeting link yet.")),
        (not event.description and not event.summary, _("The page has no description yet.")),
        ("en" in event.languages and event.language != "en" and not has_english, _("The English title is missing.")),
        (closes_late, _("Registration closes after the event begins; nobody can register from then on.")),
        (event.capacity is None, _("The number of places has no limit.")),
    )
    return [sentence for is_so, sentence in doubts if is_so]


def publish(event: Event) -> None:
    """Show the event to everybody; raises `Incomplete`."""
    holding.hold(event)
    if event.is_template:
        raise Refused(_("A template is not published. Create an event from it."))
    if event.status is not EventStatus.DRAFT:
        return
    if sentences := missing(event):
        raise Incomplete(sentences)
    event.status = EventStatus.PUBLISHED
    event.published_at = event.published_at or clock.now()


def unpublish(event: Event) -> None:
    """Take the event back to a draft, as long as nobody relies on it."""
    holding.hold(event)
    if event.status is not EventStatus.PUBLISHED:
        raise Refused(_("Only a published event can become a draft again."))
    if event.arrivals:
        raise Refused(
            _("People have registered, so the event stays published. You can close registration, postpone or cancel it.")
        )
    event.status = EventStatus.DRAFT


def close_registration(event: Event) -> None:
    holding.hold(event)
    event.registration_is_closed = True


def reopen_registration(event: Event) -> None:
    """Open what was closed by hand; the window in time still holds."""
    holding.hold(event)
    event.registration_is_closed = False


def postpone(event: Event, note: str) -> None:
    """Take the event off its date; other dates, once they are set, bring it back."""
    holding.hold(event)
    if event.status is not EventStatus.PUBLISHED:
        raise Refused(_("Only a published event can be postponed."))
    refuse_over(event)
    event.status, event.status_note = EventStatus.POSTPONED, noted(note)


def cancel(event: Event, note: str) -> None:
    """Call the event off, for good."""
    holding.hold(event)
    if event.status is EventStatus.DRAFT:
        raise Refused(_("Nobody has seen this draft. Delete it instead."))
    if event.is_cancelled:
        raise Refused(_("This event has been cancelled already."))
    refuse_over(event)
    event.status, event.status_note = EventStatus.CANCELLED, noted(note)


def refuse_over(event: Event) -> None:
    if event.is_over:
        raise Refused(_("This event is over."))


def noted(note: str) -> str:
    """The organiser's words to those who come, in their paragraphs."""
    lines = (line(part) for part in note.replace("\r\n", "\n").split("\n"))
    return within("\n".join(lines).strip(), LONGEST_NOTE, "note")


def archive(event: Event) -> None:
    """Put the event away at the desk; its page stays, and registration is shut."""
    holding.hold(event)
    event.archived_at = event.archived_at or clock.now()


def unarchive(event: Event) -> None:
    holding.hold(event)
    event.archived_at = None


def can_be_deleted(event: Event) -> bool:
    """Whether nobody has seen it: a draft without registrations."""
    return event.status is EventStatus.DRAFT and event.arrivals == 0


def delete(event: Event) -> None:
    """Remove a draft with all that belongs to it."""
    holding.hold(event)
    if not can_be_deleted(event):
        raise Refused(_("Only a draft for which nobody has registered can be deleted."))
    db.session.delete(event)
    db.session.flush()

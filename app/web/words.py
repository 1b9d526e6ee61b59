"""The words of our states and kinds, as a page says them."""

from enum import StrEnum

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

from app.agenda.models import MaterialKind, Role, SessionKind, Visibility
from app.events.members import Post
from app.events.models import Attendance, EventStatus, Kind, Part

WORDS: dict[tuple[type[StrEnum], str], LazyString] = {
    (Kind, Kind.WORKSHOP): _l("Workshop"),
    (Kind, Kind.WEBINAR): _l("Webinar"),
    (Kind, Kind.CONFERENCE): _l("Conference"),
    (Kind, Kind.STUDY_VISIT): _l("Study visit"),
    (Kind, Kind.MEETING): _l("Meeting"),
    (Attendance, Attendance.ONLINE): _l("Online"),
    (Attendance, Attendance.OFFLINE): _l("On site"),
    (Attendance, Attendance.MIXED): _l("On site and online"),
    (EventStatus, EventStatus.DRAFT): _l("Draft"),
    (EventStatus, EventStatus.PUBLISHED): _l("Published"),
    (EventStatus, EventStatus.POSTPONED): _l("Postponed"),
    (EventStatus, EventStatus.CANCELLED): _l("Cancelled"),
    (Part, Part.CO_ORGANISER): _l("Co-organiser"),
    (Part, Part.PARTNER): _l("Partner"),
    (Part, Part.PATRON): _l("Patron"),
    (SessionKind, SessionKind.PRESENTATION): _l("Presentation"),
    (SessionKind, SessionKind.PANEL): _l("Panel"),
    (SessionKind, SessionKind.WORKSHOP): _l("Workshop"),
    (SessionKind, SessionKind.DISCUSSION): _l("Discussion"),
    (SessionKind, SessionKind.BREAK): _l("Break"),
    (Role, Role.SPEAKER): _l("Speaks"),
    (Role, Role.PANELIST): _l("On the panel"),
    (Role, Role.MODERATOR): _l("Moderates"),
    (Role, Role.HOST): _l("Hosts"),
    (Role, Role.AUTHOR): _l("Author"),
    (MaterialKind, MaterialKind.DOCUMENT): _l("Document"),
    (MaterialKind, MaterialKind.SLIDES): _l("Slides"),
    (MaterialKind, MaterialKind.RECORDING): _l("Recording"),
    (MaterialKind, MaterialKind.LINK): _l("Page"),
    (Post, Post.OWNER): _l("Owner"),
    (Post, Post.EDITOR): _l("Editor"),
    (Post, Post.CHECK_IN): _l("Check-in"),
    (Post, Post.VIEWER): _l("Viewer"),
    (Visibility, Visibility.PUBLIC): _l("Anybody"),
    (Visibility, Visibility.REGISTERED): _l("People with a place"),
    (Visibility, Visibility.AFTER): _l("Anybody, after the meeting"),
}


def word(state: StrEnum) -> str:
    """The word for a member of one of our enums, in the page's language."""
    return str(WORDS[type(state), state])


def word_for_organisations(role: Role, number: int) -> str:
    """What so many organisations are on a session, to stand before their names."""
    if role is Role.AUTHOR:
        return str(ngettext("Author of the study", "Authors of the study", number))
    return str(ngettext("Takes part", "Take part", number))


def word_for_partners(part: Part, number: int) -> str:
    """What so many organisations are to an event, as a heading over their names."""
    if part is Part.CO_ORGANISER:
        return str(ngettext("Co-organiser", "Co-organisers", number))
    if part is Part.PATRON:
        return str(ngettext("Patron", "Patrons", number))
    return str(ngettext("Partner", "Partners", number))

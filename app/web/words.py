"""The words of our states and kinds, as a page says them."""

from enum import StrEnum

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

from app.agenda.models import Role, SessionKind
from app.events.models import Attendance, Kind

WORDS: dict[tuple[type[StrEnum], str], LazyString] = {
    (Kind, Kind.WORKSHOP): _l("Workshop"),
    (Kind, Kind.WEBINAR): _l("Webinar"),
    (Kind, Kind.CONFERENCE): _l("Conference"),
    (Kind, Kind.STUDY_VISIT): _l("Study visit"),
    (Kind, Kind.MEETING): _l("Meeting"),
    (Attendance, Attendance.ONLINE): _l("Online"),
    (Attendance, Attendance.OFFLINE): _l("On site"),
    (Attendance, Attendance.MIXED): _l("On site and online"),
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
}


def word(state: StrEnum) -> str:
    """The word for a member of one of our enums, in the page's language."""
    return str(WORDS[type(state), state])


def word_for_organisations(role: Role, number: int) -> str:
    """What so many organisations are on a session, to stand before their names."""
    if role is Role.AUTHOR:
        return str(ngettext("Author of the study", "Authors of the study", number))
    return str(ngettext("Takes part", "Take part", number))

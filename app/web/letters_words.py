"""What the letters, their states and the selections of their readers are called at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.mailings.letters import LETTER
from app.mailings.models import Mailing, MailingStatus
from app.mailings.outgoing import State
from app.participants import filters
from app.participants.filters import Filter, Wanted
from app.participants.words import said


@dataclass(frozen=True)
class Kind:
    """One kind of automatic letter: what it is called, and when it goes out."""

    letter: str
    name: LazyString
    when: LazyString


@dataclass(frozen=True)
class Names:
    """What a selection may name: sessions and groups by number; answers as words of the question and of the answer."""

    sessions: Mapping[int, str]
    groups: Mapping[int, str]
    answers: Mapping[tuple[str, str], tuple[str, str]]


AUTOMATIC: Mapping[str, Kind] = {
    kind.letter: kind
    for kind in (
        Kind("confirmation", _l("Confirmation of a place"), _l("At once, to whoever gets a place")),
        Kind("waiting", _l("On the waiting list"), _l("At once, to whoever registers when all places are taken")),
        Kind("promoted", _l("A place from the waiting list"), _l("At once, to whoever gets a place that came free")),
        Kind("proof", _l("Confirmation of the address"), _l("At once, where addresses prove themselves first")),
        Kind("pending", _l("Waits for approval"), _l("At once, where you decide who comes")),
        Kind("declined", _l("Declined by the organiser"), _l("When you decline somebody")),
        Kind("session_place", _l("A place in a session"), _l("When a place comes free in a session that was full")),
        Kind("invitation", _l("A further entry for the calendar"), _l("At once, where somebody's plan has several entries")),
        Kind("reminder_day", _l("Reminder a day before"), _l("The day before, to whoever has a place and wants reminders")),
        Kind("reminder_hour", _l("Reminder an hour before"), _l("An hour before, to whoever has a place and wants reminders")),
        Kind("cancellation", _l("Confirmation of a cancellation"), _l("At once, to whoever cancels or is cancelled")),
        Kind("withdrawal", _l("An entry taken out of the calendar"), _l("At once, when a plan or an address changes")),
        Kind("already_registered", _l("Answer to a second registration"), _l("At once, to whoever registers again")),
        Kind("new_address", _l("Confirmation of a new address"), _l("At once, to the address that somebody changes to")),
        Kind("handed_over", _l("A place handed over by a colleague"), _l("At once, to whoever is given somebody's place")),
        Kind("new_link", _l("A new link to the registration"), _l("At once, when somebody replaces their link")),
        Kind("event_cancelled", _l("The event is cancelled"), _l("When you cancel the event, to everybody")),
        Kind("event_postponed", _l("The event is postponed"), _l("When you postpone the event, to everybody")),
        Kind("event_moved", _l("The event has a new date"), _l("When you give new dates, to everybody")),
    )
}
FURTHER: Mapping[str, LazyString] = {
    LETTER: _l("Your message"),
    "changes": _l("What changed in the agenda"),
    "event_invitation": _l("Invitation to register"),
    "speaker_changes": _l("What changed in a speaker's sessions"),
    "speaker_request": _l("Question to a speaker"),
    "speaker_invitation": _l("A speaker's entry for the calendar"),
    "speaker_withdrawal": _l("A speaker's entry taken out of the calendar"),
}
STATES: Mapping[State, LazyString] = {
    State.QUEUED: _l("Leaving"),
    State.HELD: _l("Held"),
    State.SENDING: _l("On its way"),
    State.SENT: _l("Sent"),
    State.FAILED: _l("Not delivered"),
    State.DROPPED: _l("Not needed any more"),
}
MAILINGS: Mapping[MailingStatus, LazyString] = {
    MailingStatus.DRAFT: _l("Draft"),
    MailingStatus.SCHEDULED: _l("Scheduled"),
    MailingStatus.SENT: _l("Handed over for sending"),
    MailingStatus.STOPPED: _l("Stopped"),
}
LANGUAGES: Mapping[str, LazyString] = {"pl": _l("Polish"), "en": _l("English")}
WHO: Mapping[filters.State, LazyString] = {
    filters.State.REGISTERED: _l("Everybody who has a place or waits"),
    filters.State.CONFIRMED: _l("Everybody who has a place"),
    filters.State.WAITING: _l("Everybody on the waiting list"),
    filters.State.UNCONFIRMED: _l("Everybody whose address is not confirmed"),
    filters.State.PENDING: _l("Everybody who waits for approval"),
    filters.State.DECLINED: _l("Everybody whom you declined"),
    filters.State.CANCELLED: _l("Everybody who cancelled"),
    filters.State.ALL: _l("Everybody who has ever registered"),
}
STATE_CHOICES: Mapping[str, LazyString] = {
    filters.State.REGISTERED: _l("People registered"),
    filters.State.CONFIRMED: _l("Confirmed"),
    filters.State.WAITING: _l("Waiting list"),
    filters.State.UNCONFIRMED: _l("Address not confirmed"),
    filters.State.PENDING: _l("Wait for approval"),
    filters.State.DECLINED: _l("Declined"),
    filters.State.CANCELLED: _l("Registrations cancelled"),
    filters.State.ALL: _l("Together with cancelled"),
}
NEED_CHOICES: Mapping[str, LazyString] = {
    "": _l("All"),
    Wanted.ANY: _l("Any need"),
    Wanted.CAPTIONS: _l("Live captions"),
    Wanted.SIGN_LANGUAGE: _l("Polish Sign Language (PJM)"),
    Wanted.OTHER: _l("Something else"),
}
"""As short as the table of participants says it, since a list of choices shows no more than some words."""

NEEDS: Mapping[Wanted, LazyString] = {
    Wanted.ANY: _l("who needs something to take part"),
    Wanted.CAPTIONS: _l("who needs live captions"),
    Wanted.SIGN_LANGUAGE: _l("who needs Polish Sign Language (PJM)"),
    Wanted.OTHER: _l("who needs something else"),
}
PLACEHOLDERS: Mapping[str, LazyString] = {
    "name": _l("the person's name"),
    "event": _l("the title of the event"),
    "date": _l("the date, with the year"),
    "hours": _l("from when to when"),
    "place": _l("where it takes place"),
    "organiser": _l("the organiser's name"),
    "contact": _l("whom to write to, from the settings of the event"),
    "number": _l("the number of the registration"),
    "my_link": _l("a link to the person's own registration"),
    "join_link": _l("the person's own link to the meeting; without a place, to their registration"),
    "position": _l("the position on the waiting list"),
}


def letter(name: str) -> str:
    """What a letter is called; one of another part of the desk that has no name here goes by its own."""
    kind = AUTOMATIC.get(name)
    return str(kind.name) if kind else str(FURTHER.get(name, name.replace("_", " ")))


def selection(chosen: Filter, names: Names) -> str:
    """Whom a selection means, in words."""
    if chosen.numbers:
        number = len(chosen.numbers)
        return str(ngettext("%(num)d person whom you picked", "%(num)d people whom you picked", number))
    return ", ".join((str(WHO[chosen.state]), *narrowed(chosen, names)))


def narrowed(chosen: Filter, names: Names) -> list[str]:
    found = [str(NEEDS[chosen.needs])] if chosen.needs else []
    if chosen.session is not None:
        found.append(_("who chose: %(title)s", title=names.sessions.get(chosen.session, chosen.session)))
    if chosen.group is not None:
        found.append(_("of the group: %(name)s", name=names.groups.get(chosen.group, chosen.group)))
    for asked in chosen.answers:
        question, answer = names.answers.get(asked, asked)
        found.append(_("whose answer to “%(question)s” is: %(answer)s", question=question, answer=answer))
    if chosen.reply:
        found.append(_("whose answer to the invitation is: %(answer)s", answer=said(chosen.reply)))
    if chosen.is_unreached:
        found.append(_("whom a letter did not reach"))
    if chosen.text:
        found.append(_("with the words “%(text)s”", text=chosen.text))
    return found


def badge(mailing: Mailing) -> str:
    return str(MAILINGS[mailing.status])

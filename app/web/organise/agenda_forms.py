"""The forms of the agenda editor: one a row, and one for what is added."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    BooleanField,
    Field,
    Form,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)

from app import moments, typed
from app.agenda import casting
from app.agenda.models import Appearance, Role, Session, SessionKind
from app.agenda.shifting import Hours
from app.errors import Refused
from app.events import words
from app.events.editing import number as places
from app.events.models import Event
from app.web.filters import weekday
from app.web.organise.forms import DeskForm, cleaned
from app.web.words import word

TITLE = 500
PLACE = 120
ABSTRACT = 10_000
LANGUAGES = ("pl", "en")
LONGEST_NUMBER = 9
COPIED = ("title", "room", "track", "abstract")
"""Texts that a form and a session both have under one name."""


def number(text: object) -> int:
    """A number that a page carries; what somebody made of it by hand is none of ours."""
    written = str(text or "")
    return int(written) if written.isdecimal() and written.isascii() and len(written) <= LONGEST_NUMBER else 0


def a_title(text: str) -> str:
    line = words.line(text)
    if not line:
        raise Refused(_("Enter a title"))
    return words.within(line, TITLE, "title")


def other_title(text: str) -> str:
    return words.within(words.line(text), TITLE, "title_other")


def a_place(text: str) -> str:
    return words.within(words.line(text), PLACE, "room")


def an_abstract(text: str) -> str:
    return words.within(words.lines(text), ABSTRACT, "abstract")


def other_language(event: Event) -> str:
    """The language beside the event's own."""
    return next(language for language in LANGUAGES if language != event.language)


def kinds() -> list[Any]:
    return [SelectChoice(kind.value, word(kind)) for kind in SessionKind]


def role_words() -> list[tuple[str, str]]:
    """Every role with its word."""
    return [(role.value, word(role)) for role in Role]


def lasting(text: str | None) -> timedelta:
    """Typed minutes, as time that passes."""
    return timedelta(minutes=typed.minutes(text or ""))


def readable(reading: Callable[[str], object]) -> Callable[[Form, Field], None]:
    """A validator that says what is wrong with an hour or a length together with all else, and leaves the text as it is."""

    def validate(form: Form, field: Field) -> None:
        try:
            reading(field.data or "")
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

    return validate


def says_the_same(reading: Callable[[str], object], text: str | None, seen: str) -> bool:
    """Whether a typed text means what was shown, in whatever form: 13 is 13:00."""
    if (text or "") == seen:
        return True
    try:
        return reading(text or "") == reading(seen)
    except Refused:
        return False


class HoursForm(DeskForm):
    """What says when something is: its day, its start, and how long it takes or when it ends."""

    day = SelectField(_l("Day"), validate_choice=False)
    start = StringField(_l("Start"), [readable(typed.hour)])
    minutes = StringField(_l("Minutes"))
    which = RadioField(_l("Which of the two?"), choices=[], validate_choice=False)

    def choose_days(self, days: Sequence[datetime]) -> None:
        self.days = {day.date().isoformat(): day.date() for day in days}
        self.day.choices = [SelectChoice(day.date().isoformat(), f"{weekday(day)}, {typed.written(day.date())}") for day in days]

    @property
    def chosen_day(self) -> date:
        if self.day.data not in self.days:
            raise Refused(_("Choose a day of the event"), field="day")
        return self.days[self.day.data]

    def moment(self, day: date, text: str, zone: str, field: str) -> datetime:
        """The moment (UTC) of a typed hour; where the clocks show it twice, the form asks which one is meant."""
        which = number(self.which.data) if self.which.data in {"0", "1"} else None
        try:
            return typed.moment(day, typed.hour(text, field), zone, which=which, field=field).astimezone(UTC)
        except typed.Twice as twice:
            self.which.choices = [
                SelectChoice(str(turn), f"{moments.hour(at)} ({moments.offset(at)})")
                for turn, at in enumerate((twice.first, twice.second))
            ]
            raise

    def refuse(self, refusal: Refused) -> None:
        if isinstance(refusal, typed.Twice):
            self.which.errors = [refusal.message]
        super().refuse(refusal)


class AddForm(HoursForm):
    """Something new on the agenda."""

    title = StringField(_l("Title"), [cleaned(a_title)])
    minutes = StringField(_l("Minutes"), [readable(typed.minutes)])
    kind = SelectField(_l("Kind"))
    room = StringField(_l("Room"), [cleaned(a_place)])
    track = StringField(_l("Track"), [cleaned(a_place)])

    def prepare(self, days: Sequence[datetime]) -> None:
        self.choose_days(days)
        self.kind.choices = kinds()

    def facts(self, event: Event) -> dict[str, Any]:
        starts_at = self.moment(self.chosen_day, self.start.data or "", event.zone, "start")
        ends_at = starts_at + lasting(self.minutes.data)
        return {
            "title": self.title.data,
            "kind": SessionKind(self.kind.data),
            "hours": (starts_at, ends_at),
            "room": self.room.data or None,
            "track": self.track.data or None,
        }


class RowForm(HoursForm):
    """One session in place: everything about it, and somebody to be added. Its fields carry the session's number."""

    version = HiddenField()
    seen = HiddenField()
    title = StringField(_l("Title"), [cleaned(a_title)])
    end = StringField(_l("End"))
    kind = SelectField(_l("Kind"))
    room = StringField(_l("Room"), [cleaned(a_place)])
    track = StringField(_l("Track"), [cleaned(a_place)])
    capacity = StringField(_l("Number of places"))
    abstract = TextAreaField(_l("Abstract"), [cleaned(an_abstract)])
    title_other = StringField(_l("Title in the other language"), [cleaned(other_title)])
    abstract_other = TextAreaField(_l("Abstract in the other language"), [cleaned(an_abstract)])
    name = StringField(_l("First name and surname"))
    person_id = HiddenField()
    is_organisation = BooleanField(_l("This is an organisation, not a person"))
    role = SelectField(_l("Role"))
    printed_as = StringField(_l("Position and affiliation, as printed"))
    shift_by = StringField(_l("Minutes, for example 15 or -15"))

    def __init__(self, session: Session, days: Sequence[datetime], *, fresh: bool = False) -> None:
        prefix = f"s{session.id}-"
        self.session = session
        super().__init__(**({"formdata": None} if fresh else {}), prefix=prefix, data=shown(session))
        self.prefix = prefix
        self.choose_days(days)
        self.kind.choices, self.role.choices = kinds(), [SelectChoice(*role) for role in role_words()]

    @property
    def has_texts(self) -> bool:
        """Whether the row came with its fields open."""
        return f"{self.prefix}title" in request.form

    def facts(self) -> dict[str, Any]:
        """What was typed, as the session holds it; raises `Refused`."""
        starts_at, ends_at = self.hours()
        facts = {"starts_at": starts_at, "ends_at": ends_at, "kind": SessionKind(self.kind.data), "title": self.title.data}
        facts.update(room=self.room.data or None, track=self.track.data or None, abstract=self.abstract.data)
        facts["capacity"] = places(self.capacity.data or "", "capacity")
        return {**facts, "translations": self.translations()}

    def translations(self) -> dict[str, dict[str, str]]:
        """The session's texts in other languages with the typed ones in place; empty ones are left out."""
        language = other_language(self.session.event)
        said = {"title": self.title_other.data, "abstract": self.abstract_other.data}
        others = {key: dict(texts) for key, texts in (self.session.translations or {}).items() if key != language}
        texts = {name: text for name, text in said.items() if text}
        return {**others, language: texts} if texts else others

    def hours(self) -> Hours:
        """The typed start with the typed minutes, or with the typed end where that is what was changed."""
        stored = shown(self.session)
        if all(getattr(self, name).data == stored[name] for name in ("day", "start", "minutes", "end")):
            return self.session.starts_at, self.session.ends_at
        zone, day = self.session.event.zone, self.chosen_day
        starts_at = self.moment(day, self.start.data or "", zone, "start")
        _start, minutes_seen, end_seen = (*(self.seen.data or "").split("|"), "", "")[:3]
        by_minutes = bool(self.minutes.data) and not says_the_same(typed.minutes, self.minutes.data, minutes_seen)
        by_end = bool(self.end.data) and not says_the_same(typed.hour, self.end.data, end_seen)
        if not by_end:
            return starts_at, starts_at + lasting(self.minutes.data)
        ends_at = self.end_after(starts_at, day, zone)
        if by_minutes and starts_at + lasting(self.minutes.data) != ends_at:
            raise Refused(_("The minutes and the end say different things. Change one of them."), field="end")
        return starts_at, ends_at

    def end_after(self, starts_at: datetime, day: date, zone: str) -> datetime:
        """The moment of the typed end; an hour that is not later than the start is the next day's."""
        ends_at = self.moment(day, self.end.data or "", zone, "end")
        return ends_at if ends_at > starts_at else self.moment(day + timedelta(days=1), self.end.data or "", zone, "end")

    def parts(self) -> dict[int, casting.Part]:
        """Roles and printed lines of who is on the session, where the row came with them."""
        return {
            appearance.id: part
            for appearance in self.session.appearances
            if (part := self.part_of(appearance)) != casting.part_of(appearance)
        }

    def part_of(self, appearance: Appearance) -> casting.Part:
        role = request.form.get(f"role-{appearance.id}", appearance.role.value)
        printed_as = request.form.get(f"printed-{appearance.id}", appearance.printed_as)
        return casting.Part(
            Role(role) if role in set(Role) else appearance.role, words.within(words.line(printed_as), TITLE, "printed_as")
        )

    def later_by(self) -> int:
        """By how many minutes the row and what follows are to move; earlier is negative."""
        text = (self.shift_by.data or "").strip()
        is_earlier = text[:1] in {"-", "\N{MINUS SIGN}", "\N{EN DASH}"}
        minutes = typed.minutes(text[is_earlier:].strip(), "shift_by")
        return -minutes if is_earlier else minutes

    def newcomer(self) -> casting.Newcomer | None:
        """Whoever is to be added, if a name was typed."""
        name = words.line(self.name.data or "")
        if not name:
            return None
        role = Role(self.role.data) if self.role.data in set(Role) else Role.SPEAKER
        return casting.Newcomer(
            name,
            role,
            words.within(words.line(self.printed_as.data or ""), TITLE, "printed_as"),
            person_id=number(self.person_id.data),
            is_organisation=self.is_organisation.data,
        )


def shown(session: Session) -> dict[str, str]:
    """The session as its form shows it."""
    start, end = moments.hour(session.local_starts_at), moments.hour(session.local_ends_at)
    other = (session.translations or {}).get(other_language(session.event), {})
    return {
        **{name: getattr(session, name) or "" for name in COPIED},
        "version": str(session.version),
        "seen": f"{start}|{session.minutes}|{end}",
        "day": session.local_starts_at.date().isoformat(),
        "start": start,
        "minutes": str(session.minutes),
        "end": end,
        "kind": session.kind.value,
        "capacity": str(session.capacity or ""),
        "title_other": other.get("title", ""),
        "abstract_other": other.get("abstract", ""),
        "role": Role.PANELIST.value if session.kind is SessionKind.PANEL else Role.SPEAKER.value,
    }

"""The forms of making and changing an event; what may be answered is decided by `events.editing`."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField

from app.agenda.clock_guard import Meaning, Span
from app.errors import Refused
from app.events import addresses, editing, organisations, words
from app.events.models import Attendance, Event, Kind, Part, Programme
from app.web.language import LANGUAGES
from app.web.organise.event_times import TimesForm, as_typed, turn_field
from app.web.registration.forms import options
from app.web.words import WORDS

KINDS = {kind.value: WORDS[Kind, kind] for kind in Kind}
PLACES = {place.value: WORDS[Attendance, place] for place in Attendance}
SPEECHES = {"pl": _l("Polish"), "en": _l("English")}
MEANINGS = {
    Meaning.HOURS.value: _l("The same hours, by the clock of the new zone. In UTC the event moves."),
    Meaning.MOMENTS.value: _l("The same moments. By the clock of the new zone the hours are others."),
}


def times_of(name: str) -> tuple[str, str, str]:
    """The fields of one moment."""
    return f"{name}_on", f"{name}_hour", f"{name}_turn"


class BasicForm(TimesForm):
    """What every event needs. `ORDER` is that of the page: what is wrong is told in it."""

    ORDER: ClassVar[Sequence[str]] = ()
    kind = RadioField(_l("Kind"), choices=options(KINDS), validate_choice=False)
    attendance = RadioField(_l("How people take part"), choices=options(PLACES), validate_choice=False)
    place_name = StringField(_l("Place, or the name of the platform"))
    organiser = StringField(_l("Organiser"))
    programme = SelectField(_l("Programme"), validate_choice=False)

    def __iter__(self) -> Iterator[Field]:
        return iter(sorted(super().__iter__(), key=lambda field: self.ORDER.index(field.name)))

    def offer(self, programmes: Iterable[Programme]) -> None:
        """Let these programmes be chosen."""
        self.prepare()
        titles = {str(one.id): one.title for one in programmes}
        self.offered = frozenset(titles)
        self.programme.choices = options({"": _("No programme"), **titles})

    def basics(self, zone: str) -> dict[str, Any]:
        """What was answered, by column, with the organiser's name; what cannot be taken is said at its field."""
        return {
            "kind": self.read(self.kind, one_of(Kind)),
            "zone": zone,
            "starts_at": self.moment("starts", zone),
            "ends_at": self.moment("ends", zone, day_of=self.starts_on, later=self.nights),
            "attendance": self.read(self.attendance, one_of(Attendance)),
            "place_name": self.read(self.place_name, lambda text, field: words.within(words.line(text), 200, field)),
            "organiser": self.read(self.organiser, organiser),
            "programme_id": self.chosen_programme(),
        }

    def chosen_programme(self) -> int | None:
        """The programme, if it is one of those offered."""
        wish = self.programme.data or ""
        return int(wish) if wish in self.offered else None

    @property
    def is_good(self) -> bool:
        return not any(field.errors for field in self) and not self.form_errors


class CreateForm(BasicForm):
    """A new event in a minute: the rest can wait."""

    ORDER = (
        *("title", "kind", *times_of("starts"), *times_of("ends")),
        *("attendance", "place_name", "organiser", "programme"),
    )
    title = StringField(_l("Title"))

    def facts(self, zone: str) -> dict[str, Any]:
        title = self.read(self.title, lambda text, field: required(words.line(text), "title", field))
        return {"title": title, **self.basics(zone)}


class EventForm(BasicForm):
    """All of an event, its content in both languages beside one another."""

    ORDER = (
        *("version", "base", "kind", "language", "has_pl", "has_en"),
        *(f"{name}_{speech}" for speech in LANGUAGES for name in editing.TRANSLATED),
        *(*times_of("starts"), *times_of("ends"), "zone", "meaning", "shift"),
        *("attendance", "place_name", "place_address", "meeting_url", "meeting_opens_minutes"),
        *("capacity", "has_waiting_list", *times_of("opens"), *times_of("closes"), "asks_sessions", "is_recorded"),
        *("organiser", "programme", "contact_name", "contact_email", "contact_phone", "slug"),
    )
    version = HiddenField()
    base = HiddenField()
    language = SelectField(_l("The event was first written in"), choices=options(SPEECHES), validate_choice=False)
    has_pl = BooleanField(_l("The event is held in Polish"))
    has_en = BooleanField(_l("The event is held in English"))
    title_pl = StringField(_l("Title"))
    subtitle_pl = StringField(_l("Subtitle"))
    summary_pl = TextAreaField(_l("Summary"))
    description_pl = TextAreaField(_l("Description"))
    accessibility_pl = TextAreaField(_l("Accessibility"))
    title_en = StringField(_l("Title"))
    subtitle_en = StringField(_l("Subtitle"))
    summary_en = TextAreaField(_l("Summary"))
    description_en = TextAreaField(_l("Description"))
    accessibility_en = TextAreaField(_l("Accessibility"))
    zone = StringField(_l("Time zone"))
    meaning = RadioField(_l("What stays in the new zone?"), choices=options(MEANINGS), validate_choice=False)
    shift = BooleanField(_l("Move the sessions by the same amount"))
    place_address = StringField(_l("Address of the place"))
    meeting_url = StringField(_l("Meeting link"))
    meeting_opens_minutes = StringField(_l("The link opens so many minutes before the beginning"))
    capacity = StringField(_l("Number of places"))
    has_waiting_list = BooleanField(_l("When all places are taken, people can wait for one"))
    asks_sessions = BooleanField(_l("People choose the sessions they come to"))
    opens_on = StringField(_l("Registration opens on"))
    opens_hour = StringField(_l("Hour"))
    opens_turn = turn_field()
    closes_on = StringField(_l("Registration closes on"))
    closes_hour = StringField(_l("Hour"))
    closes_turn = turn_field()
    contact_name = StringField(_l("Whom to ask"))
    contact_email = StringField(_l("E-mail address"))
    contact_phone = StringField(_l("Phone"))
    is_recorded = BooleanField(_l("The meeting is recorded"))
    slug = StringField(_l("Address of the page"))

    def facts(self, former: str) -> dict[str, Any]:
        """What was answered, by column, with the organiser's name; what cannot be taken is said at its field.

        The hours are read by the clock of the new zone, or of the `former` one where the moments are to stay.
        """
        zone = self.read(self.zone, editing.zone) or former
        reads = self.reads(former, zone)
        return {
            **self.texts(),
            **self.basics(reads),
            "zone": zone,
            **self.places(),
            "place_address": self.line(self.place_address, 500) or None,
            "meeting_url": self.read(self.meeting_url, editing.link),
            "registration_opens_at": self.perhaps("opens", reads),
            "registration_closes_at": self.perhaps("closes", reads),
            "asks_sessions": bool(self.asks_sessions.data),
            "contact_name": self.line(self.contact_name, 200),
            "contact_email": self.read(self.contact_email, words.mailbox),
            "contact_phone": self.line(self.contact_phone, 64),
            "is_recorded": bool(self.is_recorded.data),
            "slug": self.read(self.slug, addresses.clean),
        }

    def reads(self, former: str, zone: str) -> str:
        """The zone by whose clock the hours were typed."""
        return former if self.meaning.data == Meaning.MOMENTS else zone

    def span(self, reads: str, zone: str) -> Span | None:
        """The hours as that clock reads them, in the event's zone; `None` where it does not show them."""
        starts_at, ends_at = self.moment("starts", reads), self.moment("ends", reads, day_of=self.starts_on)
        return Span(starts_at, ends_at, zone) if starts_at and ends_at else None

    def places(self) -> dict[str, Any]:
        minutes = self.read(self.meeting_opens_minutes, lambda text, field: editing.number(text, field, least=0, most=1440))
        return {
            "meeting_opens_minutes": 15 if minutes is None else minutes,
            "capacity": self.read(self.capacity, editing.number),
            "has_waiting_list": bool(self.has_waiting_list.data),
        }

    def texts(self) -> dict[str, Any]:
        """The original in the columns, the other language beside it."""
        original = self.language.data if self.language.data in LANGUAGES else "pl"
        written = {speech: self.texts_in(speech) for speech in LANGUAGES}
        if not written[original]["title"] and not self[f"title_{original}"].errors:
            self[f"title_{original}"].errors = [_("Enter the title")]
        others = {speech: {name: text for name, text in said.items() if text} for speech, said in written.items()}
        return {
            **written[original],
            "subtitle": written[original]["subtitle"] or None,
            "language": original,
            "languages": [speech for speech in LANGUAGES if self[f"has_{speech}"].data] or [original],
            "translations": {speech: said for speech, said in others.items() if speech != original and said},
        }

    def texts_in(self, speech: str) -> dict[str, str]:
        return {name: self.read(self[f"{name}_{speech}"], text_reader(name)) or "" for name in editing.TRANSLATED}

    def line(self, field: Field, most: int) -> str:
        return self.read(field, lambda text, name: words.within(words.line(text), most, name)) or ""

    def perhaps(self, name: str, zone: str) -> Any:
        """A moment that need not be given; a date alone is its midnight."""
        fields = self.fields_of(name)
        if not (fields.day.data or "").strip() and not (fields.hour.data or "").strip():
            return None
        if not (fields.hour.data or "").strip():
            fields.hour.data = "0:00"
        return self.moment(name, zone)

    def take(self, event: Event, names: Iterable[str]) -> None:
        """Put what is saved in place of what was typed, in these fields."""
        saved = values_of(event)
        for name in set(names) & saved.keys():
            self[name].data = saved[name]

    def know(self, event: Event) -> None:
        """Remember what the form was filled in from, to tell later who changed what."""
        self.version.data = str(event.version)
        self.base.data = json.dumps({name: mark(value) for name, value in values_of(event).items()})

    def meet(self, event: Event) -> dict[str, "Both"]:
        """Bring together what was typed and what somebody else saved meanwhile: the fields that both changed, as they stand.

        What only the other person changed is taken over, and told too.
        """
        saved, known = values_of(event), self.former_marks()
        found: dict[str, Both] = {}
        for name, theirs in saved.items():
            field, mine = self[name], normal(self[name].data)
            if mine == normal(theirs) or mark(theirs) == known.get(name):
                continue
            is_mine = mark(mine) != known.get(name)
            found[name] = Both(label_of(field, theirs), label_of(field, field.data), is_mine)
            if not is_mine:
                field.data = theirs
        self.know(event)
        return found

    def former_marks(self) -> Mapping[str, str]:
        """What the form was filled in from, as it carries it."""
        try:
            known = json.loads(self.base.data or "")
        except ValueError:
            return {}
        return known if isinstance(known, dict) else {}


@dataclass(frozen=True)
class Both:
    """What somebody else saved in a field, and what was typed; `is_contested` if both changed it."""

    theirs: str
    mine: str
    is_contested: bool


def values_of(event: Event) -> dict[str, Any]:
    """What the fields of the form show of an event."""
    times = (("starts", event.starts_at), ("ends", event.ends_at))
    window = (("opens", event.registration_opens_at), ("closes", event.registration_closes_at))
    moments = {name: text for part, at in (*times, *window) for name, text in as_typed(at, event.zone, part).items()}
    plain = ("place_name", "place_address", "meeting_url", "contact_name", "contact_email", "contact_phone", "slug", "zone")
    ticked = ("has_waiting_list", "asks_sessions", "is_recorded")
    return {
        **moments,
        **texts_of(event),
        **{name: getattr(event, name) or "" for name in plain},
        **{name: getattr(event, name) for name in ticked},
        **{f"has_{speech}": speech in (event.languages or [event.language]) for speech in LANGUAGES},
        "kind": event.kind.value,
        "language": event.language,
        "attendance": event.attendance.value,
        "organiser": event.organiser.name,
        "programme": str(event.programme_id or ""),
        "meeting_opens_minutes": str(event.meeting_opens_minutes),
        "capacity": str(event.capacity or ""),
    }


def texts_of(event: Event) -> dict[str, str]:
    """The content by field, empty where it has not been written in a language."""
    found = {}
    for name in editing.TRANSLATED:
        for speech in LANGUAGES:
            translated = (event.translations or {}).get(speech, {}).get(name)
            found[f"{name}_{speech}"] = (getattr(event, name) if speech == event.language else translated) or ""
    return found


def one_of(kind: type[Kind] | type[Attendance] | type[Part]) -> Any:
    """A reader of one of an enum's words."""

    def read(text: str, field: str) -> Kind | Attendance | Part:
        if text not in set(kind):
            raise Refused(_("Choose one of these"), field)
        return kind(text)

    return read


def organiser(text: str, field: str) -> str:
    """A name of an organisation that holds an event."""
    try:
        return organisations.name(text)
    except Refused as refusal:
        raise Refused(refusal.message, field) from refusal


def text_reader(name: str) -> Any:
    """A reader of one of the texts; titles stand on one line."""
    is_line = name in {"title", "subtitle"}
    return lambda text, field: editing.text(words.line(text) if is_line else words.lines(text), name, field)


def required(text: str, name: str, field: str) -> str:
    if not text:
        raise Refused(_("Enter the title"), field)
    return editing.text(text, name, field)


def normal(value: Any) -> str:
    """A value as it can be compared, however the browser ends its lines."""
    return str(value or "").replace("\r\n", "\n").strip()


def mark(value: Any) -> str:
    return sha256(normal(value).encode()).hexdigest()[:12]


def label_of(field: Field, value: Any) -> str:
    """A value as a person reads it."""
    if isinstance(field, BooleanField):
        return str(_("yes") if value else _("no"))
    choices = {choice.value: choice.label for choice in getattr(field, "choices", None) or ()}
    return str(choices.get(value, value or _("nothing")))

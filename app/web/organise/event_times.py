"""The fields in which dates and hours are typed, and what was understood of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, StringField

from app import moments, typed
from app.errors import Refused
from app.typed import Twice
from app.web.organise.forms import DeskForm
from app.web.registration.forms import options

Value = TypeVar("Value")
TURNS = {"0": _l("the first time, before the clocks go back"), "1": _l("the second time, after the clocks went back")}


@dataclass(frozen=True)
class Fields:
    """The fields of one moment."""

    day: Field
    hour: Field
    turn: Field


def turn_field() -> RadioField:
    """Asked only where an hour comes twice."""
    return RadioField(_l("This hour comes twice that night. Which one?"), choices=options(TURNS), validate_choice=False)


class TimesForm(DeskForm):
    """A form with the beginning and the end of an event. `asked` are the turns to be shown, `echoes` what was understood.

    An end without a date comes `nights` days after the beginning.
    """

    nights = 0
    starts_on = StringField(_l("Date"))
    starts_hour = StringField(_l("Begins at"))
    starts_turn = turn_field()
    ends_on = StringField(_l("Ends on"))
    ends_hour = StringField(_l("Ends at"))
    ends_turn = turn_field()

    def prepare(self) -> None:
        """Make ready to note what the fields were read as."""
        self.asked: set[str] = set()
        self.echoes: dict[str, str] = {}

    def fields_of(self, name: str) -> Fields:
        return Fields(self[f"{name}_on"], self[f"{name}_hour"], self[f"{name}_turn"])

    def refuse_at(self, refusal: Refused) -> None:
        """Show the refusal, and ask which of two hours is meant where that is the matter."""
        self.refuse(refusal)
        if isinstance(refusal, Twice) and refusal.field:
            self.asked.add(refusal.field.removesuffix("_hour"))

    def moment(self, name: str, zone: str, day_of: Field | None = None, later: int = 0) -> datetime | None:
        """The moment as typed, in UTC; `None` where it could not be read, which is then said at its fields.

        The day of another field, so many days `later`, counts where none was typed.
        """
        fields = self.fields_of(name)
        day = fields.day if fields.day.data or day_of is None else day_of
        date, hour = self.read(day, typed.date), self.read(fields.hour, typed.hour)
        if date is None or hour is None:
            return None
        which = int(fields.turn.data) if fields.turn.data in {"0", "1"} else None
        if day is not fields.day:
            date += timedelta(days=later)
        try:
            local = typed.moment(date, hour, zone, which=which, field=fields.hour.name)
        except Refused as refusal:
            self.refuse_at(refusal)
            return None
        self.understood(name, local)
        return local.astimezone(UTC)

    def understood(self, name: str, local: datetime) -> None:
        """Say the moment back, with its weekday; an hour that comes twice stays marked with the one that was chosen."""
        self.echoes[name] = f"{typed.echo(local)}, {moments.zone_name(local)}"
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            self.asked.add(name)

    def read(self, field: Field, read: Callable[[str, str], Value]) -> Value | None:
        """The value of a field, or `None` with the reason at the field."""
        try:
            return read(field.data or "", field.name)
        except Refused as refusal:
            if not field.errors:
                self.refuse(refusal)
            return None


def as_typed(at: datetime | None, zone: str, name: str) -> dict[str, str]:
    """What the fields of a moment show."""
    if at is None:
        return {f"{name}_on": "", f"{name}_hour": "", f"{name}_turn": ""}
    local = at.astimezone(ZoneInfo(zone))
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    turn = str(local.fold) if comes_twice else ""
    return {f"{name}_on": typed.written(local.date()), f"{name}_hour": moments.hour(local), f"{name}_turn": turn}

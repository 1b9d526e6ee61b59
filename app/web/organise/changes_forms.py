"""The forms of changes: telling what was looked at, at a moment, and how changes leave by themselves."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField

from app.changes.models import SETTLING_MINUTES, Telling
from app.errors import Refused
from app.web.organise.forms import DeskForm
from app.web.registration.forms import options

SETTLED, BY_HAND = "settled", "by_hand"
WAYS = {
    SETTLED: _l("By themselves, once nobody has edited for some minutes"),
    BY_HAND: _l("Only when we say so"),
}


class TellForm(DeskForm):
    """A button that tells what its page showed."""

    seen = HiddenField()


class WayForm(DeskForm):
    """How changes leave when nobody presses the button."""

    way = RadioField(_l("Changes are told"), choices=options(WAYS), validate_choice=False)
    minutes = StringField(_l("Minutes after the last edit"))

    def chosen(self) -> int | None:
        """The minutes, `None` for by hand; raises `Refused`."""
        if self.way.data == BY_HAND:
            return None
        if self.way.data != SETTLED:
            raise Refused(_("Choose how changes are told"), field="way")
        typed = (self.minutes.data or "").strip()
        if not (typed.isascii() and typed.isdecimal()) or len(typed) > len("10000"):
            raise Refused(_("Enter a whole number of minutes, for example 20"), field="minutes")
        return int(typed)


def of_telling(telling: Telling) -> dict[str, str]:
    """What the form shows of the present setting."""
    minutes = telling.settling_minutes
    return {"way": SETTLED if minutes else BY_HAND, "minutes": str(minutes or SETTLING_MINUTES)}

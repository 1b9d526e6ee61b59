"""Free places of groups and of sessions, in words."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.admission.models import Quota
from app.registration.session_places import Hall
from app.web.registration.entry import Entry


def left_in_group(entry: Entry, quota: Quota) -> str:
    """How many places a group has, or what follows where it has none."""
    left = max(0, entry.left.get(quota.id, 0))
    if left:
        return str(ngettext("%(num)d place left", "%(num)d places left", left))
    return str(_("full: you join the waiting list") if entry.has_queue else _("full"))


def left_in_session(hall: Hall) -> str:
    """How many places a session has, or what follows where it has none."""
    left = max(0, hall.capacity - hall.taken) if hall.is_free else 0
    if left:
        return str(ngettext("%(num)d place left", "%(num)d places left", left))
    return str(_("full: you join this session's queue"))

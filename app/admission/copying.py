"""Rules of entry copied to another event; nobody's invitation comes along."""

from app.admission import quotas, rules
from app.admission.models import Quota, Rules
from app.db import db
from app.events.models import Event

UNKEPT = frozenset({"event_id", "version"})
OF_A_QUOTA = ("name", "capacity", "rank", "translations")


def copy(source: Event, event: Event) -> None:
    """The rules and the quotas, if the source has any of its own."""
    kept = db.session.get(Rules, source.id)
    if kept is not None:
        copied = rules.open_to_all(event)
        for column in Rules.__table__.columns:
            if column.key not in UNKEPT:
                setattr(copied, column.key, getattr(kept, column.key))
        copied.version = 2
        db.session.add(copied)
    for quota in quotas.of(source):
        db.session.add(Quota(event_id=event.id, **{name: getattr(quota, name) for name in OF_A_QUOTA}))
    db.session.flush()

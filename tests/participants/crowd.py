"""Many participants at once, put into the database past the acts that would make them one by one."""

from datetime import timedelta

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.events.models import Event
from app.folding import fold, order_key, sort_key
from app.registration import places
from app.registration.models import Choice, Entry, Registration, Status

NAMES = ("Żaneta Łącka", "Adam Nowak", "Ewa Kaczmarek", "Piotr Lis", "Agnieszka Bąk", "Hanna Sikora", "Jan Dudek")
CITIES = ("Gdyni", "Łomiankach", "Warszawie", "Lublinie", "Łodzi", "Ćmielowie", "Świdnicy", "Żorach")


def gather(event: Event, confirmed: int, waiting: int = 0, *, sessions: tuple[int, ...] = ()) -> None:
    """So many people with a place and so many on the waiting list; whoever has a place has the event's entry."""
    total = confirmed + waiting
    with transaction():
        event = db.session.get_one(Event, event.id)
        first = event.arrivals + 1
        rows = [
            row(event, number, Status.CONFIRMED if number < first + confirmed else Status.WAITING)
            for number in range(first, first + total)
        ]
        ids = list(db.session.scalars(sa.insert(Registration).returning(Registration.id), rows))
        marks = {"uid": event.uid, "sequence": 0, "is_active": True, "stamped_at": clock.now()}
        if confirmed:
            db.session.execute(sa.insert(Entry), [{"registration_id": number, **marks} for number in ids[:confirmed]])
        chosen = [{"registration_id": number, "session_id": session} for number in ids for session in sessions]
        if chosen:
            db.session.execute(sa.insert(Choice), chosen)
        places.change(event, taken=confirmed, waiting=waiting, arrivals=total)


def row(event: Event, number: int, status: Status) -> dict[str, object]:
    name = f"{NAMES[number % len(NAMES)]} {number}"
    email, organisation = f"person.{event.id}.{number}@example.org", f"Urząd w {CITIES[number % len(CITIES)]} {number % 997}"
    return {
        "uid": f"crowd-{event.id}-{number}",
        "event_id": event.id,
        "number": number,
        "arrival": number,
        "name": name,
        "email": email,
        "email_key": email,
        "organisation": organisation,
        "needs": ["captions"] if number % 20 == 0 else [],
        "language": "pl",
        "status": status,
        "holds_place": status is Status.CONFIRMED,
        "turned_at": clock.now() if status is Status.CONFIRMED else None,
        "registered_at": clock.now() - timedelta(minutes=1),
        "folded": fold(f"{name} {email} {organisation}"),
        "sort_key": sort_key(name),
        "organisation_key": order_key(organisation),
    }

"""Making an event, changing it, and seeing it as the public does."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app import clock, moments, permissions, typed
from app.admission import copying as rules_copied
from app.admission import rules as admission
from app.agenda import copying, steps
from app.agenda import queries as agenda
from app.agenda.clock_guard import Meaning
from app.agenda.clock_guard import of_event as consequences
from app.audit import records
from app.calendar import links, slots
from app.changes import telling
from app.db import db
from app.errors import Refused
from app.events import creating, editing, holding, organisations
from app.events import queries as events
from app.events.editing import Stale
from app.events.models import Event, Organisation, Programme
from app.permissions import Act
from app.plans import choosing
from app.questions import copying as forms
from app.registration import calling_off, consent, doors, places, waitlist
from app.web import language, structured, zones
from app.web.events import programme_links
from app.web.organise import clock_guard, desk
from app.web.organise.clock_guard import Outcome, Unseen
from app.web.organise.event_forms import Both, CreateForm, EventForm, values_of
from app.web.registration import entry
from app.web.site import site

blueprint = desk.blueprint("desk_event", __name__, "/events")

SUGGESTED = 500
"""How many organisations a field offers to whoever types; any other is found by its name."""
SOURCES = 100
ZONE = "Europe/Warsaw"


@blueprint.route("/new", methods=["GET", "POST"])
@desk.needs(Act.CREATE_EVENT)
def create() -> ResponseReturnValue:
    source = source_of(request.values.get("from", ""))
    form = CreateForm(data=beginnings(source))
    form.offer(programmes())
    form.nights = nights(source) if source else 0
    zone = source.zone if source else ZONE
    if not form.is_sent():
        return create_page(form, source)
    facts = form.facts(zone)
    if form.is_good:
        try:
            event = make(source, facts)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("The draft is ready. It begins on %(when)s.", when=when(event)))
            if source and (said := clock_guard.copied(source, event)):
                flash(said)
            warn_of_past(event)
            return redirect(url_for(".edit", event_id=event.id), 303)
    return create_page(form, source, 422)


def make(source: Event | None, facts: dict[str, Any]) -> Event:
    """The draft, from nothing or after another event."""
    user, domain = desk.user(), site().calendar_domain
    with desk.writing("event.create") as now:
        facts["organiser_id"] = organisations.named(facts.pop("organiser")).id
        if source is None:
            event = creating.create(user, domain=domain, facts=facts)
        else:
            event = creating.copy(source, user, domain=domain, facts=facts)
            copying.copy(source, event, domain=domain)
            forms.copy(source, event)
            rules_copied.copy(source, event)
            consent.copy(source, event)
        records.about(now, event.id)
    return event


def beginnings(source: Event | None) -> dict[str, Any]:
    """What the short form is filled in with."""
    if source is None:
        return {"kind": "workshop", "attendance": "online"}
    names = ("title", "kind", "attendance", "place_name", "organiser", "programme", "starts_hour", "ends_hour")
    values = {"title": source.title, **values_of(source)}
    return {name: values[name] for name in names}


def nights(event: Event) -> int:
    """How many days after its beginning an event ends."""
    return (event.local_ends_at.date() - event.local_starts_at.date()).days


def source_of(wish: str) -> Event | None:
    """The event to begin from, if the user may see it; raises `NotFound` for any other."""
    if not wish:
        return None
    number = int(wish) if wish.isdecimal() and len(wish) < 10 else 0
    found = db.session.scalar(permissions.visible_events(desk.user()).where(Event.id == number))
    if found is None:
        raise NotFound
    return found


def create_page(form: CreateForm, source: Event | None, status: int = 200) -> ResponseReturnValue:
    sources = permissions.visible_events(desk.user()).order_by(Event.is_template.desc(), Event.starts_at.desc()).limit(SOURCES)
    page = render_template(
        "organise/event/create.html",
        form=form,
        source=source,
        sources=db.session.scalars(sources).all(),
        organisations=suggested(),
    )
    return make_response(page, status)


@blueprint.route("/<int:event_id>/edit", methods=["GET", "POST"])
@desk.needs(Act.EDIT_EVENT)
def edit(event: Event) -> ResponseReturnValue:
    form = EventForm(data={**values_of(event), "shift": True})
    form.offer(programmes(event))
    if request.method == "GET":
        form.know(event)
    if not form.is_sent():
        form.facts(event.zone)
        return edit_page(event, form)
    form.take(event, request.form.getlist("theirs"))
    facts = form.facts(event.zone)
    if not form.is_good:
        return edit_page(event, form, 422)
    try:
        save(event, form, facts)
    except Unseen as unseen:
        return clock_page(event, form, unseen)
    except Stale as refusal:
        return stale_page(event, form, refusal)
    except Refused as refusal:
        form.refuse_at(refusal)
        return edit_page(event, form, 422)
    flash(_("Saved. It begins on %(when)s.", when=when(event)))
    warn_of_past(event)
    return redirect(url_for(".edit", event_id=event.id), 303)


def save(event: Event, form: EventForm, facts: dict[str, Any]) -> None:
    """The change, and what follows from it: sessions that move along, and people who get a place or a new date.

    Raises `Unseen` where it should be looked at by the clocks first.
    """
    seen = form.version.data or ""
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    with desk.writing("event.edit", event):
        holding.hold(event)
        former, was_postponed, capacity = copying.times(event), event.is_postponed, event.capacity
        if event.version == version:
            clock_guard.refuse_unseen(outcomes(event, form, facts["zone"]))
        facts["organiser_id"] = organisations.named(facts.pop("organiser")).id
        editing.change(event, version, facts)
        reads = form.reads(former.zone, event.zone)
        copying.follow(event, former, desk.user().name, reads=reads, is_shifted=bool(form.shift.data))
        if was_postponed and not event.is_postponed:
            telling.by_an_act(event, desk.user().name, calling_off.tell_moved(event))
        places.limit(event, capacity)
        waitlist.fill(event, {"capacity": [capacity, event.capacity]} if capacity != event.capacity else None)


def outcomes(event: Event, form: EventForm, zone: str) -> list[Outcome]:
    """What the typed hours can mean for the event and its agenda: in another zone two things, unless they are the same."""
    sessions, follows = steps.rows(event), bool(form.shift.data)
    clocks = {Meaning.HOURS: zone, Meaning.MOMENTS: event.zone}
    found = {
        meaning: consequences(event, sessions, after, reads=reads, follows=follows)
        for meaning, reads in clocks.items()
        if (after := form.span(reads, zone))
    }
    if len(set(found.values())) == 1:
        return [Outcome(None, found.popitem()[1])]
    return [Outcome(*one) for one in found.items()]


def clock_page(event: Event, form: EventForm, unseen: Unseen) -> ResponseReturnValue:
    """What the change means by other clocks, with the form in it: to save as it stands, or to go back to."""
    if unseen.is_unanswered:
        form.meaning.errors = [_("Choose what stays")]
    asked = clock_guard.Question(event, unseen, clock_guard.counts(event))
    page = render_template("organise/event/clock.html", event=event, form=form, asked=asked)
    return make_response(page, 422 if unseen.is_unanswered else 200)


def stale_page(event: Event, form: EventForm, refusal: Stale) -> ResponseReturnValue:
    """Both values beside one another where two people changed the same, and a way to take either."""
    db.session.refresh(event)
    met = form.meet(event)
    form.prepare()
    form.facts(event.zone)
    for name, both in met.items():
        form[name].errors = []
        if both.is_contested:
            form[name].errors = [_("Saved meanwhile: %(theirs)s. You typed: %(mine)s", theirs=both.theirs, mine=both.mine)]
    form.refuse(refusal)
    return edit_page(event, form, 409, met=met)


def edit_page(event: Event, form: EventForm, status: int = 200, met: dict[str, Both] | None = None) -> ResponseReturnValue:
    page = render_template(
        "organise/event/edit.html",
        event=event,
        form=form,
        met=met or {},
        editor=editing.last_editor(event) if met is not None else None,
        has_sessions=bool(agenda.number_of_sessions(event)),
        partners=events.partners(event),
        organisations=suggested(),
        zones=zones.choices(language.current()),
    )
    return make_response(page, status)


@blueprint.get("/<int:event_id>/preview")
@desk.needs(Act.VIEW_EVENT)
def preview(event: Event) -> ResponseReturnValue:
    sessions, here, its_door = agenda.sessions_of(event), site(), doors.behind(event)
    slot = slots.of_event(event, sessions, here)
    return render_template(
        "organise/event/preview.html",
        event=event,
        sessions=sessions,
        has_changed=False,
        can_plan=event.is_public and choosing.is_possible(event, sessions),
        partners=events.partners(event),
        materials=agenda.materials_of(event),
        more_later=not event.is_over and agenda.has_materials_for_later(event),
        door=its_door,
        rules=admission.of(event),
        halls=entry.halls(event, sessions),
        calendars=links.entry_links(slot, file_url=here.event_file(event.slug), feed_url=here.agenda_feed(event.slug)),
        programme_links=programme_links(event.programme),
        facts=structured.event(event, sessions, its_door, here),
    )


def programmes(event: Event | None = None) -> Iterable[Programme]:
    """Those in which the user may create events, and the one that the event is in."""
    offered = list(db.session.scalars(permissions.programmes(desk.user())))
    if event is not None and event.programme is not None and event.programme not in offered:
        offered.append(event.programme)
    return offered


def suggested() -> Iterable[str]:
    """Names of organisations to choose from while typing."""
    names = sa.select(Organisation.name).order_by(Organisation.folded, Organisation.id)
    return db.session.scalars(names.limit(SUGGESTED)).all()


def when(event: Event) -> str:
    """The beginning, said back with its weekday and zone."""
    return f"{typed.echo(event.local_starts_at)}, {moments.zone_name(event.local_starts_at)}"


def warn_of_past(event: Event) -> None:
    if event.starts_at <= clock.now():
        flash(_("This date has passed. Is it the right one?"), "warning")

"""Texts on personal data at the desk, of an event or of an organisation: versions, and writing a new one."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import db
from app.events.models import Event, Organisation
from app.registration import consent
from app.registration.consent import INFORMATION
from app.registration.models import Clause
from app.web import clause
from app.web.organise import desk
from app.web.organise.privacy_forms import ConsentForm, TextForm

NEW = "new"


@dataclass(frozen=True)
class Shelf:
    """Whose texts these are, and where their pages are."""

    owner: Event | Organisation
    part: str

    @property
    def event(self) -> Event | None:
        return self.owner if isinstance(self.owner, Event) else None

    @property
    def of(self) -> dict[str, Any]:
        return {"event_id" if self.event else "organisation_id": self.owner.id}

    def url(self, page: str, **facts: Any) -> str:
        return url_for(f"{self.part}.{page}", **self.of, **facts)

    def again(self) -> "Shelf":
        """The same, its owner read anew, for within a transaction."""
        owner = db.session.get_one(Event, self.event.id) if self.event else db.session.get_one(Organisation, self.owner.id)
        return Shelf(owner, self.part)

    @property
    def template(self) -> str:
        return "organise/event.html" if self.event else "organise/base.html"


@dataclass(frozen=True)
class Row:
    """One text: what stands now, and how many have accepted that."""

    name: str
    title: str
    clause: Clause | None
    whose: str
    accepted: int


def rows(shelf: Shelf) -> list[Row]:
    """The information first, then each consent: this owner's and, at an event, those that come from farther."""
    standing = {name: consent.standing(shelf.owner, name) for name in (INFORMATION, *consent.names(shelf.owner))}
    if shelf.event:
        standing[INFORMATION] = consent.in_force(shelf.event)
        standing.update({one.name: one for one in consent.asked(shelf.event)})
    found = [one for one in standing.values() if one]
    numbers = consent.accepted(found, shelf.event)
    return [
        Row(name, title(name, one or newest(shelf, name)), one, whose(name, one), numbers.get(one.version, 0) if one else 0)
        for name, one in standing.items()
    ]


def newest(shelf: Shelf, name: str) -> Clause | None:
    return next(iter(consent.versions(shelf.owner, name)), None)


def title(name: str, one: Clause | None) -> str:
    if name == INFORMATION:
        return str(_("Information on personal data"))
    return clause.label(one) if one else name


def whose(name: str, one: Clause | None) -> str:
    if one is None:
        return str(_("no text of its own, the operator's stands") if name == INFORMATION else _("not asked for"))
    if one.event_id:
        return str(_("this event's own"))
    words = _("the organisation's, for all its events") if one.organisation_id else _("the operator's, for all events")
    return str(words)


def show(shelf: Shelf, name: str) -> ResponseReturnValue:
    """All versions of one text; at an event also the one that comes from farther."""
    versions = consent.versions(shelf.owner, name)
    here = next((row for row in rows(shelf) if row.name == name), None)
    if here is None:
        abort(404)
    return page(shelf, "organise/privacy/versions.html", row=here, versions=versions, accepted=consent.accepted(versions))


def write(shelf: Shelf, name: str) -> ResponseReturnValue:
    """A new version: typed, looked at, and published, which nobody can change afterwards."""
    former = None if name == NEW else next((row.clause or newest(shelf, name) for row in rows(shelf) if row.name == name), None)
    if name not in {NEW, INFORMATION} and former is None:
        abort(404)
    form: TextForm = TextForm(obj=former) if name == INFORMATION else ConsentForm(obj=former)
    is_seen = form.is_sent()
    if not is_seen or request.form.get("step") != "publish":
        looked_at = form.words if is_seen else None
        answer = page(shelf, "organise/privacy/text.html", form=form, name=name, title=heading(name, former), looked_at=looked_at)
        return make_response(answer, 422 if form.errors else 200)
    with desk.writing("privacy.publish", shelf.event):
        called = consent.new_name(form.words["label_pl"]) if name == NEW else name
        consent.publish(**form.words, name=called, owner=shelf.again().owner)
    flash(_("Published. People who register from now on see this version."))
    return redirect(shelf.url("text", name=called), 303)


def heading(name: str, former: Clause | None) -> str:
    return str(_("New consent")) if name == NEW else title(name, former)


def retire(shelf: Shelf, name: str) -> ResponseReturnValue:
    with desk.writing("privacy.retire", shelf.event):
        consent.retire(shelf.again().owner, name)
    flash(_("This text is asked for no more. Whoever has accepted it has accepted it still."))
    return redirect(shelf.url("index"), 303)


def page(shelf: Shelf, template: str, **facts: Any) -> str:
    event = {"event": shelf.event} if shelf.event else {}
    return render_template(template, shelf=shelf, frame=shelf.template, **event, **facts)

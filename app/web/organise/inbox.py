"""Mail that came in and waits for a person, for administrators: read as plain text, read again by the program, or discarded."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import records
from app.db import db
from app.events.lists import listed
from app.mail import inbox, reading
from app.mail.models import Incoming
from app.moments import POLISH
from app.permissions import Act
from app.web.organise import desk, inbox_words

blueprint = desk.blueprint("desk_inbox", __name__, "/inbox")


def mail(mail_id: int) -> Incoming:
    """A mail that is kept aside; raises `NoResultFound`."""
    return db.session.execute(inbox.aside_query().where(Incoming.id == mail_id)).scalar_one()


@blueprint.get("/")
@desk.needs(Act.ADMINISTER)
def index() -> ResponseReturnValue:
    found = listed(inbox.aside_query(), request.args.get("page", 1, type=int))
    seen = {incoming.id: reading.glance(incoming.raw or b"") for incoming in found.rows}
    return render_template("organise/inbox/index.html", found=found, seen=seen, words=inbox_words, zone=POLISH)


@blueprint.get("/<int:mail_id>/")
@desk.needs(Act.ADMINISTER)
def show(mail_id: int) -> ResponseReturnValue:
    incoming = mail(mail_id)
    raw = incoming.raw or b""
    return render_template(
        "organise/inbox/show.html",
        mail=incoming,
        seen=reading.glance(raw),
        text=reading.text_of(raw),
        is_whole=incoming.size <= inbox.LARGEST,
        words=inbox_words,
        zone=POLISH,
    )


@blueprint.post("/<int:mail_id>/again")
@desk.needs(Act.ADMINISTER)
def again(mail_id: int) -> ResponseReturnValue:
    with desk.writing("inbox.again") as now:
        is_queued = inbox.again(mail(mail_id).id)
        records.record_id(now)
    said = (
        _("The mail is read again in a moment.")
        if is_queued
        else _("Only the head of this mail is here: it cannot be read again.")
    )
    flash(said)
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:mail_id>/discard")
@desk.needs(Act.ADMINISTER)
def discard(mail_id: int) -> ResponseReturnValue:
    with desk.writing("inbox.discard") as now:
        inbox.discard(mail(mail_id).id)
        records.record_id(now)
    flash(_("The mail is discarded."))
    return redirect(url_for(".index"), 303)

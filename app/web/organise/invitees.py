"""Invitations to register by a personal link: a list pasted or uploaded, who opened it, sending again and taking back."""

from collections.abc import Callable, Mapping, Sequence

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.admission import invitees, quotas
from app.admission import rules as admission
from app.admission.invitees import Invited, Unreadable, Wrong
from app.admission.models import Invitee
from app.errors import Refused
from app.events.models import Event
from app.participants import invited
from app.participants.invited import Stage
from app.permissions import Act
from app.web.organise import desk
from app.web.organise.agenda_forms import number as number_in
from app.web.organise.rules_forms import InviteesForm

blueprint = desk.blueprint("desk_invitees", __name__, "/events/<int:event_id>/invitations")
ENCODINGS = ("utf-8-sig", "cp1250")
"""What lists are saved in: by most programs, and by an older Excel."""
NAMED = 5
STAGES: Mapping[Stage, LazyString] = {
    Stage.INVITED: _l("Invitation sent"),
    Stage.OPENED: _l("Opened the link"),
    Stage.REGISTERED: _l("Registered"),
    Stage.REVOKED: _l("Taken back"),
}


@blueprint.route("", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PARTICIPANTS)
def index(event: Event) -> ResponseReturnValue:
    form = InviteesForm(language=event.language)
    form.offer(quotas.of(event))
    if not form.is_sent():
        return page(event, form)
    try:
        people = form.people.data = "\n".join(part for part in (form.people.data or "", uploaded()) if part)
        with desk.writing("invitees.invite", event):
            done = invitees.invite(event, people, language=form.chosen_language, quota=form.chosen_quota)
            said = outcome(done)
    except Refused as refusal:
        form.refuse(refusal)
        wrong = refusal.wrong if isinstance(refusal, Unreadable) else ()
        return page(event, form, 422 if refusal.field else 409, wrong=wrong)
    for sentence in said:
        flash(sentence)
    return redirect(url_for(".index", event_id=event.id), 303)


def uploaded() -> str:
    """The text of the file, in whichever encoding it was saved."""
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_("This file is no text. Save the list as CSV and send it again."), field="file")


def outcome(done: Invited) -> list[str]:
    """How many were invited, and who was passed over."""
    new = len(done.new)
    said = [ngettext("%(num)d invitation is on its way.", "%(num)d invitations are on their way.", new)]
    if done.known:
        said.append(_("Invited before, so not written to again: %(who)s", who=some(done.known)))
    if done.twice:
        said.append(_("On the list more than once, and invited once: %(who)s", who=some(done.twice)))
    return said


def some(addresses: Sequence[str]) -> str:
    """The first few of them, and how many more there are."""
    rest = len(addresses) - NAMED
    named = ", ".join(addresses[:NAMED])
    return f"{named} (+{rest})" if rest > 0 else named


def page(
    event: Event, form: InviteesForm, status: int = 200, *, wrong: Sequence[Wrong] = (), refusal: Refused | None = None
) -> ResponseReturnValue:
    wish = request.args.get("stage", "")
    stage = Stage(wish) if wish in set(Stage) else None
    body = render_template(
        "organise/invitees/index.html",
        event=event,
        form=form,
        wrong=wrong,
        refusal=refusal,
        stage=stage,
        stage_words=STAGES,
        counts=invited.counts(event),
        listed=invited.page(event, stage, number_in(request.args.get("page"))),
        is_by_invitation=admission.of(event).is_by_invitation,
    )
    return make_response(body, status)


def done_with(event: Event, number: int, word: str, act: Callable[[Invitee], object], said: str) -> ResponseReturnValue:
    """Do it to one invitation, or say why not."""
    try:
        with desk.writing(word, event):
            act(invitees.by_id(event, number))
    except Refused as refusal:
        form = InviteesForm(formdata=None, language=event.language)
        form.offer(quotas.of(event))
        return page(event, form, 409, refusal=refusal)
    flash(said)
    return redirect(url_for(".index", event_id=event.id), 303)


@blueprint.post("/<int:number>/resend")
@desk.needs(Act.EDIT_PARTICIPANTS)
def resend(event: Event, number: int) -> ResponseReturnValue:
    said = _("The invitation is on its way again.")
    return done_with(event, number, "invitees.resend", lambda invitee: invitees.resend(invitee, event), said)


@blueprint.post("/<int:number>/replace")
@desk.needs(Act.EDIT_PARTICIPANTS)
def replace(event: Event, number: int) -> ResponseReturnValue:
    said = _("A new link is on its way. The former one opens nothing any more.")
    return done_with(event, number, "invitees.replace", lambda invitee: invitees.replace(invitee, event), said)


@blueprint.post("/<int:number>/revoke")
@desk.needs(Act.EDIT_PARTICIPANTS)
def revoke(event: Event, number: int) -> ResponseReturnValue:
    said = _("The invitation is taken back. Its link lets nobody register.")
    return done_with(event, number, "invitees.revoke", invitees.revoke, said)

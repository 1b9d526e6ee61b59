"""The team of an event and that of a programme: who is on it, with which post, and who is invited."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.errors import Refused
from app.events import invitations, team
from app.events.members import Post
from app.events.models import Event
from app.events.team import Scope
from app.web.language import current
from app.web.organise import desk
from app.web.organise.account_forms import InviteForm, PostForm


@dataclass(frozen=True)
class Addresses:
    """Where the pages of one team are: the part of the desk, the name of its page, and what the address holds."""

    part: str
    page: str
    of: dict[str, Any]
    template: str

    @property
    def team(self) -> str:
        return url_for(f"{self.part}.{self.page}", **self.of)

    def change(self, number: int) -> str:
        return url_for(f"{self.part}.change", number=number, **self.of)

    def remove(self, number: int) -> str:
        return url_for(f"{self.part}.remove", number=number, **self.of)

    def resend(self, number: int) -> str:
        return url_for(f"{self.part}.resend", number=number, **self.of)

    def revoke(self, number: int) -> str:
        return url_for(f"{self.part}.revoke", number=number, **self.of)


def page(scope: Scope, addresses: Addresses) -> ResponseReturnValue:
    """The team's page, and inviting a colleague by it."""
    form = InviteForm()
    if form.is_sent():
        try:
            with desk.writing("team.invite", about(scope)):
                invitations.invite(scope, **invited(form), language=current(), by=desk.user())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("The invitation is on its way."))
            return redirect(addresses.team, 303)
    return shown(scope, addresses, form, 422 if form.errors else 200)


def shown(scope: Scope, addresses: Addresses, form: InviteForm, status: int) -> ResponseReturnValue:
    name = "event" if isinstance(scope, Event) else "programme"
    facts: dict[str, Any] = {name: scope, "addresses": addresses, "form": form}
    facts |= {"posts": list(Post), "now": clock.now()}
    facts |= {"members": team.members(scope), "invitations": invitations.open_ones(scope)}
    return render_template(addresses.template, **facts), status


def refused(scope: Scope, addresses: Addresses, refusal: Refused) -> ResponseReturnValue:
    """The team's page with the reason why nothing was changed."""
    form = InviteForm(formdata=None)
    form.refuse(refusal)
    return shown(scope, addresses, form, 409)


def invited(form: InviteForm) -> dict[str, Any]:
    return {"email": form.email.data, "name": form.name.data, "post": Post(form.post.data)}


def change(scope: Scope, number: int, addresses: Addresses) -> ResponseReturnValue:
    """Give a member another post."""
    team.by_id(scope, number)
    form = PostForm()
    if form.is_sent():
        try:
            with desk.writing("team.change", about(scope)):
                team.change_post(scope, number, Post(form.post.data))
        except Refused as refusal:
            return refused(scope, addresses, refusal)
        flash(_("The post is changed."))
    return redirect(addresses.team, 303)


def remove(scope: Scope, number: int, addresses: Addresses) -> ResponseReturnValue:
    """Take a member off the team; whoever leaves it themselves sees it no more."""
    try:
        with desk.writing("team.remove", about(scope)):
            gone = team.remove(scope, number).user
            name, is_me = gone.name, gone.id == desk.user().id
    except Refused as refusal:
        return refused(scope, addresses, refusal)
    flash(_("%(name)s is no longer on the team.", name=name))
    return redirect(url_for("desk_home.index") if is_me else addresses.team, 303)


def resend(scope: Scope, number: int, addresses: Addresses) -> ResponseReturnValue:
    with desk.writing("team.invite_again", about(scope)):
        invitations.resend(scope, number)
    flash(_("The invitation is on its way again."))
    return redirect(addresses.team, 303)


def revoke(scope: Scope, number: int, addresses: Addresses) -> ResponseReturnValue:
    with desk.writing("team.revoke", about(scope)):
        invitations.revoke(scope, number)
    flash(_("The invitation is taken back."))
    return redirect(addresses.team, 303)


def about(scope: Scope) -> Event | None:
    """The event that the history shows the act at."""
    return scope if isinstance(scope, Event) else None

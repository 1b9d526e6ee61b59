"""The desk's own navigation: the parts of an event, and what belongs to no event."""

from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.permissions import Act
from app.web.organise.desk import may


@dataclass(frozen=True)
class Tab:
    """One link at the side: the part it stands for, where it leads, and the right it needs."""

    part: str
    endpoint: str
    label: LazyString
    icon: str
    act: Act


OF_AN_EVENT = (
    Tab("overview", "desk_overview.show", _l("Overview"), "overview", Act.VIEW_EVENT),
    Tab("agenda", "desk_agenda.show", _l("Agenda"), "agenda", Act.VIEW_EVENT),
    Tab("speakers", "desk_speakers.index", _l("Speakers"), "speakers", Act.VIEW_EVENT),
    Tab("materials", "desk_materials.index", _l("Materials"), "document", Act.VIEW_EVENT),
    Tab("form", "desk_form.index", _l("Registration form"), "form", Act.EDIT_FORM),
    Tab("rules", "desk_rules.show", _l("Rules of registration"), "door", Act.EDIT_EVENT),
    Tab("participants", "desk_participants.index", _l("Participants"), "participants", Act.VIEW_PARTICIPANTS),
    Tab("answers", "desk_answers.index", _l("Answers of calendars"), "calendar", Act.VIEW_PARTICIPANTS),
    Tab("letters", "desk_letters.index", _l("Letters"), "mail", Act.VIEW_LETTERS),
    Tab("privacy", "desk_privacy.index", _l("Personal data"), "lock", Act.EDIT_EVENT),
    Tab("event", "desk_event.edit", _l("Settings"), "settings", Act.EDIT_EVENT),
    Tab("team", "desk_team.index", _l("Team"), "key", Act.MANAGE_TEAM),
    Tab("history", "desk_history.index", _l("History"), "refresh", Act.VIEW_AUDIT),
)
ANYWHERE = (
    Tab("events", "desk_home.index", _l("Events"), "calendar", Act.USE_DESK),
    Tab("people", "desk_people.index", _l("People"), "speakers", Act.EDIT_PEOPLE),
    Tab("organisations", "desk_organisations.index", _l("Organisations"), "pin", Act.EDIT_PEOPLE),
    Tab("programmes", "desk_programmes.index", _l("Programmes"), "overview", Act.USE_DESK),
    Tab("processing", "desk_processing.index", _l("Record of processing"), "document", Act.USE_DESK),
    Tab("inbox", "desk_inbox.index", _l("Mail that came in"), "mail", Act.ADMINISTER),
    Tab("accounts", "desk_accounts.index", _l("Accounts"), "key", Act.ADMINISTER),
    Tab("account", "desk_account.show", _l("My account"), "settings", Act.USE_DESK),
)


def tabs(of: tuple[Tab, ...]) -> list[Tab]:
    """The links that this person may follow."""
    return [tab for tab in of if tab.endpoint in current_app.view_functions and may(tab.act)]


def init(app: Flask) -> None:
    app.jinja_env.globals.update(event_tabs=lambda: tabs(OF_AN_EVENT), desk_tabs=lambda: tabs(ANYWHERE))

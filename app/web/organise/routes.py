"""The parts of the desk."""

from flask import Blueprint, Flask

from app.web.organise import (
    account,
    accounts,
    agenda,
    event,
    event_partners,
    event_states,
    history,
    home,
    invitation,
    invitees,
    kept,
    ledger,
    letter_texts,
    letters,
    mailings,
    materials,
    navigation,
    organisations,
    overview,
    participants,
    participants_bulk,
    participants_files,
    passwords,
    people,
    programmes,
    rules,
    speakers,
    team,
)

PARTS: tuple[Blueprint, ...] = (
    home.blueprint,
    account.blueprint,
    accounts.blueprint,
    programmes.blueprint,
    team.blueprint,
    passwords.blueprint,
    invitation.blueprint,
    kept.blueprint,
    event.blueprint,
    event_states.blueprint,
    event_partners.blueprint,
    rules.blueprint,
    invitees.blueprint,
    overview.blueprint,
    history.blueprint,
    agenda.blueprint,
    materials.blueprint,
    participants.blueprint,
    participants_bulk.blueprint,
    participants_files.blueprint,
    ledger.blueprint,
    people.blueprint,
    organisations.blueprint,
    speakers.blueprint,
    letter_texts.blueprint,
    letters.blueprint,
    mailings.blueprint,
)


def init(app: Flask) -> None:
    for part in PARTS:
        app.register_blueprint(part)
    navigation.init(app)

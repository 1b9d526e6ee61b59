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
    kept,
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
    participants_import,
    passwords,
    people,
    programmes,
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
    overview.blueprint,
    history.blueprint,
    agenda.blueprint,
    materials.blueprint,
    participants.blueprint,
    participants_bulk.blueprint,
    participants_files.blueprint,
    participants_import.blueprint,
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

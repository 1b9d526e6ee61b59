"""The parts of the desk."""

from flask import Blueprint, Flask

from app.web.organise import (
    account,
    accounts,
    agenda,
    event,
    event_partners,
    event_states,
    form,
    history,
    home,
    invitation,
    kept,
    letter_texts,
    letters,
    mailings,
    materials,
    navigation,
    organisation_texts,
    organisations,
    overview,
    participants,
    participants_bulk,
    participants_erase,
    participants_files,
    passwords,
    people,
    privacy,
    processing,
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
    form.blueprint,
    materials.blueprint,
    participants.blueprint,
    participants_bulk.blueprint,
    participants_files.blueprint,
    participants_erase.blueprint,
    privacy.blueprint,
    processing.blueprint,
    people.blueprint,
    organisations.blueprint,
    organisation_texts.blueprint,
    speakers.blueprint,
    letter_texts.blueprint,
    letters.blueprint,
    mailings.blueprint,
)


def init(app: Flask) -> None:
    for part in PARTS:
        app.register_blueprint(part)
    navigation.init(app)

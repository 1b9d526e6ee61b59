"""What was deleted and on whose word, as the desk says it."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.privacy.models import By, Deleted, Deletion

WHAT: dict[Deleted, LazyString] = {
    Deleted.PERSON: _l("One person"),
    Deleted.PARTICIPANTS: _l("Everything about participants"),
    Deleted.ANSWERS: _l("Answers to one question"),
}
BY: dict[By, LazyString] = {
    By.PERSON: _l("by the person"),
    By.ORGANISER: _l("by an organiser"),
    By.RETENTION: _l("by itself, its time was over"),
}


def what(deletion: Deletion) -> str:
    said = str(WHAT[deletion.what])
    return f"{said} ({deletion.question})" if deletion.question else said


def by(deletion: Deletion) -> str:
    return str(BY[deletion.by])

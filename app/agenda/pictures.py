"""Pictures that anybody may see: photos of people and logos of organisations."""

import sqlalchemy as sa

from app.agenda.models import Person
from app.db import db
from app.events.models import Organisation
from app.files.models import File


def by_key(key: str) -> File:
    """The picture of this key; raises `NoResultFound`, also for a file that is no such picture."""
    shown = sa.exists().where(Person.photo_id == File.id) | sa.exists().where(Organisation.logo_id == File.id)
    query = sa.select(File).where(File.key == key, File.media_type.startswith("image/"), shown)
    return db.session.execute(query).scalar_one()

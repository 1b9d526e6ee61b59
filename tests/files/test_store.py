from datetime import timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import NoResultFound

from app.agenda.models import Material, Person
from app.db import db, transaction
from app.files import store
from app.files.models import File
from tests import make


def names_kept() -> list[str]:
    return list(db.session.scalars(sa.select(File.name).order_by(File.name)))


def test_a_file_is_kept_under_a_random_key_with_what_it_is(app: Flask):
    with transaction():
        store.put("raport.pdf", "application/pdf", b"%PDF-1.7")
        store.put("raport.pdf", "application/pdf", b"%PDF-1.7")
    one, other = db.session.scalars(sa.select(File)).all()

    found = store.by_key(one.key)

    assert (found.name, found.media_type, found.size, found.content) == ("raport.pdf", "application/pdf", 8, b"%PDF-1.7")
    assert found.digest == sha256(b"%PDF-1.7").hexdigest()
    assert one.key != other.key
    assert len(one.key) >= 24


def test_an_unknown_key_finds_nothing(app: Flask):
    with pytest.raises(NoResultFound):
        store.by_key("no such key")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("raport.pdf", "raport.pdf"),
        ("C:\\Dokumenty\\Zażółć gęślą.pdf", "Zażółć gęślą.pdf"),
        ("../../etc/passwd", "passwd"),
        ('a"b\r\nc.pdf', "a-bc.pdf"),
        ("\u202eexe.pdf", "exe.pdf"),
        ("...", "file"),
        ("", "file"),
        (f"{'ą' * 300}.pptx", f"{'ą' * 115}.pptx"),
    ],
)
def test_a_name_is_kept_without_what_no_system_takes(typed: str, kept: str):
    assert store.cleaned(typed) == kept


def test_a_file_that_nothing_refers_to_is_forgotten_after_a_day(app: Flask, clock):
    event = make.an_event()
    make.a_material(event, url=None, file_id=make.a_file(name="of-a-material.pdf").id)
    make.a_person(photo_id=make.a_file(name="photo.jpg", media_type="image/jpeg").id)
    make.a_file(name="orphan.pdf")
    proposed = make.a_file(name="proposed.pdf")
    clock.stand_at(clock.now() + timedelta(days=1, minutes=1))
    make.a_file(name="today.pdf")

    with transaction():
        gone = store.remove_orphans(lambda: [proposed.id])

    assert (gone, names_kept()) == (1, ["of-a-material.pdf", "photo.jpg", "proposed.pdf", "today.pdf"])


def test_every_column_that_refers_to_a_file_is_known(app: Flask):
    known = {f"{column.table.name}.{column.name}" for column in store.references()}

    assert {"materials.file_id", "people.photo_id", "organisations.logo_id"} <= known
    assert Material.__tablename__ in {name.split(".")[0] for name in known}
    assert Person.__tablename__ in {name.split(".")[0] for name in known}

"""Public pictures."""

from flask.testing import FlaskClient

from tests import make
from tests.defaults import one_database

pytestmark = one_database
JPEG = b"\xff\xd8\xff\xe0 of the test"


def a_photo(**facts):
    photo = make.a_file(name="Anna Cieśla.jpg", media_type="image/jpeg", content=JPEG, **facts)
    make.a_person(photo_id=photo.id)
    return photo


def test_a_photo_of_a_person_is_shown_to_anybody_and_kept_for_a_year(client: FlaskClient):
    photo = a_photo()

    answer = client.get(f"/files/{photo.key}/{photo.name}")

    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/jpeg", JPEG)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"] == (
        "inline; filename=\"Anna-Cie-la.jpg\"; filename*=UTF-8''Anna%20Cie%C5%9Bla.jpg"
    )


def test_a_reader_who_has_the_picture_is_told_so(client: FlaskClient):
    photo = a_photo()
    path = f"/files/{photo.key}/{photo.name}"

    answer = client.get(path, headers={"If-None-Match": client.get(path).headers["ETag"]})

    assert (answer.status_code, answer.data) == (304, b"")


def test_a_logo_is_shown(client: FlaskClient):
    logo = make.a_file(name="logo.png", media_type="image/png")
    make.an_organisation(logo_id=logo.id)

    assert client.get(f"/files/{logo.key}/logo.png").status_code == 200


def test_what_is_no_public_picture_is_not_there(client: FlaskClient):
    photo, loose = a_photo(), make.a_file(name="loose.png", media_type="image/png")
    material, disguised = make.a_file(name="raport.pdf"), make.a_file(name="x.html", media_type="text/html")
    make.a_material(make.an_event(), url=None, file_id=material.id)
    make.a_person(photo_id=disguised.id)
    paths = [f"{photo.key}/other.jpg", f"{loose.key}/loose.png", f"{material.key}/raport.pdf", f"{disguised.key}/x.html", "no/no"]

    answers = [client.get(f"/files/{path}").status_code for path in paths]

    assert answers == [404] * 5

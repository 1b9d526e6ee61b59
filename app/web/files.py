"""Uploaded files as answers, with headers under which no browser runs them; the public pictures."""

from urllib.parse import quote

from babel.numbers import format_decimal
from flask import Blueprint, Flask, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from app.agenda import materials, pictures
from app.agenda.models import Material
from app.events import queries as events
from app.files import kinds
from app.files.models import File
from app.web.access import public
from app.web.ics import ascii_name
from app.web.site import settings

blueprint = Blueprint("files", __name__)

POLICY = "default-src 'none'; sandbox"
FOR_A_YEAR = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "public, no-cache"
NOWHERE = "private, no-store"


@blueprint.get("/files/<key>/<name>")
@public
def show(key: str, name: str) -> ResponseReturnValue:
    """A photo or a logo; any other file has its own address, which asks who may see it."""
    file = pictures.by_key(key)
    if name != file.name:
        abort(404)
    return respond(file, kept=FOR_A_YEAR, disposition="inline")


@blueprint.get("/events/<slug>/materials/<int:material_id>/<name>")
@public
def material(slug: str, material_id: int, name: str) -> ResponseReturnValue:
    """A material that anybody may have now; those for the registered are at their own address (`my.material`)."""
    file = materials.file_for(events.by_slug(slug), material_id, name, registered=False)
    return respond(file, kept=ASK_EACH_TIME)


def respond(file: File, *, kept: str = NOWHERE, disposition: str = "attachment") -> Response:
    """The file's bytes, or 304 if the reader has them; what may be kept nowhere has no tag to compare."""
    tag = None if kept == NOWHERE else file.digest[:32]
    has_it = tag is not None and request.if_none_match.contains_weak(tag)
    response = Response(b"" if has_it else file.content, 304 if has_it else 200, mimetype=file.media_type)
    if tag:
        response.set_etag(tag)
    response.headers["Cache-Control"] = kept
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = named(file.name, disposition)
    if disposition == "attachment":
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def named(name: str, disposition: str) -> str:
    """Content-Disposition with the name as it is (RFC 6266 4.3, RFC 8187), and in ASCII for who reads no other."""
    return f"{disposition}; filename=\"{ascii_name(name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def takes_uploads(pages: Blueprint, *names: str) -> None:
    """Let these pages be sent files: twice the limit, so that a file somewhat too large is refused by the form itself.

    Said before anything reads the form, which the protection of the desk does before the page.
    """
    endpoints = {f"{pages.name}.{name}" for name in names}

    @pages.url_value_preprocessor
    def allow(endpoint: str | None, values: object) -> None:
        if endpoint in endpoints:
            request.max_content_length = 2 * most_bytes() + 100_000


def most_bytes() -> int:
    """The size of the largest file that is taken."""
    return settings().upload_max_megabytes * 1_000_000


def size(number: int) -> str:
    """1,4 MB / 1.4 MB"""
    for unit, bytes_of_it in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= bytes_of_it:
            share = number / bytes_of_it
            return f"{format_decimal(round(share, 1 if share < 10 else 0), locale=get_locale())} {unit}"
    return f"{number} B"


def note(material: Material) -> str:
    """What kind of file a material is and how large: PDF, 1,4 MB. Of a link, the kind alone, if its address says one."""
    if material.file is not None:
        return f"{kinds.extension_of(material.file.name).upper()}, {size(material.file.size)}"
    extension = kinds.extension_of((material.url or "").partition("?")[0].rpartition("/")[2])
    return extension.upper() if kinds.by_extension(extension) else ""


def init(app: Flask) -> None:
    app.jinja_env.globals.update(file_note=note)

"""Pictures are decoded and written anew."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from app.errors import Refused
from app.files import images
from tests.defaults import one_database
from tests.panels.pictures import a_picture, opened, with_a_place

pytestmark = one_database


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_of_each_kind_is_taken_and_written_as_webp(app, kind: str):
    made = images.clean(a_picture(kind))

    assert (made.media_type, made.width, made.height, opened(made.content).format) == ("image/webp", 40, 20, "WEBP")


def test_a_large_picture_becomes_small(app):
    made = images.clean(a_picture(size=(3000, 1500)))

    assert (made.width, made.height) == (1200, 600)


def test_a_picture_is_turned_upright_and_says_nothing_of_its_place(app):
    sent = with_a_place()
    assert b"Camera of the test" in sent

    made = images.clean(sent)

    picture = opened(made.content)
    assert (made.width, made.height) == (20, 40)
    red, _, blue = picture.convert("RGB").crop((10, 5, 11, 6)).tobytes()
    assert red > 200 > 100 > blue
    assert dict(picture.getexif()) == {}
    assert not any(word in made.content for word in (b"Camera of the test", b"Exif", b"EXIF", b"a comment"))


def test_transparency_stays(app):
    clear = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(clear, "PNG")

    made = images.clean(clear.getvalue())

    assert opened(made.content).mode == "RGBA"


def a_bomb() -> bytes:
    """A small PNG that claims to be 60,000 by 60,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (a_bomb(), "mln"),
        (b"\xff\xd8\xff" + b"0" * (images.MOST_BYTES + 1), "8 MB"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG"),
        (b'<?xml version="1.0"?><svg/>', "SVG"),
        (a_picture()[:100], "JPEG"),
        (b"%PDF-1.7", "JPEG"),
        (b"", "JPEG"),
        (a_picture("GIF"), "JPEG"),
    ],
    ids=["a bomb", "too large", "SVG", "SVG with a header", "cut off", "no picture", "empty", "GIF"],
)
def test_what_is_no_good_picture_is_refused_in_words(app, sent: bytes, reason: str):
    with pytest.raises(Refused) as refusal:
        images.clean(sent)

    assert refusal.value.field == "photo"
    assert reason in refusal.value.message

"""Pictures decoded and written anew: turned upright, made small, without metadata, whatever was hidden in them."""

from dataclasses import dataclass
from io import BytesIO

from flask_babel import gettext as _
from PIL import Image, ImageCms, ImageOps

from app.errors import Refused

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
SIDE = 1200
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")
OUT = "image/webp"

Image.MAX_IMAGE_PIXELS = None  # our own bound is lower, and refuses in words


@dataclass(frozen=True)
class Picture:
    """A picture as we keep it."""

    content: bytes
    media_type: str
    width: int
    height: int


def clean(content: bytes, field: str = "photo") -> Picture:
    """The picture written anew; raises `Refused` for what is no picture, too large, or of a kind that carries scripts."""
    if len(content) > MOST_BYTES:
        raise Refused(_("The picture is larger than %(most)d MB. Choose a smaller one.", most=MOST_BYTES // 1024**2), field=field)
    if is_drawing(content):
        raise Refused(_("SVG drawings can carry scripts, so they are not taken. Choose a JPEG, PNG or WebP."), field=field)
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            return written(small(opened, field))
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Refused(_("This picture cannot be read. Choose a JPEG, PNG or WebP picture."), field=field) from error


def is_drawing(content: bytes) -> bool:
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in head


def small(opened: Image.Image, field: str) -> Image.Image:
    """The first picture of the file, upright, in sRGB, within the bounds; sizes are looked at before a pixel is decoded."""
    if opened.width * opened.height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise Refused(_("The picture has more than %(most)d million pixels. Choose a smaller one.", most=most), field=field)
    opened.draft("RGB", (SIDE * 2, SIDE * 2))
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return in_srgb(upright)


def in_srgb(picture: Image.Image) -> Image.Image:
    """The picture with the colours that a screen shows without a profile."""
    has_transparency = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    mode = "RGBA" if has_transparency else "RGB"
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "CMYK"}:
        return picture.convert(mode)
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except ImageCms.PyCMSError:
        return picture.convert(mode)
    return converted or picture.convert(mode)


def written(picture: Image.Image) -> Picture:
    """WebP from the pixels alone: what the file said beside them is not passed on."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = BytesIO()
    bare.save(out, "WEBP", quality=QUALITY, method=4)
    return Picture(out.getvalue(), OUT, bare.width, bare.height)

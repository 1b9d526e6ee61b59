"""What an uploaded file is, by its content; what a browser could run is refused, and so is a name that says another thing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from flask_babel import lazy_gettext as _l

from app.errors import Refused

OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
FIELD = "file"
MARKUP = re.compile(rb"<\s*(!doctype|!--|\?xml|\?php|html|head|body|script|svg|iframe|meta|title)", re.IGNORECASE)
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
BEGINNING = 4096
MOST_MEMBERS = 20_000


@dataclass(frozen=True)
class FileKind:
    """A sort of file that is taken: its media type, the extensions it goes by, and how its content shows that it is one."""

    media_type: str
    extensions: tuple[str, ...]
    fits: Callable[[bytes], bool]


def begins_with(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signatures)


def has_at(offset: int, signature: bytes) -> Callable[[bytes], bool]:
    return lambda content: content[offset : offset + len(signature)] == signature


def is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def is_text(content: bytes) -> bool:
    """Plain text in an encoding of these parts, with no markup at its beginning."""
    return not CONTROLS.search(content) and not MARKUP.search(content[:BEGINNING])


def is_ooxml(folder: str) -> Callable[[bytes], bool]:
    """A package of Office Open XML (ECMA-376) of this application, without macros."""

    def fits(content: bytes) -> bool:
        names = members(content)
        has_macros = any(name.lower().endswith(("vbaproject.bin", ".exe", ".js", ".html")) for name in names)
        return "[Content_Types].xml" in names and any(name.startswith(f"{folder}/") for name in names) and not has_macros

    return fits


def is_odf(media_type: str) -> Callable[[bytes], bool]:
    """A package of OpenDocument: its first member holds the media type as it is (OpenDocument 1.3, part 2, 3.3)."""
    return has_at(30, b"mimetype" + media_type.encode())


def members(content: bytes) -> list[str]:
    """The names in a zip archive; nothing is unpacked."""
    if not content.startswith(b"PK\x03\x04"):
        return []
    try:
        with ZipFile(BytesIO(content)) as archive:
            return archive.namelist()[:MOST_MEMBERS]
    except (BadZipFile, ValueError, NotImplementedError, OverflowError):
        return []


KINDS: Mapping[str, FileKind] = {
    kind.extensions[0]: kind
    for kind in (
        FileKind("application/pdf", ("pdf",), begins_with(b"%PDF-")),
        FileKind(f"{OOXML}.presentationml.presentation", ("pptx",), is_ooxml("ppt")),
        FileKind(f"{OOXML}.wordprocessingml.document", ("docx",), is_ooxml("word")),
        FileKind(f"{OOXML}.spreadsheetml.sheet", ("xlsx",), is_ooxml("xl")),
        FileKind(f"{ODF}.presentation", ("odp",), is_odf(f"{ODF}.presentation")),
        FileKind(f"{ODF}.text", ("odt",), is_odf(f"{ODF}.text")),
        FileKind(f"{ODF}.spreadsheet", ("ods",), is_odf(f"{ODF}.spreadsheet")),
        FileKind("image/jpeg", ("jpg", "jpeg"), begins_with(b"\xff\xd8\xff")),
        FileKind("image/png", ("png",), begins_with(b"\x89PNG\r\n\x1a\n")),
        FileKind("image/webp", ("webp",), is_webp),
        FileKind("video/mp4", ("mp4",), has_at(4, b"ftyp")),
        FileKind("text/csv", ("csv",), is_text),
        FileKind("text/plain", ("txt",), is_text),
    )
}
ACCEPT = ",".join(f".{extension}" for kind in KINDS.values() for extension in kind.extensions)
"""For the `accept` of a file field."""

TAKEN = _l("What is taken: PDF, PPTX, ODP, DOCX, ODT, XLSX, ODS, CSV, TXT, JPEG, PNG, WebP and MP4.")


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def media_type(name: str, content: bytes, most_bytes: int) -> str:
    """What the file is; raises `Refused` with a sentence about what to send instead."""
    if not content:
        raise Refused(_l("This file is empty. Choose it again."), FIELD)
    if len(content) > most_bytes:
        megabytes = most_bytes // 1_000_000
        raise Refused(_l("This file is larger than %(num)d MB. Make it smaller, or give a link to it.", num=megabytes), FIELD)
    named = by_extension(extension_of(name))
    if named is not None and named.fits(content):
        return named.media_type
    raise refusal(named, content)


def by_extension(extension: str) -> FileKind | None:
    return next((kind for kind in KINDS.values() if extension in kind.extensions), None)


def refusal(named: FileKind | None, content: bytes) -> Refused:
    """What is wrong with a file whose name and content do not agree, or that is of no kind that is taken."""
    if MARKUP.search(content[:BEGINNING]) and not content.startswith(b"%PDF-"):
        return Refused(_l("Pages and drawings that a browser runs (HTML, SVG) are not taken. Send a PDF or a picture."), FIELD)
    real = next((kind for kind in KINDS.values() if kind.fits(content) and "csv" not in kind.extensions), None)
    if real is not None and real is not named and "txt" not in real.extensions:
        extension = real.extensions[0]
        return Refused(_l("The content of this file is of the kind .%(extension)s. Name it so.", extension=extension), FIELD)
    if named is not None:
        return Refused(_l("The content of this file is not what its name says. Save it again and send it once more."), FIELD)
    return Refused(_l("This kind of file is not taken. %(taken)s", taken=TAKEN), FIELD)

"""What an uploaded file is taken for."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from flask_babel import force_locale

from app.errors import Refused
from app.files import kinds
from tests.defaults import one_database

pytestmark = one_database
ODT = "application/vnd.oasis.opendocument.text"


def a_package(*names: str, mimetype: str | None = None) -> bytes:
    """A zip archive with these members."""
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "content")
    return written.getvalue()


PPTX = a_package("[Content_Types].xml", "ppt/presentation.xml")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("raport.PDF", b"%PDF-1.7 ...", "application/pdf"),
        ("slajdy.pptx", PPTX, f"{kinds.OOXML}.presentationml.presentation"),
        ("tekst.docx", a_package("[Content_Types].xml", "word/document.xml"), f"{kinds.OOXML}.wordprocessingml.document"),
        ("tabela.xlsx", a_package("[Content_Types].xml", "xl/workbook.xml"), f"{kinds.OOXML}.spreadsheetml.sheet"),
        ("tekst.odt", a_package("content.xml", mimetype=ODT), ODT),
        ("zdjecie.jpeg", b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
        ("wykres.png", b"\x89PNG\r\n\x1a\n...", "image/png"),
        ("wykres.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        ("nagranie.mp4", b"\0\0\0\x18ftypisom", "video/mp4"),
        ("dane.csv", "miasto;mieszkańcy\nŁódź;650000\n".encode("cp1250"), "text/csv"),
    ],
)
def test_a_file_is_taken_for_what_its_content_is(app: Flask, name: str, content: bytes, media_type: str):
    assert kinds.media_type(name, content, 1_000_000) == media_type


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("pusty.pdf", b"", "is empty"),
        ("duzy.pdf", b"%PDF-" + b"x" * 2_000_000, "larger than 1 MB"),
        ("strona.html", b"<!DOCTYPE html><script>", "HTML, SVG"),
        ("rysunek.svg", b"<?xml version='1.0'?><svg>", "HTML, SVG"),
        ("raport.pdf", b"<html><script>alert(1)</script>", "HTML, SVG"),
        ("dane.csv", b"\n <svg onload=alert(1)>", "HTML, SVG"),
        ("raport.pptx", b"%PDF-1.7", ".pdf"),
        ("raport", b"%PDF-1.7", ".pdf"),
        ("raport.pdf", PPTX, ".pptx"),
        ("raport.pdf", b"MZ\x90\0", "not what its name says"),
        ("program.exe", b"MZ\x90\0", "is not taken"),
        ("tekst.docx", a_package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "not what its name says"),
        ("archiwum.zip", a_package("a.txt"), "is not taken"),
        ("zepsuty.docx", b"PK\x03\x04 broken", "not what its name says"),
        ("dane.csv", b"a;b\0c", "not what its name says"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_with_what_to_send(app: Flask, name: str, content: bytes, words: str):
    with force_locale("en"), pytest.raises(Refused) as refused:
        kinds.media_type(name, content, 1_000_000)
    with force_locale("en"):
        said = refused.value.message

    assert (refused.value.field, words in said) == ("file", True)

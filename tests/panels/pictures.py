"""Pictures as people send them."""

from io import BytesIO

from PIL import Image


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def with_a_place() -> bytes:
    """A JPEG lying on its side, with the place and the camera in its metadata."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of the test"
    exif.get_ifd(0x8825)[1] = "N"
    return a_picture(exif=exif, comment=b"a comment")


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))

"""Words made fit for a calendar: what iCalendar cannot carry, or readers misread, is taken out."""

LINE_ENDS = "\n\r\v\f\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"
CONTROLS = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0))))
TO_PLAIN = str.maketrans({**dict.fromkeys(CONTROLS), **dict.fromkeys(LINE_ENDS, "\n"), "\t": "\t"})
MISREAD_IN_PARAMETERS = str.maketrans("", "", '"^\\')


def plain(text: str) -> str:
    """Text of several lines: line ends as LF, no other control characters (RFC 5545 3.3.11)."""
    return text.replace("\r\n", "\n").translate(TO_PLAIN).strip()


def one_line(text: str) -> str:
    """The text on one line, its words one space apart."""
    return " ".join(plain(text).split())


def name(text: str) -> str:
    """A name for CN or LABEL, without signs that readers show or read as something else.

    icalendar would write quotes and carets as RFC 6868; ical.js takes a backslash before an N for a line end here too.
    """
    return one_line(text.translate(MISREAD_IN_PARAMETERS))


def escaped(text: str) -> str:
    """The text as a TEXT value is written (RFC 5545 3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def paragraphs(*parts: str) -> str:
    """The parts that say something, an empty line between them."""
    return "\n\n".join(part for part in map(plain, parts) if part)

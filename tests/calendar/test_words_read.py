"""Whatever is written comes back from two other readers, but for what `calendar.texts` says that it takes out."""

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from app.calendar import texts
from app.events.models import Attendance
from tests.calendar.readers import IcalJs, read_with_vobject
from tests.calendar.samples import a_cancel, a_download, a_feed, a_request, a_slot

ESCAPED = ("\\", ";", ",", '"', "^", "'", ":", "\n", "\r\n", "\\n", "\\N", "\\,", "\t", " ", "^n", "%", "<b>")
UNUSUAL = ("ł", "Ż", "\N{RAINBOW}\N{ZERO WIDTH JOINER}", "e\u0301", "\ufeff", "\u00a0", "\u202e")
HARD = st.sampled_from((*ESCAPED, *UNUSUAL))
POLISH = st.text("ąęłśź,;\\ ", min_size=70, max_size=160)
WORDS = st.one_of(st.text(max_size=120), st.lists(HARD, max_size=60).map("".join), POLISH)
QUICKLY = settings(
    max_examples=30,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@QUICKLY
@given(title=WORDS, description=WORDS, room=WORDS, organizer=WORDS, name=WORDS)
@example(title="C:\\Nowe" + "ł" * 200, description="Łódź, " * 60, room="\\" * 90, organizer='"' * 9, name="^'" * 40)
def test_any_words_come_back_from_both_readers(
    title: str, description: str, room: str, organizer: str, name: str, ical_js: IcalJs
) -> None:
    words = {"summary": f"T{title}", "description": f"D{description}", "location": f"R{room}", "organizer_name": f"O{organizer}"}
    slot = a_slot(**words, attendance=Attendance.OFFLINE)
    public = a_feed(slot, name=f"F{title}"), a_download(slot)
    own = a_request(slot, name=f"N{name}"), a_cancel(slot, name=f"N{name}")

    read = [file.entries[0] for file in (*ical_js.read([*public, *own]), *map(read_with_vobject, (*public, *own)))]

    said = (texts.one_line(f"T{title}"), texts.one_line(f"R{room}"), texts.name(f"O{organizer}"))
    assert [(entry.summary, entry.location, entry.organizer_name) for entry in read] == [said] * 8
    assert [entry.attendee_names for entry in read] == [*[()] * 2, *[(texts.name(f"N{name}"),)] * 2] * 2
    plain = texts.plain(f"D{description}")
    assert [entry.description for entry in read if not entry.attendees] == [plain] * 4
    assert [(entry.description or "").startswith(plain) for entry in read] == [True] * 8


@QUICKLY
@given(title=WORDS, name=WORDS)
def test_no_line_is_longer_than_75_octets_or_cut_within_a_letter(title: str, name: str) -> None:
    slot = a_slot(summary=title, description=title, organizer_name=name)

    for file in (a_request(slot, name=name), a_cancel(slot, name=name), a_feed(slot, name=title)):
        *physical, end = file.split(b"\r\n")
        assert end == b""
        assert [line for line in physical if len(line) > 75 or set(line) & {10, 13}] == []
        for line in physical:
            line.decode()

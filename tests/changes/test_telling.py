"""Who is told of what, with which entry, and who is not."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from types import ModuleType

import pytest
from flask import Flask

from app.agenda import editing, steps
from app.agenda.models import Answer, Session
from app.changes import speaking, telling, untold, versions
from app.changes.whom import Concerned
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event
from app.registration import following, signup
from tests import make
from tests.changes import crowd
from tests.changes.crowd import BY, begin, coming_to, entry, letters, pass_by, put_at, sentences, tell, tell_settled, told

LATER = timedelta(minutes=20)


def sessions(event: Event, *titles: str, **facts: object) -> list[Session]:
    """Sessions of an hour, one after another."""
    starts = [event.starts_at + timedelta(hours=number) for number in range(len(titles))]
    hours = [{"starts_at": start, "ends_at": start + timedelta(hours=1)} for start in starts]
    return [make.a_session(event, title=title, **span, **facts) for title, span in zip(titles, hours, strict=True)]


def edit(act: Callable[..., object], session: Session) -> None:
    with transaction():
        act(session.event, session.id, by=BY)


def test_a_change_undone_before_it_was_told_tells_nobody(app: Flask, clock: ModuleType):
    event = crowd.a_public_event()
    panel, _study = sessions(event, "Panel", "Badanie")
    coming_to(event, panel)
    begin(event)
    put_at(panel, "11:15")
    assert untold.of(event) != []

    with transaction():
        steps.undo(event, 1)
    pass_by(clock)

    assert (untold.of(event), tell_settled(), tell(event), told(), len(versions.of(event))) == ([], 0, None, [], 1)


def test_two_workers_tell_once(app: Flask, clock: ModuleType):
    event = crowd.a_public_event()
    panel, _study = sessions(event, "Panel", "Badanie")
    person = coming_to(event, panel)
    begin(event)
    put_at(panel, "11:15")
    pass_by(clock)
    number, address, ready, made = event.id, person.email, Barrier(2), list[int]()
    db.session.rollback()

    def work() -> None:
        with app.app_context():
            assert telling.events_due() == [number]
            ready.wait(10)
            made.append(crowd.tell_at(number))

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)

    assert (sorted(made), told()) == ([0, 1], [("changes", address)])


def test_each_telling_is_newer_and_the_letter_before_it_leaves_without_an_entry(app: Flask):
    event = crowd.a_public_event()
    panel, _study = sessions(event, "Panel", "Badanie")
    coming_to(event, panel)
    begin(event)
    put_at(panel, "11:15")
    tell(event)
    first = entry(letters()[0])
    put_at(panel, "11:10")

    tell(event)

    assert first == ("REQUEST", panel.uid, 1)
    assert [entry(letter) for letter in letters()] == [None, ("REQUEST", panel.uid, 2)]
    assert [sentences(letter) for letter in letters()] == [
        ["Panel: 11:15–12:15, previously 10:00–11:00"],
        ["Panel: 11:10–12:10, previously 11:15–12:15"],
    ]


def test_a_letter_that_waits_for_the_mail_server_says_what_it_said(app: Flask, clock: ModuleType):
    event = crowd.a_public_event()
    panel, _study = sessions(event, "Panel", "Badanie")
    coming_to(event, panel)
    begin(event)
    put_at(panel, "11:15")
    tell(event)

    pass_by(clock, timedelta(hours=5))
    put_at(panel, "11:40")

    [letter] = letters()
    assert (sentences(letter), entry(letter)) == (["Panel: 11:15–12:15, previously 10:00–11:00"], ("REQUEST", panel.uid, 1))
    assert [difference.former["starts_at"] for difference in untold.of(event)] == [make.at("2021-10-26 09:15", "UTC").isoformat()]


def test_a_session_cancelled_and_reinstated_leaves_the_calendar_and_comes_back(app: Flask):
    event = crowd.a_public_event()
    panel, study, _third = sessions(event, "Panel", "Badanie", "Warsztat")
    person, speaker = coming_to(event, panel), crowd.a_panelist(panel, "Anna Cieśla")
    coming_to(event, study)
    begin(event)

    edit(editing.cancel, panel)
    tell(event)
    edit(editing.reinstate, panel)
    tell(event)

    assert told() == [("changes", person.email), ("speaker_changes", speaker.email)] * 2
    assert [entry(letter) for letter in letters()] == [None, None, *[("REQUEST", panel.uid, 2)] * 2]
    assert sentences(letters()[0]) == ["Panel, 10:00–11:00: cancelled"]


def test_the_letter_of_a_cancelled_session_takes_it_out_of_the_calendar(app: Flask):
    event = crowd.a_public_event()
    panel, study, _third = sessions(event, "Panel", "Badanie", "Warsztat")
    coming_to(event, panel, study)
    crowd.a_panelist(panel, "Anna Cieśla")
    begin(event)
    edit(editing.cancel, panel)

    tell(event)

    assert [entry(letter) for letter in letters()] == [("CANCEL", panel.uid, 1)] * 2
    assert {crowd.rendered(letter).subject for letter in letters()} == {"Odwołane: Panel, 26 października, 10:00"}


def test_whoever_cancels_before_the_letter_leaves_still_loses_the_cancelled_entry(app: Flask):
    event = crowd.a_public_event()
    panel, study, _third = sessions(event, "Panel", "Badanie", "Warsztat")
    person = coming_to(event, panel, study)
    begin(event)
    edit(editing.cancel, panel)
    tell(event)

    with transaction():
        signup.cancel(person, None)

    letter = crowd.composed(letters()[0])
    assert letter is not None
    assert (letter.name, entry(letters()[0])) == ("withdrawal", ("CANCEL", panel.uid, 1))


def test_several_changes_are_one_letter_and_a_letter_for_each_further_entry(app: Flask):
    event = crowd.a_public_event()
    panel, study, workshop, other = sessions(event, "Panel", "Badanie", "Warsztat", "Dyskusja")
    person = coming_to(event, panel, study, workshop)
    begin(event)
    put_at(panel, "09:15")
    edit(editing.cancel, study)
    put_at(workshop, "12:30")
    put_at(other, "13:30")

    tell(event)

    assert told() == [("changes", person.email), ("invitation", person.email), ("withdrawal", person.email)]
    assert sentences(letters()[0]) == [
        "Panel: 9:15–10:15, previously 10:00–11:00",
        "Badanie, 11:00–12:00: cancelled",
        "Warsztat: 12:30–13:30, previously 12:00–13:00",
    ]
    assert [entry(letter) for letter in letters()] == [
        ("REQUEST", panel.uid, 1),
        ("REQUEST", workshop.uid, 1),
        ("CANCEL", study.uid, 1),
    ]
    assert "Nie odbędzie się." in crowd.rendered(letters()[2]).text


def test_an_event_that_moves_is_told_to_everybody_and_the_waiting_have_no_entry(app: Flask):
    event = crowd.a_public_event(asks_sessions=False, capacity=1)
    panel, *_ = sessions(event, "Panel")
    coming, waiting = make.a_registration(event), make.a_registration(event)
    speaker = crowd.a_panelist(panel, "Anna Cieśla")
    begin(event)
    with transaction():
        event.starts_at, event.ends_at = make.at("2021-10-27 10:00"), make.at("2021-10-27 12:30")
        event.place_name = "Teams"

    tell(event)

    said = [
        "Date: Wednesday, 27 October, 10:00–12:30, previously Tuesday, 26 October, 10:00–12:30",
        "Place: Teams, previously Zoom",
    ]
    assert [(message.letter, message.to_address, sentences(message), entry(message)) for message in letters()] == [
        ("changes", coming.email, said, ("REQUEST", event.uid, 1)),
        ("changes", waiting.email, said, None),
        ("speaker_changes", speaker.email, said, ("REQUEST", panel.uid, 1)),
    ]


def test_an_event_that_gets_another_day_gives_an_entry_for_each(app: Flask):
    event = crowd.a_public_event(asks_sessions=False)
    make.a_registration(event)
    begin(event)
    with transaction():
        event.ends_at = make.at("2021-10-27 12:30")

    tell(event)

    assert [(message.letter, entry(message)) for message in letters()] == [
        ("changes", ("REQUEST", f"1.{event.uid}", 1)),
        ("invitation", ("REQUEST", f"2.{event.uid}", 1)),
        ("withdrawal", ("CANCEL", event.uid, 1)),
    ]


def test_another_day_of_the_event_leaves_the_entries_of_single_sessions_alone(app: Flask):
    event = crowd.a_public_event()
    panel, study, _third = sessions(event, "Panel", "Badanie", "Warsztat")
    coming_to(event, panel, study)
    begin(event)
    with transaction():
        event.ends_at = make.at("2021-10-27 12:30")

    tell(event)

    assert [(message.letter, entry(message)) for message in letters()] == [("changes", None)]


def test_a_change_of_one_day_renews_the_entry_of_that_day(app: Flask):
    event = crowd.a_public_event(asks_sessions=False, ends_at=make.at("2021-10-27 16:00"))
    make.a_session(event, title="Otwarcie")
    closing = make.a_session(event, title="Zamknięcie", starts_at=make.at("2021-10-27 15:00"))
    make.a_registration(event)
    begin(event)
    put_at(closing, "14:30")

    tell(event)

    assert [entry(letter) for letter in letters()] == [("REQUEST", f"2.{event.uid}", 1)]
    assert sentences(letters()[0]) == ["Zamknięcie: Wednesday, 27 October, 14:30–15:30, previously 15:00–16:00"]


def test_whoever_waits_for_a_place_in_the_session_hears_of_it(app: Flask):
    event = crowd.a_public_event()
    panel, _study = sessions(event, "Panel", "Badanie", capacity=1)
    seated, queued = coming_to(event, panel), coming_to(event, panel)
    begin(event)
    put_at(panel, "11:15")

    tell(event)

    assert told() == [("changes", seated.email), ("changes", queued.email)]


def test_entries_keep_their_shape_when_a_session_is_cancelled(app: Flask):
    event = crowd.a_public_event()
    panel, study, workshop = sessions(event, "Panel", "Badanie", "Warsztat")
    person = coming_to(event, panel, study)
    begin(event)
    edit(editing.cancel, workshop)
    tell(event)

    with transaction():
        following.follow(person)

    assert told() == []
    assert {held.uid for held in person.entries if held.is_active} == {panel.uid, study.uid}


def test_whoever_registered_after_the_edit_knows_it_already(app: Flask, clock: ModuleType):
    event = crowd.a_public_event()
    panel, _study = sessions(event, "Panel", "Badanie")
    before = coming_to(event, panel)
    begin(event)
    pass_by(clock, timedelta(minutes=1))
    put_at(panel, "11:15")
    pass_by(clock, timedelta(minutes=1))
    after = coming_to(event, panel)

    counted = untold.concerned(event, untold.of(event))
    tell(event)

    assert counted == Concerned(each=[1], speakers_each=[0], people=1, speakers=0)
    assert told() == [("confirmation", after.email), ("changes", before.email)]


def test_changes_nobody_is_told_of_are_in_the_log_or_nowhere(app: Flask):
    event = crowd.a_public_event()
    panel, _study = sessions(event, "Panel", "Badanie")
    coming_to(event, panel)
    begin(event)
    with transaction():
        panel.abstract, panel.track, panel.capacity, panel.title = "Nowy opis", "A", 5, "Panel."
    nothing = tell(event)
    sessions(event, "Nowa")

    version = tell(event)

    assert nothing is None
    assert version is not None
    assert ([change["kind"] for change in version.changes], version.people_told, told()) == (["new"], 0, [])


def test_who_left_a_session_loses_it_with_the_telling_and_not_before(app: Flask, clock: ModuleType):
    event = crowd.a_public_event()
    panel, _study = sessions(event, "Panel", "Badanie")
    left, stays = (crowd.a_panelist(panel, name) for name in ("Anna Cieśla", "Jan Lis"))
    begin(event)
    with transaction():
        editing.drop_person(event, panel.id, panel.appearances[0].id, by=BY)
    pass_by(clock, timedelta(minutes=10))
    with transaction():
        early = speaking.reconcile()

    pass_by(clock, timedelta(minutes=10))
    tell_settled()
    with transaction():
        late = speaking.reconcile()

    assert (early, late) == (0, 0)
    assert told() == [("speaker_changes", stays.email), ("speaker_withdrawal", left.email)]
    assert sentences(letters()[0]) == ["Panel: Anna Cieśla will not appear"]


def test_a_speaker_who_declined_or_was_never_asked_hears_nothing(app: Flask):
    event = crowd.a_public_event()
    panel, _study = sessions(event, "Panel", "Badanie")
    crowd.a_panelist(panel, "Anna Cieśla", answer=Answer.DECLINED)
    make.an_appearance(panel, person_id=make.a_person(email="jan@example.org").id)
    asked = crowd.a_panelist(panel, "Ewa Wilk", answer=None)
    begin(event)
    put_at(panel, "11:15")

    tell(event)

    assert told() == [("speaker_changes", asked.email)]


def test_an_answer_is_no_edit(app: Flask, clock: ModuleType):
    event = crowd.a_public_event()
    panel, _study = sessions(event, "Panel", "Badanie")
    appearance = make.an_appearance(panel)
    before = untold.last_edit(event)
    pass_by(clock)

    with transaction():
        appearance.answer = Answer.DECLINED

    assert untold.last_edit(event) == before


def test_a_chosen_moment_stands_instead_of_settling(app: Flask, clock: ModuleType):
    event = crowd.a_public_event()
    panel, _study = sessions(event, "Panel", "Badanie")
    coming_to(event, panel)
    begin(event)
    put_at(panel, "11:15")
    evening = make.at("2021-10-11 18:00")
    with transaction():
        telling.at(event, evening, BY)
    pass_by(clock, timedelta(hours=1))
    early, due_at = tell_settled(), untold.due_at(event)

    clock.stand_at(evening)
    late = tell_settled()

    version = versions.last(event)
    assert version is not None
    assert (early, due_at, late, version.made_by, telling.settings(event).due_at) == (0, evening, 1, BY, None)


def test_by_hand_means_that_nothing_leaves_by_itself(app: Flask, clock: ModuleType):
    event = crowd.a_public_event()
    panel, _study = sessions(event, "Panel", "Badanie")
    coming_to(event, panel)
    begin(event)
    with transaction():
        telling.settle_after(event, None)
    put_at(panel, "11:15")
    pass_by(clock, timedelta(days=1))
    silent = tell_settled(), untold.due_at(event)
    with transaction():
        telling.settle_after(event, 5)

    assert (silent, tell_settled(), len(letters())) == ((0, None), 1, 1)


@pytest.mark.parametrize("moment", ["2021-10-11 08:00", "2021-10-26 13:00"])
def test_a_moment_that_has_passed_or_comes_too_late_is_refused(app: Flask, moment: str):
    event = begin(crowd.a_public_event())

    with pytest.raises(Refused), transaction():
        telling.at(event, make.at(moment), BY)


def test_a_moment_taken_back_leaves_changes_to_settle(app: Flask, clock: ModuleType):
    event = begin(crowd.a_public_event())
    with transaction():
        telling.at(event, make.at("2021-10-20 10:00"), BY)

    with transaction():
        telling.cancel_chosen(event)

    assert untold.due_at(event) == untold.last_edit(event) + LATER


def test_what_was_looked_at_is_not_looked_at_again(app: Flask, clock: ModuleType):
    event = begin(crowd.a_public_event())
    pass_by(clock)
    assert telling.events_due() == [event.id]

    assert (tell_settled(), list(telling.events_due())) == (0, [])


def test_whoever_leaves_a_session_is_counted_among_the_speakers_who_get_a_letter(app: Flask, clock: ModuleType):
    event = crowd.a_public_event(asks_sessions=False)
    panel = make.a_session(event, title="Panel")
    stays, leaves = crowd.a_panelist(panel, "Anna Cieśla"), crowd.a_panelist(panel, "Bartosz Dominiak")
    begin(event)

    with transaction():
        gone = next(appearance for appearance in panel.appearances if appearance.person_id == leaves.person_id)
        editing.drop_person(event, panel.id, gone.id, by=BY)
    found = untold.of(event)
    expected = untold.concerned(event, found).speakers
    version = crowd.tell(event)

    assert version
    assert (expected, version.speakers_told) == (2, 2)
    assert sorted(told()) == [("speaker_changes", stays.email), ("speaker_withdrawal", leaves.email)]

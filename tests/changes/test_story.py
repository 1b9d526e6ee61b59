"""The agenda moves: whoever is concerned gets one letter, nobody else any."""

from datetime import timedelta
from types import ModuleType

from flask import Flask

from app import worker
from app.agenda import editing
from app.agenda.models import SessionKind
from app.changes import untold, versions
from app.db import transaction
from tests import make, outbox
from tests.changes import crowd
from tests.changes.crowd import BY, begin, coming_to, entry, letters, pass_by, put_at, rendered, tell_settled, told

PANELISTS = ("Anna Cieśla", "Joanna Krukowska", "Bartosz Dominiak", "Robert Bednarski", "Włodzimierz Łoziński")


def test_a_panel_that_moves_twice_and_is_corrected_is_told_once_to_whom_it_concerns(app: Flask, clock: ModuleType):
    event = crowd.a_public_event()
    study = make.a_session(event, title="Prezentacja wyników badania")
    panel = make.a_session(
        event,
        title="Panel ekspertów",
        kind=SessionKind.PANEL,
        starts_at=make.at("2021-10-26 11:00"),
        ends_at=make.at("2021-10-26 12:30"),
    )
    panelists = [crowd.a_panelist(panel, name) for name in PANELISTS]
    chose, _other = coming_to(event, panel), coming_to(event, study)
    begin(event)

    put_at(panel, "11:15")
    pass_by(clock, timedelta(minutes=5))
    with transaction():
        facts = {"abstract": "Bez literówki.", "title": "Panel ekspertow"}
        editing.change(event, panel.id, by=BY, version=panel.version, facts=facts, parts={})
    pass_by(clock, timedelta(minutes=10))
    put_at(panel, "11:10")
    pass_by(clock, timedelta(minutes=19))
    early = tell_settled()
    pass_by(clock, timedelta(minutes=1))
    made = tell_settled(), tell_settled()

    assert (early, made) == (0, (1, 0))
    assert sorted(told()) == sorted(
        [("changes", chose.email), *(("speaker_changes", engagement.email) for engagement in panelists)]
    )
    contents = [rendered(letter) for letter in letters()]
    assert {content.subject for content in contents} == {"Zmiana: Panel ekspertow, 26 października, 11:10"}
    assert all("- Panel ekspertow: 11:10–12:40, wcześniej 11:00–12:30\n" in content.text for content in contents)
    assert {entry(letter) for letter in letters()} == {("REQUEST", panel.uid, 3)}
    version = versions.last(event)
    assert version is not None
    assert (version.number, version.people_told, version.speakers_told, version.made_by) == (2, 1, 5, "")
    assert untold.of(event) == []


def test_the_worker_tells_by_itself_and_carries_the_letters(app: Flask, clock: ModuleType):
    event = crowd.a_public_event(language="pl")
    study, panel = make.a_session(event, title="Badanie"), make.a_session(event, title="Panel ekspertów")
    coming_to(event, panel, language="en")
    coming_to(event, study)
    begin(event)
    put_at(panel, "11:15")
    worker.tick(app)
    before = len(outbox.letters(app))

    pass_by(clock)
    left = worker.tick(app), worker.tick(app)

    [letter] = outbox.letters(app)[before:]
    assert (before, left) == (0, (1, 0))
    assert "WHAT HAS CHANGED" in letter
    assert "- Panel ekspertów: 11:15–12:15, previously 10:00–11:00" in letter.splitlines()

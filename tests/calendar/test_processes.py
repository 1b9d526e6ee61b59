"""Each web process writes the same bytes, now and after it is started again, so that a reader's tag is good at all of them."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db import transaction
from app.plans import choosing
from app.plans import keys as plan_keys
from app.plans.models import PlanPurpose
from app.registration import keys
from app.registration.models import Purpose
from tests import make
from tests.defaults import START
from tests.live import Live, a_listener

pytestmark = pytest.mark.processes

Got = tuple[int, str, str, bytes]
"""Status, tag, date and bytes."""


@pytest.fixture
def beside(environ: dict[str, str], tmp_path: Path) -> Iterator[Live]:
    """A second site over the same database, in a process of its own."""
    folder = tmp_path / "beside"
    folder.mkdir()
    with a_listener() as listener:
        site = Live({**environ, "PLENUM_CLOCK": START}, listener, folder)
        try:
            site.start_web(processes=1)
            yield site
        finally:
            site.stop()


def get(site: Live, address: str, tag: str = "", method: str = "GET") -> Got:
    request = urllib.request.Request(f"{site.url}{address}", headers={"If-None-Match": tag} if tag else {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers["ETag"], answer.headers["Last-Modified"], answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers["ETag"], answer.headers["Last-Modified"], answer.read()


def test_two_processes_and_a_restart_answer_with_the_same_bytes(live: Live, beside: Live):
    programme = make.a_programme(slug="pim")
    event = make.an_event(slug="konferencja", programme_id=programme.id)
    sessions = [make.a_session(event), make.a_session(event, title="Żółć; gęśl, „jaźń”")]
    registration = make.a_registration(event)
    with transaction():
        plan = choosing.make(event, sessions, [sessions[1].id], language="pl", network="198.51.100.7")
        own = plan_keys.token(plan, PlanPurpose.FEED)
    addresses = [
        "/calendar.ics",
        "/programmes/pim/calendar.ics",
        "/events/konferencja/agenda.ics",
        "/events/konferencja/agenda.ics?alarm=15",
        f"/feeds/{keys.token(registration, Purpose.FEED)}.ics",
        f"/plans/{own}.ics",
    ]

    here = [get(live, address) for address in addresses]
    there = [get(beside, address) for address in addresses]

    assert [answer[0] for answer in here] == [200] * 6
    assert here == there
    for address, (_, tag, date, body) in zip(addresses, here, strict=True):
        for site in (live, beside):
            status, known, _, nothing = get(site, address, tag)
            assert (status, known, nothing) == (304, tag, b"")
        assert get(beside, address, method="HEAD") == (200, tag, date, b"")
        assert body.endswith(b"END:VCALENDAR\r\n")
    beside.stop()
    beside.start_web(processes=1)
    assert [get(beside, address) for address in addresses] == here
    assert [get(beside, address, answer[1])[0] for address, answer in zip(addresses, here, strict=True)] == [304] * 6

"""The clock and the keys."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app import clock, tokens

INSTANT = datetime.fromisoformat("2021-10-11T09:00+02:00")


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("PLENUM_CLOCK_ANCHOR", raising=False)
    monkeypatch.setattr(tokens, "_secrets", tokens._secrets)
    yield
    clock.start(None)


def test_the_clock_starts_at_the_instant_and_runs_on():
    clock.start(INSTANT)
    first = clock.now()
    time.sleep(0.01)

    assert first - INSTANT < timedelta(seconds=5)
    assert clock.now() > first
    assert first.tzinfo is UTC


def test_a_process_that_starts_later_reads_the_same_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLENUM_CLOCK_ANCHOR", repr(time.time() - 3600))

    clock.start(INSTANT)

    assert timedelta(minutes=59) < clock.now() - INSTANT < timedelta(minutes=61)


def test_the_true_time_comes_back():
    clock.start(INSTANT)
    clock.start(None)

    assert abs(clock.now().timestamp() - time.time()) < 5


def test_a_key_opens_one_purpose_of_one_registration():
    tokens.use("secret")

    all_keys = {tokens.derive(purpose, of) for purpose in ("my", "feed", "join") for of in ("a:1", "a:2", "b:1")}

    assert (len(all_keys), {len(key) for key in all_keys}) == (9, {32})


def test_a_key_is_remembered_after_the_secret_changed():
    tokens.use("former")
    known = tokens.digest(tokens.derive("my", "a:1"))
    tokens.use("present", "former")

    assert tokens.digest(tokens.recall("my", "a:1", known)) == known
    tokens.use("present")
    with pytest.raises(LookupError):
        tokens.recall("my", "a:1", known)

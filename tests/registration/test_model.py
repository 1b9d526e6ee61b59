"""Random sequences of acts against a simple model of fair places: nobody is passed over, nothing is given twice, all adds up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app import clock
from app.admission.models import Quota, Rules
from app.agenda.models import Session
from app.db import db, transaction
from app.errors import Refused
from app.participants import acts, bulk, filters, undo
from app.registration import (
    approving,
    parties,
    places,
    plan,
    promotions,
    proving,
    reckoning,
    session_places,
    signup,
    waitlist,
)
from app.registration.models import Registration, Status
from app.registration.parties import Contact, Member
from tests import make

STATES = {
    Status.CONFIRMED: "in",
    Status.WAITING: "waiting",
    Status.PENDING: "pending",
    Status.CANCELLED: "out",
    Status.DECLINED: "declined",
}
GONE = ("out", "declined")


@dataclass
class Person:
    """Somebody as the model knows them."""

    number: int
    quota: int
    party: int | None
    sessions: list[int]
    state: str = "waiting"
    arrival: int = 0
    had_place: bool = False
    must_accept: bool = False
    seats: dict[int, int | None] = field(default_factory=dict)
    """By session: `None` for a place, or when they joined its queue."""

    @property
    def holds(self) -> bool:
        return self.state in {"in", "held"}


@dataclass
class Model:
    """Places as one would keep them on paper."""

    capacity: int
    halls: dict[int, int]
    most: dict[int, int]
    accepts: bool
    people: list[Person] = field(default_factory=list)
    ticks: int = 0

    def tick(self) -> int:
        self.ticks += 1
        return self.ticks

    def taken(self, quota: int | None = None) -> int:
        return sum(one.holds for one in self.people if quota is None or one.quota == quota)

    def seated(self, session: int) -> int:
        return sum(one.holds and session in one.seats and one.seats[session] is None for one in self.people)

    def queue_of(self, session: int) -> list[Person]:
        waiting = [one for one in self.people if one.holds and one.seats.get(session) is not None]
        return sorted(waiting, key=lambda one: (one.seats[session] or 0, one.arrival))

    def fits(self, group: list[Person]) -> bool:
        wanted = {quota: sum(one.quota == quota for one in group) for quota in self.most}
        has_quotas = all(self.taken(quota) + number <= self.most[quota] for quota, number in wanted.items() if number)
        return self.taken() + len(group) <= self.capacity and has_quotas

    def give(self, group: list[Person], state: str = "in") -> None:
        now = self.tick()
        for one in group:
            had = one.holds
            one.state, one.must_accept = state, False
            one.had_place |= state == "in"
            for session in sorted(one.sessions) if not had else ():
                self.sit(one, session, now)

    def sit(self, one: Person, session: int, now: int) -> None:
        if session not in self.halls:
            return
        is_free = self.seated(session) < self.halls[session] and not self.queue_of(session)
        one.seats[session] = None if is_free else now

    def settle(self, group: list[Person], state: str = "in") -> None:
        """A place if it fits, else the queue."""
        self.fill()
        for one in group:
            one.arrival = self.tick()
        if self.fits(group):
            self.give(group, state)
            return
        for one in group:
            one.state = "waiting" if state == "in" else "unproven"

    def end(self, group: list[Person], state: str = "out") -> None:
        for one in group:
            one.state, one.seats, one.must_accept = state, {}, False

    def groups(self) -> Iterator[list[Person]]:
        """Who waits, in order, parties together."""
        seen: set[int] = set()
        for one in sorted((one for one in self.people if one.state == "waiting"), key=lambda one: one.arrival):
            if one.number not in seen:
                group = [
                    other
                    for other in self.people
                    if other.state == "waiting" and (other is one or (one.party is not None and other.party == one.party))
                ]
                seen |= {other.number for other in group}
                yield sorted(group, key=lambda other: other.arrival)

    def fill_sessions(self) -> None:
        for session, most in self.halls.items():
            for one in self.queue_of(session):
                if self.seated(session) < most:
                    one.seats[session] = None

    def fill(self) -> None:
        moving: list[Person] = []
        for group in list(self.groups()):
            if self.fits(group):
                for one in group:
                    one.state = "in"
                moving += group
        for one in moving:
            one.state = "waiting"
        self.give(sorted(moving, key=lambda one: one.arrival))
        for one in moving:
            one.must_accept = self.accepts

    def pass_on(self) -> None:
        self.fill_sessions()
        self.fill()


class Places(RuleBasedStateMachine):
    """Drives the program and the model side by side."""

    start: ClassVar[datetime]

    def __init__(self) -> None:
        super().__init__()
        clock.stand_at(self.start)
        self.ready = False

    @initialize(
        capacity=st.integers(1, 4),
        proves=st.booleans(),
        approves=st.booleans(),
        accepts=st.booleans(),
        quotas=st.lists(st.integers(1, 3), max_size=2),
        halls=st.lists(st.integers(1, 2), min_size=2, max_size=2),
    )
    def open(self, capacity: int, proves: bool, approves: bool, accepts: bool, quotas: list[int], halls: list[int]) -> None:
        self.event = make.an_event(capacity=capacity, asks_sessions=True)
        sessions = [make.a_session(self.event, capacity=number) for number in halls] + [make.a_session(self.event)]
        made = [make.kept(Quota, {}, event_id=self.event.id, name="Miasta", capacity=number) for number in quotas]
        hours = 1 if accepts else None
        rules = {"proves_address": proves, "needs_approval": approves, "accept_hours": hours, "takes_parties": True}
        make.kept(Rules, rules, event_id=self.event.id)
        self.proves, self.approves = proves, approves
        self.sessions, self.quotas = [one.id for one in sessions], [one.id for one in made]
        limits = dict(zip(self.sessions, halls, strict=False))
        self.model = Model(capacity, limits, {one.id: one.capacity for one in made}, accepts)
        self.over, self.parties, self.ready = False, 0, True

    def pick(self, which: int, *states: str) -> Person | None:
        """Somebody in one of these states."""
        there = [one for one in self.model.people if one.state in states]
        return there[which % len(there)] if there else None

    def row(self, one: Person) -> Registration:
        return db.session.scalars(
            sa.select(Registration).where(Registration.event_id == self.event.id, Registration.number == one.number)
        ).one()

    def quota(self, which: int) -> Quota | None:
        return db.session.get(Quota, self.quotas[which % len(self.quotas)]) if self.quotas else None

    def chosen(self, which: int) -> list[int]:
        return [session for place, session in enumerate(self.sessions) if which & (1 << place)]

    def newcomers(self, group: list[Person], *, waits: bool = True) -> bool:
        """What the model says of people who arrive together; `False` where they are refused."""
        model = self.model
        model.fill()
        fits = model.fits(group)
        if not fits and not waits:
            return False
        model.people += group
        for one in group:
            one.arrival = model.tick()
        if self.proves:
            if fits and not self.approves:
                model.give(group, "held")
            else:
                model.end(group, "unproven")
        elif self.approves:
            model.end(group, "pending")
        elif fits:
            model.give(group)
        return True

    @rule(which=st.integers(0, 5), sessions=st.integers(1, 7))
    def register(self, which: int, sessions: int) -> None:
        quota = self.quota(which)
        number = make.a_registration(self.event, quota=quota, sessions=self.chosen(sessions)).number
        self.newcomers([Person(number, quota.id if quota else 0, None, self.chosen(sessions))])

    @rule(whose=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 7)), min_size=2, max_size=3), waits=st.booleans())
    def register_party(self, whose: list[tuple[int, int]], waits: bool) -> None:
        self.parties += 1
        name = f"party.{self.event.id}.{self.parties}@example.org"
        members = [
            Member(f"Osoba {place}", sessions=self.chosen(sessions), quota=self.quota(which))
            for place, (which, sessions) in enumerate(whose)
        ]
        facts: dict[str, Any] = {
            "idempotency_key": name,
            "clause_version": make.a_clause().version,
            "language": "pl",
            "network": name,
        }
        was_taken = True
        try:
            with transaction():
                sent = parties.register(self.event, Contact("Jan", name), members, waits=waits, **facts)
                numbers = [one.number for one in members_of(sent.registration)]
        except Refused:
            was_taken, numbers = False, list(range(-len(members), 0))
        group = [
            Person(number, member.quota.id if member.quota else 0, self.parties, list(member.sessions))
            for number, member in zip(numbers, members, strict=True)
        ]
        assert self.newcomers(group, waits=waits) == was_taken

    @rule(which=st.integers(0, 20))
    def prove(self, which: int) -> None:
        if one := self.pick(which, "held", "unproven"):
            with transaction():
                proving.prove(self.row(one))
            if self.approves:
                one.state = "pending"
            elif one.state == "held":
                one.state, one.had_place = "in", True
            else:
                self.model.settle([one])

    @rule(which=st.integers(0, 20), says_yes=st.booleans())
    def decide(self, which: int, says_yes: bool) -> None:
        one = self.pick(which, "pending")
        if one and says_yes:
            with transaction():
                approving.approve(self.row(one))
            party = [other for other in self.model.people if one.party and other.party == one.party]
            group = [other for other in party or [one] if other.state == "pending"]
            self.model.settle(sorted(group, key=lambda other: other.arrival))
        elif one:
            with transaction():
                approving.decline(self.row(one), "Tym razem nie")
            self.model.end([one], "declined")

    @rule(which=st.integers(0, 20))
    def cancel(self, which: int) -> None:
        if one := self.pick(which, "in", "held", "unproven", "pending", "waiting"):
            with transaction():
                signup.cancel(self.row(one), None)
            self.model.end([one])
            self.model.pass_on()

    @rule(which=st.integers(0, 20))
    def reinstate(self, which: int) -> None:
        if one := self.pick(which, "out"):
            with transaction():
                signup.reinstate(self.row(one))
            if self.approves and not one.had_place:
                self.model.fill()
                one.state, one.arrival = "pending", self.model.tick()
            else:
                self.model.settle([one])

    @rule(which=st.integers(0, 20), over=st.booleans())
    def move_ahead(self, which: int, over: bool) -> None:
        if one := self.pick(which, "waiting"):
            is_free = self.model.fits([one])
            if not over and not is_free:
                with pytest.raises(Refused), transaction():
                    acts.move_ahead(self.row(one))
                return
            with transaction():
                acts.move_ahead(self.row(one), over=over)
            self.model.give([one])
            self.over |= not is_free

    @rule(capacity=st.integers(1, 5))
    def limit(self, capacity: int) -> None:
        with transaction():
            places.lock(self.event)
            former, self.event.capacity = self.event.capacity, capacity
            places.limit(self.event, former)
            waitlist.fill(self.event, {"capacity": [former, capacity]})
        self.model.capacity = capacity
        self.model.fill()

    @rule(which=st.integers(0, 2), most=st.one_of(st.none(), st.integers(1, 3)))
    def limit_session(self, which: int, most: int | None) -> None:
        session = self.sessions[which]
        with transaction():
            places.lock(self.event)
            db.session.get_one(Session, session).capacity = most
            session_places.follow(self.event)
        began = session not in self.model.halls
        self.model.halls.pop(session, None)
        for one in self.model.people:
            if most is None or began:
                one.seats.pop(session, None)
            if most is not None and began and one.holds and session in one.sessions:
                one.seats[session] = None
        if most is not None:
            self.model.halls[session] = most
        self.model.fill_sessions()

    @rule(which=st.integers(0, 20), sessions=st.integers(1, 7))
    def choose(self, which: int, sessions: int) -> None:
        if one := self.pick(which, "in", "held", "waiting", "pending"):
            chosen = self.chosen(sessions)
            with transaction():
                plan.choose(self.row(one), chosen)
            now, new = self.model.tick(), [session for session in chosen if session not in one.sessions]
            one.seats = {session: joined for session, joined in one.seats.items() if session in chosen}
            one.sessions = chosen
            for session in new if one.holds else ():
                self.model.sit(one, session, now)
            self.model.fill_sessions()

    @rule(which=st.integers(0, 20))
    def accept(self, which: int) -> None:
        asked = [one for one in self.model.people if one.must_accept]
        if asked:
            one = asked[which % len(asked)]
            with transaction():
                promotions.accept(self.row(one))
            one.must_accept = False

    @rule()
    def wait(self) -> None:
        """Two hours pass, and whoever had an hour is late."""
        late = [one for one in self.model.people if one.state in {"held", "unproven"}]
        unanswered = [one for one in self.model.people if one.must_accept]
        clock.stand_at(clock.now() + timedelta(hours=2))
        with transaction():
            assert proving.run_out(self.event.id) == len(late)
        if late:
            self.model.end(late)
            self.model.pass_on()
        with transaction():
            assert promotions.run_out(self.event.id) == len(unanswered)
        if unanswered:
            self.model.end(unanswered)
            self.model.pass_on()

    @rule(which=st.lists(st.integers(0, 20), min_size=1, max_size=4), is_undone=st.booleans())
    def cancel_several(self, which: list[int], is_undone: bool) -> None:
        there = [one for one in self.model.people if one.state not in GONE]
        group = sorted({one.number: one for one in (there[w % len(there)] for w in which if there)}.values(), key=by_arrival)
        if not group:
            return
        before = {one.number: one.state for one in group}
        over, waited = max(0, self.model.taken() - self.model.capacity), [one for one in there if one.state == "waiting"]
        with transaction():
            step = bulk.cancel(self.event, filters.of([one.number for one in group]), by="Olga")
            uid = step.uid
        self.model.end(group)
        self.model.pass_on()
        if is_undone:
            with transaction():
                undo.undo(self.event, uid)
            self.take_back(group, before, [one for one in waited if one.state == "in"], over)

    def take_back(self, group: list[Person], before: dict[int, str], promoted: list[Person], over: int) -> None:
        self.model.end(promoted, "waiting")
        limit, self.model.capacity = self.model.capacity, self.model.capacity + over
        placed = []
        for one in group:
            if before[one.number] == "in" and self.model.fits([one]):
                one.state = "in"
                placed.append(one)
        for one in placed:
            one.state = "out"
        self.model.give(placed)
        self.model.capacity = limit
        for one in group:
            if before[one.number] in {"waiting", "pending"}:
                one.state = before[one.number]
        self.model.pass_on()

    def teardown(self) -> None:
        """Chores of the next run find nothing of this one."""
        db.session.rollback()
        db.session.execute(sa.update(Registration).values(status=Status.CANCELLED, holds_place=False))
        db.session.commit()

    @invariant()
    def the_program_agrees_with_the_model(self) -> None:
        if not self.ready:
            return
        db.session.rollback()
        rows = db.session.scalars(sa.select(Registration).where(Registration.event_id == self.event.id)).all()
        assert {row.number: self.state_of(row) for row in rows} == {one.number: one.state for one in self.model.people}
        assert {row.number: self.seats_of(row) for row in rows} == {
            one.number: {session: joined is not None for session, joined in one.seats.items()} for one in self.model.people
        }
        assert (self.event.taken, self.event.waiting) == (
            self.model.taken(),
            sum(one.state == "waiting" for one in self.model.people),
        )

    @invariant()
    def nobody_who_fits_waits_and_the_ledger_adds_up(self) -> None:
        if not self.ready:
            return
        assert not any(self.model.fits(group) for group in self.model.groups())
        for session, most in self.model.halls.items():
            assert not self.model.queue_of(session) or self.model.seated(session) >= most
        db.session.rollback()
        assert reckoning.of(self.event).wrong == []

    def state_of(self, row: Registration) -> str:
        return STATES.get(row.status) or ("held" if row.holds_place else "unproven")

    def seats_of(self, row: Registration) -> dict[int, bool]:
        if not row.holds_place:
            return {}
        return {choice.session_id: choice.is_waiting for choice in row.chosen if choice.session_id in self.model.halls}


def members_of(one: Registration) -> Sequence[Registration]:
    return parties.members(one.party) if one.party else ()


def by_arrival(one: Person) -> int:
    return one.arrival


def test_places_are_fair_whatever_happens_in_whatever_order(app: Flask):
    Places.start = clock.now()
    run_state_machine_as_test(
        Places,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

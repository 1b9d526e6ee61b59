"""Limits on tries at passwords and codes, counted in the database; they pass by themselves."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import ngettext

from app import clock, tokens
from app.accounts.models import SignInAttempt
from app.db import db
from app.errors import Refused

STRETCH = timedelta(minutes=15)
PER_SUBJECT_AND_NETWORK = 8
PER_SUBJECT = 40
PER_NETWORK = 100


class TooMany(Refused):
    """Tried too often; it may be tried again a while later."""


def note(subject: str, network: str) -> None:
    """Count one more try; refuses the ninth of a quarter of an hour, and sooner or later those spread over networks or people.

    A try that is refused is not counted, so that nobody can lock somebody else out for good.
    """
    who, where = fingerprints(subject, network)
    by_both, by_subject, by_network = counts(who, where)
    if by_both >= PER_SUBJECT_AND_NETWORK or by_subject >= PER_SUBJECT or by_network >= PER_NETWORK:
        minutes = int(STRETCH.total_seconds()) // 60
        raise TooMany(
            ngettext(
                "Too many tries. You can try again in %(num)d minute.",
                "Too many tries. You can try again in %(num)d minutes.",
                minutes,
            )
        )
    db.session.add(SignInAttempt(subject=who, network=where))
    db.session.flush()


def forgive(subject: str, network: str) -> None:
    """Forget the tries of somebody who got it right."""
    who, where = fingerprints(subject, network)
    theirs = SignInAttempt.subject == who, SignInAttempt.network == where
    db.session.execute(sa.delete(SignInAttempt).where(*theirs), execution_options={"synchronize_session": False})


def counts(who: str, where: str) -> tuple[int, int, int]:
    """How often it was tried lately: by this subject from this network, by the subject, from the network."""
    subject, network = SignInAttempt.subject == who, SignInAttempt.network == where
    lately = sa.select(*(sa.func.count().filter(rule) for rule in (subject & network, subject, network))).where(
        SignInAttempt.at > clock.now() - STRETCH, subject | network
    )
    found = db.session.execute(lately).one()
    return found[0], found[1], found[2]


def fingerprints(subject: str, network: str) -> tuple[str, str]:
    return tokens.fingerprint("sign-in", subject), tokens.fingerprint("network", network)


def forget_old() -> int:
    """Forget the tries that count no more; returns how many."""
    old = sa.delete(SignInAttempt).where(SignInAttempt.at <= clock.now() - STRETCH).returning(SignInAttempt.id)
    return len(db.session.scalars(old, execution_options={"synchronize_session": False}).all())

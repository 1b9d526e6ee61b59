"""Changing the rules of entry; what cannot be taken is refused at its field."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from app.admission import rules
from app.admission.models import Rules
from app.db import db
from app.errors import Refused
from app.events import holding
from app.events.models import Event

SPLIT = re.compile(r"[\s,;]+")
DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?")
MOST_DOMAINS = 100
LONGEST_DOMAIN = 253


class Stale(Refused):
    """Somebody else saved the rules after this form was opened."""


def change(event: Event, version: int, facts: Mapping[str, Any]) -> Rules:
    """Put these rules, by column, in place of the former ones; raises `Stale` where `version` is not the last.

    An event without rules of its own counts as version 1, so that the first to be saved are version 2.
    """
    holding.hold(event)
    kept = db.session.get(Rules, event.id, populate_existing=True)
    if version != (kept.version if kept else 1):
        raise Stale(_("Somebody else saved the rules in the meantime. Look at them once more; your answers are still here."))
    if kept is None:
        kept = rules.open_to_all(event)
        kept.version = 2
        db.session.add(kept)
    for name, value in facts.items():
        setattr(kept, name, value)
    db.session.flush()
    return kept


def domains(typed: str, field: str = "domains") -> list[str]:
    """Domains as they are compared with addresses: gdynia.pl, *.gov.pl and @um.krakow.pl give gdynia.pl, gov.pl, um.krakow.pl.

    Each stands for its subdomains too. Raises `Refused`.
    """
    found = dict.fromkeys(domain(word, field) for word in SPLIT.split(typed) if word)
    if len(found) > MOST_DOMAINS:
        raise Refused(_("Enter at most %(most)d domains", most=MOST_DOMAINS), field)
    return list(found)


def domain(typed: str, field: str) -> str:
    bare = typed.casefold().removeprefix("@").removeprefix("*.").removesuffix(".")
    if not DOMAIN.fullmatch(bare) or len(bare) > LONGEST_DOMAIN:
        raise Refused(_("This is not a domain: %(text)s. Write it for example as gdynia.pl or *.gov.pl", text=typed), field)
    return bare

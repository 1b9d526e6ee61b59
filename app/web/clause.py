"""The information on personal data (art. 13 GDPR): one text for the privacy page and for every form."""

from functools import lru_cache

from flask import render_template

import config
from app.events.models import Event
from app.registration.models import Clause
from app.web import language
from app.web.site import settings

TEMPLATES = {"pl": "front/clause_pl.txt", "en": "front/clause_en.txt"}


def texts() -> tuple[str, str]:
    """The clause in Polish and in English, as plain text: parts between empty lines, each with its heading as first line."""
    return text("pl"), text("en")


def text(tongue: str) -> str:
    """The clause in one language, with the operator's details."""
    return filled_in(TEMPLATES[tongue], settings().operator)


@lru_cache(maxsize=8)
def filled_in(template: str, operator: config.Operator) -> str:
    return render_template(template, operator=operator).strip()


def said(clause: Clause) -> str:
    """A published text in the page's language."""
    return clause.text_pl if language.current() == "pl" else clause.text_en


def controller(clause: Clause, event: Event) -> str:
    """Who answers for the data under this text: the operator, or the event's organiser who has put a text of its own in place."""
    return event.organiser.name if clause.event_id or clause.organisation_id else settings().operator.name


def label(clause: Clause) -> str:
    """What an optional consent is called, in the page's language."""
    return clause.label_pl if language.current() == "pl" else clause.label_en

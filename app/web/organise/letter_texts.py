"""Automatic letters at the desk: each as somebody would get it, and the event's own words in it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import Refused
from app.events import letter_texts
from app.events.letter_texts import LANGUAGES, ChangedMeanwhile
from app.events.models import Event
from app.events.texts import LetterText
from app.mail.letters import Letter
from app.mail.own_words import Source
from app.mailings import previews
from app.mailings.previews import Subject
from app.permissions import Act
from app.registration import placeholders
from app.web import letters_words
from app.web.organise import desk, letters_frames
from app.web.organise.letters_forms import OwnTextForm
from app.web.organise.letters_frames import Shown

blueprint = desk.blueprint("desk_letter_texts", __name__, "/events/<int:event_id>/letters/kinds/<letter>")


def know(letter: str, language: str = "pl") -> None:
    """Only letters and languages that there are."""
    if letter not in letters_words.AUTOMATIC or language not in LANGUAGES:
        abort(404)


@blueprint.get("")
@desk.needs(Act.VIEW_LETTERS)
def show(event: Event, letter: str) -> ResponseReturnValue:
    know(letter)
    own, of = letter_texts.of_event(event.id), reader(event)
    letters = {language: preview(letter, language, of, source_of(own.get((letter, language)))) for language in LANGUAGES}
    text = render_template(
        "organise/letters/preview.html",
        event=event,
        kind=letters_words.AUTOMATIC[letter],
        letters_shown=letters_frames.each(letters),
        own=own,
        of=of,
        who=who(),
        words=letters_words,
    )
    return letters_frames.page(text)


@blueprint.get("/<language>/body")
@desk.needs(Act.VIEW_LETTERS)
def body(event: Event, letter: str, language: str) -> ResponseReturnValue:
    know(letter, language)
    own = letter_texts.of_event(event.id).get((letter, language))
    found = preview(letter, language, reader(event), source_of(own))
    return letters_frames.frame(found) if found else abort(404)


@blueprint.route("/<language>", methods=["GET", "POST"])
@desk.needs(Act.WRITE_LETTERS)
def edit(event: Event, letter: str, language: str) -> ResponseReturnValue:
    know(letter, language)
    own = letter_texts.of_event(event.id).get((letter, language))
    form = OwnTextForm(seen=letter_texts.stamp(own), subject=own.subject if own else "", body=own.body if own else "")
    if not form.is_sent():
        return form_page(event, letter, language, form, own)
    try:
        subject, body = form.tidy(placeholders.allowed(letter, event))
        if request.form.get("step") == "try":
            return form_page(event, letter, language, form, own, tried=Source(subject, body, language))
        with desk.writing("letter_text.change", event):
            letter_texts.keep(event, letter, language, subject=subject, body=body, seen=form.seen.data or "")
    except ChangedMeanwhile as refusal:
        form.refuse(refusal)
        form.seen.data = letter_texts.stamp(refusal.now)
        return form_page(event, letter, language, form, refusal.now, code=409, is_changed=True)
    except Refused as refusal:
        form.refuse(refusal)
        return form_page(event, letter, language, form, own)
    flash(_("The text is saved. Letters that leave from now on carry it."))
    return redirect(url_for(".show", event_id=event.id, letter=letter), 303)


@blueprint.post("/<language>/reset")
@desk.needs(Act.WRITE_LETTERS)
def reset(event: Event, letter: str, language: str) -> ResponseReturnValue:
    know(letter, language)
    with desk.writing("letter_text.reset", event):
        letter_texts.take_back(event, letter, language)
    flash(_("The standard text stands again."))
    return redirect(url_for(".show", event_id=event.id, letter=letter), 303)


def form_page(
    event: Event,
    letter: str,
    language: str,
    form: OwnTextForm,
    own: LetterText | None,
    *,
    tried: Source | None = None,
    code: int = 422,
    is_changed: bool = False,
) -> ResponseReturnValue:
    """The form, beside it the standard letter or what the typed words make of it."""
    of = reader(event)
    page = render_template(
        "organise/letters/text.html",
        event=event,
        kind=letters_words.AUTOMATIC[letter],
        language=language,
        form=form,
        own=own,
        is_changed=is_changed,
        is_tried=tried is not None,
        shown=as_read(preview(letter, language, of, tried)),
        of=of,
        placeholders=placeholders.allowed(letter, event),
        words=letters_words,
    )
    return letters_frames.page(page, code if form.errors else 200)


def preview(letter: str, language: str, of: Subject, source: Source | None) -> Letter | None:
    return previews.of_kind(letter, language, of, letters_frames.site(), source)


def as_read(letter: Letter | None) -> Shown | None:
    return letters_frames.shown(letter) if letter else None


def source_of(own: LetterText | None) -> Source | None:
    return letter_texts.source(own) if own else None


def who() -> str:
    return request.args.get("who", "").replace("\0", " ")[:200].strip()


def reader(event: Event) -> Subject:
    """Whose data a letter is shown with."""
    return previews.subject(event, who())

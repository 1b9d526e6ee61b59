"""A speaker's own page, by the key in its address: their sessions, their answer, and how they are announced."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict
from werkzeug.utils import redirect
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    Field,
    FileField,
    Form,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)

from app.agenda import link_texts, materials, people
from app.agenda.materials import Upload
from app.agenda.models import Answer
from app.db import transaction
from app.errors import Refused
from app.events import meetings
from app.events.meetings import Gate
from app.files import kinds
from app.panels import engaging, keys, proposals, queries
from app.panels.models import Engagement
from app.panels.proposals import Details
from app.web import files, person_forms
from app.web.access import public
from app.web.forms import PostedForm
from app.web.person_forms import PersonFields, typed

blueprint = Blueprint("speakers", __name__, url_prefix="/speak/<token>")
person_forms.takes_pictures(blueprint, "details")
files.takes_uploads(blueprint, "material")

ANSWERS = {answer.value: answer for answer in (Answer.ACCEPTED, Answer.DECLINED)}
DONE = frozenset({"accepted", "declined", "answered", "proposed", "unchanged", "offered", "withdrawn"})


class SpeakerForm(PersonFields):
    """How the speaker is announced. `has_photo` says that there is a photo already."""

    printed_as = StringField(_l("Position and institution, as announced at this event"), [typed(people.position)])
    has_photo = False

    @property
    def needs_alt(self) -> bool:
        return self.picture is not None or self.has_photo

    @property
    def details(self) -> Details:
        return Details(
            name=self.name.data or "",
            printed_as=self.printed_as.data or "",
            bios=self.bios,
            links=self.links,
            photo_alt=self.photo_alt.data or "",
            picture=self.picture,
        )


class OfferForm(PostedForm):
    """A material for the organiser: a link or a file."""

    class Meta(PostedForm.Meta):
        def wrap_formdata(self, form: Form, formdata: object) -> MultiDict[str, Any] | None:
            """Files too, which other forms do not take; none for a form that is beside the one that was sent."""
            is_sent = request.method == "POST" and formdata is not None
            return CombinedMultiDict([request.files, request.form]) if is_sent else None

    title = StringField(_l("What is it?"))
    file = FileField(_l("File"), render_kw={"accept": kinds.ACCEPT})
    url = StringField(_l("Address of a link"), render_kw={"inputmode": "url"})
    session = SelectField(_l("Belongs to"), validate_choice=False)
    language = SelectField(_l("Language"), validate_choice=False)
    upload: Upload | None = None

    @property
    def sent_file(self) -> FileStorage | None:
        return self.file.data if isinstance(self.file.data, FileStorage) and self.file.data.filename else None

    def validate_file(self, field: Field) -> None:
        if self.sent_file is None:
            if not (self.url.data or "").strip():
                raise ValidationError(_("Choose a file or give an address"))
            return
        try:
            name, content = str(self.sent_file.filename), self.sent_file.read()
            self.upload = Upload(name, kinds.media_type(name, content, files.most_bytes()), content)
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

    def validate_url(self, field: Field) -> None:
        field.data = (field.data or "").strip()
        if field.data and self.sent_file is not None:
            raise ValidationError(_("Give an address or choose a file, one of the two"))
        if field.data:
            typed(materials.address)(self, field)

    def validate_title(self, field: Field) -> None:
        leads_to = str(self.sent_file.filename) if self.sent_file else (self.url.data or "")
        typed(lambda text: link_texts.cleaned(text, leads_to=leads_to))(self, field)

    def refuse(self, refusal: Refused) -> None:
        if refusal.field and refusal.field in self:
            self[refusal.field].errors = [refusal.message]
        else:
            self.form_errors.append(refusal.message)

    @property
    def sent(self) -> dict[str, Any]:
        session_id = self.session.data or ""
        return {
            "title": self.title.data or "",
            "session_id": int(session_id) if session_id.isdecimal() and len(session_id) < 10 else None,
            "language": self.language.data or "",
            "url": self.url.data or None,
            "upload": self.upload,
        }


@blueprint.after_request
def keep_to_itself(response: Response) -> Response:
    """An address that holds a key leaves no trace in caches, search engines and other sites' logs."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


def found(token: str) -> Engagement:
    """Whose page this is; 410 for a link that was replaced by a newer one."""
    try:
        return keys.find(token)
    except keys.Revoked:
        abort(410)


@blueprint.get("/")
@public
def show(token: str) -> ResponseReturnValue:
    engagement = found(token)
    if request.method == "GET" and engagement.opened_at is None:
        with transaction():
            engaging.opened(found(token))
    return page(found(token), token)


def page(
    engagement: Engagement,
    token: str,
    *,
    details: SpeakerForm | None = None,
    offer: OfferForm | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> Response:
    """The whole page; a form that came back, or a refused answer, is in its place."""
    event = engagement.event
    speaker = queries.one(event, engagement.person_id)
    pending = proposals.photo(engagement)
    said = request.args.get("done")
    body = render_template(
        "speakers/show.html",
        engagement=engagement,
        event=event,
        speaker=speaker,
        parts=[part for part in speaker.parts if not part.session.is_cancelled],
        token=token,
        details=details or details_form(engagement, formdata=None),
        offer=prepared(offer or OfferForm(formdata=None), speaker),
        refusal=refusal,
        chosen=request.form if refusal else {},
        pending=pending,
        waiting=[change.field for change in proposals.changes(engagement)],
        offered=list(proposals.offered(engagement)),
        gate=gate_of(speaker),
        can_answer=not (event.has_begun or event.is_cancelled),
        done=said if said in DONE and request.method == "GET" else None,
        megabytes=files.most_bytes() // 1_000_000,
    )
    return make_response(body, status)


def details_form(engagement: Engagement, **options: Any) -> SpeakerForm:
    """The form with what was proposed, over what is printed."""
    shown, pending = proposals.shown(engagement), proposals.photo(engagement)
    alt = pending.alt if pending else engagement.person.photo_alt
    plain = {name: shown[name] for name in ("name", "printed_as", "bio_pl", "bio_en")}
    form = SpeakerForm(**plain, photo_alt=alt, **person_forms.as_typed(shown["links"]), **options)
    form.has_photo = pending is not None or engagement.person.photo_id is not None
    return form


def prepared(form: OfferForm, speaker: queries.Speaker) -> OfferForm:
    whole = SelectChoice("", _l("The whole event"))
    form.session.choices = [whole, *(SelectChoice(str(part.session.id), part.session.title) for part in speaker.parts)]
    form.language.choices = [SelectChoice("pl", _l("Polish")), SelectChoice("en", _l("English"))]
    return form


def gate_of(speaker: queries.Speaker) -> Gate:
    event = speaker.parts[0].session.event if speaker.parts else None
    return meetings.gate(event, has_place=engaging.has_accepted(speaker)) if event else Gate.NO_PLACE


def back(token: str, done: str, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for(".show", token=token, done=done, _anchor=anchor), 303)


@blueprint.post("/answer")
@public
def answer(token: str) -> ResponseReturnValue:
    engagement = found(token)
    try:
        answers = answers_in(engagement)
        with transaction():
            engaging.answer(found(token), answers, request.form.get("comment", ""))
    except Refused as refusal:
        return page(found(token), token, refusal=refusal, status=422 if refusal.field else 409)
    said = set(answers.values())
    return back(token, said.pop().value if len(said) == 1 else "answered")


def answers_in(engagement: Engagement) -> dict[int, Answer]:
    """What was chosen, by the session's id: one answer to all of them, or one to each."""
    sessions = {appearance.session_id for appearance in queries.appearances_of(engagement.event_id, engagement.person_id)}
    if to_all := ANSWERS.get(request.form.get("all", "")):
        return dict.fromkeys(sessions, to_all)
    chosen = {number: ANSWERS.get(request.form.get(f"answer-{number}", "")) for number in sessions}
    answers = {number: answer for number, answer in chosen.items() if answer}
    if not answers:
        raise Refused(_("Choose an answer"), field="answer")
    return answers


@blueprint.post("/details")
@public
def details(token: str) -> ResponseReturnValue:
    engagement = found(token)
    form = details_form(engagement)
    if not form.validate():
        return page(engagement, token, details=form, status=422)
    with transaction():
        is_waiting = proposals.propose(found(token), form.details)
    return back(token, "proposed" if is_waiting else "unchanged", "announced")


@blueprint.post("/material")
@public
def material(token: str) -> ResponseReturnValue:
    engagement = found(token)
    form = OfferForm()
    if not form.validate():
        return page(engagement, token, offer=form, status=422)
    try:
        with transaction():
            proposals.offer(found(token), **form.sent)
    except Refused as refusal:
        form.refuse(refusal)
        return page(found(token), token, offer=form, status=422 if refusal.field else 409)
    return back(token, "offered", "materials")


@blueprint.post("/material/withdraw")
@public
def withdraw(token: str) -> ResponseReturnValue:
    with transaction():
        proposals.withdraw(found(token), request.form.get("key", ""))
    return back(token, "withdrawn", "materials")


@blueprint.get("/files/<key>")
@public
def file(token: str, key: str) -> ResponseReturnValue:
    """A photo or a material that waits for the organiser."""
    return pending_file(found(token), key)


def pending_file(engagement: Engagement, key: str) -> Response:
    """A file of a proposal, kept nowhere: it is not public yet."""
    waiting = proposals.file_of(engagement, key)
    if waiting is None:
        abort(404)
    is_picture = waiting.media_type.startswith("image/")
    return files.respond(waiting, disposition="inline" if is_picture else "attachment")


@blueprint.get("/join")
@public
def join(token: str) -> ResponseReturnValue:
    """To the meeting in its hours; otherwise back to the page, which says when."""
    engagement = found(token)
    gate = gate_of(queries.one(engagement.event, engagement.person_id))
    meeting = meetings.meeting(engagement.event)
    if gate is not Gate.OPEN or meeting is None:
        return redirect(url_for(".show", token=token), 303)
    return redirect(meeting, 302)

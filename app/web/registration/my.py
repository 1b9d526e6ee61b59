"""One's own registration, by the key in its address: nobody signs in, and each key opens one thing."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta
from werkzeug.utils import redirect

from app import clock, tokens
from app.admission import rules
from app.agenda import materials, overlaps
from app.agenda import queries as agenda
from app.agenda.models import Session
from app.calendar import feeds, links
from app.calendar.links import Link
from app.db import transaction
from app.errors import Refused
from app.ledger import queries as ledger
from app.questions import values
from app.questions.models import Question
from app.registration import (
    answered,
    choices,
    details,
    entries,
    handing,
    joining,
    keys,
    leaving,
    letters,
    plan,
    queries,
    relinking,
    reminders,
    signup,
    waitlist,
)
from app.registration.joining import Gate
from app.registration.models import Purpose, Registration, Status
from app.web import cache, files, headers, ics, language, ledger_words, speaking
from app.web.access import public
from app.web.registration import entry, my_data, question_fields
from app.web.registration.forms import NEEDS, CancelForm, DetailsForm
from app.web.registration.pages import status_of
from app.web.site import site

blueprint = Blueprint("my", __name__)
blueprint.after_request(headers.keep_to_itself)
question_fields.takes_files(blueprint, "details", lambda given: keys.find(Purpose.MY, given["token"]).event)

DONE = frozenset(
    {"plan", "details", "pending", "address", "cancelled", "left", "withdrawn", "undone", "resent", "reminders", "feed"}
    | {"consent", "link", "handed", "kept"}
)
ENDED = {Status.CONFIRMED: "cancelled", Status.WAITING: "left", Status.PENDING: "withdrawn", Status.UNCONFIRMED: "withdrawn"}
"""What it is when somebody goes, by what they had."""


@blueprint.get("/my/<token>/")
@public
def show(token: str) -> ResponseReturnValue:
    return own_page(keys.find(Purpose.MY, token), token)


def own_page(registration: Registration, token: str, refusal: Refused | None = None) -> ResponseReturnValue:
    """The page of a registration, under a refusal if an act was refused."""
    event, now = registration.event, clock.now()
    sessions = agenda.sessions_of(event)
    page = render_template(
        "registration/my.html",
        registration=registration,
        event=event,
        token=token,
        sessions=sessions,
        now=now,
        current=[session for session in sessions if session.is_on_now],
        coming=[session for session in sessions if not session.is_cancelled and session.starts_at > now],
        chosen=choices.ids(registration),
        overlaps={} if event.is_over else overlaps.among(chosen_of(registration, sessions)),
        halls={} if registration.has_ended or event.is_over else entry.halls(event, sessions),
        offered={session.id for session in sessions if choices.is_offered(session)},
        materials=agenda.materials_of(event, registered=registration.is_confirmed),
        gate=joining.gate(registration),
        way_back=signup.way_back(registration) if registration.is_cancelled else None,
        standing=waitlist.standing(registration) if registration.is_waiting else None,
        queues={} if event.is_over else queries.session_positions(registration),
        steps=steps(registration, sessions),
        join_url=site().join(keys.token(registration, Purpose.JOIN)),
        opens_in=format_timedelta(event.meeting_opens_at - now, add_direction=True),
        reminder=reminders.for_place_since(event, registration.turned_at) if registration.turned_at else None,
        answers=own_answers(registration),
        unanswered=unanswered(registration),
        needs=[words for need, words in NEEDS.items() if need in registration.needs],
        privacy=my_data.privacy(registration),
        refusal=refusal,
        declined=[(leaving.goes_with(registration, entry), entry.leaves_at) for entry in leaving.waiting(registration)],
        is_untold=handing.is_untold(registration),
        may_hand_over=handing.is_possible(registration, rules.of(event)),
        done=done(registration),
        **calendars(registration, sessions, token),
    )
    return make_response(page, status_of(refusal) if refusal else 200)


def chosen_of(registration: Registration, sessions: Sequence[Session]) -> list[Session]:
    """What this person chose, where people choose."""
    chosen = choices.ids(registration) if registration.event.asks_sessions else set()
    return [session for session in sessions if session.id in chosen]


def own_answers(registration: Registration) -> list[tuple[str, str, str]]:
    """The answers to the event's own questions: where each is changed, the words of the question, and the answer."""
    asked = language.current()
    answers = answered.of(registration)
    return [(answer.question.field, values.said(answer.wording.label, asked), answered.text(answer, asked)) for answer in answers]


def unanswered(registration: Registration) -> list[Question]:
    """What the organiser still asks this person, as long as an answer is of use."""
    is_past = registration.has_ended or registration.event.is_cancelled or registration.event.is_over
    return [] if is_past else answered.unanswered(registration)


def steps(registration: Registration, sessions: Sequence[Session]) -> list[ledger_words.Told]:
    """The registration's own lines of the ledger; nobody else is in them."""
    lines = ledger.of_registration(registration.event_id, registration.number)
    titles = {session.id: speaking.text_of(session, "title") for session in sessions}
    return ledger_words.told(lines, registration.event.timezone, titles)


def done(registration: Registration) -> str | None:
    """What the address says was done, unless it has been undone since."""
    feed_key = keys.in_use(registration, Purpose.FEED)
    agrees = {
        "plan": registration.event.asks_sessions,
        "pending": registration.pending_email is not None,
        **dict.fromkeys(ENDED.values(), registration.is_cancelled),
        "undone": not registration.has_ended,
        "resent": not registration.has_ended,
        "handed": registration.is_cancelled,
        "feed": feed_key is not None and feed_key.generation > 1,
    }
    word = request.args.get("done")
    return word if word in DONE and agrees.get(word, True) else None


def calendars(registration: Registration, sessions: Sequence[Session], token: str) -> dict[str, object]:
    """The ways of this person's entries into a calendar, and of the own feed beside it."""
    if not registration.is_confirmed:
        return {"entry_links": [], "feed_links": [], "feed_url": None, "feed_generation": None}
    here = site()
    feed_url = here.feed(keys.token(registration, Purpose.FEED))
    file_url = here.base_url + url_for(".invite", token=token)
    held = entries.shaped(registration, sessions, here)
    download = [Link("download", file_url, updates=False)]
    feed_key = keys.in_use(registration, Purpose.FEED)
    return {
        "entry_links": links.entry_links(held[0], file_url=file_url) if len(held) == 1 else download,
        "feed_links": links.subscribe_links(feed_url, registration.event.title)[:-1],
        "feed_url": feed_url,
        "feed_generation": feed_key.generation if feed_key else None,
    }


def back(token: str, done: str | None) -> ResponseReturnValue:
    """To the registration's page, which says what was done, if anything was."""
    return redirect(url_for(".show", token=token, done=done), 303)


@blueprint.post("/my/<token>/plan", endpoint="plan")
@public
def choose(token: str) -> ResponseReturnValue:
    try:
        with transaction():
            plan.choose(keys.find(Purpose.MY, token), request.form.getlist("sessions", type=int))
    except Refused as refusal:
        return own_page(keys.find(Purpose.MY, token), token, refusal)
    return back(token, "plan")


@blueprint.route("/my/<token>/details", methods=["GET", "POST"], endpoint="details")
@public
def change(token: str) -> ResponseReturnValue:
    registration = keys.find(Purpose.MY, token)
    form = DetailsForm(obj=registration)
    is_sent = form.is_submitted()
    form.questions = question_fields.sent(registration.event) if is_sent else question_fields.answers(registration)
    if not form.validate_on_submit():
        return details_page(registration, token, form, 422 if form.is_wrong else 200)
    try:
        with transaction():
            registration = keys.find(Purpose.MY, token)
            details.change_own(registration, **form.details)
            is_pending = details.ask_for_address(registration, form.email.data or "")
    except Refused as refusal:
        form.refuse(refusal)
        return details_page(keys.find(Purpose.MY, token), token, form, status_of(refusal))
    return back(token, "pending" if is_pending else "details")


def details_page(registration: Registration, token: str, form: DetailsForm, status: int) -> Response:
    return make_response(shown("registration/details.html", registration, token, form=form), status)


def shown(template: str, registration: Registration, token: str, **facts: object) -> str:
    """One of the pages beside the registration's own."""
    return render_template(template, registration=registration, event=registration.event, token=token, **facts)


@blueprint.route("/my/<token>/cancel", methods=["GET", "POST"])
@public
def cancel(token: str) -> ResponseReturnValue:
    registration = keys.find(Purpose.MY, token)
    form = CancelForm()
    if registration.has_ended:
        return redirect(url_for(".show", token=token), 303)
    if request.method != "POST":
        return shown("registration/cancel.html", registration, token, form=form)
    had = registration.status
    with transaction():
        signup.cancel(keys.find(Purpose.MY, token), form.chosen_reason)
    return back(token, ENDED[had])


@blueprint.post("/my/<token>/undo")
@public
def undo(token: str) -> ResponseReturnValue:
    try:
        with transaction():
            signup.reinstate(keys.find(Purpose.MY, token))
    except Refused as refusal:
        return own_page(keys.find(Purpose.MY, token), token, refusal)
    return back(token, "undone")


@blueprint.post("/my/<token>/resend")
@public
def resend(token: str) -> ResponseReturnValue:
    with transaction():
        letters.again(keys.find(Purpose.MY, token))
    return back(token, "resent")


@blueprint.route("/my/<token>/reminders", methods=["GET", "POST"], endpoint="reminders")
@public
def remind(token: str) -> ResponseReturnValue:
    """A page with a button; a mail program turns reminders off in one step (RFC 8058) and reads no page."""
    registration = keys.find(Purpose.MY, token)
    if request.method != "POST":
        return shown("registration/reminders.html", registration, token)
    is_one_step = request.form.get("List-Unsubscribe") == "One-Click"
    with transaction():
        reminders.want(keys.find(Purpose.MY, token), not is_one_step and request.form.get("wanted") == "yes")
    return Response("", 200, mimetype="text/plain") if is_one_step else back(token, "reminders")


@blueprint.get("/my/<token>/materials/<int:material_id>/<name>")
@public
def material(token: str, material_id: int, name: str) -> ResponseReturnValue:
    """A file for people who have a place."""
    registration = keys.find(Purpose.MY, token)
    return files.respond(materials.file_for(registration.event, material_id, name, registered=registration.is_confirmed))


@blueprint.get("/my/<token>/invite.ics")
@public
def invite(token: str) -> ResponseReturnValue:
    registration = keys.find(Purpose.MY, token)
    event = registration.event
    held = entries.owned(registration, site())
    if not held:
        abort(404)
    body = feeds.publish(held, site=site(), name=event.full_title, zone=event.zone, source=None, is_feed=False)
    return ics.respond(request, body, max(slot.modified_at for slot in held), filename=f"{event.slug}.ics", private=True)


@blueprint.post("/my/<token>/feed")
@public
def new_feed(token: str) -> ResponseReturnValue:
    with transaction():
        generation = request.form.get("generation", type=int) or 0
        is_new = keys.replace(keys.find(Purpose.MY, token), Purpose.FEED, generation)
    return back(token, "feed" if is_new else None)


@blueprint.post("/my/<token>/link")
@public
def new_link(token: str) -> ResponseReturnValue:
    with transaction():
        registration = relinking.replace(token)
        own = keys.token(registration, Purpose.MY)
    return back(own, "link")


@blueprint.route("/my/address/<token>", methods=["GET", "POST"])
@public
def address(token: str) -> ResponseReturnValue:
    """Where the letter to a new address leads: mail programs open links by themselves, so only the button changes it."""
    registration = keys.find(Purpose.ADDRESS, token)
    if request.method != "POST":
        return shown("registration/address.html", registration, token)
    with transaction():
        registration = keys.find(Purpose.ADDRESS, token)
        details.change_address(registration)
        own = keys.token(registration, Purpose.MY)
    return back(own, "address")


@blueprint.get("/feeds/<token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    cache.shows(cache.feed(tokens.digest(token)))
    registration = keys.find(Purpose.FEED, token)
    event = registration.event
    held = entries.feed(registration, site())
    alarm = ics.alarm(request)
    name = event.named(registration.language).text
    body = feeds.publish(held, site=site(), name=name, zone=event.zone, source=None, is_feed=True, alarm=alarm)
    return ics.respond(request, body, entries.changed_at(registration, held), private=True)


@blueprint.get("/join/<token>")
@public
def join(token: str) -> ResponseReturnValue:
    """To the meeting, wherever it is now. A HEAD request looks only; somebody who follows the link has come."""
    registration = keys.find(Purpose.JOIN, token)
    gate, event = joining.gate(registration), registration.event
    meeting = joining.meeting(event)
    if gate is not Gate.OPEN or meeting is None:
        return shown("registration/join.html", registration, token, gate=gate)
    if request.method == "GET" and registration.joined_at is None:
        with transaction():
            joining.come(keys.find(Purpose.JOIN, token))
    return redirect(meeting, 302)

"""Which room puts a letter together: by what the letter is about."""

from collections.abc import Callable, Mapping, Sequence

from app.accounts import letters as accounts
from app.admission import letters as admission
from app.changes import letters as changes
from app.events import invitations
from app.mail.letters import Letter
from app.mail.models import Message
from app.mailings import letters as mailings
from app.panels import letters as panels
from app.privacy import letters as privacy
from app.registration import letters as registration
from app.registration import mailbox
from app.site import Site

Compose = Callable[[Message, Site], Letter | None]
Composer = Callable[[Sequence[Message]], Compose]

COMPOSERS: Mapping[str, Composer] = {
    "account": accounts.composer,
    "invitation": invitations.composer,
    "invitee": admission.composer,
    "registration": registration.composer,
    "panel": panels.composer,
    "retention": privacy.composer,
    "mailbox": mailbox.composer,
}
"""By the first word of a thread; each takes all its messages of a batch, so that what they tell is read together."""

COMPOSERS_BY_LETTER: Mapping[str, Composer] = {
    "message": mailings.composer,
    "changes": changes.composer,
    "speaker_changes": changes.speakers_composer,
}
"""By letter, which goes before: what somebody wrote to those of a thread of another room."""


def composer(messages: Sequence[Message]) -> Compose:
    """`compose` for the letters of one batch, whichever rooms they come from."""
    makers = {maker(message) for message in messages}
    composers = {make: make([message for message in messages if maker(message) is make]) for make in makers}

    def compose(message: Message, site: Site) -> Letter | None:
        return composers[maker(message)](message, site)

    return compose


def maker(message: Message) -> Composer:
    """Whose letter it is."""
    return COMPOSERS_BY_LETTER.get(message.letter) or COMPOSERS[about(message)]


def about(message: Message) -> str:
    """The first word of the thread: registration:..., panel:..., account:..."""
    return message.thread.partition(":")[0]

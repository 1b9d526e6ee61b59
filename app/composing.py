"""Which room puts a letter together: by what the letter is about."""

from collections.abc import Callable, Mapping, Sequence

from app.mail.letters import Letter
from app.mail.models import Message
from app.registration import letters as registration
from app.site import Site

Compose = Callable[[Message, Site], Letter | None]
Composer = Callable[[Sequence[Message]], Compose]

COMPOSERS: Mapping[str, Composer] = {
    "registration": registration.composer,
}
"""By the first word of a thread; each takes all its messages of a batch, so that what they tell is read together."""


def composer(messages: Sequence[Message]) -> Compose:
    """`compose` for the letters of one batch, whichever rooms they come from."""
    of_room = {room: make([message for message in messages if about(message) == room]) for room, make in COMPOSERS.items()}

    def compose(message: Message, site: Site) -> Letter | None:
        return of_room[about(message)](message, site)

    return compose


def about(message: Message) -> str:
    """The first word of the thread: registration:..., panel:..., account:..."""
    return message.thread.partition(":")[0]

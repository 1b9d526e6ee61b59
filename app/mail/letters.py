"""What a letter is before it becomes a mail: whom it is for, and what its templates may say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from app.mail.models import Message
from app.mail.own_words import Words
from app.site import Site


@dataclass(frozen=True)
class CalendarPart:
    """An iMIP part (RFC 6047): `method` is the METHOD that stands in the bytes, in capitals."""

    method: str
    ics: bytes


@dataclass(frozen=True)
class Letter:
    """One letter to one address, ready to be rendered.

    `name` is the folder under templates/mail; `facts` are what its three templates see beside `letter` itself.
    `from_address` is also the ORGANIZER of the calendar part, `to_address` its one ATTENDEE.
    `unsubscribe` is the address where one step ends letters of this kind (RFC 8058). `own` are the organiser's words
    that stand in place of the standard subject and opening.
    """

    name: str
    language: str
    message_id: str
    to_name: str
    to_address: str
    from_name: str
    from_address: str
    facts: Mapping[str, object] = field(repr=False)
    calendar: CalendarPart | None = field(default=None, repr=False)
    unsubscribe: str | None = field(default=None, repr=False)
    in_reply_to: str | None = None
    own: Words | None = field(default=None, repr=False)

    @property
    def has_own_text(self) -> bool:
        return self.own is not None and bool(self.own.text)

    @classmethod
    def of(
        cls,
        message: Message,
        site: Site,
        facts: Mapping[str, object],
        *,
        by: str | None = None,
        name: str | None = None,
        **further: Any,
    ) -> Self:
        """What a message leaves as, under another name than its own if one is given.

        From our mailbox, in the name of whoever it is written by; of the operator where nobody is named.
        """
        return cls(
            name=name or message.letter,
            language=message.language,
            message_id=message.message_id,
            to_name=message.to_name,
            to_address=message.to_address,
            from_name=" ".join((by or site.sender_name).replace('"', "").split()),
            from_address=site.sender_address,
            facts=facts,
            **further,
        )

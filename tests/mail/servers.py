"""Mail servers that are not as kind as the usual one."""

import asyncio
import ssl
from typing import Any, cast

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.mailbox import Mailbox


class Server(Mailbox):
    """A mail server with options of its own; `connections` counts those it took, `received` holds the bytes as they came."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = options
        self.connections = 0
        self.received: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        self.received.append(cast(bytes, envelope.content))
        return await super().handle_DATA(server, session, envelope)

    def made(self) -> SMTP:
        self.connections += 1
        return SMTP(self, hostname="mail.example.org", loop=self.loop, **self.options)

    async def serve(self) -> None:
        server = await self.loop.create_server(self.made, sock=self.listener)
        await self.ended.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Picky(Server):
    """Answers RCPT by what stands before the @: `nobody` is unknown, `later` is asked to wait, `closing` is hung up on."""

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802 - aiosmtpd calls it so
        answers = {"nobody": "550 5.1.1 User unknown", "later": "450 4.2.1 Greylisted", "closing": "421 4.7.0 Too many"}
        if answer := answers.get(address.partition("@")[0]):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"


class Flaky(Server):
    """Fails the first message after it was received, then takes all."""

    failures = 1

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        if self.failures:
            self.failures -= 1
            return "451 4.3.0 Out of order"
        return await super().handle_DATA(server, session, envelope)


def guarded(authority: trustme.CA, name: str = "127.0.0.1") -> Server:
    """A server that wants STARTTLS and then the name `plenum` with the password `secret`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"plenum", b"secret")
        return AuthResult(success=is_right, handled=False)

    return Server(tls_context=context, require_starttls=True, auth_required=True, authenticator=check)

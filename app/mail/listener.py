"""Takes mail from a mail server on the same machine, by SMTP or LMTP: it answers 250 when the mail is kept, not before."""

import asyncio
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable
from typing import cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.mail.inbox import LARGEST

log = logging.getLogger(__name__)

LOCALHOST = ipaddress.ip_address("127.0.0.1")
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
MOST_RECIPIENTS = 20
SECONDS_OF_SILENCE = 60
SECONDS_TO_ANSWER = 0.2
LARGEST_TAKEN = 4 * LARGEST
KEPT = "250 2.0.0 Kept"
LATER = "451 4.3.0 It cannot be kept now: try again"

Keep = Callable[[bytes, str], object]
"""Keeps a mail for good, given its bytes and the addresses that it is for; raises where it cannot."""


class ByLmtp(LMTP):
    line_length_limit = LARGEST


class BySmtp(SMTP):
    line_length_limit = LARGEST


class Elsewhere(Exception):
    """An address that is not this machine's own; the message is a sentence for the operator."""


class Taking:
    """What is done with each mail that is handed over."""

    def __init__(self, keep: Keep) -> None:
        self.keep = keep
        self.turn = asyncio.Lock()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802 - aiosmtpd calls it so
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Keep it, one mail after another: the database has one writer. LMTP wants an answer for each recipient."""
        answer = await self.kept(cast(bytes, envelope.content), envelope.rcpt_tos)
        return "\r\n".join([answer] * len(envelope.rcpt_tos)) if isinstance(server, LMTP) else answer

    async def kept(self, raw: bytes, recipients: list[str]) -> str:
        try:
            async with self.turn:
                await asyncio.to_thread(self.keep, raw, ", ".join(recipients))
        except Exception as error:  # noqa: BLE001 - whatever it is, the mail server has the mail still
            log.error("a mail could not be kept: %s", type(error).__name__)
            return LATER
        return KEPT


def listen(host: str, port: int, keep: Keep, *, by_lmtp: bool, ready: Callable[[int], object]) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told the port once it listens. Raises `Elsewhere` and `OSError`."""
    check(host)
    address = ipaddress.ip_address(host) if host != "localhost" else LOCALHOST
    with socket.create_server((str(address), port), family=FAMILIES[address.version]) as listening:
        asyncio.run(serve(listening, keep, by_lmtp=by_lmtp, ready=ready))


async def serve(listening: socket.socket, keep: Keep, *, by_lmtp: bool, ready: Callable[[int], object]) -> None:
    loop, ended, taking = asyncio.get_running_loop(), asyncio.Event(), Taking(keep)

    def spoken_to() -> SMTP:
        protocol = ByLmtp if by_lmtp else BySmtp
        return protocol(
            taking,
            hostname="plenum.localhost",
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST_TAKEN,
            timeout=SECONDS_OF_SILENCE,
            loop=loop,
        )

    server = await loop.create_server(spoken_to, sock=listening)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    ready(listening.getsockname()[1])
    await ended.wait()
    server.close()
    async with taking.turn:  # what was handed over is kept and answered first
        await asyncio.sleep(SECONDS_TO_ANSWER)


def check(host: str) -> None:
    """Only this machine: there is no sign-in here, and whoever can connect can hand in what they like."""
    try:
        is_ours = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_ours = host == "localhost"
    if not is_ours:
        raise Elsewhere(
            f"{host} can be reached from elsewhere. Listen at 127.0.0.1, and let your mail server hand mail over there."
        )

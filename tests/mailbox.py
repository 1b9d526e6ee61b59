"""A real mail server on the loopback that keeps what it is given."""

import asyncio
import socket
import threading
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope


@dataclass(frozen=True)
class Delivery:
    """One message with its envelope: who it came from and whom it was for."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


class Mailbox:
    """Takes every letter, each after `delay` seconds; `messages` are those received, in their order.

    `arrived` counts the letters that a client has sent whole, whether it has had the answer yet or not.
    """

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.delay = 0.0
        self.arrived = 0
        self.host = "127.0.0.1"
        self.listener = socket.create_server((self.host, 0))
        self.port: int = self.listener.getsockname()[1]
        self.loop = asyncio.new_event_loop()
        self.ended = asyncio.Event()
        self.thread = threading.Thread(target=self.run, name="mailbox", daemon=True)

    @property
    def messages(self) -> list[EmailMessage]:
        return [delivery.message for delivery in self.deliveries]

    def to(self, address: str) -> list[EmailMessage]:
        """The messages for one address."""
        return [delivery.message for delivery in self.deliveries if address in delivery.recipients]

    def wait_for(self, number: int, address: str | None = None, seconds: float = 20) -> list[EmailMessage]:
        """The messages (of one address), once there are so many; fails when they do not come."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.to(address) if address else self.messages
            if len(found) >= number:
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"{number} letters were expected in {seconds} s and {len(found)} came")
            time.sleep(0.02)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        self.arrived += 1
        await asyncio.sleep(self.delay)
        content = cast(bytes, envelope.content)
        message = message_from_bytes(content, policy=policy.default)
        self.deliveries.append(Delivery(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
        return "250 OK"

    def start(self) -> None:
        self.thread.start()

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.serve())
        self.loop.close()

    async def serve(self) -> None:
        server = await self.loop.create_server(
            lambda: SMTP(self, hostname="mail.example.org", loop=self.loop), sock=self.listener
        )
        await self.ended.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def stop(self) -> None:
        """Close the server and end its thread."""
        self.loop.call_soon_threadsafe(self.ended.set)
        self.thread.join(10)

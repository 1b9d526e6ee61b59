"""A mail server of its own process: it takes every letter, counts it, and on SIGTERM prints what came as one line of JSON."""

import asyncio
import json
import signal
import sys
import time

from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """Counts letters and bytes, and remembers when the first and the last came."""

    def __init__(self) -> None:
        self.letters = 0
        self.bytes = 0
        self.first_at = 0.0
        self.last_at = 0.0
        self.addresses: set[str] = set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        self.last_at = time.monotonic()
        self.first_at = self.first_at or self.last_at
        self.letters += 1
        self.bytes += len(envelope.content or b"")
        self.addresses.update(envelope.rcpt_tos)
        return "250 OK"

    def summary(self) -> dict[str, float]:
        seconds = self.last_at - self.first_at
        return {"letters": self.letters, "addresses": len(self.addresses), "bytes": self.bytes, "seconds": seconds}


async def serve() -> None:
    """Listen on a free port, say which, and take letters until told to stop."""
    sink, stopped = Sink(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    server = await loop.create_server(lambda: SMTP(sink, hostname="mail.example.org", loop=loop), "127.0.0.1", 0)
    tell({"port": server.sockets[0].getsockname()[1]})
    await stopped.wait()
    tell(sink.summary())


def tell(facts: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve())

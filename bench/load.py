"""The load: one process, non-blocking sockets, bytes made beforehand, so that it takes little from the server beside it."""

import selectors
import socket
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.conversations import HEAD_ENDS, Answer, Conversation, Request, again_and_again

CHUNK = 256 * 1024
SILENCE = 20.0


class NoAnswer(Exception):
    """The server closed the connection, was silent, or answered in a way that we do not read."""


@dataclass
class Round:
    """What came of one stretch of load."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return self.statuses.total()

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds

    def wait(self, share: float = 0.5) -> float:
        """The wait for an answer, in seconds, that this share of requests did not exceed."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Client:
    """One keep-alive connection with its conversation."""

    def __init__(self, port: int, conversation: Conversation, found: Round) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SILENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.conversation = conversation
        self.found = found
        self.heard = bytearray()
        self.whole = 0
        self.asked_at = 0.0

    def begin(self) -> None:
        self.ask(next(self.conversation))
        self.socket.setblocking(False)

    def ask(self, request: Request) -> None:
        """Send a request; ours are far smaller than a socket's buffer."""
        wire = request.wire
        self.asked_at = time.perf_counter()
        if self.socket.send(wire) != len(wire):
            raise NoAnswer("a request did not fit into the socket's buffer")

    def hear(self) -> Answer | None:
        """Take what has come; the answer when it is whole."""
        chunk = self.socket.recv(CHUNK)
        if not chunk:
            raise NoAnswer("the server closed the connection")
        self.heard += chunk
        if not self.whole:
            self.whole = length_of(self.heard)
        if not self.whole or len(self.heard) < self.whole:
            return None
        self.found.waits.append(time.perf_counter() - self.asked_at)
        answer = read(self.heard)
        self.found.statuses[answer.status] += 1
        self.heard.clear()
        self.whole = 0
        return answer

    def go_on(self, answer: Answer) -> None:
        self.ask(self.conversation.send(answer))


def length_of(heard: bytearray) -> int:
    """The length of the whole answer, or 0 while its head has not come."""
    end = heard.find(HEAD_ENDS)
    if end < 0:
        return 0
    if heard[9:12] == b"304":
        return end + len(HEAD_ENDS)
    at = heard.lower().find(b"\r\ncontent-length: ", 0, end)
    if at < 0:
        raise NoAnswer(f"an answer without Content-Length: {bytes(heard[:end])!r}")
    return end + len(HEAD_ENDS) + int(heard[at + 18 : heard.find(b"\r\n", at + 2)])


def read(heard: bytearray) -> Answer:
    """The whole answer that was heard."""
    head, _, body = bytes(heard).partition(HEAD_ENDS)
    return Answer(int(head[9:12]), head, body)


def run(port: int, conversations: Sequence[Conversation], seconds: float) -> Round:
    """Let each conversation go on over its own connection for that long; the last answers are waited for."""
    found = Round()
    clients = [Client(port, conversation, found) for conversation in conversations]
    try:
        with selectors.DefaultSelector() as selector:
            for client in clients:
                selector.register(client.socket, selectors.EVENT_READ, client)
            begun = time.perf_counter()
            for client in clients:
                client.begin()
            serve(selector, begun + seconds)
            found.seconds = time.perf_counter() - begun
    finally:
        for client in clients:
            client.socket.close()
    return found


def serve(selector: selectors.BaseSelector, until: float) -> None:
    """Move whatever can move; after `until` no more is asked."""
    while selector.get_map():
        ready = selector.select(SILENCE)
        if not ready:
            raise NoAnswer(f"no answer for {SILENCE:.0f} s")
        is_over = time.perf_counter() >= until
        for key, _ in ready:
            client: Client = key.data
            answer = client.hear()
            if answer is not None and is_over:
                selector.unregister(client.socket)
            elif answer is not None:
                client.go_on(answer)


def ask(port: int, request: Request) -> Answer:
    """One answer over a connection of its own."""
    answers: list[Answer] = []

    def once() -> Conversation:
        answers.append((yield request))
        yield request

    client = Client(port, once(), Round())
    try:
        client.begin()
        client.socket.settimeout(SILENCE)
        while (answer := client.hear()) is None:
            pass
        return answer
    finally:
        client.socket.close()


def pace(port: int, request: Request, clients: int, seconds: float) -> Round:
    """So many clients asking for the same thing."""
    return run(port, [again_and_again(request) for _ in range(clients)], seconds)


def median_wait(port: int, conversation: Conversation, times: int) -> float:
    """The median wait of one client alone, in seconds."""
    found = Round()
    client = Client(port, conversation, found)
    try:
        client.begin()
        client.socket.settimeout(SILENCE)
        while len(found.waits) < times:
            if (answer := client.hear()) is not None and len(found.waits) < times:
                client.go_on(answer)
    finally:
        client.socket.close()
    return statistics.median(found.waits)

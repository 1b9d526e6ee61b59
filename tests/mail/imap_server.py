"""A small IMAP server on the loopback: one account, its folders, and the few commands that fetching takes (RFC 3501, 6851)."""

import re
import socketserver
import ssl
import threading
from dataclasses import dataclass, field

COMMAND = re.compile(rb"(\S+) (?:UID )?(\S+) ?(.*)", re.IGNORECASE)


@dataclass
class Letter:
    """A mail in a folder."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


class ImapServer(socketserver.ThreadingTCPServer):
    """Holds INBOX and other folders; `said` are the commands it was given, `refuses` those it answers with NO."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *mails: bytes, can_move: bool = True, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.folders: dict[str, list[Letter]] = {"INBOX": [], "Read": []}
        self.can_move = can_move
        self.context = context
        self.said: list[str] = []
        self.refuses: set[str] = set()
        self.lock = threading.RLock()
        self.next_uid = 1
        self.port: int = self.server_address[1]
        for raw in mails:
            self.put("INBOX", raw)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> "ImapServer":
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()

    def put(self, folder: str, raw: bytes, *flags: str) -> None:
        with self.lock:
            self.folders[folder].append(Letter(self.next_uid, raw, set(flags)))
            self.next_uid += 1

    def flags(self, folder: str = "INBOX") -> list[list[str]]:
        return [sorted(letter.flags) for letter in self.folders[folder]]

    def bodies_fetched(self) -> int:
        return sum("BODY" in command for command in self.said)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error of the server's."""


class Conversation(socketserver.StreamRequestHandler):
    """One client's."""

    disable_nagle_algorithm = True
    server: ImapServer
    folder = "INBOX"

    def setup(self) -> None:
        if self.server.context:
            self.request = self.server.context.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def handle(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            try:
                self.request.do_handshake()
            except OSError:
                return
        self.say("* OK ready")
        while line := self.rfile.readline():
            told = COMMAND.match(line.strip())
            assert told is not None
            tag, verb, rest = (part.decode() for part in told.groups())
            with self.server.lock:
                self.server.said.append(f"{verb.upper()} {rest}")
                self.answer(tag, verb.upper(), rest)
            if verb.upper() == "LOGOUT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def answer(self, tag: str, verb: str, rest: str) -> None:
        if verb in self.server.refuses:
            self.say(f"{tag} NO not now")
            return
        result = getattr(self, f"on_{verb.lower()}")(rest)
        self.say(f"{tag} {result or 'OK done'}")

    def on_capability(self, rest: str) -> None:
        self.say(f"* CAPABILITY IMAP4rev1{' MOVE' if self.server.can_move else ''}")

    def on_login(self, rest: str) -> str | None:
        return None if rest == '"plenum@example.org" "se \\"cret"' else "NO wrong"

    def on_logout(self, rest: str) -> None:
        self.say("* BYE")

    def on_select(self, rest: str) -> str | None:
        self.folder = rest.strip('"')
        if self.folder not in self.server.folders:
            return "NO no such folder"
        self.say(f"* {len(self.letters)} EXISTS")
        return None

    @property
    def letters(self) -> list[Letter]:
        return self.server.folders[self.folder]

    def on_search(self, rest: str) -> None:
        hidden = {"UNSEEN": "\\Seen", "UNDELETED": "\\Deleted"}[rest]
        self.say(f"* SEARCH {' '.join(str(letter.uid) for letter in self.letters if hidden not in letter.flags)}")

    def among(self, numbers: str) -> list[tuple[int, Letter]]:
        wanted = {int(number) for number in numbers.split(",")}
        return [(place, letter) for place, letter in enumerate(self.letters, 1) if letter.uid in wanted]

    def on_fetch(self, rest: str) -> None:
        numbers, wanted = rest.split(" ", 1)
        for place, letter in self.among(numbers):
            if part := re.search(r"BODY\.PEEK\[(.*?)\]<0\.(\d+)>", wanted):
                whole = letter.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if part[1] else letter.raw
                content = whole[: int(part[2])]
                self.say(f"* {place} FETCH (UID {letter.uid} BODY[{part[1]}]<0> {{{len(content)}}}")
                self.wfile.write(content)
                self.say(")")
            else:
                self.say(f"* {place} FETCH (RFC822.SIZE {len(letter.raw)} UID {letter.uid})")

    def on_store(self, rest: str) -> None:
        numbers, _, flags = rest.split(" ", 2)
        for _, letter in self.among(numbers):
            letter.flags |= set(flags.strip("()").split())

    def on_copy(self, rest: str) -> str | None:
        numbers, folder = rest.split(" ", 1)
        if folder.strip('"') not in self.server.folders:
            return "NO [TRYCREATE] no such folder"
        for _, letter in self.among(numbers):
            self.server.put(folder.strip('"'), letter.raw, *letter.flags)
        return None

    def on_move(self, rest: str) -> str | None:
        if refusal := self.on_copy(rest):
            return refusal
        gone = {letter.uid for _, letter in self.among(rest.split(" ", 1)[0])}
        self.server.folders[self.folder] = [letter for letter in self.letters if letter.uid not in gone]
        return None

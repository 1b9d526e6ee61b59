"""The site's own addresses: what letters and calendars link to, and whom they come from."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Site:
    """Where this installation stands in the world; paths are the outward contract."""

    base_url: str
    calendar_domain: str
    sender_name: str
    sender_address: str
    operator_name: str

    def written_by(self, tag: str | None) -> "Site":
        """This site as it writes to somebody whose answers come to a plus-address of ours: From and ORGANIZER are that one."""
        if not tag:
            return self
        local, at, domain = self.sender_address.rpartition("@")
        return replace(self, sender_address=f"{local}+{tag}{at}{domain}")

    def home(self) -> str:
        return f"{self.base_url}/"

    def privacy(self) -> str:
        return f"{self.base_url}/privacy"

    def event(self, slug: str) -> str:
        return f"{self.base_url}/events/{slug}/"

    def register_by(self, slug: str, token: str) -> str:
        """The form for whoever is invited by this key."""
        return f"{self.base_url}/events/{slug}/register?invitation={token}"

    def session(self, event_slug: str, slug: str) -> str:
        return f"{self.base_url}/events/{event_slug}/sessions/{slug}/"

    def my(self, token: str) -> str:
        return f"{self.base_url}/my/{token}/"

    def cancel(self, token: str) -> str:
        return f"{self.base_url}/my/{token}/cancel"

    def keep(self, token: str) -> str:
        """Where somebody takes back that their calendar declined."""
        return f"{self.base_url}/my/{token}/keep"

    def accept(self, token: str) -> str:
        return f"{self.base_url}/my/{token}/accept"

    def proof(self, token: str) -> str:
        return f"{self.base_url}/my/proof/{token}"

    def reminders(self, token: str) -> str:
        return f"{self.base_url}/my/{token}/reminders"

    def mailbox(self, token: str) -> str:
        return f"{self.base_url}/my/all/{token}"

    def new_address(self, token: str) -> str:
        return f"{self.base_url}/my/address/{token}"

    def password(self, key: str) -> str:
        return f"{self.base_url}/organise/password/{key}"

    def colleague(self, token: str) -> str:
        return f"{self.base_url}/organise/invitation/{token}"

    def desk(self) -> str:
        return f"{self.base_url}/organise/"

    def desk_privacy(self, event_id: int) -> str:
        return f"{self.base_url}/organise/events/{event_id}/privacy"

    def feed(self, token: str) -> str:
        return f"{self.base_url}/feeds/{token}.ics"

    def plan_feed(self, token: str) -> str:
        return f"{self.base_url}/plans/{token}.ics"

    def programme_feed(self, slug: str) -> str:
        return f"{self.base_url}/programmes/{slug}/calendar.ics"

    def join(self, token: str) -> str:
        return f"{self.base_url}/join/{token}"

    def speak(self, token: str) -> str:
        return f"{self.base_url}/speak/{token}/"

    def calendar(self) -> str:
        return f"{self.base_url}/calendar.ics"

    def event_file(self, slug: str) -> str:
        return f"{self.base_url}/events/{slug}/event.ics"

    def agenda_feed(self, slug: str) -> str:
        return f"{self.base_url}/events/{slug}/agenda.ics"

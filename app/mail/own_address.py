"""Our own mailbox: which addresses lead to it, and the tags of its plus-addresses, by which answers say whose they are."""

import secrets
from collections.abc import Iterable, Sequence

from app.mail.addresses import in_ascii_domain

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
LENGTH = 16
_address = ""
_gives_tags = False


def use(address: str, *, gives_tags: bool = False) -> None:
    """Set the mailbox that letters come from, and whether new people get a plus-address of it."""
    global _address, _gives_tags
    _address, _gives_tags = compared(address), gives_tags


def new_tag() -> str | None:
    """A tag that nobody can guess, for somebody new; nothing where plus-addresses are not used."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) if _gives_tags else None


def is_ours(address: str) -> bool:
    """Whether the address is the mailbox, or a plus-address of it."""
    return plain(compared(address)) == _address


def tags_in(addresses: Iterable[str]) -> Sequence[str]:
    """The tags of those addresses that are plus-addresses of ours."""
    ours = (compared(address) for address in addresses if is_ours(address))
    return [tag for address in ours if (tag := address.rpartition("@")[0].removeprefix(_address.rpartition("@")[0])[1:])]


def compared(address: str) -> str:
    """As addresses of ours are compared; one whose domain has no ASCII form is as it stands."""
    try:
        return in_ascii_domain(address.strip()).casefold()
    except UnicodeError:
        return address.strip().casefold()


def plain(address: str) -> str:
    """The address without what stands after a plus that ours has not."""
    local, at, domain = address.rpartition("@")
    own = _address.rpartition("@")[0]
    return f"{own}{at}{domain}" if local.startswith(f"{own}+") else address

"""E-mail addresses and domains, as mail servers know them."""

import idna


def ascii_domain(domain: str) -> str:
    """The domain in ASCII (IDNA 2008, RFC 5891); raises `UnicodeError` where it has no such form."""
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")


def in_ascii_domain(address: str) -> str:
    """The address with its domain in ASCII; what stands before the @ is the receiving server's own (RFC 6531)."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{ascii_domain(domain)}"


def in_unicode_domain(address: str) -> str:
    """The address with its domain as people write it; as it stands where it has no such form."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{idna.decode(domain)}" if "xn--" in domain.casefold() else address
    except UnicodeError:
        return address

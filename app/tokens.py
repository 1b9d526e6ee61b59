"""Keys that travel in addresses: derived from the secret, stored only as digests."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

_secrets: tuple[bytes, ...] = ()


def use(secret: str, *former: str) -> None:
    """Set the secret that new tokens are derived from, and the former ones that still hold."""
    global _secrets
    _secrets = tuple(key.encode() for key in (secret, *former))


def random() -> str:
    """A fresh key of 144 random bits, for what is not derived."""
    return secrets.token_urlsafe(18)


def digest(token: str) -> str:
    """What the database keeps of a token: it finds the row and does not open the door."""
    return sha256(token.encode()).hexdigest()


def derive(purpose: str, of: str) -> str:
    """The token of one purpose (192 bits): the same whenever it is asked for, so it is stored nowhere."""
    return _derive(_secrets[0], purpose, of)


def recall(purpose: str, of: str, known_digest: str) -> str:
    """The token whose digest is known, also after the secret was changed; raises `LookupError` if none fits."""
    for secret in _secrets:
        token = _derive(secret, purpose, of)
        if hmac.compare_digest(digest(token), known_digest):
            return token
    raise LookupError(f"no secret gives the stored digest of this {purpose} token")


def matches(token: str, purpose: str, of: str) -> bool:
    """Whether this is the token of that purpose, made under any secret that holds."""
    return any(hmac.compare_digest(token.encode(), _derive(secret, purpose, of).encode()) for secret in _secrets)


def keys_for(purpose: str) -> list[bytes]:
    """Keys of 32 bytes for another algorithm, one from each secret; what is new is made with the first."""
    return [hmac.new(secret, f"key|{purpose}".encode(), sha256).digest() for secret in _secrets]


def fingerprint(purpose: str, text: str) -> str:
    """A keyed digest of something personal (an address, a network), to compare and to count by."""
    return hmac.new(_secrets[0], f"{purpose}|{text}".encode(), sha256).hexdigest()


def _derive(secret: bytes, purpose: str, of: str) -> str:
    return urlsafe_b64encode(hmac.new(secret, f"token|{purpose}|{of}".encode(), sha256).digest()[:24]).decode()

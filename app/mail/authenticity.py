"""Whether our own mail server found that a mail does not come from whom it says (RFC 8601)."""

import re
from collections.abc import Sequence

COMMENT = re.compile(r"\([^()]*\)")
FAILED = re.compile(r"\s*dmarc\s*=\s*fail\b", re.IGNORECASE)
_authserv_id = ""


def use(authserv_id: str | None) -> None:
    """Set the name by which our mail server signs its findings; without one nobody's are believed."""
    global _authserv_id
    _authserv_id = (authserv_id or "").casefold()


def is_checked() -> bool:
    """Whether our mail server says of each mail if it comes from whom its From names: of no other header does DMARC speak."""
    return bool(_authserv_id)


def has_failed(results: Sequence[str]) -> bool:
    """Whether DMARC failed, by the topmost Authentication-Results of our server: whatever is below may be forged."""
    for result in results:
        signed, *findings = bare(result).split(";")
        if _authserv_id and signed.strip().partition(" ")[0].casefold() == _authserv_id:
            return any(FAILED.match(finding) for finding in findings)
    return False


def bare(result: str) -> str:
    """Without its comments, which may stand in one another."""
    for _ in range(4):
        result = COMMENT.sub("", result)
    return " ".join(result.split())

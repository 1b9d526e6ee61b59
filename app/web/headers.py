"""Security headers on every answer, and lasting addresses for static files. No page has an inline script, so no nonce."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response

import config

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)


def init(app: Flask, settings: config.Settings) -> None:
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if settings.in_production:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    def versioned(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values.setdefault("v", version(config.ROOT / "static" / values["filename"]))

    app.after_request(protect)
    app.url_defaults(versioned)


def keep_to_itself(response: Response) -> Response:
    """For pages at addresses that hold a key: they leave no trace in caches, search engines and other sites' logs."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@lru_cache(maxsize=64)
def version(path: Path) -> str:
    """What distinguishes a file's content, in its address: the file may then be kept for a year."""
    return sha256(path.read_bytes()).hexdigest()[:12]

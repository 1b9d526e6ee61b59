"""Applications for tests: building one takes longer than most tests, so tests that change nothing of it share one."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache

import config
from app import clock, tokens
from app.db import db
from app.factory import create_app
from app.mail import authenticity, folder, outbox, own_address


class Applications:
    """Those of this process, by their settings."""

    def __init__(self, templates: BytecodeCache, client: type[FlaskClient]) -> None:
        self.templates = templates
        self.client = client
        self.built: dict[tuple[tuple[str, str], ...], Flask] = {}
        self.nature: dict[Flask, dict[str, Any]] = {}

    def new(self, environ: Mapping[str, str]) -> Flask:
        """An application that nobody has used."""
        application = create_app(config.read(environ))
        application.testing = True
        application.test_client_class = self.client
        application.jinja_env.bytecode_cache = self.templates
        return application

    def shared(self, environ: Mapping[str, str]) -> Flask:
        """The application with these settings, as if it were new: it remembers nothing of the tests that had it before."""
        key = tuple(sorted(environ.items()))
        if key not in self.built:
            self.built[key] = application = self.new(environ)
            self.nature[application] = nature(application)
        application = self.built[key]
        begin(application)
        return application

    def check(self, application: Flask) -> None:
        """Fail when a test has changed it; the next test gets another one."""
        if nature(application) != self.nature[application]:
            self.built.clear()
            raise AssertionError("a test that changes the application must ask for `own_app`")


def begin(application: Flask) -> None:
    """Do again what `create_app` does for the whole process, and forget the pages that are kept."""
    settings: config.Settings = application.config["SETTINGS"]
    settings.instance.mkdir(exist_ok=True)
    clock.start(settings.clock_start)
    tokens.use(settings.secret_key, *settings.former_secret_keys)
    outbox.use(settings.calendar_domain)
    folder.use(settings.instance / "mail")
    own_address.use(application.config["SITE"].sender_address, gives_tags=settings.mail_plus_addresses)
    authenticity.use(settings.mail_authserv_id)
    shelf = application.extensions["page_shelf"]
    shelf.answers.clear()
    shelf.weight = 0


def nature(application: Flask) -> dict[str, Any]:
    """What tests have been seen to change."""
    return {
        "config": dict(application.config),
        "extensions": dict(application.extensions),
        "mail": vars(application.extensions["mail"]).copy(),
        "views": dict(application.view_functions),
        "words": dict(application.jinja_env.globals),
    }


def dispose(application: Flask) -> None:
    """Close the connections of an application that is done."""
    with application.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()

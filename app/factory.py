"""Puts the application together."""

from email.utils import parseaddr

from flask import Flask
from flask_migrate import Migrate
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from app import clock, tokens, worker
from app.cli import commands
from app.db import READER, db, engine_options, prepare, reader_options
from app.mail.delivery import mail
from app.site import Site
from app.web import accounts, cache, errors, filters, headers, language, routes, speaking
from app.web.organise import desk
from app.web.plenum import Plenum


def create_app(settings: config.Settings | None = None) -> Flask:
    """Build the application from the settings (read from the process's environment unless given)."""
    settings = settings or config.read()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Plenum(
        "app",
        root_path=str(config.ROOT / "app"),
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
        instance_path=str(settings.instance.resolve()),
    )
    configure(app, settings)
    clock.start(settings.clock_start)
    tokens.use(settings.secret_key, *settings.former_secret_keys)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    Migrate(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True)
    mail.init_app(app)
    app.jinja_env.undefined = StrictUndefined
    cache.init(app)
    language.init(app)
    filters.init(app)
    speaking.init(app)
    headers.init(app, settings)
    errors.init(app)
    accounts.init(app)
    desk.init(app)
    routes.init(app)
    commands.init(app)
    worker.init(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # the documented way to wrap
    return app


def configure(app: Flask, settings: config.Settings) -> None:
    """Hand the settings to Flask and to what stands on it."""
    name, address = parseaddr(settings.mail_sender)
    app.config.from_mapping(
        settings.flask,
        SETTINGS=settings,
        SITE=Site(
            base_url=settings.base_url,
            calendar_domain=settings.calendar_domain,
            sender_name=name or "Plenum",
            sender_address=address,
            operator_name=settings.operator.name,
        ),
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.former_secret_keys),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        SQLALCHEMY_BINDS={READER: reader_options(settings.database_url)},
        SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 3600,
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,
        BABEL_DEFAULT_LOCALE="pl",
        BABEL_DEFAULT_TIMEZONE="Europe/Warsaw",
        BABEL_TRANSLATION_DIRECTORIES=str(config.ROOT / "translations"),
        TEMPLATES_AUTO_RELOAD=False,
    )

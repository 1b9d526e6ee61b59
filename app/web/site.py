"""The running application's site and settings, for pages."""

from typing import cast

from flask import current_app

import config
from app.site import Site


def site() -> Site:
    return cast(Site, current_app.config["SITE"])


def settings() -> config.Settings:
    return cast(config.Settings, current_app.config["SETTINGS"])

"""The parts of the desk."""

from flask import Blueprint, Flask

from app.web.organise import home, navigation

PARTS: tuple[Blueprint, ...] = (home.blueprint,)


def init(app: Flask) -> None:
    for part in PARTS:
        app.register_blueprint(part)
    navigation.init(app)

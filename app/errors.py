"""The one exception by which an act says no, and its kind for what comes too often."""

from datetime import timedelta


class Refused(Exception):
    """An act was refused; the message is a sentence fit for the reader, in the reader's language.

    `field` names the form field that the sentence is about, if it is about one.
    """

    def __init__(self, message: object, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field

    @property
    def message(self) -> str:
        return str(self.args[0])


class TooMany(Refused):
    """Sent too often; `wait` is after how long it may be tried again."""

    def __init__(self, message: object, wait: timedelta = timedelta(hours=1), field: str | None = None) -> None:
        super().__init__(message, field)
        self.wait = wait

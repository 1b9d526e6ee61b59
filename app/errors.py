"""The one exception by which an act says no."""


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

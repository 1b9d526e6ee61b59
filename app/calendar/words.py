"""The words of iCalendar that other rooms keep."""

from enum import StrEnum


class Reply(StrEnum):
    """What somebody answered to the invitation in their calendar; the words of RFC 5545 3.2.12."""

    NONE = "none"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"

"""The table of uploaded files."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app import clock
from app.db import Model


class File(Model):
    """One upload under a random name; whoever refers to it decides who may see it. Never changed, only replaced."""

    __tablename__ = "files"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True, info={"audited": False})
    name: Mapped[str] = mapped_column(sa.String(255))
    media_type: Mapped[str] = mapped_column(sa.String(127))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64), info={"audited": False})
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False, info={"audited": False}))

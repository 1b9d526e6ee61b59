"""What is forgotten by itself."""

from datetime import timedelta

import sqlalchemy as sa

from app import clock
from app.db import db
from app.registration.models import Submission

KEPT = timedelta(days=1)


def old_submissions() -> int:
    """Forget sent forms older than a day; returns how many."""
    old = sa.delete(Submission).where(Submission.sent_at < clock.now() - KEPT).returning(Submission.id)
    return len(db.session.scalars(old, execution_options={"synchronize_session": False}).all())

"""Those who look at the pages that only the secretariat sees."""

from app.core.clock import now
from app.core.db import db
from app.people.enums import Standing
from app.people.models import User


def make_staff(email: str) -> User:
    """Add an account of the secretariat, without a password; the caller commits."""
    moment = now()
    user = User(
        email=email,
        name="Bench",
        standing=Standing.SECRETARIAT,
        sign_in_key="bench",
        created_at=moment,
        set_up_at=moment,
    )
    db.session.add(user)
    return user

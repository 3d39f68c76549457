"""A session whose call is open: 1,000 submissions to review, and one draft that somebody has before them."""

import sqlalchemy as sa

from app.core.db import db
from app.directory.models import State
from app.meetings.enums import DelegationRole
from app.practices.enums import PracticeState
from tests.factories.practices import full_content, make_open_meeting, start
from tests.factories.summaries import make_delegation, make_practice
from tests.personas import add_member, make_user

SUBMISSIONS = 1000
QUEUE = "/sessions/cam-call/manage/practices"


def make_call() -> tuple[str, str]:
    """Add it; return who writes (as a session's cookie has them) and the page of the draft. Commits."""
    meeting = make_open_meeting(slug="cam-call", code="call")
    states = db.session.scalars(sa.select(State).order_by(State.code)).all()
    delegations = [make_delegation(meeting, state.code) for state in states]
    content = full_content()
    for number in range(SUBMISSIONS):
        delegation = delegations[number % len(delegations)]
        place = number // len(delegations) + 1
        make_practice(delegation, state=PracticeState.SUBMITTED, content=content, language="es", number=place)
    writer = make_user("Writer of the bench")
    add_member(meeting, writer, DelegationRole.DRAFTER, delegations[0].party_id)
    draft = start(delegations[0], writer)
    db.session.commit()
    return writer.get_id(), f"/practices/drafts/{draft.id}"

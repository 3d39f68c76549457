"""A session whose call is open, and what delegate A has in it."""

import pytest

from app.core.db import db
from app.practices import operations
from app.practices.queries import own_delegation
from tests.client import sign_in
from tests.factories.practices import make_open_meeting, start, submit


@pytest.fixture
def meeting(personas):
    """A session with an open call, and the personas in their delegations."""
    meeting = make_open_meeting()
    personas.join(meeting)
    db.session.commit()
    return meeting


@pytest.fixture
def draft(personas, meeting):
    """A complete draft of delegate A."""
    practice = start(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a)
    db.session.commit()
    return practice


@pytest.fixture
def practice(personas, meeting):
    """Submitted by delegate A."""
    row = submit(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a)
    db.session.commit()
    return row


@pytest.fixture
def delegate(client, personas):
    return sign_in(client, personas.delegate_a)


@pytest.fixture
def staff(client, personas):
    return sign_in(client, personas.secretariat)


@pytest.fixture
def published(practice, personas):
    operations.accept_practice(practice, by=personas.secretariat)
    operations.publish_practice(practice, by=personas.secretariat)
    db.session.commit()
    return practice

"""A session that is being held, in which Peru has spoken and Chile has the floor."""

from datetime import timedelta

import pytest

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.floor import operations, speaking
from app.floor.enums import FloorPart
from app.floor.models import SpeakerEntry
from app.meetings.models import Delegation
from app.people.models import User
from tests.factories.summaries import NOON
from tests.floor.conftest import ask, delegate, mark, meeting, speakers, staff

__all__ = ["delegate", "mark", "meeting", "speakers", "staff"]

GENERAL = "Permits are given in ten days. Local offices help."
ANSWER = "Trust was the challenge."


def speak(speakers, code: str, *, after: int, ends: bool = True, **more) -> SpeakerEntry:
    """Have the delegation of a party speak so many seconds into the session."""
    with standing_at(NOON + timedelta(seconds=after)):
        entry = ask(speakers, code, **more)
        speech = speaking.give(entry, by=SYSTEM)
    if ends:
        with standing_at(NOON + timedelta(seconds=after + 60)):
            speaking.end(speech, by=SYSTEM)
    db.session.commit()
    return entry


@pytest.fixture
def said(speakers) -> SpeakerEntry:
    """What Peru said."""
    return speak(speakers, "PE", after=60)


@pytest.fixture
def speaks(said, speakers) -> SpeakerEntry:
    """What Chile says."""
    return speak(speakers, "CL", after=180, ends=False)


def make_rapporteur(user: User, delegation: Delegation) -> None:
    """Give a member of a delegation the rapporteur's part."""
    member = next(row for row in delegation.members if row.user_id == user.id)
    operations.give_part(member, FloorPart.RAPPORTEUR, by=SYSTEM)
    db.session.commit()

"""A session that is being held, with the personas in their delegations and an open list of speakers."""

from datetime import datetime

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.clock import now, standing_at
from app.core.db import db
from app.floor import asking, operations
from app.floor.enums import SpeakingKind
from app.floor.models import SpeakerEntry, SpeakersList
from app.meetings.enums import ItemKind, Stage
from app.meetings.models import AgendaItem, Delegation, Meeting
from tests.client import sign_in
from tests.factories.summaries import NOON, everywhere, make_meeting, publish_agenda
from tests.floor.pages import FLOOR


@pytest.fixture
def meeting(personas) -> Meeting:
    with standing_at(NOON):
        meeting = make_meeting(stage=Stage.IN_SESSION)
        personas.join(meeting)
        db.session.commit()
        yield meeting


@pytest.fixture
def mark(meeting) -> str:
    """Of the session's one item."""
    return db.session.scalars(sa.select(AgendaItem.mark)).one()


@pytest.fixture
def speakers(meeting, mark) -> SpeakersList:
    """The item's list, open."""
    speakers = operations.open_list(meeting, mark, by=SYSTEM)
    db.session.commit()
    return speakers


def delegation_of(meeting: Meeting, code: str) -> Delegation:
    statement = sa.select(Delegation).join(Delegation.party).where(Delegation.meeting_id == meeting.id)
    return db.session.scalars(statement.filter_by(code=code)).one()


def ask(
    speakers: SpeakersList,
    code: str,
    kind: SpeakingKind = SpeakingKind.STATEMENT,
    *,
    at: datetime | None = None,
    by=SYSTEM,
    **more,
) -> SpeakerEntry:
    """Put the delegation of a party on the list."""
    return asking.ask(
        speakers,
        delegation_of(speakers.meeting, code),
        kind=kind,
        language=more.pop("language", "en"),
        received_at=at or now(),
        by=by,
        **more,
    )


@pytest.fixture
def delegate(client, personas):
    return sign_in(client, personas.delegate_a)


@pytest.fixture
def staff(client, personas):
    return sign_in(client, personas.secretariat)


@pytest.fixture
def page(mark) -> str:
    return f"{FLOOR}/items/{mark}"


@pytest.fixture
def other(speakers) -> str:
    """The mark of a second item, ten minutes after the first."""
    item = AgendaItem(
        meeting=speakers.meeting, position=2, title=everywhere("Second"), day=1, minutes=10, kind=ItemKind.OTHER
    )
    db.session.add(item)
    db.session.flush()
    publish_agenda(speakers.meeting)
    return item.mark

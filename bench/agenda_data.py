"""An order of business of eighty items, published twice, made of plain rows."""

from datetime import timedelta

import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Mechanism, State
from app.meetings import programme
from app.meetings.enums import ItemKind, ItemRole, Stage
from app.meetings.models import AgendaItem, Delegation, ItemPerson, Meeting
from app.meetings.queries import agenda_with_people
from app.people.models import User
from bench.staff import make_staff

ITEMS = 80
IN_A_BLOCK = 8  # an item with seven sub-items


def _everywhere(text: str) -> LocalizedText:
    return LocalizedText(dict.fromkeys(("en", "es", "fr", "pt"), text))


def make_agenda_data() -> User:
    """Add the session `cam-agenda` with a speaker for each item, and one of the secretariat; commits, returns them."""
    mechanism = db.session.scalars(sa.select(Mechanism).where(Mechanism.code == "CAM")).one()
    moment = now().replace(hour=14, minute=0)
    meeting = Meeting(
        slug="cam-agenda",
        code="agenda",
        mechanism=mechanism,
        title=_everywhere("Session with a long order of business"),
        mandate_resolution="AG/RES. 2988 (LII-O/22)",
        mandate_paragraph="56",
        zone="America/New_York",
        starts_at=moment + timedelta(days=40),
        ends_at=moment + timedelta(days=41, hours=8),
        languages=["en", "es", "fr", "pt"],
        stage=Stage.CALL_OPEN,
        distribution=Audience.PUBLIC,
    )
    states = db.session.scalars(sa.select(State).order_by(State.code)).all()
    delegations = [Delegation(meeting=meeting, party=state) for state in states]
    db.session.add_all([meeting, *delegations])
    head = None
    for number in range(ITEMS):
        first = number % IN_A_BLOCK == 0
        item = AgendaItem(
            meeting=meeting,
            parent=None if first else head,
            position=number + 1,
            day=1 + number // (ITEMS // 2),
            minutes=10,
            kind=ItemKind.PANEL,
            title=_everywhere(f"Item of the order of business, with a title of some length, number {number + 1}"),
            description=_everywhere("What is said here takes a line or so on most screens, and is read by few."),
        )
        item.people.append(ItemPerson(role=ItemRole.SPEAKER, delegation=delegations[number % len(delegations)]))
        db.session.add(item)
        head = item if first else head
    staff = make_staff("bench.agenda@example.org")
    db.session.flush()
    for minutes in (10, 12):
        items = agenda_with_people(meeting.id)
        items[-1].minutes = minutes
        db.session.flush()
        seen = programme.mark_of(meeting, programme.draft_items(meeting, items))
        programme.publish_agenda(meeting, seen=seen, by=SYSTEM)
    db.session.commit()
    return staff

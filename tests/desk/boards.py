"""The board of a session, as tests read it."""

from datetime import timedelta

import sqlalchemy as sa
from lxml import html

from app.core import clock
from app.core.db import db
from app.directory.enums import PartyKind
from app.mail.models import Mail
from app.meetings.enums import DelegationRole
from app.meetings.models import Delegation, DelegationMember
from app.presentations.enums import InvitationState
from app.presentations.slots import slot_of
from tests.factories.summaries import (
    NOON,
    make_delegation,
)
from tests.personas import make_user

BOARD = "/desk/cam-2026/board"
REMIND = f"{BOARD}/remind"
CALL_CLOSES = NOON - timedelta(days=30)


class Now:
    """The product's clock, which stands where a test puts it; cookies live on the real one."""

    def move_to(self, moment) -> None:
        clock._stopped_at.set(moment)


def join(meeting, code: str, *people: tuple[str, str], role=DelegationRole.FOCAL_POINT) -> Delegation:
    """A delegation with people of a name and a language."""
    delegation = make_delegation(meeting, code)
    if delegation.party.kind is PartyKind.MECHANISM:
        slot_of(delegation).state = InvitationState.INVITED
    for name, language in people:
        user = make_user(name, language=language)
        delegation.members.append(DelegationMember(user=user, role=role, added_at=NOON))
    db.session.flush()
    return delegation


def shown(desk, path: str = BOARD) -> dict[str, list[str]]:
    """Contributor -> the texts of its cells."""
    db.session.commit()
    page = html.document_fromstring(desk.get(path).text)
    rows = page.xpath("//table[@class='matrix']/tbody/tr")
    return {
        row.xpath("string(th/text())").strip(): [
            *("".join(cell.itertext()).strip() for cell in row.xpath("td")),
            row.xpath("string(th/a)") or "–",
        ]
        for row in rows
    }


def mails() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id)))

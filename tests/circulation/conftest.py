"""A session in consolidation with a summary; Peru, Chile and the RCM are in it with people of each role."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.circulation import operations, queries
from app.circulation.enums import CirculationKind
from app.circulation.models import Circulation
from app.circulation.queries import Asked
from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.localized import LocalizedText
from app.meetings.enums import DelegationRole
from app.meetings.models import Meeting
from app.people.models import User
from app.summaries import operations as summaries
from app.summaries.models import Summary
from app.summaries.selections import Selection
from app.summaries.sources import sources_of
from tests.factories.summaries import NOON, make_delegation, make_meeting, make_practice, make_summary
from tests.personas import add_member, make_user

BEGUN = NOON + timedelta(days=10)
ENDS = BEGUN + timedelta(hours=72)


@dataclass(frozen=True)
class People:
    """Who is in the delegations of Peru and Chile."""

    head: User
    drafter: User
    observer: User
    chile: User


@pytest.fixture
def meeting(app) -> Meeting:
    return make_meeting()


@pytest.fixture
def people(meeting) -> People:
    made = People(*(make_user(name, party_code=code) for name, code in WHO))
    for code in ("PE", "CL", "RCM"):
        make_delegation(meeting, code)
    for user, role in zip((made.head, made.drafter, made.observer), ROLES, strict=True):
        add_member(meeting, user, role)
    add_member(meeting, made.chile, DelegationRole.FOCAL_POINT)
    db.session.commit()
    return made


WHO = (("Head of Peru", "PE"), ("Drafter of Peru", "PE"), ("Observer of Peru", "PE"), ("Focal of Chile", "CL"))
ROLES = (DelegationRole.HEAD, DelegationRole.DRAFTER, DelegationRole.OBSERVER)


@pytest.fixture
def summary(meeting, people) -> Summary:
    """Three paragraphs, the first of which cites Peru."""
    made = make_summary(meeting, 2, 1)
    peru = next(row for row in operations.delegations_of_meeting(meeting.id) if row.party.code == "PE")
    make_practice(peru)
    source = sources_of(meeting.id)[0]
    start = source.fields["results"].index("Formal work grew.")
    selection = Selection(source, "results", start, start + 17, "Formal work grew.")
    summaries.cite(made.sections[0].paragraphs[0], selection, by=SYSTEM)
    db.session.commit()
    return made


def circulate(summary: Summary, kind: CirculationKind, **more) -> Circulation:
    """Put the text before the delegations at BEGUN until ENDS."""
    with standing_at(BEGUN):
        row = operations.begin(
            summary, kind=kind, **{"ends_at": ENDS, "message": LocalizedText(), **more, "by": SYSTEM}
        )
    db.session.commit()
    return row


@pytest.fixture
def for_comments(summary) -> Circulation:
    return circulate(summary, CirculationKind.COMMENTS)


@pytest.fixture
def silence(summary) -> Circulation:
    return circulate(summary, CirculationKind.SILENCE)


def asked(row: Circulation, user: User, code: str = "PE") -> Asked:
    """What a delegation was asked, as one of its people loads it."""
    return queries.asked(user, row.id, code)


def keys(row: Circulation) -> list[str]:
    """The keys of the circulated paragraphs."""
    return [one.key for one in operations.paragraphs_in(row.version_of_text.content)]

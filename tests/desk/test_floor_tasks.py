"""From their desk the Chair, rapporteurs, delegates and interpreters are one click from what the floor has for them."""

import pytest

from app.core.actors import SYSTEM
from app.core.db import db
from app.floor import operations
from app.floor.enums import FloorPart
from app.meetings.enums import DelegationRole, Stage
from app.meetings.undoing import cancel_meeting
from tests.client import sign_in
from tests.factories.summaries import make_meeting
from tests.floor.pages import FLOOR
from tests.personas import STATE_A, add_member, make_user

CHAIR, ROOM, NOTES, RECORD = (
    f"{FLOOR}/chair",
    f"{FLOOR}/room",
    "/sessions/cam-2026/record/now",
    "/sessions/cam-2026/record",
)
ALL = {FLOOR, CHAIR, ROOM, NOTES, RECORD}


@pytest.fixture
def meeting(personas):
    meeting = make_meeting(stage=Stage.IN_SESSION)
    personas.join(meeting)
    db.session.commit()
    return meeting


def member_with(meeting, role, *parts):
    """A person of a State's delegation, to whom parts were given."""
    user = make_user(f"With {'-'.join(parts) or role.value}", party_code=STATE_A)
    delegation = add_member(meeting, user, role)
    member = next(row for row in delegation.members if row.user is user)
    for part in parts:
        operations.give_part(member, part, by=SYSTEM)
    db.session.commit()
    return user


def leads_to(client, user) -> set[str]:
    """Which pages of the floor and the record a person's desk has a button for."""
    page = sign_in(client, user).get("/desk").text
    return {address for address in ALL if f'href="{address}"' in page}


@pytest.mark.parametrize(
    ("parts", "leads"),
    [
        ((), {FLOOR}),
        ((FloorPart.CHAIR,), {FLOOR, CHAIR, ROOM}),
        ((FloorPart.RAPPORTEUR,), {FLOOR, NOTES}),
        ((FloorPart.CHAIR, FloorPart.RAPPORTEUR), {FLOOR, CHAIR, ROOM, NOTES}),
    ],
    ids=("none", "chair", "rapporteur", "both"),
)
@pytest.mark.parametrize("role", [DelegationRole.FOCAL_POINT, DelegationRole.OBSERVER])
def test_each_part_has_its_screens(client, meeting, role, parts, leads):
    user = member_with(meeting, role, *parts)
    assert leads_to(client, user) == leads
    for address in leads:
        assert client.get(address).status_code in (200, 303), address


def test_who_writes_asks_and_who_reads_follows_whether_a_list_is_open_or_not(client, meeting, personas):
    assert "Ask for the floor" in sign_in(client, personas.delegate_a).get("/desk").text
    observer = member_with(meeting, DelegationRole.OBSERVER)
    page = sign_in(client, observer).get("/desk").text
    assert "Follow the floor" in page
    assert "Ask for the floor" not in page


@pytest.mark.parametrize(
    ("stage", "leads"),
    [(Stage.PREPARING, set()), (Stage.CALL_OPEN, set()), (Stage.CONSOLIDATING, {RECORD}), (Stage.PUBLISHED, set())],
)
def test_there_is_nothing_before_the_session_and_the_record_alone_after_it(client, meeting, stage, leads):
    user = member_with(meeting, DelegationRole.FOCAL_POINT, FloorPart.CHAIR, FloorPart.RAPPORTEUR)
    meeting.stage = stage
    db.session.commit()
    assert leads_to(client, user) == leads


def test_a_part_in_one_session_opens_nothing_of_another(client, meeting):
    user = member_with(meeting, DelegationRole.FOCAL_POINT, FloorPart.CHAIR)
    other = make_meeting("2031", stage=Stage.IN_SESSION)
    add_member(other, user, DelegationRole.FOCAL_POINT)
    db.session.commit()
    page = sign_in(client, user).get("/desk").text
    assert f"/sessions/{other.slug}/floor" in page
    assert f"/sessions/{other.slug}/floor/chair" not in page


def test_a_cancelled_session_leads_nowhere(client, meeting):
    user = member_with(meeting, DelegationRole.FOCAL_POINT, FloorPart.CHAIR)
    cancel_meeting(meeting, by=SYSTEM)
    db.session.commit()
    assert leads_to(client, user) == set()

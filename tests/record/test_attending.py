"""Who was present, and whether that was a quorum."""

import pytest

from app.core.db import db
from app.core.errors import Refusal, Stale
from app.directory.models import Mechanism
from app.floor import operations
from app.floor.queries import rules_of
from app.record import attending, queries
from app.record.enums import Half
from tests.factories.summaries import make_delegation, make_meeting
from tests.floor.conftest import delegation_of
from tests.floor.pages import client_text


@pytest.fixture
def by(personas):
    return {"by": personas.secretariat}


def set_quorum(body: Mechanism, share: int | None, by) -> None:
    rules = rules_of(body.id)
    fixed = {"order": rules.order, "order_language": "en", "seconds": rules.seconds, "quotas": {}}
    operations.set_rules(rules, quorum=share, **fixed, **by)


def test_who_is_present_is_noted_by_half_a_day(meeting, by):
    peru, chile = (delegation_of(meeting, code) for code in ("PE", "CL"))
    first = attending.note_presence(meeting, 1, Half.MORNING, [peru], **by)
    attending.note_presence(meeting, 1, Half.AFTERNOON, [], **by)
    seen = first.version
    attending.note_presence(meeting, 1, Half.MORNING, [chile, peru], seen=seen, **by)
    assert {row.delegation for row in first.present} == {peru, chile}
    with pytest.raises(Stale):
        attending.note_presence(meeting, 1, Half.MORNING, [], seen=0, **by)
    attending.note_presence(meeting, 1, Half.MORNING, [chile], **by)
    sittings = queries.sittings_of(meeting.id)
    assert [(row.day, row.half, len(row.present)) for row in sittings] == [(1, "morning", 1), (1, "afternoon", 0)]


def test_a_delegation_to_another_session_is_refused(meeting, by):
    other = make_delegation(make_meeting("2025"), "MX")
    with pytest.raises(Refusal, match="to this session"):
        attending.note_presence(meeting, 1, Half.MORNING, [other], **by)


def test_the_quorum_is_counted_in_member_states(meeting, by):
    delegations = [delegation_of(meeting, code) for code in ("PE", "CL", "RCM")]
    assert attending.quorum_of(meeting, delegations) is None
    set_quorum(meeting.mechanism, 51, by)
    quorum = attending.quorum_of(meeting, delegations)
    assert quorum.needed == -(-len(quorum.states) * 51 // 100)
    assert quorum.counted(delegations) == 2, "a mechanism is no State"
    assert not quorum.reached(delegations)
    set_quorum(meeting.mechanism, 1, by)
    assert attending.quorum_of(meeting, delegations).reached(delegations[:1])


def test_of_a_body_without_known_members_those_count_who_take_part(meeting, by, monkeypatch):
    monkeypatch.setattr(attending, "members", lambda mechanism_id: [])
    set_quorum(meeting.mechanism, 51, by)
    delegations = [delegation_of(meeting, code) for code in ("PE", "CL", "RCM")]
    quorum = attending.quorum_of(meeting, delegations)
    assert (len(quorum.states), quorum.needed) == (2, 2)


def test_sittings_are_held_in_the_evening_too(staff, meeting, by):
    peru = delegation_of(meeting, "PE")
    for half in (Half.EVENING, Half.MORNING):
        attending.note_presence(meeting, 1, half, [peru], **by)
    db.session.commit()
    assert [row.half for row in queries.sittings_of(meeting.id)] == [Half.MORNING, Half.EVENING]
    page = client_text(staff, "/sessions/cam-2026/record/attendance")
    assert "Evening of 14 May 2026 1 delegation present" in page
    assert "Afternoon of 14 May 2026 Not noted." in page
    assert staff.get("/sessions/cam-2026/record/attendance/1/evening").status_code == 200
    assert staff.get("/sessions/cam-2026/record/attendance/1/night").status_code == 404

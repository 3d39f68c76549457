"""Who sees which practice: the policy and the select say the same for everybody, in every state."""

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.meetings.enums import DelegationRole, Stage
from app.meetings.queries import participates
from app.practices import operations, queries
from app.practices.enums import PracticeState
from app.practices.models import Practice
from app.practices.policies import (
    can_edit_practice,
    can_manage_call,
    can_read_own_practice,
    can_review_practice,
    can_start_practice,
    can_view_practice,
)
from tests.factories.practices import make_open_meeting, start
from tests.factories.summaries import make_delegation, make_practice
from tests.personas import add_member, make_user


def own_delegation(meeting, user):
    return queries.own_delegation(user, meeting.slug, user.party.code)


@pytest.mark.parametrize("distribution", list(Audience))
@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.CALL_OPEN])
def test_policy_and_select_agree(personas, distribution, stage):
    meeting = make_open_meeting(distribution=distribution, stage=Stage.CALL_OPEN)
    personas.join(meeting)
    delegation = own_delegation(meeting, personas.delegate_a)
    meeting.stage = stage
    number = 0
    for state in PracticeState:
        for consent in (Audience.PUBLIC, Audience.MEMBER_STATES):
            number += 1
            row = make_practice(delegation, state=state, consent=consent, number=number)
            if state is PracticeState.WITHDRAWN and consent is Audience.PUBLIC:
                row.published_at = row.saved_at
    discarded = make_practice(delegation, state=PracticeState.WITHDRAWN, number=number + 1)
    discarded.reference = None
    db.session.flush()
    rows = db.session.scalars(sa.select(Practice)).all()
    for name, person in personas.items():
        shown = set(db.session.scalars(queries.practices_visible_to(person)))
        there = participates(person, meeting.id)
        allowed = {row for row in rows if can_view_practice(person, row, participates=there)}
        assert shown == allowed, name


def test_a_draft_is_its_delegations_alone(personas):
    meeting = make_open_meeting()
    personas.join(meeting)
    draft = start(own_delegation(meeting, personas.delegate_a), personas.delegate_a)
    for name, person in personas.items():
        if name == "delegate_a":
            assert queries.practice_by_id(person, draft.id) is draft
        else:
            with pytest.raises(NotFound):
                queries.practice_by_id(person, draft.id)


def test_who_writes_and_who_reviews(personas):
    meeting = make_open_meeting()
    personas.join(meeting)
    observer = make_user("Observer", party_code="PE")
    add_member(meeting, observer, DelegationRole.OBSERVER)
    delegation = own_delegation(meeting, personas.delegate_a)
    draft = start(delegation, personas.delegate_a)
    assert can_edit_practice(personas.delegate_a, draft)
    assert can_read_own_practice(observer, draft)
    assert not can_edit_practice(observer, draft)
    assert not can_start_practice(observer, delegation)
    assert not can_edit_practice(personas.delegate_b, draft)
    assert not can_edit_practice(personas.secretariat, draft)
    assert can_review_practice(personas.secretariat)
    assert can_manage_call(personas.administrator)
    assert not can_review_practice(personas.delegate_a)
    assert not can_start_practice(personas.representative, own_delegation(meeting, personas.representative))


def test_a_published_practice_is_found_by_its_reference(client, personas):
    meeting = make_open_meeting(distribution=Audience.PUBLIC)
    practice = make_practice(make_delegation(meeting, "PE"), state=PracticeState.PUBLISHED)
    assert practice.slug == "CAM-2026-GP-PER-01"
    page, register = f"/practices/{practice.slug}", f"/sessions/{meeting.slug}/practices"
    assert practice.content["title"] in client.get(page).text
    assert practice.slug in client.get(register).text
    assert client.get("/practices/CAM-2026-GP-PER-02").status_code == 404
    operations.withdraw_practice(practice, by=SYSTEM)
    assert practice.content["title"] not in client.get(page).text
    assert practice.slug not in client.get(register).text
    with pytest.raises(NotFound):
        queries.own_delegation(personas.delegate_a, meeting.slug, "PE")

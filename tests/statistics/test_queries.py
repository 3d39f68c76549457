from datetime import timedelta

import pytest

from app.core.audience import Audience
from app.core.db import db
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from app.statistics.enums import InputKind, InputState
from app.statistics.queries import inputs_of, session_before
from tests.factories.summaries import (
    CONTENT,
    NOON,
    make_delegation,
    make_meeting,
    make_practice,
    make_presentation,
    make_summary,
)
from tests.guards.circulated import make_circulation, make_comment, make_versions
from tests.personas import party


@pytest.fixture
def meeting(personas):
    meeting = make_meeting()
    personas.join(meeting)
    return meeting


def told(actor, meeting):
    return sorted((one.kind.value, one.party, one.state.value) for one in inputs_of(actor, meeting))


def own(meeting, code):
    from app.meetings.models import Delegation

    return db.session.query(Delegation).filter_by(meeting_id=meeting.id, party_id=party(code).id).one()


def test_a_draft_counts_for_nobody_but_staff_and_tells_staff_nothing_of_its_text(personas, meeting):
    make_practice(own(meeting, "PE"), state=PracticeState.DRAFT)
    db.session.commit()
    for name, actor in personas.items():
        found = inputs_of(actor, meeting)
        if not actor.is_staff:
            assert found == [], name
            continue
        [one] = found
        assert (one.kind, one.state, one.language, one.questions, one.themes, one.at) == (
            InputKind.PRACTICE,
            InputState.BEGUN,
            "",
            frozenset(),
            (),
            None,
        )


@pytest.mark.parametrize("state", [PracticeState.SUBMITTED, PracticeState.RETURNED, PracticeState.ACCEPTED])
def test_what_is_not_published_counts_for_staff_alone(personas, meeting, state):
    make_practice(own(meeting, "PE"), state=state)
    db.session.commit()
    for _name, actor in personas.items():
        assert len(inputs_of(actor, meeting)) == (1 if actor.is_staff else 0)


def test_a_revision_with_the_capital_is_told_as_returned(personas, meeting):
    practice = make_practice(own(meeting, "PE"), state=PracticeState.RETURNED)
    practice.state = PracticeState.WITH_CAPITAL
    db.session.commit()
    assert told(personas.secretariat, meeting) == [("practice", "PE", "returned")]


def test_readers_count_what_is_consented_to_them(personas, meeting):
    delegation = own(meeting, "PE")
    for number, consent in enumerate(Audience, start=1):
        make_practice(delegation, state=PracticeState.PUBLISHED, consent=consent, number=number)
    db.session.commit()
    counted = {name: len(inputs_of(actor, meeting)) for name, actor in personas.items()}
    assert counted == {
        "anonymous": 1,
        "reader": 2,
        "delegate_a": 3,
        "delegate_b": 3,
        "representative": 2,
        "secretariat": 3,
        "administrator": 3,
    }


def test_a_session_in_preparation_gives_readers_nothing(personas, meeting):
    make_practice(own(meeting, "PE"), state=PracticeState.PUBLISHED)
    meeting.stage = Stage.PREPARING
    db.session.commit()
    assert len(inputs_of(personas.secretariat, meeting)) == 1


def test_presentations_count_once_filed_and_for_readers_once_published(personas, meeting):
    filed = make_presentation(own(meeting, "RCM"), answers={"1": "Yes.", "2": ""})
    db.session.commit()
    [one] = inputs_of(personas.secretariat, meeting)
    assert (one.state, one.questions, one.at) == (InputState.RECEIVED, frozenset({"1"}), NOON)
    assert inputs_of(personas.reader, meeting) == []
    filed.published_at = NOON
    db.session.commit()
    assert told(personas.anonymous, meeting) == [("presentation", "RCM", "published")]


def test_comments_count_for_staff_once_they_are_filed(personas, meeting):
    version = make_versions(make_summary(meeting, 1), meeting)[0]
    circulation = make_circulation(meeting, version, own(meeting, "PE"), own(meeting, "CL"))
    make_comment(circulation, own(meeting, "PE"))
    make_comment(circulation, own(meeting, "CL"), filed_at=None)
    db.session.commit()
    assert told(personas.secretariat, meeting) == [("comment", "PE", "received")]
    assert inputs_of(personas.delegate_a, meeting) == []


def test_an_input_is_counted_when_its_first_version_came(personas, meeting):
    from app.practices.models import PracticeVersion

    practice = make_practice(own(meeting, "PE"), content={**CONTENT, "themes": ["T1"]})
    later = {"language": "fr", "content": {**CONTENT, "themes": ["T2"]}, "sha256": "1" * 64}
    db.session.add(PracticeVersion(practice=practice, number=2, submitted_at=NOON + timedelta(days=9), **later))
    db.session.commit()
    [one] = inputs_of(personas.secretariat, meeting)
    assert (one.language, one.themes, one.at) == ("fr", ("T2",), NOON)


def test_the_session_before_is_the_last_of_the_same_body_that_the_person_may_see(personas, meeting):
    older = make_meeting("2024", starts_at=NOON - timedelta(days=700), ends_at=NOON - timedelta(days=699))
    hidden = make_meeting(
        "2025", Stage.PREPARING, starts_at=NOON - timedelta(days=300), ends_at=NOON - timedelta(days=299)
    )
    cancelled = make_meeting("x", starts_at=NOON - timedelta(days=9), ends_at=NOON - timedelta(days=8))
    cancelled.cancelled_at = NOON
    within = make_meeting("years", starts_at=NOON - timedelta(days=8), ends_at=NOON + timedelta(days=300))
    meeting.parent_id = within.id
    db.session.commit()
    assert session_before(personas.secretariat, meeting) is hidden
    assert session_before(personas.anonymous, meeting) is older
    assert session_before(personas.anonymous, older) is None
    assert session_before(personas.anonymous, within) is None


def test_statements_of_others_count_once_they_are_delivered(personas, meeting):
    from app.floor.enums import SpeakingKind, StatementOutcome
    from app.floor.statement_models import FloorStatement, FloorStatementVersion

    statement = FloorStatement(
        delegation=make_delegation(meeting, "MX"),
        mark="opening",
        kind=SpeakingKind.STATEMENT,
        consent=Audience.PUBLIC,
        acts_for="",
    )
    version = FloorStatementVersion(
        statement=statement,
        number=1,
        language="es",
        text="Gracias.",
        check_delivery=True,
        handed_in_at=NOON,
        sha256="0",
    )
    db.session.add(version)
    db.session.commit()
    assert [len(inputs_of(actor, meeting)) for _name, actor in personas.items()] == [0, 0, 0, 0, 0, 1, 1]
    statement.outcome, statement.outcome_at = StatementOutcome.DELIVERED, NOON
    db.session.commit()
    assert told(personas.anonymous, meeting) == [("statement", "MX", "published")]

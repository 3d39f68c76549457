"""What changes a session, and what refuses to."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LocalizedText
from app.directory.models import Mechanism
from app.mail.models import Mail
from app.meetings import operations, queries, questions, stages
from app.meetings.enums import DelegationRole, ItemKind, Mode, QuestionAudience, Stage
from app.meetings.timing import times_of
from app.people.models import User
from tests.factories.summaries import everywhere, make_delegation, make_meeting

STARTS = datetime(2027, 2, 1, 15, tzinfo=UTC)


def fields(**more):
    return {
        "code": "2027",
        "title": everywhere("Annual session"),
        "theme": LocalizedText(),
        "mandate_resolution": "AG/RES. 1",
        "mandate_paragraph": "5",
        "mandate_text": LocalizedText(),
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=7),
        "zone": "America/New_York",
        "place": LocalizedText(),
        "mode": Mode.HYBRID,
        "languages": ["en", "es"],
        "chair": LocalizedText(),
        "distribution": Audience.PUBLIC,
        **more,
    }


@pytest.fixture
def cam(app):
    return db.session.scalars(sa.select(Mechanism).where(Mechanism.code == "CAM")).one()


def item_fields(title="Item", day=1, minutes=30):
    return {
        "title": everywhere(title),
        "description": LocalizedText(),
        "kind": ItemKind.PANEL,
        "day": day,
        "minutes": minutes,
    }


def titles(meeting):
    return [(item.position, item.day, item.title["en"]) for item in queries.agenda_of(meeting.id)]


def test_a_session_is_created_in_preparation_at_an_address_of_its_own(cam):
    meeting = operations.create_meeting(cam, by=SYSTEM, **fields(code="2027/A ñ"))
    assert (meeting.slug, meeting.stage) == ("cam-2027-a-n", Stage.PREPARING)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_at": STARTS}, "ends_at"),
        ({"ends_at": STARTS.replace(year=STARTS.year + 3)}, "ends_at"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"languages": []}, "languages"),
        ({"languages": ["de"]}, "languages"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(cam, change, field):
    with pytest.raises(Refusal) as refusal:
        operations.create_meeting(cam, by=SYSTEM, **fields(**change))
    assert refusal.value.field == field


def test_a_code_is_used_once_by_a_mechanism(cam):
    operations.create_meeting(cam, by=SYSTEM, **fields())
    with pytest.raises(Refusal) as refusal:
        operations.create_meeting(cam, by=SYSTEM, **fields())
    assert refusal.value.field == "code"


def test_editing_keeps_the_code(cam):
    meeting = operations.create_meeting(cam, by=SYSTEM, **fields())
    operations.edit_meeting(meeting, by=SYSTEM, **fields(code="other", chair=everywhere("Chair")))
    assert (meeting.code, meeting.chair["fr"]) == ("2027", "Chair (fr)")


def test_stages_move_one_step_and_say_what_is_missing(cam):
    meeting = operations.create_meeting(cam, by=SYSTEM, **fields())
    with pytest.raises(WrongState):
        operations.move_to_stage(meeting, Stage.IN_SESSION, by=SYSTEM)
    with pytest.raises(WrongState, match="guiding question"):
        operations.move_to_stage(meeting, Stage.CALL_OPEN, by=SYSTEM)
    assert meeting.stage is Stage.PREPARING


def test_a_ready_session_goes_forward_and_back(app):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    assert stages.unmet(meeting, Stage.IN_SESSION)
    make_delegation(meeting, "PE")
    operations.move_to_stage(meeting, Stage.IN_SESSION, by=SYSTEM)
    operations.move_to_stage(meeting, Stage.CALL_OPEN, by=SYSTEM)
    assert meeting.stage is Stage.CALL_OPEN


@given(st.lists(st.sampled_from(list(Stage)), max_size=20))
def test_no_sequence_of_moves_skips_a_stage(wanted):
    stage = Stage.PREPARING
    order = list(Stage)
    for target in wanted:
        if target in (stage.next, stage.previous):
            assert abs(order.index(target) - order.index(stage)) == 1
            stage = target


def test_the_order_of_business_is_timed_by_day(app):
    meeting = make_meeting()
    operations.add_agenda_item(meeting, by=SYSTEM, **item_fields("Panel", minutes=90))
    operations.add_agenda_item(meeting, by=SYSTEM, **item_fields("Second day", day=2))
    operations.add_agenda_item(meeting, by=SYSTEM, **item_fields("Closing"))
    assert [row[2] for row in titles(meeting)] == ["Opening (en)", "Panel (en)", "Closing (en)", "Second day (en)"]
    items = queries.agenda_of(meeting.id)
    local = [times_of(meeting, items)[item.id].astimezone(meeting.tz).strftime("%d %H:%M") for item in items]
    assert local == ["14 10:00", "14 10:30", "14 12:00", "15 10:00"]


def test_an_item_that_is_moved_belongs_to_the_day_it_comes_to(app):
    meeting = make_meeting()
    operations.add_agenda_item(meeting, by=SYSTEM, **item_fields("Panel"))
    second = operations.add_agenda_item(meeting, by=SYSTEM, **item_fields("Second day", day=2))
    operations.place_agenda_item(second, position=2, by=SYSTEM)
    assert titles(meeting) == [(1, 1, "Opening (en)"), (2, 1, "Second day (en)"), (3, 1, "Panel (en)")]
    operations.place_agenda_item(second, position=1, by=SYSTEM)
    assert titles(meeting)[0] == (1, 1, "Second day (en)")
    operations.delete_agenda_item(second, by=SYSTEM)
    assert [row[0] for row in titles(meeting)] == [1, 2]


@settings(max_examples=40, deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 9)), max_size=8))
def test_positions_run_from_one_and_days_never_go_back(moves):
    class Row:
        def __init__(self, key, day):
            self.id, self.day, self.position = key, day, key + 1

    rows = [Row(key, 1 + key // 3) for key in range(5)]
    for key, position in moves:
        item = next(row for row in rows if row.id == key)
        rows.remove(item)
        index = min(max(position, 1), len(rows) + 1) - 1
        item.day = rows[index - 1].day if index else rows[0].day
        rows.insert(index, item)
        assert [row.day for row in rows] == sorted(row.day for row in rows)


def test_questions_are_numbered_without_gaps_until_the_call_opens(app):
    meeting = make_meeting(stage=Stage.PREPARING)
    third = questions.add_question(meeting, text=everywhere("Third?"), audience=QuestionAudience.STATES, by=SYSTEM)
    assert third.number == 3
    questions.move_question(third, up=True, by=SYSTEM)
    assert [question.text["en"] for question in queries.questions_of(meeting.id)] == [
        "Question 1? (en)",
        "Third? (en)",
        "Question 2? (en)",
    ]
    questions.delete_question(queries.questions_of(meeting.id)[0], by=SYSTEM)
    assert [question.number for question in queries.questions_of(meeting.id)] == [1, 2]
    meeting.stage = Stage.CALL_OPEN
    with pytest.raises(WrongState):
        questions.delete_question(queries.questions_of(meeting.id)[0], by=SYSTEM)
    with pytest.raises(WrongState):
        questions.move_question(queries.questions_of(meeting.id)[0], up=False, by=SYSTEM)


def invite(delegation, email="focal@example.org", role=DelegationRole.FOCAL_POINT):
    return operations.invite_member(delegation, email=email, name="Focal point", role=role, language="es", by=SYSTEM)


def test_an_invitation_makes_an_account_of_the_state_and_mails_a_link(app):
    delegation = make_delegation(make_meeting(), "PE")
    member = invite(delegation)
    assert member.user.party_id == delegation.party_id
    assert not member.user.is_active
    mail = db.session.scalars(sa.select(Mail)).one()
    assert (mail.message, mail.to_address, mail.language) == ("people/invited", "focal@example.org", "es")


def test_inviting_the_same_person_again_changes_the_role_and_not_the_number(app):
    delegation = make_delegation(make_meeting(), "PE")
    first = invite(delegation)
    second = invite(delegation, email="FOCAL@example.org ", role=DelegationRole.DRAFTER)
    assert first is second
    assert first.role is DelegationRole.DRAFTER
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_a_person_with_an_account_is_told_and_a_mechanism_s_person_reads_for_no_state(app, personas):
    delegation = make_delegation(make_meeting(), "RCM")
    member = invite(delegation, email=personas.reader.email)
    assert member.user.id == personas.reader.id
    assert db.session.scalars(sa.select(Mail.message)).all() == ["meetings/added"]
    assert invite(delegation, email="other@example.org").user.party_id is None
    with pytest.raises(WrongState):
        operations.resend_invitation(member, by=SYSTEM)


def test_removing_a_person_keeps_the_account(app):
    delegation = make_delegation(make_meeting(), "PE")
    member = invite(delegation)
    user_id = member.user_id
    operations.remove_member(member, by=SYSTEM)
    assert delegation.members == []
    assert db.session.get(User, user_id)


def test_a_party_has_one_delegation(app):
    meeting = make_meeting()
    delegation = make_delegation(meeting, "PE")
    assert operations.add_delegation(meeting, delegation.party, by=SYSTEM) is delegation


def test_an_invitation_says_to_which_delegation_of_which_session(app, approved_mails):
    delegation = make_delegation(make_meeting(), "PE")
    operations.invite_member(
        delegation, email="ana@example.org", name="Ana", role=DelegationRole.DRAFTER, language="es", by=SYSTEM
    )
    (mail,) = approved_mails()
    text = mail.get_content()
    assert "la delegación de Perú en «" in text
    assert "Su función: Redacción" in text
    assert "/set-up/" in text

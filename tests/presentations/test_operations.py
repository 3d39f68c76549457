"""A presentation is drafted, filed in versions, published, and withdrawn only before that."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings.enums import DelegationRole, Stage
from app.presentations import operations
from app.presentations.enums import PresentationState
from app.search.models import SearchEntry
from tests.documents.test_uploads import PDF, upload
from tests.factories.summaries import make_delegation, make_meeting
from tests.personas import add_member, make_user

ANSWERS = {"1": "The conference met twice.", "2": "A calendar would help."}


@pytest.fixture
def presentation(app):
    delegation = make_delegation(make_meeting(stage=Stage.CALL_OPEN), "RCM")
    return operations.start_presentation(delegation, language="en", by=SYSTEM)


def save(presentation, answers=ANSWERS, **more):
    values = {"speakers": ["Chair"], "language": "en", "consent": Audience.PUBLIC, **more}
    operations.save_presentation(presentation, answers=answers, by=SYSTEM, **values)


def test_a_mechanism_has_one_presentation(presentation):
    assert operations.start_presentation(presentation.delegation, language="es", by=SYSTEM) is presentation
    with pytest.raises(Refusal):
        operations.start_presentation(make_delegation(presentation.meeting, "SACM"), language="de", by=SYSTEM)


def test_filing_keeps_each_version_and_the_same_text_once(presentation):
    save(presentation)
    first = operations.file_presentation(presentation, by=SYSTEM)
    assert operations.file_presentation(presentation, by=SYSTEM) is first
    save(presentation, {**ANSWERS, "1": "The conference met three times."})
    second = operations.file_presentation(presentation, by=SYSTEM)
    assert [version.number for version in presentation.versions] == [1, 2]
    assert first.content["answers"]["1"] == "The conference met twice."
    assert second.content["answers"]["1"] == "The conference met three times."


def test_filing_is_confirmed_by_mail_as_a_submitted_practice_is(presentation):
    add_member(presentation.meeting, make_user("Rosa", party_code="RCM", language="es"), DelegationRole.OBSERVER)
    save(presentation)
    version = operations.file_presentation(presentation, by=SYSTEM)
    operations.file_presentation(presentation, by=SYSTEM)
    [mail] = db.session.scalars(sa.select(Mail))
    assert (mail.message, mail.state, mail.to_address) == ("presentations/filed", MailState.HELD, "rosa@example.org")
    assert version.sha256 in mail.body
    assert "/presentations/RCM/edit" in mail.body


def test_an_unanswered_question_stops_the_filing_at_its_field(presentation):
    save(presentation, {"1": "Only one."})
    with pytest.raises(Refusal) as refusal:
        operations.file_presentation(presentation, by=SYSTEM)
    assert refusal.value.field == "answer_2"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answers": {"1": "word " * 1001}}, "answer_1"),
        ({"speakers": ["Chair"] * 11}, "speakers"),
        ({"speakers": ["x" * 201]}, "speakers"),
        ({"language": "de"}, "language"),
    ],
)
def test_limits_are_named_at_their_field(presentation, change, field):
    with pytest.raises(Refusal) as refusal:
        save(presentation, **change)
    assert refusal.value.field == field


def test_the_trail_of_a_draft_does_not_hold_its_text(presentation):
    save(presentation, {"1": "A secret draft sentence."})
    assert "secret" not in str([event.changes for event in db.session.query(AuditEvent)])


def test_only_what_is_filed_is_published_and_then_it_stays(presentation):
    with pytest.raises(WrongState):
        operations.publish_presentation(presentation, by=SYSTEM)
    save(presentation)
    operations.file_presentation(presentation, by=SYSTEM)
    assert operations.publish_filed_presentations(presentation.meeting, by=SYSTEM) == 1
    assert operations.publish_filed_presentations(presentation.meeting, by=SYSTEM) == 0
    moment = presentation.published_at
    operations.publish_presentation(presentation, by=SYSTEM)
    assert presentation.published_at == moment
    assert db.session.query(SearchEntry).one().text.startswith("The conference met twice.")
    save(presentation, {**ANSWERS, "1": "Corrected."})
    operations.file_presentation(presentation, by=SYSTEM)
    db.session.expire_all()
    assert db.session.query(SearchEntry).one().text.startswith("Corrected.")


def test_nothing_is_published_while_the_session_is_prepared(presentation):
    save(presentation)
    operations.file_presentation(presentation, by=SYSTEM)
    presentation.meeting.stage = Stage.PREPARING
    with pytest.raises(WrongState):
        operations.publish_presentation(presentation, by=SYSTEM)


def test_slides_are_kept_once_counted_and_removed(presentation):
    item = operations.attach_slides(presentation, upload(PDF, "a.pdf"), by=SYSTEM)
    assert operations.attach_slides(presentation, upload(PDF, "b.pdf"), by=SYSTEM) is item
    for number in range(2, 6):
        operations.attach_slides(presentation, upload(PDF.replace(b"1.7", b"1.%d" % number)), by=SYSTEM)
    with pytest.raises(Refusal):
        operations.attach_slides(presentation, upload(PDF.replace(b"1.7", b"1.0")), by=SYSTEM)
    operations.remove_slides(presentation, item, by=SYSTEM)
    assert len(presentation.working_slides) == 4


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["save", "file", "withdraw", "publish"]), max_size=8))
def test_no_sequence_breaks_the_rules(app, steps):
    db.session.rollback()
    delegation = make_delegation(make_meeting(stage=Stage.CALL_OPEN), "RCM")
    presentation = operations.start_presentation(delegation, language="en", by=SYSTEM)
    for number, step in enumerate(steps):
        try:
            if step == "save":
                save(presentation, {**ANSWERS, "1": f"Text {number}."})
            elif step == "file":
                operations.file_presentation(presentation, by=SYSTEM)
            elif step == "withdraw":
                operations.withdraw_presentation(presentation, by=SYSTEM)
            else:
                operations.publish_presentation(presentation, by=SYSTEM)
        except Refusal:
            pass
        if presentation.published_at:
            assert presentation.state is PresentationState.FILED
        if presentation.state is PresentationState.FILED:
            assert presentation.versions
        assert [version.number for version in presentation.versions] == list(range(1, len(presentation.versions) + 1))
    db.session.rollback()

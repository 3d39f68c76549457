"""Drafts, submissions, decisions, publication, withdrawal."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, Stale, WrongState
from app.core.localized import LocalizedText
from app.core.texts import fingerprint
from app.meetings import withdrawal
from app.meetings.enums import Stage
from app.meetings.stages import unmet
from app.practices import attaching, calls, operations
from app.practices.enums import LateRule, PracticeState
from app.practices.operations import CallClosed, Incomplete
from app.practices.queries import attachment, call_of, own_delegation
from app.search.models import SearchEntry
from tests.factories.practices import close_call, full_content, make_open_meeting, start, submit
from tests.factories.summaries import everywhere, make_delegation

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def upload(content: bytes = PDF, name: str = "annex.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


@pytest.fixture
def delegation(app):
    return make_delegation(make_open_meeting(), "PE")


@pytest.fixture
def own(personas):
    """Delegate A and their delegation."""
    meeting = make_open_meeting()
    personas.join(meeting)
    return personas.delegate_a, own_delegation(personas.delegate_a, meeting.slug, "PE")


def entries() -> list[SearchEntry]:
    return list(db.session.scalars(sa.select(SearchEntry).where(SearchEntry.kind == "practice")))


def events(action: str) -> list[AuditEvent]:
    return list(db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == action)))


def test_a_draft_is_kept_incomplete_and_too_long_and_the_trail_names_keys_alone(delegation):
    practice = operations.start_practice(call_of(delegation.meeting_id), delegation, language="es", by=SYSTEM)
    operations.save_draft(practice, content={"title": "x" * 200, "consent": "public"}, by=SYSTEM)
    assert practice.content == {"title": "x" * 200, "consent": "public"}
    assert practice.consent is Audience.PUBLIC
    assert [event.changes for event in events("save_draft")] == [{"consent": [], "title": []}]
    version = practice.version
    operations.save_draft(practice, content={"title": "x" * 200, "consent": "public"}, by=SYSTEM)
    assert practice.version == version, "the same text again changes nothing"
    operations.save_draft(practice, content=practice.content, language="fr", by=SYSTEM)
    assert practice.language == "fr"
    with pytest.raises(Incomplete):
        operations.submit_practice(practice, received_at=now(), by=SYSTEM)
    with pytest.raises(Refusal):
        operations.save_draft(practice, content={}, language="xx", by=SYSTEM)
    assert practice.state is PracticeState.DRAFT


def test_starting_needs_an_open_call_and_a_language_of_ours(delegation):
    call = call_of(delegation.meeting_id)
    with pytest.raises(Refusal):
        operations.start_practice(call, delegation, language="xx", by=SYSTEM)
    call.opens_at = now() + timedelta(hours=1)
    with pytest.raises(WrongState):
        operations.start_practice(call, delegation, language="es", by=SYSTEM)
    call.opens_at = now() - timedelta(days=2)
    close_call(delegation.meeting)
    with pytest.raises(CallClosed):
        operations.start_practice(call, delegation, language="es", by=SYSTEM)


def test_submitting_gives_a_reference_a_version_and_mails_to_the_delegation(own, approved_mails):
    person, delegation = own
    practice = submit(delegation, person)
    version = practice.latest
    assert practice.reference == "CAM/2026/GP/PER/01"
    assert (version.number, version.sha256) == (1, fingerprint(version.content))
    assert operations.submit_practice(practice, received_at=now(), by=person) is version, "a second click"
    assert len(practice.versions) == 1
    assert submit(delegation, person).reference == "CAM/2026/GP/PER/02"
    other = make_delegation(delegation.meeting, "BO")
    assert submit(other, SYSTEM).reference == "CAM/2026/GP/BOL/01"
    text = [mail.get_content() for mail in approved_mails() if "PER/01" in mail["Subject"]]
    assert len(text) == 1
    assert version.sha256 in text[0]


def test_what_is_submitted_cannot_be_changed(own):
    person, delegation = own
    practice = submit(delegation, person)
    for change in (
        lambda: operations.save_draft(practice, content={}, by=person),
        lambda: attaching.attach_file(practice, upload(), by=person),
    ):
        with pytest.raises(WrongState):
            change()


def test_returned_with_comments_resubmitted_accepted(own, approved_mails):
    person, delegation = own
    practice = submit(delegation, person)
    with pytest.raises(Refusal) as refusal:
        operations.return_practice(practice, comment=" ", by=SYSTEM)
    assert refusal.value.field == "comment"
    with pytest.raises(Refusal):
        operations.return_practice(practice, comment="x" * 4001, by=SYSTEM)
    operations.return_practice(practice, comment="Add the year.", by=SYSTEM)
    assert practice.state is PracticeState.RETURNED
    mails = {mail["Subject"]: mail.get_content() for mail in approved_mails()}
    operations.save_draft(practice, content=full_content(lessons="Otra lección."), by=person)
    operations.submit_practice(practice, received_at=now(), by=person)
    assert practice.reference == "CAM/2026/GP/PER/01"
    assert [version.number for version in practice.versions] == [1, 2]
    assert practice.versions[0].content["lessons"] != practice.versions[1].content["lessons"]
    operations.accept_practice(practice, comment="Thank you.", by=SYSTEM)
    assert practice.state is PracticeState.ACCEPTED
    operations.accept_practice(practice, comment="Thank you.", by=SYSTEM)
    assert len(practice.reviews) == 2, "a second click"
    with pytest.raises(WrongState):
        operations.accept_practice(practice, by=SYSTEM)
    mails |= {mail["Subject"]: mail.get_content() for mail in approved_mails()}
    assert "Add the year." in mails["Returned with comments: CAM/2026/GP/PER/01"]
    assert "Thank you." in mails["Accepted: CAM/2026/GP/PER/01"]
    recorded = str([event.changes for event in db.session.scalars(sa.select(AuditEvent))])
    assert "Otra lección" not in recorded
    assert "Add the year" not in recorded


def test_a_draft_is_not_reviewed(delegation):
    with pytest.raises(WrongState):
        operations.accept_practice(start(delegation, SYSTEM), by=SYSTEM)


def test_after_the_deadline_only_an_extension_helps(own, approved_mails):
    person, delegation = own
    practice = start(delegation, person)
    close_call(delegation.meeting)
    with pytest.raises(CallClosed):
        operations.submit_practice(practice, received_at=now(), by=person)
    assert practice.state is PracticeState.DRAFT
    assert practice.content["title"], "the draft is kept"
    call = call_of(delegation.meeting_id)
    until = now() + timedelta(days=1)
    calls.grant_extension(call, delegation, until=until, reason="A hurricane.", by=SYSTEM)
    assert call.deadline_for(delegation.id) == until
    calls.grant_extension(call, delegation, until=until + timedelta(days=1), reason="Another.", by=SYSTEM)
    assert len(call.extensions) == 1
    with pytest.raises(CallClosed):
        operations.submit_practice(practice, received_at=until + timedelta(days=1), by=person)
    assert operations.submit_practice(practice, received_at=until, by=person).number == 1
    sent = "".join(mail.get_content() for mail in approved_mails())
    assert ("Another." in sent, "A hurricane." in sent) == (True, False), "the second takes the first one's place"
    operations.return_practice(practice, comment="More.", by=SYSTEM)


def test_a_late_return_says_until_when_it_may_be_submitted_again(own, approved_mails):
    person, delegation = own
    practice = submit(delegation, person)
    close_call(delegation.meeting)
    with pytest.raises(Refusal) as refusal:
        operations.return_practice(practice, comment="More.", by=SYSTEM)
    assert refusal.value.field == "until"
    until = now() + timedelta(days=2)
    review = operations.return_practice(practice, comment="More.", until=until, by=SYSTEM)
    assert operations.return_practice(practice, comment="More.", until=until, by=SYSTEM) is review, "a second click"
    assert practice.call.deadline_for(delegation.id) == until
    subjects = [mail["Subject"] for mail in approved_mails()]
    assert operations.submit_practice(practice, received_at=now(), by=person).number == 2
    assert subjects.count("Returned with comments: CAM/2026/GP/PER/01") == 1


def test_the_call_and_what_it_refuses(delegation):
    meeting = delegation.meeting
    call = call_of(meeting.id)
    values = {"title": everywhere("Call"), "text": everywhere("Send."), "by": SYSTEM}
    later = now() + timedelta(days=30)
    with pytest.raises(WrongState):
        calls.create_call(meeting, opens_at=now(), closes_at=now() + timedelta(days=1), **values)
    with pytest.raises(Refusal):
        calls.edit_call(call, opens_at=later, closes_at=later, late_rule=LateRule.REFUSE, **values)
    calls.edit_call(call, opens_at=now(), closes_at=later, late_rule=LateRule.REFUSE, **values)
    assert call.closes_at == later
    other = make_delegation(make_open_meeting(code="2027"), "PE")
    for bad in (
        {"delegation": other, "until": later + timedelta(days=1), "reason": "x"},
        {"delegation": delegation, "until": later, "reason": "x"},
        {"delegation": delegation, "until": later + timedelta(days=1), "reason": " "},
    ):
        with pytest.raises(Refusal):
            calls.grant_extension(call, by=SYSTEM, **bad)


def test_a_session_opens_its_call_when_there_is_one_with_time_left(app):
    meeting = make_open_meeting()
    assert unmet(meeting, Stage.CALL_OPEN) == []
    close_call(meeting)
    assert [str(item) for item in unmet(meeting, Stage.CALL_OPEN)] == [
        "Set the call's deadline to a moment in the future."
    ]
    db.session.delete(call_of(meeting.id))
    db.session.flush()
    assert [str(item) for item in unmet(meeting, Stage.CALL_OPEN)] == ["Write the call for good practices."]
    calls.create_call(
        meeting,
        title=LocalizedText(en="Call"),
        text=LocalizedText(en="Send."),
        opens_at=now(),
        closes_at=now() + timedelta(days=1),
        by=SYSTEM,
    )
    assert call_of(meeting.id).template["sections"]


def test_publishing_indexes_and_withdrawing_hides(delegation, monkeypatch):
    practice = submit(delegation, SYSTEM, consent="public")
    with pytest.raises(WrongState):
        operations.publish_practice(practice, by=SYSTEM)
    operations.accept_practice(practice, by=SYSTEM)
    meeting = delegation.meeting
    meeting.stage = Stage.PREPARING
    with pytest.raises(WrongState):
        operations.publish_practice(practice, by=SYSTEM)
    meeting.stage = Stage.CALL_OPEN
    assert operations.publish_accepted_practices(meeting, by=SYSTEM) == 1
    assert operations.publish_accepted_practices(meeting, by=SYSTEM) == 0
    published_at = practice.published_at
    operations.publish_practice(practice, by=SYSTEM)
    assert (practice.state, practice.published_at) == (PracticeState.PUBLISHED, published_at)
    assert [(entry.key, entry.language, entry.path) for entry in entries()] == [
        ("CAM-2026-GP-PER-01", "es", "/practices/CAM-2026-GP-PER-01")
    ]
    told = []
    monkeypatch.setattr(withdrawal, "_consequences", [])
    withdrawal.on_withdrawal(lambda *source: told.append(source))
    operations.withdraw_practice(practice, by=SYSTEM)
    assert told == [(practice.meeting, f"practice-{practice.id}")]
    assert entries() == []
    with pytest.raises(WrongState):
        operations.withdraw_practice(practice, by=SYSTEM)
    with pytest.raises(WrongState):
        operations.submit_practice(practice, received_at=now(), by=SYSTEM)


def test_publishing_what_was_never_submitted_is_refused(delegation):
    with pytest.raises(WrongState):
        operations.publish_practice(start(delegation, SYSTEM), by=SYSTEM)


def files_submitted(practice) -> list:
    return [item for item in practice.files if practice.latest and item.came_with(practice.latest)]


def test_who_has_not_seen_a_file_submits_another_draft(own, personas):
    person, delegation = own
    practice = start(delegation, person)
    db.session.commit()
    for change in (lambda: attaching.attach_file(practice, upload(), by=person), lambda: take_away(practice, person)):
        seen = str(practice.version)
        change()
        db.session.commit()
        with pytest.raises(Stale):
            operations.submit_practice(practice, received_at=now(), by=person, seen=seen)
        db.session.rollback()


def take_away(practice, person) -> None:
    attaching.remove_file(practice.attachments[0], by=person)


def test_attachments_of_a_draft_are_the_delegations_alone(own, personas):
    person, delegation = own
    practice = start(delegation, person)
    item = attaching.attach_file(practice, upload(), by=person)
    assert attaching.attach_file(practice, upload(name="again.pdf"), by=person) is item, "the same file once"
    assert files_submitted(practice) == []
    assert attachment(person, item.id) is item
    with pytest.raises(Exception, match="404"):
        attachment(personas.secretariat, item.id)
    operations.submit_practice(practice, received_at=now(), by=person)
    assert files_submitted(practice) == [item]
    assert attachment(personas.secretariat, item.id) is item
    with pytest.raises(WrongState):
        attaching.remove_file(item, by=person)
    operations.return_practice(practice, comment="More.", by=SYSTEM)
    later = attaching.attach_file(practice, upload(PDF + b"%2\n"), by=person)
    assert files_submitted(practice) == [item], "what is added to the draft is not shown"
    attaching.remove_file(later, by=person)
    assert practice.attachments == [item]


def test_a_file_removed_after_a_return_stays_with_the_version_it_came_with(own, personas):
    person, delegation = own
    practice = start(delegation, person)
    item = attaching.attach_file(practice, upload(), by=person)
    first = operations.submit_practice(practice, received_at=now(), by=person)
    operations.return_practice(practice, comment="Without the annex.", by=SYSTEM)
    attaching.remove_file(item, by=person)
    assert (practice.attachments, files_submitted(practice)) == ([], [item])
    again = attaching.attach_file(practice, upload(), by=person)
    assert again is not item, "the same file may come back"
    attaching.remove_file(again, by=person)
    second = operations.submit_practice(practice, received_at=now(), by=person)
    assert (item.came_with(first), item.came_with(second), again.came_with(second)) == (True, False, False)
    assert attachment(personas.secretariat, item.id) is item
    operations.accept_practice(practice, by=SYSTEM)
    operations.publish_practice(practice, by=SYSTEM)
    with pytest.raises(Exception, match="404"):
        attachment(personas.anonymous, item.id)


@pytest.mark.parametrize(("content", "name"), [(b"", "empty.pdf"), (b"MZ\x90 a program", "report.pdf"), (b"", "")])
def test_uploads_that_are_not_what_they_say_are_refused(delegation, content, name):
    practice = start(delegation, SYSTEM)
    with pytest.raises(Refusal):
        attaching.attach_file(practice, upload(content, name), by=SYSTEM)
    assert practice.attachments == []


def test_five_files_at_most(delegation):
    practice = start(delegation, SYSTEM)
    for number in range(5):
        attaching.attach_file(practice, upload(PDF + str(number).encode()), by=SYSTEM)
    with pytest.raises(Refusal) as refusal:
        attaching.attach_file(practice, upload(PDF + b"6"), by=SYSTEM)
    assert "5" in str(refusal.value)

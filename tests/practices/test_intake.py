"""What came by e-mail: recorded by staff, confirmed by the State, and counted from when it was received."""

import io
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings.enums import Stage
from app.practices import building, calls, intakes, operations
from app.practices.enums import IntakeMeans, PracticeState
from app.practices.models import Intake, Practice
from app.practices.queries import call_of, own_delegation
from app.practices.reminding import AWAITED
from app.practices.word_form import form_docx
from app.practices.word_views import shape_for
from app.reminders.registry import Owed
from tests.at_once import at_once
from tests.client import fill, post_form, press_twice, sign_in
from tests.factories.practices import change_template, close_call, full_content, submit

WORDS = "Zyxwvutsrq"  # stands in what the delegation writes, and nowhere else


def record(personas, meeting, **more) -> Intake:
    delegation = own_delegation(personas.delegate_a, meeting.slug, "PE")
    values = {
        "means": IntakeMeans.EMAIL,
        "sender": "Ministry, note 7-5-M/12",
        "received_at": now() - timedelta(hours=2),
        "confirm_by": now() + timedelta(days=7),
        "language": "es",
        "upload": None,
        "content": full_content(),
        "leftovers": [],
        "by": personas.secretariat,
        **more,
    }
    intake = intakes.record_intake(call_of(meeting.id), delegation, **values)
    db.session.commit()
    return intake


def draft_url(intake, page="") -> str:
    return f"/practices/drafts/{intake.practice_id}{page}"


def test_staff_record_and_the_state_confirms_what_was_received_then(client, personas, meeting):
    intake = record(personas, meeting)
    close_call(meeting)
    delegate = sign_in(client, personas.delegate_a)
    for page in ("", "/check"):
        assert "recorded this text for your delegation" in delegate.get(draft_url(intake, page)).text
    assert "The call is closed for your delegation" not in delegate.get(draft_url(intake, "/check")).text
    assert [answer.status_code for answer in press_twice(delegate, draft_url(intake, "/check"))] == [303, 303]
    db.session.expire_all()
    practice = db.session.get_one(Practice, intake.practice_id)
    [version] = practice.versions
    assert (practice.state, version.submitted_at) == (PracticeState.SUBMITTED, intake.received_at)
    assert version.confirmed_at == intake.confirmed_at > intake.received_at
    assert intake.confirmed_by_id == personas.delegate_a.id
    review = sign_in(client, personas.secretariat).get(f"/practices/review/{practice.id}").text
    assert "note 7-5-M/12" in review


def test_the_state_is_told_what_was_recorded_and_what_found_no_field(client, personas, meeting):
    intake = record(personas, meeting, leftovers=["An answer without its heading."])
    delegate = sign_in(client, personas.delegate_a)
    assert "Confirm what the secretariat recorded" in delegate.get("/desk").text
    for page in ("", "/check"):
        assert "An answer without its heading." in delegate.get(draft_url(intake, page)).text


def test_what_the_state_corrects_is_unseen_until_it_confirms(client, personas, meeting):
    intake = record(personas, meeting)
    delegate = sign_in(client, personas.delegate_a)
    assert post_form(delegate, draft_url(intake), {"title": f"{WORDS} title"}).status_code == 303
    staff = sign_in(client, personas.secretariat)
    own = f"/manage/intake/{intake.id}"
    page = staff.get(own).text
    assert (WORDS in page, full_content()["title"] in page) == (False, True)
    listed = staff.get(f"/sessions/{meeting.slug}/manage/intake").text
    assert (WORDS in listed, full_content()["title"] in listed, intake.sender in listed) == (False, True, True)
    assert staff.get(draft_url(intake)).status_code == 404
    refused = post_form(staff, own, {"title": "What staff write"})
    assert (refused.status_code, "taken this text over" in refused.text, WORDS in refused.text) == (409, True, False)
    assert "What staff write" in refused.text
    delegate = sign_in(client, personas.delegate_a)
    assert post_form(delegate, draft_url(intake, "/check"), {}).status_code == 303
    review = sign_in(client, personas.secretariat).get(f"/practices/review/{intake.practice_id}").text
    assert WORDS in review


def test_staff_correct_their_record_and_the_draft_follows(client, personas, meeting):
    intake = record(personas, meeting)
    staff = sign_in(client, personas.secretariat)
    own = f"/manage/intake/{intake.id}"
    first, second = staff.get(own), staff.get(own)
    url, data, _multipart = fill(first, own, {"title": "Primera"})
    assert staff.post(url, data=data).status_code == 303
    url, data, _multipart = fill(second, own, {"title": "Segunda"})
    stale = staff.post(url, data=data)
    assert (stale.status_code, "Primera" in stale.text, "Segunda" in stale.text) == (409, True, True)
    db.session.expire_all()
    assert intake.content["title"] == intake.practice.content["title"] == "Primera"
    url, data, _multipart = fill(stale, own, {"title": "Las dos"})
    assert staff.post(url, data=data).status_code == 303
    db.session.expire_all()
    assert intake.content["title"] == intake.practice.content["title"] == "Las dos"
    rows = len(intake.content["actors"])
    assert post_form(staff, own, {"add_row": "actors"}).location.endswith("#actors")
    removed = post_form(staff, own, {"remove_row": "actors-0"})
    assert removed.status_code == 303
    db.session.expire_all()
    assert len(intake.content["actors"]) == rows - 1


def test_a_docx_is_read_into_the_form_and_kept(client, personas, meeting):
    delegation = own_delegation(personas.delegate_a, meeting.slug, "PE")
    shape = shape_for(call_of(meeting.id), own_delegation(personas.delegate_b, meeting.slug, "CL"))
    made = form_docx(
        shape, full_content(), language="es", written_in="es", token="plenaria/9/CL/", author="X", created=now()
    )
    staff = sign_in(client, personas.secretariat)
    url = f"/sessions/{meeting.slug}/manage/intake/new"
    values = {"delegation": str(delegation.id), "sender": "Ministry", "file": (io.BytesIO(made), "practica.docx")}
    unchosen = post_form(staff, url, {"sender": "Ministry"})
    assert (unchosen.status_code, "Choose the delegation that sent it." in unchosen.text) == (422, True)
    answer = post_form(staff, url, values)
    assert answer.status_code == 303
    intake = db.session.scalars(sa.select(Intake)).one()
    assert intake.content["context"] == full_content()["context"]
    assert intake.content["answers"]["1"] == full_content()["answers"]["1"]
    assert intake.leftovers == [], "nor the name of the State that the form was made for"
    page = staff.get(answer.location).text
    assert "another delegation (CL)" in page
    assert "another delegation (CL)" in staff.get(answer.location).text, "nor is it gone with the next view"
    for person, status in ((personas.secretariat, 200), (personas.delegate_a, 200), (personas.delegate_b, 404)):
        file = sign_in(client, person).get(f"/manage/intake/{intake.id}/file")
        assert file.status_code == status
        assert status == 404 or file.data == made


def test_a_docx_that_must_not_be_read_is_refused_and_the_rest_is_kept(client, personas, meeting):
    staff = sign_in(client, personas.secretariat)
    url = f"/sessions/{meeting.slug}/manage/intake/new"
    delegation = own_delegation(personas.delegate_a, meeting.slug, "PE")
    values = {"sender": "Ministry", "delegation": str(delegation.id)}
    answer = post_form(staff, url, {**values, "file": (io.BytesIO(b"PK\x03\x04 no zip"), "practica.docx")})
    assert (answer.status_code, 'value="Ministry"' in answer.text) == (422, True)
    assert db.session.scalars(sa.select(Intake)).all() == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"sender": " "}, "Write who sent it"),
        ({"received_at": timedelta(minutes=5)}, "has not come yet"),
        ({"received_at": timedelta(days=-30)}, "was not open then"),
        ({"confirm_by": timedelta(minutes=-5)}, "still to come"),
        ({"language": "xx"}, "languages listed"),
        ({"content": {"themes": ["T99"]}}, "not on it"),
    ],
)
def test_what_cannot_be_recorded(personas, meeting, more, words):
    moments = {key: now() + value if isinstance(value, timedelta) else value for key, value in more.items()}
    with pytest.raises(Refusal, match=words):
        record(personas, meeting, **moments)


def test_what_came_too_late_needs_an_extension(client, personas, meeting):
    call_of(meeting.id).closes_at = now() - timedelta(hours=1)
    intake = record(personas, meeting, received_at=now() - timedelta(minutes=1))
    assert "without an extension" in sign_in(client, personas.secretariat).get(f"/manage/intake/{intake.id}").text
    practice = intake.practice
    with pytest.raises(operations.CallClosed):
        operations.submit_practice(practice, received_at=now(), by=personas.delegate_a)
    calls.grant_extension(
        practice.call, practice.delegation, until=now() + timedelta(days=1), reason="Storm", by=SYSTEM
    )
    assert operations.submit_practice(practice, received_at=now(), by=personas.delegate_a).number == 1


def test_a_state_for_which_nobody_writes_is_not_asked(client, personas, meeting):
    intake = record(personas, meeting)
    intake.practice.delegation.members.clear()
    db.session.commit()
    staff, own = sign_in(client, personas.secretariat), f"/manage/intake/{intake.id}"
    answer = post_form(staff, own, {"action": "ask", "title": "Kept"}, action=own)
    invite = f'<a href="/manage/delegations/{intake.practice.delegation_id}#invite">Invite somebody</a>'
    told = staff.get(answer.location).text
    assert (told.count(invite), "nobody writes for its delegation yet" in told) == (2, True)
    db.session.expire_all()
    assert (intake.asked_at, intake.content["title"]) == (None, "Kept")


def test_the_state_is_asked_reminded_and_left_alone_once_it_confirmed(client, personas, meeting):
    intake = record(personas, meeting)
    delegation_id = intake.practice.delegation_id
    assert AWAITED.owed(meeting)[delegation_id].parts == ("practice",)
    staff = sign_in(client, personas.secretariat)
    for _click in range(2):
        post_form(staff, f"/manage/intake/{intake.id}", {"action": "ask"}, action=f"/manage/intake/{intake.id}")
    db.session.expire_all()
    mails = db.session.scalars(sa.select(Mail).filter_by(message="practices/call_closes")).all()
    assert [mail.state for mail in mails] == [MailState.HELD]
    assert AWAITED.owed(meeting)[delegation_id] == Owed(intake.confirm_by, ("recorded",))
    assert "has recorded a good practice that your delegation" in mails[0].body
    operations.submit_practice(intake.practice, received_at=now(), by=personas.delegate_a)
    assert delegation_id not in AWAITED.owed(meeting)
    assert mails[0].state is MailState.CANCELLED
    with pytest.raises(WrongState, match="answered already"):
        intakes.ask_confirmation(intake, by=personas.secretariat)


def test_what_the_state_withdraws_is_shown_no_more(client, personas, meeting):
    intake = record(personas, meeting)
    operations.withdraw_practice(intake.practice, by=personas.delegate_a)
    staff = sign_in(client, personas.secretariat)
    page = staff.get(f"/manage/intake/{intake.id}").text
    assert ("withdrew it" in page, full_content()["title"] in page) == (True, False)
    listed = staff.get(f"/sessions/{meeting.slug}/manage/intake").text
    assert ("Withdrawn" in listed, full_content()["title"] in listed) == (True, False)


def test_recording_is_for_staff(client, personas, meeting):
    intake = record(personas, meeting)
    for person in (personas.delegate_a, personas.reader):
        browser = sign_in(client, person)
        assert browser.get(f"/sessions/{meeting.slug}/manage/intake").status_code == 403
        assert browser.get(f"/manage/intake/{intake.id}").status_code == 404


def test_the_same_mail_is_recorded_once(personas, meeting):
    at = now() - timedelta(hours=1)
    assert record(personas, meeting, received_at=at) is record(personas, meeting, received_at=at)
    assert record(personas, meeting, received_at=at, sender="Another") is not None
    assert len(db.session.scalars(sa.select(Intake)).all()) == 2


def test_two_practices_in_one_mail_are_two_records(personas, meeting):
    at = now() - timedelta(hours=1)

    def sent(text: bytes) -> Intake:
        body = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% " + text + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
        return record(personas, meeting, received_at=at, upload=FileStorage(io.BytesIO(body), "practice.pdf"))

    first, second = sent(b"one"), sent(b"two")
    assert first is not second
    assert first.file.sha256 != second.file.sha256
    assert [sent(b"one"), sent(b"two")] == [first, second]
    without = record(personas, meeting, received_at=at)
    assert without not in (first, second)
    assert record(personas, meeting, received_at=at, content=full_content(title="Otra")) is not without
    assert record(personas, meeting, received_at=at) is without


def confirm(practice_id: int) -> None:
    operations.submit_practice(db.session.get_one(Practice, practice_id), received_at=now(), by=SYSTEM)


def correct(intake_id: int) -> None:
    intake = db.session.get_one(Intake, intake_id)
    intakes.hold_record(intake)
    try:
        intakes.edit_intake(intake, content={**intake.content, "title": "Corregida"}, language="es", by=SYSTEM)
    except WrongState:
        db.session.rollback()


def test_staff_correct_while_the_state_confirms(app, personas, meeting):
    intake = record(personas, meeting)
    at_once(app, [partial(confirm, intake.practice_id), partial(correct, intake.id)])
    db.session.expire_all()
    practice = db.session.get_one(Practice, intake.practice_id)
    assert practice.state is PracticeState.SUBMITTED
    assert practice.versions[0].content["title"] == practice.content["title"] == intake.content["title"]


def test_two_of_the_staff_write_in_different_fields(client, personas, meeting):
    intake = record(personas, meeting)
    staff = sign_in(client, personas.secretariat)
    own = f"/manage/intake/{intake.id}"
    pages = [staff.get(own) for _person in range(2)]
    for shown, values in zip(pages, ({"title": "Primera"}, {"lessons": "Segunda."}), strict=True):
        url, data, _multipart = fill(shown, own, values)
        assert staff.post(url, data=data).status_code == 303
    db.session.expire_all()
    assert (intake.content["title"], intake.content["lessons"]) == ("Primera", "Segunda.")


def test_a_text_to_revise_and_one_to_confirm_are_reminded_of_together(personas, meeting):
    intake = record(personas, meeting, confirm_by=now() + timedelta(days=30))
    delegation = intake.practice.delegation
    returned = submit(delegation, personas.delegate_a)
    operations.return_practice(returned, comment="More figures.", by=SYSTEM)
    intakes.ask_confirmation(intake, by=personas.secretariat)
    owed = AWAITED.owed(meeting)[delegation.id]
    assert owed == Owed(call_of(meeting.id).closes_at, ("revision", "recorded")), "first what the date is of"
    body = db.session.scalars(sa.select(Mail.body).filter_by(message="practices/call_closes")).one()
    assert "confirms it" in body
    assert "awaits its revision" in body.replace("\n", " ")


def test_nothing_is_recorded_without_a_call_and_of_no_mechanism(client, personas, meeting):
    staff = sign_in(client, personas.secretariat)
    url = f"/sessions/{meeting.slug}/manage/intake/new"
    options = staff.get(url).text
    assert ("Peru" in options, "Regional Conference" in options) == (True, False)
    peru = own_delegation(personas.delegate_a, meeting.slug, "PE")
    delegation = own_delegation(personas.representative, meeting.slug, "RCM")
    with pytest.raises(Refusal, match="Only States"):
        intakes.record_intake(
            call_of(meeting.id),
            delegation,
            means=IntakeMeans.NOTE,
            sender="RCM",
            received_at=now(),
            confirm_by=now() + timedelta(days=1),
            language="es",
            upload=None,
            content={},
            leftovers=[],
            by=personas.secretariat,
        )
    url_, data, _multipart = fill(staff.get(url), url, {"sender": "Ministry", "delegation": str(peru.id)})
    db.session.delete(call_of(meeting.id))
    refused = staff.post(url_, data=data)
    assert (refused.status_code, "Make the call first." in refused.text) == (422, True)


def test_a_session_that_is_over_asks_nobody(client, personas, meeting):
    intake = record(personas, meeting)
    meeting.stage = Stage.PUBLISHED
    db.session.commit()
    own = f"/manage/intake/{intake.id}"
    answer = post_form(sign_in(client, personas.secretariat), own, {"action": "ask"}, action=own)
    assert answer.status_code == 409
    assert db.session.scalars(sa.select(Mail)).all() == []
    assert sign_in(client, personas.secretariat).get(f"{own}/file").status_code == 404


def test_asking_the_state_keeps_what_was_typed(client, personas, meeting):
    intake = record(personas, meeting)
    own = f"/manage/intake/{intake.id}"
    staff = sign_in(client, personas.secretariat)
    assert post_form(staff, own, {"title": "Corregida", "action": "ask"}).status_code == 303
    db.session.expire_all()
    assert (intake.content["title"], intake.asked_at is None) == ("Corregida", False)


def test_that_nobody_is_told_of_a_second_text_today_is_said(client, personas, meeting):
    staff = sign_in(client, personas.secretariat)
    told = []
    for sender in ("Ministry", "Embassy"):
        own = f"/manage/intake/{record(personas, meeting, sender=sender).id}"
        post_form(staff, own, {"action": "ask"})
        told.append("No mail was written" in staff.get(own).text)
    assert told == [False, True]


def test_what_was_recorded_in_a_field_that_is_gone_is_shown_once_the_state_took_over(client, personas, meeting):
    intake = record(personas, meeting, content=full_content(rights="Lo que se recibió."))
    operations.save_draft(intake.practice, content=full_content(rights="De la delegación."), by=personas.delegate_a)
    db.session.commit()
    change_template(meeting, building.without(intake.call.template, "rights"), by=personas.secretariat)
    page = sign_in(client, personas.secretariat).get(f"/manage/intake/{intake.id}").text
    assert ("Lo que se recibió." in page, "De la delegación." in page) == (True, False)
    assert "rights" not in intake.content


def test_a_conflict_in_a_record_keeps_what_the_changed_form_has_no_place_for(client, personas, meeting):
    intake = record(personas, meeting)
    staff, own = sign_in(client, personas.secretariat), f"/manage/intake/{intake.id}"
    open_page = staff.get(own)
    change_template(meeting, building.without(intake.call.template, "rights"), by=personas.secretariat)
    assert post_form(staff, own, {"title": "Primera", "lessons": "Solo de la primera."}).status_code == 303
    url, data, _multipart = fill(open_page, own, {"title": "Segunda", "rights": "Sin lugar."})
    answer = staff.post(url, data=data)
    assert (answer.status_code, "Sin lugar." in staff.get(own).text) == (409, True)
    assert "Solo de la primera." not in answer.text, "nobody is asked about what only one touched"
    assert "Saved " not in answer.text, "nothing is told of when the delegation saved its draft"
    db.session.expire_all()
    assert (intake.content["title"], "Sin lugar." in intake.leftovers) == ("Primera", True)

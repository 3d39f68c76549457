"""The pages of the record, as those who keep it and those who read it come to them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.floor import asking, speaking
from app.meetings import undoing
from app.meetings.enums import Stage
from app.record import correcting, minutes, noting, queries
from app.record.enums import Outcome
from app.record.models import FollowUp, MinutesCorrection, Note, Sitting
from tests.client import filled, post_form, sign_in
from tests.factories.summaries import NOON
from tests.floor.conftest import delegation_of
from tests.record.conftest import ANSWER, GENERAL, make_rapporteur, speak

SESSION = "/sessions/cam-2026"


@pytest.fixture
def page(said) -> str:
    return f"/record/interventions/{said.id}"


@pytest.fixture
def sent(said, meeting, personas):
    """Peru's intervention in minutes that are with the delegations for a week."""
    noting.save_note(said, {"points": GENERAL, "answers.1": ANSWER}, by=personas.secretariat)
    minutes.send(meeting, NOON + timedelta(days=7), by=personas.secretariat)
    db.session.commit()
    return said


def press(client, page, action, values=None) -> str:
    answer = post_form(client, page, values or {}, action=action)
    assert answer.status_code == 303, answer.text
    return client.get(answer.location).text


def test_a_rapporteur_notes_what_is_said(client, personas, meeting, speaks, page):
    sign_in(client, personas.delegate_b)
    assert client.get(f"{SESSION}/record").status_code == 403
    assert client.get(page).status_code == 404, "another delegation's"
    make_rapporteur(personas.delegate_b, speaks.delegation)
    index = client.get(f"{SESSION}/record").text
    assert index.count("Nothing noted") == 2
    now = client.get(f"{SESSION}/record/now")
    assert now.location == f"/record/interventions/{speaks.id}#points"
    assert 'rel="prev"' in client.get(now.location).text
    told = press(client, page, page, {"points": GENERAL, "answer_1": ANSWER})
    assert "The notes were saved." in told
    assert "1 person took notes" in client.get(f"{SESSION}/record").text
    sign_in(client, personas.secretariat)
    others = client.get(page).text
    assert "Delegate B" in others
    assert others.count(ANSWER) == 1, "of another, and not in one's own fields"
    sign_in(client, personas.delegate_a)
    assert client.get(page).status_code == 403, "its own intervention, but another's notes"


def part_of_speaker(client, entry) -> str:
    """What the live part of a page of notes says, as it is asked for while the page stands open."""
    (found,) = client.get(f"/live/now?part=record.speaker/{entry.id}&language=en").json
    return found["html"]


def test_the_page_of_notes_follows_who_speaks(staff, said, speaks, speakers, page):
    other = f"/record/interventions/{speaks.id}"
    assert "Save and go on to Chile" in staff.get(page).text, "a plain reload tells it, too"
    assert "Has the floor" in part_of_speaker(staff, speaks)
    told = post_form(staff, page, {"points": GENERAL, "go_on": str(speaks.id)}, action=page)
    assert told.location == f"{other}#points"
    assert db.session.scalars(sa.select(Note)).one().points == {"points": GENERAL}, "what is written is saved first"
    with standing_at(NOON + timedelta(minutes=9)):
        speaking.end(speaks.speech, by=SYSTEM)
    db.session.commit()
    assert "Nobody has the floor" in part_of_speaker(staff, speaks)
    third = speak(speakers, "RCM", after=900, ends=False)
    assert f'value="{third.id}"' in part_of_speaker(staff, speaks)


def test_nobody_goes_on_with_notes_that_are_refused(staff, said, speaks, page):
    refused = post_form(staff, page, {"points": "a" * 6001, "go_on": str(speaks.id)}, action=page)
    assert refused.status_code == 422
    assert "a" * 6001 in refused.text
    for odd in ("x", "-1", "9" * 30):
        assert post_form(staff, page, {"points": GENERAL, "go_on": odd}, action=page).status_code == 303


def test_while_nobody_speaks_the_way_leads_to_the_record(staff, meeting):
    assert "Nobody has the floor" in staff.get(f"{SESSION}/record/now", follow_redirects=True).text


def test_notes_are_saved_while_they_are_written(staff, personas, page, said):
    _address, data, _multipart = filled(staff, page, action=page)
    nothing = staff.post(f"{page}/autosave", data=data)
    assert nothing.status_code == 200
    assert db.session.scalar(sa.select(sa.func.count(Note.id))) == 0
    kept = staff.post(f"{page}/autosave", data=data | {"points": "One."})
    assert kept.status_code == 200
    later = staff.post(f"{page}/autosave", data=data | {"points": "One. Two.", "version": kept.json["version"]})
    assert later.status_code == 200
    assert db.session.scalars(sa.select(Note)).one().points == {"points": "One. Two."}
    late = staff.post(f"{page}/autosave", data=data | {"points": "Of another window.", "version": kept.json["version"]})
    assert late.status_code == 409
    both = post_form(staff, page, {"points": "Of another window.", "version": kept.json["version"]})
    assert both.status_code == 409
    assert "Of another window." in both.text
    assert "One. Two." in both.text
    long = staff.post(f"{page}/autosave", data=data | {"points": "a" * 6001, "version": later.json["version"]})
    assert long.status_code == 422


def test_notes_are_saved_of_whom_the_floor_is_taken_from(client, personas, meeting, speakers):
    sign_in(client, personas.secretariat)
    for take, told in (
        (lambda entry: asking.remove(entry, by=personas.secretariat), "Removed while speaking"),
        (lambda entry: speaking.take_back(entry.speech, by=personas.secretariat), "Has not had the floor"),
    ):
        entry = speak(speakers, "PE", after=0, ends=False)
        page = f"/record/interventions/{entry.id}"
        _address, data, _multipart = filled(client, page, action=page)
        take(entry)
        assert client.post(f"{page}/autosave", data=data | {"points": "The last words."}).status_code == 200
        shown = client.get(page).text
        assert "The last words." in shown
        assert told in shown
        assert told in client.get(f"{SESSION}/record").text
    assert "Ask for it in writing" not in shown
    assert post_form(client, f"{page}/minutes", {"points": "Worded."}).status_code == 303, "and it can be worded"
    sign_in(client, personas.delegate_a)
    assert client.get(f"{page}/correct").status_code == 404


def test_a_practice_is_asked_for_in_writing(client, personas, page, said):
    noting.save_note(said, {"points": GENERAL}, by=personas.secretariat)
    sign_in(client, personas.secretariat)
    action = f"{page}/follow-up"
    empty = post_form(client, page, {}, action=action)
    assert empty.status_code == 422
    assert "say until when" in empty.text
    assert "(optional)" not in empty.text
    told = press(client, page, action, {"until": "2026-06-20T18:00"})
    assert "Asked for in writing on" in told
    practice = db.session.scalars(sa.select(FollowUp)).one().practice
    assert client.get(f"/practices/drafts/{practice.id}").status_code == 404, "a draft is its delegation's alone"
    sign_in(client, personas.delegate_a)
    assert GENERAL in client.get(f"/practices/drafts/{practice.id}").text


def test_a_rapporteur_asks_the_secretariat_for_a_deadline(client, personas, page, said, speaks):
    make_rapporteur(personas.delegate_b, speaks.delegation)
    sign_in(client, personas.delegate_b)
    assert "It may be handed in until" not in client.get(page).text
    told = press(client, page, f"{page}/follow-up")
    assert "The secretariat is asked to say until when" in told
    assert "Ask for it in writing" not in told
    assert "waits for the secretariat" in client.get(f"{SESSION}/record").text
    sign_in(client, personas.secretariat)
    told = press(client, page, f"{page}/follow-up", {"until": "2026-06-20T18:00"})
    assert "Asked for in writing on" in told


def test_a_mechanism_is_not_asked_for_good_practices(staff, speakers):
    entry = speak(speakers, "RCM", after=60)
    assert "Ask for it in writing" not in staff.get(f"/record/interventions/{entry.id}").text


def test_the_language_of_the_record_is_chosen(staff, meeting, said, page):
    told = press(staff, f"{SESSION}/record", f"{SESSION}/record/language", {"language": "es"})
    assert "The language was saved." in told
    assert 'lang="es"' in staff.get(page).text
    assert (
        post_form(staff, f"{SESSION}/record", {"language": "tlh"}, action=f"{SESSION}/record/language").status_code
        == 422
    )


def test_attendance_is_noted_and_read(client, personas, meeting):
    sign_in(client, personas.secretariat)
    peru = delegation_of(meeting, "PE")
    address = f"{SESSION}/record/attendance/1/morning"
    told = press(client, address, address, {"present": str(peru.id)})
    assert "1 delegation present" in told
    assert "Not noted." in told
    seen = db.session.scalars(sa.select(Sitting)).one().version
    assert post_form(client, address, {"present": None, "version": str(seen - 1)}).status_code == 409
    for wrong in ("9/morning", "1/night"):
        assert client.get(f"{SESSION}/record/attendance/{wrong}").status_code == 404
    sign_in(client, personas.delegate_b)
    assert "1 delegation present" in client.get(f"{SESSION}/record/attendance").text
    assert client.get(address).status_code == 403
    sheet = client.get(f"{SESSION}/record/attendance?format=csv")
    assert "Peru,present" in sheet.text
    sign_in(client, personas.reader)
    assert client.get(f"{SESSION}/record/attendance").status_code == 403


def test_delegations_read_the_minutes_once_they_are_sent(client, personas, meeting, said):
    noting.save_note(said, {"points": GENERAL}, by=personas.secretariat)
    db.session.commit()
    sign_in(client, personas.delegate_a)
    early = client.get(f"{SESSION}/minutes").text
    assert "The minutes are being written" in early
    assert GENERAL not in early
    sign_in(client, personas.secretariat)
    page = f"{SESSION}/minutes"
    assert post_form(client, page, {"until": ""}, action=f"{page}/send").status_code == 422
    assert "Draft, with the delegations" in press(client, page, f"{page}/send", {"until": "2026-05-21T18:00"})
    sign_in(client, personas.delegate_a)
    assert "Permits are given in ten days." in client.get(page).text
    sign_in(client, personas.delegate_b)
    read = client.get(page).text
    assert "Permits are given in ten days." in read
    assert "Propose a correction" not in read


def test_what_is_accepted_in_part_is_worded_on_the_page_that_answers(client, personas, meeting, sent):
    sign_in(client, personas.delegate_a)
    correct = f"/record/interventions/{sent.id}/correct"
    press(client, correct, correct, {"points": "In twelve days. Never more."})
    settle = f"/minutes/corrections/{db.session.scalars(sa.select(MinutesCorrection)).one().id}"
    sign_in(client, personas.secretariat)
    part = {"outcome": "correction_in_part", "answer": "Only the figure."}
    refused = post_form(client, settle, part)
    assert refused.status_code == 422
    assert "must say part of it" in refused.text
    assert "Only the figure." in refused.text
    declined = post_form(client, settle, part | {"outcome": "correction_declined", "points": "In twelve days."})
    assert declined.status_code == 422
    assert "In twelve days.</textarea>" in declined.text
    told = press(client, settle, settle, part | {"points": "In twelve days."})
    assert told.count("In twelve days.") >= 3, "the text, what was proposed, and what was taken"
    sign_in(client, personas.delegate_a)
    assert "What was taken of it" in client.get(f"{SESSION}/minutes").text


def test_a_version_is_brought_back_by_who_saw_what_it_drops(client, personas, meeting, sent):
    first = minutes.keep(meeting, by=personas.secretariat)
    more = {"reason": "", "received_at": NOON, "by": personas.delegate_a}
    row = correcting.propose(sent, {"points": "In twelve days."}, **more)
    correcting.settle(row, Outcome.ACCEPTED, answer="", by=personas.secretariat)
    db.session.commit()
    sign_in(client, personas.secretariat)
    versions = client.get(f"{SESSION}/minutes/versions").text
    page = f"/minutes/versions/{first.id}/restore"
    assert f'href="{page}"' in versions
    shown = client.get(page).text
    assert "Accepted corrections that this version does not have" in shown
    assert "In twelve days." in shown
    address, data, _multipart = filled(client, page)
    minutes.word(meeting, {"points": "Meanwhile."}, intervention_id=sent.id, by=personas.secretariat)
    overtaken = client.post(address, data=data)
    assert overtaken.status_code == 409
    assert "Meanwhile." in overtaken.text
    told = press(client, page, page)
    assert "say again what they said in version" in told
    assert "Accepted corrections that are not in the text" in told
    sign_in(client, personas.delegate_a)
    assert "Accepted corrections that are not in the text" not in client.get(f"{SESSION}/minutes").text


def test_the_minutes_are_worded(staff, personas, meeting, mark, sent):
    page = f"/record/interventions/{sent.id}/minutes"
    address, data, _multipart = filled(staff, page, {"points": "Mine."})
    noting.save_note(sent, {"points": "Noted meanwhile."}, by=personas.secretariat)
    db.session.commit()
    overtaken = staff.post(address, data=data)
    assert overtaken.status_code == 409
    assert "Mine." in overtaken.text
    assert "Noted meanwhile." in overtaken.text
    assert "Permits are given" in press(staff, page, page, {"points": "Permits are given at once.", "answer_1": ""})
    assert queries.texts_of(meeting.id) == {f"intervention-{sent.id}": {"points": "Permits are given at once."}}
    stale = post_form(staff, page, {"points": "Mine.", "version": "0"})
    assert stale.status_code == 409
    assert "Mine." in stale.text
    item = f"{SESSION}/minutes/items/{mark}"
    assert "The session took note." in press(staff, item, item, {"points": "The session took note."})
    assert staff.get(f"{SESSION}/minutes/items/nothing").status_code == 404


def test_a_delegation_corrects_its_own_and_nobody_elses(client, personas, meeting, sent):
    page = f"/record/interventions/{sent.id}/correct"
    for user, status in ((personas.delegate_b, 404), (personas.secretariat, 403), (personas.anonymous, 302)):
        sign_in(client, user)
        assert client.get(page).status_code == status
    sign_in(client, personas.delegate_a)
    told = press(client, page, page, {"points": "In twelve days.", "reason": "The figure."})
    assert "Your correction was received." in told
    assert "Proposed" in told
    same = post_form(client, page, {"points": "", "answer_1": ""})
    assert same.status_code == 422
    both = post_form(client, page, {"points": "In nine days.", "version": "of an earlier page"})
    assert both.status_code == 409
    assert "In nine days." in both.text
    assert "In twelve days." in both.text
    row = db.session.scalars(sa.select(MinutesCorrection)).one()
    settle = f"/minutes/corrections/{row.id}"
    assert client.get(settle).status_code == 403
    sign_in(client, personas.delegate_b)
    assert client.get(settle).status_code == 404
    assert "In twelve days." not in client.get(f"{SESSION}/minutes").text
    sign_in(client, personas.secretariat)
    compared = client.get(settle).text
    assert "<ins>" in compared
    assert "The figure." in compared
    assert post_form(client, settle, {"outcome": "correction_declined"}).status_code == 422
    other = {"outcome": "correction_declined", "answer": "No.", "version": "what stood there before"}
    stale = post_form(client, settle, other)
    assert stale.status_code == 409
    assert "Somebody saved this in the meantime." in stale.text
    assert "No.</textarea>" in stale.text
    assert "In twelve days." in press(client, settle, settle, {"outcome": "correction_accepted"})


def test_the_desk_says_what_the_minutes_wait_for(client, personas, meeting, sent):
    def desk(user, address="/desk") -> str:
        return sign_in(client, user).get(address).text

    minutes_task = "Read what the minutes say of your delegation"
    correction = "1 correction of the minutes to answer"
    mine = desk(personas.delegate_a)
    assert minutes_task in mine
    assert "Until 21 May 2026, 10:00" in mine
    page = f"/record/interventions/{sent.id}/correct"
    press(client, page, page, {"points": "In twelve days."})
    assert correction not in desk(personas.delegate_a)
    make_rapporteur(personas.delegate_b, delegation_of(meeting, "CL"))
    rapporteur = desk(personas.delegate_b)
    assert correction in rapporteur
    assert minutes_task not in rapporteur, "its own delegation was not heard"
    noting.follow_up(sent, by=personas.delegate_b)
    staff = desk(personas.secretariat, "/desk/cam-2026")
    assert correction in staff
    assert "1 good practice to ask for in writing" in staff
    with standing_at(NOON + timedelta(days=7)):
        assert minutes_task not in desk(personas.delegate_a)
    undoing.cancel_meeting(meeting, by=personas.secretariat)
    assert correction not in desk(personas.secretariat, "/desk/cam-2026")


def test_what_the_minutes_say_is_read_once_it_is_given_out(client, personas, meeting, said):
    page, by = f"/record/interventions/{said.id}/correct", {"by": personas.secretariat}

    def word(text):
        minutes.word(meeting, {"points": text}, intervention_id=said.id, **by)
        db.session.commit()

    def read(status):
        sign_in(client, personas.delegate_a)
        shown = client.get(page)
        assert shown.status_code == status
        return shown.text

    word("First draft.")
    assert "First draft." not in read(409)
    minutes.send(meeting, NOON + timedelta(days=7), **by)
    word("Second draft.")
    sent = read(200)
    assert "First draft." in sent
    assert "Second draft." not in sent
    meeting.stage = Stage.CONSOLIDATING
    with standing_at(NOON + timedelta(days=6)):
        minutes.send(meeting, NOON + timedelta(days=7), **by)
    with standing_at(NOON + timedelta(days=8)):
        minutes.finish(meeting, **by)
        minutes.reopen(meeting, "A day is missing.", **by)
        word("Third draft.")
        assert "Third draft." not in read(409)


def test_late_corrections_are_refused_and_kept_on_the_page(delegate, sent):
    page = f"/record/interventions/{sent.id}/correct"
    address, data, _multipart = filled(delegate, page, {"points": "Too late."})
    with standing_at(NOON + timedelta(days=8)):
        late = delegate.post(address, data=data)
    assert late.status_code == 409
    assert "Too late." in late.text


def test_versions_are_kept_compared_and_brought_back(staff, meeting, sent, personas):
    page = f"{SESSION}/minutes/versions"
    minutes.word(meeting, {"points": "Permits in twelve days."}, intervention_id=sent.id, by=personas.secretariat)
    db.session.commit()
    assert "Version 2" in press(staff, page, f"{SESSION}/minutes/keep")
    offered = staff.get(page).text
    assert 'name="older" value="1" checked' in offered
    assert 'name="newer" value="2" checked' in offered
    compared = staff.get(f"{page}?older=1&newer=2").text
    assert "<ins>twelve" in compared
    assert "They say the same." in staff.get(f"{page}?older=2").text
    assert staff.get(f"{page}?older=x&newer=99").status_code == 200
    first = queries.versions_of(queries.minutes_of(meeting.id).id)[-1]
    told = press(staff, f"/minutes/versions/{first.id}/restore", f"/minutes/versions/{first.id}/restore")
    assert "Permits are given in ten days." in told


def test_minutes_are_made_final_and_opened_again(client, personas, meeting, sent):
    page = f"{SESSION}/minutes"
    sign_in(client, personas.secretariat)
    assert "once the session is over" in client.get(page).text
    meeting.stage = Stage.CONSOLIDATING
    early = post_form(client, page, {}, action=f"{page}/finish")
    assert early.status_code == 409
    assert "may still propose" in early.text
    with standing_at(NOON + timedelta(days=8)):
        told = press(client, page, f"{page}/finish")
        assert "The minutes are final." in told
        assert "Word it" not in told
        assert "nothing in them is changed any more" in client.get(f"/record/interventions/{sent.id}").text
        empty = post_form(client, page, {"reason": ""}, action=f"{page}/reopen")
        assert empty.status_code == 422
        assert "Write why" in empty.text
        assert "Word it" in press(client, page, f"{page}/reopen", {"reason": "A day is missing."})
        sign_in(client, personas.delegate_a)
        read = client.get(page).text
        assert "Permits are given in ten days." in read
        assert "A day is missing." in read

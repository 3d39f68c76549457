"""The secretariat's pages: the call, extensions, the register, the review, publication."""

import csv
import io
from datetime import timedelta

import pytest
from lxml import html

from app.core.clock import now
from app.core.db import db
from app.desk import queries
from app.practices import clearance, intakes, operations
from app.practices.enums import ClearanceKind, IntakeMeans, PracticeState
from app.practices.queries import call_of, own_delegation
from tests.client import fill, post_form, sign_in
from tests.factories.practices import add_step, close_call, fresh, full_content, start, submit
from tests.factories.summaries import make_delegation, make_practice
from tests.statements import count_statements

TITLE = full_content()["title"]


def local(moment, meeting):
    return moment.astimezone(meeting.tz).strftime("%Y-%m-%dT%H:%M")


def test_the_call_is_made_and_changed(staff, meeting):
    db.session.delete(call_of(meeting.id))
    page = f"/sessions/{meeting.slug}/manage/call"
    values = {
        "title-en": "Call",
        "text-en": "Send one.",
        "opens_at": local(now(), meeting),
        "closes_at": local(now() + timedelta(days=9), meeting),
    }
    crossed = post_form(staff, page, {**values, "closes_at": local(now() - timedelta(days=9), meeting)})
    assert crossed.status_code == 422
    assert "The call closes before it opens." in crossed.text
    assert "Send one." in crossed.text
    assert post_form(staff, page, values).status_code == 303
    db.session.expire_all()
    assert call_of(meeting.id).template["sections"]
    assert post_form(staff, page, {"title-en": "A better call"}).status_code == 303
    db.session.expire_all()
    assert call_of(meeting.id).title["en"] == "A better call"
    stale = post_form(staff, page, {"title-en": "Mine", "version": "0"})
    assert stale.status_code == 409
    assert "Mine" in stale.text


@pytest.mark.parametrize(
    ("hour", "words"),
    [("2027-03-14T02:30", "this hour does not exist there"), ("2027-11-07T01:30", "this hour comes twice")],
)
def test_an_hour_that_the_clocks_skip_or_double_is_refused(staff, meeting, hour, words):
    answer = post_form(staff, f"/sessions/{meeting.slug}/manage/call", {"closes_at": hour})
    assert answer.status_code == 422
    assert words in answer.text


def test_a_deadline_that_closes_an_open_call_is_asked_about_first(staff, meeting):
    page, past = f"/sessions/{meeting.slug}/manage/call", local(now() - timedelta(hours=1), meeting)
    before = call_of(meeting.id).closes_at
    asked = post_form(staff, page, {"closes_at": past, "title-en": "A shorter call"})
    assert asked.status_code == 200
    for words in ("Close the call now?", "delegations of States", "grant single delegations", "A shorter call"):
        assert words in asked.text
    db.session.expire_all()
    assert call_of(meeting.id).closes_at == before
    address, data, _multipart = fill(asked, page, {"action": "close"})
    assert staff.post(address, data=data).status_code == 303
    db.session.expire_all()
    assert (call_of(meeting.id).closes_at < now(), call_of(meeting.id).title["en"]) == (True, "A shorter call")
    assert post_form(staff, page, {"title-en": "Closed"}).status_code == 303, "what is closed is not asked about"


def test_an_extension_is_granted_with_its_reason(staff, meeting, personas, approved_mails):
    page, action = f"/sessions/{meeting.slug}/manage/call", f"/sessions/{meeting.slug}/manage/call/extensions"
    until = local(now() + timedelta(days=20), meeting)
    peru = own_delegation(personas.delegate_a, meeting.slug, "PE").id
    for lacking in ({"delegation": ""}, {"reason": " "}):
        values = {"delegation": peru, "until": until, "reason": "Storm."} | lacking
        assert post_form(staff, page, values, action=action).status_code == 422
    values = {"delegation": peru, "reason": "Storm."}
    early = post_form(staff, page, {**values, "until": local(now(), meeting)}, action=action)
    assert early.status_code == 422
    assert "Choose a moment after the call closes." in early.text
    assert post_form(staff, page, {**values, "until": until}, action=action).status_code == 303
    shown = staff.get(page).text
    assert "Storm." in shown
    assert len(approved_mails()) == 1
    call = call_of(meeting.id)
    for moment in (call.closes_at, call.extensions[0].until):
        assert f'data-own-time="{moment.isoformat()}"' in shown, "in the reader's own zone too"


@pytest.mark.parametrize(
    ("register", "row"),
    [
        ("practices?", {TITLE, "Peru", "Español", "1", "Submitted, Not opened by anybody yet"}),
        ("translations?", {TITLE, "Peru", "Original", "None"}),
        ("intake?", {"Recibido", "Peru", "Ministry", "By e-mail", "The State was not asked yet"}),
    ],
)
def test_a_register_is_a_file_too_all_of_it(staff, meeting, practice, personas, register, row):
    values = {"means": IntakeMeans.EMAIL, "sender": "Ministry", "received_at": now(), "language": "es", "upload": None}
    values |= {"confirm_by": now() + timedelta(days=7), "content": {"title": "Recibido"}, "leftovers": []}
    intakes.record_intake(call_of(meeting.id), practice.delegation, **values, by=personas.secretariat)
    page = f"/sessions/{meeting.slug}/manage/{register}"
    assert f"{page}format=xlsx" in staff.get(page).text
    sheet = staff.get(f"{page}page=9&format=csv")
    head, first = csv.reader(io.StringIO(sheet.data.decode("utf-8-sig")))
    assert sheet.mimetype == "text/csv"
    assert len(head) == len(first)
    assert row <= set(first)
    assert staff.get(f"{page}format=xlsx").data.startswith(b"PK")
    assert staff.get(f"{page}format=pdf").status_code == 404


def test_drafts_are_on_no_list(staff, meeting, personas):
    start(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a)
    page = staff.get(f"/sessions/{meeting.slug}/manage/practices").text
    assert "Nothing was submitted yet" in page
    assert TITLE not in page


def test_the_register_filters_and_never_shows_what_is_written_after_a_return(staff, meeting, practice, personas):
    submit(own_delegation(personas.delegate_b, meeting.slug, "CL"), personas.delegate_b, title="La otra")
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    secret = full_content(title="Un secreto", lessons="Otro secreto")
    operations.save_draft(practice, content=secret, by=personas.delegate_a)
    base = f"/sessions/{meeting.slug}/manage/practices"
    everything = staff.get(base).text
    assert TITLE in everything
    assert "La otra" in everything
    assert "secreto" not in everything
    assert "secreto" not in staff.get(f"/practices/review/{practice.id}").text
    assert TITLE not in staff.get(f"{base}?state=submitted").text
    assert "La otra" not in staff.get(f"{base}?party=PE").text
    assert "No practice matches these filters" in staff.get(f"{base}?state=accepted").text
    assert staff.get(f"{base}?state=nonsense&page=9").status_code == 200


def test_the_register_runs_as_many_statements_for_many_as_for_one(staff, meeting):
    base = f"/sessions/{meeting.slug}/manage/practices"
    counts = []
    for code in ("MX", "BO", "EC"):
        delegation = make_delegation(meeting, code)
        for number in (1, 2):
            make_practice(delegation, state=PracticeState.ACCEPTED, number=number)
        db.session.commit()
        with count_statements() as statements:
            assert staff.get(base).status_code == 200
        counts.append(statements.number)
    assert len(set(counts)) == 1


def test_returned_revised_and_accepted_with_both_texts_shown(staff, practice, personas):
    page = f"/practices/review/{practice.id}"
    shown = staff.get(page).text
    assert TITLE in shown
    assert practice.latest.sha256 in shown
    assert post_form(staff, page, {"comment": "", "action": "return"}).status_code == 422
    assert post_form(staff, page, {"comment": "Name the year.", "action": "return"}).status_code == 303
    row = fresh(practice)
    assert row.state is PracticeState.RETURNED
    operations.save_draft(row, content=full_content(lessons="Una lección nueva."), by=personas.delegate_a)
    operations.submit_practice(row, received_at=now(), by=personas.delegate_a)
    shown = staff.get(page).text
    assert shown.count("Changed since the version before") == 1
    assert "Una lección nueva." in shown
    assert "<del>Adelantar" in shown
    assert "Una lección nueva." not in staff.get(f"{page}?version=1").text
    assert post_form(staff, page, {"comment": "", "action": "accept"}).status_code == 303
    assert fresh(practice).state is PracticeState.ACCEPTED


def test_a_decision_on_what_has_changed_since_is_refused_with_the_comment_kept(staff, practice):
    answer = post_form(
        staff, f"/practices/review/{practice.id}", {"comment": "My words.", "version": "0", "action": "accept"}
    )
    assert answer.status_code == 409
    assert "My words." in answer.text
    assert fresh(practice).state is PracticeState.SUBMITTED


def test_returning_after_the_deadline_asks_until_when(staff, practice, meeting):
    close_call(meeting)
    page = f"/practices/review/{practice.id}"
    assert "The call is closed for this delegation." in staff.get(page).text
    assert post_form(staff, page, {"comment": "More.", "action": "return"}).status_code == 422
    until = local(now() + timedelta(days=2), meeting)
    assert post_form(staff, page, {"comment": "More.", "until": until, "action": "return"}).status_code == 303
    assert fresh(practice).state is PracticeState.RETURNED


def test_publishing_one_and_all(client, staff, meeting, practice, personas):
    operations.accept_practice(practice, by=personas.secretariat)
    other = submit(own_delegation(personas.delegate_b, meeting.slug, "CL"), personas.delegate_b)
    operations.accept_practice(other, by=personas.secretariat)
    page = f"/practices/review/{practice.id}"
    assert post_form(staff, page, {"action": "publish"}, action=page).status_code == 303
    assert fresh(practice).state is PracticeState.PUBLISHED
    assert fresh(other).state is PracticeState.ACCEPTED
    queue = f"/sessions/{meeting.slug}/manage/practices"
    assert post_form(staff, queue, action=f"{queue}/publish").status_code == 303
    assert fresh(other).state is PracticeState.PUBLISHED
    assert f"/practices/{other.slug}" in staff.get(f"/practices/review/{other.id}").text


def test_all_are_published_as_the_page_told_of_them(staff, meeting, practice, personas):
    operations.accept_practice(practice, by=personas.secretariat)
    db.session.commit()
    queue = f"/sessions/{meeting.slug}/manage/practices"
    url, data, _multipart = fill(staff.get(queue), queue, {}, action=f"{queue}/publish")
    other = submit(own_delegation(personas.delegate_b, meeting.slug, "CL"), personas.delegate_b)
    operations.accept_practice(other, by=personas.secretariat)
    db.session.commit()
    assert staff.post(url, data=data).status_code == 409
    assert {fresh(one).state for one in (practice, other)} == {PracticeState.ACCEPTED}
    url, data, _multipart = fill(staff.get(queue), queue, {}, action=f"{queue}/publish")
    for _click in range(2):
        assert staff.post(url, data=data).status_code == 303
    assert {fresh(one).state for one in (practice, other)} == {PracticeState.PUBLISHED}


def test_a_revision_with_the_capital_stays_received_and_is_told_as_returned(staff, meeting, practice, personas):
    operations.return_practice(practice, comment="More figures.", by=personas.secretariat)
    add_step(practice.delegation, kind=ClearanceKind.HEAD, name="Head", email="", by=personas.delegate_a)
    db.session.flush()
    clearance.send_to_capital(practice, by=personas.delegate_a, seen=str(practice.version))
    db.session.commit()
    queue = f"/sessions/{meeting.slug}/manage/practices"
    for page in (queue, f"{queue}?state=returned", f"/practices/review/{practice.id}", f"/desk/{meeting.slug}/board"):
        shown = html.document_fromstring(staff.get(page).text).xpath("//main")[0].text_content()
        assert practice.reference in shown or "board" in page
        assert "Returned" in shown, page
    assert "With the capital" not in staff.get(queue).text
    assert queries.practices_by_state([meeting.id])[meeting.id][PracticeState.RETURNED] == 1


def test_a_withdrawn_practice_leaves_a_note(staff, meeting, practice, personas):
    operations.withdraw_practice(practice, by=personas.delegate_a)
    for page in (f"/practices/review/{practice.id}", f"/sessions/{meeting.slug}/manage/practices"):
        text = staff.get(page).text
        assert TITLE not in text
        assert "CAM/2026/GP/PER/01" in text


def test_others_are_kept_out(client, personas, meeting, practice):
    pages = (
        f"/sessions/{meeting.slug}/manage/call",
        f"/sessions/{meeting.slug}/manage/practices",
        f"/practices/review/{practice.id}",
    )
    delegate = sign_in(client, personas.delegate_a)
    assert {delegate.get(page).status_code for page in pages} == {403}
    assert sign_in(client, personas.delegate_b).get(pages[2]).status_code == 404
    assert sign_in(client, None).get(pages[2]).status_code == 302

"""Clearance by link and by those who clear: what they see and answer, what the desk says."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from app.core.actors import SYSTEM
from app.core.clock import now, standing_at
from app.core.db import db
from app.core.errors import Refusal, TooMany, WrongState
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings.enums import DelegationRole
from app.practices import attaching, clearance, operations
from app.practices.clearance_models import Clearance
from app.practices.clearance_queries import progress_of, text_mark
from app.practices.enums import ClearanceAct, ClearanceKind, PracticeState
from app.practices.models import Practice
from tests.client import fill, post_form, sign_in
from tests.factories.practices import full_content
from tests.personas import add_member, make_user
from tests.practices.clearances import MINISTRY, PDF, links, page, send, state, step


@pytest.fixture
def head(personas, meeting):
    user = make_user("Head", party_code="PE")
    add_member(meeting, user, DelegationRole.HEAD)
    db.session.commit()
    return user


def test_without_the_rule_any_text_is_submitted_and_nothing_is_asked_any_more(draft, personas, client, sent_mails):
    step(draft, ClearanceKind.MINISTRY, email=MINISTRY)
    send(draft)
    [link] = links(sent_mails)
    operations.submit_practice(draft, received_at=now(), by=personas.delegate_a)
    answer = sign_in(client, None).get(link)
    assert (answer.status_code, "took the text back" in answer.text) == (410, True)
    assert draft.content["title"] not in answer.text


def test_a_ministry_clears_by_link_once(client, draft, sent_mails):
    step(draft, ClearanceKind.MINISTRY, email=MINISTRY)
    send(draft)
    [link] = links(sent_mails)
    visitor = sign_in(client, None)
    shown = visitor.get(link)
    assert draft.content["title"] in shown.text
    nameless = post_form(visitor, link, {"comment": "Bien.", "action": "clear"})
    assert (nameless.status_code, "Write your name and function" in nameless.text) == (422, True)
    assert "Bien." in nameless.text
    by_enter = {"signed": "Legal office", "comment": "Bien.", "action": "none"}
    assert post_form(visitor, link, by_enter).status_code == 422
    assert post_form(visitor, link, {**by_enter, "action": "clear"}).status_code == 303
    thanked, other = visitor.get(link), sign_in(visitor, None).get(link)
    assert (thanked.status_code, other.status_code) == (200, 200)
    for answer, is_thanked in ((thanked.text, True), (other.text, False)):
        assert ("Legal office" in answer, draft.content["title"] in answer) == (True, False)
        assert ("your answer is recorded" in answer, "takes one answer" in answer) == (is_thanked, not is_thanked)
    assert progress_of(db.session.get_one(Practice, draft.id)).cleared
    row = db.session.scalars(sa.select(Clearance).filter_by(act=ClearanceAct.CLEARED)).one()
    assert (row.signed, row.comment, row.by_id) == ("Legal office", "Bien.", None)


def test_a_link_that_answers_late_says_why_and_gives_back_what_was_written(client, draft, sent_mails):
    ministry = step(draft, ClearanceKind.MINISTRY, email=MINISTRY)
    step(draft, ClearanceKind.HEAD, email="head@example.org")
    send(draft)
    link, other = links(sent_mails)
    visitor = sign_in(client, None)
    sign = {"signed": "Legal office", "comment": "Page three is wrong."}
    forms = {path: visitor.get(path) for path in (link, other)}
    assert all(answer.status_code == 200 for answer in forms.values())
    with standing_at(now() + timedelta(days=15)):
        assert "has expired" in visitor.get(link).text
    clearance.remove_step(db.session.merge(ministry), by=SYSTEM)
    late = visitor.post(link, data={**sign, "action": "clear", "csrf_token": _token(forms[link])})
    assert late.status_code == 410
    assert "taken this step out" in late.text
    assert "Page three is wrong." in late.text
    clearance.recall(db.session.get_one(Practice, draft.id), by=SYSTEM)
    late = visitor.post(other, data={**sign, "action": "back", "csrf_token": _token(forms[other])})
    assert (late.status_code, "took the text back" in late.text) == (410, True)
    assert visitor.get("/clearance/no-such-token").status_code == 404


def _token(answer) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)[1]


def test_a_forwarded_link_is_nothing_to_the_secretariat(client, personas, draft, sent_mails):
    step(draft, ClearanceKind.MINISTRY, email=MINISTRY)
    send(draft)
    [link] = links(sent_mails)
    assert sign_in(client, personas.secretariat).get(link).status_code == 404


def test_the_secretariat_sees_the_state_and_no_mail(client, personas, meeting, draft, sent_mails):
    step(draft, ClearanceKind.MINISTRY, email=MINISTRY)
    send(draft)
    links(sent_mails)
    mail = db.session.scalars(sa.select(Mail).filter_by(message="practices/clearance_asked")).one()
    assert mail.state is MailState.SENT
    assert (draft.content["title"] in mail.body, "{link}" in mail.body) == (False, True)
    staff = sign_in(client, personas.secretariat)
    assert MINISTRY not in staff.get("/desk/mail").text
    assert staff.get(f"/desk/mail/{mail.id}").status_code == 404
    board = staff.get(f"/desk/{meeting.slug}/board").text
    assert "With the capital" in board
    assert draft.content["title"] not in board
    for path in (page(draft), f"/sessions/{meeting.slug}/clearance/PE"):
        assert staff.get(path).status_code == 404


def test_a_new_link_ends_the_one_before(client, personas, draft, sent_mails):
    one = step(draft, ClearanceKind.MINISTRY, email=MINISTRY)
    send(draft)
    links(sent_mails)
    focal = sign_in(client, personas.delegate_a)
    assert post_form(focal, page(draft), {"action": f"again:{one.id}"}).status_code == 303
    old, new = links(sent_mails)
    visitor = sign_in(client, None)
    assert [visitor.get(path).status_code for path in (old, new)] == [410, 200]


def test_nobody_is_mailed_without_end(draft, personas):
    one = step(draft, ClearanceKind.MINISTRY, email=MINISTRY)
    send(draft)
    for _time in range(clearance.MOST_MAILS - 1):
        clearance.ask_again(draft, one.id, by=personas.delegate_a)
    with pytest.raises(TooMany, match="within a day"):
        clearance.ask_again(draft, one.id, by=personas.delegate_a)
    with standing_at(now() + timedelta(days=1, minutes=1)):
        clearance.ask_again(draft, one.id, by=personas.delegate_a)


def test_what_is_answered_in_vain(draft, personas):
    one, last = step(draft), step(draft, ClearanceKind.MINISTRY, turn=2, email=MINISTRY)
    with pytest.raises(WrongState, match="not with the capital"):
        clearance.say_of_clearance(draft, comment="x", by=personas.delegate_a)
    clearance.recall(draft, by=personas.delegate_a)
    send(draft)
    send(draft)
    mark, by = text_mark(draft), personas.delegate_a
    for act, words in (
        (lambda: clearance.say_of_clearance(draft, comment=" ", by=by), "Write your comment"),
        (lambda: clearance.say_of_clearance(draft, comment="x" * 4001, by=by), "4001 characters"),
        (lambda: clearance.ask_again(draft, last.id, by=by), "Nothing is asked at this step"),
        (lambda: clearance.clear_text(draft, 0, seen=mark, by=by), "taken this step out"),
    ):
        with pytest.raises(Refusal, match=words):
            act()
    for _click in range(2):
        clearance.clear_text(draft, one.id, seen=mark, by=by)
    with pytest.raises(WrongState, match="Recall it"):
        clearance.send_back(draft, one.id, seen=mark, reason="No.", by=by)
    assert [row.act for row in progress_of(draft).history] == [ClearanceAct.CLEARED, ClearanceAct.SENT]


def test_an_incomplete_draft_or_an_old_page_does_not_reach_the_capital(client, personas, draft):
    browser = sign_in(client, personas.delegate_a)
    assert "Nobody yet." in browser.get(page(draft)).text
    with pytest.raises(Refusal, match="Say first who clears"):
        send(draft)
    step(draft)
    url, data, _multipart = fill(browser.get(page(draft)), page(draft), {"action": "send"})
    operations.save_draft(draft, content=full_content(lessons="Otra."), by=personas.delegate_a)
    old = browser.post(url, data=data)
    assert (old.status_code, "Read it once more" in old.text) == (409, True)
    assert answer_status(browser, draft, "nonsense") == 422
    assert answer_status(browser, draft, "nonsense:1") == 422
    operations.save_draft(draft, content={"title": "x"}, by=personas.delegate_a)
    with pytest.raises(operations.Incomplete):
        send(draft)


def answer_status(browser, draft, action: str) -> int:
    return post_form(browser, page(draft), {"action": action}).status_code


def test_files_of_the_text_come_with_the_link(client, personas, draft, sent_mails):
    upload = FileStorage(io.BytesIO(PDF), filename="annex.pdf")
    item = attaching.attach_file(draft, upload, by=personas.delegate_a)
    step(draft, ClearanceKind.MINISTRY, email=MINISTRY)
    send(draft)
    [link] = links(sent_mails)
    visitor = sign_in(client, None)
    assert f"{link}/files/{item.id}" in visitor.get(link).text
    assert visitor.get(f"{link}/files/{item.id}").data == PDF
    assert visitor.get(f"{link}/files/{item.id + 1}").status_code == 404
    back = post_form(visitor, link, {"signed": "Legal office", "comment": "The annex is old.", "action": "back"})
    assert back.status_code == 303
    assert visitor.get(f"{link}/files/{item.id}").status_code == 404
    assert "Sent back to drafting" in visitor.get(link).text
    assert state(draft) is PracticeState.DRAFT


def test_a_mail_that_could_not_be_delivered_is_said(client, personas, draft, run_jobs):
    step(draft, ClearanceKind.MINISTRY, email=MINISTRY)
    send(draft)
    mail = db.session.scalars(sa.select(Mail).filter_by(to_address=MINISTRY)).one()
    mail.state = MailState.FAILED
    assert "could not be delivered" in sign_in(client, personas.delegate_a).get(page(draft)).text

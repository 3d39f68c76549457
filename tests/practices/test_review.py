"""The secretariat's review of one practice: checklist, comments at fields, the return with a date, decisions."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.clock import now, standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LocalizedText
from app.core.wording import moment_text
from app.documents.models import StoredFile
from app.mail.enums import MailReason, MailState
from app.mail.models import Mail
from app.practices import operations, review_queries, reviewing
from app.practices.enums import PracticeState
from app.practices.models import PracticeFile
from app.practices.queries import call_of
from app.practices.reminding import AWAITED
from app.practices.review_models import Assessment, ReviewComment, StaffNote
from app.practices.review_queries import USUAL, assessment_of
from tests.client import fill, post_form, sign_in
from tests.factories.practices import fresh, full_content
from tests.factories.summaries import make_practice
from tests.practices.reviews import SECRET, local, mails, page_of, submit_again


def test_marks_and_comments_are_kept_for_staff_until_the_return_sends_the_comments(client, practice, personas):
    staff, page = sign_in(client, personas.secretariat), page_of(practice)
    values = {
        "mark-evidence": "partly",
        "at-lessons": SECRET,
        "at-answers.1": "Which year?",
        "comment": "On the whole.",
    }
    assert post_form(staff, page, {**values, "action": "save"}).status_code == 303
    assert fresh(practice).state is PracticeState.SUBMITTED
    shown = html.document_fromstring(staff.get(page).text)
    assert shown.xpath("string(//textarea[@name='at-lessons'])").strip() == SECRET
    assert shown.xpath("//input[@name='mark-evidence' and @checked]/@value") == ["partly"]
    delegate = sign_in(client, personas.delegate_a)
    draft = f"/practices/drafts/{practice.id}"
    for own in ("/receipt", "/check", "/comments-received"):
        assert SECRET not in delegate.get(draft + own).text
    assert post_form(sign_in(client, personas.secretariat), page, {"action": "return"}).status_code == 303
    row = fresh(practice)
    review = row.reviews[-1]
    assert [(item["mark"], item["text"]["en"][:8]) for item in review.criteria] == [("partly", "Evidence")]
    assert review.comment == "On the whole."
    delegate = sign_in(client, personas.delegate_a)
    edit = html.document_fromstring(delegate.get(draft).text)
    assert SECRET in edit.xpath("string(//*[@data-field='lessons'])")
    assert "Which year?" in edit.xpath("string(//*[@data-field='answers.1'])")
    told = delegate.get(draft + "/comments-received").text
    assert "Partly met" not in told + delegate.get(draft + "/receipt").text + delegate.get(draft).text


def test_answers_are_the_delegation_s_until_it_submits_again(client, practice, personas):
    reviewing.save_assessment(
        practice.versions[-1], marks={}, comments={"lessons": "Which year?"}, comment="", by=personas.secretariat
    )
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    row = db.session.scalars(sa.select(ReviewComment)).one()
    page = f"/practices/drafts/{practice.id}/comments-received"
    delegate = sign_in(client, personas.delegate_a)
    assert post_form(delegate, page, {f"answer-{row.id}": "In 2021."}).status_code == 303
    assert "In 2021." in delegate.get(page).text
    assert "In 2021." in delegate.get(f"/practices/drafts/{practice.id}").text
    assert post_form(delegate, page, {f"answer-{row.id}": "x" * 5000}).status_code == 422
    staff = sign_in(client, personas.secretariat)
    assert "In 2021." not in staff.get(page_of(practice)).text
    late_form = fill(sign_in(client, personas.delegate_a).get(page), page, {f"answer-{row.id}": "Too late."})
    submit_again(fresh(practice), personas.delegate_a, lessons="Otra.")
    assert "In 2021." in sign_in(client, personas.secretariat).get(page_of(practice)).text
    refused = sign_in(client, personas.delegate_a).post(
        late_form[0],
        data={**late_form[1], "csrf_token": fill(client.get("/desk"), "/desk", action="/sign-out")[1]["csrf_token"]},
    )
    assert (refused.status_code, db.session.get_one(ReviewComment, row.id).answer) == (409, "In 2021.")


def test_two_reviewers_at_one_version_lose_no_word(client, practice, personas):
    staff, page = sign_in(client, personas.secretariat), page_of(practice)
    first = fill(staff.get(page), page, {"at-lessons": "Mine.", "comment": "My words."}, action=page)
    assert post_form(staff, page, {"at-lessons": "Theirs.", "action": "save"}).status_code == 303
    answer = staff.post(first[0], data={**first[1], "action": "accept"})
    assert answer.status_code == 409
    for words in ("Mine.", "Theirs.", "My words."):
        assert words in answer.text
    assert fresh(practice).state is PracticeState.SUBMITTED
    again = fill(answer, page, action=page)
    assert staff.post(again[0], data={**again[1], "action": "accept"}).status_code == 303
    assert fresh(practice).state is PracticeState.ACCEPTED


def test_a_receipt_leaves_at_once_and_mails_that_a_later_act_overtook_do_not(practice, personas):
    def told() -> list:
        db.session.commit()
        rows = db.session.scalars(sa.select(Mail).where(Mail.about == f"practice:{practice.id}").order_by(Mail.id))
        return [(row.message.partition("/")[2], row.state, row.reason) for row in rows]

    receipt = ("submitted", MailState.APPROVED, None)
    overtaken = ("returned", MailState.CANCELLED, MailReason.REPLACED)
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    assert told() == [receipt, ("returned", MailState.HELD, None)]
    submit_again(practice, personas.delegate_a, lessons="Otra.")
    operations.accept_practice(practice, by=personas.secretariat)
    assert told() == [receipt, overtaken, receipt, ("accepted", MailState.HELD, None)]
    operations.withdraw_practice(practice, by=personas.delegate_a)
    assert told()[-1] == ("accepted", MailState.CANCELLED, MailReason.DONE)


def test_a_decision_pressed_twice_is_one(client, practice, personas):
    staff, page = sign_in(client, personas.secretariat), page_of(practice)
    url, data, _multipart = fill(staff.get(page), page, {"at-lessons": "Which year?", "comment": "More."}, action=page)
    for _click in range(2):
        assert staff.post(url, data={**data, "action": "return"}).status_code == 303
    assert len(fresh(practice).reviews) == 1
    assert db.session.scalar(sa.select(sa.func.count(ReviewComment.id))) == 1
    assert len(mails("practices/returned")) == 1


def test_the_revision_is_asked_back_by_a_date_that_reminds_and_stands_on_the_tasks(client, practice, personas, meeting):
    staff, page = sign_in(client, personas.secretariat), page_of(practice)
    past = local(now() - timedelta(days=1), meeting)
    assert post_form(staff, page, {"comment": "More.", "until": past, "action": "return"}).status_code == 422
    by = (now() + timedelta(days=3)).replace(second=0, microsecond=0)
    values = {"comment": "More.", "until": local(by, meeting), "action": "return"}
    assert post_form(staff, page, values).status_code == 303
    row = fresh(practice)
    assert (row.revise_by, row.call.extensions) == (by, [])
    make_practice(row.delegation, state=PracticeState.ACCEPTED, number=2)  # another that stands does not answer for it
    owed = AWAITED.owed(meeting)[row.delegation_id]
    assert (owed.deadline, owed.parts) == (by, ("revision",))
    delegate = sign_in(client, personas.delegate_a)
    assert "Revision until" in delegate.get("/desk").text
    shown = delegate.get(f"/practices/drafts/{practice.id}").text
    assert f"Deadline: {moment_text(by, meeting.zone)}" in " ".join(html.fromstring(shown).text_content().split())
    assert "asked for again" not in db.session.scalars(sa.select(Mail.body)).first()
    submit_again(fresh(practice), personas.delegate_a, lessons="Otra.")
    assert row.delegation_id not in AWAITED.owed(meeting)


def test_a_return_without_a_date_is_due_with_the_call(practice, personas, meeting):
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    assert practice.revise_by is None
    assert practice.asked_back_by == call_of(meeting.id).closes_at
    assert AWAITED.owed(meeting)[practice.delegation_id].deadline == call_of(meeting.id).closes_at


def test_a_resubmission_is_compared_word_by_word(client, practice, personas):
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    before = full_content()["lessons"]
    submit_again(practice, personas.delegate_a, lessons=before + " <b>Y otra.</b>", gcm_main="9")
    page = html.document_fromstring(sign_in(client, personas.secretariat).get(page_of(practice)).text)
    assert page.xpath("//div[@class='words']//ins/text()") != []
    texts = [text.strip() for text in page.xpath("//div[@class='words']/ins/text()")]
    assert "<b>Y otra.</b>" in texts
    assert len(page.xpath("//*[text()='Changed since the version before']")) == 2


def test_what_changed_is_listed_first_and_can_be_read_alone(client, practice, personas):
    staff, page = sign_in(client, personas.secretariat), page_of(practice)
    sent = {"at-lessons": "Say more.", "at-actions": "Who did it?", "comment": "More.", "action": "return"}
    assert post_form(staff, page, sent, action=page).status_code == 303
    submit_again(
        practice, personas.delegate_a, lessons="Otra.", answers={**full_content()["answers"], "1": "Distinta."}
    )
    staff = sign_in(client, personas.secretariat)
    assert post_form(staff, page, {"at-results": "A saved comment.", "action": "save"}, action=page).status_code == 303
    whole = html.document_fromstring(staff.get(page).text)
    listed = whole.xpath("//section[@aria-labelledby='changed']//li/a")
    assert [(one.text, one.get("href")) for one in listed] == [
        ("Question 1", "#field-answers.1"),
        ("Lessons and conditions to adapt it", "#field-lessons"),
        ("Actions and legal or policy basis", "#field-actions"),
    ], "the last was commented on and did not change"
    assert all(whole.get_element_by_id(one.get("href")[1:]) is not None for one in listed)
    (alone,) = whole.xpath("//section[@aria-labelledby='changed']/p/a/@href")
    only = html.document_fromstring(staff.get(alone).text)
    fields = ["field-actions", "field-results", "field-lessons", "field-answers.1"]
    assert sorted(only.xpath("//section/h3[@id]/@id")) == sorted(fields), "with what staff have begun to write of"
    (action,) = [form.action for form in only.forms if form.action.startswith(f"{page}?")]
    answer = post_form(staff, alone, {"at-lessons": "Better.", "action": "save"}, action=action)
    assert answer.location == alone
    assert fresh(practice).versions[-1].number == 2
    saved = assessment_of(fresh(practice).versions[-1]).comments
    assert saved == {"lessons": "Better.", "results": "A saved comment."}


@pytest.mark.parametrize("button", ["note", "assign", "save"])
def test_no_button_leaves_typed_words_behind(staff, practice, personas, button):
    page = page_of(practice)
    typed = {"at-lessons": "Which year?", "comment": "On the whole.", "note": SECRET, "mark-complete": "met"}
    chosen = {"to": str(personas.secretariat.id)}
    url, data, _multipart = fill(staff.get(page), page, {**typed, **chosen, "action": button}, action=page)
    for _click in range(2):
        assert staff.post(url, data=data).status_code == 303
    row = assessment_of(fresh(practice).versions[-1])
    assert (row.comments, row.comment, row.marks) == (
        {"lessons": "Which year?"},
        "On the whole.",
        {"complete": "met"},
    )
    assert [item.text for item in db.session.scalars(sa.select(StaffNote))] == [SECRET]
    assert fresh(practice).reviewer_id == (personas.secretariat.id if button == "assign" else None)


def test_a_comment_typed_beside_the_publication_is_kept(staff, practice, personas):
    operations.accept_practice(practice, by=personas.secretariat)
    db.session.commit()
    page = page_of(practice)
    url, data, _multipart = fill(staff.get(page), page, {"note": SECRET, "action": "publish"}, action=page)
    for _click in range(2):
        assert staff.post(url, data=data).status_code == 303
    assert fresh(practice).state is PracticeState.PUBLISHED
    assert [item.text for item in db.session.scalars(sa.select(StaffNote))] == [SECRET]


def test_an_older_version_is_shown_with_its_own_files_and_leaves_what_is_written_alone(staff, practice, personas):
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    stored = StoredFile(name="later.pdf", media_type="application/pdf", size=9, sha256="0" * 64, created_at=now())
    practice.files.append(PracticeFile(file=stored))
    submit_again(practice, personas.delegate_a, lessons="Otra.")
    reviewing.save_assessment(practice.versions[-1], marks={}, comments={}, comment="Kept.", by=personas.secretariat)
    page, first = page_of(practice), page_of(practice, "?version=1")
    assert "later.pdf" in staff.get(page).text
    assert "later.pdf" not in staff.get(first).text
    assert post_form(staff, first, {"note": SECRET, "action": "note"}, action=page).status_code == 303
    assert assessment_of(fresh(practice).versions[-1]).comment == "Kept."


def test_criteria_are_a_body_s_own_and_old_decisions_keep_theirs(client, practice, personas):
    staff, page = sign_in(client, personas.secretariat), page_of(practice)
    criteria = "/mechanisms/cam/review-criteria"
    assert post_form(staff, page, {"mark-complete": "met", "comment": "More.", "action": "return"}).status_code == 303
    form = fill(staff.get(criteria), criteria, {"criterion-0-en": "Our own words.", "criterion-1-en": ""})
    changed = {**form[1], **{f"criterion-1-{code}": "" for code in ("en", "es", "fr", "pt")}}
    assert staff.post(form[0], data=changed).status_code == 303
    assert [one["key"] for one in review_queries.criteria_of(practice.meeting.mechanism_id)] == [
        "complete",
        "implemented",
        "evidence",
        "transferable",
    ]
    assert staff.post(form[0], data=changed).status_code == 409
    submit_again(fresh(practice), personas.delegate_a, lessons="Otra.")
    shown = staff.get(page).text
    assert shown.count("Our own words.") == 1
    assert str(USUAL[0]["text"]["en"]) in shown  # in the decision of before
    own = practice.meeting.mechanism
    reviewing.save_criteria(
        own, [LocalizedText(one["text"]) for one in USUAL] + [LocalizedText({"es": "Una más"})], by=personas.secretariat
    )
    assert review_queries.criteria_of(own.id)[-1]["key"] == "own2"
    with pytest.raises(Refusal, match="At most 10"):
        reviewing.save_criteria(
            own, [LocalizedText({"en": str(number)}) for number in range(11)], by=personas.secretariat
        )
    reviewing.save_criteria(own, [LocalizedText()] * 6, by=personas.secretariat)
    db.session.flush()
    assert review_queries.criteria_of(own.id) == USUAL
    reviewing.save_criteria(own, [LocalizedText()] * 5, by=personas.secretariat)
    assert review_queries.criteria_of(own.id) == USUAL
    assert staff.get("/mechanisms/none/review-criteria").status_code == 404


def test_a_mark_that_is_none_and_a_comment_without_end_are_refused(client, practice, personas):
    staff, page = sign_in(client, personas.secretariat), page_of(practice)
    url, data, _multipart = fill(staff.get(page), page, action=page)
    assert staff.post(url, data={**data, "mark-complete": "splendid", "action": "save"}).status_code == 422
    long = staff.post(url, data={**data, "at-lessons": "x" * 5000, "action": "save"})
    assert (long.status_code, "the limit is 4000" in long.text) == (422, True)
    assert db.session.scalars(sa.select(Assessment)).all() == []


def test_a_text_with_markup_stays_text(client, practice, personas):
    staff, page = sign_in(client, personas.secretariat), page_of(practice)
    evil = "<script>alert(1)</script>\u202e"
    assert post_form(staff, page, {"at-lessons": evil, "comment": evil, "action": "return"}).status_code == 303
    for path in (f"/practices/drafts/{practice.id}", f"/practices/drafts/{practice.id}/comments-received"):
        text = sign_in(client, personas.delegate_a).get(path).text
        assert "<script>alert" not in text
        assert re.search("&lt;script&gt;alert", text)


def test_a_reminder_of_the_revision_is_written_by_the_one_mechanism(practice, personas, meeting):
    from app.reminders.operations import remind

    remind()
    by = now() + timedelta(days=5)
    operations.return_practice(practice, comment="More.", until=by, by=personas.secretariat)
    db.session.commit()
    with standing_at(by - timedelta(hours=20)):
        remind()
    bodies = [" ".join(body.split()) for body in mails("practices/call_closes")]
    own = [body for body in bodies if "(Peru)" in body]  # at some hours the call itself is due to be reminded of, too
    assert len(own) == 1
    assert "awaits its revision" in own[0]


def test_the_answers_of_a_delegation_are_refused_once_it_submitted(practice, personas):
    with pytest.raises(WrongState, match="fixed"):
        reviewing.answer_comments(practice, {}, by=personas.delegate_a)
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    operations.move(practice, PracticeState.WITH_CAPITAL)
    with pytest.raises(WrongState, match="with the capital"):
        reviewing.answer_comments(practice, {}, by=personas.delegate_a)

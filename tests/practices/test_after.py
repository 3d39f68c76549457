"""What follows a submission: withdrawals, corrections as new versions, and where a text was used."""

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.actors import Anonymous
from app.core.audience import Audience
from app.core.clock import now, standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.mail.models import Mail
from app.meetings.enums import Stage
from app.practices import correcting, operations, withdrawing
from app.practices.after_models import Correction, Withdrawal
from app.practices.after_queries import public_versions
from app.practices.enums import CorrectionState, PracticeState
from app.practices.queries import own_delegation
from app.summaries.coverage import source_key
from app.summaries.models import Citation, SetAside
from app.summaries.publishing import freeze, issued
from app.summaries.queries import participating, summary_of
from app.summaries.sources import sources_of
from tests.client import fill, post_form, press_twice, sign_in
from tests.factories.practices import fresh, full_content, submit
from tests.factories.summaries import NOON, make_presentation, make_summary
from tests.personas import make_user

REASON = "The programme was ended by law."
NOTE = "The number of permits was wrong."
WORDS = "Cuarenta mil permisos y no cincuenta mil."


def own(practice, end) -> str:
    return f"/practices/drafts/{practice.id}/{end}"


def mails(message) -> list[str]:
    return list(db.session.scalars(sa.select(Mail.body).where(Mail.message == message)))


def propose(practice, personas, **changes) -> Correction:
    content = full_content(**{"lessons": WORDS, **changes})
    return correcting.propose_correction(practice, content=content, note=NOTE, by=personas.delegate_a)


# Withdrawals


def test_before_publication_a_withdrawal_holds_at_once_with_its_reason(client, practice, personas):
    page = own(practice, "withdraw")
    delegate = sign_in(client, personas.delegate_a)
    assert post_form(delegate, page, {"reason": " "}, action=page).status_code == 422
    long = post_form(delegate, page, {"reason": "x" * 2001}, action=page)
    assert (long.status_code, "the limit is 2000" in long.text) == (422, True)
    answers = press_twice(delegate, page, {"reason": REASON}, action=page)
    assert {answer.location for answer in answers} == {own(practice, "receipt")}
    row = db.session.scalars(sa.select(Withdrawal)).one()
    assert (row.reason, row.granted, row.asked_by_id) == (REASON, True, personas.delegate_a.id)
    assert fresh(practice).state is PracticeState.WITHDRAWN
    assert REASON in delegate.get(own(practice, "receipt")).text
    staff = sign_in(client, personas.secretariat).get(f"/practices/review/{practice.id}").text
    assert REASON in staff
    assert full_content()["lessons"][:40] not in staff


def test_a_draft_is_closed_without_a_word(client, meeting, personas):
    from tests.factories.practices import start

    draft = start(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a)
    db.session.commit()
    page = own(draft, "withdraw")
    assert post_form(sign_in(client, personas.delegate_a), page, action=page).status_code == 303
    assert fresh(draft).state is PracticeState.WITHDRAWN
    assert db.session.scalars(sa.select(Withdrawal)).all() == []
    assert withdrawing.ask_withdrawal(draft, reason="", by=personas.delegate_a) is None


def test_after_publication_the_secretariat_is_asked_and_may_say_no(client, published, personas, meeting):
    page, review = own(published, "withdraw"), f"/practices/review/{published.id}/withdrawal"
    delegate = sign_in(client, personas.delegate_a)
    assert sign_in(client, personas.secretariat).get(review).status_code == 404
    answers = press_twice(sign_in(client, personas.delegate_a), page, {"reason": REASON}, action=page)
    assert {answer.location for answer in answers} == {page}
    assert "The secretariat was asked to withdraw it" in delegate.get(page).text
    assert fresh(published).state is PracticeState.PUBLISHED
    assert sign_in(client, None).get(f"/practices/{published.slug}").status_code == 200
    staff = sign_in(client, personas.secretariat)
    assert "1 withdrawal to decide" in staff.get(f"/desk/{meeting.slug}").text
    assert published.reference in staff.get(f"/sessions/{meeting.slug}/manage/practices?reading=withdrawal").text
    assert REASON in staff.get(review).text
    assert post_form(staff, review, {"action": "refuse", "answer": ""}).status_code == 422
    for _click in range(2):
        answer = staff.post(
            review,
            data=fill(staff.get(f"/practices/review/{published.id}"), "", action=f"/practices/review/{published.id}")[1]
            | {"answer": "It is cited.", "action": "refuse"},
        )
        assert answer.status_code == 303
    assert len(mails("practices/withdrawal_decided")) == 1
    assert "It is cited." in mails("practices/withdrawal_decided")[0]
    assert "It is cited." in sign_in(client, personas.delegate_a).get(page).text
    row = db.session.scalars(sa.select(Withdrawal)).one()
    with pytest.raises(WrongState, match="Somebody has decided"):
        withdrawing.decide_withdrawal(row, granted=True, answer="", by=personas.secretariat)
    again = withdrawing.ask_withdrawal(fresh(published), reason="Again.", by=personas.delegate_a)
    withdrawing.decide_withdrawal(again, granted=True, answer="Agreed.", by=personas.secretariat)
    db.session.commit()
    assert fresh(published).state is PracticeState.WITHDRAWN
    receipt = sign_in(client, personas.delegate_a).get(own(published, "receipt")).text
    assert ("Again." in receipt, "Agreed." in receipt) == (True, True)
    assert sign_in(client, None).get(f"/practices/{published.slug}").status_code == 410


def test_the_note_says_when_and_who_withdrew_it(client, published, personas):
    page = f"/practices/{published.slug}"
    row = withdrawing.ask_withdrawal(published, reason=REASON, by=personas.delegate_a)
    withdrawing.decide_withdrawal(row, granted=True, answer="", by=personas.secretariat)
    row.decided_at = NOON
    db.session.commit()
    note = sign_in(client, None).get(page)
    assert note.status_code == 410
    assert "Its delegation withdrew it after publication" in note.text
    assert "Withdrawn on 14 May 2026." in note.text
    assert REASON not in note.text


def test_the_note_says_where_the_secretariat_withdrew_it(client, published, personas):
    with standing_at(NOON):
        operations.withdraw_practice(published, by=personas.secretariat)
        db.session.commit()
    for page in (f"/practices/{published.slug}", f"/practices/{published.slug}/versions"):
        note = sign_in(client, None).get(page)
        assert note.status_code == 410
        assert "The secretariat withdrew it after publication" in note.text
        assert "Its delegation withdrew it" not in note.text
        assert "Withdrawn on 14 May 2026." in note.text


# Corrections


def test_a_correction_is_proposed_reviewed_and_published_as_a_version(client, published, personas, meeting):
    page = own(published, "correction")
    delegate = sign_in(client, personas.delegate_a)
    assert post_form(delegate, page, {"note": "", "lessons": WORDS}).status_code == 422
    same = post_form(delegate, page, {"note": NOTE})
    assert (same.status_code, "Nothing differs" in same.text, NOTE in same.text) == (422, True, True)
    short = post_form(delegate, page, {"note": NOTE, "context": "", "lessons": WORDS})
    assert (short.status_code, "This is not answered yet." in short.text, WORDS in short.text) == (422, True, True)
    answers = press_twice(delegate, page, {"note": NOTE, "lessons": WORDS})
    assert [answer.status_code for answer in answers] == [303, 303]
    row = db.session.scalars(sa.select(Correction)).one()
    assert "Take the correction back" in delegate.get(page).text
    old = full_content()["lessons"]
    reader = sign_in(client, None)
    assert WORDS not in reader.get(f"/practices/{published.slug}").text
    assert reader.get(f"/practices/corrections/{row.id}").status_code == 302
    delegate = sign_in(client, personas.delegate_a)
    for told in ("/desk", own(published, "receipt")):
        shown = delegate.get(told).text
        assert ("Correction with the secretariat" in shown, f'href="{page}"' in shown) == (True, True)
    staff, review = sign_in(client, personas.secretariat), f"/practices/corrections/{row.id}"
    assert "1 correction to decide" in staff.get(f"/desk/{meeting.slug}").text
    assert "1 correction to decide" in staff.get("/desk").text
    assert review in staff.get(f"/practices/review/{published.id}").text
    shown = html.document_fromstring(staff.get(review).text)
    assert "permisos" in shown.xpath("string(//div[@class='words'])")
    assert NOTE in shown.text_content()
    answers = press_twice(staff, review, {"action": "accept"}, action=review)
    assert [answer.status_code for answer in answers] == [303, 303]
    versions = fresh(published).versions
    assert [(item.number, item.note) for item in versions] == [(1, ""), (2, NOTE)]
    assert versions[1].content["lessons"] == WORDS
    assert versions[0].content["lessons"] == old
    assert len(mails("practices/correction_decided")) == 1
    reader = sign_in(client, None)
    now_page, history = reader.get(f"/practices/{published.slug}").text, f"/practices/{published.slug}/versions"
    assert WORDS in now_page
    assert NOTE in now_page
    assert history in now_page
    told = html.document_fromstring(reader.get(history).text)
    assert WORDS.split()[0] in told.xpath("string(//ins)")
    first = reader.get(f"{history}/1").text
    assert "An earlier version" in first
    assert WORDS not in first
    assert "An earlier version" not in reader.get(f"{history}/2").text
    assert reader.get(f"{history}/3").status_code == 404
    assert reader.get("/search?q=Cuarenta+mil+permisos").text.count(published.slug) >= 1


def test_one_that_is_not_accepted_says_why_and_can_be_proposed_anew(client, published, personas):
    row = propose(published, personas)
    with pytest.raises(WrongState, match="waits already"):
        propose(published, personas, lessons="Otra cosa.")
    with pytest.raises(Refusal, match="Say what"):
        correcting.return_correction(row, comment=" ", by=personas.secretariat)
    for _click in range(2):
        correcting.return_correction(row, comment="Name the source.", by=personas.secretariat)
    db.session.commit()
    assert len(mails("practices/correction_decided")) == 1
    page = own(published, "correction")
    shown = sign_in(client, personas.delegate_a).get(page).text
    for told in ("/desk", own(published, "receipt")):
        assert "Correction not accepted" in client.get(told).text
    assert "Name the source." in shown
    assert WORDS in shown  # the form begins with what was proposed
    with pytest.raises(WrongState, match="Somebody has decided"):
        correcting.accept_correction(row, by=personas.secretariat)
    assert post_form(client, page, {"lessons": WORDS + " Fuente: registro."}).status_code == 303
    assert len(fresh(published).versions) == 1


def test_a_correction_is_taken_back(client, published, personas):
    row = propose(published, personas)
    db.session.commit()
    page = own(published, "correction")
    delegate = sign_in(client, personas.delegate_a)
    for _click in range(2):
        action = f"{page}/recall"
        data = fill(delegate.get("/desk"), "/desk", action="/sign-out")[1]
        assert delegate.post(action, data=data).location == page
    db.session.expire_all()
    assert row.state is CorrectionState.RECALLED
    assert propose(fresh(published), personas).state is CorrectionState.PROPOSED


def test_nothing_but_what_is_published_is_corrected(client, practice, personas):
    with pytest.raises(WrongState, match="Only what is published"):
        propose(practice, personas)
    assert sign_in(client, personas.delegate_a).get(own(practice, "correction")).location == own(practice, "receipt")


def test_a_correction_of_what_was_withdrawn_meanwhile_is_not_published(published, personas):
    row = propose(published, personas)
    operations.withdraw_practice(published, by=personas.secretariat)
    db.session.commit()
    with pytest.raises(WrongState, match="has changed since"):
        correcting.accept_correction(row, by=personas.secretariat)


@pytest.fixture
def widened(personas, meeting):
    """A practice for member States, published, that a correction takes a sentence out of and opens to everybody."""
    row = submit(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a, consent="member_states")
    operations.accept_practice(row, by=personas.secretariat)
    operations.publish_practice(row, by=personas.secretariat)
    propose(row, personas, consent="public")
    db.session.commit()
    return fresh(row)


def accept(row, personas) -> None:
    correction = db.session.scalars(sa.select(Correction)).one()
    correcting.accept_correction(correction, by=personas.secretariat)
    db.session.commit()


def test_a_wider_consent_holds_once_the_correction_is_accepted(client, personas, widened):
    page, reader = f"/practices/{widened.slug}", sign_in(client, None)
    assert widened.consent is Audience.MEMBER_STATES
    assert reader.get(page).status_code == 404
    accept(widened, personas)
    assert fresh(widened).consent is Audience.PUBLIC
    assert WORDS in reader.get(page).text


def test_a_wider_consent_opens_no_version_that_was_given_to_member_states_alone(client, personas, widened):
    accept(widened, personas)
    page, old = f"/practices/{widened.slug}", full_content()["lessons"]
    for who in (None, make_user("Passer By")):
        shown = sign_in(client, who)
        for ending in ("", "?format=pdf", "?format=docx", "?format=ris", "?text=original&beside=es"):
            assert shown.get(f"{page}/versions/1{ending}").status_code == 404, (who, ending)
        versions = shown.get(f"{page}/versions").text
        assert "not for everybody who reads it now" in versions
        assert (NOTE in versions, old[:40] in versions, f"{page}/versions/1" in versions) == (True, False, False)
        assert "<del>" not in versions
        assert old[:40] not in shown.get(f"{page}/versions/2").text
        assert old[:40] not in shown.get(f"/search?q={widened.slug}").text
    for who in (personas.delegate_b, personas.delegate_a, personas.secretariat):
        shown = sign_in(client, who)
        assert old[:40] in shown.get(f"{page}/versions/1").text
        assert "<del>" in shown.get(f"{page}/versions").text


def test_what_the_review_turned_back_is_no_version_for_readers(client, practice, personas):
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    operations.save_draft(practice, content=full_content(lessons="Otra."), by=personas.delegate_a)
    operations.submit_practice(practice, received_at=now(), by=personas.delegate_a)
    operations.accept_practice(practice, by=personas.secretariat)
    operations.publish_practice(practice, by=personas.secretariat)
    db.session.commit()
    assert [item.number for item in public_versions(practice.versions, Anonymous())] == [2]
    reader = sign_in(client, None)
    assert reader.get(f"/practices/{practice.slug}/versions/1").status_code == 404
    correcting.accept_correction(propose(practice, personas), by=personas.secretariat)
    db.session.commit()
    assert [item.number for item in public_versions(fresh(practice).versions, Anonymous())] == [2, 3]
    assert reader.get(f"/practices/{practice.slug}/versions/1").status_code == 404
    assert reader.get(f"/practices/{practice.slug}/versions/2").status_code == 200


# Where it was used


@pytest.fixture
def summary(meeting, published, personas):
    """A published summary that cites the first sentence of an answer and set another aside."""
    meeting.stage = Stage.PUBLISHED
    text = published.latest.content["answers"]["1"]
    first, second = text.split(". ")[:2]
    summary = make_summary(meeting, 2)
    passage = {
        "practice_version_id": published.latest.id,
        "delegation_id": published.delegation_id,
        "field": "answers.1",
    }
    summary.sections[0].paragraphs[1].citations.append(
        Citation(**passage, start=0, end=len(first) + 1, quote=first + ".", created_at=NOON)
    )
    start = len(first) + 2
    db.session.add(
        SetAside(
            **passage,
            summary=summary,
            start=start,
            end=start + len(second),
            quote=second,
            reason="Said by many.",
            at=NOON,
        )
    )
    db.session.flush()
    return summary


def publish(summary, meeting) -> None:
    content = freeze(summary, sources_of(meeting.id), participating(meeting.id))
    db.session.add(issued(summary, content, at=NOON))
    db.session.commit()


def test_a_delegation_sees_where_each_answer_was_used_or_why_not(client, summary, meeting, published, personas):
    page = f"/desk/{meeting.slug}/used/PE"
    delegate = sign_in(client, personas.delegate_a)
    before = delegate.get(page).text
    assert "The summary is not published yet" in before
    assert "Said by many." not in before
    publish(summary, meeting)
    shown = html.document_fromstring(delegate.get(page).text)
    heads = [head.text_content() for head in shown.xpath("//h3")]
    assert "Question 1" in heads
    section = shown.xpath("//h3[text()='Question 1']/following-sibling::p[1]")[0]
    assert section.xpath(".//a/@href") == [f"/sessions/{meeting.slug}/summary?version=1#paragraph-2"]
    assert "Reflected in part" in section.text_content()
    assert [line.tail.strip() for line in section.xpath("br")] == [
        "1 sentence is not reflected. Reason: Said by many.",
        "1 sentence is not reflected, without a reason",
    ]
    assert "sentences are not reflected, without a reason" in shown.text_content()
    assert shown.xpath(f"//a[@href='/practices/drafts/{published.id}/correction']")
    assert sign_in(client, personas.delegate_b).get(page).status_code == 404
    assert sign_in(client, personas.secretariat).get(page).status_code == 200
    assert sign_in(client, None).get(page).status_code == 302


def test_the_numbers_and_the_file_of_how_input_was_used(client, summary, meeting, published, personas):
    publish(summary, meeting)
    page = f"/desk/{meeting.slug}/used/PE"
    delegate = sign_in(client, personas.delegate_a)
    shown = " ".join(html.document_fromstring(delegate.get(page).text).text_content().split())
    rows = list(csv.DictReader(io.StringIO(delegate.get(f"{page}?format=csv").data.decode("utf-8-sig"))))
    total = len(rows)
    assert f"1 of {total} ({round(100 / total)}%)" in shown
    assert "1 of 2" in shown
    assert [row["Paragraphs"] for row in rows if row["What became of it"] == "Reflected"] == ["2"]
    assert [row["Reason"] for row in rows if row["What became of it"] == "Set aside"] == ["Said by many."]
    assert delegate.get(f"{page}?format=xlsx").status_code == 200
    assert sign_in(client, personas.delegate_b).get(f"{page}?format=csv").status_code == 404


def test_mechanisms_see_it_too(client, meeting, personas, summary):
    make_presentation(own_delegation(personas.representative, meeting.slug, "RCM"), answers={"1": "Data are shared."})
    publish(summary, meeting)
    shown = sign_in(client, personas.representative).get(f"/desk/{meeting.slug}/used/RCM").text
    assert "Data are shared." in shown
    assert "not reflected, without a reason" in shown


def test_citations_keep_the_version_that_they_cite(client, summary, meeting, published, personas):
    publish(summary, meeting)
    base, slug = f"/practices/{published.slug}", meeting.slug
    reader = sign_in(client, None)
    assert f'href="{base}#field-answers.1' in reader.get(f"/sessions/{slug}/summary").text
    answers = {**published.latest.content["answers"], "1": "Otra respuesta. " + "Y más."}
    correcting.accept_correction(propose(published, personas, answers=answers), by=personas.secretariat)
    db.session.commit()
    text = reader.get(f"/sessions/{slug}/summary").text
    assert f'href="{base}/versions/1#field-answers.1' in text
    row = db.session.scalars(sa.select(Citation)).one()
    assert (row.practice_version.number, source_key(row)) == (1, f"practice-{published.id}")
    assert "Reflected as it was before" in sign_in(client, personas.delegate_a).get(f"/desk/{slug}/used/PE").text
    assert summary_of(meeting.id) is summary


def test_a_deadline_long_past_hinders_no_correction(published, personas):
    published.call.opens_at, published.call.closes_at = now() - timedelta(days=90), now() - timedelta(days=60)
    row = propose(published, personas)
    correcting.accept_correction(row, by=personas.secretariat)
    assert (published.latest.number, published.latest.late) == (2, False)

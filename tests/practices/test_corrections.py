"""Corrections of what was published in another template than the one in force, and how they stand to the deadline."""

import re

import sqlalchemy as sa
from lxml import html

from app.audit.models import AuditEvent
from app.core.db import db
from app.mail.models import Mail
from app.meetings.enums import DelegationRole
from app.practices import building, clearance, correcting, operations
from app.practices.after_queries import open_correction
from app.practices.clearance_models import ClearanceStep
from app.practices.clearance_queries import progress_of, text_mark
from app.practices.enums import ClearanceKind, CorrectionState, PracticeState
from app.practices.queries import own_delegation, state_questions
from tests.client import fill, post_form, sign_in
from tests.factories.practices import add_step, change_template, fresh, full_content, submit
from tests.personas import add_member, make_user

NOTE = "The number of permits was wrong."
WORDS = "Cuarenta mil permisos y no cincuenta mil."
ASKED = {"key": "f1", "kind": "long_text", "label": {"en": "Asked since"}, "required": True}
FILES = {"key": "f2", "kind": "files", "label": {"en": "Proof"}, "required": True}


def page_of(practice) -> str:
    return f"/practices/drafts/{practice.id}/correction"


def changed(call) -> dict:
    """The form without a field, and with a text and a file that it did not ask for before."""
    template = building.without(call.template, "rights")
    for entry in (ASKED, FILES):
        template = building.with_field(template, entry, "about")
    return template


def test_a_correction_is_written_and_published_in_the_template_of_its_version(client, personas, meeting):
    row = submit(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a, rights="Derechos.")
    operations.accept_practice(row, by=personas.secretariat)
    operations.publish_practice(row, by=personas.secretariat)
    db.session.commit()
    change_template(meeting, changed(row.call), by=personas.secretariat)
    delegate, page = sign_in(client, personas.delegate_a), page_of(row)
    shown = delegate.get(page).text
    assert "Derechos." in shown
    assert "Asked since" not in shown
    assert post_form(delegate, page, {"note": NOTE, "lessons": WORDS}, action=page).status_code == 303
    correction = open_correction(fresh(row))
    review = f"/practices/corrections/{correction.id}"
    assert "Derechos." not in sign_in(client, personas.secretariat).get(review).text, "it changes nothing there"
    correcting.accept_correction(correction, by=personas.secretariat)
    db.session.commit()
    first, second = fresh(row).versions
    assert second.content == {**first.content, "lessons": WORDS}
    assert (first.template_number, second.template_number) == (1, 1)
    assert "Derechos." in sign_in(client, None).get(f"/practices/{row.slug}").text


def test_a_correction_stays_as_late_as_what_it_corrects(published, personas):
    published.latest.late = True
    content = full_content(lessons=WORDS)
    row = correcting.propose_correction(published, content=content, note=NOTE, by=personas.delegate_a)
    correcting.accept_correction(row, by=personas.secretariat)
    assert (published.latest.number, published.latest.late) == (2, True)


def test_answers_to_questions_that_are_put_no_more_stay_and_new_questions_hinder_nothing(published, personas, meeting):
    version = published.latest
    first, second = state_questions(meeting.id)[:2]
    version.content = {**version.content, "answers": {first.key: "Una respuesta.", "gone": "De antes."}}
    content = {**version.content, "lessons": WORDS, "answers": {first.key: "Otra."}}
    corrected, wrong = correcting.correction_text(version, content)
    assert corrected["answers"] == {"gone": "De antes.", first.key: "Otra."}
    assert (second.key in corrected["answers"], wrong) == (False, [])
    _text, wrong = correcting.correction_text(version, {**content, "answers": {}})
    assert [one.name for one in wrong] == [f"answers.{first.key}"]


def cleared_first(practice, personas) -> ClearanceStep:
    """A delegation that submits cleared texts only, by a link to a ministry."""
    made = add_step(practice.delegation, by=personas.delegate_a)
    clearance.set_rule(practice.delegation, required=True, by=personas.delegate_a)
    db.session.commit()
    return made


def links(sent_mails) -> list[str]:
    return [link for mail in sent_mails() for link in re.findall(r"/clearance/\S+", str(mail.get_content()))]


def test_by_the_rule_a_correction_goes_to_the_capital_first(client, published, personas, meeting, sent_mails):
    cleared_first(published, personas)
    delegate, page = sign_in(client, personas.delegate_a), page_of(published)
    url, data, _multipart = fill(delegate.get(page), page, {"note": NOTE, "lessons": WORDS}, action=page)
    for _click in range(2):
        assert delegate.post(url, data=data).status_code == 303
    shown = delegate.get(page).text
    assert ("It is with the capital since" in shown, "Cuarenta" in shown) == (True, True)
    row = open_correction(fresh(published))
    staff = sign_in(client, personas.secretariat)
    queue = f"/sessions/{meeting.slug}/manage/practices?reading=correction"
    review, own = f"/practices/review/{published.id}", f"/practices/corrections/{row.id}"
    assert staff.get(own).status_code == 404
    assert (published.reference in staff.get(queue).text, own in staff.get(review).text) == (False, False)
    [link] = links(sent_mails)
    asked = sign_in(client, None).get(link).text
    assert (WORDS in asked, NOTE in asked) == (True, True)
    assert WORDS.split()[0] in html.document_fromstring(asked).xpath("string(//ins)")
    told = db.session.scalars(sa.select(Mail.body).filter_by(message="practices/clearance_asked")).one()
    assert "a correction of a good practice that is published" in " ".join(told.split())
    assert post_form(client, link, {"signed": "Legal office", "action": "clear"}).status_code == 303
    staff = sign_in(client, personas.secretariat)
    assert (published.reference in staff.get(queue).text, own in staff.get(review).text) == (True, True)
    body = db.session.scalars(sa.select(Mail.body).filter_by(message="practices/clearance_ended")).first()
    assert "The secretariat has it now" in body.replace("\n", " ")
    correcting.accept_correction(open_correction(fresh(published)), by=personas.secretariat)
    assert published.latest.content["lessons"] == WORDS


def test_the_trail_of_the_session_names_who_proposed_and_nobody_who_cleared(published, personas, meeting):
    minister = make_user("Minister", party_code="PE")
    add_member(meeting, minister, DelegationRole.HEAD)
    step = add_step(published.delegation, kind=ClearanceKind.HEAD, email="", name="Head")
    clearance.set_rule(published.delegation, required=True, by=personas.delegate_a)
    db.session.commit()
    content = full_content(lessons=WORDS)
    row = correcting.propose_correction(published, content=content, note=NOTE, by=personas.delegate_a)
    db.session.commit()
    mark = progress_of(published, row.content).mark
    clearance.clear_text(published, step.id, seen=mark, by=minister)
    db.session.flush()
    told = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.meeting_id == meeting.id)).all()
    assert [event.actor_id for event in told if event.action == "propose_correction"] == [personas.delegate_a.id]
    assert minister.id not in {event.actor_id for event in told}


def test_a_correction_comes_back_from_the_capital_and_stays_the_delegation_s(client, published, personas, sent_mails):
    cleared_first(published, personas)
    content = full_content(lessons=WORDS)
    first = correcting.propose_correction(published, content=content, note=NOTE, by=personas.delegate_a)
    db.session.commit()
    [link] = links(sent_mails)
    answer = {"signed": "Legal office", "action": "back", "comment": "Ask us first."}
    assert post_form(sign_in(client, None), link, answer).status_code == 303
    assert (fresh(published).state, first.state) == (PracticeState.PUBLISHED, CorrectionState.RECALLED)
    second = correcting.propose_correction(published, content=content, note=NOTE, by=personas.delegate_a)
    db.session.commit()
    assert "Ask us first." in sign_in(client, personas.delegate_a).get(page_of(published)[:-10] + "clearance").text
    again = links(sent_mails)[-1]
    for _click in range(2):
        correcting.recall_correction(second, by=personas.delegate_a)
    db.session.commit()
    assert sign_in(client, None).get(again).status_code == 410
    staff = sign_in(client, personas.secretariat)
    for row in (first, second):
        assert staff.get(f"/practices/corrections/{row.id}").status_code == 404
    clearance.set_rule(fresh(published).delegation, required=False, by=personas.delegate_a)
    third = correcting.propose_correction(published, content=content, note=NOTE, by=personas.delegate_a)
    assert not third.with_capital


def test_a_step_that_goes_passes_the_correction_on(published, personas):
    step = cleared_first(published, personas)
    content = full_content(lessons=WORDS)
    row = correcting.propose_correction(published, content=content, note=NOTE, by=personas.delegate_a)
    other = add_step(
        published.delegation, kind=ClearanceKind.FOCAL_POINT, name="Focal point", email="", by=personas.delegate_a
    )
    clearance.clear_text(published, other.id, seen=text_mark(published), by=personas.delegate_a)
    assert row.with_capital
    clearance.remove_step(step, by=personas.delegate_a)
    assert not row.with_capital

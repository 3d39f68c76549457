"""A call's template that changes while several hands write, while a text is with the capital, and while staff type."""

import re
from datetime import timedelta

import pytest

from app.core.actors import SYSTEM
from app.core.clock import now, standing_at
from app.core.db import db
from app.practices import building, clearance, intakes, operations, templates
from app.practices.clearance_queries import progress_of, text_mark
from app.practices.drafting_models import DraftRevision
from app.practices.enums import IntakeMeans
from app.practices.handing_over import hand_over, token_of
from app.practices.queries import call_of, own_delegation
from tests.client import filled, post_form, sign_in
from tests.factories.practices import add_step, change_template, fresh, full_content, start

RIGHTS = "Nadie pierde derechos."


@pytest.fixture
def draft(personas, meeting):
    practice = start(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a, rights=RIGHTS)
    db.session.commit()
    return practice


def without(meeting, *keys) -> None:
    """Have the call's template change: these fields go."""
    call = call_of(meeting.id)
    template = call.template
    for key in keys:
        template = building.without(template, key)
    templates.change_template(call, template, by=SYSTEM)
    templates.apply_template(call, by=SYSTEM)
    db.session.commit()


def section_with(practice, key) -> dict:
    sections = practice.call.template["sections"]
    return next(one for one in sections if key in [field["key"] for field in one["fields"]])


def test_a_text_with_the_capital_that_moves_is_asked_anew(client, meeting, draft, sent_mails):
    add_step(draft.delegation)
    clearance.send_to_capital(draft, by=SYSTEM, seen=str(draft.version))
    db.session.commit()
    [old] = [link for mail in sent_mails() for link in re.findall(r"/clearance/\S+", str(mail.get_content()))]
    mark = text_mark(draft)
    assert RIGHTS in sign_in(client, None).get(old).text
    without(meeting, "rights")
    links = [link for mail in sent_mails() for link in re.findall(r"/clearance/\S+", str(mail.get_content()))]
    assert len(links) == 2
    assert text_mark(fresh(draft)) != mark
    assert client.get(old).status_code == 410
    shown = client.get(links[1])
    assert (shown.status_code, RIGHTS in shown.text) == (200, False)
    assert post_form(client, links[1], {"signed": "Legal office", "action": "clear"}).status_code == 303
    assert progress_of(fresh(draft)).cleared


def test_a_section_that_goes_sets_aside_what_its_link_sends(client, personas, meeting, draft):
    section = section_with(draft, "rights")
    made = hand_over(draft, section=section["key"], for_whom="Ministry", days=7, by=personas.delegate_a)
    db.session.commit()
    link = f"/handed/{token_of(made)}"
    client.set_cookie("plenaria_language", "en")
    post_form(client, link, {"name": "Rosa"})
    _url, data, _multipart = filled(client, link, {"rights": "Escrito mientras tanto."})
    without(meeting, *(field["key"] for field in section["fields"]))
    door = client.get(link)
    assert (door.status_code, "has this section no more" in door.text) == (410, True)
    assert client.post(link, data=data).status_code == 303
    texts = [item["text"] for item in fresh(draft).set_aside]
    assert (RIGHTS in texts, "Escrito mientras tanto." in texts) == (True, True)
    assert client.get(link).status_code == 410


def test_a_link_sets_aside_what_it_wrote_in_a_field_that_moved_and_nothing_else(client, personas, meeting, draft):
    section = section_with(draft, "rights")
    made = hand_over(draft, section=section["key"], for_whom="Ministry", days=7, by=personas.delegate_a)
    db.session.commit()
    link = f"/handed/{token_of(made)}"
    post_form(client, link, {"name": "Rosa"})
    pages = [filled(client, link, values)[1] for values in ({}, {"rights": "Escrito mientras tanto."})]
    template = draft.call.template
    other = next(one["key"] for one in template["sections"] if one["key"] != section["key"])
    moved = building.dropped_field(template, "rights", section_key=other, position=0)
    change_template(meeting, moved, by=SYSTEM)
    expected = [[], ["Escrito mientras tanto."]]
    for data, texts in zip(pages, expected, strict=True):
        assert client.post(link, data=data).status_code == 303
        assert [item["text"] for item in fresh(draft).set_aside] == texts
        assert draft.content["rights"] == RIGHTS


def test_a_link_whose_section_went_refuses_with_what_was_sent(client, personas, meeting, draft):
    section = section_with(draft, "rights")
    made = hand_over(draft, section=section["key"], for_whom="Ministry", days=7, by=personas.delegate_a)
    db.session.commit()
    link = f"/handed/{token_of(made)}"
    post_form(client, link, {"name": "Rosa"})
    _url, data, _multipart = filled(client, link, {"rights": "Demasiado. " * 2000})
    without(meeting, *(field["key"] for field in section["fields"]))
    answer = client.post(link, data=data, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, "Demasiado." in answer.text) == (413, True)


def test_the_history_compares_texts_of_fields_that_the_form_has_no_more(client, personas, meeting, draft):
    with standing_at(now() + timedelta(hours=1)):
        operations.save_draft(draft, content=full_content(rights="Otros derechos."), by=personas.delegate_a)
        db.session.commit()
    without(meeting, "rights")
    delegate = sign_in(client, personas.delegate_a)
    page = delegate.get(f"/practices/drafts/{draft.id}/history?older=1&newer=2").text
    assert "<del>Nadie" in page
    assert "Bring this field of version 1 back" not in page, "it has no place any more"


def record(personas, meeting):
    intake = intakes.record_intake(
        call_of(meeting.id),
        own_delegation(personas.delegate_a, meeting.slug, "PE"),
        means=IntakeMeans.EMAIL,
        sender="Ministry, note 7-5-M/12",
        received_at=now() - timedelta(hours=2),
        confirm_by=now() + timedelta(days=7),
        language="es",
        upload=None,
        content=full_content(),
        leftovers=[],
        by=personas.secretariat,
    )
    db.session.commit()
    return intake


def test_what_staff_type_while_the_form_changes_stays_with_the_record(client, personas, meeting):
    intake = record(personas, meeting)
    staff, page = sign_in(client, personas.secretariat), f"/manage/intake/{intake.id}"
    _url, data, multipart = filled(staff, page, {"rights": "Del correo."})
    without(meeting, "rights")
    answer = staff.post(page, data=data, content_type="multipart/form-data" if multipart else None)
    assert answer.status_code == 303
    db.session.expire_all()
    assert intake.leftovers == [full_content()["rights"], "Del correo."]
    assert "Del correo." in staff.get(page).text


def test_the_history_begins_with_what_staff_recorded(client, personas, meeting):
    intake = record(personas, meeting)
    row = db.session.query(DraftRevision).one()
    assert (row.by_id, row.content) == (personas.secretariat.id, intake.content)
    with standing_at(now() + timedelta(hours=1)):
        operations.save_draft(intake.practice, content=full_content(title="Corregido"), by=personas.delegate_a)
        db.session.commit()
    page = f"/practices/drafts/{intake.practice_id}/history"
    delegate = sign_in(client, personas.delegate_a)
    assert personas.secretariat.name in delegate.get(page).text
    assert "<ins>Corregido</ins>" in delegate.get(f"{page}?older=1&newer=2").text
    assert sign_in(client, personas.secretariat).get(page).status_code == 404

"""What people paste, send twice, send late or send from elsewhere, in every form of hands, clearance and intake."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.clock import now, standing_at
from app.core.db import db
from app.core.merging import as_seen
from app.directory.models import Party
from app.meetings.models import Delegation
from app.practices import clearance, handing_over, operations
from app.practices.autosaving import Page, save_fields, who_is_here
from app.practices.clearance_models import Clearance, ClearanceStep
from app.practices.clearance_queries import progress_of
from app.practices.commenting import comments_of
from app.practices.drafting_models import DelegationComment, DraftRevision, Handover, HandoverUse
from app.practices.merging import by_name
from app.practices.models import Intake, Practice
from tests.client import filled, post_form, sign_in
from tests.core.test_resending import expired, send_again, words
from tests.factories.practices import add_step, full_content
from tests.personas import make_user

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"
MARKS = "\u202e\u2066"  # they turn the direction of what follows
LETTER = "e\u0301"  # one letter, two code points
MINISTRY = "labour@example.org"


@pytest.fixture
def link(draft, sent_mails) -> str:
    """The address that a ministry was mailed."""
    add_step(draft.delegation)
    clearance.send_to_capital(draft, by=SYSTEM, seen=str(draft.version))
    db.session.commit()
    [found] = [re.search(r"/clearance/\S+", str(mail.get_content())) for mail in sent_mails()]
    return found[0]


def delegation_id(meeting) -> int:
    peru = (
        sa.select(Delegation.id).join(Delegation.party).where(Delegation.meeting_id == meeting.id, Party.code == "PE")
    )
    return db.session.scalars(peru).one()


def recorded(meeting, **more) -> tuple[str, dict]:
    """The address and the values of a record of staff."""
    local = now().astimezone(meeting.tz)
    values = {
        "delegation": str(delegation_id(meeting)),
        "means": "email",
        "sender": "Ministry of Labour",
        "received_at": f"{local - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "confirm_by": f"{local + timedelta(days=7):%Y-%m-%dT%H:%M}",
        "language": "es",
    }
    return f"/sessions/{meeting.slug}/manage/intake/new", values | more


def is_harmless(page: str) -> bool:
    return "<script>alert" not in page and "<img src=x" not in page and "&lt;script&gt;alert(1)" in page


def test_markup_in_clearance_is_text_on_every_page(client, personas, meeting, draft, sent_mails):
    add_step(draft.delegation, name=MARKUP)
    operations.save_draft(draft, content=full_content(title=MARKUP), by=personas.delegate_a)
    db.session.flush()
    clearance.send_to_capital(draft, by=SYSTEM, seen=str(draft.version))
    clearance.say_of_clearance(draft, comment=MARKUP, by=personas.delegate_a)
    db.session.commit()
    [mail] = sent_mails()
    asked = re.search(r"/clearance/\S+", str(mail.get_content()))[0]
    visitor = sign_in(client, None)
    assert is_harmless(visitor.get(asked).text)
    assert post_form(visitor, asked, {"signed": MARKUP, "comment": MARKUP, "action": "back"}).status_code == 303
    assert is_harmless(visitor.get(asked).text)
    delegate = sign_in(client, personas.delegate_a)
    draft_page = f"/practices/drafts/{draft.id}"
    for page in (f"{draft_page}/clearance", f"/sessions/{meeting.slug}/clearance/PE", f"{draft_page}/check"):
        assert is_harmless(delegate.get(page).text), page


def test_markup_in_a_record_is_text_on_every_page(client, personas, meeting):
    staff = sign_in(client, personas.secretariat)
    url, values = recorded(meeting, sender=MARKUP)
    answer = post_form(staff, url, values)
    assert answer.status_code == 303
    page = answer.location
    template = db.session.query(Intake).one().call.template
    kinds = {field["key"]: field["kind"] for one in template["sections"] for field in one["fields"]}
    texts = {key: MARKUP for key, kind in kinds.items() if kind in ("short_text", "long_text")}
    assert post_form(staff, page, texts | {"answer_1": MARKUP, "contact_name": MARKUP}).status_code == 303
    row = db.session.query(Intake).one()
    row.leftovers = [MARKUP]
    db.session.commit()
    assert is_harmless(staff.get(page).text)
    assert "<script>alert" not in staff.get(f"/sessions/{meeting.slug}/manage/intake").text
    delegate = sign_in(client, personas.delegate_a)
    for shown in ("", "/check", "/history"):
        assert is_harmless(delegate.get(f"/practices/drafts/{row.practice_id}{shown}").text), shown


def test_limits_count_what_people_see(client, personas, meeting, draft, link):
    """A letter and its accent are one, marks of direction none; one more than the limit is refused and kept to see."""
    delegate, visitor, staff = personas.delegate_a, None, personas.secretariat
    record, values = recorded(meeting)
    forms = (
        (delegate, f"/practices/drafts/{draft.id}/comments", {}, "text", 4000, DelegationComment.text),
        (delegate, f"/sessions/{meeting.slug}/clearance/PE", {"email": MINISTRY}, "name", 200, ClearanceStep.name),
        (visitor, link, {"comment": "No.", "action": "back"}, "signed", 200, Clearance.signed),
        (delegate, f"/practices/drafts/{draft.id}/hands", {}, "for_whom", 200, Handover.for_whom),
        (staff, record, values, "sender", 300, Intake.sender),
    )
    for who, url, rest, name, limit, column in forms:
        browser = sign_in(client, who)
        refused = post_form(browser, url, {**rest, name: LETTER * (limit + 1)})
        assert (refused.status_code, "é" * 50 in refused.text or LETTER * 50 in refused.text) == (422, True), name
        assert post_form(browser, url, {**rest, name: MARKS + LETTER * limit + "\x07"}).status_code == 303, name
        assert "é" * limit in db.session.scalars(sa.select(column)).all(), name


def test_nul_and_lone_surrogates_are_left_out(client, personas, draft):
    by = personas.delegate_a
    text = "a\x00b\ud800c"
    section = draft.call.template["sections"][0]["key"]
    handover = handing_over.hand_over(draft, section=section, for_whom=text, days=3, by=by)
    use = handing_over.open_handover(handover, name=text, by=by)
    one = add_step(draft.delegation, name=text)
    clearance.send_to_capital(draft, by=SYSTEM, seen=str(draft.version))
    clearance.say_of_clearance(draft, comment=text, by=by)
    db.session.commit()
    said = db.session.query(Clearance.comment).filter(Clearance.comment != "").scalar()
    assert {handover.for_whom, use.name, one.name, said} == {"abc"}
    browser = sign_in(client, by)
    url = f"/practices/drafts/{draft.id}/comments"
    _url, data, _multipart = filled(browser, url, {"text": text.replace("\ud800", "")})
    assert browser.post(url, data=data).status_code == 303
    assert [row.text for row in comments_of(draft.id)] == ["abc"]
    raw = f"csrf_token={data['csrf_token'][0]}&section=&text=c%ED%A0%80d"
    browser.post(url, data=raw, content_type="application/x-www-form-urlencoded")
    assert not re.search("[\ud800-\udfff\x00]", comments_of(draft.id)[-1].text)


def test_a_forwarded_link_opens_nothing_for_another_state(client, personas, draft, link):
    own, reader = personas.delegate_a, make_user("Of the ministry", party_code="PE")
    url, data, _multipart = filled(sign_in(client, None), link, {"signed": "Legal office"})
    for person in (personas.delegate_b, personas.secretariat, reader):
        browser = sign_in(client, person)
        assert browser.get(link).status_code == 404
        answer = browser.post(url, data={**data, "action": "clear"}, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code in (400, 404)
    assert not progress_of(db.session.get_one(Practice, draft.id)).cleared
    assert sign_in(client, own).get(link).status_code == 200


def test_a_session_that_ended_while_they_wrote_costs_no_word(client, personas, meeting, draft):
    draft_page = f"/practices/drafts/{draft.id}"
    record, values = recorded(meeting, sender="Nota de la misión 7-5")
    forms = (
        (personas.delegate_a, f"{draft_page}/comments", {"text": "Una palabra interna."}, "Una palabra interna."),
        (personas.delegate_a, draft_page, {"lessons": "Escrito sin sesión."}, "Escrito sin sesión."),
        (personas.secretariat, record, values, "Nota de la misión 7-5"),
    )
    for person, url, sent, written in forms:
        lost = expired(sign_in(client, person), url, sent)
        assert (lost.status_code, written in words(lost)) == (403, True), url
        sign_in(client, person)
        assert send_again(client, lost).status_code == 303, url
    assert [row.text for row in comments_of(draft.id)] == ["Una palabra interna."]
    db.session.expire_all()
    assert db.session.get_one(Practice, draft.id).content["lessons"] == "Escrito sin sesión."
    assert db.session.query(Intake).one().sender == "Nota de la misión 7-5"


def test_a_clock_that_was_set_back_loses_nothing(personas, draft):
    """The order of saves is the page's count; the history goes on, and who is here is still told."""
    by = personas.delegate_a
    seen = as_seen(0, by_name(draft.content, draft.language))
    save_fields(draft, {"title": "Uno"}, page=Page("0a", 1, ""), seen=seen, by=by)
    db.session.commit()
    number = db.session.query(DraftRevision).count()
    with standing_at(now() - timedelta(days=2)):
        save_fields(draft, {"title": "Dos"}, page=Page("0a", 2, ""), seen=seen, by=by)
        db.session.commit()
        assert [one.name for one in who_is_here(draft.id, besides=personas.delegate_b)] == [by.name]
    assert draft.content["title"] == "Dos"
    assert db.session.query(DraftRevision).count() == number + 1, "a revision never begins after it was saved"
    texts = [row.content["title"] for row in db.session.query(DraftRevision).order_by(DraftRevision.number)]
    assert texts[-2:] == ["Uno", "Dos"]


def test_what_was_received_is_counted_by_the_server_s_clock(client, personas, meeting):
    staff = sign_in(client, personas.secretariat)
    local = now().astimezone(meeting.tz)
    url, values = recorded(meeting, received_at=f"{local + timedelta(minutes=10):%Y-%m-%dT%H:%M}")
    answer = post_form(staff, url, values)
    assert (answer.status_code, "This moment has not come yet." in answer.text) == (422, True)


def test_a_use_is_of_its_link_alone(client, personas, draft):
    """Who opened one section holds no other: neither by its address, nor by a name kept from the first."""
    keys = [section["key"] for section in draft.call.template["sections"]][:2]
    tokens = []
    for key in keys:
        made = handing_over.hand_over(draft, section=key, for_whom=key, days=3, by=personas.delegate_a)
        db.session.commit()
        tokens.append(handing_over.token_of(made))
    assert post_form(client, f"/handed/{tokens[0]}", {"name": "Rosa"}).status_code == 303
    assert "Rosa" not in client.get(f"/handed/{tokens[1]}").text
    number, digest = tokens[1].split("-")[0], tokens[0].split("-", 1)[1]
    assert client.get(f"/handed/{number}-{digest}").status_code == 404
    assert db.session.query(HandoverUse).count() == 1


def in_any_order(content) -> dict:
    """Content with the codes that were ticked sorted."""
    return {
        key: sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value
        for key, value in content.items()
    }


def test_every_section_can_be_handed_over(client, personas, draft):
    before = draft.content
    for section in draft.call.template["sections"]:
        made = handing_over.hand_over(
            draft, section=section["key"], for_whom="Ministry", days=3, by=personas.delegate_a
        )
        db.session.commit()
        link = f"/handed/{handing_over.token_of(made)}"
        assert post_form(client, link, {"name": "Rosa"}).status_code == 303
        assert post_form(client, link, {}).status_code == 303, section["key"]
        assert client.get(link).status_code == 200
    db.session.expire_all()
    assert in_any_order(draft.content) == in_any_order(before), "saving what the page shows changes nothing"

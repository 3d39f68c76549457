"""Submitting once, whatever the person does, and the receipt of it as a page and a document."""

import io

import pytest
from pypdf import PdfReader

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.texts import fingerprint
from app.mail.models import Mail
from app.practices import operations
from app.practices.enums import PracticeState
from app.practices.models import Practice
from app.practices.queries import own_delegation
from tests.client import fill, sign_in
from tests.factories.practices import close_call, full_content, make_open_meeting, start
from tests.summaries.test_documents import faults


@pytest.fixture
def draft(personas):
    meeting = make_open_meeting()
    personas.join(meeting)
    practice = start(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a)
    db.session.commit()
    return practice


def test_two_tabs_and_a_try_again_give_one_submission(client, personas, draft):
    """Both tabs were opened before; the answer to the first was lost, and the call closed before it was tried again."""
    browser = sign_in(client, personas.delegate_a)
    check = f"/practices/drafts/{draft.id}/check"
    tabs = [fill(browser.get(check), check, {})[:2] for _tab in range(2)]
    receipts = [browser.post(url, data=data).location for url, data in tabs]
    close_call(draft.meeting)
    receipts.append(browser.post(tabs[0][0], data=tabs[0][1]).location)
    assert receipts == [f"/practices/drafts/{draft.id}/receipt"] * 3
    db.session.expire_all()
    practice = db.session.get_one(Practice, draft.id)
    assert (practice.state, len(practice.versions), practice.reference) == (
        PracticeState.SUBMITTED,
        1,
        "CAM/2026/GP/PER/01",
    )
    assert len(db.session.query(Mail).filter_by(message="practices/submitted").all()) == 1


def test_a_try_again_after_the_practice_was_returned_submits_nothing(client, personas, draft):
    browser = sign_in(client, personas.delegate_a)
    check = f"/practices/drafts/{draft.id}/check"
    url, data, _multipart = fill(browser.get(check), check, {})
    browser.post(url, data=data)
    operations.return_practice(db.session.get_one(Practice, draft.id), comment="More figures.", by=SYSTEM)
    again = browser.post(url, data=data)
    assert (again.status_code, "changed after you opened this page" in again.text) == (409, True)
    db.session.expire_all()
    assert len(db.session.get_one(Practice, draft.id).versions) == 1


def test_each_submission_keeps_its_receipt(client, personas, practice):
    operations.return_practice(practice, comment="More.", by=personas.secretariat)
    operations.save_draft(practice, content=full_content(title="Segunda"), by=personas.delegate_a)
    operations.submit_practice(practice, received_at=now(), by=personas.delegate_a)
    db.session.commit()
    browser, page = sign_in(client, personas.delegate_a), f"/practices/drafts/{practice.id}/receipt"
    first, second = practice.versions
    for query, own, other in (("", second, first), ("?version=1", first, second), ("?version=9", second, first)):
        shown = browser.get(page + query).text
        assert (own.sha256 in shown, other.sha256 in shown) == (True, False)
        assert ("answers you by mail" in shown) == (own is second)
    assert f"receipt.pdf?version={second.number}" in browser.get(page).text
    pdf = PdfReader(io.BytesIO(browser.get(f"{page}.pdf?version=1").data))
    assert first.sha256 in "".join("".join(one.extract_text() for one in pdf.pages).split())


def test_of_what_was_withdrawn_nothing_is_left_to_see_of_the_text(client, personas, practice):
    operations.withdraw_practice(practice, by=personas.delegate_a)
    db.session.commit()
    browser = sign_in(client, personas.delegate_a)
    pages = ("receipt", "check", "clearance", "comments", "history", "hands")
    found = {end: browser.get(f"/practices/drafts/{practice.id}/{end}").status_code for end in pages}
    assert found == {"receipt": 200, **dict.fromkeys(pages[1:], 404)}


def test_the_receipt_is_a_tagged_document_in_the_readers_language(client, personas, draft):
    personas.delegate_a.language = "es"
    browser = sign_in(client, personas.delegate_a)
    check = f"/practices/drafts/{draft.id}/check"
    assert browser.get(check.replace("check", "receipt.pdf")).status_code == 404
    url, data, _multipart = fill(browser.get(check), check, {})
    browser.post(url, data=data)
    answer = browser.get(check.replace("check", "receipt.pdf"))
    assert answer.mimetype == "application/pdf"
    pdf = PdfReader(io.BytesIO(answer.data))
    catalog = pdf.root_object
    assert faults(answer.data) == []
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "es"
    db.session.expire_all()
    version = db.session.get_one(Practice, draft.id).versions[0]
    assert version.sha256 == fingerprint(version.content)
    compact = "".join("".join(page.extract_text() for page in pdf.pages).split())
    for words in ("CAM/2026/GP/PER/01", version.sha256):
        assert words in compact
    assert version.content["title"].replace(" ", "") in compact
    assert "no-store" in answer.headers["Cache-Control"]

"""The published order of business with the documents of its items, and the page of one item."""

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.core.localized import LocalizedText
from app.meetings.enums import ItemRole, Stage
from app.meetings.models import GuidingQuestion
from app.meetings.parts import add_item_person
from app.register.enums import LanguageStatus
from app.register.operations import add_made, withdraw_document
from tests.client import sign_in
from tests.factories.register import PDF, issue, register
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting, publish_agenda
from tests.meetings.agendas import add, named

AGENDA = "/sessions/cam-2026/order-of-business"


@pytest.fixture
def meeting(app):
    """A published order of business: a panel with a sub-item and a question, with documents for each audience."""
    with standing_at(NOON):
        made = make_meeting(stage=Stage.CALL_OPEN)
        panel = add(made, "Panel", minutes=60)
        add(made, "Speaker", minutes=20, parent=panel)
        add_item_person(panel, role=ItemRole.SPEAKER, delegation=make_delegation(made, "PE"), function={}, by=SYSTEM)
        question = db.session.scalars(sa.select(GuidingQuestion).filter_by(number=2)).one()
        question.item = panel
        for distribution in Audience:
            issue(made, items=[panel], distribution=distribution, title=everywhere(f"For {distribution.value}"))
        publish_agenda(made)
        add(made, "Draft only")
        db.session.commit()
        yield made


def page_of(meeting, title) -> str:
    return f"{AGENDA}/items/{named(meeting, title).mark}"


def test_an_item_shows_what_readers_know_of_it(client, meeting):
    page = html.document_fromstring(client.get(page_of(meeting, "Panel")).text)
    shown = " ".join(page.text_content().split())
    for words in ("Item 2", "Panel (en)", "10:30–11:30 (Washington, UTC-4)", "Speaker Peru", "Question 2? (en)"):
        assert words in shown, words
    assert "Question 1?" not in shown
    assert page.xpath("//a[contains(., 'Speaker (en)')]/@href") == [page_of(meeting, "Speaker")]
    below = html.document_fromstring(client.get(page_of(meeting, "Speaker")).text)
    assert page_of(meeting, "Panel") in below.xpath("//main//ul//a/@href")
    assert "None is published yet." in below.text_content()


def test_documents_are_those_that_the_reader_may_read_and_nothing_counts_the_others(client, personas, meeting):
    personas.join(meeting)
    db.session.commit()
    every = {f"CAM/doc.{number}/26" for number in range(1, len(Audience) + 1)}
    symbol_for = dict(zip(Audience, sorted(every), strict=True))
    public, members = symbol_for[Audience.PUBLIC], symbol_for[Audience.MEMBER_STATES]
    known = ((None, {public}), (personas.reader, {public, members}), (personas.delegate_a, every))
    for person, expected in (*known, (personas.secretariat, every)):
        sign_in(client, person)
        agenda = html.document_fromstring(client.get(AGENDA).text)
        item = html.document_fromstring(client.get(page_of(meeting, "Panel")).text)
        assert set(agenda.xpath("//main//a[starts-with(@href, '/documents/')]/text()")) == expected
        entries = item.xpath("//li[@class='entry']")
        assert len(entries) == len(expected)
        assert all(symbol in item.text_content() for symbol in expected)
        assert not any(symbol in item.text_content() for symbol in every - expected)


def test_files_come_with_the_reader_s_language_first(client, meeting):
    document = issue(
        meeting,
        items=[named(meeting, "Opening")],
        statuses=dict.fromkeys(("en", "es", "pt"), LanguageStatus.PENDING),
    )
    for language in ("en", "pt"):
        add_made(document, language, {"pdf": PDF}, by=SYSTEM)
    db.session.commit()
    for language, first in (("pt", ["pt", "en", "es"]), ("es", ["es", "en", "pt"]), ("fr", ["en", "es", "pt"])):
        answer = client.get(page_of(meeting, "Opening"), headers={"Accept-Language": language})
        page = html.document_fromstring(answer.text)
        assert page.xpath("//li[@class='entry']//a[@hreflang]/@hreflang") == first


def test_what_is_not_issued_is_the_secretariat_s_and_what_was_withdrawn_leaves_its_note_only(client, personas, meeting):
    opening = named(meeting, "Opening")
    register(meeting, items=[opening], title=everywhere("Not yet"))
    gone = issue(meeting, items=[opening], title=everywhere("Gone"))
    withdraw_document(gone, note=LocalizedText(en="An error."), by=SYSTEM)
    db.session.commit()
    page = client.get(page_of(meeting, "Opening")).text
    assert "Not yet" not in page
    assert "Withdrawn" in page
    assert ".pdf" not in page
    assert gone.symbol not in client.get(AGENDA).text
    assert "Not issued" in sign_in(client, personas.secretariat).get(page_of(meeting, "Opening")).text


def test_a_draft_s_items_are_nobody_s(client, personas, meeting):
    draft = named(meeting, "Draft only")
    document = issue(meeting, items=[draft, named(meeting, "Panel")])
    db.session.commit()
    assert client.get(f"{AGENDA}/items/{draft.mark}").status_code == 404
    pages = (f"/documents/{document.slug}", "/sessions/cam-2026/documents", f"/api/v1/documents/{document.slug}")
    for url in pages:
        text = client.get(url).text
        assert "Draft only" not in text, url
        assert "Panel (en)" in text, url
    assert client.get(f"/sessions/cam-2026/documents?item={draft.mark}").status_code == 422
    staff = sign_in(client, personas.secretariat).get(f"/sessions/cam-2026/documents?item={draft.mark}")
    assert document.symbol in staff.text
    edit = client.get(f"/manage/agenda/{draft.id}").text
    assert f"/sessions/cam-2026/documents?item={draft.mark}" in edit


def test_the_register_numbers_items_as_the_order_of_business_does(client, meeting):
    page = html.document_fromstring(client.get("/sessions/cam-2026/documents").text)
    assert page.xpath("//select[@name='item']/option/text()") == [
        "All items",
        "1 Opening (en)",
        "2 Panel (en)",
        "2.1 Speaker (en)",
    ]


def test_an_item_of_a_session_that_one_may_not_see_is_not_found(client, meeting):
    url = page_of(meeting, "Panel")
    meeting.distribution = Audience.RESTRICTED
    db.session.commit()
    assert client.get(url).status_code == 404
    assert client.get(f"{AGENDA}/items/none").status_code == 404

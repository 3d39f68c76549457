"""From a practice that was read to a draft of one's own, with credit on both."""

from datetime import timedelta

import pytest
from lxml import html

from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.meetings.enums import DelegationRole, Stage
from app.practices.enums import PracticeState
from app.practices.models import Practice
from app.practices.queries import call_of
from tests.client import post_form, sign_in
from tests.factories.library import publish_practice
from tests.factories.summaries import NOON, make_meeting
from tests.personas import add_member, party


@pytest.fixture
def read(app):
    """A published practice of Chile, of last year's session."""
    before = make_meeting("2025", stage=Stage.PUBLISHED, starts_at=NOON - timedelta(days=365), ends_at=NOON)
    practice = publish_practice(before, "CL", title="Mobile offices on the border", themes=["T3"])
    db.session.commit()
    return practice


def open_call(personas, role=DelegationRole.DRAFTER):
    meeting = make_meeting("2026", stage=Stage.CALL_OPEN)
    call = call_of(meeting.id)
    call.opens_at, call.closes_at = now() - timedelta(days=1), now() + timedelta(days=10)
    field = {"key": "themes", "kind": "choice", "vocabulary": "themes", "label": {"en": "Themes"}, "max": 3}
    section = call.template["sections"][0]
    title = {"key": "title", "kind": "short_text", "required": True, "label": {"en": "Title"}}
    call.template = {"sections": [{**section, "fields": [title, field, *section["fields"]]}]}
    add_member(meeting, personas.delegate_a, role)
    db.session.commit()
    return meeting


def words(client, url: str) -> str:
    return " ".join(html.document_fromstring(client.get(url).text).xpath("//main")[0].text_content().split())


def test_the_way_from_a_page_to_a_draft_and_credit_on_both(client, personas, read):
    meeting = open_call(personas)
    sign_in(client, personas.delegate_a)
    page = html.document_fromstring(client.get(f"/practices/{read.slug}").text)
    [link] = page.xpath("//a[text()='Begin a practice of your own from it']/@href")
    page = html.document_fromstring(client.get(link).text)
    [begin] = page.xpath("//a[contains(text(), 'Begin a draft for Peru')]/@href")
    shown = html.document_fromstring(client.get(begin).text)
    assert shown.xpath("//input[@name='begin_with'][@checked]/@value") == [f"model:{read.id}"]
    answer = post_form(client, begin, {"title": "Our own offices"})
    assert answer.status_code == 303
    db.session.expire_all()
    draft = db.session.get(Practice, int(answer.location.rsplit("/", 1)[1]))
    assert (draft.model_id, draft.content["themes"]) == (read.id, ["T3"])
    assert "results" not in draft.content, "no text is taken over"
    assert "Mobile offices on the border" in words(client, f"/practices/drafts/{draft.id}/begun-from")
    assert f"/practices/drafts/{draft.id}/begun-from" in client.get(f"/practices/drafts/{draft.id}").text
    assert "Our own offices" not in client.get(f"/practices/{read.slug}").text, "a draft is told of to nobody"
    own = publish_practice(meeting, delegation=draft.delegation, title="Our own offices", number=7)
    own.model_id = read.id
    assert "Begun from a practice of Chile, 2025: Mobile offices on the border" in words(
        client, f"/practices/{own.slug}"
    )
    assert "Led to a practice of Peru, 2026: Our own offices" in words(client, f"/practices/{read.slug}")


def test_what_a_reader_may_not_read_is_not_credited(client, personas, read):
    meeting = make_meeting("2026", stage=Stage.PUBLISHED)
    own = publish_practice(meeting, "PE", title="For few", consent=Audience.RESTRICTED)
    own.model_id = read.id
    assert "Led to" not in words(client, f"/practices/{read.slug}")
    sign_in(client, personas.secretariat)
    assert "Led to a practice of Peru, 2026: For few" in words(client, f"/practices/{read.slug}")


@pytest.mark.parametrize("who", ["reader", "delegate_b", "representative", "secretariat", "delegate_a"])
def test_where_no_call_is_open_it_says_so_and_offers_a_collection(client, personas, read, who):
    sign_in(client, getattr(personas, who))
    page = client.get(f"/practices/{read.slug}/reuse").text
    assert "No call is open in which you write for a delegation." in page
    assert f"/collections/add?kind=practice&amp;name={read.slug}" in page


def test_a_closed_call_is_not_offered(client, personas, read):
    meeting = open_call(personas)
    call_of(meeting.id).closes_at = now() - timedelta(minutes=1)
    sign_in(client, personas.delegate_a)
    assert "No call is open" in client.get(f"/practices/{read.slug}/reuse").text


def test_an_observer_reads_along(client, personas, read):
    open_call(personas, DelegationRole.OBSERVER)
    sign_in(client, personas.delegate_a)
    page = client.get(f"/practices/{read.slug}/reuse").text
    assert "Begin a draft" not in page
    assert "You read along for your delegation" in page


def test_what_is_for_member_states_is_a_model_for_these_and_named_to_them_alone(client, personas, read):
    meeting = open_call(personas)
    read.consent = Audience.MEMBER_STATES
    sign_in(client, personas.delegate_a)
    page = html.document_fromstring(client.get(f"/practices/{read.slug}/reuse").text)
    [begin] = page.xpath("//a[contains(text(), 'Begin a draft for Peru')]/@href")
    draft = db.session.get(
        Practice, int(post_form(client, begin, {"title": "Our own offices"}).location.rsplit("/", 1)[1])
    )
    assert draft.model_id == read.id
    assert draft.content == {"title": "Our own offices", "themes": ["T3"]}
    assert "Mobile offices" in words(client, f"/practices/drafts/{draft.id}/begun-from")
    own = publish_practice(meeting, delegation=draft.delegation, title="Our own offices", number=7)
    own.model_id = read.id
    assert "Begun from a practice of Chile" in words(client, f"/practices/{own.slug}")
    sign_in(client, None)
    for path in (f"/practices/{own.slug}", f"/api/v1/practices/{own.slug}", f"/practices/{own.slug}?format=pdf"):
        shown = client.get(path).data
        assert b"Mobile offices" not in shown
        assert read.reference.encode() not in shown


def test_what_somebody_may_not_read_is_no_model(client, personas, read):
    open_call(personas)
    read.consent = Audience.RESTRICTED
    sign_in(client, personas.delegate_a)
    assert client.get(f"/practices/{read.slug}/reuse").status_code == 404
    form = html.document_fromstring(client.get(f"/sessions/cam-2026/practices/new?model={read.id}").text)
    assert form.xpath("//input[@name='begin_with']/@value") in ([], [""])


def test_what_cannot_be_read_cannot_be_reused(client, personas, read):
    sign_in(client, personas.delegate_a)
    read.state = PracticeState.WITHDRAWN
    assert client.get(f"/practices/{read.slug}/reuse").status_code == 404
    assert client.get("/practices/none/reuse").status_code == 404
    sign_in(client, None)
    assert client.get(f"/practices/{read.slug}/reuse").status_code == 302


@pytest.mark.parametrize("model", ["x", "-1", "0", "99999999999999999999", "1"])
def test_an_odd_number_of_a_model_is_none(client, personas, read, model):
    open_call(personas)
    sign_in(client, personas.delegate_a)
    assert client.get(f"/sessions/cam-2026/practices/new?model={model}").status_code == 200


def test_ones_own_earlier_practice_is_begun_as_its_update(client, personas, read):
    open_call(personas)
    read.delegation.party = party("PE")
    sign_in(client, personas.delegate_a)
    shown = html.document_fromstring(client.get(f"/sessions/cam-2026/practices/new?model={read.id}").text)
    assert shown.xpath("//input[@name='begin_with'][@checked]/@value") == [f"update:{read.id}"]

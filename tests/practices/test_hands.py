"""Several hands at one draft: sections by link, comments, history; all of it the delegation's alone."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import url_for
from lxml import html
from werkzeug.datastructures import FileStorage

from app.audit.models import AuditEvent
from app.core.clock import now, standing_at
from app.core.db import db
from app.core.errors import Refusal
from app.meetings.enums import DelegationRole
from app.meetings.retention import forget_participants
from app.practices import attaching, building, commenting, handing_over, operations
from app.practices.drafting_models import DelegationComment, DraftRevision, Handover, HandoverUse
from app.practices.enums import PracticeState
from tests.client import post_form, sign_in
from tests.factories.practices import change_template, fresh, full_content, make_open_meeting
from tests.guards.test_access import CSRF, token
from tests.personas import add_member, make_user

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WHOM = "Statistics unit, Ministry of Labour"


@pytest.fixture
def meeting(personas):
    meeting = make_open_meeting()
    personas.join(meeting)
    return meeting


def address(practice, page=""):
    return f"/practices/drafts/{practice.id}{page}"


def section_with(practice, key) -> str:
    """The key of the section that has a field."""
    sections = practice.call.template["sections"]
    return next(one["key"] for one in sections if key in [field["key"] for field in one["fields"]])


@pytest.fixture
def handover(personas, draft):
    made = handing_over.hand_over(
        draft, section=section_with(draft, "lessons"), for_whom=WHOM, days=7, by=personas.delegate_a
    )
    db.session.commit()
    return made


@pytest.fixture
def link(app, handover):
    with app.test_request_context():
        return url_for("practices.handed", token=handing_over.token_of(handover))


@pytest.fixture
def opened(client, link):
    """The browser of somebody without an account, who opened the link and reads English."""
    assert 'lang="es"' in client.get(link).text, "the language of the draft, before anybody chose one"
    client.set_cookie("plenaria_language", "en")
    assert post_form(client, link, {"name": "Rosa of Statistics"}).location == link
    return client


def token_in(page) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def test_a_section_is_handed_over_opened_written_and_seen_by_the_delegation(client, personas, draft):
    browser = sign_in(client, personas.delegate_a)
    section = section_with(draft, "lessons")
    values = {"section": section, "for_whom": WHOM, "days": "14"}
    for _click in range(2):
        assert post_form(browser, address(draft, "/hands"), values).status_code == 303
    link = html.fromstring(browser.get(address(draft, "/hands")).text).xpath("//a[@class='address']/@href")
    assert len(link) == 1, "a second click finds the first link"
    somebody = sign_in(client, None)
    door = somebody.get(link[0])
    assert WHOM in door.text
    assert full_content()["lessons"][:40] not in door.text
    assert somebody.get(link[0] + "x").status_code == 404
    page = link[0].removeprefix("http://localhost")
    assert post_form(somebody, page, {"name": "Rosa of Statistics"}).status_code == 303
    answer = post_form(somebody, page, {"lessons": "Lo que aprendió Estadística."})
    assert answer.status_code == 303
    assert fresh(draft).content["lessons"] == "Lo que aprendió Estadística."
    assert fresh(draft).content["title"] == full_content()["title"]
    sign_in(client, personas.delegate_a)
    assert "Opened by Rosa of Statistics" in browser.get(address(draft, "/hands")).text
    assert "wrote last on" in browser.get(address(draft, "/hands")).text
    assert "Rosa of Statistics (by a link)" in browser.get(address(draft, "/history")).text
    trail = db.session.query(AuditEvent).filter(AuditEvent.action.in_(("hand_over", "open_handover"))).all()
    assert [event.action for event in trail] == ["hand_over", "open_handover"]
    assert {event.meeting_id for event in trail} == {None}, "not in the trail that the secretariat reads"


def test_the_link_shows_its_section_and_nothing_else(opened, link, draft):
    page = opened.get(link).text
    assert full_content()["lessons"][:40] in page
    template, key = draft.call.template, section_with(draft, "lessons")
    inside = {field["key"] for one in template["sections"] if one["key"] == key for field in one["fields"]}
    texts = {name: text for name, text in draft.content.items() if isinstance(text, str) and len(text) > 12}
    assert {name for name, text in texts.items() if text[:40] in page} <= inside | {"title"}
    assert page.count(draft.content["title"]) == 1, "which practice it is"
    marks = html.fromstring(page).xpath("//input[@name='version']/@value")[0]
    assert "title" not in marks
    assert opened.get(address(draft)).status_code == 302, "it is no account"
    for there in ("/hands", "/comments", "/history", "/check"):
        assert opened.get(address(draft, there)).status_code == 302


def autosave(browser, link, sequence=1, **values):
    data = {"csrf_token": token_in(browser.get(link).text), "page": "aa", "sequence": sequence}
    return browser.post(f"{link}/autosave", data=data | {"version": "0 {}", "fields": list(values), **values})


def test_the_link_saves_while_one_writes_and_no_field_beyond_its_section(opened, link, draft):
    seen = html.fromstring(opened.get(link).text).xpath("//input[@name='version']/@value")[0]
    answer = autosave(opened, link, lessons="Nuevo.", title="Robado", language="fr", version=seen)
    assert answer.status_code == 200
    assert list(answer.json["marks"]) == ["lessons"]
    use, wrote = db.session.query(HandoverUse).one(), db.session.query(HandoverUse.last_at).scalar()
    assert wrote > use.began_at
    assert autosave(opened, link, sequence=2).status_code == 200
    assert db.session.query(HandoverUse.last_at).scalar() == wrote, "a page that is open writes nothing"
    assert (fresh(draft).content["lessons"], draft.language) == ("Nuevo.", "es")
    assert fresh(draft).content["title"] == full_content()["title"]
    assert db.session.query(HandoverUse).one().saves == 2


def test_both_texts_are_shown_where_the_delegation_wrote_in_the_section_too(opened, link, draft, personas):
    before = opened.get(link).text
    operations.save_draft(draft, content=full_content(lessons="De la delegación."), by=personas.delegate_a)
    db.session.commit()
    page = html.fromstring(before)
    data = {"csrf_token": token_in(before), "version": page.xpath("//input[@name='version']/@value")[0]}
    both = opened.post(link, data=data | {"lessons": "De Estadística."})
    assert both.status_code == 409
    assert "De la delegación." in both.text
    assert "De Estadística." in both.text
    assert fresh(draft).content["lessons"] == "De la delegación."
    data["version"] = html.fromstring(both.text).xpath("//input[@name='version']/@value")[0]
    assert opened.post(link, data=data | {"lessons": "De los dos."}).status_code == 303
    assert fresh(draft).content["lessons"] == "De los dos."


ENDS = {
    "expired": "will not work again",
    "revoked": "has revoked this link: it will not work again",
    "with_capital": "this one works again if the text comes back",
    "submitted": "this one works again if the text comes back",
    "published": "will not work again",
}


@pytest.mark.parametrize("end", ENDS)
def test_a_link_that_rests_opens_and_saves_nothing_and_says_whether_it_will_again(
    opened, link, handover, draft, personas, end
):
    token = token_in(opened.get(link).text)
    if end == "expired":
        handover.expires_at = now() - timedelta(seconds=1)
    elif end == "revoked":
        handing_over.revoke_handover(handover, by=personas.delegate_a)
    else:
        draft.state, draft.reference = PracticeState(end), "CAM/2027/PER/01"
        draft.published_at = now() if end == "published" else None
    db.session.commit()
    page = opened.get(link)
    assert page.status_code == 410
    assert WHOM in page.text
    assert ENDS[end] in page.text
    opened_only = opened.post(f"{link}/autosave", data={"csrf_token": token, "page": "aa", "sequence": 1})
    assert (opened_only.status_code, ENDS[end] in opened_only.json["message"]) == (409, True)
    assert full_content()["lessons"][:40] not in page.text
    data = {"csrf_token": token, "lessons": "Tarde.", "fields": "lessons", "name": "Rosa"}
    for there in ("", "/open", "/autosave"):
        answer = opened.post(link + there, data=data, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code in (409, 410)
        assert full_content()["results"][:40] not in answer.text
        assert there or "Tarde." in answer.text, "what was written is still on the page"
    assert fresh(draft).content["lessons"] == full_content()["lessons"]


def test_the_server_s_clock_decides_when_a_link_ends(opened, link, handover):
    with standing_at(handover.expires_at - timedelta(seconds=1)):
        assert opened.get(link).status_code == 200
    with standing_at(handover.expires_at):
        assert opened.get(link).status_code == 410


def test_a_forwarded_link_names_whom_it_was_for_and_every_opening_is_told(app, opened, link, handover):
    other = app.test_client()
    assert WHOM in other.get(link).text
    assert post_form(other, link, {"name": ""}).status_code == 422
    assert post_form(other, link, {"name": "x" * 201}).status_code == 422
    assert post_form(other, link, {"name": "<b>Somebody else</b>"}).status_code == 303
    db.session.expire_all()
    assert [use.name for use in handover.uses] == ["Rosa of Statistics", "<b>Somebody else</b>"]
    assert "&lt;b&gt;Somebody else" in other.get(link).text


def test_a_link_is_not_opened_or_saved_more_often_than_people_do(app, opened, link, handover):
    for number in range(handing_over.OPENINGS - 1):
        handing_over.open_handover(handover, name=str(number), by=handing_over.LinkUser(handover.uses[0]))
    db.session.commit()
    assert post_form(app.test_client(), link, {"name": "One more"}).status_code == 429
    handover.uses[0].saves = 2 * handing_over.PACE
    db.session.commit()
    answer = autosave(opened, link, lessons="Otra vez.")
    assert (answer.status_code, "too often" in answer.json["message"]) == (429, True)
    with standing_at(now() + timedelta(minutes=10)):
        assert autosave(opened, link, sequence=2, lessons="Otra vez.").status_code != 429


def test_who_lost_the_session_while_writing_saves_under_the_name_of_the_link(client, link, draft):
    post_form(client, link, {"name": "Rosa"})
    page = html.fromstring(client.get(link).text)
    data = {"version": page.xpath("//input[@name='version']/@value")[0], "lessons": "No se pierde."}
    sign_in(client, None)  # its session is gone
    lost = client.post(link, data=data | {"csrf_token": "old"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert lost.status_code == 400
    held = html.fromstring(lost.text).xpath("//form[.//*[@name='send_again']]")[0]
    again = client.post(link, data=dict(held.form_values()), headers={"Sec-Fetch-Site": "same-origin"})
    assert again.status_code == 303
    assert fresh(draft).content["lessons"] == "No se pierde."
    assert [use.name for use in db.session.query(HandoverUse).order_by(HandoverUse.id)] == ["Rosa", WHOM]


def test_what_cannot_be_handed_over_is_refused(client, personas, draft, handover):
    browser = sign_in(client, personas.delegate_a)
    page = address(draft, "/hands")
    section = section_with(draft, "title")
    for values in ({"for_whom": ""}, {"for_whom": "x" * 201}, {"section": "none", "for_whom": "A"}, {"days": "99"}):
        sent = {"section": section, "for_whom": "A", "days": "7"} | values
        assert post_form(browser, page, sent).status_code == 422
    assert db.session.query(Handover).count() == 1
    post_form(browser, page, action=f"{page}/{handover.id}/revoke")
    assert "Revoked" in browser.get(page).text


def test_rows_of_a_section_are_added_and_removed_without_a_script(app, personas, draft):
    section = section_with(draft, "actors")
    made = handing_over.hand_over(draft, section=section, for_whom=WHOM, days=3, by=personas.delegate_a)
    db.session.commit()
    link, browser = f"/handed/{handing_over.token_of(made)}", app.test_client()
    post_form(browser, link, {"name": "Rosa"})
    actors = draft.content["actors"]
    assert post_form(browser, link, {"remove_row": "actors-0"}).status_code == 303
    assert fresh(draft).content["actors"] == actors[1:]


def test_who_used_links_is_forgotten_with_the_participants(personas, draft, handover, link, client):
    post_form(client, link, {"name": "Rosa"})
    forget_participants(draft.meeting, by=personas.secretariat)
    db.session.commit()
    db.session.expire_all()
    assert (handover.for_whom, [use.name for use in handover.uses]) == ("", [""])
    assert client.get(link).status_code == 410


def test_a_section_of_files_alone_or_of_nothing_is_not_handed_over(client, personas, draft, meeting):
    template = building.with_section(draft.call.template, "s91", {"en": "Empty section"})
    template = building.with_section(template, "s92", {"en": "Proof"})
    entry = {"key": "f1", "kind": "files", "label": {"en": "Proof"}, "required": False}
    change_template(meeting, building.with_field(template, entry, "s92"), by=personas.secretariat)
    page = sign_in(client, personas.delegate_a).get(address(draft, "/hands")).text
    assert ('value="s91"' in page, 'value="s92"' in page) == (False, False)
    with pytest.raises(Refusal, match="Choose one of the sections"):
        handing_over.hand_over(fresh(draft), section="s91", for_whom="Ana", days=7, by=personas.delegate_a)


def test_comments_are_read_by_the_delegation_and_nobody_else(client, personas, meeting, draft):
    observer = make_user("Observer", party_code="PE")
    add_member(meeting, observer, DelegationRole.OBSERVER)
    page = address(draft, "/comments")
    browser = sign_in(client, personas.delegate_a)
    text = "Ask the minister <script>first</script>."
    section = section_with(draft, "lessons")
    for _click in range(2):
        assert post_form(browser, page, {"text": text, "section": section}).status_code == 303
    assert post_form(browser, page, {"text": " "}).status_code == 422
    assert post_form(browser, page, {"text": "x" * 4001}).status_code == 422
    assert post_form(browser, page, {"text": "x", "section": "none"}).status_code == 422
    assert "(1)" in browser.get(address(draft)).text
    sign_in(client, observer)
    shown = browser.get(page).text
    assert "&lt;script&gt;first" in shown
    assert post_form(browser, page, {"text": "I agree."}).status_code == 303
    first, second = (row.id for row in db.session.query(DelegationComment).order_by(DelegationComment.id))
    answer = browser.post(f"{page}/{first}/remove", data={"csrf_token": token_in(shown)})
    assert answer.status_code == 422, "it is somebody else's"
    post_form(browser, page, action=f"{page}/{second}/remove")
    assert [row.text for row in commenting.comments_of(draft.id)] == [text]
    operations.submit_practice(draft, received_at=now(), by=personas.delegate_a)
    for person, status in ((personas.secretariat, 403), (personas.administrator, 403), (personas.delegate_b, 404)):
        sign_in(client, person)
        assert browser.get(page).status_code == status
        data = {"csrf_token": "x", "text": "x"}
        assert browser.post(page, data=data).status_code in (400, 403, 404)


def test_nobody_else_can_count_what_a_delegation_keeps_for_itself(client, personas, draft):
    section = section_with(draft, "lessons")
    row = commenting.add_comment(draft, section=section, text="Among us.", by=personas.delegate_a)
    link = handing_over.hand_over(draft, section=section, for_whom="Ana", days=7, by=personas.delegate_a)
    operations.submit_practice(draft, received_at=now(), by=personas.delegate_a)
    operations.accept_practice(draft, by=personas.secretariat)
    operations.publish_practice(draft, by=personas.secretariat)
    db.session.commit()
    rows = (f"/comments/{row.id}/remove", f"/hands/{link.id}/revoke", "/history/1/bring-back")
    others = ("/comments/999/remove", "/hands/999/revoke", "/history/999/bring-back")
    for person in (personas.secretariat, personas.administrator, personas.delegate_b, personas.reader):
        browser = sign_in(client, person)
        data = {"csrf_token": token_in(browser.get("/desk").text)}
        answers = {browser.post(address(draft, end), data=data).status_code for end in (*rows, *others)}
        assert answers == {404}, person.name


def test_two_versions_are_compared_word_by_word_and_an_older_text_comes_back(client, personas, draft):
    first = db.session.query(DraftRevision).filter_by(practice_id=draft.id).one()
    assert "Compare the two" not in sign_in(client, personas.delegate_a).get(address(draft, "/history")).text
    with standing_at(now() + timedelta(hours=1)):
        changed = full_content(lessons="Uno dos tres cuatro.", title="Otro")
        operations.save_draft(draft, content=changed, by=personas.delegate_a)
    with standing_at(now() + timedelta(hours=2)):
        changed = full_content(lessons="Uno dos cinco cuatro.", title="Otro")
        operations.save_draft(draft, content=changed, by=personas.delegate_a)
    db.session.commit()
    browser = sign_in(client, personas.delegate_a)
    page = browser.get(address(draft, "/history?older=2&newer=3")).text
    assert "<del>tres</del><ins>cinco</ins>" in page
    assert browser.get(address(draft, "/history?older=2&newer=99")).status_code == 404
    back = address(draft, "/history/2/bring-back")
    token = token_in(page)
    stale = browser.post(back, data={"csrf_token": token, "version": "1", "field": "lessons"})
    assert stale.status_code == 409
    data = {"csrf_token": token, "version": fresh(draft).version, "field": "lessons"}
    assert browser.post(back, data=data).status_code == 303
    assert (fresh(draft).content["lessons"], draft.content["title"]) == ("Uno dos tres cuatro.", "Otro")
    data = {"csrf_token": token, "version": fresh(draft).version}
    assert browser.post(address(draft, "/history/1/bring-back"), data=data).status_code == 303
    assert fresh(draft).content == first.content
    texts = [row.content["lessons"] for row in db.session.query(DraftRevision).order_by(DraftRevision.number)]
    assert texts[2:] == ["Uno dos cinco cuatro.", "Uno dos tres cuatro.", full_content()["lessons"]], "none is lost"


def test_an_old_version_is_chosen_on_its_page_and_compared_with_a_new_one(client, personas, draft):
    first = db.session.query(DraftRevision).filter_by(practice_id=draft.id).one()
    first.content = {**first.content, "lessons": "Uno dos tres cuatro."}
    for number in range(2, 53):
        content = {**draft.content, "lessons": f"Uno dos {number} cuatro."}
        values = {"language": "es", "fields": ["lessons"], "began_at": now(), "saved_at": now()}
        db.session.add(DraftRevision(practice_id=draft.id, number=number, content=content, **values))
    browser = sign_in(client, personas.delegate_a)
    history = address(draft, "/history")
    page = html.document_fromstring(browser.get(f"{history}?older=51&newer=52").text)
    assert len(page.xpath("//input[@name='older']")) == 50
    [last] = page.xpath("//a[@rel='next']/@href")
    page = html.document_fromstring(browser.get(last).text)
    data = dict(next(form for form in page.forms if form.get("id") == "compare").form_values())
    assert data == {"page": "2", "older": "51", "newer": "52"}, "what was chosen on another page stays chosen"
    values = [box.get("value") for box in page.xpath("//input[@name='older']")]
    assert values == ["51", "2", "1"]
    shown = browser.get(f"{history}?page=2&older=1&newer=52").text
    assert "<del>tres</del><ins>52</ins>" in shown


def test_an_older_text_brings_no_name_of_a_file_that_was_taken_away(client, personas, draft, meeting):
    entry = {"key": "f1", "kind": "files", "label": {"en": "Proof"}, "required": True}
    template = building.with_field(draft.call.template, entry, "about")
    change_template(meeting, template, by=personas.secretariat)
    practice = fresh(draft)
    upload = FileStorage(io.BytesIO(PDF), filename="proof.pdf")
    item = attaching.attach_file(practice, upload, by=personas.delegate_a, field="f1")
    operations.save_draft(
        practice, content={**practice.content, "lessons": "Con la prueba."}, by=personas.delegate_a, apart=True
    )
    db.session.commit()
    number = db.session.scalar(sa.select(sa.func.max(DraftRevision.number)))
    attaching.remove_file(item, by=personas.delegate_a)
    operations.save_draft(
        practice, content={**practice.content, "lessons": "Sin ella."}, by=personas.delegate_a, apart=True
    )
    db.session.commit()
    browser = sign_in(client, personas.delegate_a)
    data = {"csrf_token": token_in(browser.get(address(draft)).text), "version": fresh(draft).version}
    assert browser.post(address(draft, f"/history/{number}/bring-back"), data=data).status_code == 303
    assert (fresh(draft).content["lessons"], "f1" in draft.content) == ("Con la prueba.", False)


def test_markup_in_every_field_is_text_on_every_page(client, personas, draft, handover, link):
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    template = draft.call.template
    kinds = {field["key"]: field["kind"] for one in template["sections"] for field in one["fields"]}
    texts = {key: nasty for key, kind in kinds.items() if kind in ("short_text", "long_text")}
    content = full_content(**texts, answers={"1": nasty})
    content["contact"] = dict.fromkeys(("name", "institution", "email"), nasty)
    operations.save_draft(draft, content=content, by=personas.delegate_a, apart=True)
    commenting.add_comment(draft, section="", text=nasty, by=personas.delegate_a)
    db.session.commit()
    browser = sign_in(client, personas.delegate_a)
    post_form(browser, link, {"name": nasty})
    pages = [address(draft, page) for page in ("", "/check", "/history?older=1&newer=2", "/hands", "/comments")]
    for page in [*pages, link]:
        shown = browser.get(page).text
        assert "&lt;script&gt;alert(1)" in shown, page
        assert "<script>alert" not in shown, page
        assert "<img src=x" not in shown, page


def test_another_state_finds_none_of_it(client, personas, draft, handover, link):
    commenting.add_comment(draft, section="", text="Ours.", by=personas.delegate_a)
    db.session.commit()
    comment = db.session.query(DelegationComment).one().id
    browser = sign_in(client, personas.delegate_b)
    for there in ("/hands", "/comments", "/history", "/history?older=1&newer=1"):
        assert browser.get(address(draft, there)).status_code == 404
    assert browser.get(link).status_code == 404
    with client.session_transaction() as session:
        session["csrf_token"] = CSRF
    posts = [f"/hands/{handover.id}/revoke", f"/comments/{comment}/remove", "/history/1/bring-back", "/autosave"]
    addresses = [address(draft, there) for there in ("/hands", "/comments", *posts)] + [f"{link}/autosave", link]
    for url in [*addresses, f"{link}/open"]:
        assert browser.post(url, data={"csrf_token": token(client.application)}).status_code == 404, url

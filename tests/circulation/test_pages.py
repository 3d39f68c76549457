"""The pages of circulation, as the secretariat, delegations and readers use them without JavaScript."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.circulation import operations, queries
from app.circulation.enums import CirculationEnd, Disposition
from app.circulation.models import Circulation, Comment
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.mail.enums import MailState
from app.mail.models import Mail
from app.summaries.publishing import issued
from tests.circulation.conftest import BEGUN, ENDS, asked, keys
from tests.client import filled, post_form, sign_in

SOON = BEGUN + timedelta(hours=1)
NEW = "/sessions/cam-2026/circulations/new"


@pytest.fixture
def clock():
    with standing_at(SOON):
        yield


def send_to(client, page, target, values=None):
    """Send the form of a page to another address, as a button of it or a script does."""
    _address, data, _multipart = filled(client, page, values or {})
    return client.post(target, data=data)


def page_of(row, code="PE", rest="") -> str:
    return f"/circulations/{row.id}/{code}{rest}"


def test_the_secretariat_circulates_a_text(client, clock, summary, personas):
    sign_in(client, personas.secretariat)
    asked = client.get(NEW).text
    assert "72 hours" in asked
    assert "What is open in the text as it is now" in asked
    assert "Without a source: paragraphs" in asked
    form = {"kind": "silence_procedure", "ends_at": "2026-05-25T10:00", "message-en": "Kept words"}
    early = post_form(client, NEW, form)
    assert early.status_code == 422
    assert "Kept words" in early.text
    none = post_form(client, NEW, {**form, "ends_at": "2026-05-28T10:00", "delegations": []})
    assert "Choose at least one delegation." in none.text
    taken = post_form(client, NEW, {**form, "ends_at": "2026-05-28T10:00"})
    row = db.session.scalars(sa.select(Circulation)).one()
    assert taken.location == f"/circulations/{row.id}"
    assert len(row.addressed) == 3
    page = client.get(taken.location).text
    assert row.version_of_text.sha256 in page
    assert {mail.state for mail in db.session.scalars(sa.select(Mail))} == {MailState.APPROVED}  # its time runs
    assert "about it wait for approval." not in page
    for_comments = post_form(client, NEW, {**form, "kind": "for_comments", "ends_at": "2026-05-28T10:00"})
    assert "4 mails about it wait for approval." in client.get(for_comments.location).text
    assert "Under way" in client.get("/sessions/cam-2026/circulations").text
    again = post_form(client, NEW, {**form, "ends_at": "2026-05-28T10:00"})
    assert again.status_code == 409


@pytest.mark.parametrize("kind", ["for_comments", "silence_procedure"])
def test_a_form_that_is_sent_twice_circulates_once(client, clock, summary, personas, kind):
    sign_in(client, personas.secretariat)
    _address, data, _multipart = filled(client, NEW, {"kind": kind, "ends_at": "2026-05-28T10:00"})
    first, second = (client.post(NEW, data=data) for _time in range(2))
    row = db.session.scalars(sa.select(Circulation)).one()
    assert first.location == second.location == f"/circulations/{row.id}"
    assert len(db.session.scalars(sa.select(Mail)).all()) == 4
    if kind == "for_comments":  # another form circulates the same text again
        assert post_form(client, NEW, {"kind": kind, "ends_at": "2026-05-28T10:00"}).status_code == 303
        assert len(db.session.scalars(sa.select(Circulation)).all()) == 2


def test_it_is_prolonged_and_ended_early(client, clock, silence, personas):
    sign_in(client, personas.secretariat)
    page = f"/circulations/{silence.id}"
    assert post_form(client, f"{page}/extend", {"ends_at": "2026-05-26T10:00"}).status_code == 422
    assert post_form(client, f"{page}/extend", {"ends_at": "2026-05-29T10:00"}).location == page
    assert post_form(client, f"{page}/end", {"reason": ""}).status_code == 422
    assert post_form(client, f"{page}/end", {"reason": "A new version follows."}).location == page
    assert "A new version follows." in client.get(page).text
    db.session.expire_all()
    assert db.session.get_one(Circulation, silence.id).end is CirculationEnd.ENDED_EARLY


def test_a_delegation_comments_and_the_secretariat_answers(client, clock, summary, for_comments, people, personas):
    key = keys(for_comments)[0]
    place = page_of(for_comments, rest=f"/comments/{key}")
    sign_in(client, people.drafter)
    assert "Formal work grew." in client.get(page_of(for_comments)).text
    assert "Comment on the draft summary" in client.get("/desk").text
    words = {"language": "en", "text": "Say it plainly.", "proposed": "Formal work grew a lot."}
    assert post_form(client, place, {**words, "action": "save"}).status_code == 303
    assert "Only your delegation sees it." in client.get(page_of(for_comments)).text
    sign_in(client, personas.secretariat)
    assert "Say it plainly." not in client.get(f"/circulations/{for_comments.id}").text
    sign_in(client, people.drafter)
    assert post_form(client, place, {**words, "action": "file"}).status_code == 303
    comment = db.session.scalars(sa.select(Comment)).one()
    comment.paragraph = f"p-{summary.sections[0].paragraphs[0].id}"
    sign_in(client, personas.secretariat)
    answer = f"/circulation-comments/{comment.id}"
    assert "Say it plainly." in client.get(f"/circulations/{for_comments.id}?show=open").text
    assert post_form(client, answer, {"disposition": "comment_not_accepted"}).status_code == 422
    assert post_form(client, answer, {}, action=f"{answer}/put-in").status_code == 303
    assert summary.sections[0].paragraphs[0].text["en"] == "Formal work grew a lot."
    assert post_form(client, answer, {"disposition": "comment_accepted", "reply-en": "Done."}).status_code == 303
    assert "Every comment has its disposition" in client.get(f"/circulations/{for_comments.id}?show=open").text
    for extension in ("docx", "xlsx"):
        assert client.get(f"/circulations/{for_comments.id}/comments.{extension}").status_code == 200
    assert client.get(f"/circulations/{for_comments.id}/comments.pdf").status_code == 404
    db.session.expire_all()
    assert db.session.get_one(Comment, comment.id).disposition is Disposition.ACCEPTED
    comment.paragraph = key
    sign_in(client, people.drafter)
    answered = client.get(place)
    assert answered.status_code == 409
    assert "This comment has its answer already." in answered.text


def test_a_paragraph_that_somebody_changed_is_not_overwritten(client, clock, summary, for_comments, people, personas):
    paragraph = summary.sections[0].paragraphs[0]
    sign_in(client, people.head)
    place = page_of(for_comments, rest=f"/comments/{keys(for_comments)[0]}")
    post_form(client, place, {"language": "en", "proposed": "Another text.", "action": "file"})
    comment = db.session.scalars(sa.select(Comment)).one()
    comment.paragraph = f"p-{paragraph.id}"
    sign_in(client, personas.secretariat)
    answer = f"/circulation-comments/{comment.id}"
    stale = post_form(client, answer, {"version": str(paragraph.version - 1)}, action=f"{answer}/put-in")
    assert stale.status_code in (303, 409)
    db.session.expire_all()
    assert paragraph.text["en"].startswith("Paragraph 1.1")


def test_what_the_delegation_changed_meanwhile_is_not_put_in_unread(
    client, clock, summary, for_comments, people, personas
):
    paragraph = summary.sections[0].paragraphs[0]
    place = page_of(for_comments, rest=f"/comments/{keys(for_comments)[0]}")
    sign_in(client, people.head)
    post_form(client, place, {"language": "en", "proposed": "Formal work grew a lot.", "action": "file"})
    comment = db.session.scalars(sa.select(Comment)).one()
    answer = f"/circulation-comments/{comment.id}"
    sign_in(client, personas.secretariat)
    _address, seen, _multipart = filled(client, answer, {}, action=f"{answer}/put-in")
    sign_in(client, people.head)
    post_form(client, place, {"language": "en", "proposed": "Nothing grew.", "action": "file"})
    sign_in(client, personas.secretariat)
    _address, now_shown, _multipart = filled(client, answer, {}, action=f"{answer}/put-in")
    assert now_shown["comment"] != seen["comment"]
    told = client.post(f"{answer}/put-in", data={**now_shown, "comment": seen["comment"]})
    assert told.status_code in (303, 409)
    db.session.expire_all()
    assert paragraph.text["en"].startswith("Paragraph 1.1")
    assert db.session.get_one(Comment, comment.id).disposition is None


def test_observers_read_and_do_not_write(client, clock, for_comments, people):
    sign_in(client, people.observer)
    assert "Formal work grew." in client.get(page_of(for_comments)).text
    assert client.get(page_of(for_comments, rest="/comments/text")).status_code == 403
    assert client.get(page_of(for_comments, rest="/object")).status_code == 403
    sign_in(client, people.drafter)
    assert client.get(page_of(for_comments, rest="/object")).status_code == 403
    assert client.get(page_of(for_comments, "CL")).status_code == 404


def test_what_is_sent_late_is_kept_on_the_page(client, for_comments, people):
    sign_in(client, people.head)
    place = page_of(for_comments, rest="/comments/text")
    with standing_at(SOON):
        client.get(place)
    with standing_at(ENDS - timedelta(seconds=1)):
        page = client.get(place)
    assert page.status_code == 200
    with standing_at(ENDS):
        late = client.post(place, data={"csrf_token": "x"})
        assert late.status_code in (400, 409)
        assert client.get(place).status_code == 409


def test_a_draft_saves_itself(client, clock, for_comments, people):
    sign_in(client, people.head)
    place = page_of(for_comments, rest="/comments/text")
    saved = send_to(client, place, f"{place}/autosave", {"language": "en", "text": "Typed"})
    assert saved.status_code == 200
    assert saved.json["version"].startswith("1 ")
    again = send_to(client, place, f"{place}/autosave", {"text": "Typed more", "version": saved.json["version"]})
    assert again.json["version"].startswith("2 ")
    other = send_to(client, place, f"{place}/autosave", {"text": "Mine", "version": saved.json["version"]})
    assert other.status_code == 409
    assert db.session.scalars(sa.select(Comment.text)).all() == ["Typed more"]


def test_comments_are_taken_back_and_filed_together(client, clock, for_comments, people):
    sign_in(client, people.head)
    place = page_of(for_comments, rest="/comments/text")
    post_form(client, place, {"language": "en", "text": "Of all", "action": "file"})
    assert send_to(client, place, f"{place}/take-back", {}).status_code == 303
    assert queries.filed_comments(for_comments.id) == []
    read = page_of(for_comments)
    assert post_form(client, read, {}, action=f"{read}/file").status_code == 303
    assert [one.text for one in queries.filed_comments(for_comments.id)] == ["Of all"]


def test_the_silence_is_broken_on_a_page_that_says_what_that_does(client, clock, silence, people):
    sign_in(client, people.head)
    place = page_of(silence, rest="/object")
    assert "Break the silence for all delegations?" in client.get(place).text
    assert post_form(client, place, {"reason": ""}).status_code == 422
    key = keys(silence)[2]
    assert post_form(client, place, {"paragraphs": [key], "reason": "The figure.", "language": "en"}).status_code == 303
    sign_in(client, people.chile)
    told = client.get(page_of(silence, "CL")).text
    assert "Silence broken" in told
    assert "The figure." in told
    assert f'<a href="#{key}">3</a>' in told
    assert client.get(page_of(silence, "CL", "/object")).status_code == 409


def publish(row: Circulation, distribution: Audience) -> None:
    """Publish the text that was circulated."""
    version = row.version_of_text
    made = issued(version.summary, dict(version.content), at=BEGUN, distribution=distribution)
    made.version_id = version.id
    db.session.add(made)
    db.session.commit()


def test_adoption_is_shown_to_those_asked_and_to_the_readers_of_what_is_published(client, silence, people, personas):
    sign_in(client, people.head)
    with standing_at(ENDS + timedelta(seconds=30)):
        assert "result is being established" in client.get(page_of(silence)).text
        assert client.get("/sessions/cam-2026/summary/adoption").status_code == 404
    with standing_at(ENDS + operations.GRACE):
        operations.end_due()
        place = page_of(silence, rest="/position")
        form = {"language": "en", "text": "We joined."}
        assert post_form(client, place, {**form, "action": "save"}).status_code == 303
        sign_in(client, people.chile)
        assert "We joined." not in client.get("/sessions/cam-2026/summary/adoption").text
        sign_in(client, people.head)
        assert post_form(client, place, {**form, "action": "file"}).status_code == 303
        sign_in(client, people.chile)
        assert "We joined." in client.get("/sessions/cam-2026/summary/adoption").text
        sign_in(client, personas.anonymous)
        for rest in ("", "/fr.pdf"):
            assert client.get(f"/sessions/cam-2026/summary/adoption{rest}").status_code == 404
        publish(silence, Audience.RESTRICTED)
        assert client.get("/sessions/cam-2026/summary/adoption").status_code == 404
        publish(silence, Audience.PUBLIC)
        page = client.get("/sessions/cam-2026/summary/adoption").text
        assert "We joined." in page
        assert silence.version_of_text.sha256 in page
        for extension in ("pdf", "docx"):
            assert client.get(f"/sessions/cam-2026/summary/adoption/fr.{extension}").status_code == 200
    assert len(db.session.scalars(sa.select(Mail.id).where(Mail.message == "circulation/adopted")).all()) == 4
    assert asked(silence, people.observer)

"""A delegation's pages: start, write, autosave, check, submit, receipt, withdraw."""

import io
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from lxml import html

from app.core import clock
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.merging import as_seen
from app.mail.models import Mail
from app.meetings.enums import DelegationRole, Stage
from app.practices import calls, operations
from app.practices.enums import LateRule, PracticeState
from app.practices.merging import by_name
from app.practices.models import Practice
from app.practices.queries import call_of, own_delegation
from app.practices.template import fields
from tests.client import fill, filled, post_form, sign_in
from tests.factories.practices import close_call, fresh, full_content, submit
from tests.personas import add_member, make_user

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def address(practice, page=""):
    return f"/practices/drafts/{practice.id}{page}"


def test_starting_twice_gives_one_draft(delegate, meeting):
    page = f"/sessions/{meeting.slug}/practices/new"
    answers = [post_form(delegate, page, {"language": "fr"}) for _click in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert answers[0].location == answers[1].location
    practice = db.session.query(Practice).one()
    assert practice.language == "fr"
    text = delegate.get(page).text
    assert "Draft without a title" in text
    assert post_form(delegate, page, {"language": "xx"}).status_code == 422


def test_mechanisms_are_offered_by_name_those_of_the_bodys_states_first(delegate, draft):
    draft.content = {**draft.content, "mechanisms": ["SACM"]}
    page = html.fromstring(delegate.get(address(draft)).text)
    field = page.xpath("//*[@id='mechanisms']")[0]
    first = field.xpath("./div[@class='options']//label/text()")
    assert first[:2] == ["Andean Community (CAN)", "Committee on Migration Affairs (CAM)"]
    assert "Regional Conference on Migration (RCM)" in first
    (others,) = field.xpath("./details")
    assert others.get("open") is None
    assert len(first) < 15 < 50 < len(others.xpath(".//label"))
    draft.content = {**draft.content, "mechanisms": ["GFMD"]}
    page = html.fromstring(delegate.get(address(draft)).text)
    assert page.xpath("//*[@id='mechanisms']/details[@open]//input[@checked]/@value") == ["GFMD"]


def test_a_refused_page_names_each_field_as_the_form_does(delegate, draft):
    labels = {field.key: field.label["en"] for field in fields(draft.call.template)}
    long = {"context": "x" * 20_001, "lessons": "y" * 20_001}
    page = html.fromstring(post_form(delegate, address(draft), long).text)
    lines = [line.text_content() for line in page.xpath("//*[@class='error-summary']//li")]
    assert [line.split(": ")[0] for line in lines] == [labels["context"], labels["lessons"]]


def test_what_was_written_when_the_session_ended_stands_under_its_labels(client, delegate, draft):
    written = {"context": "Un contexto.", "answer_1": "Una respuesta.", "actors-0-name": "Un ministerio"}
    _url, data, _files = filled(delegate, address(draft), written)
    sign_in(client, None)
    lost = client.post(address(draft), data=data, headers={"Sec-Fetch-Site": "same-origin"})
    shown = html.fromstring(lost.text).xpath("//section[@aria-labelledby='written']//dt")
    said = [(name.text_content(), name.getnext().text_content().strip()) for name in shown]
    labels = {field.key: field.label["en"] for field in fields(draft.call.template)}
    assert {(labels["context"], "Un contexto."), ("Question 1", "Una respuesta.")} <= set(said)
    assert "Un ministerio" in [text for name, text in said if name.startswith(f"{labels['actors']}: ")]
    assert [name.text_content() for name in shown if name.get("lang")] == [], "nothing stands under a bare name"


def test_the_page_says_when_the_call_is_not_open(delegate, meeting):
    page = f"/sessions/{meeting.slug}/practices/new"
    call_of(meeting.id).opens_at = now() + timedelta(hours=1)
    assert "The call is not open yet" in delegate.get(page).text
    call_of(meeting.id).opens_at = now() - timedelta(days=3)
    close_call(meeting)
    assert "your delegation asks the secretariat for an extension" in delegate.get(page).text
    db.session.delete(call_of(meeting.id))
    assert delegate.get(page).status_code == 404


def test_who_may_open_what(client, personas, meeting, draft):
    observer = make_user("Observer", party_code="PE")
    add_member(meeting, observer, DelegationRole.OBSERVER)
    new = f"/sessions/{meeting.slug}/practices/new"
    for person, edit, check, begin in (
        (personas.delegate_a, 200, 200, 200),
        (observer, 303, 200, 200),
        (personas.delegate_b, 404, 404, 200),
        (personas.representative, 404, 404, 404),
        (personas.secretariat, 404, 404, 404),
    ):
        browser = sign_in(client, person)
        assert browser.get(address(draft)).status_code == edit
        assert browser.get(address(draft, "/check")).status_code == check
        assert browser.get(new).status_code == begin
    browser = sign_in(client, observer)
    assert browser.get(address(draft)).location == address(draft, "/check")
    assert f'href="{address(draft, "/check")}"' in browser.get(new).text
    assert browser.post(new, data={"language": "es"}).status_code in (400, 403)
    assert sign_in(client, None).get(address(draft)).status_code == 302


def test_saving_without_javascript_keeps_everything(delegate, draft):
    answer = post_form(delegate, address(draft), {"title": "Otro título", "action": "save"})
    assert (answer.status_code, answer.location.split("#")[0]) == (303, address(draft))
    content = fresh(draft).content
    assert content == {**draft.content, "title": "Otro título"}
    assert content["actors"] == full_content()["actors"]
    assert "The draft was saved" in delegate.get(address(draft)).text


def test_what_is_too_long_or_crosses_is_kept_and_said_at_its_field(delegate, draft):
    post_form(
        delegate,
        address(draft),
        {"title": "x" * 130, "period_from": "2020-05", "period_to": "2019-01", "contact_email": "nobody"},
    )
    page = delegate.get(address(draft)).text
    for words in ("This has 130 characters; the limit is 120.", "The last month is before the first.", "x" * 130):
        assert words in page
    assert re.search(r'<p class="field-error" id="period_to-error">', page)
    assert 'href="#contact_email"' in page


def test_unticking_everything_empties_a_list(delegate, draft):
    post_form(delegate, address(draft), {"levels": None, "population": None})
    assert not {"levels", "population"} & set(fresh(draft).content)


def test_a_code_that_no_list_has_is_refused_with_the_text_kept(delegate, draft):
    answer = post_form(delegate, address(draft), {"title": "Mi texto nuevo", "themes": ["T99"]})
    assert answer.status_code == 422
    assert "Mi texto nuevo" in answer.text
    assert "is not on it" in answer.text
    content = fresh(draft).content
    assert (content["title"], content["themes"]) == ("Mi texto nuevo", full_content()["themes"])
    answer = post_form(delegate, address(draft), {"language": "xx", "title": "Mi texto nuevo"})
    assert answer.status_code == 422
    assert "Choose one of the languages listed." in answer.text


def test_rows_are_added_and_removed(delegate, draft):
    count = len(draft.content["actors"])
    more = {f"actors-{count}-name": "Sindicato", f"actors-{count}-role": "partner", "add_row": "actors"}
    answer = post_form(delegate, address(draft), more)
    assert answer.location.endswith("#actors")
    assert fresh(draft).content["actors"][-1] == {"role": "partner", "name": "Sindicato"}
    answer = post_form(delegate, address(draft), {"remove_row": "actors-0"})
    assert answer.location.endswith("#actors")
    assert len(fresh(draft).content["actors"]) == count
    assert fresh(draft).content["actors"][0] == full_content()["actors"][1]


def test_a_refused_save_keeps_all_that_was_not_refused(client, delegate, draft):
    page, before = address(draft), draft.content["title"]
    answer = post_form(delegate, page, {"lessons": "Antes del archivo.", "action": "attach"})
    assert answer.status_code == 422
    assert "The rest of what you wrote is saved." in answer.text
    assert "data-refused-page" in answer.text
    assert fresh(draft).content["lessons"] == "Antes del archivo."
    long = {"title": "x" * 20_001, "lessons": "Con un título largo.", "results": "y" * 20_002}
    answer = post_form(delegate, page, long)
    assert answer.status_code == 413
    assert ("20,001" in answer.text, "20,002" in answer.text) == (True, True), "each that was refused says so"
    assert (fresh(draft).content["title"], fresh(draft).content["lessons"]) == (before, "Con un título largo.")
    where, data, _multipart = fill(answer, page, {"title": "Corto", "lessons": "Una vez más.", "results": "Sí."})
    data = {name: value for name, value in data.items() if "file" not in name}
    assert delegate.post(where, data=data).status_code == 303, "what the refused save kept is not somebody else's"
    assert fresh(draft).content["lessons"] == "Una vez más."


def test_files_are_attached_read_and_removed(client, delegate, draft, personas):
    def send(content, name):
        return post_form(delegate, address(draft), {"file": (io.BytesIO(content), name), "action": "attach"})

    assert send(PDF, "anexo.pdf").location.endswith("#attachments")
    item = fresh(draft).attachments[0]
    assert "anexo.pdf" in delegate.get(address(draft)).text
    with delegate.get(f"/practices/files/{item.id}") as download:
        assert download.data == PDF
    answer = send(b"MZ program", "informe.pdf")
    assert answer.status_code == 422
    assert "is not a file of a kind taken here" in answer.text
    assert post_form(delegate, address(draft), {"action": "attach"}).status_code == 422
    assert sign_in(client, personas.delegate_b).get(f"/practices/files/{item.id}").status_code == 404
    sign_in(client, personas.delegate_a)
    assert post_form(delegate, address(draft), {"remove_file": str(item.id)}).status_code == 303
    assert fresh(draft).attachments == []


def seen_of(practice) -> str:
    return as_seen(practice.version, by_name(practice.content, practice.language))


def test_the_second_of_two_editors_sees_both_texts(delegate, draft, personas):
    seen = seen_of(draft)
    theirs = full_content(lessons="El texto de la colega.", levels=["local"], results="Solo de la colega.")
    operations.save_draft(draft, content=theirs, by=personas.delegate_a)
    db.session.commit()
    mine = {
        "lessons": "El mío.",
        "levels": ["subnational"],
        "challenges": "Solo mío.",
        "results": full_content()["results"],
        "version": seen,
    }
    answer = post_form(delegate, address(draft), mine)
    assert answer.status_code == 409
    assert "El texto de la colega." in answer.text
    assert "El mío." in answer.text
    assert fresh(draft).content["lessons"] == "El texto de la colega."
    assert "Solo de la colega." not in answer.text, "nobody is asked about what only one touched"
    operations.save_draft(
        fresh(draft), content=theirs | {"context": "Mientras."}, language="pt", by=personas.delegate_a
    )
    url, settled, _multipart = fill(answer, address(draft), {"lessons": "Los dos.", "keep_saved": "levels"})
    assert delegate.post(url, data=settled).status_code == 303, (
        "what others save meanwhile elsewhere is in nobody's way"
    )
    content = fresh(draft).content
    assert (draft.language, content["context"]) == ("pt", "Mientras.")
    assert (content["lessons"], content["levels"]) == ("Los dos.", ["local"])
    assert (content["results"], content["challenges"]) == ("Solo de la colega.", "Solo mío.")


def test_what_others_write_in_the_field_that_is_settled_on_is_asked_about_again(delegate, draft, personas):
    seen = seen_of(draft)
    for text in ("De la colega.", "De la colega, otra vez."):
        operations.save_draft(fresh(draft), content=full_content(lessons=text), by=personas.delegate_a)
        db.session.commit()
        if text == "De la colega.":
            answer = post_form(delegate, address(draft), {"lessons": "El mío.", "version": seen})
    url, settled, _multipart = fill(answer, address(draft), {"lessons": "Los dos."})
    again = delegate.post(url, data=settled)
    assert (again.status_code, "De la colega, otra vez." in again.text) == (409, True)
    assert len(html.fromstring(again.text).xpath("//textarea")) == 1
    assert fresh(draft).content["lessons"] == "De la colega, otra vez."


def test_what_the_second_of_two_editors_left_empty_is_kept_as_saved_unless_they_say_otherwise(
    delegate, draft, personas
):
    operations.save_draft(draft, content=full_content(), by=personas.delegate_a)
    db.session.commit()
    empty = {"lessons": "", "levels": [], "version": str(draft.version - 1)}
    answer = post_form(delegate, address(draft), empty)
    assert answer.status_code == 409
    page = html.fromstring(answer.text)
    assert page.xpath("//textarea[@name='lessons']")[0].value.strip() == full_content()["lessons"]
    assert page.xpath("//input[@name='keep_saved'][@value='levels']/@checked")


def test_the_check_lists_what_is_missing_with_links(delegate, draft):
    operations.save_draft(draft, content={"title": "Sin más"}, by=draft.delegation.members[0].user)
    page = delegate.get(address(draft, "/check")).text
    assert f'href="{address(draft)}#period_from"' in page
    assert f'<a href="{address(draft)}#answer_1">Question 1</a>: ' in page
    assert "Submit to the secretariat</button>" not in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    answer = delegate.post(address(draft, "/check"), data={"csrf_token": token, "version": fresh(draft).version})
    assert answer.status_code == 422
    assert "Not everything is answered yet" in answer.text
    assert fresh(draft).state is PracticeState.DRAFT


def test_submitting_twice_gives_one_version_and_one_receipt(delegate, draft, approved_mails):
    page = delegate.get(address(draft, "/check"))
    assert full_content()["contact"]["email"] in page.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    form = {"csrf_token": token, "version": draft.version}
    for _click in range(3):
        answer = delegate.post(address(draft, "/check"), data=form)
        assert (answer.status_code, answer.location) == (303, address(draft, "/receipt"))
    practice = fresh(draft)
    assert len(practice.versions) == 1
    receipt = delegate.get(address(draft, "/receipt")).text
    assert "CAM/2026/GP/PER/01" in receipt
    assert practice.latest.sha256 in receipt
    assert delegate.get(address(draft)).location == address(draft, "/receipt")
    assert "What was submitted" in delegate.get(address(draft, "/check")).text
    assert len(approved_mails()) == 1


def test_a_draft_that_changed_after_the_check_is_read_again(delegate, draft, personas):
    token = re.search(r'name="csrf_token" value="([^"]+)"', delegate.get(address(draft, "/check")).text)[1]
    seen = draft.version
    operations.save_draft(draft, content=full_content(lessons="Otra."), by=personas.delegate_a)
    answer = delegate.post(address(draft, "/check"), data={"csrf_token": token, "version": seen})
    assert answer.status_code == 409
    assert "changed after you opened this page" in answer.text
    assert fresh(draft).state is PracticeState.DRAFT


def test_after_the_deadline_a_clear_page_and_the_draft_is_kept(delegate, draft, meeting, personas):
    close_call(meeting)
    assert "The call is closed for your delegation" in delegate.get(address(draft)).text
    answer = post_form(delegate, address(draft, "/check"), action=address(draft, "/check"))
    assert answer.status_code == 409
    assert "The call is closed" in answer.text
    assert "Your draft is kept" in answer.text
    assert fresh(draft).content["title"]
    calls.grant_extension(
        call_of(meeting.id),
        draft.delegation,
        until=now() + timedelta(hours=1),
        reason="Storm.",
        by=personas.secretariat,
    )
    answer = post_form(delegate, address(draft, "/check"), action=address(draft, "/check"))
    assert answer.location == address(draft, "/receipt")


def test_what_came_back_shows_the_comments(delegate, draft, personas):
    operations.submit_practice(draft, received_at=now(), by=personas.delegate_a)
    operations.return_practice(draft, comment="Name the year.", by=personas.secretariat)
    for page in ("", "/receipt"):
        assert "Name the year." in delegate.get(address(draft, page)).text


def test_withdrawing_hides_the_text_and_leaves_a_note(delegate, meeting, personas):
    practice = submit(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a)
    db.session.commit()
    page = address(practice, "/withdraw")
    for _click in range(2):
        withdrawn = fresh(practice).state is PracticeState.WITHDRAWN
        words = {"reason": "It ended."}
        answer = delegate.get(page) if withdrawn else post_form(delegate, page, words, action=page)
        assert answer.location == address(practice, "/receipt")
    assert fresh(practice).state is PracticeState.WITHDRAWN
    text = delegate.get(address(practice, "/receipt")).text
    assert "This practice was withdrawn" in text
    assert full_content()["title"] not in text
    assert delegate.get(address(practice, "/check")).status_code == 404


def test_a_draft_that_is_closed_is_called_so_on_every_page(delegate, draft):
    page = address(draft, "/withdraw")
    assert "Close this draft for good?" in delegate.get(page).text
    assert "Withdraw" not in delegate.get(page).text
    assert post_form(delegate, page, {}, action=page).status_code == 303
    assert "This draft was closed for good" in delegate.get(address(draft, "/receipt")).text
    with pytest.raises(WrongState, match="closed for good"):
        operations.must_be_editable(fresh(draft))


def test_a_form_without_its_token_is_refused(delegate, draft):
    for page in ("", "/autosave", "/check", "/withdraw"):
        assert delegate.post(address(draft, page), data={"title": "x"}).status_code in (400, 422)
    assert fresh(draft).content["title"] == full_content()["title"]


def test_once_the_session_has_moved_on_only_an_extension_lets_a_delegation_submit(delegate, draft, meeting, personas):
    meeting.stage = Stage.IN_SESSION
    db.session.commit()
    assert call_of(meeting.id).closes_at > now()
    answer = post_form(delegate, address(draft, "/check"), action=address(draft, "/check"))
    assert (answer.status_code, fresh(draft).state) == (409, PracticeState.DRAFT)
    assert "Start the draft" not in delegate.get("/sessions/cam-2026/practices/new?code=PE").text
    call = call_of(meeting.id)
    calls.grant_extension(
        call, draft.delegation, until=call.closes_at + timedelta(days=1), reason="Storm.", by=personas.secretariat
    )
    answer = post_form(delegate, address(draft, "/check"), action=address(draft, "/check"))
    assert answer.location == address(draft, "/receipt")


class SlowBody(io.BytesIO):
    """A request's body that is read until a minute later than it began."""

    def read(self, *size):
        clock._stopped_at.set(clock.now() + timedelta(minutes=1))
        return super().read(*size)


@pytest.mark.parametrize(("before", "outcome"), [(timedelta(seconds=1), "/receipt"), (timedelta(0), None)])
def test_the_first_byte_counts_however_slow_the_rest_is(delegate, draft, meeting, before, outcome):
    page = address(draft, "/check")
    action, values, _multipart = filled(delegate, page, action=page)
    body = urlencode(values, doseq=True).encode()
    deadline = call_of(meeting.id).closes_at
    with clock.standing_at(deadline - before):
        answer = delegate.post(
            action,
            input_stream=SlowBody(body),
            content_length=len(body),
            content_type="application/x-www-form-urlencoded",
        )
    assert answer.location == (address(draft, outcome) if outcome else None)
    version = fresh(draft).latest
    assert (version.submitted_at, version.late) == (deadline - before, False) if outcome else version is None


def test_what_comes_late_is_accepted_and_marked_where_the_call_says_so(client, delegate, draft, meeting, personas):
    row = call_of(meeting.id)
    row.late_rule = LateRule.ACCEPT
    close_call(meeting)
    assert "it will be accepted as late" in delegate.get(address(draft)).text
    answer = post_form(delegate, address(draft, "/check"), action=address(draft, "/check"))
    assert answer.location == address(draft, "/receipt")
    assert "It came after the deadline, and was accepted as late." in delegate.get(address(draft, "/receipt")).text
    assert fresh(draft).latest.late
    mail = db.session.scalars(sa.select(Mail).where(Mail.message == "practices/submitted")).first()
    assert "after the deadline: accepted as late" in mail.body
    staff = sign_in(client, personas.secretariat)
    for page in (f"/practices/review/{draft.id}", f"/sessions/{meeting.slug}/manage/practices"):
        assert ">Late<" in staff.get(page).text
    assert "Submitted, came late" in staff.get(f"/desk/{meeting.slug}/board").text
    with pytest.raises(Refusal, match="say until when"):
        operations.return_practice(fresh(draft), comment="Name the year.", by=personas.secretariat)
    until = now() + timedelta(hours=1)
    operations.return_practice(fresh(draft), comment="Name the year.", until=until, by=personas.secretariat)
    operations.submit_practice(fresh(draft), received_at=now(), by=personas.delegate_a)
    assert [version.late for version in fresh(draft).versions] == [True, False]
    meeting.stage = Stage.IN_SESSION
    assert not call_of(meeting.id).is_open_for(draft.delegation_id, until), "the session's call is over"


def test_the_tools_of_a_draft_stand_above_it_and_word_is_named_where_it_begins(delegate, meeting, draft):
    heading = delegate.get(address(draft)).text.partition("<main")[2].partition("<form method=")[0]
    tools = ("word", "clearance", "hands", "comments", "history", "check")
    assert [tool for tool in tools if f"{address(draft)}/{tool}" not in heading] == []
    assert "off line, in Word or LibreOffice" in delegate.get(f"/sessions/{meeting.slug}/practices/new").text

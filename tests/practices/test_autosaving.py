"""A draft saved field by field while it is written: in order, once, and beside others."""

import json
import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.clock import now, standing_at
from app.core.db import db
from app.core.merging import mark, marks_in, with_marks
from app.meetings.enums import DelegationRole
from app.practices import building, calls, operations, reviewing, templates
from app.practices.autosaving import Page, note_presence, save_fields, who_is_here
from app.practices.commenting import add_comment
from app.practices.drafting_models import DraftRevision, Presence
from app.practices.enums import PracticeState
from app.practices.merging import by_name
from app.practices.template import section_of
from tests.client import post_form, sign_in
from tests.factories.practices import fresh, full_content, make_open_meeting
from tests.personas import add_member, make_user
from tests.practices.test_draft_pages import seen_of
from tests.statements import count_statements


@pytest.fixture
def meeting(personas):
    meeting = make_open_meeting()
    personas.join(meeting)
    return meeting


@pytest.fixture
def colleague(meeting):
    """Somebody else who writes for the same delegation."""
    person = make_user("Ana of Labour", party_code="PE")
    add_member(meeting, person, DelegationRole.DRAFTER)
    return person


def address(practice, page=""):
    return f"/practices/drafts/{practice.id}{page}"


class Tab:
    """A page of a draft with its script."""

    def __init__(self, browser, practice, name="0a"):
        self.browser, self.name, self.sequence = browser, name, 0
        self.address = address(practice)
        text = browser.get(self.address).text
        self.token = re.search(r'name="csrf_token" value="([^"]+)"', text)[1]
        self.version = seen_of(practice)

    def send(self, *fields, sequence=None, **values):
        if sequence is None:
            sequence = self.sequence = self.sequence + 1
        data = {"csrf_token": self.token, "page": self.name, "sequence": sequence}
        data |= {"version": self.version, "fields": list(fields or values), **values}
        return self.browser.post(f"{self.address}/autosave", data=data)


@pytest.fixture
def tab(client, personas, draft):
    return Tab(sign_in(client, personas.delegate_a), draft)


def test_only_what_was_touched_travels_and_nothing_else_changes(tab, draft):
    before = draft.content
    answer = tab.send(title="Uno")
    assert answer.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d \(.*UTC.*\)", answer.json["saved_at_text"])
    assert answer.json["marks"] == {"title": mark("Uno")}
    assert fresh(draft).content == {**before, "title": "Uno"}


def test_a_group_a_list_an_answer_and_the_language_are_fields(tab, draft):
    before = draft.content
    tab.send("period", period_from="2019-02", period_to="")
    tab.send("levels")
    tab.send("answers.1", answer_1="Otra respuesta.")
    tab.send("actors", **{"actors-0-name": "Sindicato", "actors-0-role": "partner"})
    tab.send(language="fr")
    content = fresh(draft).content
    assert content["period"] == {"from": "2019-02", "to": None}
    assert "levels" not in content
    assert content["answers"] == before["answers"] | {"1": "Otra respuesta."}
    assert content["actors"] == [{"role": "partner", "name": "Sindicato"}]
    assert fresh(draft).language == "fr"


def test_the_same_again_changes_nothing(tab, draft):
    first = tab.send(title="Uno", sequence=1)
    version = fresh(draft).version
    again = tab.send(title="Uno", sequence=1)
    assert (again.status_code, again.json) == (200, first.json)
    assert fresh(draft).version == version


def test_what_was_overtaken_is_left_aside_but_not_the_other_fields_that_came_with_it(tab, draft):
    tab.send(title="Dos", sequence=2)
    late = tab.send(title="Uno", lessons="Tarde.", sequence=1)
    assert late.status_code == 200
    assert (fresh(draft).content["title"], fresh(draft).content["lessons"]) == ("Dos", "Tarde.")


def test_a_page_that_never_heard_the_answer_is_not_in_conflict_with_itself(tab, draft):
    for text in ("Uno", "Dos", full_content()["title"]):  # the marks stay those of the page as it was opened
        assert tab.send(title=text).status_code == 200
        assert fresh(draft).content["title"] == text


def test_a_page_that_was_opened_again_counts_anew(tab, draft, client, personas):
    for number in range(3):
        tab.send(title=f"T{number}")
    again = Tab(client, fresh(draft), name="0b")
    assert again.send(title="Nuevo").status_code == 200
    assert fresh(draft).content["title"] == "Nuevo"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations([1, 2, 3, 4]), st.integers(0, 3))
def test_whatever_order_requests_come_in_the_last_written_stays(app, personas, draft, order, twice):
    page = f"p{now().timestamp():.6f}".replace(".", "")
    seen = seen_of(fresh(draft))
    for number in [*order, order[twice]]:
        save_fields(draft, {"title": f"T{number}"}, page=Page(page, number, ""), seen=seen, by=personas.delegate_a)
    assert draft.content["title"] == "T4"


def test_what_somebody_else_wrote_is_kept_and_both_texts_are_told(tab, draft, colleague):
    operations.save_draft(draft, content=full_content(lessons="De la colega.", results="Suyo."), by=colleague)
    answer = tab.send(lessons="El mío.", challenges="Solo mío.")
    assert answer.status_code == 409
    told = {"name": "lessons", "saved": "De la colega.", "whose": "As saved now, by Ana of Labour:"}
    assert answer.json["conflicts"] == [told]
    assert answer.json["marks"] == {"challenges": mark("Solo mío.")}
    content = fresh(draft).content
    assert (content["lessons"], content["challenges"], content["results"]) == ("De la colega.", "Solo mío.", "Suyo.")
    both = post_form(tab.browser, address(draft), {"lessons": "El mío.", "version": tab.version})
    assert both.status_code == 409
    assert "De la colega." in both.text
    assert "El mío." in both.text


def test_the_page_after_an_autosave_does_not_take_back_what_a_colleague_wrote(tab, draft, colleague):
    operations.save_draft(draft, content=full_content(results="De la colega."), by=colleague)
    marks = tab.send(lessons="El mío.").json["marks"]
    number, _space, seen = tab.version.partition(" ")
    version = f"{number} {json.dumps(json.loads(seen) | marks)}"
    sent = {"lessons": "El mío.", "results": full_content()["results"], "version": version}
    assert post_form(tab.browser, address(draft), sent).status_code == 303
    assert (fresh(draft).content["results"], fresh(draft).content["lessons"]) == ("De la colega.", "El mío.")


def test_a_text_that_a_browser_put_back_does_not_replace_a_newer_one_unseen(tab, draft, colleague):
    """The page that it is put back on shows the draft's number of now, and the field's marks of then."""
    then = marks_in(tab.version)
    operations.save_draft(draft, content={**draft.content, "lessons": "De la colega."}, language="es", by=colleague)
    db.session.commit()
    seen = with_marks(fresh(draft).version, {**marks_in(seen_of(draft)), "lessons": then["lessons"]})
    answer = post_form(tab.browser, address(draft), {"lessons": "El de antes.", "version": seen})
    assert answer.status_code == 409
    assert "De la colega." in answer.text
    assert "El de antes." in answer.text
    assert fresh(draft).content["lessons"] == "De la colega."


def test_what_cannot_be_kept_is_refused_and_the_rest_stays(tab, draft):
    before = draft.content
    told = tab.send(title="Tres", themes="T99", lessons="x" * 20_001)
    assert {one["name"] for one in told.json["refused"]} == {"themes", "lessons"}
    assert "is not on it" in str(told.json["refused"])
    assert fresh(draft).content == {**before, "title": "Tres"}
    told = tab.send("period", "title", period_from="x" * 20_001, title="Cuatro")
    assert [one["name"] for one in told.json["refused"]] == ["period"]
    assert fresh(draft).content == {**before, "title": "Cuatro"}
    assert [one["name"] for one in tab.send(language="xx").json["refused"]] == ["language"]
    operations.submit_practice(draft, received_at=now(), by=draft.delegation.members[0].user)
    assert tab.send(title="Uno").status_code == 409
    assert draft.state is PracticeState.SUBMITTED


NASTY = (
    "<script>alert(1)</script> & <b>",
    "e\u0301" * 200,
    "\u202eabc\u2066def\u200f",
    "a\x00b\x07c",
    "\ud800 alone",
)


@pytest.mark.parametrize("text", NASTY)
def test_whatever_is_written_is_kept_as_text(tab, draft, text):
    if "\ud800" in text:
        raw = "fields=title&title=%ED%A0%80+alone&sequence=1&page=0a&csrf_token=" + tab.token
        answer = tab.browser.post(
            address(draft, "/autosave"), data=raw, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 409, "it names no version"
        return
    assert tab.send(title=text).status_code == 200
    kept = fresh(draft).content["title"]
    assert not set(kept) & set("\x00\x07\u202e\u2066")
    page = tab.browser.get(address(draft)).text
    assert "<script>alert" not in page
    if "\u0301" in text:
        assert kept == "é" * 200, "counted as people see them"
        assert "This has 200 characters; the limit is 120." in page


def test_pages_that_call_themselves_anything_are_pages_without_a_name(tab, draft):
    tab.name = "../" * 30
    assert tab.send(title="Uno", sequence="x").status_code == 200
    assert tab.send(title="Dos", sequence=-4, hold="<b>").status_code == 409, "told by its marks alone"
    assert fresh(draft).content["title"] == "Uno"
    assert [(row.page, row.section) for row in db.session.query(Presence)] == [
        (f"account {db.session.query(Presence).one().user_id}", section_of(draft.call.template, "title"))
    ]
    assert tab.send("nothing", "answers.99", nothing="x").status_code == 200


def test_several_saves_of_one_person_within_minutes_are_one_revision(tab, draft, colleague, personas):
    before = db.session.query(DraftRevision).count()
    events = db.session.query(AuditEvent).filter_by(action="save_draft").count()
    start_at = now() + timedelta(minutes=30)
    for minute, title in ((0, "a"), (1, "b"), (9, "c"), (11, "d")):
        with standing_at(start_at + timedelta(minutes=minute)):
            tab.send(title=title)
    operations.save_draft(draft, content=full_content(title="e"), by=colleague)
    with standing_at(start_at - timedelta(minutes=5)):  # the server's clock was put back
        operations.save_draft(draft, content=full_content(title="f"), by=colleague)
    found = db.session.query(DraftRevision).order_by(DraftRevision.number).all()[before:]
    assert [row.content["title"] for row in found] == ["c", "d", "e", "f"]
    assert [row.author for row in found] == [personas.delegate_a.name] * 2 + [colleague.name] * 2
    assert db.session.query(AuditEvent).filter_by(action="save_draft").count() == events + 4


def test_who_is_here_and_where_they_write(tab, draft, colleague, client, personas):
    tab.send()
    tab.send(title=draft.content["title"])
    assert [one.section for one in who_is_here(draft.id, besides=colleague)] == [""], "nothing was written yet"
    tab.send(title="Uno")
    page = sign_in(client, colleague).get(address(draft)).text
    assert "is writing in" in page
    assert "is writing here; last saved at" in page
    theirs = Tab(client, fresh(draft), name="cc")
    answer = theirs.send(lessons="También.")
    assert len(answer.json["here"]) == 1, "the section is not locked, and one does not see oneself"
    assert list(answer.json["held"]) == [section_of(draft.call.template, "title")]
    with standing_at(now() + timedelta(minutes=3)):
        note_presence(draft, Page(tab.name, 0, ""), by=personas.delegate_a)
        db.session.commit()
        page = client.get(address(draft)).text
        assert ("has this draft open" in page, "is writing" in page) == (True, False)
    with standing_at(now() + timedelta(minutes=9)):
        assert "has this draft open" not in client.get(address(draft)).text
    with standing_at(now() + timedelta(days=8)):
        assert Tab(client, fresh(draft), name="dd").send(title="Más").json["here"] == []
        assert [row.page for row in db.session.query(Presence)] == ["dd"], "closed pages are forgotten"


def sections_of(practice) -> list[str]:
    return [section["key"] for section in practice.call.template["sections"]]


def test_without_a_script_a_button_says_where_one_writes(client, personas, draft, colleague):
    browser = sign_in(client, personas.delegate_a)
    section = sections_of(draft)[0]
    answer = post_form(browser, address(draft), {"title": "Con botón", "hold": section})
    assert answer.location.endswith(f"#section-{section}")
    assert fresh(draft).content["title"] == "Con botón"
    assert [(one.name, one.section) for one in who_is_here(draft.id, besides=colleague)] == [
        (personas.delegate_a.name, section)
    ]
    assert post_form(sign_in(client, colleague), address(draft), {"lessons": "Igual."}).status_code == 303
    assert by_name(fresh(draft).content, "")["lessons"] == "Igual."


def test_the_page_of_a_draft_runs_eight_statements_at_most_however_much_there_is(tab, draft, colleague, personas):
    def counted() -> int:
        with count_statements() as found:
            tab.page = tab.browser.get(tab.address)
        assert tab.page.status_code == 200
        return found.number

    def change_the_form(key) -> None:
        templates.change_template(draft.call, building.without(draft.call.template, key), by=SYSTEM)
        templates.apply_template(draft.call, by=SYSTEM)
        db.session.commit()

    assert counted() == 7
    until = now() + timedelta(days=30)
    calls.grant_extension(draft.call, draft.delegation, until=until, reason="A hurricane.", by=SYSTEM)
    for text in ("Is it true?", "It is."):
        add_comment(draft, section="", text=text, by=colleague)
    for name in ("0c", "0d"):
        save_fields(draft, {"title": name}, page=Page(name, 1, ""), seen=None, by=colleague)
    db.session.commit()
    assert counted() == 7
    change_the_form("rights")
    assert counted() == 8, "and what was changed in the form"
    assert "Set aside when the form was changed" in tab.page.text
    operations.submit_practice(draft, received_at=now(), by=personas.delegate_a)
    fields = {"title": "Say where.", "lessons": "Which ones?"}
    reviewing.save_assessment(draft.latest, marks={}, comments=fields, comment="More.", by=personas.secretariat)
    operations.return_practice(draft, comment="More figures.", by=personas.secretariat)
    db.session.commit()
    change_the_form("sustainability")
    assert counted() == 8, "and with what it was returned"
    for told in ("More figures.", "2 comments stand at fields", "Say where.", "Which ones?", "Human-rights, gender"):
        assert told in tab.page.text


def test_an_autosave_runs_few_statements(app, tab):
    tab.send(title="Uno")
    with count_statements() as found:
        assert tab.send(title="Dos").status_code == 200
    assert found.number == 10


def test_a_save_after_the_session_ended_says_where_to_sign_in(tab, client):
    for cookie in list(client._cookies.values()):
        client.delete_cookie(cookie.key, domain=cookie.domain, path=cookie.path)
    data = {"csrf_token": tab.token, "fields": "title", "title": "Uno"}
    answer = client.post(f"{tab.address}/autosave", data=data, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["sign_in"]) == (401, "/sign-in")
    assert "session has ended" in answer.json["message"]

"""What becomes of drafts when the template of an open call changes."""

import io
from datetime import timedelta

import pytest
from lxml import html

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.practices import attaching, building, moving, operations, templates
from app.practices.queries import own_delegation
from app.practices.reviewing import save_assessment
from app.practices.template import field_label, fields, joined
from tests.client import filled, post_form, sign_in
from tests.factories.practices import fresh, full_content, start, submit
from tests.personas import STATE_B
from tests.practices.template_changes import DEFAULT, PDF, SAID, act, call, change, token


@pytest.fixture
def builder(meeting):
    return f"/sessions/{meeting.slug}/manage/call/template"


@pytest.fixture
def draft(personas, meeting):
    """A draft of delegate A, begun yesterday."""
    row = start(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a, rights=SAID)
    row.created_at = now() - timedelta(hours=1)
    db.session.commit()
    return row


def test_a_changed_open_call_moves_drafts_along_and_tells_both_sides(client, personas, meeting, builder, draft):
    other = start(own_delegation(personas.delegate_b, meeting.slug, STATE_B), personas.delegate_b, rights="")
    db.session.commit()
    staff = sign_in(client, personas.secretariat)
    assert act(staff, builder, call(meeting), action="remove", item="rights").status_code == 303
    asked = staff.get(f"{builder}/apply").text
    assert "2 drafts are being written" in asked
    assert "Human rights" in asked or "rights" in asked
    assert ": 1 draft<" in asked
    assert SAID not in asked
    assert post_form(staff, f"{builder}/apply", {}).status_code == 303
    row = call(meeting)
    assert (row.template_number, [item.number for item in row.template_versions]) == (2, [1, 2])
    moved = fresh(draft)
    assert "rights" not in moved.content
    assert [(item["name"], item["text"], item["into"]) for item in moved.set_aside] == [("rights", SAID, "")]
    assert fresh(other).set_aside == []
    assert SAID not in staff.get(builder).text

    delegate, page = sign_in(client, personas.delegate_a), f"/practices/drafts/{draft.id}"
    shown = delegate.get(page).text
    assert "The form was changed while you were writing" in shown
    assert "Taken out:" in shown
    assert SAID in shown
    seen = delegate.post(f"{page}/changes-seen", data={"csrf_token": token(delegate, page), "number": "2"})
    assert seen.status_code == 303
    shown = delegate.get(page).text
    assert "The form was changed while you were writing" not in shown
    assert SAID in shown, "what was set aside stays"
    put = {"csrf_token": token(delegate, page), "item": "0", "into": "lessons"}
    assert delegate.post(f"{page}/set-aside", data=put).status_code == 303
    assert delegate.post(f"{page}/set-aside", data=put).status_code == 303, "a second click"
    after = fresh(draft)
    assert after.content["lessons"] == f"{full_content()['lessons']}\n\n{SAID}"
    assert after.set_aside[0]["into"] == "lessons"
    for wrong in ({"item": "7", "into": "lessons"}, {"item": "x", "into": "lessons"}):
        assert delegate.post(f"{page}/set-aside", data={**put, **wrong}).status_code == 422
    assert "Put into:" in delegate.get(page).text


def test_what_is_set_aside_is_nobody_elses(client, personas, meeting, draft):
    change(meeting, personas, building.without(DEFAULT, "rights"))
    operations.submit_practice(fresh(draft), received_at=now(), by=personas.delegate_a)
    db.session.commit()
    staff = sign_in(client, personas.secretariat)
    for page in (f"/practices/review/{draft.id}", f"/sessions/{meeting.slug}/manage/practices"):
        assert SAID not in staff.get(page).text
    other = sign_in(client, personas.delegate_b)
    assert other.post(f"/practices/drafts/{draft.id}/set-aside", data={"item": "0"}).status_code in (400, 403, 404)


def test_a_text_comes_back_with_its_field(personas, meeting, draft):
    change(meeting, personas, building.without(DEFAULT, "rights"))
    change(meeting, personas, building.with_standard(call(meeting).template, "rights"))
    back = fresh(draft)
    assert back.content["rights"] == SAID
    assert back.set_aside[0]["into"] == "rights"
    change(meeting, personas, building.without(call(meeting).template, "questions"))
    assert {item["name"] for item in fresh(draft).set_aside} == {"rights", "answers.1", "answers.2"}
    change(meeting, personas, building.with_standard(call(meeting).template, "questions"))
    assert fresh(draft).content["answers"] == {key: full_content()["answers"][key] for key in ("1", "2")}


def test_a_page_open_while_the_template_changes_loses_nothing(client, personas, meeting, draft):
    delegate, page = sign_in(client, personas.delegate_a), f"/practices/drafts/{draft.id}"
    _action, sent, _multipart = filled(delegate, page)
    change(meeting, personas, building.without(DEFAULT, "rights"))
    tab = {"page": "0a", "fields": ["rights", "lessons"]}
    values = {**sent, **tab, "sequence": "1", "rights": "Escrito después.", "lessons": "También."}
    saved = delegate.post(f"{page}/autosave", data=values)
    assert saved.status_code == 200
    assert "the form was changed since" in saved.json["saved_at_text"]
    again = delegate.post(f"{page}/autosave", data={**values, "sequence": "2", "rights": "Y más."})
    assert again.status_code == 200
    row = fresh(draft)
    assert row.content["lessons"] == "También."
    assert "rights" not in row.content
    assert [item["text"] for item in row.set_aside] == [SAID, "Y más."]
    assert row.set_aside[1]["by"] == personas.delegate_a.id
    assert "Y más." in delegate.get(page).text


def test_a_submitted_version_is_read_in_its_own_template(client, personas, meeting):
    delegation = own_delegation(personas.delegate_a, meeting.slug, "PE")
    practice = submit(delegation, personas.delegate_a, rights=SAID)
    db.session.commit()
    change(meeting, personas, building.without(DEFAULT, "rights"))
    staff = sign_in(client, personas.secretariat)
    assert SAID in staff.get(f"/practices/review/{practice.id}").text
    save_assessment(fresh(practice).latest, marks={}, comments={"rights": "Who says so?"}, comment="", by=SYSTEM)
    operations.return_practice(fresh(practice), comment="Más.", by=personas.secretariat)
    operations.submit_practice(fresh(practice), received_at=now(), by=personas.delegate_a)
    db.session.commit()
    assert [version.template_number for version in fresh(practice).versions] == [1, 2]
    assert SAID in staff.get(f"/practices/review/{practice.id}?version=1").text
    page = html.document_fromstring(staff.get(f"/practices/review/{practice.id}").text)
    gone = page.xpath("//section[@aria-labelledby='gone']")[0]
    assert [title.text for title in gone.iter("h3")] == [field_label(DEFAULT, "rights")["en"]]
    assert [text.text for text in gone.iter("del", "ins")] == [SAID]
    assert "Who says so?" in gone.text_content()
    page = html.document_fromstring(staff.get(f"/practices/review/{practice.id}?version=1").text)
    assert not page.xpath("//*[@id='gone']"), "what came with it stands at its field"


def with_entry(template, key, **changes):
    return building.with_field(template, {**building.entry_of(template, key), **changes}, "")


def test_what_a_changed_field_has_no_place_for_is_set_aside():
    options = [{"code": code, "label": {"en": code}} for code in ("o1", "o2", "o3")]
    own = {"key": "f1", "kind": "choice", "label": {"en": "Scale"}, "options": options}
    old = building.with_field(DEFAULT, own, "about")
    content = {
        "title": "T",
        "f1": ["o1", "o2"],
        "actors": [{"role": "lead", "name": "Town"}],
        "summary": "Two\n\nparts",
        "cost": {"amount": 1, "currency": "USD", "source": ""},
    }
    fewer = with_entry(old, "f1", options=options[1:])
    assert moving.move(content, old, fewer).kept["f1"] == ["o2"]
    assert moving.move(content, old, fewer).lost == {"f1": ["o1"]}
    single = moving.move(content, old, with_entry(old, "f1", max=1))
    assert (single.kept["f1"], single.lost) == ("o1", {"f1": ["o2"]})
    listed = with_entry(old, "f1", options=[], vocabulary="themes")
    assert moving.move(content, old, listed).lost == {"f1": ["o1", "o2"]}
    columns = building.entry_of(old, "actors")["columns"][1:]
    rows = moving.move(content, old, with_entry(old, "actors", columns=columns))
    assert rows.kept["actors"] == [{"name": "Town"}]
    assert rows.lost["actors"] == content["actors"]
    short = moving.move(content, old, with_entry(old, "summary", kind="short_text"))
    assert (short.kept["summary"], short.lost["summary"]) == ("Two parts", content["summary"])
    same = moving.move(content, old, with_entry(old, "title", limit=3, help={"en": "Short"}))
    assert (same.kept, same.lost) == (content, {})


def test_new_kinds_are_written_checked_read_and_submitted(client, personas, meeting, draft):
    made = building.with_field(DEFAULT, {"key": "f1", "kind": "date", "label": {"en": "Decided on"}}, "about")
    made = building.with_field(
        made,
        {"key": "f2", "kind": "files", "label": {"en": "The decree"}, "required": True, "min": 1, "max": 2},
        "about",
    )
    options = [{"code": "o1", "label": {"en": "Local"}}, {"code": "o2", "label": {"en": "State"}}]
    made = building.with_field(
        made, {"key": "f3", "kind": "choice", "max": 1, "label": {"en": "Scale"}, "options": options}, "about"
    )
    change(meeting, personas, made)
    delegate, page = sign_in(client, personas.delegate_a), f"/practices/drafts/{draft.id}"
    assert post_form(delegate, page, {"f1": "2024-13", "f3": "o2"}).status_code == 303
    check = delegate.get(f"{page}/check").text
    assert "Write the date like this" in check
    assert "The decree" in check
    assert post_form(delegate, page, {"f3": "o9"}).status_code == 422
    assert post_form(delegate, page, {"f1": "2024-02-29", "attach_to": "f2"}).status_code == 422
    pdf = (io.BytesIO(PDF), "decree.pdf")
    assert post_form(delegate, page, {"f1": "2024-02-29", "f2_file": pdf}).status_code == 303
    row = fresh(draft)
    assert (row.content["f1"], row.content["f2"], row.content["f3"]) == ("2024-02-29", ["decree.pdf"], "o2")
    check = delegate.get(f"{page}/check").text
    for words in ("29 February 2024", "decree.pdf", "State"):
        assert words in check
    word = delegate.get(f"{page}/form.docx")
    assert word.status_code == 200
    version = operations.submit_practice(fresh(draft), received_at=now(), by=personas.delegate_a)
    assert version.content["f2"] == ["decree.pdf"]
    db.session.commit()
    operations.return_practice(fresh(draft), comment="Más.", by=personas.secretariat)
    item = fresh(draft).attachments[0]
    attaching.remove_file(item, by=personas.delegate_a)
    db.session.commit()
    assert "f2" not in fresh(draft).content


def test_files_of_a_field_that_is_taken_out_stay_with_the_draft(client, personas, meeting, draft):
    made = building.with_field(DEFAULT, {"key": "f1", "kind": "files", "label": {"en": "Decree"}}, "about")
    change(meeting, personas, made)
    delegate, page = sign_in(client, personas.delegate_a), f"/practices/drafts/{draft.id}"
    pdf = (io.BytesIO(PDF), "decree.pdf")
    assert post_form(delegate, page, {"f1_file": pdf}).status_code == 303
    change(meeting, personas, building.without(call(meeting).template, "f1"))
    row = fresh(draft)
    assert [(item.field, item.file.name) for item in row.attachments] == [("", "decree.pdf")]
    assert "f1" not in row.content
    assert "decree.pdf" in delegate.get(page).text


def test_keys_are_never_given_twice(personas, meeting):
    made = building.with_field(DEFAULT, {"key": "f1", "kind": "date", "label": {"en": "One"}}, "about")
    change(meeting, personas, made)
    change(meeting, personas, building.without(made, "f1"))
    assert building.new_key(templates.used_keys(call(meeting)), "f") == "f2"


def test_a_text_that_a_browser_kept_while_the_template_changed_is_taken_with_the_new_fields(
    client, personas, meeting, draft
):
    made = building.with_field(DEFAULT, {"key": "f1", "kind": "long_text", "label": {"en": "New"}}, "about")
    change(meeting, personas, building.without(made, "rights"))
    delegate, page = sign_in(client, personas.delegate_a), f"/practices/drafts/{draft.id}"
    _action, sent, _multipart = filled(delegate, page, {"f1": "Nuevo."})
    put_back = {**sent, "template": "1", "rights": "Escrito sin línea.", "fields": ["rights", "f1"]}
    assert delegate.post(f"{page}/autosave", data=put_back).status_code == 200
    row = fresh(draft)
    assert row.content["f1"] == "Nuevo."
    assert [item["text"] for item in row.set_aside] == [SAID, "Escrito sin línea."]
    del put_back["f1"]
    put_back["fields"] = ["rights"]
    put_back["version"] = filled(delegate, page, {"f1": "Nuevo."})[1]["version"]
    assert delegate.post(f"{page}/autosave", data=put_back).status_code == 200
    assert fresh(draft).content["f1"] == "Nuevo.", "a page that has not the field says nothing of it"
    for number in ("0", "9", "x"):
        assert delegate.post(f"{page}/autosave", data={**sent, "template": number}).status_code in (200, 409)


def test_a_form_that_was_filled_in_off_line_before_the_change_is_shown_whole(client, personas, meeting, draft):
    delegate, page = sign_in(client, personas.delegate_a), f"/practices/drafts/{draft.id}"
    form = delegate.get(f"{page}/form.docx").data
    change(meeting, personas, building.without(DEFAULT, "rights"))
    sent = {"file": (io.BytesIO(form), "form.docx")}
    answer = post_form(delegate, f"{page}/word", sent)
    shown = delegate.get(answer.location).text if answer.status_code == 303 else answer.text
    assert SAID in shown


def test_a_conflict_on_a_page_of_the_old_template_keeps_what_has_no_place(client, personas, meeting, draft):
    delegate, page = sign_in(client, personas.delegate_a), f"/practices/drafts/{draft.id}"
    _action, sent, _multipart = filled(delegate, page)
    change(meeting, personas, building.without(DEFAULT, "rights"))
    operations.save_draft(fresh(draft), content={**fresh(draft).content, "lessons": "De otra."}, by=personas.delegate_a)
    db.session.commit()
    answer = delegate.post(page, data={**sent, "lessons": "Mía.", "rights": "Sin lugar.", "action": "save"})
    assert answer.status_code == 409
    for words in ("Mía.", "De otra."):
        assert words in answer.text
    row = fresh(draft)
    assert row.content["lessons"] == "De otra."
    assert [item["text"] for item in row.set_aside] == [SAID, "Sin lugar."]


def test_of_a_page_made_of_both_templates_all_options_and_columns_are_read():
    options = [{"code": code, "label": {"en": code}} for code in ("o1", "o2", "o3")]
    columns = [{"key": key, "kind": "text", "label": {"en": key}} for key in ("c1", "c2")]
    choice = {"key": "f1", "kind": "choice", "label": {"en": "Scale"}, "options": options[:2]}
    rows = {"key": "f2", "kind": "rows", "label": {"en": "Steps"}, "columns": columns[:1]}
    old = building.with_field(building.with_field(DEFAULT, choice, "about"), rows, "about")
    new = with_entry(with_entry(old, "f1", options=options[1:]), "f2", columns=columns)
    both = {field.key: field for field in fields(joined(old, building.without(new, "rights")))}
    assert list(both["f1"].options) == ["o1", "o2", "o3"]
    assert [column.key for column in both["f2"].columns] == ["c1", "c2"]
    assert "rights" in both

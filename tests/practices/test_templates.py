"""The template builder, and what becomes of drafts when the template of an open call changes."""

import io
from datetime import timedelta

import pytest
from lxml import html

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.meetings.enums import Stage
from app.practices import attaching, building, moving, operations, templates
from app.practices.models import Call
from app.practices.queries import call_of, own_delegation
from app.practices.reviewing import save_assessment
from app.practices.template import field_label, fields, joined
from tests.client import filled, post_form, sign_in
from tests.factories.practices import change_template, fresh, full_content, make_open_meeting, start, submit
from tests.personas import STATE_B

DEFAULT = building.default_template()
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SAID = "Un texto sobre derechos, que nadie debe perder."


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


def call(meeting) -> Call:
    db.session.expire_all()
    return call_of(meeting.id)


def keys(template) -> list[str]:
    return [field.key for field in fields(template)]


def act(browser, page, call, **values):
    return browser.post(page, data={"csrf_token": token(browser, page), "version": call.version, **values})


def token(browser, page):
    return browser.get(page.removesuffix("/move")).text.split('name="csrf_token" value="')[1].split('"')[0]


def change(meeting, personas, template):
    return change_template(meeting, template, by=personas.secretariat)


def test_a_field_is_added_changed_moved_and_taken_out(staff, meeting, builder):
    page = f"{builder}/fields/new?kind=choice&section=about"
    empty = post_form(staff, page, {"label-en": "Scale"})
    assert empty.status_code == 422
    assert "Choose a list, or write at least two options." in empty.text
    options = {"options-0-label-en": "Local", "options-1-label-en": "National", "options-1-label-es": "Nacional"}
    assert post_form(staff, page, {"label-en": "Scale", "most": "1", **options}).status_code == 303
    row = call(meeting)
    assert row.template == DEFAULT, "not in force yet"
    entry = building.entry_of(row.template_draft, "f1")
    assert [option["code"] for option in entry["options"]] == ["o1", "o2"]
    shown = staff.get(builder).text
    assert "These changes are not in force yet" in shown
    assert "New: “Scale”." in shown
    assert "Nacional" in staff.get(f"{builder}/fields/f1").text
    preview = staff.get(f"{builder}/preview").text
    assert "National" in preview
    assert 'name="f1"' in preview
    assert act(staff, builder, row, action="remove", item="f1").status_code == 303
    assert call(meeting).template_draft is None, "as it was before"
    assert "These changes are not in force yet" not in staff.get(builder).text


def test_what_is_not_written_in_each_language_is_said_before_it_is_in_force(staff, builder):
    assert "Not written in each language" not in staff.get(builder).text
    page = f"{builder}/fields/new?kind=short_text&section=about"
    assert post_form(staff, page, {"label-en": "Scale", "label-fr": "Échelle"}).status_code == 303
    for address in (builder, f"{builder}/apply"):
        assert "“Scale” is not written in Español, Português, or not all of it." in staff.get(address).text


def test_rows_of_options_come_and_go_with_what_was_typed(staff, meeting, builder):
    page = f"{builder}/fields/new?kind=rows&section=about"
    more = post_form(staff, page, {"label-en": "Steps", "columns-0-label-en": "What", "add_row": "columns"})
    assert 'name="columns-2-label-en"' in more.text
    assert 'value="Steps"' in more.text
    less = post_form(staff, page, {"label-en": "Steps", "columns-1-label-en": "When", "remove_row": "columns-0"})
    assert 'name="columns-0-label-en" value="When"' in less.text
    assert call(meeting).template_draft is None


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("short_text", {"limit": "0"}, "Write a number in figures, from 1 up."),
        ("long_text", {"limit": "99999"}, "Write a number in figures, from 1 up."),
        ("long_text", {"limit": "many"}, "Not a valid integer value."),
        ("mechanisms", {"least": "3", "most": "2"}, "The most is less than the least."),
        ("rows", {"columns-0-label-en": "A", "columns-0-kind": "choice"}, "Choose a list for every column of choices."),
        ("rows", {"columns-0-label-en": "A", "columns-0-key": "c9"}, "Somebody changed the template in the meantime."),
        ("consent", {}, "A template has one field of this kind at most."),
        ("files", {"most": "6"}, "At most 5 can be given here."),
        ("rows", {"least": "31"}, "At most 30 can be given here."),
        ("rows", {}, "Rows have from 1 to 8 columns."),
    ],
)
def test_what_cannot_be_a_field_is_refused_with_what_was_typed(staff, meeting, builder, kind, values, words):
    answer = post_form(staff, f"{builder}/fields/new?kind={kind}&section=about", {"label-es": "Mío", **values})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Mío" in answer.text
    assert call(meeting).template_draft is None


def test_sixty_options_are_the_most(staff, meeting, builder):
    page = f"{builder}/fields/new?kind=choice&section=about"
    options = {f"options-{number}-label-en": f"Option {number}" for number in range(60)}
    sent = {**filled(staff, page)[1], "label-en": "Many", **options}
    assert staff.post(page, data=sent).status_code == 303
    assert 'name="options-59-label-en"' in staff.get(f"{builder}/fields/f1").text
    for more in ({"add_row": "options"}, {"options-60-label-en": "One too many"}):
        assert staff.post(page, data={**sent, **more}).status_code in (200, 303, 409)
    one = staff.post(f"{builder}/fields/title", data={**filled(staff, f"{builder}/fields/title")[1], "add_row": "x"})
    assert one.status_code == 303, "a field without rows has none to add"


def test_markup_in_labels_is_shown_as_it_is_written(staff, meeting, builder):
    bad = "<script>alert(1)</script>"
    page = f"{builder}/fields/new?kind=long_text&section=about"
    assert post_form(staff, page, {"label-en": bad, "help-en": bad, "example-en": bad}).status_code == 303
    for path in (builder, f"{builder}/preview", f"{builder}/apply", f"{builder}/fields/f1"):
        text = staff.get(path).text
        assert bad not in text
        assert "&lt;script&gt;" in text


def test_malformed_templates_are_refused():
    def with_fields(*more):
        first, *rest = DEFAULT["sections"]
        return {"sections": [{**first, "fields": [*first["fields"], *more]}, *rest]}

    one = {"key": "f1", "kind": "short_text", "label": {"en": "One"}}
    assert building.checked(with_fields(one))
    many = [{**one, "key": f"f{number}"} for number in range(500)]
    faults = {
        "at most 100 fields": with_fields(*many),
        "there twice": with_fields(one, one),
        "can't be one": with_fields({**one, "key": "csrf_token"}),
        "not a template": with_fields({**one, "kind": "spell"}),
        "is not a template": with_fields({**one, "limit": "9"}),
        "from 1 to 1000": with_fields({**one, "limit": -1}),
        "belong to every template": {
            "sections": [section for section in DEFAULT["sections"] if section["key"] != "contact"]
        },
        "at most 20 sections": {
            "sections": [*DEFAULT["sections"], *({"key": f"s{n}", "title": {}, "fields": []} for n in range(20))]
        },
    }
    for words, template in faults.items():
        with pytest.raises(building.Refusal, match=words):
            building.checked(template)
    for template in ({}, {"sections": None}, {"sections": [1]}, {"sections": [{"key": 1, "title": {}, "fields": [1]}]}):
        with pytest.raises(building.Refusal):
            building.checked(template)


def test_title_and_consent_stay(staff, meeting, builder):
    for key in building.KEPT:
        answer = act(staff, builder, call(meeting), action="remove", item=key)
        assert answer.status_code == 422
        assert "belong to every template" in answer.text
    assert post_form(staff, f"{builder}/fields/title", {"label-en": "Name"}).status_code == 303
    entry = building.entry_of(call(meeting).template_draft, "title")
    assert (entry["label"]["en"], entry["required"]) == ("Name", True)


def test_sections_are_made_named_moved_and_taken_out_when_empty(staff, meeting, builder):
    assert post_form(staff, f"{builder}/sections/new", {"title-fr": "Annexe"}).status_code == 303
    assert post_form(staff, f"{builder}/sections/s1", {"title-fr": "Autre"}).status_code == 303
    row = call(meeting)
    assert row.template_draft["sections"][-1] == {"key": "s1", "title": {"fr": "Autre"}, "fields": []}
    assert act(staff, f"{builder}/move", row, item="section-s1", direction="up").status_code == 303
    row = call(meeting)
    assert row.template_draft["sections"][-2]["key"] == "s1"
    full = act(staff, builder, row, action="remove", item="section-about")
    assert (full.status_code, "fields out first" in full.text) == (422, True)
    assert act(staff, builder, row, action="remove", item="section-s1").status_code == 303
    assert call(meeting).template_draft is None
    assert staff.get(f"{builder}/sections/nothing").status_code == 404
    assert staff.get(f"{builder}/fields/nothing").status_code == 404
    assert staff.get(f"{builder}/fields/new?kind=spell").status_code == 404


def test_fields_are_moved_by_buttons_across_sections_and_by_drops(staff, meeting, builder):
    move = f"{builder}/move"
    last_of_about = DEFAULT["sections"][0]["fields"][-1]["key"]
    assert act(staff, move, call(meeting), item=last_of_about, direction="down").status_code == 303
    made = call(meeting).template_draft["sections"]
    assert made[1]["fields"][0]["key"] == last_of_about
    assert act(staff, move, call(meeting), item=last_of_about, direction="up").status_code == 303
    assert call(meeting).template_draft is None
    order = keys(DEFAULT)
    dropped = act(staff, move, call(meeting), item="rights", position=order.index("results") + 1, day="evidence")
    assert dropped.status_code == 303
    row = call(meeting)
    evidence = building.section_of(row.template_draft, "evidence")
    assert [entry["key"] for entry in evidence["fields"][:2]] == ["rights", "results"]
    assert sorted(keys(row.template_draft)) == sorted(order)
    gone = act(staff, move, row, item="rights", position=1, day="nowhere")
    assert gone.status_code == 422
    assert "The order of the fields" in staff.get(builder).text


def test_of_two_who_change_it_at_once_the_second_is_told(staff, meeting, builder):
    row = call(meeting)
    before = row.version
    assert act(staff, builder, row, action="remove", item="rights").status_code == 303
    second = act(staff, builder, row, action="remove", item="cost", version=before)
    assert second.status_code == 409
    assert "Somebody saved this in the meantime" in second.text
    assert "cost" in keys(call(meeting).template_draft)
    late = post_form(staff, f"{builder}/fields/lessons", {"label-en": "Mine", "version": str(before)})
    assert (late.status_code, "Mine" in late.text) == (409, True)
    assert act(staff, f"{builder}/apply", row, version=before).status_code == 409
    assert act(staff, builder, call(meeting), action="spell").status_code == 422
    assert act(staff, builder, call(meeting), action="discard").status_code == 303
    assert call(meeting).template_draft is None


def test_before_the_call_was_open_a_change_takes_the_place_of_the_other(personas):
    meeting = make_open_meeting(stage=Stage.PREPARING)
    assert change(meeting, personas, building.without(DEFAULT, "rights")) == 0
    row = call(meeting)
    assert (row.template_number, row.template_versions) == (1, [])
    assert "rights" not in keys(row.template)
    with pytest.raises(templates.Refusal, match="Nothing in the template"):
        templates.apply_template(row, by=personas.secretariat)


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

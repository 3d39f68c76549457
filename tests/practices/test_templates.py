"""The template builder."""

from datetime import timedelta

import pytest

from app.core.clock import now
from app.core.db import db
from app.meetings.enums import Stage
from app.practices import building, templates
from app.practices.queries import own_delegation
from tests.client import filled, post_form
from tests.factories.practices import make_open_meeting, start
from tests.practices.template_changes import DEFAULT, SAID, act, call, change, keys


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

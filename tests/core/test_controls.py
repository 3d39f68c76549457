"""Fields as HTML: what WTForms writes, character by character."""

import pytest
import wtforms
from hypothesis import given
from hypothesis import strategies as st
from wtforms.validators import InputRequired, Length

from app.core.controls import RowForm, boxes, control
from app.core.forms import choices

TEXTS = st.text(alphabet=st.sampled_from("ab é<>&\"'\n"), max_size=6)
PAIRS = st.lists(st.tuples(TEXTS, TEXTS), max_size=4)


class Plain(wtforms.Form):
    pass


def made(kind, value, **more):
    return type("One", (Plain,), {"one": kind("One", **more)})(data={"one": value}).one


@given(TEXTS, PAIRS, TEXTS)
def test_inputs_and_lists_are_as_wtforms_writes_them(value, pairs, given_text):
    validators = [InputRequired(), Length(max=40, min=2)]
    fields = [
        made(wtforms.StringField, value, validators=validators),
        made(wtforms.TextAreaField, value, validators=validators),
        made(wtforms.SelectField, value, choices=choices(pairs)),
    ]
    attributes = {"class": "input", "aria-describedby": given_text, "rows": 3, "hidden": True, "lang": False}
    for field in fields:
        assert control(field, attributes) == field(**attributes)


@given(PAIRS, st.lists(TEXTS, max_size=3))
def test_boxes_are_numbered_named_labelled_and_ticked_as_the_fields_of_wtforms(pairs, chosen):
    field = made(wtforms.SelectMultipleField, chosen, choices=choices(pairs))
    written, escape = wtforms.widgets.html_params, wtforms.widgets.core.escape
    parts = str(boxes(field, "checkbox")).split('<div class="option">')[1:]
    assert len(parts) == len(pairs)
    for box, part in zip(field, parts, strict=True):
        assert (
            part.split()
            == (
                f'<input type="checkbox" {written(id=box.id)} {written(name="one")} {written(value=box.data)}'
                f'{" checked" if box.checked else ""}> <label for="{box.id}">{escape(box.label.text)}'
                "</label> </div>"
            ).split()
        )


def test_what_only_wtforms_can_write_is_left_to_it():
    grouped = [wtforms.fields.choices.SelectChoice("1", "One", optgroup="Group")]
    fields = [
        made(wtforms.SelectField, "1", choices=grouped),
        made(wtforms.SelectMultipleField, ["1"], choices=choices([("1", "One")])),
        made(wtforms.BooleanField, True),
        made(wtforms.PasswordField, ""),
    ]
    assert [control(field, {}) for field in fields] == [None] * 4


@pytest.mark.parametrize("more", [{}, {"render_kw": {"class_": "own"}}])
def test_a_form_writes_its_fields_that_way(more):
    row = type("Row", (RowForm,), {"one": wtforms.StringField("One", **more)})(data={"one": "<x>"})
    plain = made(wtforms.StringField, "<x>", **more)
    assert row.one(rows=2) == plain(rows=2)


def test_a_hint_of_one_value_is_tied_to_its_box_and_only_those_named_are_shown():
    field = made(wtforms.RadioField, "b", choices=choices([("a", "A"), ("b", "B"), ("c", "C")]))
    shown = boxes(field, "radio", {"b": "Why <b>"}, ["a", "b"])
    assert 'id="one-1" name="one" value="b" checked aria-describedby="one-1-hint">' in shown
    assert '<div class="field-hint" id="one-1-hint">Why &lt;b&gt;</div>' in shown
    assert 'value="c"' not in shown

"""What carrying a form out leaves behind: the row, the session, the messages and the form itself."""

import pytest
from flask import get_flashed_messages
from sqlalchemy.orm.exc import StaleDataError
from wtforms import FieldList, FormField

from app.core.controls import RowForm
from app.core.db import db
from app.core.errors import Refusal, Stale, TooLarge
from app.core.forms import CheckedForm, Form, LocalizedField, TextField, VersionField, check_version
from app.core.pages import say
from app.people.models import User


class NameForm(Form):
    class Meta:
        csrf = False

    name = TextField("Name")
    version = VersionField()


class FileA(CheckedForm):
    salt = "a"


class FileB(CheckedForm):
    salt = "b"


class Line(RowForm):
    where = TextField("Where")


class WholeForm(NameForm):
    title = LocalizedField("Title")
    lines = FieldList(FormField(Line), "Lines", min_entries=2)


def test_each_input_has_the_label_under_which_it_is_filled_in(app):
    with app.test_request_context():
        labels = WholeForm().labels()
    assert {name: labels[name] for name in ("name", "title-fr", "lines-1-where")} == {
        "name": "Name",
        "title-fr": "Title (Français)",
        "lines-1-where": "Lines: Where",
    }


@pytest.fixture
def row(app, personas) -> User:
    db.session.commit()
    return personas.reader


@pytest.fixture
def form(app, row):
    with app.test_request_context(method="POST", data={"name": "New", "version": row.version}):
        yield NameForm()


def save(form, row, error=None):
    """A view: it answers "done" from within the block, or with the form and its status."""
    if form.validate_on_submit():
        with form.saving(row):
            check_version(row, form.version.data)
            row.name = form.name.data
            db.session.flush()
            say("Saved.")
            if error:
                raise error
            return "done"
    return form, form.status


def kept(row) -> str:
    db.session.rollback()
    db.session.refresh(row)
    return row.name


def test_what_the_block_does_is_committed_and_its_answer_returned(form, row):
    assert save(form, row) == "done"
    assert kept(row) == "New"
    assert get_flashed_messages() == ["Saved."]
    assert form.refused is None


def test_a_refusal_undoes_the_block_and_is_written_at_its_field(form, row):
    before = row.name
    assert save(form, row, TooLarge("Too long a name.", field="name")) == (form, 413)
    assert kept(row) == before
    assert form.name.errors == ["Too long a name."]
    assert form.name.data == "New"
    assert get_flashed_messages() == []


@pytest.mark.parametrize("field", [None, "no_such_field", "errors"])
def test_a_refusal_of_no_field_stands_above_the_form(form, row, field):
    assert save(form, row, Refusal("Not today.", field=field)) == (form, 422)
    assert form.form_errors == ["Not today."]


def test_who_is_told_of_another_version_has_seen_it(form, row):
    form.version.data = "0"
    assert save(form, row) == (form, 409)
    assert isinstance(form.refused, Stale)
    assert form.version.data == str(row.version)


def test_other_refusals_do_not_count_as_having_seen_the_row(form, row):
    form.version.data = "0"
    with form.saving(row):
        raise Refusal("Something else is wrong as well.")
    assert form.version.data == "0"


def test_a_commit_that_fails_says_nothing(form, row, monkeypatch):
    def lose() -> None:
        raise StaleDataError("lost the race")

    monkeypatch.setattr(db.session, "commit", lose)
    save(form, row)
    assert form.status == 409
    assert "in the same moment" in str(form.form_errors)
    assert get_flashed_messages() == []


def test_a_commit_that_breaks_says_nothing(form, row, monkeypatch):
    monkeypatch.setattr(db.session, "commit", lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        save(form, row)
    assert get_flashed_messages() == []


def test_what_is_no_refusal_passes_undone_and_unsaid(form, row):
    before = row.name
    with pytest.raises(ZeroDivisionError):
        save(form, row, ZeroDivisionError())
    assert kept(row) == before
    assert form.refused is None
    assert get_flashed_messages() == []


def test_a_form_that_is_wrong_is_422_and_one_shown_again_is_200(app):
    with app.test_request_context(method="POST", data={"name": "New"}):
        form = NameForm()
        assert form.validate_on_submit()
        assert form.status == 200
        form.name.errors = ["Wrong."]
        assert form.status == 422


def test_what_was_checked_comes_back_and_only_for_its_own_kind_of_import(app):
    with app.test_request_context():
        signed = FileA.of(7, "print").checked.data
        assert FileA(formdata=None, checked=signed).what_was_checked() == (7, "print")
        for other in (FileB(formdata=None, checked=signed), FileA(formdata=None, checked=f"{signed}x"), FileA()):
            with pytest.raises(Refusal, match="Check the file first"):
                other.what_was_checked()

"""What a draft said before: who wrote what, any two revisions word by word, an older text brought back."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.actors import Actor
from app.core.db import db
from app.core.forms import check_version, sent
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.word_differences import compare_words
from app.practices import bp, operations, queries
from app.practices.draft_views import own_practice
from app.practices.drafting_models import DraftRevision
from app.practices.forms import CompareForm, VersionForm
from app.practices.merging import LANGUAGE, by_name, from_names
from app.practices.models import Practice
from app.practices.policies import can_edit_practice
from app.practices.reading import ShownField, read_content, titles
from app.practices.revisions import revision, revisions_of
from app.practices.writing import as_lines


def _read(practice: Practice, row: DraftRevision) -> dict[str, tuple[str, str]]:
    """Name of a field -> its label and its text."""
    read = read_content(
        practice.call.template,
        row.content,
        questions=queries.state_questions(practice.meeting_id),
        known=titles(),
        contact=True,
        empty=True,
    )
    found: Mapping[str, ShownField] = {field.name: field for section in read for field in section.fields}
    language = {LANGUAGE: (_("Language you write in"), LANGUAGE_NAMES[row.language])}
    return language | {name: (field.label, as_lines(field)) for name, field in found.items()}


def _differences(practice: Practice, older: DraftRevision, newer: DraftRevision) -> list[dict[str, Any]]:
    before, after = _read(practice, older), _read(practice, newer)
    return [
        {"name": name, "label": label, "pieces": compare_words(before.get(name, ("", ""))[1], text)}
        for name, (label, text) in after.items()
        if before.get(name, ("", ""))[1] != text
    ]


@bp.get("/practices/drafts/<int:practice_id>/history")
@own_practice
def history(practice: Practice) -> Any:
    """Who wrote what; with two numbers in the address, what differs between these revisions."""
    form = CompareForm(request.args)
    older = newer = None
    if form.older.data and form.newer.data:
        older, newer = (revision(practice.id, one) for one in sorted((form.older.data, form.newer.data)))
    rows = revisions_of(practice.id)
    labels = _labels(practice)
    return render_template(
        "practices/history.html",
        practice=practice,
        meeting=practice.meeting,
        rows=rows,
        changed={row.id: [labels[name] for name in row.fields if name in labels] for row in rows},
        older=older,
        newer=newer,
        differences=_differences(practice, older, newer) if older and newer else [],
        may_edit=can_edit_practice(current_user, practice) and practice.state.editable,
        current_language=current_language(),
    )


def _labels(practice: Practice) -> dict[str, str]:
    """Name of a field -> its label, for lists."""
    questions = queries.state_questions(practice.meeting_id)
    read = read_content(practice.call.template, {}, questions=questions, known=titles(), contact=True, empty=True)
    found = {field.name: field.label for section in read for field in section.fields}
    numbered = {f"answers.{one.key}": _("Question %(number)d", number=one.number) for one in questions}
    return {**found, **numbered, LANGUAGE: _("Language you write in")}


def _revision(actor: Actor, practice_id: int, number: int) -> DraftRevision:
    return revision(queries.practice_by_id(actor, practice_id).id, number)


def can_bring_back(actor: Actor, row: DraftRevision) -> bool:
    """Those who write for the delegation bring an older text back."""
    return can_edit_practice(actor, row.practice)


@bp.post("/practices/drafts/<int:practice_id>/history/<int:number>/bring-back")
@signed_in(can_bring_back, load=_revision)
def bring_back(row: DraftRevision) -> Any:
    """Put a revision's text, or the one field that is named, in the place of the draft's, which stays in the history."""
    form = sent(VersionForm())
    practice = row.practice
    operations.hold(practice)
    check_version(practice, form.version.data)
    content, language = row.content, row.language
    if name := request.form.get("field", ""):
        own = by_name(practice.content, practice.language)
        content, language = from_names({**own, name: by_name(row.content, row.language).get(name)})
    operations.save_draft(practice, content=content, language=language, by=current_user, apart=True)
    practice_id = practice.id
    say(_("The older text is back. What it replaced is still in the history."))
    db.session.commit()
    return back_to("practices.history", practice_id=practice_id)

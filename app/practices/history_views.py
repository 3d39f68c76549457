"""What a draft said before: who wrote what, any two revisions word by word, an older text brought back."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.core.actors import Actor
from app.core.db import db
from app.core.forms import check_version, sent
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.word_differences import compare_words
from app.practices import bp, operations, queries
from app.practices.draft_views import standing_practice
from app.practices.drafting_models import DraftRevision
from app.practices.forms import VersionForm
from app.practices.holding import hold
from app.practices.merging import LANGUAGE, by_name, from_names
from app.practices.models import Practice
from app.practices.policies import can_edit_practice
from app.practices.reading import ShownField, fields_by_name, names_of_fields, read_content, titles
from app.practices.revisions import revision, revisions_of
from app.practices.template import Kind, fields
from app.practices.templates import file_fields, whole_template
from app.practices.writing import as_lines


class Reader:
    """Reads revisions of one draft; what its fields and terms are called is looked up once."""

    def __init__(self, practice: Practice) -> None:
        self.template = whole_template(practice.call)
        self.there = {field.content_key for field in fields(practice.call.template) if field.kind is not Kind.FILES}
        self.questions = queries.state_questions(practice.meeting_id)
        self.known = titles()

    def fields(self, content: Mapping[str, Any]) -> dict[str, ShownField]:
        """All fields by name."""
        return fields_by_name(
            read_content(self.template, content, questions=self.questions, known=self.known, contact=True, empty=True)
        )

    def labels(self) -> dict[str, str]:
        """Name of a field -> what it is called in a list."""
        return {**names_of_fields(self.template, self.questions, self.fields({})), LANGUAGE: _("Language you write in")}

    def texts(self, row: DraftRevision) -> dict[str, str]:
        """Name of a field -> its text in a revision."""
        found = {name: as_lines(field) for name, field in self.fields(row.content).items()}
        return {LANGUAGE: LANGUAGE_NAMES[row.language], **found}

    def differences(self, older: DraftRevision, newer: DraftRevision) -> list[dict[str, Any]]:
        """The fields that two revisions have not alike, word by word."""
        before, after, labels = self.texts(older), self.texts(newer), self.labels()
        return [
            {
                "name": name,
                "label": labels[name],
                "pieces": compare_words(before[name], text),
                "there": name == LANGUAGE or name.partition(".")[0] in self.there,
            }
            for name, text in after.items()
            if before[name] != text
        ]


@bp.get("/practices/drafts/<int:practice_id>/history")
@standing_practice
def history(practice: Practice) -> Any:
    """Who wrote what; with two numbers in the address, what differs between these revisions."""
    older = newer = None
    chosen = sorted(request.args.get(name, 0, type=int) for name in ("older", "newer"))
    if chosen[0]:
        older, newer = (revision(practice.id, number) for number in chosen)
    page = revisions_of(practice.id, page=request.args.get("page", 1, type=int))
    listed = {row.number for row in page.items}
    numbers: dict[str, Any] = {"older": older.number, "newer": newer.number} if older and newer else {}
    reader = Reader(practice)
    labels = reader.labels()
    return render_template(
        "practices/history.html",
        practice=practice,
        meeting=practice.meeting,
        page=page,
        page_url=lambda number: url_for("practices.history", practice_id=practice.id, page=number, **numbers),
        elsewhere=[(name, number) for name, number in numbers.items() if number not in listed],
        changed={row.id: [labels[name] for name in row.fields if name in labels] for row in page.items},
        older=older,
        newer=newer,
        differences=reader.differences(older, newer) if older and newer else [],
        may_edit=can_edit_practice(current_user, practice) and practice.state.editable,
    )


def _revision(actor: Actor, practice_id: int, number: int) -> DraftRevision:
    return revision(queries.own_practice_by_id(actor, practice_id).id, number)


def can_bring_back(actor: Actor, row: DraftRevision) -> bool:
    """Those who write for the delegation bring an older text back."""
    return can_edit_practice(actor, row.practice)


@bp.post("/practices/drafts/<int:practice_id>/history/<int:number>/bring-back")
@signed_in(can_bring_back, load=_revision)
def bring_back(row: DraftRevision) -> Any:
    """Put a revision's text, or one field of it, in the place of the draft's, which stays in the history."""
    form = sent(VersionForm())
    practice = row.practice
    hold(practice)
    check_version(practice, form.version.data)
    content, language = row.content, row.language
    if name := request.form.get("field", ""):
        own = by_name(practice.content, practice.language)
        content, language = from_names({**own, name: by_name(row.content, row.language).get(name)})
    names = file_fields(practice.call)  # which files are there, the files say
    content = {key: value for key, value in content.items() if key not in names}
    content |= {key: practice.content[key] for key in names if key in practice.content}
    operations.save_draft(practice, content=content, language=language, by=current_user, apart=True)
    practice_id = practice.id
    say(_("The older text is back. What it replaced is still in the history."))
    db.session.commit()
    return back_to("practices.history", practice_id=practice_id)

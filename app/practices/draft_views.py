"""The delegation's pages: writing a draft, checking it, submitting it, its receipt."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, Stale
from app.core.forms import check_version, sent
from app.core.localized import LANGUAGE_NAMES
from app.core.merging import as_seen
from app.core.pages import back_to, say
from app.core.policies import public, signed_in
from app.documents.responses import send
from app.practices import bp, operations, queries, templates
from app.practices.building import change_text
from app.practices.content import Problem, problems, working_text
from app.practices.draft_form import GROUPS, LISTS, DraftForm, draft_form, progress
from app.practices.enums import PracticeState
from app.practices.forms import VersionForm
from app.practices.labels import DECISIONS, LATE, STATE_KINDS, STATES
from app.practices.merging import Merged, by_name, merge
from app.practices.models import Practice, PracticeFile
from app.practices.policies import (
    can_edit_practice,
    can_read_own_practice,
)
from app.practices.reading import ShownField, read_content, titles
from app.practices.sending import made_with, sent_content, sent_template
from app.practices.suggesting import offered
from app.practices.template import ANSWERS, FILES_LIMIT, sections
from app.practices.templates import file_fields, keep_aside, unseen_changes


def file_lines(items: list[PracticeFile]) -> list[dict[str, Any]]:
    """Return attachments as components/file_list.html takes them."""
    return [
        {
            "id": item.id,
            "name": item.file.name,
            "size": item.file.size,
            "kind": item.file.name.rsplit(".", 1)[-1].upper(),
            "url": url_for("practices.attachment", file_id=item.id),
        }
        for item in items
    ]


own_draft = signed_in(can_edit_practice, load=queries.practice_by_id)
own_practice = signed_in(can_read_own_practice, load=queries.practice_by_id)


def _form(practice: Practice) -> DraftForm:
    """The form of the draft, in the template of the page that was sent."""
    return draft_form(sent_template(practice), queries.state_questions(practice.meeting_id), titles(), practice)


def draft_page(practice: Practice, form: DraftForm) -> Any:
    """Return the long form of a draft and its status."""
    questions = queries.state_questions(practice.meeting_id)
    template = practice.call.template
    found = problems(template, practice.content, questions)
    if not form.is_submitted():
        form.show([problem for problem in found if not problem.missing])
    returned = practice.reviews[-1] if practice.reviews else None
    unseen = unseen_changes(practice, current_user)
    page = render_template(
        "practices/edit.html",
        practice=practice,
        meeting=practice.meeting,
        form=form,
        sections=sections(template),
        questions=questions,
        progress=progress(template, practice.content, questions, found),
        deadline=practice.call.deadline_for(practice.delegation_id),
        files=file_lines([item for item in practice.attachments if not item.field]),
        files_at={
            key: file_lines([item for item in practice.attachments if item.field == key])
            for key in file_fields(practice.call)
        },
        changed=[(item, [change_text(change) for change in item.changes]) for item in unseen],
        aside=templates.listed(practice),
        targets=templates.text_targets(practice, questions),
        returned=returned if practice.state is PracticeState.RETURNED else None,
        late=_late(practice),
        overdue=_overdue(practice),
        saved_at=_clock_text(practice),
        files_limit=FILES_LIMIT,
        parts=GROUPS,
        lists=LISTS,
        suggested=offered(template, practice.content, practice.language),
        similar_url=url_for("practices.similar", practice_id=practice.id),
    )
    return page, form.refused.status if form.refused else 200


def _overdue(practice: Practice) -> bool:
    """Whether what is submitted now is accepted, as late."""
    at = now()
    late = at >= practice.call.deadline_for(practice.delegation_id)
    return late and practice.call.is_open_for(practice.delegation_id, at)


def _late(practice: Practice) -> bool:
    return not practice.call.is_open_for(practice.delegation_id, now())


def _clock_text(practice: Practice) -> str:
    return practice.saved_at.astimezone(practice.meeting.tz).strftime("%H:%M")


@bp.get("/practices/drafts/<int:practice_id>")
@own_draft
def edit(practice: Practice) -> Any:
    """The long form of a draft."""
    if not practice.state.editable:
        return back_to("practices.receipt", practice_id=practice.id)
    return draft_page(practice, _form(practice))


def _content(practice: Practice, form: DraftForm) -> dict[str, Any]:
    return sent_content(practice, form)[0]


def _save(practice: Practice, form: DraftForm) -> None:
    """Keep what the form holds, together with what others saved since in other fields.

    Raises Stale where both changed a field, Refusal as `save_draft`.
    """
    operations.hold(practice)
    operations.must_be_editable(practice)
    (content, lost), language = sent_content(practice, form), form.language.data
    if lost:  # kept whatever becomes of the rest: no page shows these fields any more
        keep_aside(practice, lost, made_with(practice), by=current_user)
        db.session.commit()
        operations.hold(practice)
    try:
        check_version(practice, form.version.data)
    except Stale:
        both = _merged(practice, form)
        if both.conflicts:
            raise
        content, language = both.content, both.language
    operations.save_draft(practice, content=content, language=language, by=current_user)


def _merged(practice: Practice, form: DraftForm) -> Merged:
    mine = by_name(working_text(practice, _content(practice, form)), form.language.data)
    return merge(mine, by_name(practice.content, practice.language), form.version.data)


@bp.post("/practices/drafts/<int:practice_id>")
@own_draft
def save(practice: Practice) -> Any:
    """Keep the text, then do what the button says: more rows, a file more or less, or on to the check."""
    form = _form(practice)
    with form.saving():
        _save(practice, sent(form))
        anchor = _act(practice, form)
        if (action := request.form.get("action")) in ("check", "similar"):
            return back_to(f"practices.{action}", practice_id=practice.id)
        if anchor is None:
            say(_("The draft was saved."))
        return back_to("practices.edit", practice_id=practice.id, _anchor=anchor)
    return (_conflict if isinstance(form.refused, Stale) else draft_page)(practice, form)


def _act(practice: Practice, form: DraftForm) -> str | None:
    """Do what a button other than the form's own asks; return where on the page it was pressed."""
    if name := request.form.get("add_row"):
        return name
    for key in file_fields(practice.call):
        upload = form[f"{key}_file"].data if f"{key}_file" in form else None
        if upload and upload.filename:
            operations.attach_file(practice, upload, by=current_user, field=key)
            return f"{key}_file"
        if request.form.get("attach_to") == key:
            raise Refusal(_("Choose a file first."), field=f"{key}_file")
    if name := request.form.get("remove_row"):
        return name.rpartition("-")[0]
    if name := request.form.get("take") or request.form.get("suggest"):
        return name.partition(":")[0]
    if file_id := request.form.get("remove_file", type=int):
        item = next((item for item in practice.attachments if item.id == file_id), None)
        if item:
            operations.remove_file(item, by=current_user)
        return f"{item.field}_file" if item and item.field else "attachments"
    if form.file.data and form.file.data.filename:
        operations.attach_file(practice, form.file.data, by=current_user)
        return "attachments"
    if request.form.get("action") == "attach":
        raise Refusal(_("Choose a file first."), field="file")
    return None


def _conflict(practice: Practice, form: DraftForm) -> Any:
    """Show the fields that both changed, the text that was sent beside the saved one: nothing was overwritten."""
    both = _merged(practice, form)
    questions, known = queries.state_questions(practice.meeting_id), titles()

    def shown(content: Mapping[str, Any]) -> dict[str, ShownField]:
        read = read_content(practice.call.template, content, questions=questions, known=known, contact=True, empty=True)
        return {field.name: field for section in read for field in section.fields}

    mine, saved = shown(working_text(practice, _content(practice, form))), shown(practice.content)
    differing = [(field, saved[name]) for name, field in mine.items() if name in both.conflicts]
    return render_template(
        "practices/conflict.html",
        practice=practice,
        meeting=practice.meeting,
        form=form,
        sent=_sent_as,
        own=sorted(both.own),
        texts=[pair for pair in differing if pair[0].shape == "text"],
        others=[pair for pair in differing if pair[0].shape != "text"],
        saved_at=_clock_text(practice),
    ), 409


def _sent_as(name: str) -> list[tuple[str, str]]:
    """The inputs of the request that make up one field ("answers.1" is the input "answer_1")."""
    start = name.replace(f"{ANSWERS}.", "answer_")
    return [
        (key, value)
        for key, value in request.form.items(multi=True)
        if key == start or key.startswith((f"{start}-", f"{start}_"))
    ]


@bp.post("/practices/drafts/<int:practice_id>/autosave")
@own_draft
def autosave(practice: Practice) -> Any:
    """Keep the text while it is written; answers with the version to write on (static/js/autosave.js)."""
    form = _form(practice)
    try:
        _save(practice, sent(form))
    except Stale as stale:
        answer = {"message": str(stale), "version": practice.version, "saved": practice.content}
        return jsonify(answer), 409
    except Refusal as refusal:
        db.session.rollback()
        return jsonify(message=str(refusal)), 422
    shown = by_name(working_text(practice, _content(practice, form)), form.language.data)
    answer = {"saved_at_text": _clock_text(practice), "version": as_seen(practice.version, shown)}
    if made_with(practice) != practice.call.template_number:
        answer["saved_at_text"] = _(
            "%(time)s; the form was changed since: save the draft to see it", time=_clock_text(practice)
        )
    db.session.commit()
    return jsonify(answer)


def _check_page(practice: Practice, refusal: Refusal | None = None) -> Any:
    questions = queries.state_questions(practice.meeting_id)
    editable = practice.state.editable
    latest = practice.latest
    content = practice.content if editable or latest is None else latest.content
    template = practice.call.template if editable or latest is None else latest.template
    found: list[Problem] = problems(template, content, questions) if editable else []
    page = render_template(
        "practices/check.html",
        practice=practice,
        meeting=practice.meeting,
        problems=found,
        content=read_content(template, content, questions=questions, known=titles(), contact=True, empty=editable),
        by_name={problem.name: problem for problem in found},
        refusal=refusal,
        late=_late(practice),
        overdue=_overdue(practice),
        files=file_lines(practice.attachments),
        language_name=LANGUAGE_NAMES[practice.language],
        deadline=practice.call.deadline_for(practice.delegation_id),
        may_edit=can_edit_practice(current_user, practice) and editable,
    )
    return page, refusal.status if refusal else 200


def _not_withdrawn(practice: Practice) -> None:
    if practice.state is PracticeState.WITHDRAWN:
        raise NotFound


@bp.get("/practices/drafts/<int:practice_id>/check")
@own_practice
def check(practice: Practice) -> Any:
    """Everything that was written and what is missing; of a submitted practice, what was submitted."""
    _not_withdrawn(practice)
    return _check_page(practice)


@bp.post("/practices/drafts/<int:practice_id>/check")
@own_draft
def submit(practice: Practice) -> Any:
    """Submit to the secretariat, once: a second click or a second tab gets the same receipt."""
    form = VersionForm()
    with form.saving():
        seen = sent(form).version.data or ""
        operations.submit_practice(practice, received_at=g.received_at, by=current_user, seen=seen)
        return back_to("practices.receipt", practice_id=practice.id)
    if isinstance(form.refused, operations.CallClosed):
        return render_template(
            "practices/closed.html",
            practice=practice,
            meeting=practice.meeting,
            deadline=practice.call.deadline_for(practice.delegation_id),
            received_at=g.received_at,
        ), form.status
    _not_withdrawn(practice)
    return _check_page(practice, form.refused)


@bp.get("/practices/drafts/<int:practice_id>/receipt")
@own_practice
def receipt(practice: Practice) -> Any:
    """The reference, the moment and the fingerprint of the last submission, and what came of it."""
    if practice.latest is None and practice.state is not PracticeState.WITHDRAWN:
        return back_to("practices.check", practice_id=practice.id)
    return render_template(
        "practices/receipt.html",
        late_text=LATE,
        practice=practice,
        meeting=practice.meeting,
        version=practice.latest,
        states=STATES,
        kinds=STATE_KINDS,
        decisions=DECISIONS,
        may_edit=can_edit_practice(current_user, practice),
        withdrawn=practice.state is PracticeState.WITHDRAWN,
    )


@bp.get("/practices/files/<int:file_id>")
@public(load=queries.attachment)
def attachment(item: PracticeFile) -> Response:
    """An attachment, as a download, for those who may see the practice."""
    return send(item.file)

"""The delegation's pages of drafts: starting one, writing it, its files."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.errors import Forbidden, Refusal, Stale
from app.core.forms import check_version, sent
from app.core.languages import current_language
from app.core.pages import back_to, say
from app.core.policies import public, signed_in
from app.documents.responses import send
from app.meetings.models import Delegation, GuidingQuestion
from app.meetings.policies import can_write_for
from app.meetings.queries import delegations_of
from app.practices import bp, operations, queries
from app.practices.autosaving import note_presence
from app.practices.content import problems, working_text
from app.practices.draft_form import GROUPS, LISTS, DraftForm, content_of, draft_form, drop_row, progress
from app.practices.enums import PracticeState
from app.practices.forms import StartForm
from app.practices.labels import STATE_KINDS, STATES
from app.practices.merging import Merged, by_name, merge
from app.practices.models import Call, Intake, Practice, PracticeFile
from app.practices.policies import (
    WRITING_PARTIES,
    can_edit_practice,
    can_read_own_practice,
    can_see_delegation,
    can_start_practice,
)
from app.practices.reading import ShownField, read_content, titles
from app.practices.template import ANSWERS, sections
from app.practices.writing import answer_autosave, clock_text, page_sent, told_of


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


def _writing_delegation(actor: Actor, slug: str) -> Delegation:
    """The person's delegation of a State to the session (of several, the one that `code` names)."""
    code = request.args.get("code", "").lower()
    own = [
        delegation
        for delegation in delegations_of(actor)
        if delegation.meeting.slug == slug
        and delegation.party.kind in WRITING_PARTIES
        and code in ("", delegation.party.code.lower())
    ]
    if not own:
        raise NotFound
    return next((delegation for delegation in own if can_write_for(actor, delegation)), own[0])


def _call(delegation: Delegation) -> Call:
    call = queries.call_of(delegation.meeting_id)
    if call is None:
        raise NotFound
    return call


@bp.route("/sessions/<slug>/practices/new", methods=["GET", "POST"])
@signed_in(can_see_delegation, load=_writing_delegation)
def new(delegation: Delegation) -> Any:
    """What the call asks, what the delegation has, and the language to begin a draft in."""
    call = _call(delegation)
    form = StartForm(data={"language": current_language()})
    own = queries.practices_of_delegations([delegation.id])
    if form.is_submitted() and not can_start_practice(current_user, delegation):
        raise Forbidden
    if form.validate_on_submit():
        # A second click finds the draft of the first, which nobody has written in yet.
        blank = [
            item
            for item in own
            if item.state is PracticeState.DRAFT
            and not item.content
            and item.created_by_id == current_user.id
            and item.language == form.language.data
        ]
        with form.saving():
            practice = (
                blank[0]
                if blank
                else operations.start_practice(call, delegation, language=form.language.data, by=current_user)
            )
            return back_to("practices.edit", practice_id=practice.id)
    at, deadline = now(), call.deadline_for(delegation.id)
    return render_template(
        "practices/new.html",
        delegation=delegation,
        meeting=delegation.meeting,
        call=call,
        form=form,
        own=own,
        states=STATES,
        kinds=STATE_KINDS,
        deadline=deadline,
        open_now=call.is_open_for(delegation.id, at),
        opened=call.opens_at <= at,
        may_start=can_start_practice(current_user, delegation),
        sections=sections(call.template),
        questions=queries.state_questions(delegation.meeting_id),
    ), form.status


own_draft = signed_in(can_edit_practice, load=queries.practice_by_id)
edited_draft = signed_in(can_edit_practice, load=queries.practice_to_edit)
own_practice = signed_in(can_read_own_practice, load=queries.practice_by_id)


def _page(practice: Practice, form: DraftForm, questions: Sequence[GuidingQuestion]) -> Any:
    template = practice.call.template
    found = problems(template, practice.content, questions)
    if not form.is_submitted():
        form.show([problem for problem in found if not problem.missing])
    page = render_template(
        "practices/edit.html",
        practice=practice,
        meeting=practice.meeting,
        form=form,
        sections=sections(template),
        questions=questions,
        progress=progress(template, practice.content, questions, found),
        deadline=practice.call.deadline_for(practice.delegation_id),
        files=file_lines(practice.attachments),
        returned=practice.reviews[-1] if practice.state is PracticeState.RETURNED else None,
        late=is_late(practice),
        intake=practice.to_confirm,
        saved_at=clock_text(practice),
        files_limit=operations.FILES_LIMIT,
        parts=GROUPS,
        lists=LISTS,
        **told_of(practice, template, besides=current_user),
    )
    return page, form.refused.status if form.refused else 200


def is_late(practice: Practice) -> bool:
    """Whether it cannot be submitted any more: the call is closed, or what staff recorded came after the deadline."""
    if intake := practice.to_confirm:
        return not practice.call.came_in_time(practice.delegation_id, intake.received_at)
    return not practice.call.is_open_for(practice.delegation_id, now())


@bp.get("/practices/drafts/<int:practice_id>")
@edited_draft
def edit(practice: Practice) -> Any:
    """The long form of a draft."""
    if practice.state is PracticeState.WITH_CAPITAL:
        return back_to("practices.clearance_page", practice_id=practice.id)
    if not practice.state.editable:
        return back_to("practices.receipt", practice_id=practice.id)
    questions = queries.state_questions(practice.meeting_id)
    return _page(practice, draft_form(practice.call.template, questions, titles(), practice), questions)


def content_sent(practice: Practice | Intake, form: DraftForm) -> dict[str, Any]:
    """What the person sent; fields that were not sent, or of which they keep the saved answer, as saved."""
    content = content_of(
        form,
        practice.call.template,
        queries.state_questions(practice.meeting_id),
        saved=practice.content,
        sent={*request.form, *request.form.getlist("fields")},
    )
    content |= {key: practice.content.get(key) for key in request.form.getlist("keep_saved") if key in content}
    drop_row(form, content, request.form.get("remove_row", ""))
    return content


def _save(practice: Practice, form: DraftForm) -> None:
    """Keep what the form holds, together with what others saved since in other fields.

    Raises Stale where both changed a field, Refusal as `save_draft`.
    """
    operations.hold(practice)
    operations.must_be_editable(practice)
    content, language = content_sent(practice, form), form.language.data
    try:
        check_version(practice, form.version.data)
    except Stale:
        both = merged(practice, form)
        if both.conflicts:
            raise
        content, language = both.content, both.language
    note_presence(practice, page_sent(practice.call.template), by=current_user)
    operations.save_draft(practice, content=content, language=language, by=current_user)


def merged(practice: Practice | Intake, form: DraftForm) -> Merged:
    """What the form holds together with what was saved since, and the fields that both changed."""
    mine = by_name(working_text(practice, content_sent(practice, form)), form.language.data)
    return merge(mine, by_name(practice.content, practice.language), form.version.data)


@bp.post("/practices/drafts/<int:practice_id>")
@edited_draft
def save(practice: Practice) -> Any:
    """Keep the text, then do what the button says: more rows, a file more or less, or on to the check."""
    questions = queries.state_questions(practice.meeting_id)
    form = draft_form(practice.call.template, questions, titles(), practice)
    with form.saving():
        _save(practice, sent(form))
        anchor = _act(practice, form)
        if request.form.get("action") == "check":
            return back_to("practices.check", practice_id=practice.id)
        if anchor is None:
            say(_("The draft was saved."))
        return back_to("practices.edit", practice_id=practice.id, _anchor=anchor)
    return _conflict(practice, form) if isinstance(form.refused, Stale) else _page(practice, form, questions)


def _act(practice: Practice, form: DraftForm) -> str | None:
    """Do what a button other than the form's own asks; return where on the page it was pressed."""
    if section := request.form.get("hold"):
        return f"section-{section}"
    if name := request.form.get("add_row"):
        return name
    if name := request.form.get("remove_row"):
        return name.rpartition("-")[0]
    if file_id := request.form.get("remove_file", type=int):
        item = next((item for item in practice.attachments if item.id == file_id), None)
        if item:
            operations.remove_file(item, by=current_user)
        return "attachments"
    if form.file.data and form.file.data.filename:
        operations.attach_file(practice, form.file.data, by=current_user)
        return "attachments"
    if request.form.get("action") == "attach":
        raise Refusal(_("Choose a file first."), field="file")
    return None


def shown_fields(practice: Practice | Intake, content: Mapping[str, Any]) -> dict[str, ShownField]:
    """All fields of content to be read, by name."""
    questions = queries.state_questions(practice.meeting_id)
    read = read_content(practice.call.template, content, questions=questions, known=titles(), contact=True, empty=True)
    return {field.name: field for section in read for field in section.fields}


def _conflict(practice: Practice, form: DraftForm) -> Any:
    """Show the fields that both changed, the text that was sent beside the saved one: nothing was overwritten."""
    both = merged(practice, form)
    mine = shown_fields(practice, working_text(practice, content_sent(practice, form)))
    saved = shown_fields(practice, practice.content)
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
        saved_at=clock_text(practice),
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
@signed_in(can_edit_practice, load=queries.practice_to_write)
def autosave(practice: Practice) -> Any:
    """Keep the fields that were touched while they are written; note and tell who is there."""
    return answer_autosave(practice, practice.call.template, by=current_user)


@bp.get("/practices/files/<int:file_id>")
@public(load=queries.attachment)
def attachment(item: PracticeFile) -> Response:
    """An attachment, as a download, for those who may see the practice."""
    return send(item.file)

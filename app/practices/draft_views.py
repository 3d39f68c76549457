"""The delegation's pages of a draft: writing it, its files."""

from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, Stale
from app.core.forms import check_version, overtaken, sent
from app.core.merging import as_seen, marks_in
from app.core.pages import back_to, say
from app.core.policies import public, signed_in
from app.documents.responses import send
from app.practices import attaching, bp, operations, queries, templates
from app.practices.autosaving import note_presence
from app.practices.building import change_text
from app.practices.clearance_queries import sent_back
from app.practices.content import problems, working_text
from app.practices.draft_form import GROUPS, LISTS, DraftForm, draft_form, progress
from app.practices.enums import PracticeState
from app.practices.holding import hold
from app.practices.merging import LANGUAGE, Merged, by_name, merge
from app.practices.models import Intake, Practice, PracticeFile
from app.practices.news import news_for
from app.practices.policies import can_edit_practice, can_read_own_practice
from app.practices.reading import ShownField, fields_by_name, read_content, titles
from app.practices.sending import belongs, made_with, sent_content, sent_template
from app.practices.suggesting import offered
from app.practices.template import FILES_LIMIT, sections
from app.practices.templates import file_fields, keep_aside
from app.practices.writing import answer_autosave, clock_text, keep_the_rest, page_sent, told_of


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
edited_draft = signed_in(can_edit_practice, load=queries.practice_to_edit)
own_practice = signed_in(can_read_own_practice, load=queries.practice_by_id)


def _standing(actor: Actor, practice_id: int) -> Practice:
    """A practice that was not withdrawn: of one that was, only what became of it is left to see."""
    practice = queries.practice_by_id(actor, practice_id)
    if practice.state is PracticeState.WITHDRAWN:
        raise NotFound
    return practice


standing_draft = signed_in(can_edit_practice, load=_standing)
standing_practice = signed_in(can_read_own_practice, load=_standing)


def _form(practice: Practice) -> DraftForm:
    """The form of the draft, in the template of the page that was sent."""
    known = titles(practice.meeting.mechanism_id)
    return draft_form(sent_template(practice), queries.state_questions(practice.meeting_id), known, practice)


def draft_page(practice: Practice, form: DraftForm | None = None) -> Any:
    """Return the long form of a draft (as it was sent, or as it is saved) and its status."""
    questions = queries.state_questions(practice.meeting_id)
    template = practice.call.template
    form = form or draft_form(template, questions, titles(practice.meeting.mechanism_id), practice, sent=False)
    found = problems(template, practice.content, questions)
    if not form.is_submitted():
        form.show([problem for problem in found if not problem.missing])
    news = news_for(practice, current_user)
    due = practice.call.deadline_for(practice.delegation_id)
    page = render_template(
        "practices/edit.html",
        practice=practice,
        meeting=practice.meeting,
        form=form,
        sections=sections(template),
        questions=questions,
        progress=progress(template, practice.content, questions, found),
        deadline=practice.asked_back_by if practice.state is PracticeState.RETURNED else due,
        files=file_lines([item for item in practice.attachments if not item.field]),
        files_at={
            key: file_lines([item for item in practice.attachments if item.field == key])
            for key in file_fields(practice.call)
        },
        changed=[(item.at, [change_text(change) for change in item.changes]) for item in news.changed],
        aside=templates.listed(practice),
        targets=templates.text_targets(practice, questions),
        sent_back=sent_back(practice),
        returned=news.returned,
        remarks=news.remarks,
        late=is_late(practice),
        overdue=is_overdue(practice),
        intake=practice.to_confirm,
        saved_at=clock_text(practice),
        files_limit=FILES_LIMIT,
        parts=GROUPS,
        lists=LISTS,
        suggested=offered(template, practice.content, practice.language),
        similar_url=url_for("practices.similar_to", practice_id=practice.id),
        **told_of(practice, template, besides=current_user),
    )
    return page, form.refused.status if form.refused else 200


def is_overdue(practice: Practice) -> bool:
    """Whether what is submitted now is accepted, as late."""
    at = practice.to_confirm.received_at if practice.to_confirm else now()
    return at >= practice.call.deadline_for(practice.delegation_id) and not is_late(practice)


def is_late(practice: Practice) -> bool:
    """Whether it cannot be submitted any more: the call is closed, what staff recorded came after the deadline, or the
    session was cancelled."""
    if intake := practice.to_confirm:
        in_time = practice.call.takes_received(practice.delegation_id, intake.received_at)
        return not in_time or practice.meeting.cancelled_at is not None
    return not practice.call.is_open_for(practice.delegation_id, now())


@bp.get("/practices/drafts/<int:practice_id>")
@signed_in(can_read_own_practice, load=queries.practice_to_edit)
def edit(practice: Practice) -> Any:
    """The long form of a draft; who only reads along gets the page to read it."""
    if practice.state is PracticeState.WITH_CAPITAL:
        return back_to("practices.clearance_page", practice_id=practice.id)
    if not practice.state.editable:
        return back_to("practices.receipt", practice_id=practice.id)
    if not can_edit_practice(current_user, practice):
        return back_to("practices.check", practice_id=practice.id)
    return draft_page(practice)


def _save(practice: Practice, form: DraftForm) -> None:
    """Keep what the form holds, together with what others saved since in other fields.

    Raises Stale where both changed a field, Refusal as `save_draft`.
    """
    hold(practice)
    operations.must_be_editable(practice)
    (content, lost), language = sent_content(practice, form), form.language.data
    if lost:  # kept whatever becomes of the rest: no page shows these fields any more
        keep_aside(practice, lost, made_with(practice), by=current_user)
        db.session.commit()
        hold(practice)
    if marks_in(form.version.data) is None:
        check_version(practice, form.version.data)
    else:  # the number says nothing: of a text that a browser put back the page shows the number of now
        both = merged(practice, form)
        if both.conflicts:
            raise overtaken()
        content, language = both.content, both.language
    note_presence(practice, page_sent(practice.call.template), by=current_user)
    operations.save_draft(practice, content=content, language=language, by=current_user)


def merged(practice: Practice | Intake, form: DraftForm) -> Merged:
    """What the form holds together with what was saved since, and the fields that both changed."""
    mine = by_name(working_text(practice, sent_content(practice, form)[0]), form.language.data)
    return merge(mine, by_name(practice.content, practice.language), form.version.data)


@bp.post("/practices/drafts/<int:practice_id>")
@edited_draft
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
    if isinstance(form.refused, Stale):
        here: dict[str, Any] = {"practice_id": practice.id}
        return conflict_page(
            practice,
            form,
            party=practice.delegation.party,
            action=url_for("practices.save", **here),
            settles=url_for("practices.autosave", **here),
            back_url=url_for("practices.edit", **here),
            saved_at=clock_text(practice),
        )
    keep_the_rest(practice, form, by=current_user)
    return draft_page(practice, form)


def _act(practice: Practice, form: DraftForm) -> str | None:
    """Do what a button other than the form's own asks; return where on the page it was pressed."""
    if section := request.form.get("hold"):
        return f"section-{section}"
    if name := request.form.get("add_row"):
        return name
    for key in file_fields(practice.call):
        upload = form[f"{key}_file"].data if f"{key}_file" in form else None
        if upload and upload.filename:
            attaching.attach_file(practice, upload, by=current_user, field=key)
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
            attaching.remove_file(item, by=current_user)
        return "attachments"
    if form.file.data and form.file.data.filename:
        attaching.attach_file(practice, form.file.data, by=current_user)
        return "attachments"
    if request.form.get("action") == "attach":
        raise Refusal(_("Choose a file first."), field="file")
    return None


def shown_fields(practice: Practice | Intake, content: Mapping[str, Any]) -> dict[str, ShownField]:
    """All fields of content to be read, by name."""
    questions = queries.state_questions(practice.meeting_id)
    read = read_content(practice.call.template, content, questions=questions, known=titles(), contact=True, empty=True)
    return fields_by_name(read)


def conflict_page(practice: Practice | Intake, form: DraftForm, **more: Any) -> Any:
    """Show the fields that both changed, the text that was sent beside the saved one: nothing was overwritten.

    It says what it shows as saved: what is settled on there stands, whatever others save in other fields meanwhile.
    """
    both = merged(practice, form)
    mine = shown_fields(practice, working_text(practice, sent_content(practice, form)[0]))
    saved = shown_fields(practice, practice.content)
    differing = [(field, saved[name]) for name, field in mine.items() if name in both.conflicts]
    return render_template(
        "practices/conflict.html",
        practice=practice,
        meeting=practice.call.meeting,
        seen=as_seen(practice.version, by_name(practice.content, practice.language)),
        made_with=made_with(practice),
        language=form.language.data if LANGUAGE in both.own | both.conflicts else practice.language,
        sent=_sent_as,
        own=sorted(both.own),
        texts=[pair for pair in differing if pair[0].shape == "text"],
        others=[pair for pair in differing if pair[0].shape != "text"],
        **more,
    ), 409


def _sent_as(name: str) -> list[tuple[str, str]]:
    """The inputs of the request that make up one field ("answers.1" is the input "answer_1")."""
    return [(key, value) for key, value in request.form.items(multi=True) if belongs(key, name)]


@bp.post("/practices/drafts/<int:practice_id>/autosave")
@signed_in(can_edit_practice, load=queries.practice_to_write)
def autosave(practice: Practice) -> Any:
    """Keep the fields that were touched while they are written; note and tell who is there."""
    return answer_autosave(practice, by=current_user)


@bp.get("/practices/files/<int:file_id>")
@public(load=queries.attachment)
def attachment(item: PracticeFile) -> Response:
    """An attachment, as a download, for those who may see the practice."""
    return send(item.file)

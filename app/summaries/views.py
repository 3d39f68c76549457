"""Pages of the consolidation: workspace, matrix, paragraphs, publication."""

from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.core.db import db
from app.core.errors import Refusal, Stale
from app.core.forms import Form, check_version, sent
from app.core.localized import LocalizedText
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff
from app.record.queries import language_of
from app.summaries import bp, operations, presenting, queries
from app.summaries.attributing import AttributionForm
from app.summaries.coverage import source_key
from app.summaries.forms import CiteForm, MergeForm, MoveForm, ParagraphForm, SummaryForm, TitleForm, split_form
from app.summaries.models import Citation, Paragraph, Section, SetAside
from app.summaries.passages import passages
from app.summaries.policies import can_consolidate
from app.summaries.selections import Selection
from app.summaries.sources import SourceText, sources_of

WHOLE_FIELD = "all"
staff_meeting = signed_in(can_consolidate, load=meeting_for_staff)
staff_paragraph = signed_in(can_consolidate, load=queries.paragraph_for_staff)
staff_section = signed_in(can_consolidate, load=queries.section_for_staff)


def _workspace(meeting: Meeting, **forms: Form) -> tuple[str, int]:
    page = presenting.workspace(
        meeting, chosen=request.args.get("source") or request.form.get("source"), place=request.args.get("place", "")
    )
    blank = {"cite_form": CiteForm(), "section_form": TitleForm(), "summary_form": SummaryForm(obj=page.summary)}
    status = max((form.status for form in forms.values()), default=200)
    return render_template("summaries/workspace.html", meeting=meeting, page=page, **{**blank, **forms}), status


def _back(meeting: Meeting, anchor: str, **values: Any) -> Any:
    return back_to("summaries.workspace", slug=meeting.slug, _anchor=anchor, **values)


@bp.get("/sessions/<slug>/consolidation")
@staff_meeting
def workspace(meeting: Meeting) -> Any:
    """The sources beside the summary."""
    return _workspace(meeting)


@bp.post("/sessions/<slug>/consolidation/start")
@staff_meeting
def start(meeting: Meeting) -> Any:
    """Begin the summary."""
    form = SummaryForm()
    if form.validate_on_submit():
        with form.saving():
            operations.start_summary(meeting, title=form.title.data, symbol=form.symbol.data or "", by=current_user)
            return back_to("summaries.workspace", slug=meeting.slug)
    return _workspace(meeting, summary_form=form)


@bp.route("/sessions/<slug>/consolidation/title", methods=["GET", "POST"])
@staff_meeting
def edit_summary(meeting: Meeting) -> Any:
    """Change the summary's title and symbol."""
    summary = queries.summary_of(meeting.id) or abort(404)
    form = SummaryForm(obj=summary)
    if form.validate_on_submit():
        with form.saving(summary):
            check_version(summary, form.version.data)
            operations.edit_summary(summary, title=form.title.data, symbol=form.symbol.data or "", by=current_user)
            say(_("The title was saved."))
            return back_to("summaries.workspace", slug=meeting.slug)
    return render_template("summaries/title.html", summary=summary, meeting=meeting, form=form), form.status


@bp.post("/sessions/<slug>/consolidation/sections")
@staff_meeting
def add_section(meeting: Meeting) -> Any:
    """Add a section at the end."""
    summary = queries.summary_of(meeting.id) or abort(404)
    form = TitleForm()
    if form.validate_on_submit():
        with form.saving():
            section = operations.add_section(summary, title=form.title.data, by=current_user)
            return _back(meeting, f"section-{section.id}")
    return _workspace(meeting, section_form=form)


@bp.route("/consolidation/sections/<int:section_id>", methods=["GET", "POST"])
@staff_section
def edit_section(section: Section) -> Any:
    """Change a section's title."""
    form = TitleForm(obj=section)
    meeting = section.summary.meeting
    if form.validate_on_submit():
        with form.saving(section):
            check_version(section, form.version.data)
            operations.edit_section(section, title=form.title.data, by=current_user)
            return _back(meeting, f"section-{section.id}")
    return render_template("summaries/section.html", section=section, meeting=meeting, form=form), form.status


@bp.post("/consolidation/sections/<int:section_id>/move")
@staff_section
def move_section(section: Section) -> Any:
    """Put a section one up or down, or at a position."""
    form = sent(MoveForm())
    check_version(section, form.version.data)
    operations.move_section(section, position=_position(section.position, form), by=current_user)
    db.session.commit()
    return _back(section.summary.meeting, f"section-{section.id}")


@bp.post("/consolidation/sections/<int:section_id>/delete")
@staff_section
def delete_section(section: Section) -> Any:
    """Take an empty section out."""
    meeting = section.summary.meeting
    operations.delete_section(section, by=current_user)
    db.session.commit()
    return back_to("summaries.workspace", slug=meeting.slug)


@bp.route("/consolidation/sections/<int:section_id>/paragraphs", methods=["GET", "POST"])
@staff_section
def add_paragraph(section: Section) -> Any:
    """Write a paragraph that begins without a source."""
    form, meeting = ParagraphForm(), section.summary.meeting
    if form.validate_on_submit():
        with form.saving():
            paragraph = operations.add_paragraph(section, text=form.text.data, by=current_user)
            return _back(meeting, f"paragraph-{paragraph.id}")
    return render_template("summaries/new_paragraph.html", section=section, meeting=meeting, form=form), form.status


@bp.route("/consolidation/paragraphs/<int:paragraph_id>", methods=["GET", "POST"])
@staff_paragraph
def edit_paragraph(paragraph: Paragraph) -> Any:
    """Change a paragraph's text; the second of two people sees both texts and settles on one."""
    form = ParagraphForm(obj=paragraph)
    meeting = paragraph.section.summary.meeting
    if form.validate_on_submit():
        with form.saving():
            check_version(paragraph, form.version.data)
            operations.edit_paragraph(paragraph, text=form.text.data, by=current_user)
            say(_("The paragraph was saved."))
            return _back(meeting, f"paragraph-{paragraph.id}")
    number = presenting.number_of(paragraph)
    if isinstance(form.refused, Stale):
        mine = form.text.data or LocalizedText()
        page = render_template(
            "summaries/conflict.html", paragraph=paragraph, meeting=meeting, mine=mine, number=number
        )
    else:
        page = render_template(
            "summaries/paragraph.html",
            paragraph=paragraph,
            meeting=meeting,
            form=form,
            attributing=AttributionForm.of(paragraph),
            number=number,
            withdrawn=queries.withdrawn_keys(meeting.id),
            source_key=source_key,
            of_record=language_of(meeting),
        )
    return page, form.status


@bp.post("/consolidation/paragraphs/<int:paragraph_id>/move")
@staff_paragraph
def move_paragraph(paragraph: Paragraph) -> Any:
    """Put a paragraph one up or down, or into another section."""
    form = sent(MoveForm())
    check_version(paragraph, form.version.data)
    section = paragraph.section
    if form.section.data and form.section.data != section.id:
        section = queries.section_for_staff(current_user, form.section.data)
    position = _position(paragraph.position, form)
    if section is paragraph.section and form.direction.data:
        section, position = _past_the_end(paragraph, up=form.direction.data == "up", position=position)
    operations.move_paragraph(paragraph, section=section, position=position, by=current_user)
    db.session.commit()
    return _back(section.summary.meeting, f"paragraph-{paragraph.id}")


@bp.post("/consolidation/paragraphs/<int:paragraph_id>/merge")
@staff_paragraph
def merge_paragraph(paragraph: Paragraph) -> Any:
    """Join a paragraph to the one before it in its section."""
    form = sent(MergeForm())
    check_version(paragraph, form.version.data)
    siblings = paragraph.section.paragraphs
    index = siblings.index(paragraph)
    if index == 0:
        raise Refusal(_l("There is no paragraph before this one in its section."))
    first = operations.merge_paragraphs(siblings[index - 1], paragraph, by=current_user)
    db.session.commit()
    say(_("The two paragraphs are one now. To part them again, split it."))
    return _back(first.section.summary.meeting, f"paragraph-{first.id}")


@bp.route("/consolidation/paragraphs/<int:paragraph_id>/split", methods=["GET", "POST"])
@staff_paragraph
def split_paragraph(paragraph: Paragraph) -> Any:
    """Cut a paragraph in two."""
    meeting = paragraph.section.summary.meeting
    form = split_form(paragraph, queries.withdrawn_keys(meeting.id))
    if form.validate_on_submit():
        with form.saving():
            check_version(paragraph, form.version.data)
            second = operations.split_paragraph(
                paragraph,
                after={code: form[f"after_{code}"].data for code in paragraph.text},
                citations=form.citations.data or [],
                by=current_user,
            )
            say(_("The paragraph was split. To undo it, join the second to the one before."))
            return _back(meeting, f"paragraph-{second.id}")
    return render_template(
        "summaries/split.html",
        paragraph=paragraph,
        meeting=meeting,
        form=form,
        number=presenting.number_of(paragraph),
        possible=all(len(passages(text)) > 1 for text in paragraph.text.values()),
    ), form.status


@bp.post("/consolidation/paragraphs/<int:paragraph_id>/delete")
@staff_paragraph
def delete_paragraph(paragraph: Paragraph) -> Any:
    """Take a paragraph out."""
    form = sent(MergeForm())
    check_version(paragraph, form.version.data)
    meeting = paragraph.section.summary.meeting
    operations.delete_paragraph(paragraph, by=current_user)
    db.session.commit()
    say(_("The paragraph was deleted. The passages it cited are open again."))
    return back_to("summaries.workspace", slug=meeting.slug)


def _selection(form: CiteForm, sources: list[SourceText]) -> Selection:
    """Return the passage that the form names; raises Refusal where it names none."""
    source = next((item for item in sources if item.key == form.source.data), None)
    if source is None:
        raise Refusal(_l("This source is no longer among the submitted texts."))
    if form.quote.data and form.start.data is not None and form.end.data is not None:
        quote = form.quote.data.replace("\r\n", "\n")
        return Selection(source, form.field.data or "", form.start.data, form.end.data, quote)
    name, _sep, number = (form.sentence.data or "").partition("|")
    text = source.fields.get(name, "")
    if number == WHOLE_FIELD and text:
        return Selection(source, name, 0, len(text), text)
    found = [item for item in passages(text) if str(item.number) == number]
    if not found:
        raise Refusal(_l("Select some words of the source, or choose a numbered sentence."), field="sentence")
    return Selection(source, name, found[0].start, found[0].end, found[0].text)


@bp.post("/sessions/<slug>/consolidation/cite")
@staff_meeting
def cite(meeting: Meeting) -> Any:
    """Tie a passage to a paragraph, or begin a new paragraph from it."""
    form = CiteForm()
    if form.validate_on_submit():
        with form.saving():
            selection = _selection(form, list(sources_of(meeting.id)))
            kind, _sep, key = (form.place.data or "").partition("-")
            if kind == "section" and key.isdigit():
                section = queries.section_for_staff(current_user, int(key))
                paragraph = operations.cite_in_new_paragraph(section, selection, by=current_user)
            elif kind == "paragraph" and key.isdigit():
                paragraph = queries.paragraph_for_staff(current_user, int(key))
                section = paragraph.section
                operations.cite(paragraph, selection, by=current_user)
            else:
                raise Refusal(_l("Choose where in the summary the passage goes."), field="place")
            if section.summary.meeting_id != meeting.id:
                abort(404)
            place = f"paragraph-{paragraph.id}"
            return _back(meeting, place, source=selection.source.key, place=place)
    return _workspace(meeting, cite_form=form)


@bp.post("/sessions/<slug>/consolidation/set-aside")
@staff_meeting
def set_aside(meeting: Meeting) -> Any:
    """Record that a passage will not be reflected, and why."""
    form = CiteForm()
    summary = queries.summary_of(meeting.id) or abort(404)
    if form.validate_on_submit():
        with form.saving():
            selection = _selection(form, list(sources_of(meeting.id)))
            operations.set_aside(summary, selection, reason=form.reason.data or "", by=current_user)
            say(_("The passage was set aside. It can be opened again where the source shows it."))
            return back_to("summaries.workspace", slug=meeting.slug, source=selection.source.key)
    return _workspace(meeting, cite_form=form)


@bp.post("/consolidation/set-asides/<int:set_aside_id>/reopen")
@signed_in(can_consolidate, load=queries.set_aside_for_staff)
def reopen(row: SetAside) -> Any:
    """Take a set-aside back."""
    meeting = row.summary.meeting
    operations.reopen(row, by=current_user)
    db.session.commit()
    say(_("The passage is open again."))
    if request.form.get("from") == "set-asides":
        return back_to("summaries.set_asides", slug=meeting.slug)
    return back_to("summaries.workspace", slug=meeting.slug, source=request.form.get("source"))


@bp.post("/consolidation/citations/<int:citation_id>/remove")
@signed_in(can_consolidate, load=queries.citation_for_staff)
def uncite(citation: Citation) -> Any:
    """Take a citation away."""
    paragraph = citation.paragraph
    meeting = paragraph.section.summary.meeting
    operations.uncite(citation, by=current_user)
    db.session.commit()
    say(_("The citation was removed. Its passage is open again, unless another paragraph cites it."))
    return _back(meeting, f"paragraph-{paragraph.id}", source=request.form.get("source"))


def _position(current: int, form: MoveForm) -> int:
    if form.position.data:
        return int(form.position.data)
    return max(1, current + (-1 if form.direction.data == "up" else 1))


def _past_the_end(paragraph: Paragraph, *, up: bool, position: int) -> tuple[Section, int]:
    """Where one step up or down leads: at the end of a section into the next one, where there is one."""
    section = paragraph.section
    sections = section.summary.sections
    index = sections.index(section) + (-1 if up else 1)
    at_end = paragraph is section.paragraphs[0 if up else -1]
    if not at_end or not 0 <= index < len(sections):
        return section, position
    return sections[index], len(sections[index].paragraphs) + 1 if up else 1

"""Pages of coordination: the register, and what the secretariat records in a session."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.audit.kept_pages import kept_for_visitors
from app.coordination import bp, operations, presenting, queries
from app.coordination.enums import CoordinationState
from app.coordination.forms import RecordForm, RegisterForm, StepForm, WhoAndWhatForm
from app.coordination.models import Coordination
from app.coordination.policies import can_record_coordination
from app.core.forms import SelectChoice, check_version, choices, sent
from app.core.pages import back_to, say
from app.core.policies import public, signed_in
from app.core.texts import fold
from app.core.wording import in_reader_language, with_colon
from app.directory.labels import PARTY_GROUPS
from app.directory.models import Party, VocabularyItem
from app.directory.queries import mechanism_by_slug, mechanisms_by_name, parties, vocabulary
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff
from app.summaries.anchors import anchor_of, label_of, paragraphs_in
from app.summaries.queries import publication
from app.summaries.sources import texts_of

staff_meeting = signed_in(can_record_coordination, load=meeting_for_staff)
staff_coordination = signed_in(can_record_coordination, load=queries.coordination_for_staff)


@bp.get("/coordination")
@kept_for_visitors
@public()
def register() -> Any:
    """The coordinations that the reader may read."""
    form = RegisterForm(request.args)
    names = ((row.slug, in_reader_language(row.label)) for row in mechanisms_by_name())
    form.mechanism.choices = choices([("", _("All mechanisms")), *sorted(names, key=lambda name: fold(name[1]))])
    form.validate()
    state, slug = (field.data if not field.errors else "" for field in (form.state, form.mechanism))
    mechanism = mechanism_by_slug(slug) if slug else None
    page = queries.coordinations(
        current_user,
        state=CoordinationState(state) if state else None,
        party_id=mechanism.id if mechanism else None,
        page=request.args.get("page", 1, int),
    )
    return render_template(
        "coordination/register.html",
        form=form,
        filtered=bool(state or slug),
        page=page,
        lines=presenting.lines(page.items),
        page_url=lambda number: url_for("coordination.register", state=state, mechanism=slug, page=number),
    ), form.status


def _fill(form: WhoAndWhatForm) -> dict[str, Party]:
    """Set the choices of a form; return the parties that can be chosen, by code."""
    known = {row.code: row for row in parties(*PARTY_GROUPS)}
    named = sorted(known.values(), key=lambda row: fold(in_reader_language(row.label)))
    form.parties.choices = [
        SelectChoice(row.code, _named(row), optgroup=str(title))
        for kind, title in PARTY_GROUPS.items()
        for row in named
        if row.kind is kind
    ]
    form.theme.choices = choices(
        [("", _("None")), *((item.code, in_reader_language(item.title)) for item in vocabulary("themes"))]
    )
    return known


def _named(row: Party) -> str:
    label, name = in_reader_language(row.label), in_reader_language(row.names)
    return label if label == name else f"{with_colon(label)} {name}"


def _chosen(form: WhoAndWhatForm, known: dict[str, Party]) -> tuple[list[Party], VocabularyItem | None]:
    item = next((row for row in vocabulary("themes") if row.code == form.theme.data), None)
    return [known[code] for code in form.parties.data or [] if code in known], item


def _sources(meeting: Meeting) -> list[tuple[str, str]]:
    published = publication(meeting.id)
    paragraphs = [
        (anchor_of(paragraph), _("Paragraph %(label)s of the summary", label=label_of(paragraph)))
        for paragraph in (paragraphs_in(published.content) if published else ())
    ]
    texts = [
        (source.key, f"{with_colon(in_reader_language(source.party.label))} {source.title or _('presentation')}")
        for source in texts_of(meeting.id)
    ]
    return [*sorted(texts, key=lambda text: fold(text[1])), *paragraphs]


def _page(meeting: Meeting, form: RecordForm) -> str:
    form.source.choices = choices([("", _("Choose")), *_sources(meeting)])
    return render_template(
        "coordination/session.html",
        meeting=meeting,
        form=form,
        step_form=StepForm(formdata=None),
        carried=presenting.lines(queries.carried_to(meeting)),
        recorded=presenting.lines(queries.recorded_in(meeting.id)),
    )


@bp.route("/sessions/<slug>/manage/coordination", methods=["GET", "POST"])
@staff_meeting
def session(meeting: Meeting) -> Any:
    """What earlier sessions carried here, what this one recorded; a POST records one more."""
    form = RecordForm()
    known = _fill(form)
    if form.validate_on_submit():
        chosen, item = _chosen(form, known)
        with form.saving():
            operations.record_coordination(
                meeting,
                parties=chosen,
                topic=form.topic.data,
                source=form.source.data or "",
                state=CoordinationState(form.state.data),
                item=item,
                note=form.note.data or "",
                by=current_user,
            )
            say(_("The coordination was recorded."))
            return back_to("coordination.session", slug=meeting.slug)
    return _page(meeting, form), form.status


@bp.post("/sessions/<slug>/manage/coordination/<int:coordination_id>")
@signed_in(can_record_coordination, load=lambda actor, slug, coordination_id: (
    meeting_for_staff(actor, slug), queries.coordination_for_staff(actor, coordination_id)))  # fmt: skip
def report(pair: tuple[Meeting, Coordination]) -> Any:
    """Say what a session heard of a coordination."""
    meeting, coordination = pair
    form = StepForm()
    with form.saving():
        sent(form)
        check_version(coordination, form.version.data)
        operations.report_step(
            coordination, meeting, state=CoordinationState(form.state.data), note=form.note.data or "", by=current_user
        )
        say(_("What became of it was recorded."))
        return back_to("coordination.session", slug=meeting.slug)
    empty = RecordForm(formdata=None)
    _fill(empty)
    empty.form_errors.append(str(form.refused))
    return _page(meeting, empty), form.status


@bp.route("/coordination/<int:coordination_id>/edit", methods=["GET", "POST"])
@staff_coordination
def edit(coordination: Coordination) -> Any:
    """Change who works together and on what."""
    form = WhoAndWhatForm(
        data={
            "topic": coordination.topic,
            "parties": [party.code for party in coordination.parties],
            "theme": coordination.item.code if coordination.item else "",
            "version": coordination.version,
        }
    )
    known = _fill(form)
    if form.validate_on_submit():
        chosen, item = _chosen(form, known)
        with form.saving(coordination):
            check_version(coordination, form.version.data)
            operations.edit_coordination(
                coordination, parties=chosen, topic=form.topic.data, item=item, by=current_user
            )
            say(_("The coordination was saved."))
            return back_to("coordination.session", slug=coordination.meeting.slug)
    return render_template(
        "coordination/edit.html",
        form=form,
        meeting=coordination.meeting,
        coordination=coordination,
    ), form.status

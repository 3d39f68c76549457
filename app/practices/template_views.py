"""The template builder: the secretariat changes what a call asks for, looks at it, and puts it in force."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.errors import Refusal
from app.core.forms import check_version, sent
from app.core.languages import current_language
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.meetings.queries import meeting_for_staff
from app.practices import bp, building, queries, templates
from app.practices.draft_form import GROUPS, LISTS, draft_form
from app.practices.labels import KINDS
from app.practices.models import Call, Practice
from app.practices.policies import can_manage_call
from app.practices.reading import titles
from app.practices.template import KEPT, Kind, fields, sections
from app.practices.template_forms import (
    SectionForm,
    StepForm,
    TemplateActForm,
    TemplateFieldForm,
    entry_from,
    field_form,
    with_rows,
)

NEW = "new"
SECTION = "section-"  # before the key of a section where a field's may stand: keys of both may be the same


def _call(actor: Actor, slug: str, **_path: str) -> Call:
    call = queries.call_of(meeting_for_staff(actor, slug).id)
    if call is None:
        raise NotFound
    return call


staff_call = signed_in(can_manage_call, load=_call)


def _change(call: Call, form: Any, make: Callable[[], dict[str, Any]]) -> None:
    """Keep a changed template, if nobody else changed the call since the person saw it."""
    check_version(call, form.version.data)
    templates.change_template(call, make(), by=current_user)


def _page(call: Call, form: Any = None) -> Any:
    template = templates.template_in_work(call)
    there = {field.kind for field in fields(template)}
    kinds = [(kind.value, label) for kind, label in KINDS.items() if kind not in building.ONCE or kind not in there]
    page = render_template(
        "practices/template.html",
        call=call,
        meeting=call.meeting,
        form=form or TemplateActForm(formdata=None),
        sections=sections(template),
        kinds=kinds,
        kind_names=KINDS,
        kept=KEPT,
        standard=building.missing_standard(template),
        changes=[building.change_text(change) for change in building.changes(call.template, template)],
        unwritten=building.unwritten(template, call.meeting.languages),
        pending=call.template_draft is not None,
        history=[
            (item, [building.change_text(change) for change in item.changes])
            for item in reversed(call.template_versions)
            if item.changes
        ],
    )
    return page, form.status if form else 200


@bp.get("/sessions/<slug>/manage/call/template")
@staff_call
def template(call: Call) -> Any:
    """The sections and fields of what the call asks for."""
    return _page(call)


@bp.post("/sessions/<slug>/manage/call/template")
@staff_call
def change_template(call: Call) -> Any:
    """Take something out, put a field of the body's template back, begin anew, or throw the changes away."""
    form = TemplateActForm()
    here, slug = templates.template_in_work(call), call.meeting.slug
    with form.saving(call):
        sent(form)
        action, item = form.action.data, form.item.data or ""
        if action == "remove" and item.startswith(SECTION):
            _change(call, form, lambda: building.without_section(here, item.removeprefix(SECTION)))
        elif action == "remove":
            _change(call, form, lambda: building.without(here, item))
        elif action == "standard":
            _change(call, form, lambda: building.with_standard(here, item))
        elif action == "default":
            _change(call, form, building.default_template)
        elif action == "discard":
            check_version(call, form.version.data)
            templates.discard_template(call, by=current_user)
        else:
            raise Refusal(_("Part of what your browser sent is missing or wrong."))
        return back_to("practices.template", slug=slug)
    return _page(call, form)


@bp.post("/sessions/<slug>/manage/call/template/move")
@staff_call
def move_in_template(call: Call) -> Any:
    """Put a section or a field elsewhere: one up or down, or where it was dropped."""
    form = StepForm()
    here, slug = templates.template_in_work(call), call.meeting.slug
    with form.saving(call):
        item, up = sent(form).item.data, form.direction.data == "up"
        if position := form.position.data:
            below = form.day.data or ""
            _change(call, form, lambda: building.dropped_field(here, item, section_key=below, position=position))
        elif item.startswith(SECTION):
            _change(call, form, lambda: building.moved_section(here, item.removeprefix(SECTION), up=up))
        else:
            _change(call, form, lambda: building.moved_field(here, item, up=up))
        return back_to("practices.template", slug=slug, _anchor=f"item-{item}")
    return _page(call, form)


@bp.route("/sessions/<slug>/manage/call/template/sections/<section_key>", methods=["GET", "POST"])
@signed_in(can_manage_call, load=lambda actor, slug, section_key: (_call(actor, slug), section_key))
def template_section(pair: tuple[Call, str]) -> Any:
    """Name a section, or a new one."""
    call, key = pair
    here, slug = templates.template_in_work(call), call.meeting.slug
    held = building.section_of(here, key)
    if held is None and key != NEW:
        raise NotFound
    form = SectionForm(data={"title": held["title"] if held else {}, "version": call.version})
    if form.validate_on_submit():
        with form.saving(call):
            made = key if held else building.new_key(templates.used_keys(call), "s")
            _change(call, form, lambda: building.with_section(here, made, form.title.data))
            return back_to("practices.template", slug=slug, _anchor=f"item-{SECTION}{made}")
    page = render_template("practices/template_section.html", call=call, meeting=call.meeting, form=form, held=held)
    return page, form.status


@bp.route("/sessions/<slug>/manage/call/template/fields/<field_key>", methods=["GET", "POST"])
@signed_in(can_manage_call, load=lambda actor, slug, field_key: (_call(actor, slug), field_key))
def template_field(pair: tuple[Call, str]) -> Any:
    """Change a field, or write a new one of the kind and in the section that the address names."""
    call, key = pair
    here = templates.template_in_work(call)
    held = building.entry_of(here, key)
    kinds, wanted = {kind.value: kind for kind in Kind}, request.args.get("kind", "")
    if held is None and (key != NEW or wanted not in kinds):
        raise NotFound
    kind = Kind(held["kind"]) if held else kinds[wanted]
    form = field_form(kind, held or {}, version=call.version)
    if kind in (Kind.CHOICE, Kind.ROWS) and ("add_row" in request.form or "remove_row" in request.form):
        return _field_page(call, with_rows(kind, form, call.version), kind, held)
    if form.validate_on_submit():
        slug = call.meeting.slug
        with form.saving(call):
            used = templates.used_keys(call)
            made = key if held else building.new_key(used, "f")
            entry = entry_from(form, kind, made, used, held or {})
            _change(call, form, lambda: building.with_field(here, entry, request.args.get("section", "")))
            return back_to("practices.template", slug=slug, _anchor=f"item-{made}")
    return _field_page(call, form, kind, held)


def _field_page(call: Call, form: TemplateFieldForm, kind: Kind, held: dict[str, Any] | None) -> Any:
    page = render_template(
        "practices/template_field.html",
        call=call,
        meeting=call.meeting,
        form=form,
        held=held,
        kind=KINDS[kind],
        fixed=bool(held and held["key"] in KEPT),
    )
    return page, form.status


@bp.get("/sessions/<slug>/manage/call/template/preview")
@staff_call
def template_preview(call: Call) -> Any:
    """The form as a delegate will see it, with nothing in it."""
    template = templates.template_in_work(call)
    questions = queries.state_questions(call.meeting_id)
    blank = Practice(content={}, language=current_language(), version=1)
    return render_template(
        "practices/template_preview.html",
        call=call,
        meeting=call.meeting,
        form=draft_form(template, questions, titles(call.meeting.mechanism_id), blank, sent=False),
        sections=sections(template),
        questions=questions,
        parts=GROUPS,
        lists=LISTS,
        practice=blank,
        files_at={},
        suggested={},
        similar_url="",
    )


@bp.route("/sessions/<slug>/manage/call/template/apply", methods=["GET", "POST"])
@staff_call
def apply_template(call: Call) -> Any:
    """Say what putting the changes in force does, and to how many drafts; then do it."""
    form = TemplateActForm(data={"version": call.version})
    slug = call.meeting.slug
    if form.validate_on_submit():
        with form.saving(call):
            check_version(call, form.version.data)
            moved = templates.apply_template(call, by=current_user)
            say(_("The template is in force."))
            if moved:
                say(ngettext("%(num)d text was moved along.", "%(num)d texts were moved along.", moved))
            return back_to("practices.template", slug=slug)
    template = templates.template_in_work(call)
    page = render_template(
        "practices/template_apply.html",
        call=call,
        meeting=call.meeting,
        form=form,
        changes=[building.change_text(change) for change in building.changes(call.template, template)],
        unwritten=building.unwritten(template, call.meeting.languages),
        touched=templates.touched(call, template),
    )
    return page, form.status

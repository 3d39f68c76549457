"""Pages on which a session is started: blank, from an earlier one, from a template, from a concept paper."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.db import db
from app.core.forms import choices, sent
from app.core.localized import LocalizedText
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.wording import in_reader_language
from app.mail.operations import waiting_of
from app.meetings import bp, carrying, operations, queries, starting
from app.meetings.facts import convening, facts_form, facts_in, look_at_days, offer_parents, parent_of
from app.meetings.fields import YEARS
from app.meetings.forms import CarryForm, PaperForm, TemplateForm
from app.meetings.models import Meeting, SessionTemplate
from app.meetings.policies import can_manage_meeting

SHOWN = 20


@bp.get("/sessions/new")
@signed_in(can_manage_meeting)
def start() -> Any:
    """The ways to start a session."""
    return start_page(PaperForm())


def start_page(form: PaperForm) -> tuple[str, int]:
    """The page of the ways to start, with what was wrong with a paper that was sent."""
    page = render_template(
        "meetings/start.html",
        form=form,
        earlier=queries.meetings(current_user)[:SHOWN],
        templates=queries.templates_of_bodies(),
    )
    return page, form.status


@bp.route("/sessions/new/blank", methods=["GET", "POST"])
@signed_in(can_manage_meeting)
def create() -> Any:
    """Open a session under a mandate."""
    form = facts_form(None, parent=request.args.get("parent", ""))
    if form.validate_on_submit():
        with form.saving():
            body, fields, key = convening(form), facts_in(form), form.once
            if made := operations.made_by(key, body):
                return back_to("meetings.agenda", slug=made.slug)
            meeting = operations.create_meeting(body, form_key=key, by=current_user, **fields)
            look_at_days(form, fields)
            say(_("The session was created. Next: its order of business and guiding questions."))
            return back_to("meetings.agenda", slug=meeting.slug)
    return render_template("meetings/create.html", form=form), form.status


@bp.route("/sessions/new/from/<slug>", methods=["GET", "POST"])
@signed_in(can_manage_meeting, load=queries.meeting_for_staff)
def start_from_session(meeting: Meeting) -> Any:
    """Start the next edition of a session: choose what it carries, look at its dates, create it."""
    title = in_reader_language(meeting.title)
    return _carry(
        meeting.mechanism,
        carrying.set_up_of(meeting),
        starting.next_after(meeting),
        name=title if meeting.code in title else f"{title} ({meeting.code})",
        earlier=meeting,
    )


@bp.route("/sessions/new/template/<int:template_id>", methods=["GET", "POST"])
@signed_in(can_manage_meeting, load=queries.template_for_staff)
def start_from_template(template: SessionTemplate) -> Any:
    """Start a session from a template of its body."""
    title = LocalizedText(template.content["facts"]["title"])
    return _carry(
        template.mechanism,
        template.content,
        starting.Proposal("", None, title),
        name=template.name,
        template=template,
    )


def _parts(set_up: carrying.SetUp) -> list[tuple[str, str]]:
    """The parts to choose from: how much of each there is, and what is carried with it."""
    there = [carrier for carrier in carrying.carriers() if set_up["parts"].get(carrier.key)]
    lines = []
    for carrier in there:
        if carrier.within is None:
            value = set_up["parts"][carrier.key]
            count = f" ({len(value)})" if isinstance(value, list) else ""
            more = [str(row.label) for row in there if row.within == carrier.key]
            lines.append((carrier.key, f"{carrier.label}{count}" + "".join(f", {label}" for label in more)))
    return lines


def _follow(form: CarryForm, facts: Any, proposal: starting.Proposal, year: int) -> None:
    """Put the first day's year in the title and the code, where they are still those that were proposed."""
    was, seen = facts.get("year"), form.seen.data or ""
    shown = int(seen[:4]) if seen[:4].isdecimal() else None
    proposed = carrying.texts_in_year(facts["title"], was, shown) if shown else facts["title"]
    follows = {
        language: carrying.in_year(text, was, year)
        for language, text in facts["title"].items()
        if form.title.data.get(language) == proposed[language]
    }
    form.title.data = LocalizedText({**form.title.data, **follows})
    if (
        shown
        and proposal.first_day
        and form.code.data == carrying.in_year(proposal.code, proposal.first_day.year, shown)
    ):
        form.code.data = carrying.in_year(proposal.code, proposal.first_day.year, year)


def _carry(mechanism: Any, set_up: Any, proposal: starting.Proposal, *, name: str, **source: Any) -> Any:
    facts = set_up["facts"]
    form = CarryForm(
        data={
            "code": proposal.code,
            "first_day": proposal.first_day,
            "title": proposal.title,
            "mandate_resolution": facts["mandate_resolution"],
            "mandate_paragraph": facts["mandate_paragraph"],
            "parts": list(set_up["parts"]),
        }
    )
    form.parts.choices = choices(_parts(set_up))
    offer_parents(form)
    day = None if form.first_day.errors else form.first_day.data
    moved = form.is_submitted() and form.seen.data != str(day or "")
    if moved and day and day.year in YEARS:
        _follow(form, facts, proposal, day.year)
    if form.validate_on_submit() and day and not moved and form.action.data == "create":
        with form.saving():
            if made := operations.made_by(form.once, mechanism):
                return back_to("desk.meeting", slug=made.slug)
            created = starting.start_from_set_up(
                mechanism,
                set_up=set_up,
                keys=form.parts.data or [],
                first_day=day,
                code=form.code.data or "",
                title=form.title.data,
                mandate_resolution=form.mandate_resolution.data or "",
                mandate_paragraph=form.mandate_paragraph.data or "",
                parent=parent_of(form),
                source=name,
                form_key=form.once,
                by=current_user,
            )
            told = _("The session was created from “%(name)s”. Read its texts once more: they are those of before.",
                     name=name)  # fmt: skip
            if waiting := waiting_of(created.id):
                told += " " + ngettext(
                    "%(num)d mail to people who were carried waits in the outbox.",
                    "%(num)d mails to people who were carried wait in the outbox.",
                    waiting,
                )
            say(told)
            return back_to("desk.meeting", slug=created.slug)
    asked = moved and form.action.data == "create" and not form.errors
    form.seen.data = str(day or "")
    dates = carrying.dates_of(set_up, day, form.parts.data or []) if day and not form.first_day.errors else []
    page = render_template(
        "meetings/carry.html",
        form=form,
        name=name,
        mechanism=mechanism,
        zone=facts["zone"],
        dates=dates,
        moved=asked,
        people=len(set_up["parts"].get("people", ())),
        **source,
    )
    return page, form.status


@bp.route("/sessions/<slug>/manage/template", methods=["GET", "POST"])
@signed_in(can_manage_meeting, load=queries.meeting_for_staff)
def save_template(meeting: Meeting) -> Any:
    """Keep a session's set-up as a template of its body."""
    set_up = carrying.impersonal(carrying.set_up_of(meeting))
    form = TemplateForm(data={"parts": list(set_up["parts"])})
    form.parts.choices = choices(_parts(set_up))
    if form.validate_on_submit():
        with form.saving():
            starting.save_template(
                meeting.mechanism, name=form.name.data or "", set_up=set_up, keys=form.parts.data or [], by=current_user
            )
            say(_("The template was saved. Sessions of this body can start from it."))
            return back_to("meetings.start")
    return render_template("meetings/save_template.html", meeting=meeting, form=form), form.status


@bp.post("/sessions/new/template/<int:template_id>/delete")
@signed_in(can_manage_meeting, load=queries.template_for_staff)
def delete_template(template: SessionTemplate) -> Any:
    """Take a template away."""
    sent()
    starting.delete_template(template, by=current_user)
    db.session.commit()
    say(_("The template was deleted."))
    return back_to("meetings.start")

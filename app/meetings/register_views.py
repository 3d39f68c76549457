"""The secretariat's pages of participants: the register, their order, the rules of their data."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.audit.kept_pages import kept_for_everybody
from app.core.actors import Actor
from app.core.db import db, lock
from app.core.forms import check_order, check_version, order_mark, sent
from app.core.pages import back_to, say
from app.core.paging import paginate
from app.core.policies import signed_in
from app.core.sheets import Row, as_download, wanted_format
from app.core.wording import in_reader_language
from app.directory.models import Mechanism
from app.directory.queries import mechanism_named
from app.meetings import bp, participant_queries, participants, precedence, retention
from app.meetings.enums import Precedence
from app.meetings.forms import MoveForm
from app.meetings.labels import ATTENDANCES, GROUPS, PARTICIPANT_ROLES
from app.meetings.models import Delegation, Meeting, NoteVerbale, Participant
from app.meetings.operations import set_registration_end
from app.meetings.participant_forms import (
    PrecedenceForm,
    RegisterFilter,
    RegistrationForm,
    RulesForm,
    note_label,
)
from app.meetings.participant_queries import SORTS, Wanted
from app.meetings.participant_table import COLUMNS
from app.meetings.policies import can_manage_meeting
from app.meetings.queries import delegation_for_staff, meeting_for_staff
from app.meetings.timing import local_moment

staff_meeting = signed_in(can_manage_meeting, load=meeting_for_staff)
KEPT = ("q", "delegation", "role", "attendance", "needs", "no_note", "sort")
Line = dict[str, Any]


def _columns(wanted: Wanted) -> list[tuple[str, str]]:
    """(key, heading) of what the register shows; needs for access only where they are what is asked for."""
    shown = [
        ("name", _("Name")),
        ("function", _("Function")),
        ("institution", _("Institution")),
        ("delegation", _("Delegation")),
        ("role", _("Attends as")),
        ("attendance", _("Attends")),
        ("note", _("Note verbale")),
    ]
    return [*shown, ("needs", _("Needs for access"))] if wanted.needs else shown


def _line(
    person: Participant,
    delegations: dict[int, Delegation],
    words: dict[Any, str],
    urls: dict[str, str],
    notes: dict[NoteVerbale | None, str],
) -> Line:
    party = delegations[person.delegation_id].party
    return {
        "url": f"/participants/{person.id}",  # meetings.edit_person: url_for is slow for fifty
        "name": person.full_name or words[""],
        "kept": person.forgotten_at is None,
        "function": person.function,
        "institution": person.institution,
        "delegation": in_reader_language(party.label),
        "delegation_url": urls[party.code],
        "role": words[person.role],
        "attendance": words[person.attendance],
        "note": notes[person.note],
        "needs": person.access_needs,
    }


def _lines(people: list[Participant], delegations: list[Delegation], slug: str) -> list[Line]:
    labels: dict[Any, Any] = {**PARTICIPANT_ROLES, **ATTENDANCES}
    words = {key: str(label) for key, label in labels.items()} | {"": _("No longer kept")}
    by_id = {row.id: row for row in delegations}
    codes = {by_id[person.delegation_id].party.code for person in people}
    urls = {code: url_for("meetings.people", slug=slug, code=code) for code in codes}
    notes = {note: note_label(note) if note else "" for note in {person.note for person in people}}
    return [_line(person, by_id, words, urls, notes) for person in people]


@bp.get("/sessions/<slug>/manage/participants", endpoint="participants")
@kept_for_everybody()
@staff_meeting
def participants_page(meeting: Meeting) -> Any:
    """The register of who attends a session, filtered and sorted; as a file, all rows of exactly what is shown."""
    return _participants(meeting)


def _participants(meeting: Meeting, registration_form: RegistrationForm | None = None) -> Any:
    delegations = participant_queries.delegations_in_order(meeting)
    form = RegisterFilter(request.args)
    form.offer(delegations)
    wanted = form.wanted(request.args.get("sort", ""))
    statement = participant_queries.register(delegations, wanted)
    columns = _columns(wanted)
    kept: dict[str, Any] = {key: request.args[key] for key in KEPT if request.args.get(key)}
    if file_format := wanted_format():
        people = list(db.session.scalars(statement))
        rows = _sheet(people, _lines(people, delegations, meeting.slug))
        return as_download(rows, name=_("Participants %(code)s", code=meeting.slug), file_format=file_format)
    page = paginate(db.session, statement, page=request.args.get("page", 1, type=int))
    return _register_page(
        meeting,
        form=form,
        page=page,
        columns=[_column(key, label, meeting.slug, kept, wanted) for key, label in columns],
        lines=_lines(page.items, delegations, meeting.slug),
        delegations=[
            (in_reader_language(row.party.label), url_for("meetings.people", slug=meeting.slug, code=row.party.code))
            for row in delegations
        ],
        proposed=_proposed(meeting, delegations),
        filtered=bool(set(kept) - {"sort"}),
        kept=kept,
        registration_form=registration_form or _registration_form(meeting),
    )


def _proposed(meeting: Meeting, delegations: list[Delegation]) -> list[tuple[str, str, int]]:
    """(delegation, its page, how many) where people of the session before are proposed."""
    numbers = participants.proposed_to(meeting)
    return [
        (
            in_reader_language(row.party.label),
            url_for("meetings.people", slug=meeting.slug, code=row.party.code),
            numbers[row.id],
        )
        for row in delegations
        if row.id in numbers
    ]


def _registration_form(meeting: Meeting) -> RegistrationForm:
    closes_at = meeting.registration_closes_at
    return RegistrationForm(
        formdata=None,
        data={"closes_at": closes_at and closes_at.astimezone(meeting.tz), "version": meeting.version},
    )


def _sheet(people: list[Participant], lines: list[Line]) -> list[Row]:
    """All that is held of people, in the columns of the import, so that the table can be taken in again."""
    rows: list[Row] = [[str(label) for label, _limit in COLUMNS.values()]]
    for person, line in zip(people, lines, strict=True):
        note = person.note
        said = {
            "delegation": line["delegation"],
            "name": person.name or line["name"],
            "role": line["role"],
            "attendance": line["attendance"],
            "note_number": note.number if note else "",
            "note_date": note.dated.isoformat() if note and note.dated else "",
        }
        rows.append([said[key] if key in said else getattr(person, key) for key in COLUMNS])
    return rows


def _column(key: str, label: str, slug: str, kept: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
    """A heading of the register, with the address that sorts by it."""
    column: dict[str, Any] = {"key": key, "label": label}
    name = "list" if key == "delegation" else key
    if name in SORTS:
        turned = f"-{name}" if wanted.sort == name and f"-{name}" in SORTS else name
        column["sort_url"] = url_for("meetings.participants", slug=slug, **{**kept, "sort": turned})
        if wanted.sort.removeprefix("-") == name:
            column["sorted"] = "descending" if wanted.sort.startswith("-") else "ascending"
    return column


def _register_page(meeting: Meeting, *, kept: dict[str, Any], **shown: Any) -> str:
    return render_template(
        "meetings/participants.html",
        meeting=meeting,
        page_url=lambda number: url_for("meetings.participants", slug=meeting.slug, page=number, **kept),
        file_urls={
            kind: url_for("meetings.participants", slug=meeting.slug, format=kind, **kept) for kind in ("csv", "xlsx")
        },
        **shown,
    )


@bp.post("/sessions/<slug>/manage/participants/registration")
@staff_meeting
def registration(meeting: Meeting) -> Any:
    """Set until when delegations register their people."""
    form = RegistrationForm()
    if form.validate_on_submit():
        with form.saving(meeting):
            check_version(meeting, form.version.data)
            moment = form.closes_at.data
            closes_at = local_moment(moment, meeting.zone, field="closes_at") if moment else None
            set_registration_end(meeting, closes_at, by=current_user)
            say(_("The end of the registration was saved."))
            return back_to("meetings.participants", slug=meeting.slug)
    return _participants(meeting, form), form.status


def _ranked(meeting: Meeting) -> list[int]:
    """The delegations in the order of protocol, as the page that changes it has them."""
    return [row.id for row in participant_queries.delegations_in_order(meeting, Precedence.PROTOCOL)]


def _precedence_page(meeting: Meeting, form: PrecedenceForm) -> tuple[str, int]:
    ranked = participant_queries.delegations_in_order(meeting, Precedence.PROTOCOL)
    groups: dict[str, list[Delegation]] = {}
    for row in ranked:
        groups.setdefault(str(GROUPS[row.party.kind]), []).append(row)
    return render_template(
        "meetings/precedence.html",
        meeting=meeting,
        form=form,
        groups=list(groups.items()),
        order=order_mark(row.id for row in ranked),
        last_set=participant_queries.order_last_set(meeting.id),
    ), form.status


@bp.get("/sessions/<slug>/manage/precedence")
@staff_meeting
def order(meeting: Meeting) -> Any:
    """In which order delegations stand."""
    return _precedence_page(meeting, PrecedenceForm(formdata=None, data={"precedence": meeting.precedence}))


@bp.post("/sessions/<slug>/manage/precedence")
@staff_meeting
def choose_order(meeting: Meeting) -> Any:
    """Have lists follow protocol or the alphabet."""
    form = PrecedenceForm()
    if form.validate_on_submit():
        with form.saving():
            precedence.choose_precedence(meeting, form.precedence.data, by=current_user)
            say(_("The order of delegations was saved."))
            return back_to("meetings.order", slug=meeting.slug)
    return _precedence_page(meeting, form)


@bp.post("/sessions/<slug>/manage/precedence/lots")
@staff_meeting
def draw_lots(meeting: Meeting) -> Any:
    """Draw the order by lot."""
    sent()
    slug = meeting.slug
    precedence.draw_lots(meeting, by=current_user)
    db.session.commit()
    say(_("The order was drawn by lot. The trail keeps it, and the one before."))
    return back_to("meetings.order", slug=slug)


@bp.post("/manage/delegations/<int:delegation_id>/rank")
@signed_in(can_manage_meeting, load=delegation_for_staff)
def rank(delegation: Delegation) -> Any:
    """Put a delegation one up or down in its group."""
    form, meeting = sent(MoveForm()), delegation.meeting
    lock(meeting)
    check_order(_ranked(meeting), form.version.data)
    slug = meeting.slug
    precedence.move_delegation(delegation, up=form.direction.data == "up", by=current_user)
    db.session.commit()
    return back_to("meetings.order", slug=slug, _anchor=f"delegation-{delegation.id}")


@bp.post("/sessions/<slug>/manage/precedence/place")
@staff_meeting
def drop_delegation(meeting: Meeting) -> Any:
    """Put the delegation that was dragged at the place of the drop."""
    form, slug = sent(MoveForm()), meeting.slug
    delegation = delegation_for_staff(current_user, form.item.data or 0)
    if delegation.meeting_id != meeting.id:
        raise NotFound
    lock(meeting)
    check_order(_ranked(meeting), form.version.data)
    precedence.place_delegation(delegation, position=form.position.data or 1, by=current_user)
    db.session.commit()
    return back_to("meetings.order", slug=slug, _anchor=f"delegation-{delegation.id}")


def _body(actor: Actor, slug: str) -> Mechanism:
    mechanism = mechanism_named(slug)
    if mechanism is None:
        raise NotFound
    return mechanism


@bp.route("/mechanisms/<slug>/participants", methods=["GET", "POST"])
@signed_in(can_manage_meeting, load=_body)
def participant_rules(mechanism: Mechanism) -> Any:
    """How long a body keeps the data of participants; a change is confirmed with its consequence in view."""
    rules = retention.rules_of(mechanism.id)
    form = RulesForm(data={"keep_months": rules.keep_months, "audience": rules.audience, "version": rules.version})
    asked = False
    if form.validate_on_submit():
        with form.saving(rules):
            check_version(rules, form.version.data)
            months = form.keep_months.data or 0
            asked = form.confirmed.data != str(months) and any(
                line["now"] for line in retention.consequence(mechanism.id, months)
            )
            if not asked:
                retention.set_rules(mechanism, rules, keep_months=months, audience=form.audience.data, by=current_user)
                say(_("The rules were saved."))
                return back_to("meetings.participant_rules", slug=mechanism.slug)
    shown = form.keep_months.data if asked else None
    lines = retention.consequence(mechanism.id, shown or rules.keep_months)
    going = sum(line["people"] for line in lines if line["now"])
    return render_template(
        "meetings/participant_rules.html",
        mechanism=mechanism,
        form=form,
        lines=lines,
        asked=asked,
        going=ngettext("%(num)d person", "%(num)d people", going),
    ), form.status

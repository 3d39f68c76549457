"""Pages of recommendations: the board over the years, those of a session, one with its reports."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.audit.kept_pages import kept_for_visitors
from app.core.db import db
from app.core.forms import check_version, choices, sent
from app.core.pages import back_to, say
from app.core.policies import public, signed_in
from app.core.sheets import as_download, wanted_format
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.directory.queries import mechanism_by_slug
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import delegations_of, meeting_for_staff, meeting_visible_to
from app.recommendations import bp, operations, presenting, queries
from app.recommendations.board import board_for, board_of, codes_in, parties_on
from app.recommendations.forms import BoardForm, CarryForm, CloseForm
from app.recommendations.models import RecommendationReport
from app.recommendations.policies import can_carry, is_asked, takes_reports
from app.recommendations.queries import Carried
from app.summaries.queries import names_of_parties

staff_carried = signed_in(can_carry, load=queries.carried_for_staff)


@bp.get("/recommendations")
@kept_for_visitors
@public()
def board() -> Any:
    """What summaries recommended, and what sessions heard of it, year beside year; of one body, where one is named."""
    slug = request.args.get("body", "")
    body = mechanism_by_slug(slug) if slug else None
    if slug and body is None:
        raise NotFound
    whole = found = board_of(current_user, body.id if body else None)
    form = BoardForm(request.args)
    known = {row.code: row for row in parties_on(whole)} if whole.lines else {}
    names = sorted(((code, in_reader_language(row.label)) for code, row in known.items()), key=lambda one: fold(one[1]))
    form.party.choices = choices([("", _("All")), *names])
    party = known.get(form.party.data or "") if form.validate() else None
    if party:
        found = board_for(whole, party)
    named = names_of_parties(codes_in(found.lines))
    asked: dict[str, Any] = {"body": slug or None, "party": party.code if party else None}
    if wanted := wanted_format():
        rows = presenting.sheet_of(found, named)
        return as_download(rows, name=_("Recommendations"), file_format=wanted)
    return render_template(
        "recommendations/board.html",
        body=body,
        form=form,
        filtered=party is not None,
        whole=whole,
        board=found,
        matrix_of=presenting.matrix_of(found, named),
        csv_url=url_for("recommendations.board", **asked, format="csv"),
        xlsx_url=url_for("recommendations.board", **asked, format="xlsx"),
        clear_url=url_for("recommendations.board", body=slug or None),
    ), form.status


def _session_page(meeting: Meeting, form: CarryForm) -> tuple[str, int]:
    found = queries.carried_to(current_user, meeting.id)
    reports = queries.reports_on(current_user, [one.row.id for one in found])
    offered = queries.offered(meeting) if current_user.is_staff and meeting.stage is not Stage.PUBLISHED else []
    named = names_of_parties(codes_in(found))
    form.chosen.choices = choices(
        (
            f"{publication.id}:{asked.key}",
            f"{presenting.place_of(asked, publication.summary.meeting)} {presenting.short(asked)}",
        )
        for publication, asked in offered
    )
    own = [row for row in delegations_of(current_user) if row.meeting_id == meeting.id]
    there = queries.delegations_in(meeting.id) if current_user.is_staff else []
    return render_template(
        "recommendations/session.html",
        meeting=meeting,
        lines=[
            {
                **presenting.carried_line(one, reports.get(one.row.id, []), named),
                "own": [row.party for row in own if is_asked(one.row, one.asked, row.party)],
                "silent": _silent(one, there, reports.get(one.row.id, [])),
            }
            for one in found
        ],
        takes=takes_reports(meeting),
        deadline=queries.deadline_of(meeting),
        form=form,
    ), form.status


def _silent(one: Carried, there: Sequence[Delegation], reports: Sequence[RecommendationReport]) -> int:
    """How many of the delegations that are asked have not reported."""
    heard = {row.delegation_id for row in reports}
    return sum(1 for row in there if is_asked(one.row, one.asked, row.party) and row.id not in heard)


@bp.get("/sessions/<slug>/recommendations")
@public(load=meeting_visible_to)
def session(meeting: Meeting) -> Any:
    """What a session asks about, what was reported, and the way to report or to ask about more."""
    return _session_page(meeting, CarryForm())


@bp.post("/sessions/<slug>/recommendations")
@signed_in(can_carry, load=meeting_for_staff)
def carry(meeting: Meeting) -> Any:
    """Ask about more of what earlier sessions left open."""
    form = CarryForm()
    if form.validate_on_submit():
        with form.saving():
            number = operations.carry(meeting, chosen=form.chosen.data or [], by=current_user)
            say(
                ngettext(
                    "The session asks about %(num)d more recommendation.",
                    "The session asks about %(num)d more recommendations.",
                    number,
                )
            )
            return back_to("recommendations.session", slug=meeting.slug)
    return _session_page(meeting, form)


def _page_of_one(one: Carried, form: CloseForm) -> tuple[str, int]:
    reports = queries.reports_on(current_user, [one.row.id]).get(one.row.id, [])
    return render_template(
        "recommendations/one.html",
        meeting=one.row.meeting,
        line=presenting.carried_line(one, reports, names_of_parties(codes_in([one]))),
        form=form,
    ), form.status


@bp.get("/recommendations/<int:carried_id>")
@public(load=queries.one_carried)
def show(one: Carried) -> Any:
    """A recommendation with the reports that a session heard on it."""
    return _page_of_one(one, CloseForm(version=one.row.version))


@bp.post("/recommendations/<int:carried_id>/close")
@staff_carried
def close(one: Carried) -> Any:
    """Ask nobody about it any more."""
    form = CloseForm(version=one.row.version)
    if form.validate_on_submit():
        with form.saving(one.row):
            check_version(one.row, form.version.data)
            operations.close(one.row, reason=form.reason.data or "", by=current_user)
            say(_("The recommendation is closed. It can be opened again on its page."))
            return back_to("recommendations.show", carried_id=one.row.id)
    return _page_of_one(one, form)


@bp.post("/recommendations/<int:carried_id>/reopen")
@staff_carried
def reopen(one: Carried) -> Any:
    """Take the closing back."""
    sent()
    operations.reopen(one.row, by=current_user)
    db.session.commit()
    say(_("The recommendation is open again."))
    return back_to("recommendations.show", carried_id=one.row.id)

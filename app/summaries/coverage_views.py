"""Pages that say what became of what was submitted: matrices, passages, coverage, set-asides, balance."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _

from app.core.policies import signed_in
from app.core.sheets import as_download, wanted_format
from app.meetings.models import Meeting
from app.summaries import balance_pages, bp, coverage_pages, matrix_pages, queries
from app.summaries.coverage import Coverage
from app.summaries.policies import can_consolidate
from app.summaries.writers import Workroom, meeting_for_writers

of_meeting = signed_in(can_consolidate, load=meeting_for_writers)


def _coverage(room: Workroom) -> Coverage:
    """The coverage of what the reader sees: who is not of the secretariat sees accepted practices only."""
    return queries.coverage_of_meeting(room.meeting.id, accepted_only=not room.all)


def _file_urls(meeting: Meeting, **asked: Any) -> dict[str, str]:
    """The addresses of what is shown as CSV and as XLSX."""
    endpoint = str(request.endpoint)
    return {
        f"{file_format}_url": url_for(endpoint, slug=meeting.slug, **asked, format=file_format)
        for file_format in ("csv", "xlsx")
    }


def _page_of_list(number: int) -> str:
    return url_for(str(request.endpoint), **(request.view_args or {}), page=number)


@bp.get("/sessions/<slug>/consolidation/matrix")
@of_meeting
def matrix(room: Workroom) -> Any:
    """Guiding question x contributor, theme x contributor, or mechanism x theme, as `?by=` asks."""
    meeting = room.meeting
    by = request.args.get("by", "questions")
    if by not in matrix_pages.MATRICES:
        abort(404)
    page = matrix_pages.matrix_page(meeting, _coverage(room), by)
    if file_format := wanted_format():
        return as_download(page.sheet, name=f"{page.title} {meeting.code}", file_format=file_format)
    return render_template(
        "summaries/matrix.html",
        meeting=meeting,
        page=page,
        titles=matrix_pages.titles(),
        **_file_urls(meeting, by=by),
    )


@bp.get("/sessions/<slug>/consolidation/passages")
@of_meeting
def passages(room: Workroom) -> Any:
    """The passages that the address asks for, each with what became of it."""
    meeting = room.meeting
    coverage = _coverage(room)
    if file_format := wanted_format():
        rows = coverage_pages.passage_sheet(meeting, coverage)
        return as_download(rows, name=f"{_('Passages')} {meeting.code}", file_format=file_format)
    shown = coverage_pages.passage_list(meeting, coverage, page=coverage_pages.wanted_page())
    page = render_template(
        "summaries/passages.html", meeting=meeting, coverage=coverage, **shown, **_file_urls(meeting, **shown["asked"])
    )
    return page, shown["form"].status


@bp.get("/sessions/<slug>/consolidation/coverage")
@of_meeting
def coverage(room: Workroom) -> Any:
    """What is reflected, set aside and open: by question, contributor, mechanism and theme."""
    meeting = room.meeting
    found = _coverage(room)
    return render_template(
        "summaries/coverage.html",
        meeting=meeting,
        coverage=found,
        tables=coverage_pages.coverage_tables(meeting, found),
        urls=coverage_pages.state_urls(meeting, found.total),
    )


@bp.get("/sessions/<slug>/consolidation/coverage/set-aside")
@of_meeting
def set_asides(room: Workroom) -> Any:
    """What was set aside, with the reason, by whom and when."""
    meeting = room.meeting
    found = _coverage(room)
    page = coverage_pages.set_aside_list(meeting, found, page=coverage_pages.wanted_page(), everything=room.all)
    return render_template(
        "summaries/set_asides.html", meeting=meeting, coverage=found, page=page, pages_of_list=_page_of_list
    )


@bp.get("/sessions/<slug>/consolidation/coverage/changed")
@of_meeting
def to_mend(room: Workroom) -> Any:
    """Citations of what was changed, returned or withdrawn since."""
    meeting = room.meeting
    found = _coverage(room)
    page = coverage_pages.to_mend(meeting, found, page=coverage_pages.wanted_page(), everything=room.all)
    return render_template(
        "summaries/to_mend.html", meeting=meeting, coverage=found, page=page, pages_of_list=_page_of_list
    )


@bp.get("/sessions/<slug>/consolidation/balance")
@of_meeting
def balance(room: Workroom) -> Any:
    """Which contributors, languages, kinds of text and regions fill the text."""
    meeting = room.meeting
    found = _coverage(room)
    tables = balance_pages.balance_tables(meeting, found)
    if file_format := wanted_format():
        rows = balance_pages.balance_sheet(tables)
        return as_download(rows, name=f"{_('Balance')} {meeting.code}", file_format=file_format)
    return render_template(
        "summaries/balance.html",
        meeting=meeting,
        coverage=found,
        tables=tables,
        share=balance_pages.share_text,
        **_file_urls(meeting),
    )

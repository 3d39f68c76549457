"""Pages that say what became of what was submitted: matrices, passages, coverage, set-asides, balance."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.core.policies import signed_in
from app.core.sheets import as_download, wanted_format
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff
from app.summaries import balance_pages, bp, coverage_pages, matrix_pages, queries
from app.summaries.coverage import Coverage
from app.summaries.policies import can_consolidate

of_meeting = signed_in(can_consolidate, load=meeting_for_staff)


def _coverage(meeting: Meeting) -> Coverage:
    """The coverage of what the reader sees: who is not of the secretariat sees accepted practices only."""
    return queries.coverage_of_meeting(meeting.id, accepted_only=not current_user.is_staff)


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
def matrix(meeting: Meeting) -> Any:
    """Guiding question x contributor, theme x contributor, or mechanism x theme, as `?by=` asks."""
    by = request.args.get("by", "questions")
    if by not in matrix_pages.MATRICES:
        abort(404)
    page = matrix_pages.matrix_page(meeting, _coverage(meeting), by)
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
def passages(meeting: Meeting) -> Any:
    """The passages that the address asks for, each with what became of it."""
    coverage = _coverage(meeting)
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
def coverage(meeting: Meeting) -> Any:
    """What is reflected, set aside and open: by question, contributor, mechanism and theme."""
    found = _coverage(meeting)
    return render_template(
        "summaries/coverage.html",
        meeting=meeting,
        coverage=found,
        tables=coverage_pages.coverage_tables(meeting, found),
        urls=coverage_pages.state_urls(meeting, found.total),
    )


@bp.get("/sessions/<slug>/consolidation/coverage/set-aside")
@of_meeting
def set_asides(meeting: Meeting) -> Any:
    """What was set aside, with the reason, by whom and when."""
    found = _coverage(meeting)
    page = coverage_pages.set_aside_list(meeting, found, page=coverage_pages.wanted_page())
    return render_template(
        "summaries/set_asides.html", meeting=meeting, coverage=found, page=page, pages_of_list=_page_of_list
    )


@bp.get("/sessions/<slug>/consolidation/coverage/changed")
@of_meeting
def to_mend(meeting: Meeting) -> Any:
    """Citations of what was changed, returned or withdrawn since."""
    found = _coverage(meeting)
    page = coverage_pages.to_mend(meeting, found, page=coverage_pages.wanted_page())
    return render_template(
        "summaries/to_mend.html", meeting=meeting, coverage=found, page=page, pages_of_list=_page_of_list
    )


@bp.get("/sessions/<slug>/consolidation/balance")
@of_meeting
def balance(meeting: Meeting) -> Any:
    """Which contributors, languages, kinds of text and regions fill the text."""
    found = _coverage(meeting)
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

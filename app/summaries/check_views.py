"""The page of the checks."""

from collections import Counter
from typing import Any

from flask import render_template, request, url_for

from app.core.localized import LANGUAGE_NAMES
from app.core.paging import Page
from app.core.policies import signed_in
from app.summaries import bp, checking, queries
from app.summaries.enums import CheckKind
from app.summaries.labels import CHECKS
from app.summaries.policies import can_consolidate
from app.summaries.sources import sources_of
from app.summaries.writers import Workroom, meeting_for_writers

FINDINGS_PER_PAGE = 100


@bp.get("/sessions/<slug>/consolidation/checks")
@signed_in(can_consolidate, load=meeting_for_writers)
def checks(room: Workroom) -> Any:
    """What the checks find in the working text, all or of one kind, and what of it stands in the way of publication."""
    meeting = room.meeting
    summary, sources = queries.summary_of(meeting.id), sources_of(meeting.id, accepted_only=not room.all)
    found = checking.all_findings(meeting, summary, queries.coverage_of(summary, sources))
    counts = Counter(finding.kind for finding in found)
    asked = request.args.get("kind")
    kind = CheckKind(asked) if asked in set(CheckKind) else None
    chosen = [finding for finding in found if kind in (None, finding.kind)]
    number = min(max(request.args.get("page", 1, int), 1), FINDINGS_PER_PAGE)
    first = (number - 1) * FINDINGS_PER_PAGE
    return render_template(
        "summaries/checks.html",
        meeting=meeting,
        summary=summary,
        page=Page(chosen[first : first + FINDINGS_PER_PAGE], len(chosen), number, FINDINGS_PER_PAGE),
        url_for_page=lambda page: url_for("summaries.checks", slug=meeting.slug, kind=asked, page=page),
        kinds=[(one, CHECKS[one], counts[one]) for one in CheckKind],
        kind=kind,
        labels=CHECKS,
        blocking=sum(finding.blocks for finding in found),
        total=len(found),
        language_names=LANGUAGE_NAMES,
    )

"""The desk's pages."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask_login import current_user

from app.audit.operations import record
from app.core.clock import now
from app.core.db import db
from app.core.forms import sent
from app.core.policies import anyone, signed_in
from app.desk import bp, floor_tasks, mailing, own_data, queries, tasks, trail, workbench
from app.directory.history import proposals_waiting
from app.documents.models import StoredFile
from app.documents.responses import ArchivedFile, send_archive
from app.library import practice_pages
from app.library import queries as library
from app.meetings.enums import Stage
from app.meetings.models import Meeting, Participant
from app.meetings.participant_queries import participant_visible_to
from app.meetings.policies import can_manage_meeting
from app.meetings.queries import Relatives, meeting_for_staff, meeting_with_relatives, trail_of
from app.practices.review_queries import waiting_after
from app.summaries.queries import open_passages


@bp.get("")
@signed_in(anyone)
def home() -> Any:
    """What the person has to do, and what is new."""
    if current_user.is_staff:
        return _secretariat()
    return render_template(
        "desk/home.html",
        delegations=floor_tasks.to_interpret(current_user) + tasks.tasks_of(current_user),
        summaries=library.summaries_published(current_user)[:5],
        practices=practice_pages.newest(current_user),
    )


def _secretariat() -> Any:
    page = library.sessions(current_user, page=request.args.get("page", 1, int))
    counts = queries.practices_by_state(meeting.id for meeting in page.items)
    after = waiting_after(meeting.id for meeting in page.items)
    held = mailing.held_by_session()
    stuck, since = mailing.stuck()
    consolidating = next((meeting for meeting in page.items if meeting.stage is Stage.CONSOLIDATING), None)
    return render_template(
        "desk/secretariat.html",
        page=page,
        page_url=lambda number: url_for("desk.home", page=number),
        lines=[
            workbench.session_line(meeting, counts[meeting.id], held.get(meeting.id, 0), after.get(meeting.id, (0, 0)))
            for meeting in page.items
        ],
        consolidating=consolidating,
        open_passages=open_passages(consolidating.id) if consolidating else 0,
        proposals=proposals_waiting(),
        held=sum(held.values()),
        stuck=stuck,
        stuck_since=since,
        zone=current_app.config["ZONE"],
    )


@bp.get("/<slug>")
@signed_in(can_manage_meeting, load=meeting_with_relatives)
def meeting(row: Relatives) -> Any:
    """One session as the secretariat works on it."""
    return render_template("desk/meeting.html", **workbench.workbench(row))


@bp.get("/<slug>/trail")
@signed_in(can_manage_meeting, load=meeting_for_staff)
def meeting_trail(row: Meeting) -> Any:
    """What was done in a session, by whom, when."""
    page = trail_of(row.id, page=request.args.get("page", 1, type=int))
    return render_template(
        "desk/trail.html",
        meeting=row,
        page=page,
        events=trail.readable(page.items, row.zone),
        url_for_page=lambda number: url_for("desk.meeting_trail", slug=row.slug, page=number),
    )


def _download(held: dict[str, Any], files: Sequence[StoredFile], name: str) -> Response:
    """What is held about a person (data.json), with files that they sent, under their numbers."""
    return send_archive(
        [ArchivedFile(f"files/{file.id}-{file.name}", file.sha256, file.size) for file in files],
        f"{name}-{now():%Y-%m-%d}.zip",
        made=("data.json", json.dumps(held, ensure_ascii=False, indent=2).encode()),
    )


@bp.post("/my-data")
@signed_in(anyone)
def my_data() -> Response:
    """Everything that is held about whoever asks."""
    sent()
    me = current_user._get_current_object()
    record("export_personal_data", me, by=me, changes={})
    answer = _download(own_data.of_own_account(me), own_data.files_of(me.id), "plenaria-my-data")
    db.session.commit()
    return answer


@bp.post("/participants/<int:participant_id>/data")
@signed_in(can_manage_meeting, load=participant_visible_to)
def participant_data(person: Participant) -> Response:
    """Everything that is held about a participant, for staff to hand to them."""
    sent()
    record("export_personal_data", person, by=current_user, meeting_id=person.delegation.meeting_id, changes={})
    files = own_data.files_given(person.user_id) if person.user_id else []
    answer = _download(own_data.of_participant(person), files, "plenaria-participant")
    db.session.commit()
    return answer

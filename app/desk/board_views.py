"""The board's pages."""

from collections import Counter
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.db import db
from app.core.errors import WrongState
from app.core.forms import sent
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.sheets import as_download, wanted_format
from app.desk import bp
from app.desk.board import CALL_STATES, Board, Contributor, board_of, call_states, chosen
from app.desk.board_columns import call_state_text, columns_of
from app.mail.operations import refused_addresses
from app.meetings.models import Meeting
from app.meetings.policies import can_manage_meeting
from app.meetings.queries import meeting_for_staff
from app.reminders.labels import waiting_lines, written
from app.reminders.operations import check_takes_in, remind_now
from app.reminders.registry import subjects

staff_meeting = signed_in(can_manage_meeting, load=meeting_for_staff)


@bp.get("/<slug>/board")
@staff_meeting
def board(meeting: Meeting) -> Any:
    """Contributor x what is asked of it; as a sheet where the address asks for one."""
    whole = board_of(meeting)
    who, state = request.args.get("who", ""), request.args.get("state", "")
    shown = chosen(whole.contributors, who=who, state=state)
    columns = columns_of(whole)
    corner, kind = _("Contributor"), _("Kind")
    if file_format := wanted_format():
        return _sheet(shown, columns, corner, kind, file_format=file_format, name=f"{meeting.slug}-board")
    kept: dict[str, Any] = {"slug": meeting.slug, "who": who or None, "state": state or None}
    return render_template(
        "desk/board.html",
        meeting=meeting,
        board=whole,
        columns=[column for column in columns if not column.named],
        rows=[
            {
                "label": item.name,
                "below": [cell for column in columns if column.named and (cell := column.cell(item)).url],
                "cells": [column.cell(item) for column in columns if not column.named],
            }
            for item in shown
        ],
        corner=corner,
        who=who,
        state=state,
        counts=_counts(whole),
        call=_call_states(whole),
        to_remind=sum(bool(item.to_tell) for item in whole.contributors),
        reminders=waiting_lines(meeting, subjects(), whole.told),
        csv_url=url_for("desk.board", **kept, format="csv"),
        xlsx_url=url_for("desk.board", **kept, format="xlsx"),
    )


def _counts(whole: Board) -> list[dict[str, Any]]:
    """How many contributors there are, each in one of four rows that add up; and how many are late."""
    number = Counter((item.has_come, item.owes) for item in whole.contributors)
    return [
        {"label": _("Contributors"), "value": number.total()},
        {"label": _("All that is asked came"), "value": number[True, False]},
        {"label": _("Something came, more is awaited"), "value": number[True, True]},
        {"label": _("Nothing came yet"), "value": number[False, True]},
        {"label": _("Not asked, declined or withdrawn"), "value": number[False, False]},
        {"label": _("Late with what is awaited"), "value": sum(item.late for item in whole.contributors)},
    ]


def _call_states(whole: Board) -> dict[str, Any]:
    """How many States have a text in each state of the call, with the address of the board of these; how many States
    there are, and how many of them are in several states, so that the numbers can be added."""
    found = [states for item in whole.contributors if (states := call_states(item))]
    number, slug = Counter(name for states in found for name in states), whole.meeting.slug
    return {
        "states": len(found),
        "several": sum(len(states) > 1 for states in found),
        "counted": [
            {
                "value": name,
                "label": call_state_text(name),
                "number": number[name],
                "url": url_for("desk.board", slug=slug, state=name),
            }
            for name in CALL_STATES
        ],
    }


def _sheet(
    shown: list[Contributor], columns: list[Any], corner: str, kind: str, *, file_format: str, name: str
) -> Response:
    kinds = {False: _("State"), True: _("Mechanism")}
    rows: list[list[str | int]] = [[corner, kind, *(column.label for column in columns)]]
    for item in shown:
        cells = [column.cell(item) for column in columns]
        values = [cell.text if cell.value is None else cell.value for cell in cells]
        rows.append([item.name, kinds[item.is_mechanism], *values])
    return as_download(rows, name=name, file_format=file_format)


@bp.get("/<slug>/board/remind")
@staff_meeting
def confirm_reminder(meeting: Meeting) -> str:
    """Say whom a reminder reaches: one contributor, or all that are late or missing."""
    only = request.args.get("to", type=int)
    owing = [item for item in board_of(meeting).contributors if item.owes and only in (None, item.delegation.id)]
    try:
        check_takes_in(meeting)
        why: Any = _(
            "What was asked for has come, a reminder waits in the outbox or left today, or nobody is there to write to."
        )
    except WrongState as refusal:
        why, owing = refusal, []
    return render_template(
        "desk/remind.html",
        meeting=meeting,
        why=why,
        reached=[item for item in owing if item.to_tell],
        unwritable=[item for item in owing if not item.writers],
        reminded=[item.name for item in owing if item.writers and not item.to_tell],
        mails=sum(len(item.to_tell) for item in owing),
        language_names=LANGUAGE_NAMES,
        refused=refused_addresses([user.email for item in owing for user in item.to_tell]),
    )


@bp.post("/<slug>/board/remind")
@staff_meeting
def send_reminder(meeting: Meeting) -> Response:
    """Write the reminders to those who were shown."""
    sent()
    chosen_ids = request.form.getlist("to", type=int)
    mails = sum(remind_now(meeting, subject, chosen_ids, by=current_user) for subject in subjects())
    slug = meeting.slug
    db.session.commit()
    say(written(mails))
    return back_to("desk.board", slug=slug)

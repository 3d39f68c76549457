"""One session as the secretariat works on it: what waits, and what is next."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.wording import in_reader_language, moment_text
from app.desk import mailing, queries
from app.desk.floor_tasks import corrections_tasks
from app.desk.stage_pages import late_text, numbers_of, planned_text, stages_of
from app.mail.enums import MailState
from app.meetings import fitting, stages
from app.meetings.enums import Stage
from app.meetings.labels import STAGES, stage_kind_of, stage_of
from app.meetings.models import Meeting
from app.meetings.queries import Relatives
from app.practices.enums import PracticeState
from app.practices.review_queries import waiting_after
from app.record.queries import corrections_waiting, practices_wished
from app.summaries.queries import coverage_of, summary_of
from app.summaries.sources import sources_of


def workbench(related: Relatives) -> dict[str, Any]:
    """Return what templates/desk/meeting.html needs."""
    meeting = related.meeting
    by_state = queries.practices_by_state([meeting.id])[meeting.id]
    filed, shown = queries.presentations_filed(meeting.id)
    summary = summary_of(meeting.id)
    coverage = coverage_of(summary, sources_of(meeting.id)).total
    mails = mailing.counts(meeting_id=meeting.id)
    numbers = numbers_of(meeting)
    closes = numbers.closes_at
    following = None if meeting.cancelled_at else meeting.stage.next
    return {
        "meeting": meeting,
        "parent": related.parent,
        "parts": related.parts,
        "stage": stage_of(meeting),
        "stage_kind": stage_kind_of(meeting),
        "stages": stages_of(meeting, numbers),
        "coverage": coverage,
        "summary": summary,
        "next_stage": STAGES[following] if following else "",
        "checks": stages.checklist(meeting, following) if following else [],
        "planned": stages.planned_day(meeting, following) if following else None,
        "tasks": [
            *_late(meeting),
            *_misfits(meeting),
            *_mail_tasks(meeting, mails),
            *_after_tasks(meeting, waiting_after([meeting.id]).get(meeting.id, (0, 0))),
            *_record_tasks(meeting),
            *_tasks(meeting, by_state, filed - shown, coverage.open if summary else 0),
        ],
        "facts": [
            {"label": _("Delegations"), "value": numbers.delegations},
            {"label": _("Call closes"), "value": moment_text(closes, meeting.zone) if closes else ""},
            {"label": _("Practices to review"), "value": by_state[PracticeState.SUBMITTED]},
            {"label": _("Practices returned"), "value": by_state[PracticeState.RETURNED]},
            {"label": _("Practices accepted"), "value": by_state[PracticeState.ACCEPTED]},
            {"label": _("Practices published"), "value": by_state[PracticeState.PUBLISHED]},
            {"label": _("Presentations filed"), "value": filed},
        ],
    }


def _late(meeting: Meeting) -> list[dict[str, Any]]:
    following = meeting.stage.next
    days = stages.days_late(meeting, following) if following else 0
    if not following or not days:
        return []
    return [
        {
            "title": _("Move on to “%(stage)s”", stage=STAGES[following]),
            "due": planned_text(meeting, following),
            "url": url_for("meetings.stages", slug=meeting.slug),
            "action": _("See what is missing"),
            "kind": "action",
            "status": late_text(days),
        }
    ]


def _misfits(meeting: Meeting) -> list[dict[str, Any]]:
    return [
        {
            "title": fit.sentence,
            "url": url_for(fit.endpoint, slug=meeting.slug),
            "action": _("Look at it"),
            "kind": "action",
            "status": _("Does not fit the dates"),
        }
        for fit in fitting.misfits(meeting)
    ]


def _mail_tasks(meeting: Meeting, mails: dict[MailState, int]) -> list[dict[str, Any]]:
    tasks, hidden = [], meeting.stage is Stage.PREPARING
    if held := mails[MailState.HELD]:
        tasks.append(
            {
                "title": ngettext("%(num)d mail to approve", "%(num)d mails to approve", held),
                "url": url_for("desk.outbox", session=meeting.slug),
                "action": _("See the outbox"),
                "kind": "neutral" if hidden else "action",
                "status": _("Can wait until the call opens") if hidden else _("Waiting for you"),
            }
        )
    if failed := mails[MailState.FAILED]:
        tasks.append(
            {
                "title": ngettext("%(num)d mail was not delivered", "%(num)d mails were not delivered", failed),
                "url": url_for("desk.mail_log", session=meeting.slug, state=MailState.FAILED.value),
                "action": _("See why"),
                "kind": "action",
                "status": _("Waiting for you"),
            }
        )
    return tasks


def _after_tasks(meeting: Meeting, numbers: tuple[int, int]) -> list[Any]:
    """What delegations ask for after publication: so many corrections and withdrawals."""
    corrections, withdrawals = numbers
    asked = {
        "correction": ngettext("%(num)d correction to decide", "%(num)d corrections to decide", corrections),
        "withdrawal": ngettext("%(num)d withdrawal to decide", "%(num)d withdrawals to decide", withdrawals),
    }
    return [
        {
            "title": title,
            "url": url_for("practices.queue", slug=meeting.slug, reading=reading),
            "action": _("Decide"),
            "kind": "action",
            "status": _("Waiting for you"),
        }
        for (reading, title), number in zip(asked.items(), numbers, strict=True)
        if number
    ]


def _record_tasks(meeting: Meeting) -> list[Any]:
    """What delegations and note-takers wait for; nothing of it can be given in a session that was cancelled."""
    if meeting.cancelled_at:
        return []
    tasks = corrections_tasks(meeting, corrections_waiting([meeting.id]).get(meeting.id, 0))
    if wished := practices_wished(meeting.id):
        tasks.append(
            {
                "title": ngettext(
                    "%(num)d good practice to ask for in writing",
                    "%(num)d good practices to ask for in writing",
                    wished,
                ),
                "url": url_for("record.index", slug=meeting.slug),
                "action": _("Go to the record"),
                "kind": "action",
                "status": _("Waiting for you"),
            }
        )
    return tasks


def _tasks(meeting: Meeting, by_state: dict[PracticeState, int], unpublished: int, open_passages: int) -> list[Any]:
    tasks = []
    if waiting := by_state[PracticeState.SUBMITTED]:
        tasks.append(
            {
                "title": ngettext("%(num)d practice to review", "%(num)d practices to review", waiting),
                "url": url_for("practices.queue", slug=meeting.slug, state=PracticeState.SUBMITTED.value),
                "action": _("Review"),
                "kind": "action",
                "status": _("Waiting for you"),
            }
        )
    if accepted := by_state[PracticeState.ACCEPTED]:
        tasks.append(
            {
                "title": ngettext(
                    "%(num)d accepted practice to publish", "%(num)d accepted practices to publish", accepted
                ),
                "url": url_for("practices.queue", slug=meeting.slug, state=PracticeState.ACCEPTED.value),
                "action": _("Go to the practices"),
                "kind": "neutral",
                "status": _("Ready"),
            }
        )
    if unpublished:
        tasks.append(
            {
                "title": ngettext("%(num)d presentation to publish", "%(num)d presentations to publish", unpublished),
                "url": url_for("presentations.index", slug=meeting.slug),
                "action": _("Go to the presentations"),
                "kind": "neutral",
                "status": _("Ready"),
            }
        )
    if open_passages:
        tasks.append(
            {
                "title": ngettext("%(num)d passage open", "%(num)d passages open", open_passages),
                "url": url_for("summaries.workspace", slug=meeting.slug),
                "action": _("Go on consolidating"),
                "kind": "action",
                "status": _("Waiting for you"),
            }
        )
    return tasks


def session_line(
    meeting: Meeting, by_state: dict[PracticeState, int], held: int, after: tuple[int, int]
) -> dict[str, Any]:
    """Return a session as a row of the secretariat's desk. `after`: what waiting_after counts of it."""
    following = meeting.stage.next
    return {
        "late": late_text(stages.days_late(meeting, following)) if following else "",
        "title": in_reader_language(meeting.title),
        "url": url_for("desk.meeting", slug=meeting.slug),
        "body": in_reader_language(meeting.mechanism.label),
        "stage": stage_of(meeting),
        "kind": stage_kind_of(meeting),
        "waiting": by_state[PracticeState.SUBMITTED],
        "asked": _after_tasks(meeting, after),
        "received": sum(by_state.values()),
        "held": held,
        "outbox": url_for("desk.outbox", session=meeting.slug),
    }

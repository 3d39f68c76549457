"""One session as the secretariat works on it: its stages with the pages of each, counted, and what is next."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.clock import now
from app.core.wording import in_reader_language, moment_text, show_day
from app.desk import mailing, queries
from app.library.queries import calls
from app.mail.enums import MailState
from app.meetings import stages
from app.meetings.enums import Stage
from app.meetings.labels import STAGE_KINDS, STAGES
from app.meetings.models import Meeting
from app.meetings.participant_queries import counted
from app.meetings.programme import has_old_days
from app.meetings.queries import Relatives, agenda_of, latest_agenda, questions_of
from app.practices.enums import PracticeState
from app.summaries.queries import coverage_of, participating, publications_of, summary_of
from app.summaries.sources import sources_of


def workbench(related: Relatives) -> dict[str, Any]:
    """Return what templates/desk/meeting.html needs."""
    meeting = related.meeting
    by_state = queries.practices_by_state([meeting.id])[meeting.id]
    filed, shown = queries.presentations_filed(meeting.id)
    summary = summary_of(meeting.id)
    coverage = coverage_of(summary, sources_of(meeting.id)).total
    found = calls([meeting.id])
    call = found[0] if found else None
    mails = mailing.counts(meeting_id=meeting.id)
    numbers = {
        "agenda": len(agenda_of(meeting.id)),
        "questions": len(questions_of(meeting.id)),
        "delegations": participating(meeting.id),
        "participants": sum(counted(meeting.id).values()),
        "received": sum(by_state.values()),
        "presentations": filed,
        "open": coverage.open,
        "publications": len(publications_of(meeting.id)),
        "held": mails[MailState.HELD],
    }
    following = meeting.stage.next
    return {
        "meeting": meeting,
        "parent": related.parent,
        "parts": related.parts,
        "stage": STAGES[meeting.stage],
        "stage_kind": STAGE_KINDS[meeting.stage],
        "stages": _stages(meeting, numbers, call),
        "coverage": coverage,
        "summary": summary,
        "next_stage": STAGES[following] if following else "",
        "checks": stages.checklist(meeting, following) if following else [],
        "planned": stages.planned_day(meeting, following) if following else None,
        "tasks": [
            *_late(meeting),
            *_agenda_tasks(meeting),
            *_mail_tasks(meeting, mails),
            *_tasks(meeting, by_state, filed - shown, coverage.open if summary else 0),
        ],
        "facts": [
            {"label": _("Delegations"), "value": numbers["delegations"]},
            {"label": _("Call closes"), "value": moment_text(call.closes_at, meeting.zone) if call else ""},
            {"label": _("Practices to review"), "value": by_state[PracticeState.SUBMITTED]},
            {"label": _("Practices returned"), "value": by_state[PracticeState.RETURNED]},
            {"label": _("Practices accepted"), "value": by_state[PracticeState.ACCEPTED]},
            {"label": _("Practices published"), "value": by_state[PracticeState.PUBLISHED]},
            {"label": _("Presentations filed"), "value": filed},
        ],
    }


def _stages(meeting: Meeting, numbers: dict[str, int], call: Any) -> list[dict[str, Any]]:
    def link(label: str, endpoint: str, count: str = "") -> dict[str, Any]:
        return {"label": label, "url": url_for(endpoint, slug=meeting.slug), "count": numbers.get(count)}

    links = {
        Stage.PREPARING: [
            link(_("Facts and mandate"), "meetings.edit"),
            link(_("Order of business"), "meetings.agenda", "agenda"),
            link(_("Guiding questions"), "meetings.questions", "questions"),
            link(_("Delegations"), "meetings.delegations", "delegations"),
            link(_("Participants"), "meetings.participants", "participants"),
            link(_("Call for good practices"), "practices.call"),
            {"label": _("Outbox"), "url": url_for("desk.outbox", session=meeting.slug), "count": numbers["held"]},
            link(_("Reminders"), "reminders.session"),
            link(_("Documents"), "library.documents"),
            link(_("Documents that Plenaria writes"), "register.generated"),
        ],
        Stage.CALL_OPEN: [link(_("Practices received"), "practices.queue", "received"), link(_("Board"), "desk.board")],
        Stage.IN_SESSION: [link(_("Presentations"), "presentations.index", "presentations")],
        Stage.CONSOLIDATING: [
            link(_("Consolidation"), "summaries.workspace", "open"),
            link(_("Who answered what"), "summaries.matrix"),
        ],
        Stage.PUBLISHED: [
            link(_("Publication"), "summaries.publish", "publications"),
            link(_("The session as readers see it"), "library.meeting"),
            link(_("Trail"), "desk.meeting_trail"),
            link(_("Save as a template"), "meetings.save_template"),
            link(_("Start the next session"), "meetings.start_from_session"),
        ],
    }
    order = list(Stage)
    here = order.index(meeting.stage)
    notes = {stage: _planned(meeting, stage) for stage in order[here + 1 :]}
    if call and call.opens_at <= now() < call.closes_at:
        notes[Stage.CALL_OPEN] = _("closes %(moment)s", moment=moment_text(call.closes_at, meeting.zone))
    return [
        {
            "label": STAGES[stage],
            "links": links[stage],
            "note": notes.get(stage, ""),
            "late": late_text(stages.days_late(meeting, stage)),
            "state": "done" if place < here else "current" if place == here else "upcoming",
        }
        for place, stage in enumerate(order)
    ]


def _planned(meeting: Meeting, stage: Stage) -> str:
    day = stages.planned_day(meeting, stage)
    return _("planned for %(day)s", day=show_day(day)) if day else ""


def late_text(days: int) -> str:
    """Return "3 days late", or nothing for what is in time."""
    return ngettext("%(num)d day late", "%(num)d days late", days) if days else ""


def _late(meeting: Meeting) -> list[dict[str, Any]]:
    following = meeting.stage.next
    days = stages.days_late(meeting, following) if following else 0
    if not following or not days:
        return []
    return [
        {
            "title": _("Move on to “%(stage)s”", stage=STAGES[following]),
            "due": _planned(meeting, following),
            "url": url_for("meetings.stages", slug=meeting.slug),
            "action": _("See what is missing"),
            "kind": "action",
            "status": late_text(days),
        }
    ]


def _agenda_tasks(meeting: Meeting) -> list[dict[str, Any]]:
    published = latest_agenda(meeting.id)
    if published is None or not has_old_days(published, meeting):
        return []
    return [
        {
            "title": _("The published order of business has the days from before the session was moved"),
            "url": url_for("meetings.agenda", slug=meeting.slug),
            "action": _("Revise the order of business"),
            "kind": "action",
            "status": _("Waiting for you"),
        }
    ]


def _mail_tasks(meeting: Meeting, mails: dict[MailState, int]) -> list[dict[str, Any]]:
    tasks = []
    if held := mails[MailState.HELD]:
        tasks.append(
            {
                "title": ngettext("%(num)d mail to approve", "%(num)d mails to approve", held),
                "url": url_for("desk.outbox", session=meeting.slug),
                "action": _("See the outbox"),
                "kind": "action",
                "status": _("Waiting for you"),
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


def session_line(meeting: Meeting, by_state: dict[PracticeState, int], held: int) -> dict[str, Any]:
    """Return a session as a row of the secretariat's desk."""
    following = meeting.stage.next
    return {
        "late": late_text(stages.days_late(meeting, following)) if following else "",
        "title": in_reader_language(meeting.title),
        "url": url_for("desk.meeting", slug=meeting.slug),
        "body": in_reader_language(meeting.mechanism.label),
        "stage": STAGES[meeting.stage],
        "kind": STAGE_KINDS[meeting.stage],
        "waiting": by_state[PracticeState.SUBMITTED],
        "received": sum(by_state.values()),
        "held": held,
        "outbox": url_for("desk.outbox", session=meeting.slug),
    }

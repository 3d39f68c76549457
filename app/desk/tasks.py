"""What is asked of a person's delegations, as tasks with one button each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.actors import Actor
from app.core.clock import now
from app.core.wording import in_reader_language, moment_text
from app.desk import queries
from app.desk.floor_tasks import Task, awaited_until, corrections_tasks, floor_tasks, minutes_tasks, part_tasks
from app.directory.enums import PartyKind
from app.floor.queries import parts_held, taking_requests
from app.library.queries import calls
from app.meetings.enums import Stage
from app.meetings.models import Delegation
from app.meetings.policies import can_register_people, can_write_for, registration_is_open
from app.meetings.queries import delegations_of
from app.practices.after_models import Correction
from app.practices.after_queries import corrections_told
from app.practices.clearance_queries import Standing, may_clear, standings
from app.practices.enums import CorrectionState, PracticeState
from app.practices.labels import CORRECTIONS_TOLD, STATE_KINDS, STATES
from app.practices.models import Practice, counts, is_open
from app.practices.policies import WRITING_PARTIES
from app.practices.queries import practices_of_delegations
from app.presentations.enums import InvitationState, PresentationState
from app.presentations.labels import INVITATIONS
from app.presentations.models import PresentationSlot
from app.presentations.queries import slots_of
from app.record.queries import correctable_until, corrections_waiting

# What needs the person comes first (_practice_task says so of some more), then what they began, then what is with the
# secretariat.
ORDER = [
    PracticeState.RETURNED,
    PracticeState.DRAFT,
    PracticeState.WITH_CAPITAL,
    PracticeState.SUBMITTED,
    PracticeState.ACCEPTED,
    PracticeState.PUBLISHED,
]


def tasks_of(actor: Actor) -> list[dict[str, Any]]:
    """Return the person's delegations, newest session first, each with its tasks.

    Fourteen statements at most, seventeen where a text was sent to the capital. A session that was cancelled asks for
    nothing, and keeps what was submitted.
    """
    delegations = delegations_of(actor)
    ids = [delegation.id for delegation in delegations]
    if not ids:
        return []
    calls_of = {call.meeting_id: call for call in calls(delegation.meeting_id for delegation in delegations)}
    later = queries.deadlines(ids)
    presentations = queries.presentations_of(ids)
    slots = slots_of(ids)
    registered = queries.registered(ids)
    taking = taking_requests(delegation.meeting_id for delegation in delegations)
    parts = parts_held(actor, ids)
    correctable = correctable_until(ids)
    corrections = corrections_waiting((delegation.meeting_id for delegation in delegations), rapporteur=actor)
    practices: dict[int, list[Practice]] = {}
    found = practices_of_delegations(ids)
    cleared = standings(found)
    told = corrections_told(found)
    for practice in found:
        practices.setdefault(practice.delegation_id, []).append(practice)
    return [
        {
            "party": in_reader_language(delegation.party.label),
            "meeting": in_reader_language(delegation.meeting.title),
            "url": url_for("library.meeting", slug=delegation.meeting.slug),
            "cancelled": bool(delegation.meeting.cancelled_at),
            "tasks": _kept(presentations.get(delegation.id), practices.get(delegation.id, []))
            if delegation.meeting.cancelled_at
            else [
                *part_tasks(delegation, parts.get(delegation.id, frozenset())),
                *_invitation_tasks(delegation, slots.get(delegation.id), actor),
                *_presentation_tasks(delegation, presentations.get(delegation.id), slots.get(delegation.id), actor),
                *_practice_tasks(
                    delegation,
                    calls_of.get(delegation.meeting_id),
                    later.get(delegation.id),
                    practices.get(delegation.id, []),
                    cleared,
                    told,
                    actor,
                ),
                *_people_tasks(delegation, registered.get(delegation.id, 0), actor),
                *floor_tasks(delegation, actor, delegation.meeting_id in taking),
                *minutes_tasks(delegation, actor, correctable.get(delegation.id)),
                *corrections_tasks(delegation.meeting, corrections.get(delegation.meeting_id, 0)),
                *_used_tasks(delegation),
            ],
        }
        for delegation in delegations
    ]


def _kept(presentation: Any, practices: list[Practice]) -> list[Task]:
    """What a delegation has in a session that was cancelled; nothing of it can be changed."""
    kept = [
        _practice_task(practice, None, {}, mine=False, writes=False, taken=False)
        for practice in practices
        if practice.state in ORDER
    ]
    if presentation is not None and presentation.state is PresentationState.FILED:
        kept.append({"title": _("Presentation"), "status": _("Filed"), "kind": "progress"})
    return kept


def _practice_tasks(
    delegation: Delegation,
    call: Any,
    later: datetime | None,
    practices: list[Practice],
    cleared: Mapping[int, Standing],
    told: Mapping[int, Correction],
    actor: Actor,
) -> list[Task]:
    if call is None or delegation.party.kind not in WRITING_PARTIES:
        return []
    writes = can_write_for(actor, delegation)
    deadline = max(call.closes_at, later) if later else call.closes_at
    zone = delegation.meeting.zone
    stage = delegation.meeting.stage
    open_now = is_open(call, stage, later, now())
    due = awaited_until(deadline, zone)
    closed: Task = {
        "due": _(
            "The call is closed. Your text is kept. To submit it, your delegation asks the secretariat for an "
            "extension."
        )
    }
    if not open_now:
        due = closed
    elif now() >= deadline:
        due = {"due": _("The deadline has passed. You can still submit: it will be accepted as late, and marked so.")}

    def due_of(practice: Practice) -> Task:
        intake = practice.to_confirm
        if intake is None:
            return _due(practice, due, zone)
        taken = stage is not Stage.PREPARING and counts(call, deadline, intake.received_at)
        return awaited_until(intake.confirm_by, zone) if taken else closed

    shown = sorted((item for item in practices if item.state in ORDER), key=lambda item: ORDER.index(item.state))
    tasks = []
    for practice in shown:
        standing, until = cleared.get(practice.id), due_of(practice)
        mine = standing is not None and any(may_clear(actor, step, delegation) for step in standing.asked)
        task = _practice_task(practice, standing, until, mine=mine, writes=writes, taken=until is not closed)
        tasks.append(task | _correction_task(told.get(practice.id), writes=writes))
    tasks.sort(key=lambda task: task["kind"] != "action")
    if open_now and writes:
        tasks.append(
            {
                "title": _("Submit a good practice"),
                **due,
                "kind": "neutral" if practices else "action",
                "status": _("Open"),
                "action": _("Start a draft"),
                "url": url_for("practices.new", slug=delegation.meeting.slug, code=delegation.party.code),
            }
        )
    elif now() < call.opens_at:
        opens = moment_text(call.opens_at, zone)
        tasks.append({"title": _("Submit a good practice"), "note": _("The call opens on %(opens)s.", opens=opens)})
    return tasks


def _due(practice: Practice, due: Task, zone: str) -> Task:
    """Until when a practice is awaited: a returned one as its return says."""
    until = practice.revise_by
    if practice.state is not PracticeState.RETURNED or until is None:
        return due
    return {**awaited_until(until, zone), "due": _("Revision until %(moment)s", moment=moment_text(until, zone))}


def _practice_task(
    practice: Practice, standing: Standing | None, due: Task, *, mine: bool, writes: bool, taken: bool
) -> Task:
    """What is asked of a practice. `mine`: its clearance is asked of the person; `taken`: it may be submitted now."""
    task = {
        "title": practice.content.get("title") or _("Draft without a title"),
        "note": practice.reference or "",
        "status": STATES[practice.state],
        "kind": STATE_KINDS[practice.state],
    }
    if practice.state.editable:
        return {**task, **due, **_draft_task(practice, standing, writes=writes, taken=taken)}
    if practice.state is PracticeState.WITH_CAPITAL or (standing and standing.correction):
        clearance = url_for("practices.clearance_page", practice_id=practice.id)
        task |= {"url": clearance, "action": _("See the clearance")}
        if standing and standing.correction:
            task |= {"status": _("Correction with the capital"), "kind": "progress"}
        else:
            task |= due
        if mine:
            return {**task, "status": _("Your clearance is asked"), "kind": "action", "action": _("Read and answer")}
        if standing and standing.cleared and writes and taken:
            check = url_for("practices.check", practice_id=practice.id)
            cleared = {"status": _("Cleared: submit it"), "kind": "action"}
            return {**task, **cleared, "url": check, "action": _("Check and submit")}
        if standing and standing.cleared:
            return {**task, "status": _("Cleared")}
        return task
    if practice.reference:
        return {**task, "url": url_for("practices.receipt", practice_id=practice.id), "action": _("See the receipt")}
    return task


def _correction_task(correction: Correction | None, *, writes: bool) -> Task:
    """What the line of a published practice says of a correction that the secretariat has or did not accept."""
    if correction is None:
        return {}
    waits = correction.state is CorrectionState.PROPOSED
    task: Task = {"status": CORRECTIONS_TOLD[correction.state], "kind": "progress" if waits else "action"}
    if writes:
        action = _("See the correction") if waits else _("Read why, and correct it")
        task |= {"url": url_for("practices.correct", practice_id=correction.practice_id), "action": action}
    return task


def _draft_task(practice: Practice, standing: Standing | None, *, writes: bool, taken: bool) -> Task:
    """What is asked of a text that is written: by those who write; who only reads is led to it."""
    if not writes:
        return {"url": url_for("practices.check", practice_id=practice.id), "action": _("Read it"), "kind": "neutral"}
    task: Task = {"url": url_for("practices.edit", practice_id=practice.id), "action": _("Continue the draft")}
    if standing and standing.sent_back:
        sent_back = {"status": _("Sent back from the capital"), "kind": "action"}
        return {**task, **sent_back, "action": _("Read the reason and revise")}
    if practice.state is PracticeState.RETURNED:
        return {**task, "action": _("Read the comments and revise")}
    if practice.to_confirm:
        task["status"] = _("Recorded by the secretariat")
        if taken:
            task |= {"kind": "action", "action": _("Confirm what the secretariat recorded")}
    return task


def _invitation_tasks(delegation: Delegation, slot: PresentationSlot | None, actor: Actor) -> list[Task]:
    if slot is None or slot.state is not InvitationState.INVITED or not can_write_for(actor, delegation):
        return []
    task: Task = {"title": _("Answer the invitation to present"), "status": _("Invited"), "kind": "action"}
    url = url_for("presentations.edit", slug=delegation.meeting.slug, code=delegation.party.code)
    return [{**task, "url": url, "action": _("Accept or decline")}]


def _used_tasks(delegation: Delegation) -> list[Task]:
    meeting = delegation.meeting
    if meeting.stage is not Stage.PUBLISHED or delegation.party.kind not in (*WRITING_PARTIES, PartyKind.MECHANISM):
        return []
    return [
        {
            "title": _("What became of what you contributed"),
            "status": _("Summary published"),
            "kind": "done",
            "url": url_for("desk.used", slug=meeting.slug, code=delegation.party.code),
            "action": _("Where it was used"),
        }
    ]


def _people_tasks(delegation: Delegation, registered: int, actor: Actor) -> list[Task]:
    meeting = delegation.meeting
    if not registration_is_open(meeting) or not can_register_people(actor, delegation):
        return []
    until = moment_text(meeting.registration_closes_at or meeting.ends_at, meeting.zone)
    return [
        {
            "title": _("Register who attends"),
            "due": _("Until %(moment)s", moment=until),
            "kind": "neutral",
            "status": ngettext("%(num)d person", "%(num)d people", registered),
            "url": url_for("meetings.people", slug=meeting.slug, code=delegation.party.code),
            "action": _("Participants of the delegation"),
        }
    ]


def _presentation_tasks(
    delegation: Delegation, presentation: Any, slot: PresentationSlot | None, actor: Actor
) -> list[Task]:
    meeting = delegation.meeting
    if delegation.party.kind is not PartyKind.MECHANISM:
        return []
    url = url_for("presentations.edit", slug=meeting.slug, code=delegation.party.code)
    declined = slot is not None and slot.state is InvitationState.DECLINED
    if declined and (presentation is None or presentation.state is not PresentationState.FILED):
        said: Task = {"title": _("Presentation"), "status": INVITATIONS[InvitationState.DECLINED], "kind": "neutral"}
        if can_write_for(actor, delegation):
            said |= {"url": url, "action": _("Change the answer")}
        return [said]
    task: Task = {"title": _("File the presentation")}
    if now() < meeting.starts_at:
        task["due"] = _("Until %(moment)s", moment=moment_text(meeting.starts_at, meeting.zone))
    if presentation is None:
        task |= {"status": _("Not started"), "kind": "action", "action": _("Write the presentation")}
    elif presentation.state is PresentationState.FILED:
        done = presentation.published_at is not None
        task |= {
            "title": _("Presentation"),
            "due": "",
            "status": _("Published") if done else _("Filed"),
            "kind": "done" if done else "progress",
            "action": _("Change the presentation"),
        }
    else:
        task |= {"status": _("Draft"), "kind": "action", "action": _("Continue the presentation")}
    if can_write_for(actor, delegation):
        return [{**task, "url": url}]
    return [task]

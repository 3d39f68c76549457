"""The stages of a session with the pages of each, counted: what stands on the left of all pages of its secretariat."""

from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.clock import now
from app.core.db import db
from app.core.wording import moment_text, show_day
from app.desk.queries import RECEIVED
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings import stages
from app.meetings.enums import Stage
from app.meetings.labels import STAGES
from app.meetings.models import AgendaItem, Delegation, GuidingQuestion, Meeting, Participant
from app.practices.models import Call, Practice
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation
from app.summaries.models import Publication, Summary

# What belongs to a page of the list without standing in it.
WITHIN = {
    "meetings.publish_agenda": "meetings.agenda",
    "meetings.edit_agenda_item": "meetings.agenda",
    "meetings.edit_question": "meetings.questions",
    "meetings.delegation": "meetings.delegations",
    "meetings.order": "meetings.participants",
    "meetings.import_page": "meetings.participants",
}


def _count(table: Any, *conditions: Any) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*conditions).scalar_subquery()


_MEETING: sa.BindParameter[int] = sa.bindparam("meeting_id")
_NUMBERS = sa.select(
    _count(AgendaItem, AgendaItem.meeting_id == _MEETING).label("agenda"),
    _count(GuidingQuestion, GuidingQuestion.meeting_id == _MEETING).label("questions"),
    _count(Delegation, Delegation.meeting_id == _MEETING).label("delegations"),
    _count(sa.join(Participant, Delegation), Delegation.meeting_id == _MEETING).label("participants"),
    _count(Practice, Practice.meeting_id == _MEETING, RECEIVED).label("received"),
    _count(Presentation, Presentation.meeting_id == _MEETING, Presentation.state == PresentationState.FILED).label(
        "presentations"
    ),
    _count(sa.join(Publication, Summary), Summary.meeting_id == _MEETING).label("publications"),
    _count(Mail, Mail.meeting_id == _MEETING, Mail.state == MailState.HELD).label("held"),
    sa.select(Call.opens_at).where(Call.meeting_id == _MEETING).scalar_subquery().label("opens_at"),
    sa.select(Call.closes_at).where(Call.meeting_id == _MEETING).scalar_subquery().label("closes_at"),
)


def numbers_of(meeting: Meeting) -> Any:
    """How much of everything a session has, and when its call opens and closes, in one statement; no drafts."""
    return db.session.execute(_NUMBERS, {"meeting_id": meeting.id}).one()


def planned_text(meeting: Meeting, stage: Stage) -> str:
    """Return "planned for 13 May 2027", or nothing where no day is planned."""
    day = stages.planned_day(meeting, stage)
    return _("planned for %(day)s", day=show_day(day)) if day else ""


def late_text(days: int) -> str:
    """Return "3 days late", or nothing for what is in time."""
    return ngettext("%(num)d day late", "%(num)d days late", days) if days else ""


def stages_of(meeting: Meeting, numbers: Any = None) -> list[dict[str, Any]]:
    """Return what components/stage_list.html shows of a session; `numbers`: those of it, where they are at hand."""
    numbers = numbers or numbers_of(meeting)
    here = WITHIN.get(request.endpoint or "", request.endpoint)

    def link(label: str, endpoint: str, count: str = "", key: str = "slug") -> dict[str, Any]:
        address: dict[str, Any] = {key: meeting.slug}
        return {
            "label": label,
            "url": url_for(endpoint, **address),
            "count": getattr(numbers, count) if count else None,
            "current": endpoint == here,
        }

    links = {
        Stage.PREPARING: [
            link(_("Facts and mandate"), "meetings.edit"),
            link(_("Order of business"), "meetings.agenda", "agenda"),
            link(_("Guiding questions"), "meetings.questions", "questions"),
            link(_("Delegations"), "meetings.delegations", "delegations"),
            link(_("Participants"), "meetings.participants", "participants"),
            link(_("Call for good practices"), "practices.call"),
            link(_("Outbox"), "desk.outbox", "held", key="session"),
            link(_("Reminders"), "reminders.session"),
            link(_("Documents"), "library.documents"),
            link(_("Documents that Plenaria writes"), "register.generated"),
        ],
        Stage.CALL_OPEN: [
            link(_("Practices received"), "practices.queue", "received"),
            link(_("Translations"), "practices.translations"),
            link(_("Board"), "desk.board"),
            link(_("Statistics of inputs"), "statistics.index"),
        ],
        Stage.IN_SESSION: [
            link(_("Presentations"), "presentations.index", "presentations"),
            link(_("The floor"), "floor.index"),
            link(_("The record"), "record.index"),
        ],
        Stage.CONSOLIDATING: [
            link(_("Consolidation"), "summaries.workspace"),
            link(_("Coordination"), "coordination.session"),
            link(_("Recommendations of earlier sessions"), "recommendations.session"),
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
    place_now = order.index(meeting.stage)
    notes = {stage: planned_text(meeting, stage) for stage in order[place_now + 1 :]}
    if numbers.closes_at and numbers.opens_at <= now() < numbers.closes_at:
        notes[Stage.CALL_OPEN] = _("closes %(moment)s", moment=moment_text(numbers.closes_at, meeting.zone))
    return [
        {
            "label": STAGES[stage],
            "links": links[stage],
            "note": notes.get(stage, ""),
            "late": late_text(stages.days_late(meeting, stage)),
            "state": "done" if place < place_now else "current" if place == place_now else "upcoming",
        }
        for place, stage in enumerate(order)
    ]

"""What the start page and the pages of sessions show, made ready for the templates."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.clock import now
from app.core.localized import LANGUAGE_NAMES
from app.core.paging import FURTHEST_PAGE, PER_PAGE
from app.core.wording import in_reader_language, language_shown, show_day, show_days
from app.directory.enums import PartyKind
from app.documents.printing import PRINTERS
from app.library import practice_queries, queries
from app.library.agenda_pages import order_of_business
from app.library.directory_pages import party_link
from app.library.source_parts import file_lines
from app.meetings.enums import Stage
from app.meetings.labels import MODES, QUESTION_AUDIENCES, stage_kind_of, stage_of
from app.meetings.models import Meeting
from app.meetings.policies import can_read_participants
from app.meetings.queries import (
    Relatives,
    latest_agenda,
    participates,
    questions_of,
)
from app.presentations.queries import slides_of
from app.summaries.enums import ALL_LANGUAGES
from app.summaries.labels import FORMATS
from app.summaries.queries import withdrawn_keys

PARTICIPANTS = {
    PartyKind.STATE: _l("States"),
    PartyKind.MECHANISM: _l("Mechanisms"),
    PartyKind.ORGANIZATION: _l("Organizations"),
    PartyKind.CIVIL_SOCIETY: _l("Civil society"),
}


def days_of(meeting: Meeting) -> str:
    """Return "14 to 15 May 2026", in the session's zone; one day alone where it has no other."""
    return show_days(meeting.starts_at, meeting.ends_at, meeting.zone)


def line(meeting: Meeting) -> dict[str, Any]:
    """Return a session as a line of a list."""
    return {
        "title": in_reader_language(meeting.title),
        "lang": language_shown(meeting.title),
        "url": url_for("library.meeting", slug=meeting.slug),
        "body": in_reader_language(meeting.mechanism.label),
        "days": days_of(meeting),
        "place": in_reader_language(meeting.place),
        "stage": stage_of(meeting),
        "kind": stage_kind_of(meeting),
    }


def calls_open(meetings: list[Meeting]) -> dict[int, Any]:
    """Return meeting id -> its call, of the sessions whose call is open at this moment."""
    listening = [meeting.id for meeting in meetings if meeting.stage is Stage.CALL_OPEN and not meeting.cancelled_at]
    calls = queries.calls(listening) if listening else []
    return {call.meeting_id: call for call in calls if call.opens_at <= now() < call.closes_at}


def session(related: Relatives, actor: Actor) -> dict[str, Any]:
    """Return everything that a session's page shows, in eight statements at most."""
    meeting = related.meeting
    agenda = latest_agenda(meeting.id)
    call = practice_queries.call_with_practices(actor, meeting.id)
    takes_part = not actor.is_staff and participates(actor, meeting.id)
    return {
        "meeting": meeting,
        "parent": line(related.parent) if related.parent else None,
        "parts": [line(part) for part in related.parts],
        "days": days_of(meeting),
        "stage": stage_of(meeting),
        "stage_kind": stage_kind_of(meeting),
        "mode": MODES[meeting.mode],
        "working_languages": [LANGUAGE_NAMES[code] for code in meeting.languages],
        "language_names": LANGUAGE_NAMES,
        **order_of_business(meeting, agenda),
        "questions": [
            {"number": row.number, "text": row.text, "audience": QUESTION_AUDIENCES[row.audience]}
            for row in questions_of(meeting.id)
        ],
        "call": _call(meeting, call) if call else None,
        "practices": call.practices if call else 0,
        "presentations": [
            _presentation(row) for row in queries.presentations_published(actor, meeting=meeting.slug).items
        ],
        "taking_part": _taking_part(meeting),
        "may_read_participants": can_read_participants(actor, meeting, participates=takes_part),
        "follows_floor": actor.is_staff or takes_part,
        "publication": queries.latest_published(actor, meeting.id, withdrawn_keys(meeting.id)),
        "formats": FORMATS,
        "all_languages": ALL_LANGUAGES,
        "body": party_link(meeting.mechanism),
    }


def _presentation(row: Any) -> dict[str, Any]:
    return {
        "title": in_reader_language(row.names),
        "acronym": in_reader_language(row.short_names),
        "url": url_for("library.presentation", slug=row.slug, code=row.code),
        "delivered": row.delivered_at is not None,
        "recording": row.recording_url,
    }


def presentations(meeting: Meeting, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/presentations.html needs, in three statements at most."""
    asked = min(max(request.args.get("page", 1, int), 1), FURTHEST_PAGE)
    page = queries.presentations_published(actor, meeting=meeting.slug, page=asked, per_page=PER_PAGE)
    slides = slides_of([row.id for row in page.items]) if page.items else {}
    return {
        "meeting": meeting,
        "page": page,
        "page_url": lambda number: url_for("library.presentations", slug=meeting.slug, page=number),
        "columns": [
            {"key": "choose", "label": _("Compare")},
            {"key": "title", "label": _("Mechanism")},
            {"key": "language", "label": _("Language")},
            {"key": "published", "label": _("Published")},
            {"key": "files", "label": _("Files")},
        ],
        "rows": [
            {
                **_presentation(row),
                "name": f"{row.slug}/{row.code}",
                "language": LANGUAGE_NAMES[row.language],
                "published": show_day(row.published_at, meeting.zone),
                "files": [
                    *file_lines(slides.get(row.id, ()), "presentations.slides"),
                    *(
                        {
                            "kind": extension.upper(),
                            "url": url_for("library.presentation", slug=row.slug, code=row.code, format=extension),
                        }
                        for extension in PRINTERS
                    ),
                ],
            }
            for row in page.items
        ],
    }


def _taking_part(meeting: Meeting) -> list[tuple[str, list[str]]]:
    """The parties that have a delegation, by kind."""
    names: dict[PartyKind, list[str]] = {kind: [] for kind in PARTICIPANTS}
    for row in queries.taking_part(meeting.id):
        kind = PartyKind.STATE if row.kind is PartyKind.TERRITORY else row.kind
        names[kind].append(in_reader_language(row.short_names))
    return [(str(label), names[kind]) for kind, label in PARTICIPANTS.items() if names[kind]]


def _call(meeting: Meeting, call: Any) -> dict[str, Any]:
    if now() < call.opens_at:
        state = "coming"
    elif meeting.stage is Stage.CALL_OPEN and not meeting.cancelled_at and now() < call.closes_at:
        state = "open"
    else:
        state = "closed"
    return {"title": call.title, "text": call.text, "opens": call.opens_at, "closes": call.closes_at, "state": state}

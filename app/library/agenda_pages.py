"""What the published order of business and the page of one of its items show, made ready for the templates."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.languages import current_language
from app.core.wording import hour_text, show_day, zone_name
from app.library.document_pages import row_of
from app.meetings.enums import ItemKind
from app.meetings.labels import ITEM_KINDS, QUESTION_AUDIENCES
from app.meetings.models import AgendaVersion, Meeting
from app.meetings.presenting import change_lines, days_of_version, people_lines, version_name
from app.meetings.programme import has_old_days
from app.meetings.queries import agenda_version, agenda_versions, latest_agenda, meeting_visible_to, questions_of_item
from app.register import queries as register


class Dated(NamedTuple):
    """A published order of business of a session."""

    meeting: Meeting
    version: AgendaVersion


class Placed(NamedTuple):
    """An item of a session's published order of business; `items` are all of them, in order."""

    meeting: Meeting
    version: AgendaVersion
    item: dict[str, Any]

    @property
    def items(self) -> list[dict[str, Any]]:
        return list(self.version.content["items"])


def agenda_visible_to(actor: Actor, slug: str, number: int | None = None) -> Dated:
    """Load a version (the latest, without a number) of what the person may see; raises NotFound."""
    meeting = meeting_visible_to(actor, slug)
    version = latest_agenda(meeting.id) if number is None else agenda_version(meeting.id, number)
    if version is None:
        raise NotFound
    return Dated(meeting, version)


def item_visible_to(actor: Actor, slug: str, mark: str) -> Placed:
    """Load an item of the latest version by its mark, which never changes; raises NotFound."""
    meeting, version = agenda_visible_to(actor, slug)
    for item in version.content["items"]:
        if item["mark"] == mark:
            return Placed(meeting, version, item)
    raise NotFound


def order_of_business(meeting: Meeting, version: AgendaVersion | None) -> dict[str, Any]:
    """Return a published order of business by day, what it is called, what changed in it, and whether the session was
    moved since."""
    return {
        "agenda": days_of_version(version),
        "agenda_version": version,
        "agenda_name": version_name(version.number) if version else "",
        "agenda_moved": version is not None and has_old_days(version, meeting),
        "agenda_changes": change_lines(version.changes, version.content["zone"]) if version else [],
    }


def agenda(dated: Dated, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/agenda.html needs, in two statements."""
    versions = agenda_versions(dated.meeting.id)
    return {
        "meeting": dated.meeting,
        "versions": [(row.number, version_name(row.number), row.published_at) for row in versions],
        "newest": versions[0].number,
        "documents": {
            mark: [(symbol, f"/documents/{slug}") for symbol, slug in found]
            for mark, found in register.symbols_by_item(actor, dated.meeting.id).items()
        },
        **order_of_business(dated.meeting, dated.version),
    }


def item(placed: Placed, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/agenda_item.html needs, in four statements."""
    meeting, version, shown = placed
    zone, language = version.content["zone"], current_language()
    starts, ends = (datetime.fromisoformat(shown[key]) for key in ("starts_at", "ends_at"))
    hours = "–".join(hour_text(moment, zone) for moment in sorted({starts, ends}))
    found = register.documents(
        actor, register.Wanted(meeting=meeting.slug, item=shown["mark"]), language=language, per_page=None
    )
    rows = [row_of(document, meeting, language) for document in found.items]
    return {
        "meeting": meeting,
        "item": shown,
        "agenda_moved": has_old_days(version, meeting),
        "facts": [
            {"label": _("Day"), "value": show_day(starts, zone)},
            *([{"label": _("Time"), "value": f"{hours} ({zone_name(starts, zone)})"}] if shown["timed"] else []),
            {"label": _("Kind"), "value": ITEM_KINDS[ItemKind(shown["kind"])]},
            *({"label": role, "value": names} for role, names in people_lines(shown["people"])),
        ],
        "above": [_link(meeting, other) for other in placed.items if other["mark"] == shown["parent"]],
        "below": [_link(meeting, other) for other in placed.items if other["parent"] == shown["mark"]],
        "questions": [
            {
                "number": row.number,
                "text": row.text,
                "audience": QUESTION_AUDIENCES[row.audience],
                "url": url_for("library.question", slug=meeting.slug, number=row.number),
            }
            for row in questions_of_item(meeting.id, shown["mark"])
        ],
        "documents": rows,
    }


def _link(meeting: Meeting, other: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": other["number"],
        "title": other["title"],
        "url": url_for("library.agenda_item", slug=meeting.slug, mark=other["mark"]),
    }

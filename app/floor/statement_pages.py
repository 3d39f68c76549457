"""What the pages of statements show, made ready for the templates."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_login import current_user

from app.core.localized import LANGUAGE_NAMES
from app.core.wording import in_reader_language, moment_text
from app.floor import statement_queries as queries
from app.floor.enums import SpeakingKind
from app.floor.labels import KINDS, OUTCOMES, speaker_name
from app.floor.policies import can_follow, can_watch, may_read_statement
from app.floor.statement_forms import CONSENTS
from app.floor.statement_models import FloorStatement, FloorStatementVersion
from app.floor.statement_queries import Delivery, Statements
from app.floor.statements import takes_statements
from app.meetings.policies import can_write_for

Line = dict[str, Any]
_KINDS_OF_TAGS = {"delivered": "done", "not_delivered": "stopped", "written_only": "done"}


def state_text(delivery: Delivery) -> tuple[str, str]:
    """Return what became of a statement as a tag: its words and its kind."""
    if delivery.outcome is None:
        return _("Under embargo"), "progress"
    return str(OUTCOMES[delivery.outcome]), _KINDS_OF_TAGS[delivery.outcome]


def version_line(version: FloorStatementVersion, floor: Statements) -> Line:
    """A version: what of it is to be read, and when it came."""
    return {
        "id": version.id,
        "number": version.number,
        "language": version.language,
        "language_name": LANGUAGE_NAMES[version.language],
        "text": version.text,
        "file": version.file,
        "sha256": version.sha256,
        "check": version.check_delivery,
        "moment": moment_text(version.handed_in_at, floor.meeting.zone),
        "by": version.handed_in_by.name if version.handed_in_by else "",
        "by_code": version.code_id is not None,
    }


def statement_line(row: FloorStatement, delivery: Delivery, floor: Statements) -> Line:
    """A statement: whose it is, what became of it, and its newest version; `kind` where it is another text."""
    label, kind = state_text(delivery)
    return {
        "id": row.id,
        "name": speaker_name(row),
        "kind": "" if row.kind is SpeakingKind.STATEMENT else KINDS[row.kind],
        "state": label,
        "state_kind": kind,
        "delivered": moment_text(delivery.at, floor.meeting.zone) if delivery.at else "",
        "open": delivery.is_open,
        "consent": CONSENTS[row.audience],
        "own": row.delegation in floor.own,
        "newest": version_line(row.latest, floor),
        "versions": len(row.versions),
    }


def statements_page(floor: Statements) -> dict[str, Any]:
    """Return what templates/floor/statements.html needs."""
    made = queries.matched(floor.meeting.id)
    found = queries.all_statements(floor.meeting.id, made)
    rows = [(row, delivery) for row, delivery in found if may_read_statement(current_user, floor, row, delivery)]
    missing = made.missing if floor.early else set()
    names = _names_of({key.delegation_id for key in missing}, floor)
    writes = [row for row in floor.own if can_write_for(current_user, row)]
    return {
        "meeting": floor.meeting,
        "follows": can_follow(current_user, floor),
        "watches": can_watch(current_user, floor),
        "items": [
            {
                "item": item,
                "lines": [statement_line(row, delivery, floor) for row, delivery in reads],
                "missing": sorted({names[key.delegation_id] for key in missing if key.mark == item["mark"]}),
            }
            for item, reads in queries.by_item(floor.meeting, rows)
            if reads or any(key.mark == item["mark"] for key in missing)
        ],
        "printable": any(delivery.is_open for _row, delivery in rows),
        "delegations": [(row.party.code, in_reader_language(row.party.label)) for row in writes],
        "taking": takes_statements(floor.meeting),
    }


def _names_of(delegation_ids: Iterable[int], floor: Statements) -> dict[int, str]:
    if not delegation_ids:
        return {}
    rows = queries.parties_of(floor.meeting.id)
    return {row.id: in_reader_language(row.party.label) for row in rows}

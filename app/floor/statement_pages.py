"""What the pages and papers of statements show, made ready for the templates."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from app.core.localized import LANGUAGE_NAMES
from app.core.wording import in_reader_language, moment_text
from app.documents.printing import Block, BlockKind, Printed
from app.floor import queries as floor_queries
from app.floor import statement_queries as queries
from app.floor.enums import SpeakingKind
from app.floor.labels import KINDS, OUTCOMES, speaker_name
from app.floor.policies import can_follow, may_read_statement
from app.floor.queries import Item
from app.floor.statement_forms import CONSENTS
from app.floor.statement_models import FloorStatement, FloorStatementVersion
from app.floor.statement_queries import Delivery, Statements
from app.floor.statements import takes_statements
from app.meetings.policies import can_write_for
from app.register.masthead import printed_document
from app.register.queries import settings_of

Line = dict[str, Any]
Read = tuple[FloorStatement, Delivery]
_KINDS_OF_TAGS = {"delivered": "done", "not_delivered": "stopped", "written_only": "done"}


def state_text(delivery: Delivery) -> tuple[str, str]:
    """Return what became of a statement as a tag: its words and its kind."""
    if delivery.outcome is None:
        return _("Under embargo"), "progress"
    return str(OUTCOMES[delivery.outcome]), _KINDS_OF_TAGS[delivery.outcome]


def _readable(floor: Statements) -> list[Read]:
    """The statements that the person may read. Three statements at most."""
    rows = queries.statements_of(floor.meeting.id)
    made = queries.spoken(floor.meeting.id) if rows else {}
    both = [(row, queries.delivery_of(row, made)) for row in rows]
    return [(row, delivery) for row, delivery in both if may_read_statement(current_user, floor, row, delivery)]


def _by_item(floor: Statements, rows: Sequence[Read]) -> list[tuple[Item, list[Read]]]:
    """Statements under the items of the order of business, in its order; within one by delivery, then as handed in."""
    marks = {row.mark for row, _delivery in rows}

    def place(read: Read) -> tuple[bool, datetime, int]:
        moment = read[1].at or read[0].latest.handed_in_at
        return not read[1].is_open, moment, read[0].id

    return [
        (item, sorted((read for read in rows if read[0].mark == item["mark"]), key=place))
        for item in floor_queries.items_of(floor.meeting, marks)
    ]


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
    rows = _readable(floor)
    missing = queries.announced(floor.meeting.id) if floor.early else set()
    missing -= {queries.key_of(row) for row, _delivery in rows}
    names = _names_of({key.delegation_id for key in missing}, floor)
    writes = [row for row in floor.own if can_write_for(current_user, row)]
    return {
        "floor": floor,
        "meeting": floor.meeting,
        "follows": can_follow(current_user, floor),
        "items": [
            {
                "item": item,
                "lines": [statement_line(row, delivery, floor) for row, delivery in reads],
                "missing": sorted({names[key.delegation_id] for key in missing if key.mark == item["mark"]}),
            }
            for item, reads in _by_item(floor, rows)
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


def compiled(floor: Statements, language: str) -> Printed | None:
    """Return the statements by item as they print, in a language; None where there is none.

    Of whoever asks, only what is under embargo no more: paper travels. What is not for readers says so.
    """
    with force_locale(language):
        blocks: list[Block] = []
        rows = [(row, delivery) for row, delivery in _readable(floor) if delivery.is_open]
        for item, reads in _by_item(floor, rows):
            if reads:
                blocks.append(Block(BlockKind.HEADING, f"{item['number']}. {in_reader_language(item['title'])}"))
            for row, delivery in reads:
                blocks += _blocks(row, delivery, floor)
        if not blocks:
            return None
        created = max(delivery.at or row.latest.handed_in_at for row, delivery in rows)
        return printed_document(
            floor.meeting,
            language=language,
            series=settings_of(floor.meeting.mechanism).series,
            title=_("Statements by item of the order of business"),
            blocks=blocks,
            created=max(created, *(row.latest.handed_in_at for row, _delivery in rows)),
        )


def _blocks(row: FloorStatement, delivery: Delivery, floor: Statements) -> list[Block]:
    version = row.latest
    about = [str(KINDS[row.kind]), state_text(delivery)[0], LANGUAGE_NAMES[version.language]]
    if delivery.at:
        about.insert(2, moment_text(delivery.at, floor.meeting.zone))
    if version.check_delivery:
        about.append(_("check against delivery"))
    below = [" · ".join(about), _("Readers: %(audience)s", audience=CONSENTS[row.audience])]
    if version.file:
        below.append(
            _("Handed in as a file: %(name)s, SHA-256 %(sha256)s", name=version.file.name, sha256=version.sha256)
        )
    text = [part for part in version.text.split("\n\n") if part]
    return [
        Block(BlockKind.SUBHEADING, speaker_name(row), below=below),
        *(Block(BlockKind.PARAGRAPH, part) for part in text),
    ]

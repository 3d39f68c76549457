"""What is printed of statements: those under embargo no more by item, and those that were never delivered.

Of all who follow the floor these are the same: paper travels, so nothing of it is for somebody alone.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.core.localized import LANGUAGE_NAMES
from app.core.sheets import Row
from app.core.wording import in_reader_language, moment_text
from app.documents.printing import Block, BlockKind
from app.floor import statement_queries as queries
from app.floor.enums import StatementOutcome
from app.floor.labels import KINDS, OUTCOMES, behalf_name, speaker_name
from app.floor.operations import is_taking
from app.floor.pages import title_of
from app.floor.queries import Item
from app.floor.statement_forms import CONSENTS
from app.floor.statement_models import FloorStatement
from app.floor.statement_queries import Delivery, Read
from app.meetings.models import Meeting


def _open(meeting: Meeting) -> list[tuple[Item, list[Read]]]:
    rows = [read for read in queries.all_statements(meeting.id, queries.matched(meeting.id)) if read[1].is_open]
    return [(item, reads) for item, reads in queries.by_item(meeting, rows) if reads]


def blocks(meeting: Meeting) -> list[Block]:
    """The statements by item as they print, in the language in force."""
    found = []
    for item, reads in _open(meeting):
        found.append(Block(BlockKind.HEADING, title_of(item)))
        for row, delivery in reads:
            found += _blocks(row, delivery)
    return found


def _blocks(row: FloorStatement, delivery: Delivery) -> Iterable[Block]:
    """Whose it is and how it came, then its words. What is not for readers says so."""
    version = row.latest
    about = [str(KINDS[row.kind]), _outcome(delivery), LANGUAGE_NAMES[version.language]]
    if delivery.at:
        about.insert(2, moment_text(delivery.at, row.meeting.zone))
    if version.check_delivery:
        about.append(_("check against delivery"))
    below = [" · ".join(about), _("Readers: %(audience)s", audience=CONSENTS[row.audience])]
    if version.file:
        below.append(
            _("Handed in as a file: %(name)s, SHA-256 %(sha256)s", name=version.file.name, sha256=version.sha256)
        )
    if version.file and not version.text:
        below.append(
            _("These are the words of the file as they could be read; the file counts.")
            if version.file_text
            else _("The words of the file are not in this paper: see the file.")
        )
    yield Block(BlockKind.SUBHEADING, speaker_name(row), below=below)
    for part in version.words.split("\n\n"):
        if part:
            yield Block(BlockKind.PARAGRAPH, part)


def _outcome(delivery: Delivery) -> str:
    return str(OUTCOMES[delivery.outcome]) if delivery.outcome else ""


def sheet_moment(when: datetime | None, meeting: Meeting) -> str:
    """Return a moment as sheets have it: of the session's zone, to the second."""
    return when.astimezone(ZoneInfo(meeting.zone)).isoformat(" ", "seconds") if when else ""


def sheet(meeting: Meeting) -> list[Row]:
    """The statements by item as a sheet, in the language in force."""
    rows = [_sheet_row(item, row, delivery) for item, reads in _open(meeting) for row, delivery in reads]
    head = (
        _("Item"), _("Title"), _("Delegation"), _("Code"), _("On behalf of"), _("Intervention"), _("Language"),
        _("What became of it"), _("Delivered on"), _("Check against delivery"), _("Readers"), _("Handed in"), _("File"),
        "SHA-256", _("Text"),
    )  # fmt: skip
    return [head, *rows] if rows else []


def _sheet_row(item: Item, row: FloorStatement, delivery: Delivery) -> Row:
    party, version = row.delegation.party, row.latest
    delivered = delivery.at if delivery.outcome is StatementOutcome.DELIVERED else None
    return (
        item["number"], in_reader_language(item["title"]), in_reader_language(party.label), party.code,
        behalf_name(row), str(KINDS[row.kind]), version.language, _outcome(delivery),
        sheet_moment(delivered, row.meeting), _("Yes") if version.check_delivery else _("No"),
        str(CONSENTS[row.audience]), sheet_moment(version.handed_in_at, row.meeting),
        version.file.name if version.file else "", version.sha256, version.words,
    )  # fmt: skip


def undelivered(meeting: Meeting) -> dict[str, list[FloorStatement]]:
    """Mark of an item -> the statements on it that were never delivered, once the session is over: before, nothing
    tells that they exist."""
    if is_taking(meeting):
        return {}
    found: dict[str, list[FloorStatement]] = {}
    for row, delivery in queries.all_statements(meeting.id, queries.matched(meeting.id)):
        if delivery.outcome is StatementOutcome.NOT_DELIVERED:
            found.setdefault(row.mark, []).append(row)
    return found

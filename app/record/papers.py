"""What is printed of the record, among the papers of the floor: who was present, and the minutes as they were given
out."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core.actors import SYSTEM
from app.core.sheets import Row
from app.core.wording import in_reader_language, language_in_words, moment_text, with_colon
from app.documents.printing import Block, BlockKind
from app.floor.papers import PAPERS, Paper
from app.meetings.models import Meeting
from app.record import queries
from app.record.pages import Line, attendance_rows, attended, minutes_page
from app.record.queries import Record


def _presence(line: Line) -> str:
    """How many delegations were present, and whether that was a quorum."""
    number = ngettext("%(num)d delegation present", "%(num)d delegations present", line["number"])
    if not line["quorum"]:
        return str(number)
    return f"{number} · {_('Quorum') if line['reached'] else _('No quorum')} ({line['quorum']})"


def _attendance(meeting: Meeting) -> list[Block]:
    blocks = []
    for line in attended(meeting):
        blocks.append(Block(BlockKind.HEADING, line["label"]))
        blocks.append(Block(BlockKind.PARAGRAPH, _presence(line)))
        if line["names"]:
            blocks.append(Block(BlockKind.PARAGRAPH, ", ".join(line["names"])))
    return blocks


def _attendance_sheet(meeting: Meeting) -> list[Row]:
    return [*attendance_rows(meeting)] if queries.sittings_of(meeting.id) else []


def _minutes(meeting: Meeting) -> list[Block]:
    """As those read them who do not keep them; items of which they say nothing are left out."""
    page = minutes_page(Record(meeting, manages=False, own=[], keeps=False), SYSTEM)
    version = page["version"]
    if version is None:
        return []
    kept = _("Version %(number)d", number=version.number)
    written = _("Written in %(language)s.", language=language_in_words(page["language"]))
    blocks = [
        Block(BlockKind.PARAGRAPH, f"{page['state']} · {kept}, {moment_text(version.kept_at, meeting.zone)}"),
        Block(BlockKind.PARAGRAPH, written),
    ]
    if page["taken"]:
        since = _("Corrections that were accepted since then are in the text.")
        blocks.append(Block(BlockKind.PARAGRAPH, since))
    minutes = page["minutes"]
    if minutes.correct_until and not page["final"]:
        until = moment_text(minutes.correct_until, meeting.zone)
        sentence = _("Delegations correct their own interventions until %(moment)s.", moment=until)
        blocks.append(Block(BlockKind.PARAGRAPH, sentence))
    if minutes.reopened_at and not page["final"]:
        again = moment_text(minutes.reopened_at, meeting.zone)
        sentence = _("Opened again on %(moment)s: %(reason)s", moment=again, reason=minutes.reopened_because)
        blocks.append(Block(BlockKind.PARAGRAPH, sentence))
    if page["sittings"]:
        blocks.append(Block(BlockKind.HEADING, _("Attendance")))
        blocks += [
            Block(BlockKind.ENTRY, f"{with_colon(line['label'])} {_presence(line)}") for line in page["sittings"]
        ]
    for part in (one for one in page["items"] if one["points"] or one["heard"]):
        title = f"{part['item']['number']} {in_reader_language(part['item']['title'])}"
        blocks += [Block(BlockKind.HEADING, title), *_points(part["points"])]
        for line in part["heard"]:
            blocks += [Block(BlockKind.SUBHEADING, line["name"], below=[line["about"]]), *_points(line["points"])]
            if line["ruling"]:
                blocks.append(Block(BlockKind.PARAGRAPH, _("Ruling: %(text)s", text=line["ruling"])))
    return blocks


def _points(lines: Iterable[Line]) -> list[Block]:
    """Points, one a paragraph; on a question, with the question before the first."""
    blocks = []
    for line in lines:
        for number, text in enumerate(filter(None, line["text"].split("\n"))):
            mark = with_colon(line["label"]) if line["label"] and not number else ""
            blocks.append(Block(BlockKind.ENTRY if mark else BlockKind.PARAGRAPH, text, mark=mark))
    return blocks


PAPERS["attendance"] = Paper(
    _l("Attendance"),
    _l("Which delegations were present in each sitting, and whether that was a quorum."),
    _attendance,
    _attendance_sheet,
    ready=lambda meeting: queries.sittings_of(meeting.id),
)
PAPERS["minutes"] = Paper(
    _l("Minutes of the session"),
    _l("As they were given out last: a draft with the delegations, or final."),
    _minutes,
    ready=lambda meeting: queries.given_out(queries.minutes_of(meeting.id)),
)

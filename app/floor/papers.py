"""What is printed of the floor: lists of speakers, speaking times, and what was announced and not delivered.

All of it is written in the language in force, of the session as it stands at the moment.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.localized import LANGUAGE_NAMES
from app.core.sheets import Row
from app.core.wording import in_reader_language, moment_text, with_colon
from app.documents.printing import Block, BlockKind
from app.floor import statement_papers
from app.floor.enums import EntryState, SpeakingOrder
from app.floor.labels import CATEGORIES, KINDS, ORDERS, STATES, behalf_name, speaker_name
from app.floor.models import SpeakerEntry, SpeakersList
from app.floor.operations import is_taking
from app.floor.pages import began_text, clock_text, list_status, overrun_text, title_of
from app.floor.queries import Item, items_of
from app.floor.standing import Standing, standings_of
from app.floor.statement_models import FloorStatement
from app.floor.statement_papers import sheet_moment
from app.floor.totals import totals
from app.meetings.models import Meeting
from app.meetings.timing import day_count


@dataclass(frozen=True)
class Paper:
    """A paper of the floor. `blocks`: as it prints; `rows`: as a sheet, its head first; a text is none. Both are empty
    where there is nothing to say, which `ready` tells sooner."""

    title: LazyString
    about: LazyString
    blocks: Callable[[Meeting], list[Block]]
    rows: Callable[[Meeting], list[Row]] | None = None
    ready: Callable[[Meeting], object] | None = None

    def says_something(self, meeting: Meeting) -> bool:
        """Whether there is anything to print."""
        return bool((self.ready or self.rows or self.blocks)(meeting))


def _listed(meeting: Meeting) -> list[tuple[Item, Standing]]:
    """The items that have a list of speakers, in the order of business, each with its list."""
    items, standings = standings_of(meeting)
    return [(item, standings[item["mark"]]) for item in items if item["mark"] in standings]


def _speakers(standing: Standing) -> list[SpeakerEntry]:
    """Who has had the floor, in that order, then who waits for it."""
    begun = [(row.speech.begun_at, row.id, row) for row in standing.entries if row.speech]
    return [*(row for _moment, _id, row in sorted(begun, key=lambda line: line[:2])), *standing.order]


def _not_delivered(standing: Standing) -> list[SpeakerEntry]:
    """Who asked for the floor and has not had it to the end, as asked; of who asked for the same again, the last."""
    last = {(row.delegation_id, row.kind, row.acts_for): row for row in standing.entries}
    rows = sorted(last.values(), key=lambda row: (row.asked_at, row.id))
    return [row for row in rows if row.speech is None or row.state is EntryState.REMOVED]


def _state(row: SpeakerEntry, meeting: Meeting) -> str:
    if row.state is EntryState.WAITING and not is_taking(meeting):
        return str(_("Did not get the floor"))
    return str(STATES[row.state])


def _intervention(row: SpeakerEntry) -> str:
    """What somebody asked the floor for, about what, and what was ruled on it."""
    said = f"{with_colon(KINDS[row.kind])} {row.subject}" if row.subject else str(KINDS[row.kind])
    removed = [str(STATES[row.state])] if row.speech and row.state is EntryState.REMOVED else []
    ruling = [str(_("Ruling: %(text)s", text=row.ruling))] if row.ruling else []
    return " · ".join((said, *removed, *ruling))


def _rule(speakers: SpeakersList, meeting: Meeting) -> str:
    """The order of a list and its lot, what is left of its times, and where it stands."""
    parts = [str(ORDERS[speakers.order])]
    if speakers.order is SpeakingOrder.ALPHABETICAL:
        parts[0] += f" ({LANGUAGE_NAMES[speakers.order_language]})"
    if speakers.seed and speakers.drawn_at:
        drawn = _("The lot was drawn on %(moment)s. Seed:", moment=moment_text(speakers.drawn_at, meeting.zone))
        parts.append(f"{drawn} {speakers.seed}")
    if speakers.factor < 100:
        parts.append(_("times cut to %(factor)d %%", factor=speakers.factor))
    status = list_status(speakers, meeting)
    return " · ".join((*parts, status["says"] or status["label"]))


def _table(head: Row, rows: Iterable[Row], *, numbers: int = 0) -> Block:
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    return Block(BlockKind.TABLE, "", rows=cells, numbers=numbers)


def _list_of_speakers(meeting: Meeting) -> list[Block]:
    blocks = []
    for item, standing in _listed(meeting):
        blocks.append(Block(BlockKind.HEADING, title_of(item)))
        blocks.append(Block(BlockKind.PARAGRAPH, _rule(standing.speakers, meeting)))
        if rows := _speakers(standing):
            head = (
                _("No."), _("Speaker"), _("Intervention"), _("Language"), _("Began"), _("Time spoken"),
                _("Over the time"),
            )  # fmt: skip
            lines = [_line(place, row, meeting) for place, row in enumerate(rows, start=1)]
            blocks.append(_table(head, lines, numbers=2))
        else:
            blocks.append(Block(BlockKind.PARAGRAPH, _("Nobody asked for the floor.")))
    return blocks


def _line(place: int, row: SpeakerEntry, meeting: Meeting) -> Row:
    speech = row.speech
    began = began_text(speech, meeting, with_day=day_count(meeting) > 1) if speech else _state(row, meeting)
    spent, over = (clock_text(speech.spent()), overrun_text(speech)) if speech else ("", "")
    return (str(place), speaker_name(row), _intervention(row), LANGUAGE_NAMES[row.language], began, spent, over)


def _times(meeting: Meeting) -> list[Block]:
    found = totals(meeting)
    if not found["tables"]:
        return []
    number = ngettext("%(num)d intervention", "%(num)d interventions", found["number"])
    blocks = [Block(BlockKind.PARAGRAPH, f"{number} · {_('%(time)s in all', time=found['whole'])}")]
    for table in found["tables"]:
        blocks.append(Block(BlockKind.HEADING, table.title))
        blocks.append(_table(table.head, (line.texts for line in table.lines), numbers=3))
    return blocks


Asked = list[tuple[SpeakerEntry, str]]  # each with what is told of its text


def _announced(meeting: Meeting) -> list[tuple[Item, Asked, list[FloorStatement]]]:
    """By item: who asked for the floor and has not had it, and the texts never delivered of those who did not ask."""
    asked = {item["mark"]: _not_delivered(standing) for item, standing in _listed(meeting)}
    texts = statement_papers.undelivered(meeting)
    found = []
    for item in items_of(meeting, {*asked, *texts}):
        rows = {(row.delegation_id, row.kind, row.acts_for): row for row in asked.get(item["mark"], [])}
        handed_in = [((row.delegation_id, row.kind, row.acts_for), row) for row in texts.get(item["mark"], [])]
        whose = {key for key, _row in handed_in}
        told = [(row, _text_left() if key in whose else "") for key, row in rows.items()]
        alone = [row for key, row in handed_in if key not in rows]
        if told or alone:
            found.append((item, told, alone))
    return found


def _undelivered(meeting: Meeting) -> list[Block]:
    blocks = []
    for item, rows, texts in _announced(meeting):
        lines = [
            (speaker_name(row), _intervention(row), moment_text(row.asked_at, meeting.zone), _left(row, meeting, text))
            for row, text in rows
        ]
        lines += [(speaker_name(row), str(KINDS[row.kind]), "", _text_left()) for row in texts]
        blocks.append(Block(BlockKind.HEADING, title_of(item)))
        head = (_("Speaker"), _("Intervention"), _("Asked for"), _("What became of it"))
        blocks.append(_table(head, lines))
    return blocks


def _text_left() -> str:
    return str(_("A text was handed in and not delivered"))


def _undelivered_sheet(meeting: Meeting) -> list[Row]:
    rows = [
        row
        for item, asked, texts in _announced(meeting)
        for row in (
            *(_sheet_row(item, place, row, meeting, text) for place, (row, text) in enumerate(asked, start=1)),
            *(_text_row(item, place, row) for place, row in enumerate(texts, start=len(asked) + 1)),
        )
    ]
    return [_sheet_head(), *rows] if rows else []


def _text_row(item: Item, place: int, row: FloorStatement) -> Row:
    party, language = row.delegation.party, row.latest.language
    return (
        item["number"], in_reader_language(item["title"]), place, in_reader_language(party.label), party.code,
        behalf_name(row), "", str(KINDS[row.kind]), "", "", language, _text_left(), *[""] * 7,
    )  # fmt: skip


def _left(row: SpeakerEntry, meeting: Meeting, text: str) -> str:
    state = _state(row, meeting)
    return _and_text(f"{state}, {moment_text(row.left_at, meeting.zone)}" if row.left_at else state, text)


def _and_text(state: str, text: str) -> str:
    return f"{state} · {text}" if text else state


def _speakers_sheet(meeting: Meeting) -> list[Row]:
    """A row for each speaker of all lists; places are from one for each list."""
    rows = [
        _sheet_row(item, place, row, meeting)
        for item, standing in _listed(meeting)
        for place, row in enumerate(_speakers(standing), start=1)
    ]
    return [_sheet_head(), *rows] if rows else []


def _sheet_head() -> Row:
    return (
        _("Item"), _("Title"), _("No."), _("Delegation"), _("Code"), _("On behalf of"), _("Group"), _("Intervention"),
        _("Subject"), _("Ruling"), _("Language"), _("What became of it"), _("Asked for"), _("Began"), _("Ended"),
        _("Left the list"), _("Time allowed (seconds)"), _("Time spoken (seconds)"), _("Over the time (seconds)"),
    )  # fmt: skip


def _sheet_row(item: Item, place: int, row: SpeakerEntry, meeting: Meeting, text: str = "") -> Row:
    party, speech = row.delegation.party, row.speech
    return (
        item["number"], in_reader_language(item["title"]), place, in_reader_language(party.label), party.code,
        behalf_name(row), str(CATEGORIES[row.category]), str(KINDS[row.kind]), row.subject, row.ruling, row.language,
        _and_text(_state(row, meeting), text), sheet_moment(row.asked_at, meeting),
        sheet_moment(speech.begun_at if speech else None, meeting),
        sheet_moment(speech.ended_at if speech else None, meeting), sheet_moment(row.left_at, meeting),
        speech.allowed if speech else "",
        int(speech.spent().total_seconds()) if speech else "", int(speech.overrun.total_seconds()) if speech else "",
    )  # fmt: skip


def _times_sheet(meeting: Meeting) -> list[Row]:
    rows: list[Row] = [
        (table.title, line.label, line.number, int(line.time.total_seconds()), int(line.overrun.total_seconds()))
        for table in totals(meeting)["tables"]
        for line in table.lines
    ]
    head = (
        _("Counted"), _("Name"), _("Interventions"), _("Time spoken (seconds)"), _("Over the time (seconds)"),
    )  # fmt: skip
    return [head, *rows] if rows else []


PAPERS = {
    "speakers": Paper(
        _l("List of speakers"),
        _l("Item by item: who has had the floor, in which order and for how long, and who waits."),
        _list_of_speakers,
        _speakers_sheet,
    ),
    "times": Paper(
        _l("Speaking times"),
        _l("How long delegations, groups and languages have had the floor."),
        _times,
        _times_sheet,
    ),
    "not-delivered": Paper(
        _l("Announced and not delivered"),
        _l(
            "Who asked for the floor and has not had it to the end: who waits, withdrew, or was removed. Once the "
            "session is over also whose text was handed in and not delivered, without its words."
        ),
        _undelivered,
        _undelivered_sheet,
    ),
    "statements": Paper(
        _l("Statements by item of the order of business"),
        _l("What delegations handed in and delivered, or handed in in writing, with its words."),
        statement_papers.blocks,
        statement_papers.sheet,
    ),
}

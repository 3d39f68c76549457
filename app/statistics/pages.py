"""What the statistics of a session show: numbers with their names, in the language of the screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.actors import Actor
from app.core.localized import LANGUAGE_NAMES
from app.core.sheets import Row
from app.core.texts import fold
from app.core.wording import in_reader_language, moment_text, show_day
from app.directory.queries import vocabulary
from app.documents.printing import Block, BlockKind
from app.map.svg import Picture
from app.meetings.models import Meeting
from app.meetings.queries import questions_of
from app.statistics.counting import STATE_ORDER, WEEK, Counts, Key, by_kind, count, in_time
from app.statistics.enums import By, InputKind, InputState
from app.statistics.labels import CORNERS, KINDS, STATES, TITLES
from app.statistics.pictures import Drawn, bars
from app.statistics.queries import deadline_of, inputs_of, invited_to, session_before


@dataclass(frozen=True)
class Table:
    """Inputs counted by one thing, with all names: `rows` are the label and the numbers, the head apart."""

    by: By
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | int]]
    note: str
    picture: Picture

    @property
    def sheet(self) -> list[Row]:
        """The table as a sheet has it, its head first."""
        return [list(self.head), *self.rows]


@dataclass(frozen=True)
class Statistics:
    """All of a session's statistics as one person may know them."""

    meeting: Meeting
    before: Meeting | None
    totals: Sequence[tuple[str, int, int | None]]
    timing: str
    tables: Sequence[Table]

    def table(self, by: By) -> Table | None:
        """The table by one thing; None where nothing is counted by it."""
        return next((table for table in self.tables if table.by is by), None)


def statistics_of(actor: Actor, meeting: Meeting) -> Statistics:
    """Read and count everything, in a number of statements that the number of inputs does not change."""
    inputs, before = inputs_of(actor, meeting), session_before(actor, meeting)
    earlier = inputs_of(actor, before) if before else None
    closes, closed_before = deadline_of(meeting), deadline_of(before) if before else None
    middle = closes or meeting.starts_at
    middle_before = (closed_before or before.starts_at) if before else None
    comparable = bool(closes) == bool(closed_before)  # weeks before a deadline are not those before a session
    invited = invited_to(meeting) if actor.is_staff else {}
    told = [(one.party, one.party_name) for one in [*(earlier or ()), *inputs]]
    names = {code: in_reader_language(name) for code, name in [*told, *invited.items()]}
    themes = {term.code: in_reader_language(term.title) for term in vocabulary("themes")}
    questions = {question.key: question for question in questions_of(meeting.id)}

    def label(by: By, key: Key) -> str:
        match by:
            case By.STATE:
                return names[str(key)]
            case By.QUESTION:
                question = questions[str(key)]
                text = in_reader_language(question.text)
                return str(_("%(number)d. %(text)s", number=question.number, text=text))
            case By.THEME:
                return themes.get(str(key), str(key))
            case By.LANGUAGE:
                return LANGUAGE_NAMES.get(str(key), str(key))
            case By.WEEK:
                return _week(int(key), middle, meeting.zone, call=closes is not None)
            case By.PROGRESS:
                return str(STATES[InputState(str(key))])

    common = {"middle": middle, "middle_before": middle_before}
    answers = [replace(one, questions=asked) for one in inputs if (asked := one.questions & questions.keys())]
    counted = [
        count(By.STATE, inputs, earlier, order=lambda key: fold(names[str(key)]), always=invited),
        count(By.QUESTION, answers, None, order=lambda key: questions[str(key)].number, always=questions),
        count(By.THEME, inputs, earlier),
        count(By.LANGUAGE, inputs, earlier),
        count(By.WEEK, inputs, earlier if comparable else None, order=int, **common),  # type: ignore[arg-type]
    ]
    if actor.is_staff:
        counted.append(count(By.PROGRESS, inputs, earlier, order=lambda key: STATE_ORDER[str(key)]))
    now_by, before_by = by_kind(inputs), by_kind(earlier or ())
    kinds = [kind for kind in InputKind if actor.is_staff or kind is not InputKind.COMMENT]
    return Statistics(
        meeting,
        before,
        [(str(KINDS[kind]), now_by.get(kind, 0), before_by.get(kind, 0) if before else None) for kind in kinds],
        _timing(inputs, closes, meeting.zone),
        [_table(one, label, closes) for one in counted if one.lines and (inputs or earlier)],
    )


def _which_week(week: int, *, call: bool) -> str:
    if week < 0:
        text = (
            ngettext("%(num)d week before the deadline", "%(num)d weeks before the deadline", -week)
            if call
            else ngettext("%(num)d week before the session", "%(num)d weeks before the session", -week)
        )
    else:
        text = (
            ngettext("%(num)d week after the deadline", "%(num)d weeks after the deadline", week + 1)
            if call
            else ngettext("%(num)d week from its beginning", "%(num)d weeks from its beginning", week + 1)
        )
    return str(text)


def _week(week: int, middle: datetime, zone: str, *, call: bool) -> str:
    first = show_day(middle + WEEK * week, zone)
    return str(_("%(which)s, from %(day)s", which=_which_week(week, call=call), day=first))


def _timing(inputs: Sequence[Any], closes: datetime | None, zone: str) -> str:
    if closes is None:
        return ""
    deadline = str(_("The call's deadline: %(moment)s.", moment=moment_text(closes, zone)))
    early, late = in_time(inputs)
    if not early and not late:  # a reader sees none before they are published: that none came would be untrue
        return deadline
    return " ".join(
        (
            deadline,
            ngettext("%(num)d good practice came in time.", "%(num)d good practices came in time.", early),
            ngettext(
                "%(num)d came after the deadline of its delegation.",
                "%(num)d came after the deadlines of their delegations.",
                late,
            ),
        )
    )


def _table(counts: Counts, label: Callable[[By, Key], str], closes: datetime | None) -> Table:
    by, title = counts.by, str(TITLES[counts.by])
    lines = counts.lines
    labels = [label(by, line.key) for line in lines]
    several = len(counts.kinds) > 1
    head = [str(CORNERS[by]), *(str(KINDS[kind]) for kind in counts.kinds if several), str(_("All"))]
    head += [str(_("The session before"))] if counts.compared else []
    rows: list[list[str | int]] = [
        [text, *(line.counts if several else ()), line.total, *([line.before or 0] if counts.compared else [])]
        for text, line in zip(labels, lines, strict=True)
    ]
    note = _note(counts)
    lighter = str(_("The lighter bar is the session before."))
    caption = f"{note} {lighter}" if counts.compared else note
    # A picture has no room for the day, which stands in the table.
    short = [_which_week(int(line.key), call=closes is not None) for line in lines] if by is By.WEEK else labels
    drawn = [
        Drawn(text, line.total, line.before, whole) for text, whole, line in zip(short, labels, lines, strict=True)
    ]
    after = next((place for place, line in enumerate(lines) if by is By.WEEK and int(line.key) >= 0), None)
    rule_text = str(_("Deadline") if closes else _("Beginning of the session"))
    picture = bars(by.value, title, caption, drawn, rule_before=after, rule_text=rule_text)
    return Table(by, title, head, rows, note, picture)


def _note(counts: Counts) -> str:
    """How to read the numbers, in sentences."""
    parts = [ngettext("%(num)d input.", "%(num)d inputs.", counts.inputs)]
    if counts.by is By.QUESTION:
        parts.append(str(_("One that answers several questions is counted at each.")))
    if counts.by is By.THEME:
        parts.append(str(_("Good practices alone have themes. One that has several is counted at each.")))
    if counts.by is By.PROGRESS:
        parts.append(str(_("What was begun and not submitted, and what was withdrawn, is counted here alone.")))
    return " ".join(parts)


def blocks_of(found: Statistics) -> list[Block]:
    """The statistics as a document prints them."""
    head = [str(_("Inputs")), str(_("All")), *([str(_("The session before"))] if found.before else [])]
    rows = [[text, str(number), *([str(before)] if found.before else [])] for text, number, before in found.totals]
    blocks = [
        Block(BlockKind.HEADING, str(_("All inputs"))),
        Block(BlockKind.TABLE, "", rows=[head, *rows], numbers=len(head) - 1),
    ]
    if found.before:
        before = in_reader_language(found.before.title)
        blocks.append(Block(BlockKind.PARAGRAPH, str(_("The session before: %(title)s", title=before))))
    if found.timing:
        blocks.append(Block(BlockKind.PARAGRAPH, found.timing))
    for table in found.tables:
        cells = [[str(cell) for cell in row] for row in table.sheet]
        blocks += [
            Block(BlockKind.HEADING, table.title),
            Block(BlockKind.PARAGRAPH, table.note),
            Block(BlockKind.TABLE, "", rows=cells, numbers=len(table.head) - 1),
        ]
    return blocks

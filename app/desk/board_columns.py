"""The columns of the board, in order. A later feature adds its own to COLUMNS: a function that takes the board,
reads what it needs in a constant number of statements, and returns its columns."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.wording import in_reader_language, show_day
from app.desk.board import Board, Cell, Column, Contributor
from app.meetings.enums import Stage
from app.meetings.models import GuidingQuestion
from app.practices.enums import PracticeState
from app.practices.labels import STATES
from app.presentations.enums import PresentationState

NOTHING = "–"
DONE = (PracticeState.ACCEPTED, PracticeState.PUBLISHED)


def contribution(board: Board) -> list[Column]:
    """What came, by its state."""
    slug = board.meeting.slug
    over = board.meeting.stage is Stage.PUBLISHED

    def state_of(item: Any) -> str:
        if isinstance(item.state, PracticeState):
            return str(STATES[item.state])
        if item.state is PresentationState.WITHDRAWN:
            return str(_("Withdrawn"))
        return str(_("Published") if item.published else _("Filed"))

    def cell(contributor: Contributor) -> Cell:
        if not contributor.came:
            return Cell(_("nothing yet") if contributor.asked else _("nothing") if over else _("not asked yet"))
        counted = Counter(state_of(item) for item in contributor.came)
        text = ", ".join(f"{state} ({number})" if number > 1 else state for state, number in counted.items())
        done = all(item.state in DONE or item.published for item in contributor.came)
        heat = 0 if all(item.withdrawn for item in contributor.came) else 4 if done else 2
        if contributor.is_mechanism:
            url = url_for("presentations.index", slug=slug)
        else:
            url = url_for("practices.queue", slug=slug, party=contributor.delegation.party.code)
        return Cell(text, heat, url, f"{contributor.name}: {text}")

    return [Column(_("What came"), cell)]


def lateness(board: Board) -> list[Column]:
    """Until when it is due, and whether it is late."""
    zone = board.meeting.zone

    def cell(contributor: Contributor) -> Cell:
        if contributor.due is None:
            return Cell(NOTHING)
        day = show_day(contributor.due, zone)
        if contributor.late:
            return Cell(_("late since %(day)s", day=day))
        return Cell(day) if contributor.owes else Cell(NOTHING)

    return [Column(_("Due"), cell)]


def answers(board: Board) -> list[Column]:
    """For each guiding question, how many words answer it."""
    return [_answered(question) for question in board.questions]


def _answered(question: GuidingQuestion) -> Column:
    def cell(contributor: Contributor) -> Cell:
        if not contributor.is_asked(question):
            return Cell(_("not asked"))
        words = contributor.words(question)
        if not words:
            return Cell(_("no answer") if contributor.came else NOTHING)
        text = ngettext("%(num)d word", "%(num)d words", words)
        return Cell(text, min(4, 1 + words // 100), value=words)

    label = _("Question %(number)d", number=question.number)
    return Column(label, cell, in_reader_language(question.text))


def reminders(board: Board) -> list[Column]:
    """When the delegation was last reminded, or the way to remind it."""
    zone, slug = board.meeting.zone, board.meeting.slug

    def cell(contributor: Contributor) -> Cell:
        if contributor.to_remind:
            url = url_for("desk.confirm_reminder", slug=slug, to=contributor.delegation.id)
            return Cell(_("Remind"), 0, url, _("Remind: %(name)s", name=contributor.name))
        if contributor.owes and not contributor.writers:
            return Cell(_("no recipient"))
        if contributor.reminded_at:
            return Cell(_("reminded on %(day)s", day=show_day(contributor.reminded_at, zone)))
        return Cell(NOTHING)

    return [Column(_("Reminder"), cell)]


COLUMNS: Sequence[Callable[[Board], list[Column]]] = (contribution, lateness, answers, reminders)


def columns_of(board: Board) -> list[Column]:
    """All columns of a session's board."""
    return [column for make in COLUMNS for column in make(board)]

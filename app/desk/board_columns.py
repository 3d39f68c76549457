"""The columns of the board, in order. A later feature adds its own to COLUMNS: a function that takes the board,
reads what it needs in a constant number of statements, and returns its columns."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.wording import in_reader_language, show_day, with_colon
from app.desk.board import NOTHING, RECORDED, Board, Cell, Column, Contributor
from app.meetings.enums import Stage
from app.meetings.models import GuidingQuestion
from app.practices.enums import PracticeState
from app.practices.labels import STATES
from app.practices.reminding import AWAITED, FIRST, REVISION
from app.practices.reminding import RECORDED as RECORDING
from app.presentations.enums import InvitationState, PresentationState
from app.presentations.labels import INVITATIONS, missing_text
from app.presentations.reminding import COMPLETE
from app.recommendations.queries import due_of
from app.reminders.labels import told_text

NONE = "–"
DONE = (PracticeState.ACCEPTED, PracticeState.PUBLISHED)


def call_state_text(name: str) -> str:
    """What one of CALL_STATES is called."""
    named = {NOTHING: _("Nothing"), RECORDED: _("Recorded, to be confirmed")}
    return named.get(name) or str(STATES[PracticeState(name)])


def contribution(board: Board) -> list[Column]:
    """What came, by its state."""
    slug = board.meeting.slug
    over = board.meeting.stage is Stage.PUBLISHED

    def state_of(item: Any) -> str:
        if isinstance(item.state, PracticeState):
            state = str(STATES[item.state])
            return str(_("%(state)s, came late", state=state)) if item.late else state
        if item.state is PresentationState.WITHDRAWN:
            return str(_("Withdrawn"))
        if isinstance(item.state, InvitationState):
            return str(INVITATIONS[item.state])
        return str(_("Published") if item.published else _("Filed"))

    def cell(contributor: Contributor) -> Cell:
        if not contributor.came and not contributor.begun:
            return Cell(_("nothing yet") if contributor.owes else _("nothing") if over else _("not asked yet"))
        counted = Counter([*map(state_of, contributor.came), *(call_state_text(name) for name in contributor.begun)])
        text = ", ".join(f"{state} ({number})" if number > 1 else state for state, number in counted.items())
        if (owed := contributor.owed.get(COMPLETE.message.name)) is not None:
            missing = ", ".join(missing_text(part) for part in owed.parts)
            text = _("%(state)s; still missing: %(missing)s", state=text, missing=missing)
        if not contributor.came:
            return Cell(text, 1)
        done = not contributor.begun and all(item.state in DONE or item.published for item in contributor.came)
        heat = 4 if done else 2 if contributor.has_come else 1 if contributor.begun else 0
        if contributor.is_mechanism:
            url = url_for("presentations.index", slug=slug)
        else:
            url = url_for("practices.queue", slug=slug, party=contributor.delegation.party.code)
        return Cell(text, heat, url, f"{with_colon(contributor.name)} {text}")

    return [Column(_("What came"), cell)]


def lateness(board: Board) -> list[Column]:
    """Until when something is due, and whether it is late; what that is, where it is no first text."""
    zone = board.meeting.zone
    records = url_for("practices.intake_list", slug=board.meeting.slug)

    def cell(contributor: Contributor) -> Cell:
        if contributor.due is None:
            return Cell(NONE)
        text = show_day(contributor.due, zone)
        if contributor.late:
            text = _("late since %(day)s", day=text)
        owed = contributor.owed.get(AWAITED.message.name)
        first = owed.parts[0] if owed else FIRST
        if first == REVISION:
            return Cell(_("%(due)s: the revision", due=text))
        if first == RECORDING:
            text = _("%(due)s: the confirmation of what was recorded", due=text)
            return Cell(text, 0, records, f"{with_colon(contributor.name)} {text}")
        return Cell(text)

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
            return Cell(_("no answer") if contributor.came else NONE)
        text = ngettext("%(num)d word", "%(num)d words", words)
        return Cell(text, min(4, 1 + words // 100), value=words)

    label = _("Question %(number)d", number=question.number)
    return Column(label, cell, in_reader_language(question.text))


def reminders(board: Board) -> list[Column]:
    """When the delegation was last reminded and by what, and the way to remind it."""
    zone, slug = board.meeting.zone, board.meeting.slug

    def told(contributor: Contributor) -> Cell:
        last = contributor.last_told
        return Cell(told_text(last, zone) if last else NONE)

    def remind(contributor: Contributor) -> Cell:
        if contributor.to_tell:
            url = url_for("desk.confirm_reminder", slug=slug, to=contributor.delegation.id)
            return Cell(_("Remind"), 0, url, _("Remind: %(name)s", name=contributor.name))
        if contributor.owes and not contributor.writers:
            url = url_for("meetings.delegation", delegation_id=contributor.delegation.id, _anchor="invite")
            return Cell(
                _("no recipient"), 0, url, _("no recipient: invite somebody of %(name)s", name=contributor.name)
            )
        return Cell(NONE)

    return [Column(_("Last reminder"), told), Column(_("Reminder"), remind, named=True)]


def recommendations(board: Board) -> list[Column]:
    """On how many recommendations a delegation reported, of those that it is asked about; none where nobody is."""
    due = due_of([contributor.delegation for contributor in board.contributors])
    if not due:
        return []
    url = url_for("recommendations.session", slug=board.meeting.slug)

    def cell(contributor: Contributor) -> Cell:
        if (own := due.get(contributor.delegation.id)) is None:
            return Cell(_("not asked"))
        text = _("%(filed)d of %(asked)d filed", filed=own.filed, asked=own.asked)
        return Cell(text, 4 * own.filed // own.asked, url, f"{with_colon(contributor.name)} {text}")

    return [Column(_("Recommendations"), cell, _("Reports on recommendations of earlier sessions"))]


COLUMNS: Sequence[Callable[[Board], list[Column]]] = (contribution, lateness, answers, recommendations, reminders)


def columns_of(board: Board) -> list[Column]:
    """All columns of a session's board."""
    return [column for make in COLUMNS for column in make(board)]

"""Two to five presentations, question by question: pure once `load` has read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from app.collections.comparing import drop_alike
from app.collections.practices_compared import Cell, Compared, Group, Line, marks_of
from app.core.actors import Actor
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.wording import in_reader_language, language_shown
from app.directory.models import Party
from app.library.marked_text import count_paragraphs
from app.meetings.models import Delegation, GuidingQuestion, Meeting
from app.meetings.years import year_of
from app.practices.reading import ShownField
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.presentations.queries import visible_to


@dataclass(frozen=True)
class Shown:
    """A published presentation's newest version, with the questions that were put to its session."""

    presentation: Presentation
    version: PresentationVersion
    questions: Sequence[GuidingQuestion]

    @property
    def name(self) -> str:
        """What addresses and collections call it: "cam-2026/RCM"."""
        return f"{self.presentation.meeting.slug}/{self.presentation.delegation.party.code}"

    @property
    def meeting_id(self) -> int:
        """Its session."""
        return self.presentation.meeting_id

    @property
    def state(self) -> str:
        """The everyday name of whose it is."""
        return in_reader_language(self.presentation.delegation.party.label)

    @property
    def year(self) -> int:
        """The year of its session."""
        return year_of(self.presentation.meeting)

    @property
    def title(self) -> str:
        """The whole name of whose it is."""
        return in_reader_language(self.presentation.delegation.party.names)

    @property
    def title_lang(self) -> str:
        """The language of that name."""
        return language_shown(self.presentation.delegation.party.names)

    @property
    def label(self) -> str:
        """What tells it apart within a comparison: whose, and the year."""
        return f"{self.state} ({self.year})"

    @property
    def shown_as(self) -> str:
        """The language that it is read in: its own."""
        return str(_("Original: %(language)s", language=LANGUAGE_NAMES[self.version.language]))

    @property
    def url(self) -> str:
        """Its page."""
        party = self.presentation.delegation.party
        return url_for("library.presentation", slug=self.presentation.meeting.slug, code=party.code)

    @property
    def permalink(self) -> str:
        """Its whole address, which stays."""
        return f"{current_app.config['BASE_URL']}{self.url}"

    @property
    def illustrative(self) -> bool:
        """Whether it was written for the demonstration."""
        return bool(self.presentation.public_sources)

    def answer(self, key: str) -> str:
        """What it says to a question of its session."""
        return str(self.version.content.get("answers", {}).get(key) or "")


class Answer(NamedTuple):
    """What is said to a question, and the number of its first paragraph, as its page counts them."""

    key: str
    text: str
    first: int


def load(actor: Actor, names: Sequence[str]) -> list[Shown]:
    """Load the published presentations that a person may read, in the order of `names`. Three statements."""
    wanted = [name.partition("/")[::2] for name in names]
    named = [sa.and_(Meeting.slug == slug, Party.code == code) for slug, code in wanted if code]
    if not named:
        return []
    found = {shown.name: shown for shown in _read(actor, sa.or_(*named))}
    return [found[name] for name in names if name in found]


def of_sessions(actor: Actor, meeting_ids: set[int]) -> list[Shown]:
    """The published presentations of sessions, by acronym. Three statements."""
    return _read(actor, Presentation.meeting_id.in_(meeting_ids))


def _read(actor: Actor, condition: sa.ColumnElement[bool]) -> list[Shown]:
    rows = db.session.scalars(
        sa.select(Presentation)
        .join(Presentation.meeting)
        .join(Presentation.delegation)
        .join(Delegation.party)
        .where(
            condition,
            Presentation.published_at.is_not(None),
            Presentation.state == PresentationState.FILED,
            visible_to(actor),
        )
        .order_by(Party.code, Presentation.id)
        .options(
            orm.contains_eager(Presentation.meeting).joinedload(Meeting.mechanism),
            orm.contains_eager(Presentation.delegation).contains_eager(Delegation.party),
            orm.joinedload(Presentation.slot),
            orm.selectinload(Presentation.versions),
        )
    ).all()
    asked: dict[int, list[GuidingQuestion]] = {}
    if rows:
        ids = {row.meeting_id for row in rows}
        statement = sa.select(GuidingQuestion).where(GuidingQuestion.meeting_id.in_(ids))
        for question in db.session.scalars(statement.order_by(GuidingQuestion.number)):
            asked.setdefault(question.meeting_id, []).append(question)
    return [Shown(row, row.latest, asked.get(row.meeting_id, [])) for row in rows if row.latest]


def compare(columns: Sequence[Shown], *, differing: bool = False) -> Compared:
    """Return presentations question by question, in the order of the first one's session. Questions with the same words
    are one line; one that nobody answers has none. No query."""
    marks = marks_of(columns)
    lines: dict[str, Line] = {}
    answers: list[dict[str, Answer]] = []
    for shown in columns:
        said: dict[str, Answer] = {}
        first = 1
        for question in shown.questions:
            mark = marks[(shown.meeting_id, question.key)]
            said[mark] = Answer(question.key, shown.answer(question.key), first)
            first += count_paragraphs(said[mark].text)
            label = f"{question.number}. {in_reader_language(question.text)}"
            lines.setdefault(mark, Line(label, language_shown(question.text)))
        answers.append(said)
    for mark, line in lines.items():
        line.cells = [_cell(shown, line, said.get(mark)) for shown, said in zip(columns, answers, strict=True)]
    answered = [line for line in lines.values() if any(cell.plain for cell in line.cells)]
    groups = [Group(_("Guiding questions"), current_language(), answered)]
    alike = drop_alike(groups) if differing else 0
    return Compared(columns, [group for group in groups if group.lines], alike)


def _cell(shown: Shown, line: Line, answer: Answer | None) -> Cell:
    key, text, first = answer or Answer("", "", 1)
    field = ShownField("", line.label, line.label_lang, "text", text)
    return Cell(
        shown.state,
        shown.label,
        field,
        answer is not None,
        shown.version.language,
        first=first,
        page=f"{shown.url}?",
        anchor=f"field-answers.{key}",
    )

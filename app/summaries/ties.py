"""Citations and set-asides as coverage reads them: light rows, because there are thousands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.db import db
from app.directory.models import Party
from app.meetings.models import Delegation
from app.people.models import User
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.record.texts import key_of
from app.summaries.models import Citation, Paragraph, PassageOfSource, Section, SetAside
from app.summaries.numbering import placed

VERSIONED = ("practice", "presentation")


class Whose(NamedTuple):
    """The delegation whose words they are."""

    id: int
    party: Party


@dataclass(frozen=True, slots=True)
class Tie:
    """Words of one version of a source (`key`: "practice-12"), as a row names them (PassageOfSource).

    `version_id` and `version` (its number) are of what was cited; an intervention's own id, and 0. `language`: "" of an
    intervention. `withdrawn`: the source was, so that nobody reads the words. `own`: it is the delegation's own again
    (returned, or with the capital).
    """

    id: int
    key: str
    delegation: Whose
    version_id: int
    version: int
    language: str
    field: str
    start: int
    end: int
    quote: str
    withdrawn: bool
    own: bool

    @property
    def delegation_id(self) -> int:
        return self.delegation.id

    @property
    def kind(self) -> str:
        """ "practice", "presentation" or "intervention"."""
        return self.key.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Cited(Tie):
    """A citation. `number`, `label`: of the paragraph, "12" or "12 (a)"."""

    paragraph_id: int
    number: int
    label: str


@dataclass(frozen=True, slots=True)
class LeftOut(Tie):
    """A set-aside. `by`: the name of who did it; "" where nobody is known."""

    reason: str
    at: datetime
    by: str


def source_key(tie: PassageOfSource | Tie) -> str:
    """Return the key of the source that a citation or set-aside names: "practice-12", "intervention-5"."""
    if isinstance(tie, Tie):
        return tie.key
    if tie.practice_version is not None:
        return f"practice-{tie.practice_version.practice_id}"
    if tie.presentation_version is not None:
        return f"presentation-{tie.presentation_version.presentation_id}"
    if tie.intervention_id is not None:
        return key_of(tie.intervention_id)
    raise ValueError("a tie without a source")


class Of(NamedTuple):
    """What ties to one version have in common: the values of a Tie before and after its passage."""

    key: str
    version: int
    language: str
    withdrawn: bool
    own: bool


def _columns(table: type[PassageOfSource]) -> tuple[Any, ...]:
    """What a tie is read from: which version of which kind, whose words, and where they stand."""
    return (
        table.id,  # type: ignore[attr-defined]
        table.practice_version_id,
        table.presentation_version_id,
        table.intervention_id,
        table.delegation_id,
        table.field,
        table.start,
        table.end,
        table.quote,
    )


def _versions(practices: set[int], presentations: set[int]) -> dict[tuple[str, int], Of]:
    """What ties to these versions have in common; no statement for kinds of which there is none."""
    found: dict[tuple[str, int], Of] = {}
    if practices:
        of_practices = sa.select(
            PracticeVersion.id, PracticeVersion.practice_id, PracticeVersion.number, PracticeVersion.language
        ).add_columns(Practice.state)
        of_practices = of_practices.join(Practice, Practice.id == PracticeVersion.practice_id)
        for row in db.session.execute(of_practices.where(PracticeVersion.id.in_(practices))):
            withdrawn = row.state is PracticeState.WITHDRAWN
            found["practice", row.id] = Of(
                f"practice-{row.practice_id}", row.number, row.language, withdrawn, row.state.own
            )
    if presentations:
        of_presentations = sa.select(
            PresentationVersion.id,
            PresentationVersion.presentation_id,
            PresentationVersion.number,
            PresentationVersion.language,
        ).add_columns(Presentation.state, Presentation.withdrawn_at)
        of_presentations = of_presentations.join(Presentation, Presentation.id == PresentationVersion.presentation_id)
        for row in db.session.execute(of_presentations.where(PresentationVersion.id.in_(presentations))):
            withdrawn = row.state is PresentationState.WITHDRAWN or row.withdrawn_at is not None
            found["presentation", row.id] = Of(
                f"presentation-{row.presentation_id}", row.number, row.language, withdrawn, False
            )
    return found


def _named(row: Any) -> tuple[str, int]:
    """The kind and the id of what a row of _columns is tied to."""
    if row[1] is not None:
        return "practice", row[1]
    return ("presentation", row[2]) if row[2] is not None else ("intervention", row[3])


class _Paragraphs:
    """A section as numbering reads one."""

    def __init__(self) -> None:
        self.paragraphs: list[Any] = []


def numbers_of(summary_id: int) -> dict[int, tuple[int, str]]:
    """Paragraph id -> its number and its label, in order. One statement."""
    statement = (
        sa.select(Paragraph.id, Paragraph.level, Paragraph.section_id)
        .join(Section, Section.id == Paragraph.section_id)
        .where(Section.summary_id == summary_id)
        .order_by(Section.position, Paragraph.position)
    )
    sections: dict[int, Any] = {}
    for row in db.session.execute(statement):
        sections.setdefault(row.section_id, _Paragraphs()).paragraphs.append(row)
    return {row.id: (place.number, place.label) for place, row in placed(sections.values())}


def parties_by_delegation(meeting_id: int) -> Mapping[int, Party]:
    """Delegation id -> its party, of a meeting."""
    statement = sa.select(Delegation.id, Party).join(Party, Party.id == Delegation.party_id)
    rows = db.session.execute(statement.where(Delegation.meeting_id == meeting_id))
    return {row.id: row.Party for row in rows}


def ties_of(
    summary_id: int,
    meeting_id: int,
    known: Mapping[int, Party],
    versions: Mapping[tuple[str, int], Of],
    numbers: Mapping[int, tuple[int, str]] | None = None,
) -> tuple[list[Cited], list[LeftOut]]:
    """The citations and the set-asides of a summary, the oldest first. Two statements; one where `numbers` are given
    (as numbers_of gives them).

    `known`, `versions`: parties by delegation, and versions by kind and id, that were read already; where ties are of
    others, one statement more for the parties, and one for each kind of version.
    """
    if numbers is None:
        numbers = numbers_of(summary_id)
    nothing = (sa.type_coerce(sa.null(), column.type) for column in (SetAside.reason, SetAside.at, User.name))
    cited = (
        sa.select(*_columns(Citation), Citation.paragraph_id, *nothing)
        .join(Paragraph, Paragraph.id == Citation.paragraph_id)
        .join(Section, Section.id == Paragraph.section_id)
        .where(Section.summary_id == summary_id)
    )
    aside = (
        sa.select(*_columns(SetAside), sa.null(), SetAside.reason, SetAside.at, User.name)
        .outerjoin(User, User.id == SetAside.by_id)
        .where(SetAside.summary_id == summary_id)
    )
    rows = sorted(db.session.execute(cited.union_all(aside)), key=itemgetter(0))
    citations, asides = [row for row in rows if row[9] is not None], [row for row in rows if row[9] is None]
    if any(row[4] not in known for row in rows):
        known = parties_by_delegation(meeting_id)
    whose = {row_id: Whose(row_id, party) for row_id, party in known.items()}
    of = dict(versions)
    missing = {named for named in map(_named, rows) if named not in of}
    of |= {named: Of(key_of(named[1]), 0, "", False, False) for named in missing if named[0] == "intervention"}
    of |= _versions(*({row_id for kind, row_id in missing if kind == wanted} for wanted in VERSIONED))
    cite: Callable[..., Cited] = Cited
    leave: Callable[..., LeftOut] = LeftOut

    def values(row: Any) -> tuple[Any, ...]:
        named = _named(row)
        key, version, language, withdrawn, own = of[named]
        return row[0], key, whose[row[4]], named[1], version, language, *row[5:9], withdrawn, own

    return (
        [cite(*values(row), row[9], *numbers[row[9]]) for row in citations],
        [leave(*values(row), row[10], row[11], row[12] or "") for row in asides],
    )

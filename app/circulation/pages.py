"""What the pages of circulation show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from app.circulation import queries
from app.circulation.enums import CirculationEnd, CirculationKind
from app.circulation.labels import END_KINDS, ENDS
from app.circulation.models import Circulation, Comment, Objection
from app.circulation.operations import GRACE
from app.circulation.queries import Asked
from app.core.clock import now
from app.core.languages import current_language
from app.core.texts import alphabetical
from app.core.word_differences import Piece, compare_words
from app.core.wording import in_reader_language
from app.meetings.models import Delegation
from app.summaries.version_comparing import FrozenParagraph, paragraphs_in


@dataclass(frozen=True)
class Standing:
    """How a circulation stands: in a word, how that looks, and whether it takes things in or is being settled."""

    text: str
    kind: str
    running: bool
    settling: bool


def standing(row: Circulation) -> Standing:
    """Say how a circulation stands; between its moment and what comes of it, that this is being established."""
    if row.end is not None:
        return Standing(str(ENDS[row.end]), END_KINDS[row.end], running=False, settling=False)
    if now() >= row.ends_at:
        return Standing(_("The result is being established"), "progress", running=False, settling=True)
    return Standing(_("Under way"), "progress", running=True, settling=False)


def minutes_of_grace() -> int:
    """How long after its moment a circulation is settled."""
    return int(GRACE.total_seconds() // 60)


def sorted_delegations(rows: Sequence[Delegation]) -> list[Delegation]:
    """Delegations by their names in the reader's language."""
    language = current_language()
    return sorted(rows, key=lambda row: alphabetical(in_reader_language(row.party.label), language))


@dataclass(frozen=True)
class Line:
    """A comment with its place: the label of its paragraph ("" of the whole text), and the proposed text against what
    was circulated, word by word."""

    comment: Comment
    label: str
    pieces: Sequence[Piece]


def lines(row: Circulation, comments: Sequence[Comment]) -> list[Line]:
    """Comments in the order of the text; those on all of it come first."""
    found = {paragraph.key: paragraph for paragraph in paragraphs_in(row.version_of_text.content)}
    places = {key: place for place, key in enumerate(found, start=1)}
    ordered = sorted(comments, key=lambda comment: places.get(comment.paragraph, 0))
    return [line_of(comment, found.get(comment.paragraph)) for comment in ordered]


def line_of(comment: Comment, paragraph: FrozenParagraph | None) -> Line:
    """A comment beside the paragraph that it is on."""
    says = paragraph.row["text"].get(comment.language, "") if paragraph else ""
    pieces = compare_words(says, comment.proposed) if comment.proposed else []
    return Line(comment, paragraph.label if paragraph else "", pieces)


def paragraph_of(row: Circulation, key: str) -> FrozenParagraph | None:
    """A paragraph of a circulated text by its key."""
    return next((found for found in paragraphs_in(row.version_of_text.content) if found.key == key), None)


def cites(paragraph: Mapping[str, Any], code: str) -> list[Mapping[str, Any]]:
    """The citations of a frozen paragraph that are of a party's words, or were said on its behalf."""
    return [
        citation
        for citation in paragraph["citations"]
        if citation["party"]["code"] == code or code in ((citation.get("on_behalf") or {}).get("members") or ())
    ]


@dataclass(frozen=True)
class Reading:
    """A circulated text as a delegation reads it. By key of paragraph: `own` words cited, its own `comment`, those of
    `others` where all see them."""

    standing: Standing
    own: Mapping[str, Sequence[Mapping[str, Any]]]
    comments: Mapping[str, Line]
    others: Mapping[str, Sequence[Line]]
    objections: Sequence[Objection]
    citing: Sequence[FrozenParagraph]
    drafts: int
    filed: int
    position: Any = None
    labels: Mapping[str, str] = field(default_factory=dict)


def reading(found: Asked) -> Reading:
    """What a delegation reads of a circulated text."""
    row, code = found.circulation, found.delegation.party.code
    paragraphs = paragraphs_in(row.version_of_text.content)
    own = {paragraph.key: cited for paragraph in paragraphs if (cited := cites(paragraph.row, code))}
    mine: dict[str, Line] = {}
    others: dict[str, list[Line]] = {}
    for line in lines(row, queries.comments_read_by(found)):
        if line.comment.delegation_id == found.delegation.id:
            mine[line.comment.paragraph] = line
        else:
            others.setdefault(line.comment.paragraph, []).append(line)
    written = [line.comment for line in mine.values() if line.comment.text or line.comment.proposed]
    return Reading(
        standing=standing(row),
        own=own,
        comments=mine,
        others=others,
        objections=queries.objections_of(row.id) if row.kind is CirculationKind.SILENCE else [],
        citing=[paragraph for paragraph in paragraphs if paragraph.key in own],
        drafts=sum(comment.filed_at is None for comment in written),
        filed=sum(comment.filed_at is not None for comment in written),
        position=queries.position_of(found) if row.end is CirculationEnd.ADOPTED else None,
        labels={paragraph.key: paragraph.label for paragraph in paragraphs},
    )

"""The board over the years: each recommendation against the sessions that asked about it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.core.actors import Actor
from app.directory.models import Party
from app.meetings.models import Meeting
from app.recommendations import queries
from app.recommendations.enums import Progress
from app.recommendations.models import RecommendationReport
from app.recommendations.queries import Carried
from app.recommendations.reading import Asked, recommended
from app.summaries.addressing import is_addressed


@dataclass(frozen=True)
class Cell:
    """What one session asked and heard; `counted`: progress -> how many of the reports that the reader may read."""

    carried: Carried
    reports: Sequence[RecommendationReport]

    @property
    def counted(self) -> Mapping[Progress, int]:
        found = Counter(row.progress for row in self.reports if row.progress)
        return {progress: found[progress] for progress in Progress if found[progress]}


@dataclass
class Line:
    """A recommendation; `cells` by session id."""

    asked: Asked
    origin: Meeting
    opens: bool = True  # whether the reader may open the summary that made it
    cells: dict[int, Cell] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Whether a session closed it."""
        return any(cell.carried.row.closed_at for cell in self.cells.values())


@dataclass(frozen=True)
class Board:
    """The recommendations, oldest first, and the sessions that asked about any of them, oldest first."""

    lines: Sequence[Line]
    sessions: Sequence[Meeting]


def board_of(actor: Actor, mechanism_id: int | None = None) -> Board:
    """Read the board as far as a person may see it, in a number of statements that its size does not change.

    What was carried from a publication that another took the place of stands in the line of the newer one, where it
    has it still.
    """
    publications = sorted(queries.publications_seen(actor, mechanism_id), key=lambda row: row.published_at)
    known = recommended(publications)
    lines: dict[tuple[int, str], Line] = {
        (row.summary_id, asked.key): Line(asked, row.summary.meeting)
        for row in publications
        for asked in known[row.id].values()
    }
    carried = queries.carried_anywhere(actor, mechanism_id)
    reports = queries.reports_on(actor, [one.row.id for one in carried]) if carried else {}
    for one in carried:
        line = lines.setdefault((one.row.publication.summary_id, one.row.key), Line(one.asked, one.origin, one.opens))
        line.cells[one.row.meeting_id] = Cell(one, reports.get(one.row.id, []))
    sessions = {one.row.meeting_id: one.row.meeting for one in carried}
    return Board(
        sorted(lines.values(), key=lambda line: (line.origin.starts_at, line.origin.id)),
        sorted(sessions.values(), key=lambda meeting: (meeting.starts_at, meeting.id)),
    )


def parties_on(board: Board) -> Sequence[Party]:
    """The parties that the board can be read for: those in its sessions, and those to whom it is addressed."""
    return queries.parties_asked([meeting.id for meeting in board.sessions], codes_in(board.lines))


def board_for(board: Board, party: Party) -> Board:
    """The board as it is about one party: what it is asked, or reported on, with its reports alone."""

    def own(line: Line) -> Line:
        cells = {
            meeting_id: Cell(cell.carried, [row for row in cell.reports if row.delegation.party_id == party.id])
            for meeting_id, cell in line.cells.items()
        }
        return replace(line, cells=cells)

    lines = [
        line
        for line in map(own, board.lines)
        if is_addressed(line.asked.addressees, party) or any(cell.reports for cell in line.cells.values())
    ]
    there = {meeting_id for line in lines for meeting_id in line.cells}
    return Board(lines, [meeting for meeting in board.sessions if meeting.id in there])


def codes_in(lines: Iterable[Line | Carried]) -> set[str]:
    """The codes of the parties to whom any of them is addressed."""
    return {key for line in lines for key in line.asked.addressees}

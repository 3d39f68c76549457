"""Coverage in two directions: guiding question x contributor, theme x contributor, mechanism x theme. Pure computing.

A passage stands in one cell of the first; in the others it counts once under each theme and mechanism that its source
names. What names none stands under NONE, so that nothing that was submitted is missing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.directory.enums import PartyKind
from app.summaries.coverage import Counts, Coverage, question_of
from app.summaries.sources import SourceText

NONE = "none"


class Side(StrEnum):
    """What passages are told apart by."""

    PARTY = "party"
    QUESTION = "question"
    THEME = "theme"
    MECHANISM = "mechanism"


@dataclass(frozen=True)
class Crossing:
    """A matrix: what its rows and columns are, and its cells by (row, column)."""

    rows: Side
    columns: Side
    cells: Mapping[tuple[str, str], Counts]

    def keys(self, *, of_rows: bool) -> set[str]:
        """The keys of its rows, or of its columns."""
        return {pair[0 if of_rows else 1] for pair in self.cells}


def keys_of(side: Side, source: SourceText, field: str) -> Iterable[str]:
    """Return where a field of a source stands on a side: the code of its party, the number of its question, the codes
    of its themes, the acronyms of its mechanisms (those it names, and its own where a mechanism speaks)."""
    if side is Side.PARTY:
        return (source.party.code,)
    if side is Side.QUESTION:
        number = question_of(field)
        return (NONE if number is None else str(number),)
    if side is Side.THEME:
        return source.themes or (NONE,)
    own = (source.party.code,) if source.party.kind is PartyKind.MECHANISM else ()
    return tuple(dict.fromkeys((*own, *source.mechanisms))) or (NONE,)


def crossed(coverage: Coverage, rows: Side, columns: Side) -> Crossing:
    """Return the matrix of two sides."""

    def pairs(source: SourceText, field: str) -> Iterable[tuple[str, str]]:
        of_columns = tuple(keys_of(columns, source, field))
        return [(row, column) for row in keys_of(rows, source, field) for column in of_columns]

    return Crossing(rows, columns, coverage.counts_by(pairs))


def counted(coverage: Coverage, side: Side) -> dict[str, Counts]:
    """Return what became of the passages, by where they stand on one side."""
    return coverage.counts_by(lambda source, field: keys_of(side, source, field))


def heat(count: int) -> int:
    """Return the shade of a cell, 0 to 4, by how many of its passages are open."""
    return next((shade for shade, most in enumerate((0, 5, 20, 50)) if count <= most), 4)

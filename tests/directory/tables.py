"""Tables as tests write them, and what checking and importing them does."""

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.tables import Sheet
from app.directory.enums import StatementSubject
from app.directory.exchange import read
from app.directory.exchange_check import check
from app.directory.exchange_write import hold_still, import_tables
from app.directory.models import Statement
from app.directory.queries import mechanism_by_slug
from app.documents.operations import keep_file

NOTE = "oas-technical-note-2023"
PAPER = "cam-concept-paper-2023"


def sheet(*rows: dict[str, str]) -> Sheet:
    """Rows of one table, numbered from 2 on."""
    columns = list(rows[0])
    return Sheet(columns, [(number, [row[column] for column in columns]) for number, row in enumerate(rows, start=2)])


def held(table: str, **wanted: str) -> dict[str, str]:
    """The one row of the directory that has these cells."""
    (row,) = [row.row for row in read()[table] if wanted.items() <= row.row.items()]
    return dict(row)


def take(sheets, by=SYSTEM):
    """Import what has nothing wrong; return the plan."""
    plan = check(sheets)
    assert plan.problems == []
    hold_still()
    import_tables(plan, file=keep_file(b"x", name="tables.csv", by=by), by=by)
    db.session.flush()
    return plan


def problems(**sheets: Sheet) -> list[tuple[str, int, str, str]]:
    """What is wrong with tables, which then change nothing."""
    return [(*problem[:3], str(problem.message)) for problem in check(sheets).problems]


def statement(slug: str, subject: StatementSubject, source: str = NOTE) -> Statement:
    db.session.expire_all()
    rows = mechanism_by_slug(slug).statements
    return next(row for row in rows if (row.subject, row.source.key) == (subject, source))

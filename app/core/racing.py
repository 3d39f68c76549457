"""Two people at once: how the database says that somebody else was first."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

# A row that is there already, or that another still names or no longer finds: PostgreSQL's states, SQLite's names.
# PostgreSQL also ends one of two that wait for each other, or that read what the other was writing.
STATES = frozenset({"23505", "23503", "40P01", "40001"})
NAMES = frozenset({"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_FOREIGNKEY"})


def lost(error: BaseException | None) -> bool:
    """Whether an error of the database means that somebody else saved in the same moment."""
    if isinstance(error, StaleDataError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return getattr(error.orig, "sqlstate", None) in STATES or getattr(error.orig, "sqlite_errorname", "") in NAMES

"""A large generated library (`plenaria demo --scale`): what speed is measured on, beside the demonstration.

Every text of it is invented, and every session says so. The same number gives the same library. Sessions are made one
after the other, each in a transaction of its own, so that memory stays as it is and a run that was interrupted goes on.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate

import sqlalchemy as sa

from app.cli.scale_practices import add_practices
from app.cli.scale_sessions import add_documents, add_presentations, add_session
from app.cli.scale_summary import add_summary
from app.cli.scale_text import Phrases
from app.core.clock import now
from app.core.db import db
from app.directory.models import Mechanism
from app.meetings.models import Meeting

USUAL = 100_000
FIRST_YEAR = 2005
BODIES = ("CAM", "SACM", "RCM", "LAD", "RIAM", "R4V", "Quito Process", "MIRPS")
A_BODY, A_SESSION = 2500, 20  # practices that another body, or another year, is worth
MARK = "G"  # at the end of the code of a generated session: "2019-G"
# How the engines are told, in each transaction, to bring many texts into the full-text index at once; and at the end
# what makes it as it usually is.
MANY = {
    "sqlite": (
        "PRAGMA cache_size = -200000",
        "INSERT INTO search_fts (search_fts, rank) VALUES ('hashsize', 67108864)",
    ),
    "postgresql": ("SET LOCAL gin_pending_list_limit = '256MB'", "SET LOCAL work_mem = '256MB'"),
}
USUALLY = {
    "sqlite": ("PRAGMA cache_size = -2000", "INSERT INTO search_fts (search_fts, rank) VALUES ('hashsize', 1048576)"),
    "postgresql": (
        "SELECT gin_clean_pending_list('search_fts_words')",
        "SELECT gin_clean_pending_list('search_fts_title_words')",
    ),
}


@dataclass(frozen=True)
class Wanted:
    """One session to make: of which body and year, with how many practices."""

    body: str
    year: int
    practices: int

    @property
    def code(self) -> str:
        return f"{self.year}-{MARK}"


def wanted(count: int, last_year: int) -> list[Wanted]:
    """Say which sessions share so many practices: newer ones more than older ones."""
    bodies = BODIES[: min(len(BODIES), max(1, count // A_BODY))]
    places = [(body, year) for year in range(last_year, FIRST_YEAR - 1, -1) for body in bodies]
    places = places[: max(1, count // A_SESSION)]
    shares = list(accumulate(10 + year - FIRST_YEAR for _body, year in places))
    ends = [count * share // shares[-1] for share in shares]
    return [
        Wanted(body, year, end - start)
        for (body, year), start, end in zip(places, [0, *ends], ends, strict=False)
        if end > start
    ]


def make_library(count: int, told: Callable[[Wanted, int], None] = lambda session, made: None) -> int:
    """Add a library of so many published practices with its sessions; return how many were made now. Commits.

    A session that is there already is left as it is. `told` hears of each session and how many practices there are.
    """
    phrases, made = Phrases(), 0
    for session, mechanism in _missing(count):
        _run(MANY)
        # What a session holds depends on nothing but its body, its year and how many practices it has.
        chance = random.Random(f"{session.body} {session.year} {session.practices}")  # noqa: S311
        meeting = add_session(mechanism, session.code, session.year, phrases, chance)
        cited = add_practices(meeting, session.year, session.practices, phrases, chance)
        add_presentations(meeting, session.year, BODIES, phrases, chance)
        add_documents(meeting, session.year, phrases, chance)
        add_summary(meeting, session.year, cited, phrases, chance)
        db.session.commit()
        db.session.close()
        made += session.practices
        told(session, made)
    if made:
        _run(USUALLY)
        db.session.commit()
    return made


def _run(statements: Mapping[str, Sequence[str]]) -> None:
    for statement in statements[db.engine.dialect.name]:
        db.session.execute(sa.text(statement))


def _missing(count: int) -> Iterator[tuple[Wanted, Mechanism]]:
    moment = now()
    over = datetime(moment.year, 7, 31, tzinfo=UTC) < moment
    for session in wanted(count, moment.year if over else moment.year - 1):
        mechanism = db.session.scalars(sa.select(Mechanism).where(Mechanism.code == session.body)).one()
        there = sa.exists().where(Meeting.mechanism_id == mechanism.id, Meeting.code == session.code)
        if not db.session.scalar(sa.select(there)):
            yield session, mechanism

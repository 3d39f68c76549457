"""Which of the words that were quoted somebody who writes the summary may read: one rule for all pages.

The secretariat reads all but what was withdrawn. A rapporteur reads what was accepted: not the words of a practice that
is with its delegation or not accepted yet, nor those of a version that never was.
"""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.db import db
from app.practices.enums import Decision
from app.practices.models import Practice, PracticeVersion, Review
from app.summaries.sources import ACCEPTED


def closed_versions(meeting_id: int, *, everything: bool) -> frozenset[int]:
    """Return the ids of the versions of practices whose words a reader may not see. One statement; for who reads
    `everything`, none and nothing."""
    if everything:
        return frozenset()
    newer = orm.aliased(PracticeVersion)
    was_replaced = sa.exists().where(newer.practice_id == Practice.id, newer.number > PracticeVersion.number)
    was_accepted = sa.exists().where(
        Review.practice_version_id == PracticeVersion.id, Review.decision == Decision.ACCEPT
    )
    never = sa.and_(was_replaced, ~was_accepted, PracticeVersion.note == "")  # a note: an accepted correction
    statement = (
        sa.select(PracticeVersion.id)
        .join(Practice, Practice.id == PracticeVersion.practice_id)
        .where(Practice.meeting_id == meeting_id, sa.or_(Practice.state.not_in(ACCEPTED), never))
    )
    return frozenset(db.session.scalars(statement))


def may_read(practice_version_id: int | None, closed: Collection[int], *, stands: bool) -> bool:
    """Whether a reader may see words quoted of a version (None: of no practice), given `closed_versions`.

    `stands`: the words stand in the source as the reader has it now.
    """
    return stands or practice_version_id not in closed

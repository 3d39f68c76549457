"""The texts that a paragraph cites, as far as a person may read them whole."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.actors import Actor
from app.core.db import db
from app.meetings.models import Meeting
from app.practices.after_queries import public_versions
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import visible_to as practice_visible
from app.practices.template import passages_source
from app.presentations.models import Presentation, PresentationVersion
from app.presentations.queries import newest_number, published_to
from app.summaries.kept_texts import answers_as_fields
from app.summaries.sources import interventions_of

Texts = dict[tuple[str, int], Mapping[str, str]]


def texts_cited(meeting: Meeting, citations: Sequence[Mapping[str, Any]], actor: Actor, *, floor: bool) -> Texts:
    """Return (source key, version) -> field -> text, of those cited that a person may read whole.

    Of a practice those versions are read that were ever published for the person, of a presentation the one that is;
    what was said on the floor with `floor`. One statement for each kind of source, more where the minutes are read.
    """
    ids: dict[str, set[int]] = {}
    for one in citations:
        kind, _dash, number = one["source"].partition("-")
        ids.setdefault(kind, set()).add(int(number))
    found: Texts = {}
    if "practice" in ids:
        found |= _practices(ids["practice"], actor)
    if "presentation" in ids:
        found |= _presentations(ids["presentation"], actor)
    if "intervention" in ids and floor:
        versions = {one["source"]: one["version"] for one in citations}
        found |= {
            (source.key, versions[source.key]): source.fields
            for source in interventions_of(meeting.id)
            if source.key in versions
        }
    return found


def _practices(ids: Collection[int], actor: Actor) -> Texts:
    of_practice = orm.contains_eager(PracticeVersion.practice)
    statement = (
        sa.select(PracticeVersion)
        .join(PracticeVersion.practice)
        .join(Practice.meeting)
        .where(
            Practice.id.in_(ids),
            Practice.state == PracticeState.PUBLISHED,
            practice_visible(actor),
        )
        .order_by(PracticeVersion.practice_id, PracticeVersion.number)
        .options(
            of_practice.defer(Practice.content),
            of_practice.joinedload(Practice.call),
            of_practice.contains_eager(Practice.meeting),
        )
    )
    versions: dict[int, list[PracticeVersion]] = {}
    for row in db.session.scalars(statement):
        versions.setdefault(row.practice_id, []).append(row)
    return {
        (f"practice-{row.practice_id}", row.number): dict(passages_source(row.content, row.template))
        for rows in versions.values()
        for row in public_versions(rows, actor)
    }


def _presentations(ids: Collection[int], actor: Actor) -> Texts:
    statement = (
        sa.select(PresentationVersion)
        .join(PresentationVersion.presentation)
        .join(Presentation.meeting)
        .where(
            Presentation.id.in_(ids),
            published_to(actor),
            PresentationVersion.number == newest_number(),
        )
    )
    return {
        (f"presentation-{row.presentation_id}", row.number): answers_as_fields(row.content)
        for row in db.session.scalars(statement)
    }

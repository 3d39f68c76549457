"""What a publication of a summary says otherwise than the one before it that the reader may read, word by word."""

from typing import Any

from flask import request
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db
from app.core.localized import LANGUAGE_NAMES
from app.library import queries
from app.library.citing import in_language
from app.library.frozen import frozen
from app.library.summary_page import languages_offered
from app.meetings.models import Meeting
from app.summaries.labels import PUBLICATION_KINDS
from app.summaries.models import Publication
from app.summaries.queries import publications_of
from app.summaries.sources_now import sources_now
from app.summaries.version_comparing import changes_between
from app.summaries.version_papers import what_happened


def changes(meeting: Meeting, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/summary_changes.html needs: of the latest, or of the `version` that the address
    names; raises NotFound where there is none that the person may read.

    Of sources that came or went only whose they are is told, and not even that of those that the person may not read.
    """
    publications = publications_of(meeting.id, actor)
    number = request.args.get("version", publications[-1].number if publications else None, int)
    newer = next((row for row in publications if row.number == number), None)
    if newer is None:
        raise NotFound
    older = next((row for row in reversed(publications) if row.number < newer.number), None)
    offered = languages_offered(meeting, newer, "library.summary_changes")
    return {
        "meeting": meeting,
        "newer": newer,
        "older": older,
        "kinds": PUBLICATION_KINDS,
        "title": in_language(newer.title, offered.language),
        "offered": offered,
        "names": LANGUAGE_NAMES,
        "readers": sources_now(meeting.id).readers(queries.audiences(actor, meeting)),
        "changes": _between(older, newer) if older else [],
        "what_happened": what_happened,
    }


def _between(older: Publication, newer: Publication) -> Any:
    """Both are frozen, so a worker compares them once."""

    def compare() -> Any:
        before, after = (db.session.get_one(Publication, row.id).content for row in (older, newer))
        return tuple(changes_between(before, after))

    return frozen(("changes", older.id, newer.id), compare)

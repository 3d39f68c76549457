"""Keeping the index in step with what is published, in the transaction that publishes it."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.urls import iri_to_uri

from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LocalizedText
from app.search.models import SearchEntry
from app.search.words import tokens


def index_entry(
    *,
    kind: str,
    key: str,
    language: str,
    audience: Audience,
    meeting_id: int,
    title: str,
    text: str,
    path: str,
    context: Mapping[str, str] | None = None,
) -> None:
    """Make a thing findable in one language, in place of what was there for its kind, key and language.

    The title's words count twice. `audience` is the thing's own: what its session adds is asked of the session when
    somebody searches. `context` is shown above the title (where the thing belongs).
    """
    words = [*tokens(title, language) * 2, *tokens(text, language)]
    values = {
        "audience": audience,
        "meeting_id": meeting_id,
        "title": title,
        "text": text,
        "path": iri_to_uri(path),
        "context": LocalizedText(context),
        "words": " ".join(words),
    }
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    db.session.execute(
        insert(SearchEntry)
        .values(kind=kind, key=key, language=language, **values)
        .on_conflict_do_update(index_elements=["kind", "key", "language"], set_=values)
    )


def forget(kind: str, key: str | None = None, *, meeting_id: int | None = None) -> None:
    """Take a thing out of the index in all its languages, or all of a kind that belong to a meeting.

    Raises ValueError where neither is named: nothing forgets a whole kind.
    """
    if (key is None) == (meeting_id is None):
        raise ValueError("name the key or the meeting")
    which = SearchEntry.key == key if key is not None else SearchEntry.meeting_id == meeting_id
    db.session.execute(sa.delete(SearchEntry).where(SearchEntry.kind == kind, which))

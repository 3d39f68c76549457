"""What was published of something since a moment, as its reader may find it: asked of the index."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.core.actors import Actor
from app.core.addresses import whole_address
from app.core.db import db
from app.following.enums import FollowKind
from app.following.targets import Target, asked_for
from app.meetings.queries import findable
from app.search.asking import NEWEST, Asked, ask
from app.search.models import PARAGRAPH_KIND, SearchEntry

Key = tuple[str, str]
MOST_PAGES = 50  # of what is new in one thing that is followed; of the rest the number is told, and where it is
SECOND = timedelta(seconds=1)  # moments may be compared by the second


@dataclass(frozen=True)
class Found:
    """One published thing, in the language nearest the reader's."""

    kind: str
    key: str
    language: str
    title: str
    context: Mapping[str, str]
    path: str
    published_at: datetime
    text: str = ""
    was_changed_at: datetime | None = None

    @property
    def changed_at(self) -> datetime:
        """When it was published, or something else of it last."""
        return self.was_changed_at or self.published_at

    @property
    def whole_url(self) -> str:
        """Its address, for a mail or a feed."""
        return whole_address(self.path)


@dataclass(frozen=True)
class News:
    """What is new, the newest first; `total`, also of what is not among them; `more`: how many were not looked at;
    `cut`: the index was not looked through in time, so that something may be missing."""

    things: Sequence[Found]
    total: int
    cut: bool
    more: int = 0


def news_of(target: Target, actor: Actor, *, since: datetime, language: str) -> News:
    """What of something was published or changed after a moment, for one reader: MOST_PAGES pages of the index at most,
    and nothing that a search finds by its meaning alone."""
    asked, scope = what_is_asked(target, actor)
    asked = replace(asked, since=since - SECOND)
    keys: list[Key] = []
    total, looked_at, cut = 0, 0, False
    for number in range(1, MOST_PAGES + 1):
        answer = ask(replace(asked, page=number), scope, language=language, by_meaning=False)
        keys += [(hit.kind, hit.key) for hit in answer.page.items if not hit.by_meaning]
        total, looked_at, cut = answer.page.total, looked_at + len(answer.page.items), cut or answer.cut
        if number >= answer.page.pages:
            break
    there = readable_now(keys, actor, language=language)
    things = [there[key] for key in keys if key in there and there[key].changed_at > since]
    return News(things, total, cut, max(total - looked_at, 0))


def page_of(target: Target, actor: Actor, *, page: int, language: str) -> News:
    """One page of all that was published of something, the newest first."""
    asked, scope = what_is_asked(target, actor)
    answer = ask(replace(asked, page=page), scope, language=language, by_meaning=False)
    keys = [(hit.kind, hit.key) for hit in answer.page.items if not hit.by_meaning]
    there = readable_now(keys, actor, language=language)
    return News([there[key] for key in keys if key in there], answer.page.total, answer.cut)


def what_is_asked(target: Target, actor: Actor) -> tuple[Asked, sa.ColumnElement[bool]]:
    """What the index is asked of something, and what its reader may find of it. Of a summary it is the summary that is
    followed, not each paragraph, but by a search."""
    scope = findable(actor)
    if target.kind is FollowKind.SEARCH:
        return replace(asked_for(target.target), sort=NEWEST), scope
    scope = sa.and_(scope, SearchEntry.kind != PARAGRAPH_KIND)
    if target.kind is FollowKind.SESSION:
        return Asked(sort=NEWEST), sa.and_(scope, SearchEntry.meeting_id == target.meeting_id)
    return Asked(filters={target.kind.value: (target.code,)}, sort=NEWEST), scope


def readable_now(keys: Iterable[Key], actor: Actor, *, language: str) -> dict[Key, Found]:
    """Those of the things that a reader may find now, each in the language nearest to theirs. One statement."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    entry = SearchEntry
    nearest = sa.case((entry.language == language, 0), else_=1)
    rows = db.session.execute(
        sa.select(
            entry.kind,
            entry.key,
            entry.language,
            entry.title,
            entry.context,
            entry.path,
            entry.published_at,
            entry.text,
            entry.changed_at,
        )
        .where(sa.tuple_(entry.kind, entry.key).in_(wanted), findable(actor))
        .order_by(nearest, entry.id)
    )
    found: dict[Key, Found] = {}
    for row in rows:
        found.setdefault((row.kind, row.key), Found(*row))
    return found

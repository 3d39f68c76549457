"""What a follow is of: its name, its page, and what of the index belongs to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from app.core.actors import Actor
from app.core.db import db
from app.core.errors import Refusal
from app.core.languages import current_language
from app.core.localized import LocalizedText
from app.core.texts import clean
from app.core.wording import in_reader_language
from app.directory.enums import PartyKind
from app.directory.models import Mechanism, Party, VocabularyItem
from app.following.enums import FollowKind
from app.following.models import LONGEST_TARGET, Follow
from app.library.search_page import PARTY_FACETS, names_of
from app.mail.operations import whole_url
from app.meetings.models import Meeting
from app.meetings.queries import visible_to
from app.search.asking import BEST, Asked
from app.search.questions import question

THEMES = "themes"
Key = tuple[FollowKind, str]


@dataclass(frozen=True)
class Target:
    """Something that can be followed, as its reader may see it. `target`: as `Follow` keeps it."""

    kind: FollowKind
    target: str
    name: LocalizedText
    endpoint: str
    values: Mapping[str, Any]
    meeting_id: int | None = None
    code: str = ""  # by which the index knows it

    @property
    def public_name(self) -> str:
        """What names it in addresses: of a session its slug, else the target."""
        return str(self.values["slug"]) if self.kind is FollowKind.SESSION else self.target

    @property
    def url(self) -> str:
        """The address of its page, for a page."""
        return url_for(self.endpoint, **self.values)

    @property
    def whole_url(self) -> str:
        """The address of its page, for a mail or a feed."""
        return whole_url(self.endpoint, **self.values)

    @property
    def title(self) -> str:
        """What it is called, with what it is, in the language in force."""
        name = in_reader_language(self.name)
        match self.kind:
            case FollowKind.SEARCH:
                return str(_("Search: %(words)s", words=name) if name else _("Search: everything published"))
            case FollowKind.STATE:
                return str(_("State: %(name)s", name=name))
            case FollowKind.THEME:
                return str(_("Theme: %(name)s", name=name))
            case FollowKind.SESSION:
                return str(_("Session: %(name)s", name=name))
            case FollowKind.MECHANISM:
                return str(_("Mechanism: %(name)s", name=name))


def targets_of(follows: Sequence[Follow], actor: Actor) -> dict[int, Target]:
    """Follow -> what it is of, where its reader may see that now. Six statements at most."""
    wanted: dict[FollowKind, dict[str, list[int]]] = {}
    for row in follows:
        wanted.setdefault(row.kind, {}).setdefault(row.target, []).append(row.id)
    found: dict[int, Target] = {}
    for kind, names in wanted.items():
        for target in _find(kind, list(names), actor):
            found |= dict.fromkeys(names[target.target], target)
    return found


def target_named(kind: FollowKind, name: str, actor: Actor) -> Target | None:
    """What can be followed under a name, as pages give it; None where there is no such thing for this person.

    The name is what `Follow.target` keeps, but of a session its slug. Raises Refusal for a search that nothing can be
    looked for by, or that is too long to be followed.
    """
    name = clean(name, lines=False)
    if kind is FollowKind.SESSION:
        meeting = db.session.scalars(sa.select(Meeting).where(Meeting.slug == name, visible_to(actor))).one_or_none()
        return _session(meeting) if meeting else None
    if kind is FollowKind.SEARCH:
        asked = asked_for(name)
        if asked.text:
            question(asked.text)  # refuses what cannot be looked for
        name = as_query(asked)
        if len(name) > LONGEST_TARGET:
            raise Refusal(_l("This search is too long to be followed. Use fewer words or filters."))
    return next(iter(_find(kind, [name], actor)), None)


def asked_for(query: str) -> Asked:
    """What a search's address asks for; never which page of it, from when on, or in which order."""
    values = MultiDict((name, clean(value, lines=False)) for name, value in parse_qsl(query.lstrip("?")))
    return replace(Asked.from_query(values), since=None, page=1, sort=BEST)


def as_query(asked: Asked) -> str:
    """The address of a search after the "?", the same for whatever asks the same."""
    return urlencode(sorted(asked.to_query().items()), doseq=True)


def _searches(queries: list[str]) -> list[Target]:
    """Searches, called by their words and by what their codes are called in the language in force."""
    searches = [(query, asked_for(query)) for query in queries]
    parties = (code for _query, asked in searches for key in PARTY_FACETS for code in asked.filters.get(key, ()))
    named = names_of(parties) if any(asked.filters for _query, asked in searches) else None
    found = []
    for query, asked in searches:
        codes = [(key, code) for key, codes in asked.filters.items() for code in codes]
        names = ", ".join(named(key, code) for key, code in codes) if named else ""
        name = " · ".join(part for part in (asked.text, names) if part)
        called = LocalizedText({current_language(): name} if name else {})
        found.append(Target(FollowKind.SEARCH, query, called, "library.search", asked.to_query()))
    return found


def _find(kind: FollowKind, names: list[str], actor: Actor) -> list[Target]:
    match kind:
        case FollowKind.SEARCH:
            return _searches(names)
        case FollowKind.STATE:
            kinds = (PartyKind.STATE, PartyKind.TERRITORY)
            rows: Any = db.session.scalars(sa.select(Party).where(Party.code.in_(names), Party.kind.in_(kinds)))
            return [
                Target(kind, row.code, row.label, "library.state", {"code": row.code}, code=row.code) for row in rows
            ]
        case FollowKind.THEME:
            items = sa.select(VocabularyItem).where(VocabularyItem.vocabulary == THEMES, VocabularyItem.code.in_(names))
            return [
                Target(kind, row.code, row.title, "library.theme", {"code": row.code}, code=row.code)
                for row in db.session.scalars(items)
            ]
        case FollowKind.MECHANISM:
            rows = db.session.scalars(sa.select(Mechanism).where(Mechanism.slug.in_(names)))
            return [
                Target(kind, row.slug, row.label, "library.mechanism", {"slug": row.slug}, code=row.code)
                for row in rows
            ]
        case FollowKind.SESSION:
            ids = [int(name) for name in names]
            meetings = db.session.scalars(sa.select(Meeting).where(Meeting.id.in_(ids), visible_to(actor)))
            return [_session(row) for row in meetings]


def _session(meeting: Meeting) -> Target:
    values = {"slug": meeting.slug}
    return Target(FollowKind.SESSION, str(meeting.id), meeting.title, "library.meeting", values, meeting.id)

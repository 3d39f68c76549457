"""Public things in the words of Dublin Core: for harvesters, for JSON-LD, for the cards of social networks.

All of it is what a visitor may read at this moment; of what is public no more there is no description.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import orm
from werkzeug.urls import iri_to_uri

from app.core.db import db
from app.core.localized import LocalizedText
from app.core.wording import in_all_languages
from app.directory.models import Party
from app.directory.queries import titles_of_terms
from app.library.practice_queries import facts_of
from app.meetings.models import Delegation, Meeting
from app.open_data.catalogue import public_now
from app.open_data.enums import RecordKind
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import newest_number
from app.presentations.models import Presentation, PresentationVersion
from app.register.labels import CLASSES
from app.register.models import Document, LanguageVersion
from app.search.models import SearchEntry
from app.summaries.models import Publication, Summary

Texts = Mapping[str, str]  # language ("" where there is none) -> text
LABELS = {
    RecordKind.SESSION: "Session",
    RecordKind.PRACTICE: "Good practice",
    RecordKind.PRESENTATION: "Presentation",
    RecordKind.SUMMARY: "Summary",
    RecordKind.DOCUMENT: "Document",
}
# The terms of the DCMI Type Vocabulary.
TYPES = {
    RecordKind.SESSION: "Event",
    RecordKind.PRACTICE: "Text",
    RecordKind.PRESENTATION: "Text",
    RecordKind.SUMMARY: "Text",
    RecordKind.DOCUMENT: "Text",
}


@dataclass(frozen=True)
class Described:
    """One public thing. `key` names it within its kind; `mark` is its reference or symbol, if any; `path` its page.

    `subjects`: (code, texts) of themes and objectives. `session`: key of the session that it belongs to.
    """

    kind: RecordKind
    key: str
    path: str
    titles: Texts
    at: datetime
    publisher: Texts
    session: str
    mark: str = ""
    creators: tuple[Texts, ...] = ()
    subjects: tuple[tuple[str, Texts], ...] = ()
    descriptions: Texts = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    what: Texts = field(default_factory=dict)
    ends_at: datetime | None = None
    place: Texts = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The full address of its page."""
        return full_address(self.path)


def full_address(path: str) -> str:
    """Return a path of ours as the world reaches it."""
    return f"{current_app.config['BASE_URL']}{iri_to_uri(path)}"


Describer = Callable[[dict[int, Any]], dict[int, Described]]


def described(kind: RecordKind, ids: Collection[int]) -> dict[int, Described]:
    """Describe those of the things (source_id) that anybody may read. At most five statements."""
    found = public_now(kind).subquery()
    rows = db.session.execute(sa.select(found).where(found.c.source_id.in_(list(ids)))).all()
    return DESCRIBERS[kind]({row.source_id: row for row in rows}) if rows else {}


def _terms(codes: Iterable[tuple[str, str]], titles: Mapping[str, Mapping[str, LocalizedText]]) -> Any:
    return tuple((code, dict(titles.get(vocabulary, {}).get(code, {})) or {"": code}) for vocabulary, code in codes)


def _what(kind: RecordKind) -> dict[str, str]:
    return {"en": LABELS[kind]}


def _sessions(rows: dict[int, Any]) -> dict[int, Described]:
    statement = sa.select(Meeting).where(Meeting.id.in_(rows)).options(orm.joinedload(Meeting.mechanism))
    return {
        row.id: Described(
            kind=RecordKind.SESSION,
            key=row.slug,
            path=f"/sessions/{row.slug}",
            titles=dict(row.title),
            at=row.starts_at,
            publisher=dict(row.mechanism.names),
            session=row.slug,
            descriptions=dict(row.theme),
            languages=tuple(row.languages),
            what=_what(RecordKind.SESSION),
            ends_at=row.ends_at,
            place=dict(row.place),
        )
        for row in db.session.scalars(statement)
    }


def _practices(rows: dict[int, Any]) -> dict[int, Described]:
    statement = (
        sa.select(
            Practice.id,
            Practice.reference,
            Practice.published_at,
            PracticeVersion.id.label("version_id"),
            PracticeVersion.language,
            Party.names,
            Meeting.slug,
            Meeting.mechanism_id,
        )
        .select_from(Practice)
        .join(Meeting, Meeting.id == Practice.meeting_id)
        .join(Delegation, Delegation.id == Practice.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .join(
            PracticeVersion,
            sa.and_(PracticeVersion.practice_id == Practice.id, PracticeVersion.number == newest_number()),
        )
        .where(Practice.id.in_(rows))
    )
    found = db.session.execute(statement).all()
    facts = facts_of(row.version_id for row in found)
    titles, bodies = titles_of_terms(None)[0], _bodies({row.mechanism_id for row in found})
    others = _titles_found("practice", [rows[row.id].key for row in found])
    made = {}
    for row in found:
        fact, key = facts[row.version_id], rows[row.id].key
        codes = [
            *(("themes", code) for code in fact.themes),
            *(("gcm", code) for code in (fact.gcm_main, *fact.gcm_other) if code),
        ]
        made[row.id] = Described(
            kind=RecordKind.PRACTICE,
            key=key,
            path=f"/practices/{key}",
            titles={
                row.language: fact.title,
                **{code: text for code, text in others.get(key, {}).items() if code != row.language},
            },
            at=row.published_at,
            publisher=bodies[row.mechanism_id],
            session=row.slug,
            mark=row.reference,
            creators=(dict(row.names),),
            subjects=_terms(codes, titles),
            descriptions={row.language: fact.summary} if fact.summary else {},
            languages=tuple(dict.fromkeys((row.language, *others.get(key, ())))),
            what=_what(RecordKind.PRACTICE),
        )
    return made


def _presentations(rows: dict[int, Any]) -> dict[int, Described]:
    newest = orm.aliased(PresentationVersion)
    last = sa.select(sa.func.max(newest.number)).where(newest.presentation_id == Presentation.id).scalar_subquery()
    statement = (
        sa.select(
            Presentation.id,
            Presentation.published_at,
            PresentationVersion.language,
            PresentationVersion.content,
            Party.names,
            Party.code,
            Meeting.slug,
            Meeting.title,
            Meeting.mechanism_id,
        )
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .join(
            PresentationVersion,
            sa.and_(PresentationVersion.presentation_id == Presentation.id, PresentationVersion.number == last),
        )
        .where(Presentation.id.in_(rows))
    )
    found = db.session.execute(statement).all()
    bodies = _bodies({row.mechanism_id for row in found})
    return {
        row.id: Described(
            kind=RecordKind.PRESENTATION,
            key=rows[row.id].key,
            path=f"/sessions/{row.slug}/presentations/{row.code}",
            titles={code: f"{row.names.in_language(code)}: {title}" for code, title in row.title.items()},
            at=row.published_at,
            publisher=bodies[row.mechanism_id],
            session=row.slug,
            creators=(dict(row.names),),
            descriptions=_first_answer(row.language, row.content),
            languages=(row.language,),
            what=_what(RecordKind.PRESENTATION),
        )
        for row in found
    }


def _first_answer(language: str, content: Mapping[str, Any]) -> dict[str, str]:
    text = next((text for text in (content.get("answers") or {}).values() if text), "")
    return {language: text} if text else {}


def _summaries(rows: dict[int, Any]) -> dict[int, Described]:
    statement = (
        sa.select(Publication)
        .where(Publication.id.in_(rows))
        .options(
            orm.defer(Publication.content),
            orm.undefer(Publication.title),
            orm.joinedload(Publication.summary).joinedload(Summary.meeting).joinedload(Meeting.mechanism),
        )
    )
    made = {}
    for row in db.session.scalars(statement):
        meeting = row.summary.meeting
        made[row.id] = Described(
            kind=RecordKind.SUMMARY,
            key=meeting.slug,
            path=f"/sessions/{meeting.slug}/summary",
            titles=dict(row.title),
            at=row.published_at,
            publisher=dict(meeting.mechanism.names),
            session=meeting.slug,
            mark=row.symbol,
            creators=(dict(meeting.mechanism.names),),
            descriptions=dict(meeting.title),
            languages=tuple(row.languages or meeting.languages),
            what=_what(RecordKind.SUMMARY),
        )
    return made


def _documents(rows: dict[int, Any]) -> dict[int, Described]:
    statement = (
        sa.select(Document)
        .where(Document.id.in_(rows))
        .options(
            orm.joinedload(Document.meeting).joinedload(Meeting.mechanism),
            orm.selectinload(Document.languages).load_only(LanguageVersion.language, LanguageVersion.number),
        )
    )
    made = {}
    for row in db.session.scalars(statement):
        made[row.id] = Described(
            kind=RecordKind.DOCUMENT,
            key=row.slug,
            path=f"/documents/{row.slug}",
            titles=dict(row.title),
            at=row.issued_at or row.registered_at,
            publisher=dict(row.meeting.mechanism.names),
            session=row.meeting.slug,
            mark=row.symbol,
            creators=(dict(row.meeting.mechanism.names),),
            descriptions=dict(in_all_languages(CLASSES[row.document_class])),
            languages=tuple(version.language for version in row.languages if version.number),
            what=_what(RecordKind.DOCUMENT),
        )
    return made


DESCRIBERS: dict[RecordKind, Describer] = {
    RecordKind.SESSION: _sessions,
    RecordKind.PRACTICE: _practices,
    RecordKind.PRESENTATION: _presentations,
    RecordKind.SUMMARY: _summaries,
    RecordKind.DOCUMENT: _documents,
}


def _bodies(ids: Collection[int]) -> dict[int, dict[str, str]]:
    statement = sa.select(Party.id, Party.names).where(Party.id.in_(ids))
    return {row.id: dict(row.names) for row in db.session.execute(statement)}


def _titles_found(kind: str, keys: Collection[str]) -> dict[str, dict[str, str]]:
    """The titles of published things in each language that they can be read in, as the index has them."""
    statement = sa.select(SearchEntry.key, SearchEntry.language, SearchEntry.title).where(
        SearchEntry.kind == kind, SearchEntry.key.in_(list(keys))
    )
    found: dict[str, dict[str, str]] = {}
    for key, language, title in db.session.execute(statement):
        found.setdefault(key, {})[language] = title
    return found

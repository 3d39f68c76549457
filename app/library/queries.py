"""Reading what is published, by audience, with no more columns than a page shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.actors import Actor
from app.core.audience import Audience, may_read
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LocalizedText
from app.core.paging import FURTHEST_PAGE, MOST_PER_PAGE, PER_PAGE, Page, paginate
from app.core.texts import fold
from app.directory.enums import PartyKind
from app.directory.models import Party, Source, VocabularyItem
from app.library.frozen import Key, frozen, frozen_all
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import own_meetings, participates, readable, visible_to
from app.practices.enums import PracticeState
from app.practices.models import Call, Practice, PracticeVersion
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationSlot, PresentationVersion
from app.presentations.queries import filed_language, in_turn
from app.presentations.queries import visible_to as presentation_visible
from app.summaries.enums import Format
from app.summaries.models import Publication, PublicationFile, Summary
from app.summaries.queries import latest_publications, paragraphs_by_source

ACCENTED = "áàâãéèêíóôõúçñÁÀÂÉÊÍÓÔÚÇÑ"  # of titles in four languages; SQLite nests no more than about thirty calls
SORTS = ("state", "title", "date")


@dataclass(frozen=True)
class Facts:
    """What lists show of a published version; read once, since the version is frozen."""

    title: str
    summary: str
    themes: tuple[str, ...]
    gcm_main: str
    gcm_other: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """A published practice as a line of a register.

    `party`: a row of `parties_in_order`; `meeting`: id, slug, code, and the convening mechanism's short_names.
    """

    reference: str
    language: str
    published_at: datetime
    party: Any
    meeting: Any
    facts: Facts

    @property
    def slug(self) -> str:
        """The reference as it stands in addresses."""
        return self.reference.replace("/", "-")


# Vocabulary -> the field of a practice that has terms of it, beside those that the register has a filter for.
TERM_FIELDS = {"sdg": "sdg_targets", "population": "population", "tracks": "tracks", "capacities": "capacities"}


@dataclass(frozen=True)
class Wanted:
    """What a register is filtered and sorted by; empty means all.

    `state`: a party's code; `term`: one of TERM_FIELDS and a code ("sdg:10.7"); `meeting`: a slug; `sort`: one of
    SORTS, with "-" before it for descending.
    """

    state: str = ""
    theme: str = ""
    gcm: str = ""
    language: str = ""
    mechanism: str = ""
    term: str = ""
    meeting: str = ""
    sort: str = "state"

    @property
    def filtered(self) -> bool:
        """Whether any filter is on (the meeting is no filter but the register's own)."""
        return bool(self.state or self.theme or self.gcm or self.language or self.mechanism or self.term)


def _latest_version() -> sa.ScalarSelect[int]:
    other = orm.aliased(PracticeVersion)
    statement = sa.select(sa.func.max(other.number)).where(other.practice_id == Practice.id)
    return statement.correlate(Practice).scalar_subquery()


def _published(actor: Actor, *columns: Any) -> sa.Select[Any]:
    """The published practices that a person may read, joined to all that a register filters by."""
    return (
        sa.select(*columns)
        .select_from(Practice)
        .join(Meeting, Meeting.id == Practice.meeting_id)
        .join(Delegation, Delegation.id == Practice.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .join(
            PracticeVersion,
            sa.and_(PracticeVersion.practice_id == Practice.id, PracticeVersion.number == _latest_version()),
        )
        .where(Practice.state == PracticeState.PUBLISHED, readable(actor, Practice.consent))
    )


def _folded(text: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Lower case without accents, the same on both engines: SQLite's lower() knows ASCII alone."""
    for letter in ACCENTED:
        text = sa.func.replace(text, letter, fold(letter))
    return sa.func.lower(text)


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    content = PracticeVersion.content
    found: list[sa.ColumnElement[bool]] = []
    if wanted.meeting:
        found.append(Meeting.slug == wanted.meeting)
    if wanted.state:
        found.append(Party.code == wanted.state)
    if wanted.theme:
        found.append(content["themes"].as_string().contains(f'"{wanted.theme}"', autoescape=True))
    if wanted.gcm:
        found.append(
            sa.or_(
                content["gcm_main"].as_string() == wanted.gcm,
                content["gcm_other"].as_string().contains(f'"{wanted.gcm}"', autoescape=True),
            )
        )
    if wanted.mechanism:
        found.append(content["mechanisms"].as_string().contains(f'"{wanted.mechanism}"', autoescape=True))
    if wanted.term:
        vocabulary, _colon, code = wanted.term.partition(":")
        field = content[TERM_FIELDS[vocabulary]].as_string()
        found.append(field.contains(f'"{code}"', autoescape=True))
    if wanted.language:
        found.append(PracticeVersion.language == wanted.language)
    return found


def _sort_key(sort: str, places: dict[int, int]) -> sa.ColumnElement[Any]:
    if sort == "title":
        return _folded(PracticeVersion.content["title"].as_string())
    if sort == "date":
        return Practice.published_at.expression
    return sa.case(places, value=Delegation.party_id, else_=len(places)) if places else sa.literal(0)


def practice_register(
    actor: Actor, wanted: Wanted, parties: Sequence[Any], *, page: int = 1, per_page: int = PER_PAGE
) -> Page[Listed]:
    """Return one page of the published practices that a person may read.

    `parties`: as `parties_in_order` gives them to the same person. Three statements, and one more for
    versions that this worker has not read yet.
    """
    page, per_page = min(max(page, 1), FURTHEST_PAGE), min(max(per_page, 1), MOST_PER_PAGE)
    conditions = _conditions(wanted)
    total = db.session.scalar(_published(actor, sa.func.count()).where(*conditions)) or 0
    by = _sort_key(wanted.sort.removeprefix("-"), {party.id: place for place, party in enumerate(parties)})
    rows = db.session.execute(
        _published(
            actor,
            PracticeVersion.id,
            Practice.reference,
            PracticeVersion.language,
            Practice.published_at,
            Delegation.party_id,
            Practice.meeting_id,
        )
        .where(*conditions)
        .order_by(by.desc() if wanted.sort.startswith("-") else by, Practice.reference)
        .limit(per_page)
        .offset((page - 1) * per_page)
    ).all()
    facts = facts_of([row.id for row in rows])
    meetings = _meetings({row.meeting_id for row in rows})
    by_id = {party.id: party for party in parties}
    items = [
        Listed(
            row.reference, row.language, row.published_at, by_id[row.party_id], meetings[row.meeting_id], facts[row.id]
        )
        for row in rows
    ]
    return Page(items, total, page, per_page)


class Answer(NamedTuple):
    """A published practice that answers a question."""

    short_names: LocalizedText
    reference: str
    title: str
    language: str
    themes: tuple[str, ...]
    at: datetime


def practices_answering(actor: Actor, meeting_id: int, question: str) -> list[Answer]:
    """The published practices of a session that a person may read and that answer a question, in one statement."""
    statement = _published(
        actor,
        Party.short_names,
        Practice.reference,
        PracticeVersion.language,
        PracticeVersion.content,
        PracticeVersion.submitted_at,
    ).where(Practice.meeting_id == meeting_id)
    return [
        Answer(row.short_names, row.reference, facts.title, row.language, facts.themes, row.submitted_at)
        for row in db.session.execute(statement.order_by(Practice.reference))
        if (row.content.get("answers") or {}).get(question) and (facts := _facts(row.content))
    ]


def presentations_answering(actor: Actor, meeting_id: int, question: str) -> list[Any]:
    """Code, everyday name and `filed_at` of the published presentations that answer a question, in one statement."""
    newest = orm.aliased(PresentationVersion)
    last = sa.select(sa.func.max(newest.number)).where(newest.presentation_id == Presentation.id).scalar_subquery()
    statement = (
        sa.select(Party.code, Party.short_names, PresentationVersion.content, PresentationVersion.filed_at)
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .join(
            PresentationVersion,
            sa.and_(PresentationVersion.presentation_id == Presentation.id, PresentationVersion.number == last),
        )
        .where(
            Presentation.meeting_id == meeting_id,
            Presentation.state == PresentationState.FILED,
            Presentation.published_at.is_not(None),
            presentation_visible(actor),
        )
    )
    return [row for row in db.session.execute(statement) if (row.content.get("answers") or {}).get(question)]


def count_practices(actor: Actor, **wanted: str) -> int:
    """How many published practices that a person may read answer to filters (those of Wanted)."""
    return db.session.scalar(_published(actor, sa.func.count()).where(*_conditions(Wanted(**wanted)))) or 0


def sources(ids: Iterable[int]) -> dict[int, Source]:
    """Sources by id."""
    return {row.id: row for row in db.session.scalars(sa.select(Source).where(Source.id.in_(list(ids))))}


def _meetings(ids: set[int]) -> dict[int, Any]:
    statement = (
        sa.select(Meeting.id, Meeting.slug, Meeting.code, Party.short_names)
        .join(Party, Party.id == Meeting.mechanism_id)
        .where(Meeting.id.in_(ids))
    )
    return {row.id: row for row in db.session.execute(statement)}


def facts_of(version_ids: Iterable[int]) -> dict[int, Facts]:
    """What lists show of versions; each is read from the database once a worker."""

    def read(missing: set[Key]) -> dict[Key, Facts]:
        ids = [key[1] for key in missing]
        statement = sa.select(PracticeVersion.id, PracticeVersion.content).where(PracticeVersion.id.in_(ids))
        return {("facts", row.id): _facts(row.content) for row in db.session.execute(statement)}

    found = frozen_all([("facts", version_id) for version_id in version_ids], read)
    return {key[1]: facts for key, facts in found.items()}  # type: ignore[misc]


def _facts(content: dict[str, Any]) -> Facts:
    def codes(key: str) -> tuple[str, ...]:
        value = content.get(key) or ()
        return (value,) if isinstance(value, str) else tuple(value)

    return Facts(
        title=content.get("title") or "",
        summary=content.get("summary") or "",
        themes=codes("themes"),
        gcm_main=content.get("gcm_main") or "",
        gcm_other=codes("gcm_other"),
    )


def parties_in_order(actor: Actor, meeting: str = "") -> Sequence[Any]:
    """Id, code, names and short_names of the parties whose published practices a person may read, in the
    order of their everyday names in the reader's language."""
    theirs = _published(actor, Delegation.party_id).where(*_conditions(Wanted(meeting=meeting)))
    rows = db.session.execute(
        sa.select(Party.id, Party.code, Party.names, Party.short_names).where(Party.id.in_(theirs))
    )
    language = current_language()
    return sorted(rows, key=lambda row: fold(row.short_names.in_language(language)))


def terms(*names: str) -> dict[str, dict[str, LocalizedText]]:
    """The titles of vocabularies, in order: name -> code -> title."""
    found: dict[str, dict[str, LocalizedText]] = {name: {} for name in names}
    statement = (
        sa.select(VocabularyItem.vocabulary, VocabularyItem.code, VocabularyItem.title)
        .where(VocabularyItem.vocabulary.in_(names))
        .order_by(VocabularyItem.position)
    )
    for vocabulary, code, title in db.session.execute(statement):
        found[vocabulary][code] = title
    return found


def sessions(
    actor: Actor, *, mechanism_id: int | None = None, page: int = 1, per_page: int = PER_PAGE
) -> Page[Meeting]:
    """One page of the sessions that a person may see, newest first."""
    statement = sa.select(Meeting).where(visible_to(actor)).order_by(Meeting.starts_at.desc())
    if mechanism_id is not None:
        statement = statement.where(Meeting.mechanism_id == mechanism_id)
    loaded = statement.options(orm.joinedload(Meeting.mechanism))
    return paginate(db.session, loaded, page=page, per_page=per_page)


def calls(meeting_ids: Iterable[int]) -> Sequence[Any]:
    """Meeting, title, text, opening and deadline of calls, without their templates."""
    statement = sa.select(Call.meeting_id, Call.title, Call.text, Call.opens_at, Call.closes_at)
    return db.session.execute(statement.where(Call.meeting_id.in_(list(meeting_ids)))).all()


def call_with_practices(actor: Actor, meeting_id: int) -> Any:
    """Title, text, opening and deadline of a session's call, and how many of its practices a person may read.

    None where the session has no call, and so no practices.
    """
    readable = _published(actor, sa.func.count()).where(Practice.meeting_id == meeting_id).scalar_subquery()
    statement = sa.select(Call.title, Call.text, Call.opens_at, Call.closes_at, readable.label("practices"))
    return db.session.execute(statement.where(Call.meeting_id == meeting_id)).one_or_none()


def taking_part(meeting_id: int) -> Sequence[Any]:
    """Kind, code and everyday name of the parties that have a delegation to a session, by the reader's alphabet."""
    statement = (
        sa.select(Party.kind, Party.code, Party.short_names)
        .join(Delegation, Delegation.party_id == Party.id)
        .where(Delegation.meeting_id == meeting_id)
    )
    return sorted(db.session.execute(statement), key=lambda row: fold(row.short_names.in_language(current_language())))


def presentations_published(
    actor: Actor,
    *,
    meeting: str = "",
    party_id: int | None = None,
    page: int = 1,
    per_page: int = MOST_PER_PAGE,
) -> Page[Any]:
    """One page of the published presentations that a person may read: rows of party, language, moment,
    delivery, recording and session, of the newest session first, in the order of presenting."""
    conditions = [
        Presentation.state == PresentationState.FILED,
        Presentation.published_at.is_not(None),
        presentation_visible(actor),
    ]
    if meeting:
        conditions.append(Meeting.slug == meeting)
    if party_id is not None:
        conditions.append(Party.id == party_id)
    statement = (
        sa.select(
            Party.code,
            Party.names,
            Party.short_names,
            filed_language(),
            Presentation.published_at,
            PresentationSlot.delivered_at,
            PresentationSlot.recording_url,
            Meeting.slug,
            Meeting.title,
        )
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .outerjoin(PresentationSlot, PresentationSlot.delegation_id == Delegation.id)
        .where(*conditions)
    )
    rows = db.session.execute(
        statement.order_by(Meeting.starts_at.desc(), in_turn(), Party.code)
        .limit(per_page)
        .offset((page - 1) * per_page)
    ).all()
    full = page > 1 or len(rows) == per_page
    counted = sa.select(sa.func.count()).select_from(statement.subquery())
    total = (db.session.scalar(counted) or 0) if full else len(rows)
    return Page(list(rows), total, page, per_page)


def mechanism_names() -> Sequence[Any]:
    """Acronym and everyday name of each mechanism, in the order of the acronyms."""
    statement = sa.select(Party.code, Party.short_names).where(Party.kind == PartyKind.MECHANISM)
    return db.session.execute(statement.order_by(Party.code)).all()


def own_meeting_ids(actor: Actor) -> frozenset[int]:
    """Ids of the sessions in whose delegations the person is."""
    if not actor.is_authenticated:
        return frozenset()
    return frozenset(db.session.scalars(own_meetings(actor)))


def audiences(actor: Actor, meeting: Meeting) -> frozenset[Audience]:
    """The audiences that a person is of, for what a session publishes: `may_read` for each of the three."""
    taking_part = participates(actor, meeting.id)
    return frozenset(
        audience
        for audience in Audience
        if may_read(actor, audience, body_id=meeting.mechanism_id, participates=taking_part)
    )


@dataclass(frozen=True)
class Published:
    """A session's latest publication as its page names it; `documents`: (language, format) of those to be had."""

    number: int
    published_at: datetime
    documents: Sequence[tuple[str, Format]]


def latest_published(meeting_id: int, withdrawn: frozenset[str] = frozenset()) -> Published | None:
    """The latest publication of a session's summary, without its content, in one statement.

    A document that prints a source that was `withdrawn` since it was made is not to be had.
    """
    statement = (
        sa.select(
            Publication.number,
            Publication.published_at,
            PublicationFile.language,
            PublicationFile.format,
            PublicationFile.hidden_sources,
        )
        .join(Summary, Summary.id == Publication.summary_id)
        .outerjoin(PublicationFile, PublicationFile.publication_id == Publication.id)
        .where(Summary.meeting_id == meeting_id)
        .order_by(Publication.number.desc(), PublicationFile.id)
    )
    rows = db.session.execute(statement).all()
    if not rows:
        return None
    number, published_at = rows[0][:2]
    documents = [
        (row.language, row.format)
        for row in rows
        if row.number == number and row.language and set(row.hidden_sources) == withdrawn
    ]
    return Published(number, published_at, documents)


def summaries_published(actor: Actor) -> Sequence[Publication]:
    """The latest publication of each session that a person may see, newest first, without their content."""
    return latest_publications(sa.select(Meeting.id).where(visible_to(actor)))


def paragraphs_citing(meeting_id: int) -> dict[str, list[int]]:
    """Source key ("practice-12") -> numbers of the paragraphs of the latest publication that cite it.

    A publication is large and frozen: each worker reads it once.
    """
    statement = sa.select(Publication.id).join(Summary).where(Summary.meeting_id == meeting_id)
    latest = db.session.scalar(statement.order_by(Publication.number.desc()).limit(1))
    if latest is None:
        return {}
    return frozen(("cited", latest), lambda: paragraphs_by_source(db.session.get_one(Publication, latest)))

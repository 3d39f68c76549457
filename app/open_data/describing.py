"""Public things in the words of Dublin Core: for harvesters, for JSON-LD, for the cards of social networks.

One builder a kind, whether a page has its thing loaded (page_things.py) or many are read (described.py). None asks
whether anybody may read it: that is for who calls.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.core.addresses import whole_address
from app.core.localized import LocalizedText
from app.core.wording import in_all_languages
from app.floor.statement_models import FloorStatement
from app.library.practice_queries import Facts
from app.meetings.models import Meeting
from app.open_data.enums import RecordKind
from app.open_data.labels import KIND_NAMES
from app.open_data.paths import path_of
from app.recommendations.models import RecommendationReport
from app.register.labels import CLASSES
from app.register.models import Document

Texts = Mapping[str, str]  # language ("" where there is none) -> text
# The terms of the DCMI Type Vocabulary.
TYPES = {kind: "Event" if kind is RecordKind.SESSION else "Text" for kind in RecordKind}


@dataclass(frozen=True)
class Described:
    """One public thing. `key` names it within its kind; `mark` is its reference or symbol, if any.

    `subjects`: (code, texts) of themes and objectives. `session`: key of the session that it belongs to.
    """

    kind: RecordKind
    key: str
    titles: Texts
    at: datetime
    publisher: Texts
    session: str
    mark: str = ""
    creators: tuple[Texts, ...] = ()
    subjects: tuple[tuple[str, Texts], ...] = ()
    descriptions: Texts = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    ends_at: datetime | None = None
    place: Texts = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path of its page."""
        return path_of(self.kind, self.key)

    @property
    def url(self) -> str:
        """The full address of its page."""
        return whole_address(self.path)

    @property
    def session_url(self) -> str:
        """The full address of the page of its session."""
        return whole_address(path_of(RecordKind.SESSION, self.session))

    @property
    def what(self) -> Texts:
        """What kind of thing it is, in each language."""
        return in_all_languages(KIND_NAMES[self.kind])


def session(row: Meeting) -> Described:
    """Describe a session, whose mechanism is loaded."""
    return Described(
        kind=RecordKind.SESSION,
        key=row.slug,
        titles=dict(row.title),
        at=row.starts_at,
        ends_at=row.ends_at,
        place=dict(row.place),
        publisher=dict(row.mechanism.names),
        session=row.slug,
        descriptions=dict(row.theme) or dict(row.title),
        languages=tuple(row.languages),
    )


def practice(
    key: str,
    facts: Facts,
    *,
    language: str,
    at: datetime,
    reference: str,
    session: str,
    party: Texts,
    publisher: Texts,
    others: Texts | None = None,
    terms: Mapping[str, Mapping[str, LocalizedText]] | None = None,
) -> Described:
    """Describe a practice. `others`: its titles in the languages that it was translated into. `terms`: vocabulary ->
    code -> title; without them subjects are codes."""
    titles = {language: facts.title, **{code: text for code, text in (others or {}).items() if code != language}}
    codes = [
        *(("themes", code) for code in facts.themes),
        *(("gcm", code) for code in (facts.gcm_main, *facts.gcm_other) if code),
    ]
    return Described(
        kind=RecordKind.PRACTICE,
        key=key,
        titles=titles,
        at=at,
        publisher=dict(publisher),
        session=session,
        mark=reference,
        creators=(dict(party),),
        subjects=_subjects(codes, terms or {}),
        descriptions={language: facts.summary} if facts.summary else {},
        languages=tuple(titles),
    )


def _subjects(
    codes: Iterable[tuple[str, str]], terms: Mapping[str, Mapping[str, LocalizedText]]
) -> tuple[tuple[str, Texts], ...]:
    return tuple((code, dict(terms.get(vocabulary, {}).get(code, {})) or {"": code}) for vocabulary, code in codes)


def presentation(
    code: str,
    content: Mapping[str, Any],
    *,
    language: str,
    at: datetime,
    session: str,
    session_title: LocalizedText,
    party: LocalizedText,
    publisher: Texts,
) -> Described:
    """Describe what the mechanism `code` presented; its first answer says what it is about."""
    text = next((text for text in (content.get("answers") or {}).values() if text), "")
    return Described(
        kind=RecordKind.PRESENTATION,
        key=f"{session}:{code}",
        titles=_whose(party, session_title),
        at=at,
        publisher=dict(publisher),
        session=session,
        creators=(dict(party),),
        descriptions={language: text} if text else {},
        languages=(language,),
    )


def _whose(party: LocalizedText, title: LocalizedText) -> dict[str, str]:
    """What a contribution without a title of its own is called: whose it is, and to what."""
    return {code: f"{party.in_language(code)}: {text}" for code, text in title.items()}


def summary(meeting: Meeting, *, titles: Texts, at: datetime, symbol: str, languages: Iterable[str]) -> Described:
    """Describe a publication of a session's summary; the session's mechanism is loaded."""
    return Described(
        kind=RecordKind.SUMMARY,
        key=meeting.slug,
        titles=dict(titles),
        at=at,
        publisher=dict(meeting.mechanism.names),
        session=meeting.slug,
        mark=symbol,
        creators=(dict(meeting.mechanism.names),),
        descriptions=dict(meeting.title),
        languages=tuple(languages or meeting.languages),
    )


def document(row: Document) -> Described:
    """Describe a document, whose session and languages are loaded."""
    return Described(
        kind=RecordKind.DOCUMENT,
        key=row.slug,
        titles=dict(row.title),
        at=row.issued_at or row.registered_at,
        publisher=dict(row.meeting.mechanism.names),
        session=row.meeting.slug,
        mark=row.symbol,
        creators=(dict(row.meeting.mechanism.names),),
        descriptions=dict(in_all_languages(CLASSES[row.document_class])),
        languages=tuple(version.language for version in row.languages if version.number),
    )


def statement(row: FloorStatement) -> Described:
    """Describe a delegation's statement; its parties, session and versions are loaded. What it says is in its newest
    version."""
    party, newest, meeting = row.delegation.party.label, row.latest, row.meeting
    behalf: Texts = dict(row.on_behalf.label) if row.on_behalf else {"": row.group_name} if row.group_name else {}
    return Described(
        kind=RecordKind.STATEMENT,
        key=str(row.id),
        titles=_whose(party, meeting.title),
        at=newest.handed_in_at,
        publisher=dict(meeting.mechanism.names),
        session=meeting.slug,
        creators=(dict(party), *([behalf] if behalf else [])),
        descriptions={newest.language: newest.words} if newest.words else {},
        languages=(newest.language,),
    )


def report(row: RecommendationReport, *, at: datetime, recommended_by: LocalizedText, label: str) -> Described:
    """Describe a delegation's report on the recommendation in paragraph `label` of a session of this title."""
    meeting, party = row.delegation.meeting, row.delegation.party
    return Described(
        kind=RecordKind.REPORT,
        key=f"{row.carried_id}:{party.code}",
        titles={code: f"{text}, {label}" for code, text in _whose(party.label, recommended_by).items()},
        at=at,
        publisher=dict(meeting.mechanism.names),
        session=meeting.slug,
        creators=(dict(party.label),),
        descriptions={row.language: row.text} if row.text else {},
        languages=(row.language,),
    )

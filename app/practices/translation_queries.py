"""Reading translations: what is translated into which language, and what of it still fits the original."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db
from app.core.localized import LANGUAGES
from app.core.paging import FURTHEST_PAGE, PER_PAGE, Page
from app.core.texts import fingerprint
from app.core.wording import in_reader_language
from app.directory.models import Party
from app.meetings.models import Delegation
from app.practices.enums import PracticeState, TranslationsWanted
from app.practices.models import Practice, PracticeVersion
from app.practices.policies import can_read_own_practice
from app.practices.queries import newest_number, practice_by_id
from app.practices.translatable import Passage, with_texts
from app.practices.translation_models import PracticeLanguage, PracticeTranslation


def practice_to_translate(actor: Actor, practice_id: int) -> Practice:
    """Load a practice that was submitted, for staff and its own delegation; raises NotFound otherwise."""
    practice = practice_by_id(actor, practice_id)
    theirs = actor.is_staff or can_read_own_practice(actor, practice)
    if not theirs or practice.latest is None or practice.state is PracticeState.WITHDRAWN:
        raise NotFound
    return practice


def translations_of(practice_id: int, *, people: bool = False) -> Sequence[PracticeTranslation]:
    """All translations of a practice; with `people`, who put them in and who checked them. One statement."""
    statement = sa.select(PracticeTranslation).where(PracticeTranslation.practice_id == practice_id)
    if people:
        statement = statement.options(
            orm.joinedload(PracticeTranslation.translator), orm.joinedload(PracticeTranslation.checked_by)
        )
    return db.session.scalars(statement.order_by(PracticeTranslation.id)).all()


def is_of(source_sha256: str, text: str) -> bool:
    """Whether a translation, by what it keeps of its original, is of this text, and so is shown to readers."""
    return source_sha256 == fingerprint(text)


@dataclass(frozen=True)
class Line:
    """A passage and its translation, where there is one."""

    passage: Passage
    row: PracticeTranslation | None

    @property
    def stale(self) -> bool:
        """Whether the original was changed since."""
        return self.row is not None and not is_of(self.row.source_sha256, self.passage.text)

    @property
    def fits(self) -> bool:
        """Whether it is translated as it stands."""
        return self.row is not None and not self.stale


def lines_in(language: str, passages: Mapping[str, Passage], rows: Sequence[PracticeTranslation]) -> dict[str, Line]:
    """Return every passage by code with its translation into a language."""
    known = {row.field: row for row in rows if row.language == language}
    return {code: Line(passage, known.get(code)) for code, passage in passages.items()}


@dataclass(frozen=True)
class Reading:
    """A text as it is read in a language: field by field translated where all of the field is, else as it was written.

    `fields`: names of the fields that are translated, with what each is made of; `left`: of those that are left as
    they were written; `missing`: how many texts want a translation, as translators count them.
    """

    language: str
    content: dict[str, Any]
    fields: Mapping[str, Sequence[PracticeTranslation]]
    left: frozenset[str]
    missing: int

    @property
    def rows(self) -> list[PracticeTranslation]:
        """What all of it is made of."""
        return [row for rows in self.fields.values() for row in rows]


def reading_in(
    version: PracticeVersion, language: str, passages: Mapping[str, Passage], rows: Sequence[PracticeTranslation]
) -> Reading:
    """Return a version's text for a reader of a language. A translation of what was changed since is never shown."""
    lines = lines_in(language, passages, rows).values()
    partly = frozenset(line.passage.name for line in lines if not line.fits)
    used: dict[str, list[PracticeTranslation]] = {}
    texts = {}
    for line in lines:
        if line.row and line.passage.name not in partly:
            used.setdefault(line.passage.name, []).append(line.row)
            texts[line.passage.path] = line.row.text
    content = with_texts(version.content, texts)
    return Reading(language, content, used, partly, sum(not line.fits for line in lines))


def readings(
    version: PracticeVersion, passages: Mapping[str, Passage], rows: Sequence[PracticeTranslation]
) -> dict[str, Reading]:
    """Return the languages in which something of a version can be read, beside its own."""
    languages = {row.language for row in rows} - {version.language}
    found = {language: reading_in(version, language, passages, rows) for language in LANGUAGES if language in languages}
    return {language: reading for language, reading in found.items() if reading.fields}


def translated_by(row: PracticeTranslation, practice: Practice) -> str:
    """Who translated, in words for everybody: as typed, else the secretariat or the delegation."""
    return row.translator_name or _office(row.by_delegation, practice)


def checked_by(row: PracticeTranslation, practice: Practice) -> str:
    """Who checked it, in words for everybody."""
    return _office(row.checked_by_delegation, practice)


def _office(is_delegation: bool, practice: Practice) -> str:
    if not is_delegation:
        return str(_("the secretariat"))
    return str(_("the delegation (%(party)s)", party=in_reader_language(practice.delegation.party.label)))


def source_of(row: PracticeTranslation, practice: Practice, passage: Passage) -> str | None:
    """Return the text that a stale translation is of, as a version that was submitted has it; None where none has."""
    for version in reversed(practice.versions):
        text = text_at(version, passage)
        if text and is_of(row.source_sha256, text):
            return text
    return None


def text_at(version: PracticeVersion, passage: Passage) -> str:
    """What a version says in the place of a passage of another."""
    value: Any = version.content
    for step in passage.path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return value if isinstance(value, str) else ""


def counts_of(practice_ids: Collection[int]) -> dict[int, list[PracticeLanguage]]:
    """How far practices are translated: practice -> its languages. One statement."""
    found: dict[int, list[PracticeLanguage]] = {}
    statement = sa.select(PracticeLanguage).where(PracticeLanguage.practice_id.in_(practice_ids))
    for row in db.session.scalars(statement.order_by(PracticeLanguage.language)):
        found.setdefault(row.practice_id, []).append(row)
    return found


def _are(wanted: TranslationsWanted, languages: Collection[str]) -> sa.ColumnElement[bool]:
    """The condition on a practice's newest version, joined with Practice, that its translations into languages are so.

    Missing: into one of them not everything is translated, be it as it stood.
    """
    own = sa.exists().where(PracticeLanguage.practice_id == Practice.id)
    if wanted is TranslationsWanted.STALE:
        counted = PracticeLanguage.language.in_(languages), PracticeLanguage.language != PracticeVersion.language
        return own.where(PracticeLanguage.stale > 0, *counted)
    whole = own.where(PracticeLanguage.done + PracticeLanguage.stale >= PracticeLanguage.wanted)
    return sa.or_(
        sa.false(),
        *(
            sa.and_(PracticeVersion.language != language, ~whole.where(PracticeLanguage.language == language))
            for language in languages
        ),
    )


def translation_register(
    meeting_id: int,
    wanted: TranslationsWanted | None,
    languages: Collection[str],
    *,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> Page[Any]:
    """One page of what was submitted to a session and not withdrawn, by reference, without the texts.

    Rows of id, reference, language, title and the party's short_names. Two statements. `wanted`: those alone of
    which something is missing or stale in one of the languages.
    """
    page = min(max(page, 1), FURTHEST_PAGE)
    statement = (
        sa.select(
            Practice.id,
            Practice.reference,
            PracticeVersion.language,
            PracticeVersion.content["title"].as_string().label("title"),
            Party.short_names,
        )
        .select_from(Practice)
        .join(
            PracticeVersion,
            sa.and_(PracticeVersion.practice_id == Practice.id, PracticeVersion.number == newest_number()),
        )
        .join(Delegation, Delegation.id == Practice.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .where(Practice.meeting_id == meeting_id, Practice.state != PracticeState.WITHDRAWN)
    )
    if wanted is not None:
        statement = statement.where(_are(wanted, languages))
    total = db.session.scalar(statement.with_only_columns(sa.func.count())) or 0
    rows = statement.order_by(Practice.reference).limit(per_page).offset((page - 1) * per_page)
    return Page(list(db.session.execute(rows)), total, page, per_page)

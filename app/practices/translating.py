"""Everything that changes translations of good practices. Nothing commits.

A text is translated once it was submitted: a draft has no translations, so none can tell of it.
"""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, TooLarge, WrongState
from app.core.localized import LANGUAGES
from app.core.texts import check_length, clean
from app.practices.enums import PracticeState, TranslationStatus
from app.practices.indexing import index_practice
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import state_questions
from app.practices.translatable import Passage, passages_of
from app.practices.translation_models import PracticeLanguage, PracticeTranslation
from app.practices.translation_queries import lines_in, translations_of

NAME_LIMIT = 120
DECLARED = (TranslationStatus.UNOFFICIAL, TranslationStatus.MACHINE)  # by a translator; official is what was checked


def anchor_of(code: str) -> str:
    """The name of a passage's input."""
    return f"text-{code}"


def _latest(practice: Practice, language: str) -> PracticeVersion:
    """The version that is translated. Raises WrongState where there is none, Refusal for a language that is not one."""
    latest = practice.latest
    if latest is None or practice.state is PracticeState.WITHDRAWN:
        raise WrongState(_l("Only what was submitted, and not withdrawn since, can be translated."))
    if language not in LANGUAGES or language == latest.language:
        raise Refusal(_l("Choose one of the languages listed."), field="language")
    return latest


def save_translations(
    practice: Practice,
    language: str,
    *,
    of: PracticeVersion,
    texts: Mapping[str, str],
    fitting: Collection[str] = (),
    status: TranslationStatus = TranslationStatus.UNOFFICIAL,
    translator: str = "",
    by: Actor,
) -> int:
    """Keep texts by the code of their passage; return how many changed. One that is empty is taken away.

    `of`: the version that the translator read. `fitting`: codes of translations that still fit although the original
    was changed. `status` and `translator` (empty: `by`) are those of the texts that changed; a text that was official
    no longer is once it is changed. Raises TooLarge for a text far longer than its original, Refusal, WrongState.
    """
    _latest(practice, language)
    passages = passages_of(of, state_questions(practice.meeting_id))
    translator = check_length(clean(translator, lines=False), NAME_LIMIT, field="translator")
    if status not in DECLARED:
        raise Refusal(_l("Choose from the list."), field="status")
    lines = lines_in(language, passages, translations_of(practice.id))
    changed = []
    by_id, staff, at = by.id, by.is_staff, now()
    for code, line in lines.items():
        row, passage = line.row, line.passage
        text = _shaped(passage, texts[code]) if code in texts else row.text if row else ""
        if row and not text:
            db.session.delete(row)
        elif text != (row.text if row else ""):
            row = row or PracticeTranslation(practice_id=practice.id, language=language, field=code)
            row.text, row.source_sha256 = text, passage.sha256
            row.status, row.translator_id, row.translator_name = status, by_id, translator
            row.by_delegation, row.saved_at = not staff, at
            row.checked_at = row.checked_by_id = None
            row.checked_by_delegation = False
            db.session.add(row)
        elif row and code in fitting and line.stale:
            row.source_sha256, row.saved_at = passage.sha256, at
        else:
            continue
        changed.append(code)
    if changed:
        _settle(practice, language, changed, "translate_practice", by)
    return len(changed)


def _shaped(passage: Passage, text: str) -> str:
    text = clean(text, lines=passage.long)
    if len(text) > passage.most:
        raise TooLarge(
            _l(
                "This has %(count)d characters; a translation of this text may have %(limit)d.",
                count=len(text),
                limit=passage.most,
            ),
            field=anchor_of(passage.code),
        )
    return text


def mark_official(
    practice: Practice, language: str, *, codes: Collection[str] | None = None, official: bool = True, by: Actor
) -> int:
    """Say that translations were checked and are official, or take that back; return how many it changed.

    `codes` None: all. What is stale cannot be official before it was brought up to date. Raises WrongState, Refusal.
    """
    latest = _latest(practice, language)
    passages = passages_of(latest, state_questions(practice.meeting_id))
    changed = []
    by_id, staff, at = by.id, by.is_staff, now()
    for code, line in lines_in(language, passages, translations_of(practice.id)).items():
        row = line.row
        if row is None or (codes is not None and code not in codes) or (official and line.stale):
            continue
        if (row.status is TranslationStatus.OFFICIAL) == official:
            continue
        row.status = TranslationStatus.OFFICIAL if official else TranslationStatus.UNOFFICIAL
        row.checked_at, row.checked_by_id = (at, by_id) if official else (None, None)
        row.checked_by_delegation = official and not staff
        changed.append(code)
    if changed:
        _settle(practice, language, changed, "check_translation" if official else "uncheck_translation", by)
    return len(changed)


def _settle(practice: Practice, language: str, changed: Sequence[str], action: str, by: Actor) -> None:
    """Count, note in the trail which texts were changed (never what they say), put what is published into search."""
    db.session.flush()
    wanted = {"practice_id": practice.id, "language": language}
    row = db.session.scalars(sa.select(PracticeLanguage).filter_by(**wanted)).one_or_none()
    row = row or PracticeLanguage(**wanted)
    row.saved_at = now()
    changes = {"language": [None, language], **{code: [] for code in changed}}
    record(action, row, by=by, meeting_id=practice.meeting_id, changes=changes)
    count_translations(practice)
    if practice.state is PracticeState.PUBLISHED and practice.latest:
        index_practice(practice, practice.latest)


def count_translations(practice: Practice) -> None:
    """Count anew how far a practice is translated, after a translation or the original was changed."""
    rows = db.session.scalars(sa.select(PracticeLanguage).filter_by(practice_id=practice.id)).all()
    if not rows or practice.latest is None:
        return
    passages = passages_of(practice.latest, state_questions(practice.meeting_id))
    translations = translations_of(practice.id)
    for row in rows:
        lines = lines_in(row.language, passages, translations).values()
        row.wanted = len(lines)
        row.done, row.stale = (sum(getattr(line, kind) for line in lines) for kind in ("fits", "stale"))

"""What of a practice can be found by searching."""

from collections.abc import Iterable

from app.practices.models import Practice, PracticeVersion
from app.practices.queries import state_questions
from app.practices.template import passages_source
from app.practices.translatable import passages_of
from app.practices.translation_queries import readings, translations_of
from app.search.operations import forget, index_entry

KIND = "practice"


def index_practice(practice: Practice, version: PracticeVersion) -> None:
    """Put the running texts of a published version, and their translations, into the index, in the same transaction."""
    forget_practice(practice)  # a language may have gone
    title, path = str(version.content.get("title", "")), f"/practices/{practice.slug}"
    source = passages_source(version.content, version.template)
    _index(practice, version.language, title, (text for _name, text in source), path)
    rows = translations_of(practice.id)
    passages = passages_of(version, state_questions(practice.meeting_id)) if rows else {}
    for language, reading in readings(version, passages, rows).items():
        texts = (row.text for row in reading.rows if row.field != "title")
        own_title = str(reading.content.get("title", ""))
        _index(practice, language, own_title, texts, f"{path}?text={language}")


def _index(practice: Practice, language: str, title: str, texts: Iterable[str], path: str) -> None:
    index_entry(
        kind=KIND,
        key=practice.slug,
        language=language,
        audience=practice.consent,
        meeting_id=practice.meeting_id,
        title=title,
        context=practice.delegation.party.label,
        text="\n\n".join(texts),
        path=path,
    )


def forget_practice(practice: Practice) -> None:
    """Take a practice out of the index."""
    forget(KIND, practice.slug)

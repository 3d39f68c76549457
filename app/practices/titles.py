"""What a published practice is called where it is listed: by its title in the reader's language, as its page shows it.

Lists load it for what they show, after they have chosen it: no list is filtered or put in order by it.
"""

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from app.core.db import db
from app.core.languages import current_language
from app.practices.translation_models import PracticeTranslation
from app.practices.translation_queries import is_of

FIELDS = ("title", "summary")


class Written(NamedTuple):
    """What lists show of a practice, as its newest version has it; `language`: in which it was written."""

    practice_id: int
    language: str
    title: str
    summary: str = ""


class Called(NamedTuple):
    """What lists show of a practice to a reader, each text with its language. `original`: in which it was written."""

    title: str
    title_lang: str
    summary: str
    summary_lang: str
    original: str

    @property
    def is_translated(self) -> bool:
        """Whether the title is a translation."""
        return self.title_lang != self.original


def called(practices: Iterable[Written]) -> dict[int, Called]:
    """Practice id -> what it is called in the reader's language, else as it was written.

    A translation is shown here where the practice's page shows it (translation_queries.reading_in): never of what was
    changed since. One statement for however many; none where all were written in the reader's language.
    """
    found, language = list(practices), current_language()
    texts: dict[tuple[int, str], tuple[str, str]] = {}
    if foreign := {one.practice_id for one in found if one.language != language}:
        row = PracticeTranslation
        rows = sa.select(row.practice_id, row.field, row.text, row.source_sha256).where(
            row.practice_id.in_(foreign), row.language == language, row.field.in_(FIELDS)
        )
        texts = {(practice_id, field): (text, sha) for practice_id, field, text, sha in db.session.execute(rows)}

    def shown(one: Written, field: str, written: str) -> tuple[str, str]:
        text, sha = texts.get((one.practice_id, field), ("", ""))
        return (text, language) if text and is_of(sha, written) else (written, one.language)

    return {
        one.practice_id: Called(*shown(one, "title", one.title), *shown(one, "summary", one.summary), one.language)
        for one in found
    }

"""Two texts of one practice, field by field and word by word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.word_differences import Piece, compare_words
from app.practices.models import PracticeVersion
from app.practices.queries import state_questions
from app.practices.reading import ShownSection, fields_by_name, read_content, titles


@dataclass(frozen=True)
class Change:
    """A field that two texts have not alike."""

    name: str
    label: str
    label_lang: str
    pieces: Sequence[Piece]


def changes_between(before: Sequence[ShownSection], after: Sequence[ShownSection]) -> Mapping[str, Change]:
    """Return what differs, by name, in the order of the newer text; what only the older one asked comes last.

    Both were read with the fields that are empty.
    """
    old, new = fields_by_name(before), fields_by_name(after)
    found = {}
    for name, field in {**new, **{name: field for name, field in old.items() if name not in new}}.items():
        was, is_now = (texts[name].plain if name in texts else "" for texts in (old, new))
        if was != is_now:
            found[name] = Change(name, field.label, field.label_lang, compare_words(was, is_now))
    return found


def changes_in(
    version: PracticeVersion, content: Mapping[str, Any], template: Mapping[str, Any] | None = None
) -> list[Change]:
    """What a text changes in a version of the same practice; in the version's template, or in another."""
    questions, known = state_questions(version.practice.meeting_id), titles()
    before, after = (
        read_content(form, text, questions=questions, known=known, contact=True, empty=True)
        for form, text in ((version.template, version.content), (template or version.template, content))
    )
    return list(changes_between(before, after).values())

"""Two texts of one practice, field by field and word by word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.word_differences import Piece, compare_words
from app.practices.reading import ShownSection, fields_by_name


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

"""What is said of interventions and items, as plain values."""

from collections.abc import Iterable, Mapping

from app.core.texts import check_length, clean
from app.record.models import Note, Points

GENERAL = "points"
LIMIT = 6000  # characters of the points in general, and of those on each question


def key_of(intervention_id: int) -> str:
    """What an intervention is called in the minutes, in citations and in addresses."""
    return f"intervention-{intervention_id}"


def key_of_item(mark: str) -> str:
    """What an item of the order of business is called in the minutes."""
    return f"item-{mark}"


def parts_of(key: str) -> tuple[str, str]:
    """What a key names: ("intervention", its number) or ("item", its mark)."""
    kind, _dash, what = key.partition("-")
    return kind, what


def answer_key(number: int | str) -> str:
    """The key of the points on a guiding question, which is that of its answer in practices and presentations."""
    return f"answers.{number}"


def in_order(points: Mapping[str, str]) -> Points:
    """Return points without empty ones: in general, then by question."""
    keys = sorted(points, key=lambda key: (key != GENERAL, len(key), key))
    return {key: points[key] for key in keys if points[key]}


def checked(points: Mapping[str, str]) -> Points:
    """Return points cleaned. Raises Refusal for one past its limit."""
    return in_order({key: check_length(clean(text), LIMIT, field=field_of(key)) for key, text in points.items()})


def field_of(key: str) -> str:
    """The field of a form that has the points under a key."""
    return key.replace("answers.", "answer_")


def joined(notes: Iterable[Note]) -> Points:
    """What several note-takers wrote, one after another in the order in which they began."""
    found: dict[str, list[str]] = {}
    for note in sorted(notes, key=lambda note: (note.begun_at, note.id)):
        for key, text in note.points.items():
            found.setdefault(key, []).append(text)
    return in_order({key: "\n\n".join(dict.fromkeys(texts)) for key, texts in found.items()})

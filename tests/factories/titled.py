"""Practices whose title and summary can be translated."""

from copy import deepcopy

from app.people.models import User
from app.practices.models import Practice
from app.practices.translating import save_translations
from tests.factories.summaries import TEMPLATE

TITLED = deepcopy(TEMPLATE)
TITLED["sections"][0]["fields"][:0] = [
    {"key": "title", "kind": "short_text", "required": True, "label": {"en": "Title"}, "limit": 30},
    {"key": "summary", "kind": "long_text", "required": True, "label": {"en": "Summary"}, "limit": 150},
]


def translate(practice: Practice, by: User, language: str, **texts: str) -> None:
    """Translate texts of a practice as it is published, by their codes."""
    assert save_translations(practice, language, of=practice.versions[-1], texts=texts, by=by) == len(texts)

"""Text that people write in up to four languages, kept as one value."""

from collections.abc import Iterator, Mapping
from typing import Any

LANGUAGES: tuple[str, ...] = ("en", "es", "fr", "pt")
_KNOWN = frozenset(LANGUAGES)
LANGUAGE_NAMES: dict[str, str] = {"en": "English", "es": "Español", "fr": "Français", "pt": "Português"}


class LocalizedText(Mapping[str, str]):
    """An immutable mapping from language code to plain text; languages without text are absent.

    Assign a new value to change one: SQLAlchemy then sees the change.
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, Any] | None = None, /, **more: str) -> None:
        merged = {**(texts or {}), **more} if more else texts or {}
        if not _KNOWN.issuperset(merged):
            raise ValueError(f"unknown language: {', '.join(sorted(set(merged) - _KNOWN))}")
        self._texts = {code: str(text) for code in LANGUAGES if (text := merged.get(code))}

    def __getitem__(self, language: str) -> str:
        return self._texts[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return f"LocalizedText({self._texts!r})"

    def __hash__(self) -> int:
        return hash(tuple(self._texts.items()))

    def language_for(self, language: str) -> str:
        """Return the language whose text a reader of `language` gets: theirs, else the first there is."""
        return language if language in self._texts else next(iter(self._texts), language)

    def in_language(self, language: str) -> str:
        """Return the text for a reader of `language`, or "" where there is none in any language."""
        text = self._texts.get(language)
        return next(iter(self._texts.values()), "") if text is None else text

    def with_text(self, language: str, text: str) -> "LocalizedText":
        """Return a copy in which `language` reads `text`."""
        return LocalizedText({**self._texts, language: text})

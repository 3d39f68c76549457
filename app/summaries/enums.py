"""What becomes of a passage, and what a summary is handed out as."""

from enum import StrEnum


class Reflection(StrEnum):
    REFLECTED = "reflected"
    SET_ASIDE = "set_aside"
    OPEN = "open"


class Format(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"
    AKOMA_NTOSO = "xml"
    JSON = "json"
    CSV = "csv"


class Attribution(StrEnum):
    """How a paragraph speaks of those whom it cites: by the body's word for how many, or by their names."""

    COLLECTIVE = "collective"
    NAMED = "named"


class PublicationKind(StrEnum):
    """What a publication is to the one before it, which stays as it was."""

    ORIGINAL = "original"
    REVISION = "revision"
    CORRIGENDUM = "corrigendum"


class CheckKind(StrEnum):
    """What is looked for in the working text, in the order in which a paragraph's findings are told."""

    UNTRANSLATED = "check_untranslated"
    SOURCE_CHANGED = "check_source_changed"
    BRACKETS = "check_brackets"
    FOOTNOTES = "check_footnotes"
    TOKENS = "check_tokens"
    COMMENTS = "check_comments"
    OLDER_TRANSLATION = "check_older_translation"
    NUMBERS = "check_numbers"
    STATES = "check_states"
    QUANTIFIERS = "check_quantifiers"
    LANGUAGE = "check_language"

    @property
    def blocks(self) -> bool:
        """Whether publication waits until nothing is found."""
        return self in (
            CheckKind.UNTRANSLATED,
            CheckKind.SOURCE_CHANGED,
            CheckKind.BRACKETS,
            CheckKind.FOOTNOTES,
            CheckKind.TOKENS,
            CheckKind.COMMENTS,
        )

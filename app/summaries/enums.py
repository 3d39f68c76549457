"""What becomes of a passage, and what a summary is handed out as."""

from enum import StrEnum


class Reflection(StrEnum):
    REFLECTED = "reflected"
    SET_ASIDE = "set_aside"
    OPEN = "open"


class Standing(StrEnum):
    """How a source stands to what was quoted of it. All but the first are to be mended."""

    AS_QUOTED = "as_quoted"
    CHANGED = "changed_since"
    WITH_DELEGATION = "with_delegation"  # returned to it, or with its capital
    TAKEN_BACK = "taken_back"  # withdrawn: nobody reads the words
    NOT_IN_RECORD = "not_in_record"  # the floor was taken back, or the minutes say nothing of it any more
    NOT_ACCEPTED = "not_accepted"  # submitted, which who is not of the secretariat does not see yet

    @property
    def hides(self) -> bool:
        """Whether the words that were quoted are not shown."""
        return self in (Standing.TAKEN_BACK, Standing.NOT_IN_RECORD, Standing.NOT_ACCEPTED)


ALL_LANGUAGES = "all"  # in the address of a file that holds all of them


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


class Arrangement(StrEnum):
    """In what order a compilation has the good practices of a session."""

    BY_THEME = "by_theme"
    BY_STATE = "by_state"


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

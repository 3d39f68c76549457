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

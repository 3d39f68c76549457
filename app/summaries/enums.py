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


class Arrangement(StrEnum):
    """In what order a compilation has the good practices of a session."""

    BY_THEME = "by_theme"
    BY_STATE = "by_state"


class PublicationKind(StrEnum):
    """What a publication is to the one before it, which stays as it was."""

    ORIGINAL = "original"
    REVISION = "revision"
    CORRIGENDUM = "corrigendum"

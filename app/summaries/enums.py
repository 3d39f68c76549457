"""What becomes of a passage, and what a summary is handed out as."""

from enum import StrEnum


class Reflection(StrEnum):
    REFLECTED = "reflected"
    SET_ASIDE = "set_aside"
    OPEN = "open"


class Format(StrEnum):
    PDF = "pdf"
    DOCX = "docx"

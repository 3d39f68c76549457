"""What a collection can hold."""

from enum import StrEnum


class ReadingKind(StrEnum):
    """The kind of a reading; its name is "CAM-2026-GP-PER-02", "cam-2026/RCM", "cam-2026/1" (the number of the
    publication), "cam-2026/1/12-a", "CAM-doc.1-26" and "cam-2026/17" (the number in the statement's address)."""

    PRACTICE = "practice"
    PRESENTATION = "presentation"
    SUMMARY = "summary"
    PARAGRAPH = "paragraph"
    DOCUMENT = "document"
    STATEMENT = "statement"

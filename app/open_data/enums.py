"""Kinds of public things, and what becomes of a release."""

from enum import StrEnum


class RecordKind(StrEnum):
    SESSION = "session"
    PRACTICE = "practice"
    PRESENTATION = "presentation"
    SUMMARY = "summary"
    DOCUMENT = "document"
    STATEMENT = "statement"
    REPORT = "report"


class ReleaseState(StrEnum):
    """WITHDRAWN: something that it held is public no more. EXPIRED: newer ones took its place."""

    MADE = "made"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ReleaseFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    JSON_LD = "jsonld"

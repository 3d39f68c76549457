"""Kinds and states of registered documents."""

from enum import StrEnum


class DocumentClass(StrEnum):
    CONCEPT_PAPER = "concept_paper"
    ORDER_OF_BUSINESS = "order_of_business"
    QUESTIONS = "questions"
    CALL = "call"
    WORKING = "working"
    INFORMATION = "information"
    DRAFT = "draft"
    REPORT = "report"
    PARTICIPANTS = "participants"


class LanguageStatus(StrEnum):
    """How far a language version is. A machine translation is labelled as one, and is never authoritative."""

    PENDING = "pending"
    MACHINE = "machine"
    UNOFFICIAL = "unofficial"
    OFFICIAL = "official"


class Suffix(StrEnum):
    """What a symbol is followed by, as it is written there."""

    REVISION = "rev"
    CORRIGENDUM = "corr"
    ADDENDUM = "add"

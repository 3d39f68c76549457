"""Kinds of parties and of what sources say about mechanisms."""

from enum import StrEnum


class PartyKind(StrEnum):
    STATE = "state"
    TERRITORY = "territory"
    ORGANIZATION = "organization"
    MECHANISM = "mechanism"


class StatementSubject(StrEnum):
    MEMBERS = "members"
    GROUPS = "groups"
    SECRETARIAT = "secretariat"

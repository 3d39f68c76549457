"""What accounts are."""

from enum import StrEnum


class Standing(StrEnum):
    ADMINISTRATOR = "administrator"
    SECRETARIAT = "secretariat"
    MEMBER = "member"


class LinkPurpose(StrEnum):
    SET_UP = "set_up"
    SIGN_IN = "sign_in"

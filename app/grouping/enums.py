"""What a group is."""

from enum import StrEnum


class GroupKind(StrEnum):
    """LIKE: passages that say like things. ALONE: what is proposed of that which one passage alone says. APART: what
    somebody took out of the groups, so that it does not come back by itself."""

    LIKE = "like_passages"
    ALONE = "said_once"
    APART = "kept_apart"

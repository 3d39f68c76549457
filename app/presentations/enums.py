"""States of a presentation."""

from enum import StrEnum


class PresentationState(StrEnum):
    DRAFT = "draft"
    FILED = "filed"
    WITHDRAWN = "withdrawn"

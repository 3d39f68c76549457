"""Which citations of a frozen text somebody may know of: whose words they are, of which source, field and language.

A citation has the audience that its source was made for when it was frozen. Who is not of it reads the letter that
marks the citation, and nothing else of it. One rule for pages, search, open data and files.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from app.core.audience import Audience

Frozen = Mapping[str, Any]


def is_open(citation: Frozen, readable: Collection[Audience]) -> bool:
    """Whether a citation may be known to a reader of these audiences."""
    return Audience(citation["audience"]) in readable


def open_citations(citations: Iterable[Frozen], readable: Collection[Audience]) -> list[Frozen]:
    """Return the citations that may be known to a reader of these audiences, in their order."""
    return [citation for citation in citations if is_open(citation, readable)]


def open_to_all(citations: Iterable[Frozen], distribution: Audience) -> list[Frozen]:
    """Return the citations that may be known to everybody to whom a publication is distributed, in their order."""
    return open_citations(citations, [audience for audience in Audience if audience.reaches(distribution)])

"""Which citations of a frozen text somebody may know of: whose words they are, of which source, field and language.

A citation has the audience that its source was made for when it was frozen, and its source may be for fewer by now: the
narrower of the two counts. Who is not of it reads the letter that marks the citation, and nothing else of it. One rule
for pages, search, open data and files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.audience import Audience

Frozen = Mapping[str, Any]


@dataclass(frozen=True)
class Readers:
    """Of which audiences somebody is, and which sources are `closed` to these by now (sources_now): their keys, or the
    names of the fields that hold their words."""

    audiences: frozenset[Audience]
    closed: frozenset[str]

    def may_know(self, audience: Audience, source: str, field: str) -> bool:
        """Whether they may know of words that were cited for an audience, of a field of a source."""
        return audience in self.audiences and source not in self.closed and field not in self.closed


def is_open(citation: Frozen, readers: Readers) -> bool:
    """Whether a citation may be known to readers."""
    return readers.may_know(Audience(citation["audience"]), citation["source"], citation["field"])


def open_citations(citations: Iterable[Frozen], readers: Readers) -> list[Frozen]:
    """Return the citations that may be known to readers, in their order."""
    return [citation for citation in citations if is_open(citation, readers)]

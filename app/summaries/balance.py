"""Who fills the text: shares of what was submitted beside shares of what is quoted. Pure computing."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from app.directory.enums import PartyKind
from app.directory.models import Party
from app.directory.reference import read
from app.summaries.coverage import Coverage
from app.summaries.passages import words_in
from app.summaries.sources import SourceText
from app.summaries.ties import Cited


class By(StrEnum):
    """What the balance is told by."""

    CONTRIBUTOR = "contributor"
    LANGUAGE = "text_language"
    KIND = "text_kind"
    REGION = "contributor_region"


@dataclass(slots=True)
class Share:
    """What one of them submitted (texts, words) and what of it is in the text (citations, words quoted).

    The shares are per cent of all, 0 to 100.
    """

    key: str
    texts: int = 0
    words: int = 0
    citations: int = 0
    quoted: int = 0
    words_share: float = 0.0
    citations_share: float = 0.0
    quoted_share: float = 0.0


@cache
def _regions() -> dict[str, str]:
    return {row["code"]: row["region"] for row in read("states.yaml") if row.get("region")}


def region_of(party: Party) -> str:
    """Return the region of a State or territory ("caribbean"), "" of any other party."""
    return _regions().get(party.code, "") if party.kind in (PartyKind.STATE, PartyKind.TERRITORY) else ""


def _key(by: By, source: SourceText) -> str:
    if by is By.CONTRIBUTOR:
        return source.party.code
    if by is By.LANGUAGE:
        return source.language
    return source.kind if by is By.KIND else region_of(source.party)


def _key_of_tie(by: By, tie: Cited, language: str) -> str:
    if by is By.CONTRIBUTOR:
        return tie.delegation.party.code
    if by is By.LANGUAGE:
        return tie.language or language
    return tie.kind if by is By.KIND else region_of(tie.delegation.party)


def balance(coverage: Coverage, by: By, *, of_record: str) -> list[Share]:
    """Return the shares of each, the largest part of what was submitted first.

    Citations count as the text has them, also those to be mended; words that two citations quote count twice.
    `of_record`: the language of the record, which interventions are noted in.
    """
    found: dict[str, Share] = {}

    def share(key: str) -> Share:
        return found.setdefault(key, Share(key))

    for source in coverage.sources.values():
        row = share(_key(by, source))
        row.texts += 1
        row.words += sum(words_in(text) for text in source.fields.values())
    for _number, tie in coverage.citations:
        row = share(_key_of_tie(by, tie, of_record))
        row.citations += 1
        row.quoted += words_in(tie.quote)
    rows = list(found.values())
    words, citations, quoted = (sum(getattr(row, name) for row in rows) for name in ("words", "citations", "quoted"))
    for row in rows:
        row.words_share = _per_cent(row.words, words)
        row.citations_share = _per_cent(row.citations, citations)
        row.quoted_share = _per_cent(row.quoted, quoted)
    return sorted(rows, key=lambda one: (-one.words, one.key))


def _per_cent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0

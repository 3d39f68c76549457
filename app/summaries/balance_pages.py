"""The balance of a summary as tables: who fills the text."""

from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.core.localized import LANGUAGE_NAMES
from app.core.sheets import Row
from app.core.wording import in_reader_language
from app.meetings.models import Meeting
from app.record.queries import language_of
from app.summaries.balance import By, Share, balance
from app.summaries.coverage import Coverage
from app.summaries.coverage_labels import KINDS, REGIONS


def _names(by: By, coverage: Coverage) -> dict[str, str]:
    if by is By.CONTRIBUTOR:
        parties = [source.party for source in coverage.sources.values()]
        parties += [tie.delegation.party for _number, tie in coverage.citations]
        return {party.code: in_reader_language(party.label) for party in parties}
    if by is By.LANGUAGE:
        return {code: str(name) for code, name in LANGUAGE_NAMES.items()}
    names = KINDS if by is By.KIND else {**REGIONS, "": _("Not a State")}
    return {key: str(name) for key, name in names.items()}


def share_text(share: float) -> str:
    """Return a share of 0 to 100 as the reader's language writes it: "12.5%"."""
    return str(_("%(number)s%%", number=format_decimal(round(share, 1))))


def balance_tables(meeting: Meeting, coverage: Coverage) -> list[dict[str, Any]]:
    """Return a table for each way to tell them apart: {"key", "title", "head", "rows": [(name, Share)]}."""
    told = {
        By.CONTRIBUTOR: (_("By contributor"), _("Contributor")),
        By.LANGUAGE: (_("By language"), _("Language")),
        By.KIND: (_("By kind of text"), _("Kind of text")),
        By.REGION: (_("By region"), _("Region")),
    }
    of_record = language_of(meeting)
    tables = []
    for by, (title, head) in told.items():
        names = _names(by, coverage)
        rows: list[tuple[str, Share]] = [
            (names.get(row.key, row.key), row) for row in balance(coverage, by, of_record=of_record)
        ]
        tables.append({"key": by.value, "title": title, "head": head, "rows": rows})
    return tables


def balance_sheet(tables: list[dict[str, Any]]) -> list[Row]:
    """Return the tables as rows of one sheet, with shares in per cent."""
    lines: list[Row] = [
        [
            _("Told by"),
            _("Name"),
            _("Texts"),
            _("Words submitted"),
            _("Share of the words submitted (per cent)"),
            _("Citations"),
            _("Share of the citations (per cent)"),
            _("Words quoted"),
            _("Share of the words quoted (per cent)"),
        ]
    ]
    for table in tables:
        for name, row in table["rows"]:
            lines.append(
                [
                    table["head"],
                    name,
                    row.texts,
                    row.words,
                    round(row.words_share, 1),
                    row.citations,
                    round(row.citations_share, 1),
                    row.quoted,
                    round(row.quoted_share, 1),
                ]
            )
    return lines

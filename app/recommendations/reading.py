"""Recommendations read out of publications, which never change: each worker reads one once."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.core.localized import LocalizedText
from app.summaries.anchors import anchor_of, label_of
from app.summaries.models import Publication

MOST_KEPT = 20_000  # recommendations


@dataclass(frozen=True)
class Asked:
    """What a publication recommends: `key` names it, `label` ("12 (a)") and `anchor` its paragraph.

    `text`: in short, else the paragraph's own words, which are of the forms of core/rich_text.py.
    """

    key: str
    label: str
    anchor: str
    addressees: tuple[str, ...]
    due: date | None
    text: LocalizedText
    is_paragraph: bool


_kept: OrderedDict[str, Mapping[str, Asked]] = OrderedDict()  # by SHA-256, what was asked for last at the end
_keeping = Lock()


def recommended_in(content: Mapping[str, Any]) -> dict[str, Asked]:
    """Return key -> what a frozen text recommends, in its order."""
    found = {}
    for section in content["sections"]:
        for paragraph in section["paragraphs"]:
            for one in paragraph.get("recommendations", ()):
                own = {code: words for code, words in one["text"].items() if words}
                found[one["key"]] = Asked(
                    key=one["key"],
                    label=label_of(paragraph),
                    anchor=anchor_of(paragraph),
                    addressees=tuple(one["addressees"]),
                    due=date.fromisoformat(one["due"]) if one["due"] else None,
                    text=LocalizedText(own or paragraph["text"]),
                    is_paragraph=not own,
                )
    return found


def recommended(publications: Iterable[Publication]) -> dict[int, Mapping[str, Asked]]:
    """Publication id -> what it recommends, by key. One statement where a worker has not read one of them before."""
    marks = {row.id: row.sha256 for row in publications}
    with _keeping:
        known = {mark: _kept[mark] for mark in marks.values() if mark in _kept}
    if missing := [row_id for row_id, mark in marks.items() if mark not in known]:
        statement = sa.select(Publication.sha256, Publication.content).where(Publication.id.in_(missing))
        for mark, content in db.session.execute(statement.execution_options(yield_per=10)):  # each may be a megabyte
            known[mark] = recommended_in(content)
    _keep(known)
    return {row_id: known[mark] for row_id, mark in marks.items()}


def _keep(known: Mapping[str, Mapping[str, Asked]]) -> None:
    with _keeping:
        for mark, found in known.items():
            _kept[mark] = found
            _kept.move_to_end(mark)
        number = sum(1 + len(found) for found in _kept.values())
        while number > MOST_KEPT:
            number -= 1 + len(_kept.popitem(last=False)[1])

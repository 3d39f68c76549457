"""The register of good practices as a table of data: all of the list that is shown, in its order.

In which languages a practice can be read is taken from the index, which is written with what is published.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import Response, url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from app.core.actors import Actor
from app.core.addresses import whole_address
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.sheets import Row, as_download, check_rows
from app.core.wording import in_reader_language
from app.directory.models import Party
from app.library import queries
from app.library.practice_queries import Wanted, conditions, in_order, published, with_texts
from app.meetings.models import Delegation, Meeting
from app.meetings.years import year_of
from app.practices.models import Practice, PracticeVersion
from app.search.models import PRACTICE_KIND, SearchEntry

# Vocabulary -> the fields of a content that have codes of it, in the order of the columns.
TERMS = {
    "themes": ("themes",),
    "gcm": ("gcm_main", "gcm_other"),
    "sdg": ("sdg_targets",),
    "practice_status": ("status",),
}
FIELDS = [name for names in TERMS.values() for name in names]
NUMBERED = "gcm"  # an objective is known by its number
Named = dict[str, dict[str, str]]


def as_file(actor: Actor, wanted: Wanted, parties: Sequence[Any], file_format: str) -> Response:
    """Return the practices that a person may read and that are wanted as a file ("csv" or "xlsx"); `parties` as of
    `practice_register`. Three statements. Raises TooLarge."""
    chosen = conditions(wanted)
    check_rows(db.session.scalar(published(actor, sa.func.count()).where(*chosen)) or 0)
    convener = orm.aliased(Party)
    listed = published(
        actor,
        Practice.id,
        Practice.reference,
        Practice.published_at,
        PracticeVersion.language,
        PracticeVersion.content["title"].as_string().label("title"),
        Delegation.party_id,
        Meeting.code,
        Meeting.starts_at,
        Meeting.zone,
        convener.short_names.label("body"),
        SearchEntry.language.label("read_in"),
        SearchEntry.title.label("title_read"),
        *(PracticeVersion.content[name].label(name) for name in FIELDS),
    )
    rows = db.session.execute(
        with_texts(listed)
        .join(convener, convener.id == Meeting.mechanism_id)
        .outerjoin(
            SearchEntry,
            sa.and_(
                SearchEntry.kind == PRACTICE_KIND, SearchEntry.key == sa.func.replace(Practice.reference, "/", "-")
            ),
        )
        .where(*chosen)
        .order_by(*in_order(wanted, parties), SearchEntry.language)
    )
    states = {party.id: in_reader_language(party.short_names) for party in parties}
    named = _named()
    lines: list[Row] = [_columns()]
    lines += [_line(list(same), states, named) for _id, same in groupby(rows, key=lambda row: row.id)]
    return as_download(lines, name=_("good-practices"), file_format=file_format)


def _columns() -> list[str]:
    return [
        _("Reference"),
        _("Title"),
        _("Language of the title"),
        _("State"),
        _("Session"),
        _("Year"),
        _("Themes"),
        _("Objectives of the Global Compact"),
        _("Targets of the 2030 Agenda"),
        _("Status of the practice"),
        _("Languages"),
        _("Address"),
        _("Published"),
    ]


def _named() -> Named:
    """What the codes of each vocabulary are called. One statement."""
    known, language = queries.terms(*TERMS), current_language()
    return {
        vocabulary: {
            code: f"{code}. {title.in_language(language)}" if vocabulary == NUMBERED else title.in_language(language)
            for code, title in known[vocabulary].items()
        }
        for vocabulary in TERMS
    }


def _line(rows: Sequence[Any], states: Mapping[int, str], named: Named) -> Row:
    """`rows`: one for each language in which the practice can be read; one without any of an unindexed one."""
    row = rows[0]
    titles = {one.read_in: one.title_read for one in rows if one.read_in}
    own = titles.get(current_language(), row.title)
    others = sorted(set(titles) - {row.language})
    return [
        row.reference,
        own,
        LANGUAGE_NAMES[row.language if own == row.title else current_language()],
        states[row.party_id],
        f"{in_reader_language(row.body)} {row.code}",
        year_of(row),
        *("; ".join(named[one].get(code, code) for code in _codes(row, names)) for one, names in TERMS.items()),
        "; ".join(LANGUAGE_NAMES[code] for code in (row.language, *others)),
        whole_address(url_for("library.practice", slug=row.reference.replace("/", "-"))),
        row.published_at.date().isoformat(),
    ]


def _codes(row: Any, names: Sequence[str]) -> list[str]:
    values = [getattr(row, name) or () for name in names]
    found = [code for value in values for code in ([value] if isinstance(value, str) else value)]
    return list(dict.fromkeys(found))

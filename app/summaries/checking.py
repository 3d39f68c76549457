"""What the checks need of a session, loaded: and what stands in the way of publication, by them."""

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from app.core.db import db
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.meetings.models import Meeting
from app.summaries import queries
from app.summaries.checks import Checked, Finding, findings
from app.summaries.coverage import Coverage
from app.summaries.enums import CheckKind
from app.summaries.labels import CHECKS
from app.summaries.mentions import voices_of
from app.summaries.models import Summary
from app.summaries.state_names import StateNames

# What `publishing.unmet` says of them in words of its own.
TOLD_APART = (CheckKind.UNTRANSLATED, CheckKind.SOURCE_CHANGED)


def checked_of(meeting: Meeting, summary: Summary, coverage: Coverage, names: StateNames | None = None) -> Checked:
    """Return what the checks of a summary are made with, in a constant number of statements. `names` are loaded unless
    given."""
    return Checked(
        languages=meeting.languages,
        voices=voices_of(meeting),
        coverage=coverage,
        withdrawn=queries.withdrawn_keys(meeting.id),
        comments=queries.comments_open(summary.id),
        names=names or _names(),
    )


def _names() -> StateNames:
    parties = db.session.scalars(sa.select(Party).options(orm.selectin_polymorphic(Party, []))).all()
    states = {party.code: (party.names, party.label) for party in parties if party.kind is PartyKind.STATE}
    apart = [text for party in parties if party.code not in states for text in (party.names, party.label)]
    others = [name for text in apart for name in text.values()]
    return StateNames.known(states, others)


def all_findings(meeting: Meeting, summary: Summary | None, coverage: Coverage) -> list[Finding]:
    """Return all that the checks find in a session's summary."""
    return findings(summary, checked_of(meeting, summary, coverage)) if summary else []


def in_the_way(meeting: Meeting, summary: Summary, coverage: Coverage, languages: Collection[str]) -> list[LazyString]:
    """Return what the checks find that must be settled before publication in these languages, as sentences."""
    kinds = [kind for kind in CheckKind if kind.blocks and kind not in TOLD_APART]
    found: dict[CheckKind, dict[str, None]] = {}
    for finding in findings(summary, checked_of(meeting, summary, coverage, StateNames({}, {})), kinds):
        if not finding.language or finding.language in languages:
            found.setdefault(finding.kind, {})[finding.place.label] = None
    return [
        _l("%(check)s: paragraphs %(numbers)s.", check=CHECKS[kind], numbers=", ".join(found[kind]))
        for kind in kinds
        if kind in found
    ]

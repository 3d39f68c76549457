"""Publication: a version is issued with its symbol, date, distribution and languages. Nothing here commits.

The first publication is the original; each later one is a revision or a corrigendum, which supersedes what was issued
before and replaces nothing: the earlier ones stay readable at their addresses. A publication is made whole or not at
all: everything is written in one transaction, and its documents are made by a job after it.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import lock
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.texts import clean, fingerprint
from app.jobs.operations import queue_job
from app.meetings.enums import OVER
from app.practices.operations import publish_accepted_practices
from app.presentations.operations import publish_filed_presentations
from app.register.enums import Suffix
from app.register.symbols import NUMBER, numbered, suffixed_stem
from app.summaries import agreeing, indexing, publishing, queries, versions
from app.summaries.enums import PublicationKind
from app.summaries.models import SYMBOL_LIMIT, Publication, Summary
from app.summaries.sources import SourceText, sources_of

RENDER_JOB = "summaries.render"
NOTE_LIMIT = 2000
SUFFIXES = {PublicationKind.REVISION: Suffix.REVISION, PublicationKind.CORRIGENDUM: Suffix.CORRIGENDUM}


def suggested_symbol(summary: Summary, kind: PublicationKind) -> str:
    """Return the symbol that the next publication of a kind has by rule: "X rev. 1", "X rev. 1 corr. 2"; "" of none."""
    symbols = [row.symbol for row in summary.publications if row.symbol]
    if kind is PublicationKind.ORIGINAL or not symbols:
        return summary.symbol
    stem = suffixed_stem(symbols[-1], SUFFIXES[kind])
    head = stem.removesuffix(NUMBER)
    given = [int(rest) for symbol in symbols if (rest := symbol.removeprefix(head)) != symbol and rest.isdecimal()]
    return numbered(stem, max(given, default=0) + 1)


def as_published(summary: Summary, sources: Sequence[SourceText], languages: Collection[str] | None = None) -> bool:
    """Whether the working text, in which nothing is unmet, is the same as the last publication in these languages."""
    if not summary.publications:
        return False
    last = summary.publications[-1]
    content = publishing.in_languages(publishing.freeze(summary, sources), languages or last.languages)
    return publishing.mark_of(content) == publishing.mark_of(last.content)


def publish_summary(
    summary: Summary,
    *,
    by: Actor,
    page: str = "",
    kind: PublicationKind | None = None,
    note: LocalizedText | None = None,
    symbol: str | None = None,
    dated: date | None = None,
    distribution: Audience | None = None,
    languages: Collection[str] | None = None,
    departs: bool = False,
) -> Publication:
    """Freeze the working text as a version and issue it as the next publication, with the sources it cites.

    Publishes all accepted practices and filed presentations of the session with it, indexes the text, and queues its
    documents in each language, which `page` will offer. What is not given is as usual: a revision (the first: the
    original) under the symbol by rule, of today, distributed as its session is, in all its languages. A kind that is
    given needs a `note` of what it corrects. `departs`: it is known that the text is another than the delegations
    adopted. Raises Refusal (of such a text that is not said to be one, too), and WrongState naming what is unmet, where
    nothing has changed since the last publication, or while a text is before the delegations for adoption.
    """
    meeting = summary.meeting
    if meeting.stage not in OVER:
        raise WrongState(_l("A summary is published in the stage of consolidation."))
    lock(meeting)  # nobody puts a text before the delegations meanwhile
    agreement = agreeing.agreement_of(meeting.id)
    if agreement.running:
        raise WrongState(_l("A silence procedure is under way: wait for its end, or end it early first."))
    chosen = [code for code in meeting.languages if languages is None or code in languages]
    if not chosen:
        raise Refusal(_l("Choose at least one language."), field="languages")
    how = _checked(summary, kind, note, symbol, dated, distribution, chosen)
    sources = sources_of(meeting.id)
    missing = publishing.unmet(meeting, summary, queries.coverage_of(summary, sources), chosen)
    if missing:
        raise WrongState(_l("Not everything is in order: %(missing)s", missing=" ".join(str(item) for item in missing)))
    if as_published(summary, sources, chosen):
        raise WrongState(_l("Nothing has changed since the last publication."))
    version = versions.version_as_it_stands(summary, by=by)
    content = {**publishing.in_languages(version.content, chosen), "symbol": how["symbol"]}
    if agreement.adopted and not departs and agreeing.departure(agreement.adopted[0].version, content, chosen):
        raise Refusal(
            _l("This is not the text that the delegations adopted. Confirm that you publish it changed."),
            field="departs",
        )
    publish_accepted_practices(meeting, by=by)
    publish_filed_presentations(meeting, by=by)
    publication = publishing.issued(summary, content, at=now(), by_id=by.id, **how)
    publication.version_id = version.id
    record("publish_summary", publication, by=by, meeting_id=meeting.id, changes={"sha256": [None, publication.sha256]})
    indexing.index_publication(publication, meeting)
    queue_rendering(publication, by=by, page=page)
    return publication


def _checked(
    summary: Summary,
    kind: PublicationKind | None,
    note: LocalizedText | None,
    symbol: str | None,
    dated: date | None,
    distribution: Audience | None,
    languages: Sequence[str],
) -> dict[str, Any]:
    meeting, before = summary.meeting, summary.publications[-1] if summary.publications else None
    usual = PublicationKind.REVISION if before else PublicationKind.ORIGINAL
    if kind and (kind is PublicationKind.ORIGINAL) != (before is None):
        raise Refusal(
            _l("The first publication is the original; each later one is a revision or a corrigendum."), field="kind"
        )
    note = LocalizedText({code: clean(text) for code, text in (note or {}).items()})
    missing = [LANGUAGE_NAMES[code] for code in languages if code not in note]
    if before and kind and missing:
        raise Refusal(
            _l("Say in each language what is corrected. Missing: %(languages)s.", languages=", ".join(missing)),
            field="note",
        )
    if any(len(text) > NOTE_LIMIT for text in note.values()):
        raise Refusal(_l("The note has at most %(limit)d characters.", limit=NOTE_LIMIT), field="note")
    today = now().astimezone(meeting.tz).date()
    dated = dated or today
    if dated > today:
        raise Refusal(_l("The date of a publication is today or earlier."), field="dated")
    if before and dated < before.dated:
        raise Refusal(_l("A publication is not dated before the one that it supersedes."), field="dated")
    if distribution and distribution.rank < meeting.distribution.rank:
        raise Refusal(_l("A publication cannot reach further than its session."), field="distribution")
    return {
        "kind": kind or usual,
        "note": note,
        "symbol": _checked_symbol(summary, clean(symbol, lines=False) or suggested_symbol(summary, kind or usual)),
        "dated": dated,
        "distribution": distribution or meeting.distribution,
        "languages": languages,
    }


def _checked_symbol(summary: Summary, symbol: str) -> str:
    if len(symbol) > SYMBOL_LIMIT:
        raise Refusal(_l("A symbol has at most %(limit)d characters.", limit=SYMBOL_LIMIT), field="symbol")
    if symbol and queries.is_issued(symbol):
        raise Refusal(_l("%(symbol)s has been issued already.", symbol=symbol), field="symbol")
    return symbol


def rendering_key(publication: Publication) -> str:
    """How the keys of the jobs begin that make a publication's documents."""
    return f"{RENDER_JOB}:{publication.id}:"


def queue_rendering(publication: Publication, *, by: Actor | None = None, page: str = "", again: str = "") -> None:
    """Queue the making of a publication's documents; a withdrawal or a narrower consent since then makes another
    round.

    `again` tells rounds apart that leave out the same sources.
    """
    left_out = sorted(queries.left_out(publication))
    queue_job(
        kind=RENDER_JOB,
        key=f"{rendering_key(publication)}{fingerprint([left_out, again])[:12]}",
        payload={"publication_id": publication.id},
        by=by,
        page=page,
    )

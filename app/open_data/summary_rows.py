"""Summaries as rows of the tables: paragraphs, what they cite as far as everybody may know, what they recommend."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.addresses import whole_address
from app.core.audience import Audience
from app.core.db import db
from app.core.rich_text import plain
from app.open_data.describing import Described
from app.open_data.paths import path_of_paragraph
from app.open_data.row_reading import Cell, Line, let_go, moment
from app.open_data.tables import localized
from app.summaries.anchors import label_of
from app.summaries.models import Publication, Summary
from app.summaries.open_citations import is_open
from app.summaries.sources_now import SourcesNow, sources_now

EVERYBODY = (Audience.PUBLIC,)
_CITED = ("source_kind", "reference", "party", "field", "language", "quote")


def summaries(ids: list[int], things: Mapping[int, Described]) -> Iterator[Line]:
    for row_id in ids:  # one is large
        publication = db.session.scalars(
            sa.select(Publication)
            .where(Publication.id == row_id)
            .options(orm.undefer(Publication.title), orm.joinedload(Publication.summary).joinedload(Summary.meeting))
        ).one()
        sources = sources_now(publication.summary.meeting_id)
        let_go()
        yield from _summary(publication, things[row_id], sources)


def _summary(publication: Publication, thing: Described, sources: SourcesNow) -> Iterator[Line]:
    slug, content = publication.summary.meeting.slug, publication.content
    yield (
        "summaries",
        {
            "session": slug,
            "version": publication.number,
            **localized("title", publication.title),
            "symbol": publication.symbol or content["symbol"],
            "kind": publication.kind.value,
            "dated": publication.dated.isoformat(),
            "published_at": moment(publication.published_at),
            "sha256": publication.sha256,
            "url": thing.url,
        },
    )
    for section in content["sections"]:
        for paragraph in section["paragraphs"]:
            yield from _paragraph(section, paragraph, slug, publication.number, sources)


def _paragraph(
    section: Mapping[str, Any], paragraph: Mapping[str, Any], slug: str, number: int, sources: SourcesNow
) -> Iterator[Line]:
    label = label_of(paragraph)
    place: dict[str, Cell] = {"session": slug, "paragraph": label}
    texts = {code: plain(text) for code, text in paragraph["text"].items()}
    quantifier = paragraph["quantifier"]
    yield (
        "paragraphs",
        {
            **place,
            **localized("section", section["title"]),
            **localized("text", texts),
            "attribution": paragraph.get("attribution") or "collective",
            "quantifier": quantifier["key"] or "",
            "delegations": quantifier["delegations"],
            "url": whole_address(path_of_paragraph(slug, label, number)),
        },
    )
    everybody = sources.readers(EVERYBODY)
    for citation in paragraph["citations"]:
        cells = {**place, "letter": citation["letter"], **dict.fromkeys(_CITED, "")}
        if is_open(citation, everybody):  # else whose it is nobody is told, as on the summary's page
            cells |= {
                "source_kind": citation["kind"],
                "reference": citation["reference"],
                "party": citation["party"]["code"],
                "field": citation["field"],
                "language": citation["language"],
                "quote": "" if citation["source"] in sources.withdrawn else citation["quote"],
            }
        yield "citations", cells
    for one in paragraph.get("recommendations", ()):
        told = {"recommendation": one["key"], "addressees": " ".join(one["addressees"]), "due": one["due"] or ""}
        yield "recommendations", {**place, **told, **localized("text", one["text"])}

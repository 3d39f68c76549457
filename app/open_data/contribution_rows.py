"""What was contributed, as rows of the tables: practices, presentations, statements, reports on recommendations."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.floor.statement_models import FloorStatement
from app.library.practice_languages import least_sure
from app.meetings.models import Delegation, GuidingQuestion, Meeting
from app.open_data.describing import Described
from app.open_data.row_reading import Cell, Line, all_of, let_go, moment
from app.practices.models import Call, Practice, PracticeVersion
from app.practices.queries import newest_number
from app.practices.template import Kind, fields, numbers_in_order
from app.practices.translatable import passages_of
from app.practices.translation_models import PracticeTranslation
from app.practices.translation_queries import Reading, readings
from app.presentations import queries as presentation_queries
from app.presentations.models import Presentation, PresentationVersion
from app.recommendations.models import CarriedRecommendation, RecommendationReport
from app.summaries.models import Publication, Summary

LEFT_OUT = frozenset({Kind.CONTACT, Kind.CONSENT, Kind.FILES})


def practices(ids: list[int], things: Mapping[int, Described]) -> Iterator[Line]:
    of_practice = orm.contains_eager(PracticeVersion.practice)
    versions = all_of(
        sa.select(PracticeVersion)
        .join(PracticeVersion.practice)
        .where(Practice.id.in_(ids), PracticeVersion.number == newest_number())
        .order_by(Practice.id)
        .options(
            of_practice.defer(Practice.content),
            of_practice.joinedload(Practice.meeting),
            of_practice.joinedload(Practice.delegation).joinedload(Delegation.party),
            of_practice.joinedload(Practice.call).selectinload(Call.template_versions),
        )
    )
    translations = defaultdict(list)
    for row in all_of(sa.select(PracticeTranslation).where(PracticeTranslation.practice_id.in_(ids))):
        translations[row.practice_id].append(row)
    meetings = {version.practice.meeting_id for version in versions if version.practice_id in translations}
    questions = defaultdict(list)
    asked = sa.select(GuidingQuestion).where(GuidingQuestion.meeting_id.in_(meetings)).order_by(GuidingQuestion.number)
    for question in all_of(asked):
        if question.for_states:
            questions[question.meeting_id].append(question)
    let_go()
    for version in versions:
        practice, thing = version.practice, things[version.practice_id]
        yield (
            "practices",
            {
                "practice": thing.key,
                "reference": practice.reference,
                "session": practice.meeting.slug,
                "party": practice.delegation.party.code,
                "title": str(version.content.get("title", "")),
                "language": version.language,
                "submitted_at": moment(version.submitted_at),
                "published_at": moment(practice.published_at),
                "version": version.number,
                "illustrative": bool(practice.public_sources),
                "sha256": version.sha256,
                "url": thing.url,
            },
        )
        yield from _texts(version, thing.key)
        if rows := translations.get(version.practice_id):
            passages = passages_of(version, questions[practice.meeting_id])
            for reading in readings(version, passages, rows).values():
                yield from _translated(version, reading, thing.key)


def _values(version: PracticeVersion, content: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield (name, field, value) of what of a content is for everybody."""
    for field in fields(version.template):
        value = content.get(field.content_key)
        if field.kind in LEFT_OUT or value in (None, "", [], {}):
            continue
        if field.kind is Kind.QUESTIONS:
            for number in numbers_in_order(value):
                if value[number]:
                    yield f"{field.content_key}.{number}", field, value[number]
        else:
            yield field.key, field, value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _texts(version: PracticeVersion, key: str) -> Iterator[Line]:
    for name, field, value in _values(version, version.content):
        if field.kind in (Kind.CHOICE, Kind.MECHANISMS):
            own = bool(field.options)
            vocabulary = "parties" if field.kind is Kind.MECHANISMS else "" if own else field.vocabulary or ""
            for code in [value] if isinstance(value, str) else value:
                cells: dict[str, Cell] = {"practice": key, "field": name, "vocabulary": vocabulary, "code": str(code)}
                yield "practice_terms", cells
            continue
        yield "practice_texts", _text_cells(key, version.language, "", name, field.kind, value)


def _text_cells(key: str, language: str, translation: str, name: str, kind: Kind, value: Any) -> dict[str, Cell]:
    return {
        "practice": key,
        "language": language,
        "translation": translation,
        "field": name,
        "kind": kind.value,
        "text": _text(value),
    }


def _translated(version: PracticeVersion, reading: Reading, key: str) -> Iterator[Line]:
    for name, field, value in _values(version, reading.content):
        if name in reading.fields:
            status = least_sure(reading.fields[name])
            yield "practice_texts", _text_cells(key, reading.language, status.value, name, field.kind, value)


def presentations(ids: list[int], things: Mapping[int, Described]) -> Iterator[Line]:
    of = orm.contains_eager(PresentationVersion.presentation)
    versions = all_of(
        sa.select(PresentationVersion)
        .join(PresentationVersion.presentation)
        .where(Presentation.id.in_(ids), PresentationVersion.number == presentation_queries.newest_number())
        .order_by(Presentation.id)
        .options(
            of.defer(Presentation.content),
            of.joinedload(Presentation.meeting),
            of.joinedload(Presentation.delegation).joinedload(Delegation.party),
        )
    )
    let_go()
    for version in versions:
        row, thing = version.presentation, things[version.presentation_id]
        yield (
            "presentations",
            {
                "presentation": thing.key,
                "session": row.meeting.slug,
                "party": row.delegation.party.code,
                "language": version.language,
                "filed_at": moment(version.filed_at),
                "published_at": moment(row.published_at),
                "version": version.number,
                "illustrative": bool(row.public_sources),
                "sha256": version.sha256,
                "url": thing.url,
            },
        )
        answers = version.content.get("answers") or {}
        for number in numbers_in_order(answers):
            if answers[number]:
                cells: dict[str, Cell] = {"presentation": thing.key, "question": int(number), "text": answers[number]}
                yield "presentation_answers", cells


def statements(ids: list[int], things: Mapping[int, Described]) -> Iterator[Line]:
    """The statements with these numbers, with the words of their newest versions."""
    rows = all_of(
        sa.select(FloorStatement)
        .where(FloorStatement.id.in_(ids))
        .order_by(FloorStatement.id)
        .options(
            orm.joinedload(FloorStatement.delegation).joinedload(Delegation.party),
            orm.joinedload(FloorStatement.delegation).joinedload(Delegation.meeting),
            orm.joinedload(FloorStatement.on_behalf),
            orm.selectinload(FloorStatement.versions),
        )
    )
    let_go()
    for row in rows:
        newest = row.latest
        yield (
            "statements",
            {
                "statement": things[row.id].key,
                "session": row.delegation.meeting.slug,
                "party": row.delegation.party.code,
                "on_behalf": row.on_behalf.code if row.on_behalf else row.group_name,
                "item": row.mark,
                "kind": row.kind.value,
                "language": newest.language,
                "text": newest.words,
                "handed_in_at": moment(newest.handed_in_at),
                "version": newest.number,
                "sha256": newest.sha256,
                "url": things[row.id].url,
            },
        )


def reports(ids: list[int], things: Mapping[int, Described]) -> Iterator[Line]:
    """The reports on recommendations with these numbers."""
    publication = orm.joinedload(RecommendationReport.carried).joinedload(CarriedRecommendation.publication)
    rows = all_of(
        sa.select(RecommendationReport)
        .where(RecommendationReport.id.in_(ids))
        .order_by(RecommendationReport.id)
        .options(
            orm.joinedload(RecommendationReport.delegation).joinedload(Delegation.party),
            orm.joinedload(RecommendationReport.delegation).joinedload(Delegation.meeting),
            publication.load_only(Publication.id),
            publication.joinedload(Publication.summary).joinedload(Summary.meeting).load_only(Meeting.slug),
        )
    )
    let_go()
    for row in rows:
        yield (
            "recommendation_reports",
            {
                "recommending_session": row.carried.publication.summary.meeting.slug,
                "recommendation": row.carried.key,
                "session": row.delegation.meeting.slug,
                "party": row.delegation.party.code,
                "progress": row.progress.value if row.progress else "",
                "language": row.language,
                "text": row.text,
                "filed_at": moment(row.filed_at),
                "url": things[row.id].url,
            },
        )

"""What the consolidation's pages show, made ready so that the templates only lay it out."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.core.texts import count_words, fold
from app.core.wording import in_reader_language
from app.meetings.models import GuidingQuestion, Meeting
from app.meetings.queries import questions_of
from app.practices.models import Call
from app.practices.reading import names_of_fields
from app.record.texts import GENERAL
from app.summaries import queries
from app.summaries.coverage import Counts
from app.summaries.mentions import Mention
from app.summaries.sources import SourceText, sources_of


def source_label(source: SourceText) -> str:
    """Return "Peru, CAM/2026/GP/PER/01" or "RCM, presentation"."""
    party = in_reader_language(source.label)
    if source.kind == "presentation":
        return str(_("%(party)s, presentation", party=party))
    if source.kind == "intervention":
        said = str(_("%(party)s, intervention of %(moment)s", party=party, moment=source.reference))
        return f"{said} ({_('Removed while speaking')})" if source.removed else said
    return f"{party}, {source.reference}"


def field_labels(asked: Sequence[GuidingQuestion], call: Call | None, source: SourceText) -> dict[str, str]:
    """Return how the fields of a source are called, by name."""
    of_call = call if source.kind == "practice" else None
    template = of_call.template_of(source.template_number) if of_call else {"sections": []}
    names = names_of_fields(template, asked, source.fields)
    return names | ({GENERAL: _("Points")} if source.kind == "intervention" else {})


def quantifier_text(mention: Mention) -> str:
    """Return "several delegations (8 of 40)", or "" where nothing is cited."""
    if mention.step is None:
        return ""
    return str(
        _(
            "%(word)s (%(cited)d of %(all)d)",
            word=mention.step.word,
            cited=mention.number,
            all=mention.participating,
        )
    )


def matrix(meeting: Meeting) -> dict[str, Any]:
    """Return the matrix guiding question x contributor: words answered, and passages still open, in each cell."""
    sources = sources_of(meeting.id)
    coverage = queries.coverage_of(queries.summary_of(meeting.id), sources)
    questions = questions_of(meeting.id)
    rows = []
    for source in sorted(sources, key=lambda source: fold(source_label(source))):
        cells = []
        for question in questions:
            name = f"answers.{question.number}"
            words = count_words(source.fields.get(name, ""))
            counts = coverage.counts(source, name) if words else Counts()
            url = url_for("summaries.workspace", slug=meeting.slug, source=source.key, _anchor=f"field-{name}")
            cells.append(
                {
                    "text": _("%(words)d words, %(open)d open", words=words, open=counts.open) if words else "–",
                    "heat": 0 if not words else min(4, 1 + words // 100),
                    "url": url if words else "",
                    "label": _(
                        "%(source)s, question %(number)d: %(words)d words, %(open)d open",
                        source=source_label(source),
                        number=question.number,
                        words=words,
                        open=counts.open,
                    ),
                }
            )
        rows.append(
            {
                "label": source_label(source),
                "url": url_for("summaries.workspace", slug=meeting.slug, source=source.key),
                "cells": cells,
            }
        )
    silent = queries.silent_delegations(meeting.id, {source.delegation_id for source in sources})
    return {
        "columns": [
            {"label": _("Question %(number)d", number=question.number), "title": in_reader_language(question.text)}
            for question in questions
        ],
        "rows": rows,
        "questions": questions,
        "coverage": coverage.total,
        "silent": sorted(in_reader_language(delegation.party.label) for delegation in silent),
    }

import pytest

from app.core.actors import SYSTEM
from app.core.db import db
from app.practices.enums import PracticeState
from app.practices.models import PracticeVersion
from app.summaries import operations, queries
from app.summaries.enums import Reflection
from app.summaries.sources import sources_of
from tests.factories.summaries import CONTENT, NOON, make_delegation, make_meeting, make_practice, make_summary
from tests.statements import count_statements
from tests.summaries.test_operations import select


@pytest.fixture
def meeting(app):
    return make_meeting()


def coverage(meeting):
    db.session.flush()
    db.session.expire_all()
    return queries.coverage_of(queries.summary_of(meeting.id), sources_of(meeting.id))


def test_only_submitted_texts_are_counted(meeting):
    delegation = make_delegation(meeting, "PE")
    make_practice(delegation, state=PracticeState.DRAFT)
    make_practice(delegation, state=PracticeState.WITHDRAWN, number=2)
    make_practice(delegation, state=PracticeState.RETURNED, number=3)
    assert coverage(meeting).total.total == 0
    make_practice(delegation, state=PracticeState.SUBMITTED, number=4)
    assert coverage(meeting).total.open == 8


def test_a_cited_passage_is_reflected_with_its_paragraph_number(meeting):
    make_practice(make_delegation(meeting, "PE"))
    summary = make_summary(meeting, 1, 1)
    source = sources_of(meeting.id)[0]
    operations.cite(
        summary.sections[1].paragraphs[0], select(source, "results", "permits were given. Formal"), by=SYSTEM
    )
    found = coverage(meeting)
    covered = found.of_field(found.sources[source.key], "results")
    assert [item.numbers for item in covered] == [(2,), (2,), ()]
    assert [item.reflection for item in covered] == [Reflection.REFLECTED, Reflection.REFLECTED, Reflection.OPEN]


def test_editing_a_source_reopens_what_changed_and_keeps_what_still_stands(meeting):
    practice = make_practice(make_delegation(meeting, "PE"))
    summary = make_summary(meeting, 1)
    paragraph = summary.sections[0].paragraphs[0]
    source = sources_of(meeting.id)[0]
    operations.cite(paragraph, select(source, "results", "Formal work grew."), by=SYSTEM)
    gone = operations.cite(paragraph, select(source, "results", "Wait times fell by half."), by=SYSTEM)
    changed = CONTENT | {
        "results": "Now a new beginning. Forty thousand permits were given. Formal work grew. Wait times doubled."
    }
    db.session.add(
        PracticeVersion(practice=practice, number=2, language="en", content=changed, submitted_at=NOON, sha256="1" * 64)
    )
    found = coverage(meeting)
    covered = found.of_field(found.sources[source.key], "results")
    assert [(item.passage.text, bool(item.numbers)) for item in covered] == [
        ("Now a new beginning.", False),
        ("Forty thousand permits were given.", False),
        ("Formal work grew.", True),
        ("Wait times doubled.", False),
    ]
    assert [(number, citation.id) for number, citation in found.stale] == [(1, gone.id)]
    assert gone.quote == "Wait times fell by half."


def test_the_number_of_statements_does_not_grow_with_the_rows(meeting):
    def load() -> int:
        db.session.flush()
        db.session.expire_all()
        with count_statements() as counted:
            queries.coverage_of(queries.summary_of(meeting.id), sources_of(meeting.id))
        return counted.number

    summary = make_summary(meeting, 1)
    make_practice(make_delegation(meeting, "PE"))
    operations.cite(
        summary.sections[0].paragraphs[0], select(sources_of(meeting.id)[0], "results", "Formal work grew."), by=SYSTEM
    )
    one = load()
    for code in ("CL", "BR", "AR"):
        make_practice(make_delegation(meeting, code))
        for source in sources_of(meeting.id):
            operations.cite(
                summary.sections[0].paragraphs[0], select(source, "context", "Many people had no papers."), by=SYSTEM
            )
    assert load() == one

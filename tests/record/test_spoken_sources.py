"""What sources that were said on the floor are called, and in which language they are."""

import pytest

from app.core.audience import Audience
from app.core.db import db
from app.record import noting
from app.record.queries import language_of
from app.summaries import operations
from app.summaries.section_text import citations_of
from app.summaries.selections import Selection
from app.summaries.sources import sources_of
from tests.client import sign_in
from tests.factories.summaries import everywhere
from tests.floor.pages import client_text
from tests.floor.test_statements import hand_in
from tests.personas import party
from tests.record.conftest import speak

POINTS = {"points": "Permits are quick. Offices help."}
PAGE = "/sessions/cam-2026/consolidation"


@pytest.fixture
def by(personas):
    return {"by": personas.secretariat}


def test_a_source_says_on_whose_behalf_it_was_said(client, personas, speakers, by):
    """A party, in the reader's language, or a group by its name: on the workspace and on the pages of coverage."""
    mechanism = speak(speakers, "PE", after=60, on_behalf=party("SACM"))
    group = speak(speakers, "CL", after=180, group_name="Friends of the Compact")
    for entry in (mechanism, group):
        noting.save_note(entry, POINTS, **by)
    db.session.commit()
    sign_in(client, personas.secretariat)
    passages = client_text(client, f"{PAGE}/passages?kind=intervention")
    for entry, label in (
        (mechanism, "Peru on behalf of SACM, intervention of 2026-05-14 10:01"),
        (group, "Chile on behalf of Friends of the Compact, intervention of 2026-05-14 10:03"),
    ):
        assert label in client_text(client, f"{PAGE}?source=intervention-{entry.id}")
        assert label in passages


def test_a_cited_statement_is_in_its_own_language(app, meeting, mark, speakers, by):
    """Not in that of the record, in which what was noted is."""
    hand_in(meeting, mark, text="Des permis rapides.", language="fr", consent=Audience.MEMBER_STATES)
    read_out = speak(speakers, "PE", after=60)
    noted = speak(speakers, "CL", after=180)
    noting.save_note(noted, POINTS, **by)
    summary = operations.start_summary(meeting, title=everywhere("Summary"), **by)
    section = operations.add_section(summary, title=everywhere("Section"), **by)
    paragraph = operations.add_paragraph(section, text=everywhere("Permits."), **by)
    for source in sources_of(meeting.id):
        ((field, text),) = source.fields.items()
        operations.cite(paragraph, Selection(source, field, 0, len(text), text), **by)
    db.session.commit()
    with app.test_request_context():
        shown = citations_of(meeting, paragraph, everything=True)
    assert language_of(meeting) != "fr"
    assert [row["language"] for row in shown] == ["fr", language_of(meeting)]
    for entry, row in zip((read_out, noted), shown, strict=True):
        assert f"source=intervention-{entry.id}&" in row["url"]

"""What a frozen text holds, and that freezing takes time in proportion."""

import json
from time import perf_counter

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Party
from app.floor.models import SpeakerEntry, SpeakersList
from app.meetings.models import Delegation
from app.practices.operations import withdraw_practice
from app.summaries import operations, publishing, queries
from app.summaries.enums import Attribution
from app.summaries.mentions import voices_of
from app.summaries.models import Citation, Recommendation
from app.summaries.report import make_report
from app.summaries.selections import Selection
from app.summaries.sources import SourceText, sources_of
from tests.factories.summaries import everywhere, make_delegation, make_meeting, make_practice, make_summary

QUOTE = "Formal work grew."


@pytest.fixture
def meeting(app):
    return make_meeting()


def cite(paragraph, source) -> Citation:
    start = source.fields["results"].index(QUOTE)
    return operations.cite(paragraph, Selection(source, "results", start, start + len(QUOTE), QUOTE), by=SYSTEM)


def cited_by(meeting, *codes):
    """A summary of one paragraph that cites a practice of each."""
    for code in codes:
        make_practice(make_delegation(meeting, code))
    summary = make_summary(meeting, 1)
    (paragraph,) = summary.sections[0].paragraphs
    for source in sources_of(meeting.id):
        cite(paragraph, source)
    db.session.flush()
    return summary, paragraph


def spoken(meeting, code: str, *, on_behalf: Party | None = None, group_name: str = "") -> Citation:
    """A citation of what a delegation said, for itself or on behalf of somebody."""
    speakers = SpeakersList(meeting_id=meeting.id, mark=code, opened_at=now())
    delegation = db.session.scalars(sa.select(Delegation).join(Delegation.party).where(Party.code == code)).one()
    entry = SpeakerEntry(
        speakers=speakers, delegation=delegation, on_behalf=on_behalf, group_name=group_name,
        acts_for="x" if on_behalf or group_name else "", kind="statement", language="en", asked_at=now(),
    )  # fmt: skip
    db.session.add_all([speakers, entry])
    db.session.flush()
    return Citation(
        intervention_id=entry.id, delegation=delegation, field="points", start=0, end=1, quote="x", created_at=now()
    )


def party(code: str) -> Party:
    return db.session.scalars(sa.select(Party).where(Party.code == code)).one()


def frozen(summary):
    return publishing.freeze(summary, sources_of(summary.meeting_id))


def test_tokens_are_written_out_in_each_language(meeting):
    summary, paragraph = cited_by(meeting, "PE", "CL", "UY", "BR")
    text = LocalizedText(
        en="{delegations} {has|have} agreed.", es="Según la opinión {of delegations}, sí.", fr="Avis {of delegations}."
    )
    paragraph.text = text
    make_delegation(meeting, "AR")
    for code in ("MX", "CO", "EC", "BO", "PY"):
        make_delegation(meeting, code)
    (first,) = frozen(summary)["sections"][0]["paragraphs"]
    assert first["text"] == {
        "en": "A few delegations have agreed.",
        "es": "Según la opinión de unas pocas delegaciones, sí.",
        "fr": "Avis de quelques délégations.",
    }
    assert first["quantifier"] == {"key": "a_few", "delegations": 4}
    paragraph.attribution = Attribution.NAMED
    (first,) = frozen(summary)["sections"][0]["paragraphs"]
    assert first["text"]["en"] == "Brazil, Chile, Peru and Uruguay have agreed."
    assert first["text"]["fr"] == "Avis du Brésil, du Chili, du Pérou et de l'Uruguay."
    assert first["attribution"] == "named"


def test_a_frozen_text_has_keys_labels_the_scale_and_what_is_recommended(meeting):
    summary = make_summary(meeting, 3, 1)
    first, second, third = summary.sections[0].paragraphs
    second.level, third.level = 1, 2
    db.session.add(Recommendation(paragraph=first, addressees=["states"], text=everywhere("Do it.")))
    db.session.flush()
    content = frozen(summary)
    one, two, three = content["sections"][0]["paragraphs"]
    (four,) = content["sections"][1]["paragraphs"]
    assert [row["label"] for row in (one, two, three, four)] == ["1", "1 (a)", "1 (a) (i)", "2"]
    assert [(row["number"], row["level"]) for row in (one, two, three, four)] == [(1, 0), (1, 1), (1, 2), (2, 0)]
    assert (content["sections"][0]["key"], one["key"]) == (f"s-{summary.sections[0].id}", f"p-{first.id}")
    assert [row["key"] for row in content["scale"]][:2] == ["all", "most"]
    assert one["recommendations"][0]["addressees"] == ["states"]
    assert two["recommendations"] == []


def test_the_same_text_gives_the_same_bytes(meeting):
    summary, _paragraph = cited_by(meeting, "PE", "CL")
    once = json.dumps(frozen(summary))
    db.session.commit()
    db.session.expire_all()
    assert json.dumps(frozen(queries.summary_of(meeting.id))) == once


def test_a_citation_of_what_was_withdrawn_is_frozen_for_the_fewest(meeting):
    summary, paragraph = cited_by(meeting, "PE")
    withdraw_practice(paragraph.citations[0].practice_version.practice, by=SYSTEM)
    db.session.flush()
    (citation,) = frozen(summary)["sections"][0]["paragraphs"][0]["citations"]
    assert (citation["audience"], citation["reference"]) == ("restricted", "CAM/2026/GP/PER/01")
    assert citation["source"] in queries.withdrawn_keys(meeting.id)
    assert citation["party"]["code"] == "PE"


def test_what_is_said_on_behalf_of_a_mechanism_counts_each_member_that_takes_part_once(meeting):
    _summary, paragraph = cited_by(meeting, "CR", "GT")
    for code in ("HN", "PE", "MX"):
        make_delegation(meeting, code)
    paragraph.citations.append(spoken(meeting, "HN", on_behalf=party("MIRPS")))
    db.session.flush()
    mention = voices_of(meeting).mention(paragraph)
    assert set(mention.names) == {"CR", "GT", "HN", "MX"}  # Peru is no member, Costa Rica and Guatemala count once
    group = voices_of(meeting).groups[paragraph.citations[-1].intervention_id]
    assert (group.name["en"], len(group.members)) == ("MIRPS", 4)


def test_a_group_whose_members_nobody_knows_counts_for_who_spoke(meeting):
    _summary, paragraph = cited_by(meeting, "CR")
    make_delegation(meeting, "PE")
    paragraph.citations.append(spoken(meeting, "PE", group_name="Friends of migration"))
    db.session.flush()
    assert set(voices_of(meeting).mention(paragraph).names) == {"CR", "PE"}


def test_what_is_said_on_behalf_of_a_party_is_that_party_s_where_it_takes_part(meeting):
    _summary, paragraph = cited_by(meeting)
    make_delegation(meeting, "PE")
    paragraph.citations.append(spoken(meeting, "PE", on_behalf=party("CL")))
    db.session.flush()
    assert set(voices_of(meeting).mention(paragraph).names) == {"PE"}
    make_delegation(meeting, "CL")
    assert set(voices_of(meeting).mention(paragraph).names) == {"CL"}


def test_who_is_spoken_for_takes_a_constant_number_of_statements(meeting):
    _summary, paragraph = cited_by(meeting, "CR", "GT", "HN")
    counts = []
    for number in range(3):
        paragraph.citations.append(spoken(meeting, ("CR", "GT", "HN")[number], on_behalf=party("MIRPS")))
        db.session.commit()
        seen = []
        sa.event.listen(db.engine, "before_cursor_execute", listener := lambda *row, seen=seen: seen.append(row[2]))
        voices_of(meeting)
        sa.event.remove(db.engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]


def ten_thousand(meeting, count: int):
    """A paragraph that cites a source of each of two delegations very often; nothing of it is stored."""
    summary, paragraph = cited_by(meeting, "PE", "CL")
    first = paragraph.citations[0]
    for number in range(count):
        copy = Citation(
            practice_version=first.practice_version, delegation=first.delegation, delegation_id=first.delegation_id,
            field="results", start=number, end=number + 1, quote="x", created_at=now(),
        )  # fmt: skip
        paragraph.citations.append(copy)
    return summary


def test_ten_thousand_citations_are_frozen_and_printed_in_proportion(meeting):
    summary = ten_thousand(meeting, 10_000)
    sources: list[SourceText] = list(sources_of(meeting.id))
    voices = voices_of(meeting)
    with db.session.no_autoflush:
        begun = perf_counter()
        content = publishing.freeze(summary, sources, voices=voices)
        publication = publishing.issued(summary, content, at=now())
        make_report(publication, meeting=meeting, language="en", withdrawn=())
        publishing.mark_of(content)
        taken = perf_counter() - begun
    (paragraph,) = content["sections"][0]["paragraphs"]
    assert (len(paragraph["citations"]), paragraph["quantifier"]["delegations"]) == (10_002, 2)
    assert paragraph["citations"][-1]["letter"] == "ntr"
    assert taken < 3  # about 0.3 s; a hundred times that, were it quadratic
    db.session.rollback()


def test_a_text_in_some_languages_keeps_no_word_of_the_others(meeting):
    summary, _paragraph = cited_by(meeting, "PE")
    content = publishing.in_languages(frozen(summary), ["en", "fr"])
    section = content["sections"][0]
    for texts in (content["title"], section["title"], section["paragraphs"][0]["text"]):
        assert set(texts) == {"en", "fr"}
    assert "es" in section["paragraphs"][0]["citations"][0]["party"]["name"]

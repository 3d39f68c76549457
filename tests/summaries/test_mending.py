"""What becomes of a citation whose source was changed, returned, withdrawn or taken back: every page says so."""

from datetime import timedelta

import pytest

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.practices import operations as practices
from app.practices.enums import Decision, PracticeState
from app.practices.models import PracticeVersion, Review
from app.presentations.operations import withdraw_presentation
from app.record import minutes, noting
from app.summaries import operations, queries
from app.summaries.enums import Reflection, Standing
from app.summaries.selections import Selection
from app.summaries.sources import sources_of, text_of_versions
from tests.client import post_form, sign_in
from tests.factories.summaries import (
    CONTENT,
    NOON,
    everywhere,
    make_delegation,
    make_meeting,
    make_practice,
    make_presentation,
    make_summary,
)
from tests.record.conftest import mark, meeting, said, speakers  # noqa: F401  (fixtures)
from tests.summaries.test_operations import select
from tests.summaries.test_writing import make_rapporteur

BASE = "/sessions/cam-2026/consolidation"
WORDS = "Formal work grew."


@pytest.fixture
def session(app):
    return make_meeting()


@pytest.fixture
def staff(client, personas):
    return sign_in(client, personas.secretariat)


@pytest.fixture
def practice(session):
    """An accepted practice, of which a sentence is cited and another set aside."""
    made = make_practice(make_delegation(session, "PE"))
    summary = make_summary(session, 1)
    (source,) = sources_of(session.id)
    operations.cite(summary.sections[0].paragraphs[0], select(source, "results", WORDS), by=SYSTEM)
    aside = select(source, "results", "Wait times fell by half.")
    operations.set_aside(summary, aside, reason="Said elsewhere.", by=SYSTEM)
    db.session.commit()
    return made


def standings(session) -> list[Standing]:
    db.session.expire_all()
    coverage = queries.coverage_of_meeting(session.id)
    return [coverage.standing(tie) for _number, tie in coverage.citations]


def correct(practice, **content):
    """A next version of the practice."""
    more = {"language": "en", "submitted_at": NOON, "sha256": "1" * 64, "note": "Corrected."}
    version = PracticeVersion(practice=practice, number=2, content=CONTENT | content, **more)
    db.session.add(version)
    db.session.commit()
    return version


def pages(staff) -> dict[str, str]:
    return {name: staff.get(f"{BASE}/{path}").text for name, path in {
        "changed": "coverage/changed", "aside": "coverage/set-aside", "coverage": "coverage", "publish": "publish",
        "workspace": "",
    }.items() if path} | {"workspace": staff.get(BASE).text}  # fmt: skip


def test_all_is_in_order_while_the_words_stand(staff, session, practice):
    assert standings(session) == [Standing.AS_QUOTED]
    found = pages(staff)
    assert "Nothing is to be mended" in found["changed"]
    assert "to be mended: its source" not in found["coverage"]
    assert "Said elsewhere." in found["aside"]
    assert "Wait times fell by half." in found["aside"]


def test_a_corrected_practice_reopens_what_changed_and_both_texts_are_compared(staff, session, practice):
    correct(practice, results="Forty thousand permits were given. Formal work doubled. Wait times fell by half.")
    assert standings(session) == [Standing.CHANGED]
    coverage = queries.coverage_of_meeting(session.id)
    (source,) = coverage.sources.values()
    assert [item.reflection for item in coverage.of_field(source, "results")] == [
        Reflection.OPEN, Reflection.OPEN, Reflection.SET_ASIDE,
    ]  # fmt: skip
    found = pages(staff)
    assert "Changed since it was cited" in found["changed"]
    assert "Version 1 was cited" in found["changed"]
    assert "<del>grew.</del><ins>doubled.</ins>" in found["changed"].replace("\n", "")
    assert "1 citation is to be mended" in found["coverage"]
    assert "Paragraph 1 cites words of Peru that were changed or withdrawn." in found["publish"]
    assert "Changed or withdrawn since it was cited." in found["workspace"]
    open_now = staff.get(f"{BASE}/passages?state=open").text
    assert "Formal work doubled." in open_now
    assert WORDS not in open_now


def test_the_cited_version_is_kept_word_for_word(session, practice):
    before = text_of_versions([tie for _n, tie in queries.coverage_of_meeting(session.id).citations])
    correct(practice, results="All is new.")
    (tie,) = [tie for _number, tie in queries.coverage_of_meeting(session.id).citations]
    assert (tie.version, tie.quote) == (1, WORDS)
    text = text_of_versions([tie])["practice", tie.version_id]
    assert text == before["practice", tie.version_id]
    assert text["results"][tie.start : tie.end] == WORDS


def test_a_set_aside_whose_words_are_gone_lapses_and_says_so(staff, session, practice):
    correct(practice, results="Formal work grew. Waiting is shorter.")
    coverage = queries.coverage_of_meeting(session.id)
    assert [row.reason for row in coverage.lapsed] == ["Said elsewhere."]
    assert coverage.total.set_aside == 0
    assert "Nothing is set aside by this any more" in pages(staff)["aside"]


def test_of_a_withdrawn_practice_no_word_is_shown(staff, session, practice):
    practices.withdraw_practice(practice, by=SYSTEM)
    db.session.commit()
    assert standings(session) == [Standing.TAKEN_BACK]
    found = pages(staff)
    assert [name for name, page in found.items() if WORDS in page or "Wait times fell by half." in page] == []
    assert "Withdrawn by the delegation since it was cited" in found["changed"]
    assert "The words are not shown." in found["changed"]
    assert "The words are not shown." in found["aside"]
    assert "changed or withdrawn" in found["publish"]
    assert "Withdrawn by the delegation." in found["workspace"]


def test_a_returned_practice_says_so_and_its_words_come_back_with_it(staff, session, practice):
    practices.return_practice(practice, comment="Which year?", until=now() + timedelta(days=9), by=SYSTEM)
    db.session.commit()
    assert standings(session) == [Standing.WITH_DELEGATION]
    assert "Returned to the delegation since it was cited" in pages(staff)["changed"]
    practice.state = PracticeState.SUBMITTED
    correct(practice, context="In 2025 many people had no papers.")
    assert standings(session) == [Standing.AS_QUOTED]


def test_of_a_withdrawn_presentation_no_word_is_shown(staff, session):
    presentation = make_presentation(make_delegation(session, "RCM"), answers={"1": WORDS})
    summary = make_summary(session, 1)
    (source,) = sources_of(session.id)
    operations.cite(summary.sections[0].paragraphs[0], select(source, "answers.1", WORDS), by=SYSTEM)
    withdraw_presentation(presentation, by=SYSTEM)
    db.session.commit()
    assert standings(session) == [Standing.TAKEN_BACK]
    found = pages(staff)
    assert [name for name, page in found.items() if WORDS in page] == []


class TestOnTheFloor:
    @pytest.fixture
    def noted(self, said, personas):  # noqa: F811
        """What Peru said, with a sentence cited; the session of tests/floor."""
        noting.save_note(said, {"points": "Permits are quick. Offices help."}, by=personas.secretariat)
        held = said.delegation.meeting
        summary = operations.start_summary(held, title=everywhere("Summary"), by=personas.secretariat)
        section = operations.add_section(summary, title=everywhere("Section"), by=personas.secretariat)
        paragraph = operations.add_paragraph(section, text=everywhere("Quick."), by=personas.secretariat)
        (source,) = sources_of(held.id)
        operations.cite(paragraph, Selection(source, "points", 0, 18, "Permits are quick."), by=personas.secretariat)
        db.session.commit()
        return said

    def test_its_passages_are_in_the_matrices_with_speaker_and_moment(self, staff, noted):
        base = f"/sessions/{noted.delegation.meeting.slug}/consolidation"
        page = staff.get(f"{base}/passages?kind=intervention").text
        assert "Peru, intervention of 2026-05-14 10:01" in page
        assert "Offices help." in page
        assert ">Peru</a>" in staff.get(f"{base}/matrix").text
        assert ">Peru</a>" in staff.get(f"{base}/matrix?by=themes").text
        assert "Intervention on the floor" in staff.get(f"{base}/balance").text

    def test_what_the_minutes_word_otherwise_is_to_be_mended(self, staff, noted, personas):
        held = noted.delegation.meeting
        minutes.word(held, {"points": "It is fast."}, intervention_id=noted.id, by=personas.secretariat)
        db.session.commit()
        assert standings(held) == [Standing.CHANGED]
        page = staff.get(f"/sessions/{held.slug}/consolidation/coverage/changed").text
        assert "Permits are quick.</q>" in page
        assert "fast.</ins>" in page

    def test_an_intervention_that_is_removed_says_so_without_its_words(self, staff, noted, personas):
        held = noted.delegation.meeting
        db.session.delete(noted.speech)
        db.session.commit()
        assert standings(held) == [Standing.NOT_IN_RECORD]
        page = staff.get(f"/sessions/{held.slug}/consolidation/coverage/changed").text
        assert "No longer in the record of the session" in page
        assert "Permits are quick." not in page


def test_a_citation_is_taken_away_where_it_is_to_be_mended(staff, session, practice):
    correct(practice, results="All is new.")
    page = f"{BASE}/coverage/changed"
    (tie,) = [tie for _number, tie in queries.coverage_of_meeting(session.id).stale]
    assert post_form(staff, page, {}, action=f"/consolidation/citations/{tie.id}/remove").status_code == 303
    assert "Nothing is to be mended" in staff.get(page).text


class TestARapporteur:
    """A rapporteur reads accepted words only, whatever becomes of a practice after it was quoted."""

    ASIDE = "Wait times fell by half."

    @pytest.fixture
    def reads(self, client, session):
        def read(practice):
            paragraph_id = next(tie.paragraph_id for _n, tie in queries.coverage_of_meeting(session.id).citations)
            rapporteur = sign_in(client, make_rapporteur(session))
            db.session.commit()
            paths = [
                f"{BASE}/coverage/changed",
                f"{BASE}/coverage/set-aside",
                f"{BASE}?source=practice-{practice.id}",
                f"/consolidation/paragraphs/{paragraph_id}",
                f"/consolidation/paragraphs/{paragraph_id}/split",
                f"{BASE}/checks",
            ]
            pages = [rapporteur.get(path) for path in paths]
            assert [page.status_code for page in pages] == [200] * len(paths)
            return "\n".join(page.text for page in pages)

        return read

    def test_reads_no_word_that_was_returned_before_it_was_accepted(self, reads, session, practice):
        practice.state = PracticeState.SUBMITTED
        practices.return_practice(practice, comment="Which year?", until=now() + timedelta(days=9), by=SYSTEM)
        db.session.commit()
        text = reads(practice)
        assert (WORDS in text, self.ASIDE in text) == (False, False)
        assert "The words are not shown." in text
        assert "Not accepted: the secretariat reads it." in text

    def test_reads_no_word_of_a_version_that_never_was(self, reads, session, practice):
        correct(practice, results="All is new. Wait times fell by half.").note = ""
        db.session.commit()
        text = reads(practice)
        assert WORDS not in text, "of the first version, which nobody accepted"
        assert self.ASIDE in text, "which the accepted version says too"

    def test_reads_what_an_accepted_version_said(self, reads, session, practice):
        first = practice.versions[0]
        db.session.add(Review(practice_id=practice.id, practice_version_id=first.id, decision=Decision.ACCEPT, at=NOON))
        correct(practice, results="All is new.")
        assert WORDS in reads(practice)


def test_a_sub_paragraph_is_called_by_its_label_and_parties_by_one_line(staff, session):
    practice = make_practice(make_delegation(session, "PE"))
    summary = make_summary(session, 3)
    (source,) = sources_of(session.id)
    rows = summary.sections[0].paragraphs
    rows[1].level = 1
    for row, words in ((rows[0], WORDS), (rows[1], WORDS), (rows[1], "Wait times fell by half.")):
        operations.cite(row, select(source, "results", words), by=SYSTEM)
    db.session.commit()
    workspace = staff.get(f"{BASE}?source={source.key}").text
    assert "Reflected in paragraph 1, 1 (a)" in workspace
    found = queries.coverage_of_meeting(session.id)
    assert [item.labels for item in found.of_field(source, "results")] == [[], ["1", "1 (a)"], ["1 (a)"]]
    correct(practice, results="All is new.")
    page = staff.get(f"{BASE}/publish").text
    assert page.count("words of Peru that were changed or withdrawn") == 1
    assert "Paragraphs 1, 1 (a) cite words of Peru" in page


def test_the_page_of_publication_says_where_passages_are_open_and_leads_there(staff, session, practice):
    page = staff.get(f"{BASE}/publish").text
    assert f'href="{BASE}/passages?question=1&amp;state=open">Question 1</a>: 2 open' in page
    assert "Passages that are open" in page


def test_pages_on_a_paragraph_write_its_tokens_and_its_form(staff, session, practice):
    (paragraph,) = queries.summary_of(session.id).sections[0].paragraphs
    paragraph.text = {"en": "{delegations} *agreed* on it.[^1] It {is|are} done.\n\n[^1]: A note."}
    db.session.commit()
    for path in ("split", "recommendations"):
        page = staff.get(f"/consolidation/paragraphs/{paragraph.id}/{path}").text
        assert "<em>agreed</em>" in page
        shown = page.partition("rich-text")[2].partition("<h2>" if path == "recommendations" else "<select")[0]
        assert "One delegation" in shown
        assert "{" not in shown

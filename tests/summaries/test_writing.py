"""Several people at one summary: who may, who holds a paragraph, what is saved while they write, what they say."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LocalizedText
from app.floor.enums import FloorPart
from app.floor.models import PartGiven
from app.meetings.enums import DelegationRole, Stage
from app.practices.enums import PracticeState
from app.summaries import locks, margin, operations, ordering, queries, sections, steps
from app.summaries.models import (
    MarginComment,
    Paragraph,
    ParagraphLock,
    Recommendation,
    Section,
    SetAside,
    Summary,
    SummaryStep,
)
from app.summaries.selections import Selection
from app.summaries.sources import sources_of
from tests.client import filled, post_form, sign_in
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting, make_practice, make_summary
from tests.personas import STATE_B, add_member, make_user

WORKSPACE = "/sessions/cam-2026/consolidation"
HIDDEN = "Nobody has accepted these words."


@pytest.fixture
def meeting(app):
    return make_meeting()


@pytest.fixture
def paragraph(meeting):
    return make_summary(meeting, 2, 1).sections[0].paragraphs[0]


@pytest.fixture
def staff(client, personas):
    return sign_in(client, personas.secretariat)


def make_rapporteur(meeting):
    user = make_user("Rapporteur", party_code=STATE_B)
    delegation = add_member(meeting, user, DelegationRole.HEAD)
    member = next(row for row in delegation.members if row.user is user)
    db.session.add(PartGiven(member=member, part=FloorPart.RAPPORTEUR, given_at=NOON))
    db.session.flush()
    return user


def open_form(client, paragraph):
    """The values of the form in which a paragraph is written."""
    page = client.get(f"/consolidation/paragraphs/{paragraph.id}").text
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)[1].replace("&#34;", '"')
        for name in ("csrf_token", "version")
    }


def save(client, paragraph, seen, **texts):
    values = {**seen, **{f"text-{code}": words for code, words in texts.items()}}
    return client.post(f"/consolidation/paragraphs/{paragraph.id}/autosave", data=values)


def all_of(paragraph, **changed):
    return {**dict(db.session.get_one(Paragraph, paragraph.id).text), **changed}


def test_a_rapporteur_writes_while_the_session_is_in_a_stage_of_writing(client, meeting, paragraph):
    rapporteur = sign_in(client, make_rapporteur(meeting))
    assert "Paragraph 1.1" in rapporteur.get(WORKSPACE).text
    answer = post_form(rapporteur, f"/consolidation/paragraphs/{paragraph.id}", {"text-en": "By the rapporteur."})
    assert answer.status_code == 303
    assert db.session.get_one(Paragraph, paragraph.id).text["en"] == "By the rapporteur."
    assert rapporteur.get(f"{WORKSPACE}/publish").status_code == 403, "publishing stays with the secretariat"
    meeting.stage = Stage.PREPARING
    db.session.commit()
    assert rapporteur.get(f"/consolidation/paragraphs/{paragraph.id}").status_code == 404
    meeting.stage, meeting.cancelled_at = Stage.CONSOLIDATING, NOON
    db.session.commit()
    assert rapporteur.get(f"/consolidation/paragraphs/{paragraph.id}").status_code == 404, "it was cancelled"


def test_a_rapporteur_sees_no_practice_before_it_is_accepted(client, personas, meeting, paragraph):
    practice = make_practice(
        make_delegation(meeting, "PE"), state=PracticeState.SUBMITTED, content={"title": "T", "results": HIDDEN}
    )
    (source,) = sources_of(meeting.id)
    operations.cite(paragraph, Selection(source, "results", 0, len(HIDDEN), HIDDEN), by=SYSTEM)
    db.session.commit()
    user = make_rapporteur(meeting)
    pages = [
        f"{WORKSPACE}?source=practice-{practice.id}",
        f"/consolidation/paragraphs/{paragraph.id}",
        f"/consolidation/paragraphs/{paragraph.id}/split",
    ]
    staff = sign_in(client, personas.secretariat)
    assert [HIDDEN in staff.get(page).text for page in pages] == [True] * 3
    rapporteur = sign_in(client, user)
    assert [HIDDEN in rapporteur.get(page).text for page in pages] == [False] * 3
    assert "Not accepted: the secretariat reads it." in rapporteur.get(WORKSPACE).text
    part = f"summaries.text/{paragraph.section_id}"
    assert HIDDEN not in rapporteur.get("/live/now", query_string={"part": part, "language": "en"}).text
    values = {"source": f"practice-{practice.id}", "sentence": "results|1", "place": f"paragraph-{paragraph.id}"}
    token = open_form(rapporteur, paragraph)["csrf_token"]
    answer = rapporteur.post(f"{WORKSPACE}/cite", data={**values, "csrf_token": token})
    assert answer.status_code == 422


def test_what_is_written_is_saved_and_a_save_sent_again_is_known(staff, paragraph):
    seen = open_form(staff, paragraph)
    answer = save(staff, paragraph, seen, **all_of(paragraph, en="Half a"))
    assert (answer.status_code, sorted(answer.json)) == (200, ["saved_at_text", "version"])
    again = save(staff, paragraph, seen, **all_of(paragraph, en="Half a"))
    assert again.status_code == 200, "its answer was lost on the way"
    seen["version"] = again.json["version"]
    assert save(staff, paragraph, seen, **all_of(paragraph, en="Half a sentence.")).status_code == 200
    assert db.session.get_one(Paragraph, paragraph.id).text["en"] == "Half a sentence."
    assert db.session.scalar(sa.select(sa.func.count(SummaryStep.id))) == 1


def test_two_languages_are_written_at_once_and_one_language_by_one(staff, paragraph):
    mine, theirs = open_form(staff, paragraph), open_form(staff, paragraph)
    before = all_of(paragraph)
    assert save(staff, paragraph, mine, **{**before, "en": "English."}).status_code == 200
    assert save(staff, paragraph, theirs, **{**before, "es": "Español."}).status_code == 200
    text = db.session.get_one(Paragraph, paragraph.id).text
    assert (text["en"], text["es"]) == ("English.", "Español.")
    late = save(staff, paragraph, theirs, **{**before, "en": "Other English."})
    assert late.status_code == 409
    assert "nothing was overwritten" in late.json["message"]
    page = staff.post(
        f"/consolidation/paragraphs/{paragraph.id}",
        data={**theirs, **{f"text-{code}": words for code, words in {**before, "en": "Other English."}.items()}},
    )
    assert page.status_code == 409
    assert "Other English." in page.text
    assert "English." in page.text


def test_a_text_that_is_too_long_or_empty_is_refused_and_kept_by_the_page(staff, paragraph):
    seen = open_form(staff, paragraph)
    empty = save(staff, paragraph, seen, en="", es="", fr="", pt="")
    assert empty.status_code == 422
    assert save(staff, paragraph, seen, en="x" * 6001).status_code == 422


def held_now() -> list[int]:
    return list(db.session.scalars(sa.select(ParagraphLock.paragraph_id).where(locks.still_held())))


def test_whoever_writes_holds_a_paragraph_until_their_page_says_no_more(paragraph, personas):
    mine, theirs = personas.secretariat, personas.administrator
    with standing_at(NOON):
        assert locks.hold(paragraph, "a" * 8, by=mine).user_id == mine.id
        held = locks.hold(paragraph, "b" * 8, by=theirs)
        assert (held.user_id, held.since) == (mine.id, NOON)
    with standing_at(NOON + timedelta(seconds=50)):
        locks.hold(paragraph, "a" * 8, by=mine)
        assert held_now() == [paragraph.id]
    with standing_at(NOON + timedelta(seconds=100)):
        assert locks.hold(paragraph, "b" * 8, by=theirs).user_id == mine.id
    with standing_at(NOON + timedelta(seconds=120)):
        assert held_now() == []
        assert locks.hold(paragraph, "b" * 8, by=theirs).user_id == theirs.id
    locks.let_go(paragraph, "a" * 8, by=mine)
    assert db.session.scalar(sa.select(sa.func.count(ParagraphLock.id))) == 1, "nobody lets go for another"
    locks.let_go(paragraph, "b" * 8, by=theirs)
    assert db.session.scalar(sa.select(sa.func.count(ParagraphLock.id))) == 0


def test_a_paragraph_is_taken_over_by_who_says_so(client, personas, paragraph):
    url = f"/consolidation/paragraphs/{paragraph.id}/hold"
    first = sign_in(client, personas.secretariat)
    token = open_form(first, paragraph)["csrf_token"]
    assert first.post(url, data={"csrf_token": token, "tab": "a" * 8}).json == {"held": ""}
    second = sign_in(client, personas.administrator)
    token = open_form(second, paragraph)["csrf_token"]
    told = second.post(url, data={"csrf_token": token, "tab": "b" * 8}).json
    assert personas.secretariat.name in told["held"]
    assert personas.secretariat.name in told["take"]
    assert f"{personas.secretariat.name} writes here since" in second.get(WORKSPACE).text
    assert second.post(url, data={"csrf_token": token, "tab": "b" * 8, "take": "1"}).json == {"held": ""}
    assert second.post(url, data={"csrf_token": token, "tab": "b" * 8, "leave": "1"}).json == {"held": ""}
    assert second.post(url, data={"csrf_token": token, "tab": "../"}).json == {"held": ""}
    assert db.session.scalar(sa.select(sa.func.count(ParagraphLock.id))) == 0


def test_where_to_split_is_told_in_whole_words(staff, paragraph):
    long = "{delegations} register births at each point of entry where a child may be asked for papers."
    paragraph.text = LocalizedText({"en": f"{long} It helps. All agreed."})
    db.session.commit()
    page = staff.get(f"/consolidation/paragraphs/{paragraph.id}/split").text
    assert ">1. …each point of entry where a child may be asked for papers.<" in page
    assert ">2. It helps.<" in page


def test_of_two_who_split_one_paragraph_one_wins_and_the_other_keeps_their_choice(staff, paragraph):
    url = f"/consolidation/paragraphs/{paragraph.id}/split"
    cuts = {f"after_{code}": "1" for code in ("en", "es", "fr", "pt")}
    version = str(paragraph.version)
    assert post_form(staff, url, {**cuts, "version": version}).status_code == 303
    token = open_form(staff, paragraph)["csrf_token"]
    late = staff.post(url, data={**cuts, "version": version, "csrf_token": token})
    assert late.status_code == 409
    assert "What you chose is kept" in late.text
    summary = queries.summary_of(paragraph.section.summary.meeting_id)
    assert [len(section.paragraphs) for section in summary.sections] == [3, 1]


def test_a_paragraph_is_split_where_the_cursor_stood(staff, paragraph):
    text = paragraph.text["en"]
    url = f"/consolidation/paragraphs/{paragraph.id}/split?at_en={len('Paragraph 1.1 says')}"
    assert "At the cursor" in staff.get(url).text
    cuts = {"after_en": "0", **{f"after_{code}": "1" for code in ("es", "fr", "pt")}}
    assert post_form(staff, url, cuts).status_code == 303
    db.session.expire_all()
    first, second, _third = queries.summary_of(paragraph.section.summary.meeting_id).sections[0].paragraphs
    assert (first.text["en"], second.text["en"]) == ("Paragraph 1.1 says", text[19:])


def test_comments_stay_among_those_who_write(client, personas, meeting, paragraph):
    row = margin.comment(paragraph, "Is this so?", by=personas.secretariat)
    margin.comment(paragraph, "It is.", by=personas.administrator)
    with pytest.raises(Refusal):
        margin.comment(paragraph, "  ", by=personas.secretariat)
    assert margin.open_comments(paragraph.section.summary_id) == 2
    margin.resolve(row, by=personas.administrator)
    with pytest.raises(WrongState):
        margin.resolve(row, by=personas.administrator)
    margin.reopen(row, by=personas.administrator)
    with pytest.raises(WrongState):
        margin.reopen(row, by=personas.administrator)
    assert "Is this so?" in sign_in(client, personas.secretariat).get(WORKSPACE).text


def test_comments_are_written_settled_and_opened_on_the_page(staff, paragraph):
    add = f"/consolidation/paragraphs/{paragraph.id}/comments"
    values = {f"margin{paragraph.id}-text": "Is this so?"}
    assert post_form(staff, WORKSPACE, values, action=add).status_code == 303
    page = staff.get(WORKSPACE).text
    assert "1 open comment" in page
    resolve = re.search(r"/consolidation/comments/\d+/resolve", page)[0]
    assert post_form(staff, WORKSPACE, {}, action=resolve).status_code == 303
    assert "1 settled comment" in staff.get(WORKSPACE).text
    assert post_form(staff, WORKSPACE, {}, action=resolve.replace("resolve", "reopen")).status_code == 303
    assert "1 open comment" in staff.get(WORKSPACE).text


def test_steps_are_undone_and_done_again_on_the_page(staff, meeting, paragraph):
    operations.delete_paragraph(paragraph, by=SYSTEM)
    page = staff.get(WORKSPACE).text
    undo = re.search(r"/consolidation/steps/\d+/undo", page)[0]
    assert "place=paragraph-" in post_form(staff, WORKSPACE, {}, action=undo).location
    assert "Paragraph 1.1" in staff.get(WORKSPACE).text
    assert post_form(staff, WORKSPACE, {}, action=undo.replace("undo", "redo")).status_code == 303
    assert "Paragraph 1.1" not in staff.get(WORKSPACE).text


def test_only_the_section_in_the_address_is_shown(staff, meeting, paragraph):
    second = queries.summary_of(meeting.id).sections[1].id
    first = staff.get(WORKSPACE).text
    assert ("Paragraph 1.1" in first, "Paragraph 2.1" in first, "1–2" in first) == (True, False, True)
    other = staff.get(f"{WORKSPACE}?section={second}").text
    assert ("Paragraph 1.1" in other, "Paragraph 2.1" in other) == (False, True)
    written = staff.get(f"{WORKSPACE}?section={second}&edit={paragraph.id}").text
    assert 'name="text-en"' in written, "who writes in a paragraph sees its section"
    assert staff.get(f"{WORKSPACE}?section=x&edit=99999&place=paragraph-").status_code == 200


def test_sources_are_chosen_by_question_party_and_what_is_open(staff, meeting, paragraph):
    for code in ("PE", "CL"):
        make_practice(make_delegation(meeting, code))
    make_practice(make_delegation(meeting, "MX"), content={"title": "T", "results": "Short."})
    every = staff.get(f"{WORKSPACE}").text
    assert "1 of 3" in every
    assert "1 of 2" in staff.get(f"{WORKSPACE}?question=1").text
    assert "1 of 2" not in staff.get(f"{WORKSPACE}?party=MX").text
    source = next(one for one in sources_of(meeting.id) if one.party.code == "MX")
    operations.cite(paragraph, Selection(source, "results", 0, 6, "Short."), by=SYSTEM)
    db.session.commit()
    assert "1 of 2" in staff.get(f"{WORKSPACE}?only_open=1").text


def test_what_is_written_is_shown_with_its_form_and_its_words(staff, meeting, paragraph):
    for code in ("PE", "CL", "MX"):
        make_practice(make_delegation(meeting, code))
    for source in sources_of(meeting.id):
        words = source.fields["results"][:12]
        operations.cite(paragraph, Selection(source, "results", 0, 12, words), by=SYSTEM)
    text = "{delegations} {reports|report} **progress**[^1].\n\n[^1]: As at May."
    operations.edit_paragraph(paragraph, text=everywhere(text), by=SYSTEM)
    page = staff.get(WORKSPACE).text
    assert "All delegations report <strong>progress</strong>" in page
    assert "As at May." in page
    token = open_form(staff, paragraph)["csrf_token"]
    values = {"csrf_token": token, "text-en": "Said {by delegations}, *once*"}
    shown = staff.post(f"/consolidation/paragraphs/{paragraph.id}/preview", data=values).json
    assert shown == {"en": "<p>Said by all delegations, <em>once</em></p>"}
    pasted = staff.post(f"{WORKSPACE}/paste", data={"csrf_token": token, "html": "<b>bold</b>"})
    assert pasted.json == {"text": "**bold**"}
    assert staff.post(f"{WORKSPACE}/paste", data={"csrf_token": token, "html": "x" * 1_000_001}).status_code == 413
    named = re.search(r"/consolidation/paragraphs/\d+/speaks\?seen=\d+", staff.get(WORKSPACE).text)[0]
    assert post_form(staff, WORKSPACE, {"attribution": "named"}, action=named).status_code == 303
    assert "Chile, Mexico and Peru report" in staff.get(WORKSPACE).text


def test_a_language_that_is_not_cut_stays_whole_in_the_first_part(staff, paragraph):
    url = f"/consolidation/paragraphs/{paragraph.id}/split"
    whole = {f"after_{code}": "-1" for code in ("en", "es", "fr", "pt")}
    assert post_form(staff, url, whole).status_code == 422
    assert post_form(staff, url, {**whole, "after_en": "1"}).status_code == 303
    db.session.expire_all()
    first, second, _third = queries.summary_of(paragraph.section.summary.meeting_id).sections[0].paragraphs
    assert (sorted(first.text), sorted(second.text)) == (["en", "es", "fr", "pt"], ["en"])


@pytest.mark.parametrize("number", ["9" * 12, "9" * 5000, "-1", "x"])
def test_numbers_that_no_row_has_are_answered(staff, meeting, paragraph, number):
    page, seen = f"/consolidation/paragraphs/{paragraph.id}", open_form(staff, paragraph)
    split = staff.post(f"{page}/split", data={**seen, "citations": number, "after_en": "1"})
    moved = staff.post(f"{page}/move", data={**seen, "section": number})
    assert split.status_code == 422
    assert moved.status_code in (303, 422), "a button leads back, and says why"


def test_a_form_that_is_sent_twice_says_one_thing(staff, paragraph):
    """What pages without a script send twice: a comment in the margin, the mark of a recommendation."""
    field = f"margin{paragraph.id}-text"
    comments = f"/consolidation/paragraphs/{paragraph.id}/comments"
    _address, data, _multipart = filled(staff, WORKSPACE, {field: "Is this so?"}, action=comments)
    assert [staff.post(comments, data=data).status_code for _time in range(2)] == [303, 303]
    assert [row.text for row in db.session.scalars(sa.select(MarginComment))] == ["Is this so?"]
    marks = f"/consolidation/paragraphs/{paragraph.id}/recommendations"
    _address, data, _multipart = filled(staff, marks, {"text-en": "Count alike"})
    assert [staff.post(marks, data=data).status_code for _time in range(2)] == [303, 303]
    assert [row.text["en"] for row in db.session.scalars(sa.select(Recommendation))] == ["Count alike"]
    assert staff.post(marks, data={**data, "text-en": "Count all alike"}).status_code == 303
    assert len(db.session.scalars(sa.select(Recommendation)).all()) == 2


def test_a_passage_that_is_set_aside_twice_is_so_once(staff, meeting, paragraph):
    make_practice(
        make_delegation(meeting, "PE"), state=PracticeState.ACCEPTED, content={"title": "T", "results": "One."}
    )
    values = {"reason": "Said elsewhere.", "sentence": "results|1"}
    target = f"{WORKSPACE}/set-aside"
    _address, data, _multipart = filled(staff, WORKSPACE, values)
    assert [staff.post(target, data=data).status_code for _time in range(2)] == [303, 303]
    assert [row.reason for row in db.session.scalars(sa.select(SetAside))] == ["Said elsewhere."]


@pytest.mark.parametrize(
    ("page", "target", "model", "name"),
    [
        (WORKSPACE, f"{WORKSPACE}/sections", Section, "title-en"),
        ("/consolidation/paragraphs/{}/begin-section", "", Section, "title-en"),
        ("/consolidation/sections/1/paragraphs", "", Paragraph, "text-en"),
        (WORKSPACE, f"{WORKSPACE}/cite", Paragraph, "sentence"),
    ],
)
def test_what_is_added_by_a_form_sent_twice_is_added_once(staff, meeting, paragraph, page, target, model, name):
    """Gone back to, the form with something else in it adds another; and again after what it added was undone."""
    make_practice(
        make_delegation(meeting, "PE"), state=PracticeState.ACCEPTED, content={"title": "T", "results": "One. Two."}
    )
    page = page.format(paragraph.id)
    first, second = ("results|1", "results|2") if name == "sentence" else ("New", "Newer")
    values = {name: first} | ({"place": f"section-{paragraph.section_id}"} if name == "sentence" else {})
    address, data, _multipart = filled(staff, page, values, action=target or None)

    def send(text):
        assert staff.post(address, data={**data, name: text}).status_code == 303
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))

    before = db.session.scalar(sa.select(sa.func.count()).select_from(model))
    assert [send(first), send(first), send(second)] == [before + 1, before + 1, before + 2]
    for made in db.session.scalars(sa.select(SummaryStep).order_by(SummaryStep.id.desc())).all():
        steps.undo(made, db.session.get_one(Summary, made.summary_id), by=SYSTEM)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == before
    assert send(first) == before + 1
    made = db.session.scalars(sa.select(model).order_by(model.id.desc())).first()
    (sections.delete_section if model is Section and not made.paragraphs else _take_out)(made, by=SYSTEM)
    assert send(first) == before + 1, "what was taken out is made anew"


def _take_out(row, *, by):
    """Delete a paragraph, or put a section's paragraphs with those of the section before."""
    if isinstance(row, Paragraph):
        operations.delete_paragraph(row, by=by)
    else:
        order = ordering.sections_in(row.summary_id)
        sections.merge_sections(db.session.get_one(Section, order[order.index(row.id) - 1]), row, by=by)

"""Guiding questions: limits, wordings, and whose answers a change touches."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core import clock
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings import operations, queries, questions
from app.meetings.answers import Unconfirmed, answers_to, mark_of
from app.meetings.enums import DelegationRole, QuestionAudience, Stage
from app.meetings.models import GuidingQuestion
from app.practices.content import problems
from app.practices.enums import PracticeState
from app.presentations.enums import PresentationState
from app.presentations.operations import save_presentation
from tests.client import post_form, sign_in
from tests.factories.summaries import (
    CONTENT,
    NOON,
    TEMPLATE,
    everywhere,
    make_delegation,
    make_meeting,
    make_practice,
    make_presentation,
)
from tests.personas import add_member


def text(response) -> str:
    return " ".join(html.document_fromstring(response.text).get_element_by_id("main").text_content().split())


@pytest.fixture
def meeting(app):
    return make_meeting()


@pytest.fixture
def question(meeting):
    return queries.questions_of(meeting.id)[0]


def reword(question, words="Reworded", **more):
    values = {"text": everywhere(words), "audience": question.audience, **more}
    questions.edit_question(question, by=SYSTEM, **values)


def whose(question):
    return [f"{answer.party['en']}: {answer.stands_in}" for answer in answers_to(question)]


def test_only_what_was_handed_in_is_touched(meeting, question):
    states = ("draft", "submitted", "returned", "accepted", "published", "withdrawn")
    delegation = make_delegation(meeting, "PE")
    for number, state in enumerate(states, start=1):
        make_practice(delegation, state=PracticeState(state), number=number)
    other = make_practice(make_delegation(meeting, "CL"), state=PracticeState.ACCEPTED)
    other.versions[0].content = {**CONTENT, "answers": {"2": "Only the second."}}
    make_presentation(make_delegation(meeting, "RCM"), answers={"1": "Trust."})
    draft = make_presentation(make_delegation(meeting, "SACM"), answers={"1": "Secret."})
    draft.state = PresentationState.DRAFT
    db.session.flush()
    assert sorted(whose(question)) == [
        "Peru: good practice CAM/2026/GP/PER/02",
        "Peru: good practice CAM/2026/GP/PER/03",
        "Peru: good practice CAM/2026/GP/PER/04",
        "Peru: good practice CAM/2026/GP/PER/05",
        "RCM: presentation",
    ]


def test_what_a_returned_practice_says_by_now_is_its_delegations_own(meeting, question):
    practice = make_practice(make_delegation(meeting, "PE"), state=PracticeState.RETURNED)
    practice.versions[0].content = {**CONTENT, "answers": {}}
    practice.content = CONTENT
    db.session.flush()
    assert whose(question) == []


def test_a_change_that_touches_answers_is_made_only_once_they_were_seen(meeting, question):
    make_practice(make_delegation(meeting, "PE"), state=PracticeState.SUBMITTED)
    with pytest.raises(Unconfirmed) as unconfirmed:
        reword(question)
    assert question.text == everywhere("Question 1?")
    seen = mark_of(unconfirmed.value.answers)
    make_practice(make_delegation(meeting, "CL"), state=PracticeState.SUBMITTED)
    with pytest.raises(Unconfirmed):
        reword(question, seen=seen)
    with clock.standing_at(NOON):
        reword(question, seen=mark_of(answers_to(question)))
    assert [(row.number, row.text["en"], row.until) for row in question.earlier] == [(1, "Question 1? (en)", NOON)]
    assert question.wording_at(NOON - timedelta(seconds=1)) is question.earlier[0]
    assert question.wording_at(NOON) is None


def test_a_change_that_asks_nothing_else_touches_nobody(meeting, question):
    make_practice(make_delegation(meeting, "PE"), state=PracticeState.SUBMITTED)
    item = queries.agenda_of(meeting.id)[0]
    questions.edit_question(question, text=question.text, audience=question.audience, item=item, by=SYSTEM)
    assert (question.item, question.earlier, question.worded_at) == (item, [], None)
    with pytest.raises(Unconfirmed):
        questions.edit_question(question, text=question.text, audience=QuestionAudience.STATES, by=SYSTEM)
    with pytest.raises(Unconfirmed):
        questions.edit_question(question, text=question.text, audience=question.audience, word_limit=10, by=SYSTEM)


def test_wordings_are_kept_from_the_moment_on_at_which_delegations_could_read_them(meeting, question):
    meeting.stage = Stage.PREPARING
    reword(question, "Second")
    assert question.earlier == []
    meeting.stage = Stage.CALL_OPEN
    reword(question, "Third")
    reword(question, "Fourth")
    assert [row.text["en"] for row in question.earlier] == ["Second (en)", "Third (en)"]


def test_the_page_says_whose_answers_are_touched_and_nothing_of_drafts(client, personas, meeting, question):
    make_practice(make_delegation(meeting, "CL"), state=PracticeState.DRAFT)
    peru = add_member(meeting, personas.delegate_a, DelegationRole.FOCAL_POINT)
    add_member(meeting, personas.reader, DelegationRole.OBSERVER, peru.party_id)
    make_practice(peru, state=PracticeState.SUBMITTED)
    sign_in(client, personas.secretariat)
    url = f"/manage/questions/{question.id}"
    values = {"text-en": "Which challenges?"}
    answer = post_form(client, url, values)
    assert answer.status_code == 409
    page = text(answer)
    assert "This change touches 1 answer" in page
    assert "Peru: good practice CAM/2026/GP/PER/01" in page
    assert "Chile" not in page
    assert "Which challenges?" in answer.text
    db.session.expire_all()
    assert db.session.get(GuidingQuestion, question.id).text["en"] == "Question 1? (en)"
    form = next(form for form in html.document_fromstring(answer.text).forms if "seen" in form.fields)
    both = [" ".join(part.text_content().split()) for part in form.xpath("//*[@class='compare-text']")]
    assert both[:2] == ["Until now Question 1? (en)", "From now on Which challenges?"]
    assert client.post(url, data={**dict(form.form_values()), "tell": "y"}).status_code == 303
    (mail,) = db.session.scalars(sa.select(Mail))
    assert (mail.message, mail.state, mail.user_id) == ("meetings/reworded", MailState.HELD, personas.delegate_a.id)
    assert mail.body.index("Question 1? (en)") < mail.body.index("Which challenges?")
    assert "/sessions/cam-2026/questions/1" in mail.body
    assert "1 mail was written. It waits in the outbox" in client.get(url).text
    assert "Earlier wordings Question 1? (en)" in text(client.get(url))
    assert "worded anew on" in text(client.get("/sessions/cam-2026/manage/questions"))


def test_a_change_that_only_drafts_answer_is_made_as_if_there_were_none(client, personas, meeting, question):
    make_practice(make_delegation(meeting, "CL"), state=PracticeState.DRAFT)
    sign_in(client, personas.secretariat)
    assert post_form(client, f"/manage/questions/{question.id}", {"text-en": "Which?"}).status_code == 303


def test_the_second_of_two_staff_sees_both_questions(client, personas, question):
    sign_in(client, personas.secretariat)
    url, stale = f"/manage/questions/{question.id}", question.version
    reword(question, "By the other")
    answer = post_form(client, url, {"text-en": "Mine", "version": str(stale)})
    assert answer.status_code == 409
    assert "Question (English)" in text(answer)
    assert "As saved now By the other (en) What you sent Mine" in text(answer)
    assert "Mine" in answer.text


def test_an_answer_says_to_readers_which_wording_it_answered(client, meeting, question):
    practice = make_practice(make_delegation(meeting, "PE"), state=PracticeState.PUBLISHED)
    presentation = make_presentation(make_delegation(meeting, "RCM"), answers={"1": "Trust."})
    presentation.published_at = NOON
    moment = max(practice.versions[0].submitted_at, presentation.versions[0].filed_at)
    with clock.standing_at(moment + timedelta(days=1)):
        reword(question, seen=mark_of(answers_to(question)))
    page = text(client.get("/sessions/cam-2026/questions/1"))
    assert "Earlier wordings Question 1? (en)" in page
    assert page.count("answered wording 1") == 2


def test_practices_and_presentations_keep_to_the_question_s_limit(meeting, question):
    question.word_limit = 5
    assert [str(item.message) for item in problems(TEMPLATE, CONTENT, [question])] == [
        "This has 9 words; the limit is 5."
    ]
    presentation = make_presentation(make_delegation(meeting, "RCM"), answers={})
    values = {"speakers": [], "language": "en", "consent": presentation.consent, "by": SYSTEM}
    with pytest.raises(Refusal, match="the limit is 5"):
        save_presentation(presentation, answers={"1": "one two three four five six"}, **values)
    save_presentation(presentation, answers={"1": "one two three four five"}, **values)


def test_a_question_is_added_with_its_limit_and_its_item(client, personas, meeting):
    sign_in(client, personas.secretariat)
    item = queries.agenda_of(meeting.id)[0]
    page = "/sessions/cam-2026/manage/questions"
    answer = post_form(client, page, {"text-en": "New?", "word_limit": "5"})
    assert "Choose from 10 to 3,000 words." in answer.text
    post_form(client, page, {"text-en": "New?", "word_limit": "250", "item": str(item.id)})
    assert "Mechanisms and States · up to 250 words · item 1" in text(client.get(page))


def test_numbers_stay_once_delegations_can_have_read_them(client, personas, meeting, question):
    sign_in(client, personas.secretariat)
    meeting.stage = Stage.PREPARING
    db.session.commit()
    page = f"/manage/questions/{question.id}"
    assert "Delete the question" in client.get(page).text
    meeting.stage = Stage.CALL_OPEN
    operations.move_to_stage(meeting, Stage.PREPARING, by=SYSTEM)
    db.session.commit()
    assert "Delete the question" not in client.get(page).text
    for change in (lambda: questions.delete_question(question, by=SYSTEM), lambda: move_down(question)):
        with pytest.raises(WrongState, match="has been open"):
            change()


def move_down(question):
    questions.move_question(question, up=False, by=SYSTEM)


def test_a_question_that_somebody_changed_is_not_deleted_unseen(client, personas, meeting, question):
    sign_in(client, personas.secretariat)
    meeting.stage = Stage.PREPARING
    db.session.commit()
    page = f"/manage/questions/{question.id}"
    form = next(
        form for form in html.document_fromstring(client.get(page).text).forms if "delete" in (form.action or "")
    )
    values = dict(form.form_values())
    post_form(client, page, {"text-en": "Changed meanwhile?"}, action=page)
    assert client.post(f"{page}/delete", data=values).status_code == 409
    db.session.expire_all()
    assert db.session.get(GuidingQuestion, question.id).text["en"] == "Changed meanwhile?"


def test_languages_that_were_not_changed_are_pointed_out(client, personas, meeting, question):
    sign_in(client, personas.secretariat)
    url = f"/manage/questions/{question.id}"
    answer = post_form(client, url, {"text-en": "Another question?"}, action=url)
    said = client.get(answer.location).text
    assert "These languages still ask what they asked before: Español" in said
    answer = post_form(client, url, {"word_limit": "50"}, action=url)
    assert "still ask" not in client.get(answer.location).text

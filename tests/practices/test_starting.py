"""Beginning a draft with last year's practice or a like one, and seeing which are alike while the title is typed."""

from copy import deepcopy
from datetime import timedelta

import pytest
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LocalizedText
from app.meetings.enums import DelegationRole, QuestionAudience
from app.meetings.models import GuidingQuestion
from app.meetings.queries import delegations_of_meeting
from app.practices.beginning import about, as_update
from app.practices.content import Terms
from app.practices.drafting_models import DraftRevision
from app.practices.enums import PracticeState
from app.practices.models import Practice
from app.practices.queries import call_of, own_delegation
from tests.client import fill, post_form, sign_in
from tests.factories.practices import full_content, start
from tests.factories.summaries import NOON, make_delegation, make_meeting, make_practice
from tests.guards.test_access import CSRF, token
from tests.personas import add_member, make_user

PART = {"HX-Request": "true"}
FORM = "/sessions/cam-2026/practices/new"


@pytest.fixture
def last_year(meeting):
    """Last year's session with a published practice of State A, in the default template."""
    before = make_meeting("2025", starts_at=NOON - timedelta(days=365), ends_at=NOON - timedelta(days=364))
    call_of(before.id).template = deepcopy(call_of(meeting.id).template)
    content = full_content(title="Permiso de temporada", answers={"1": "Hubo dudas.", "2": "Faltan datos."})
    practice = make_practice(
        make_delegation(before, "PE"), state=PracticeState.PUBLISHED, content=content, language="es"
    )
    db.session.commit()
    return practice


def begun(answer) -> Practice:
    assert answer.status_code == 303
    db.session.expire_all()
    return db.session.get(Practice, int(answer.location.rsplit("/", 1)[1]))


def test_last_years_practice_is_the_beginning_of_its_update(delegate, last_year):
    page = delegate.get(FORM).text
    assert 'Your practice of 2025, to update it: <span lang="es">Permiso de temporada</span>' in page
    draft = begun(post_form(delegate, FORM, {"begin_with": f"update:{last_year.id}", "language": "fr"}))
    before = last_year.content
    assert (draft.updates_id, draft.language, draft.state) == (last_year.id, "es", PracticeState.DRAFT)
    assert draft.content == {key: value for key, value in before.items() if value and key != "consent"}
    assert draft.consent is Audience.MEMBER_STATES
    shown = delegate.get(f"/practices/drafts/{draft.id}").text
    assert f"/practices/drafts/{draft.id}/begun-from" in shown
    assert "The draft begins with your earlier text" in shown
    assert "All its other answers have a place" in delegate.get(f"/practices/drafts/{draft.id}/begun-from").text


NEARLY = "Your delegation has a practice of nearly this title"


def test_the_title_that_was_typed_is_the_drafts_whether_or_not_it_was_looked_for(delegate, last_year):
    looked = post_form(delegate, FORM, {"title": "Permiso de temporada", "language": "fr", "action": "look"})
    assert looked.status_code == 200
    offered = html.fromstring(looked.text).xpath("//input[@name='begin_with']/@value")
    assert offered == ["", f"update:{last_year.id}"], "their own is offered once"
    _address, data, _multipart = fill(looked, FORM, {"begin_with": ""})
    pointed = delegate.post(FORM, data=data)
    assert (pointed.status_code, NEARLY in pointed.text) == (200, True), "their own of last year is pointed at, once"
    assert f'name="begin_with" value="update:{last_year.id}"' in pointed.text
    [form] = [form for form in html.fromstring(pointed.text).forms if "told" in form.fields]
    data = {**dict(form.form_values()), "begin_with": ""}
    assert (data["title"], data["language"]) == ("Permiso de temporada", "fr")
    first = begun(delegate.post(FORM, data=data))
    assert (first.content, first.language) == ({"title": "Permiso de temporada"}, "fr")
    assert begun(delegate.post(FORM, data=data)) is first
    other = begun(post_form(delegate, FORM, {"title": "Otro <b>permiso</b>", "begin_with": ""}))
    assert other.content == {"title": "Otro <b>permiso</b>"}
    again = post_form(delegate, FORM, {"title": "Otro <b>permiso</b> más", "begin_with": ""})
    assert (again.status_code, "Otro &lt;b&gt;permiso&lt;/b&gt;</a>" in again.text) == (200, True), "so is a draft"
    part = delegate.post(FORM, data=data | {"title": "Permiso de tempor"}, headers=PART).text
    assert ("<html" in part, "Your own practice of 2025:" in part) == (False, True)


def test_what_a_draft_begins_with_stays_in_its_history(delegate, last_year):
    draft = begun(post_form(delegate, FORM, {"begin_with": f"update:{last_year.id}", "language": "fr"}))
    for title in ("Otro título", "Y otro"):
        assert post_form(delegate, f"/practices/drafts/{draft.id}", {"title": title}).status_code == 303
    revisions = db.session.query(DraftRevision).order_by(DraftRevision.number)
    assert [row.content["title"] for row in revisions] == ["Permiso de temporada", "Y otro"]


def test_a_second_click_and_a_colleague_get_the_update_that_is_begun(client, delegate, meeting, last_year):
    data = {"begin_with": f"update:{last_year.id}", "language": "es"}
    first = post_form(delegate, FORM, data)
    colleague = make_user("Colleague", party_code="PE")
    add_member(meeting, colleague, DelegationRole.DRAFTER)
    assert post_form(sign_in(client, colleague), FORM, data).location == first.location
    assert db.session.query(Practice).filter_by(updates_id=last_year.id).count() == 1


def test_what_has_no_place_is_shown_and_not_in_the_draft(delegate, meeting, last_year):
    call = call_of(meeting.id)
    template = deepcopy(call.template)
    for section in template["sections"]:
        section["fields"] = [field for field in section["fields"] if field["key"] != "lessons"]
    call.template = template
    second = db.session.query(GuidingQuestion).filter_by(meeting_id=meeting.id, number=2).one()
    second.text = LocalizedText(en="Something else?")
    draft = begun(post_form(delegate, FORM, {"begin_with": f"update:{last_year.id}", "language": "es"}))
    assert "lessons" not in draft.content
    assert draft.content["answers"] == {"1": "Hubo dudas."}
    page = delegate.get(f"/practices/drafts/{draft.id}/begun-from").text
    assert last_year.content["lessons"][:40] in page
    assert "Faltan datos." in page
    assert "Hubo dudas." not in page


def test_only_accepted_practices_of_the_own_party_in_earlier_sessions_can_be_updated(delegate, meeting, last_year):
    session = last_year.meeting
    for code, state, number in (
        ("CL", PracticeState.PUBLISHED, 1),
        ("PE", PracticeState.DRAFT, 2),
        ("PE", PracticeState.SUBMITTED, 3),
        ("PE", PracticeState.WITHDRAWN, 4),
    ):
        theirs = last_year.delegation if code == "PE" else make_delegation(session, code)
        other = make_practice(theirs, state=state, number=number)
        db.session.flush()
        data = {"begin_with": f"update:{other.id}", "language": "es"}
        answer = post_form(delegate, FORM, data)
        assert answer.status_code == 422, state
        assert "Choose one of the practices listed." in answer.text
    this_year = make_practice(own_delegation_of(meeting), state=PracticeState.ACCEPTED, number=9)
    db.session.flush()
    for wanted in (
        f"update:{this_year.id}",
        "update:x",
        "update:99999999999999999999",
        f"model:{this_year.id}",
        "nothing:1",
    ):
        assert post_form(delegate, FORM, {"begin_with": wanted, "language": "es"}).status_code == 422
    assert delegate.get(FORM).text.count("to update it") == 1
    assert db.session.query(Practice).filter_by(meeting_id=meeting.id).count() == 1


def own_delegation_of(meeting):
    return next(item for item in delegations_of_meeting(meeting.id) if item.party.code == "PE")


def test_an_observer_is_offered_nothing(client, meeting, last_year):
    observer = make_user("Observer", party_code="PE")
    add_member(meeting, observer, DelegationRole.OBSERVER)
    browser = sign_in(client, observer)
    with browser.session_transaction() as session:
        session["csrf_token"] = CSRF
    data = {"csrf_token": token(client.application), "title": "Un permiso"}
    refused = browser.post(FORM, data=data, headers={"Sec-Fetch-Site": "same-origin"})
    assert refused.status_code == 403
    named = html.fromstring(refused.text).xpath("//section[@aria-labelledby='written']//dt/text()")
    assert named == ["Is there a practice like yours already?"]
    page = browser.get(FORM).text
    assert "Permiso de temporada" not in page


def test_a_practice_that_was_withdrawn_since_is_shown_no_more(delegate, last_year):
    draft = begun(post_form(delegate, FORM, {"begin_with": f"update:{last_year.id}", "language": "es"}))
    last_year.state = PracticeState.WITHDRAWN
    page = delegate.get(f"/practices/drafts/{draft.id}/begun-from").text
    assert "can no longer be read" in page
    assert "Permiso de temporada" not in page


def like_ones(meeting):
    """A public practice of Chile and one that member States alone may read."""
    before = make_meeting("2024", starts_at=NOON - timedelta(days=700), ends_at=NOON - timedelta(days=699))
    call_of(before.id).template = deepcopy(call_of(meeting.id).template)
    delegation = make_delegation(before, "CL")
    texts = {"themes": ["T9"], "gcm_main": "14", "levels": ["national"], "summary": "Pasaportes los sábados."}
    public = make_practice(
        delegation, state=PracticeState.PUBLISHED, content={**texts, "title": "Consulados móviles"}, language="es"
    )
    closed = make_practice(
        delegation,
        state=PracticeState.PUBLISHED,
        content={**texts, "title": "Consulado itinerante reservado"},
        language="es",
        number=2,
        consent=Audience.MEMBER_STATES,
    )
    db.session.commit()
    return public, closed


def test_from_a_like_public_practice_comes_what_it_is_about_and_no_text(delegate, meeting):
    public, closed = like_ones(meeting)
    looked = post_form(delegate, FORM, {"title": "Travelling consul", "action": "look"})
    page = looked.text
    assert "Chile described a like practice in 2024:" in page
    assert "Consulados móviles" in page
    assert f'value="model:{public.id}"' in page
    assert "Consulado itinerante reservado" in page
    assert f'value="model:{closed.id}"' in page, "a member State reads it"
    data = {**fill(looked, FORM)[1], "begin_with": f"model:{public.id}", "language": "en"}
    draft = begun(delegate.post(FORM, data=data))
    assert draft.content == {"title": "Travelling consul", "themes": ["T9"], "gcm_main": "14"}
    assert (draft.model_id, draft.updates_id, draft.language) == (public.id, None, "en")
    assert delegate.post(FORM, data=data).location.endswith(f"/{draft.id}")
    shown = delegate.get(f"/practices/drafts/{draft.id}/begun-from").text
    assert "The practice of Chile of 2024:" in shown
    assert "but no text" in shown
    data |= {"begin_with": f"model:{closed.id}", "told": "Travelling consul"}
    assert begun(delegate.post(FORM, data=data)).model_id == closed.id
    closed.consent = Audience.RESTRICTED
    db.session.commit()
    data |= {"title": "Another", "told": "Another"}
    assert delegate.post(FORM, data=data).status_code == 422


def test_what_is_alike_is_shown_only_to_who_may_read_it(delegate, personas, meeting):
    public, closed = like_ones(meeting)
    draft = start(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a)
    address = f"/practices/drafts/{draft.id}/similar"
    data = fill(delegate.get(address.removesuffix("/similar")), "", {})[1]

    def like(title: str, language: str = "es") -> str:
        return delegate.post(address, data={**data, "title": title, "language": language}, headers=PART).text

    part = like("Consulados itiner")
    assert "<html" not in part
    assert part.count("<li>") == 2
    closed.consent = Audience.RESTRICTED
    public.state = PracticeState.WITHDRAWN
    assert "<li>" not in like("Consulados itiner", "xx")
    for nothing in ("", " ", "\u202e"):
        assert "<li>" not in like(nothing)
    assert "The library has no practice like it that you may read." in delegate.get(address).text
    draft.content = {**draft.content, "title": ""}
    assert "Write a title first." in delegate.get(address).text


def test_buttons_look_for_what_is_alike_and_take_a_suggestion_without_javascript(delegate, personas, meeting):
    delegation = own_delegation(personas.delegate_a, meeting.slug, "PE")
    draft = start(delegation, personas.delegate_a, themes=[], gcm_main="")
    page = f"/practices/drafts/{draft.id}"
    shown = delegate.get(page).text
    assert 'name="take" value="themes:' in shown
    assert "because of" in shown
    assert draft.content.get("themes") is None
    answer = post_form(delegate, page, {"title": "Consulado", "action": "similar"})
    assert answer.location == f"{page}/similar"
    answer = post_form(delegate, page, {"title": "Consulado móvil", "take": "themes:T9"})
    assert answer.location == f"{page}#themes"
    answer = post_form(delegate, page, {"take": "gcm_main:14"})
    assert answer.location == f"{page}#gcm_main"
    db.session.expire_all()
    assert (draft.content["themes"], draft.content["gcm_main"]) == (["T9"], "14")
    assert post_form(delegate, page, {"suggest": "themes"}).location == f"{page}#themes"
    refused = post_form(delegate, page, {"take": "themes:<b>"})
    assert refused.status_code == 422
    assert "&lt;b&gt;" in refused.text


def test_readers_see_on_both_pages_what_updates_what(client, personas, meeting, last_year):
    public, _closed = like_ones(meeting)
    update = make_practice(own_delegation_of(meeting), state=PracticeState.PUBLISHED, number=7)
    update.updates_id, update.model_id = last_year.id, public.id
    db.session.flush()
    browser = sign_in(client, None)
    page = browser.get(f"/practices/{update.slug}").text
    assert "Update of the practice of 2025:" in page
    assert f"/practices/{last_year.slug}" in page
    assert "Begun from a practice of Chile, 2024:" in page
    assert "Updated in 2026 by:" in browser.get(f"/practices/{last_year.slug}").text
    update.consent = Audience.MEMBER_STATES
    assert "Updated in 2026" not in browser.get(f"/practices/{last_year.slug}").text
    update.consent, update.state = Audience.PUBLIC, PracticeState.ACCEPTED
    assert "Updated in 2026" not in browser.get(f"/practices/{last_year.slug}").text


def question(number, text):
    return GuidingQuestion(number=number, text=LocalizedText(en=text), audience=QuestionAudience.BOTH)


def form(*fields):
    return {"sections": [{"key": "all", "title": {"en": "All"}, "fields": list(fields)}]}


def entry(key, kind="long_text", **more):
    return {"key": key, "kind": kind, "label": {"en": key}, **more}


def test_answers_follow_the_words_of_their_question_and_changed_fields_are_kept_apart():
    asked = [question(1, "Why?"), question(2, "How?"), question(3, "When?")]
    terms = Terms({"themes": {"T1"}}, (), [question(1, "How?"), question(2, "Who?")])
    columns = [{"key": "name", "label": {"en": "Name"}}]
    before = form(
        entry("text"),
        entry("gone"),
        entry("other_kind"),
        entry("themes", "choice", vocabulary="themes"),
        entry("actors", "rows", columns=[*columns, {"key": "role", "label": {"en": "Role"}}]),
        entry("consent", "consent"),
        entry("questions", "questions"),
    )
    after = form(
        entry("text"),
        entry("other_kind", "short_text"),
        entry("themes", "choice", vocabulary="themes"),
        entry("actors", "rows", columns=columns),
        entry("consent", "consent"),
        entry("questions", "questions"),
    )
    content = {
        "text": "Same",
        "gone": "Gone",
        "other_kind": "Long",
        "themes": ["T1", "T99"],
        "actors": [{"name": "Ministry", "role": "lead"}],
        "consent": "public",
        "answers": {"1": "Because", "2": "So"},
    }
    begun = as_update(content, before, asked, template=after, terms=terms)
    assert begun.content == {"text": "Same", "actors": [{"name": "Ministry"}], "answers": {"1": "So"}}
    assert begun.left_out == {
        "gone": "Gone",
        "other_kind": "Long",
        "themes": ["T1", "T99"],
        "actors": [{"name": "Ministry", "role": "lead"}],
        "answers": {"1": "Because"},
    }
    nothing_asked = form(entry("text"))
    begun = as_update(content, before, asked, template=nothing_asked, terms=terms)
    assert begun.content == {"text": "Same"}
    assert begun.left_out["answers"] == {"1": "Because", "2": "So"}


def test_what_a_practice_is_about_leaves_out_how_it_was_done():
    template = form(
        entry("themes", "choice", vocabulary="themes"),
        entry("levels", "choice", vocabulary="levels"),
        entry("title", "short_text"),
    )
    terms = Terms({"themes": {"T1"}, "levels": {"local"}}, (), [])
    assert about({"themes": ["T1"], "levels": ["local"], "title": "Theirs"}, template, terms) == {"themes": ["T1"]}
    assert about({"themes": ["T99"]}, template, terms) == {}

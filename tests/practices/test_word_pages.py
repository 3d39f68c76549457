"""The page on which a form that was filled in off line comes back: taken field by field, and nothing is lost."""

import io
import re
from datetime import timedelta

import docx
import pytest
from docx.oxml.ns import qn
from lxml import html

from app.core.actors import SYSTEM
from app.core.db import db
from app.meetings.models import Delegation
from app.practices import building, operations, templates
from app.practices.drafting_models import DraftRevision
from app.practices.queries import call_of, own_delegation
from tests.client import post_form, sign_in
from tests.factories.practices import fresh, full_content, start, submit
from tests.personas import STATE_B


@pytest.fixture
def draft(personas, meeting):
    practice = start(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a, lessons="")
    db.session.commit()
    return practice


def address(practice, page="/word"):
    return f"/practices/drafts/{practice.id}{page}"


def fetched(client, practice):
    answer = client.get(address(practice, "/form.docx"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return docx.Document(io.BytesIO(answer.data))


def write(document, code, *lines):
    """Put paragraphs in place of what the cell beside a code says."""
    row = next(row for row in document.element.body.iter(qn("w:tr")) if f"[{code}]" in "".join(row.itertext()))
    cell = row.findall(f".//{qn('w:tc')}")[-1]
    for child in list(cell)[1:]:
        cell.remove(child)
    for line in lines:
        paragraph = cell.makeelement(qn("w:p"), {})
        run, text = paragraph.makeelement(qn("w:r"), {}), paragraph.makeelement(qn("w:t"), {})
        text.text = line
        run.append(text)
        paragraph.append(run)
        cell.append(paragraph)


def sent(client, practice, document):
    target = io.BytesIO()
    document.save(target)
    target.seek(0)
    return post_form(client, address(practice), {"file": (target, "form.docx")})


def page_form(page, choices=(), **values):
    """The inputs of the page's form as a browser sends them, with choices made."""
    form = next(form for form in html.fromstring(page).forms if form.action.endswith("/word/take"))
    data = dict(form.form_values())
    return {**data, **{f"choice-{name}": choice for name, choice in dict(choices).items()}, **values}


def take(client, practice, page, choices=(), **values):
    return client.post(address(practice, "/word/take"), data=page_form(page, choices, **values))


def test_a_form_that_comes_back_unchanged_offers_nothing(delegate, draft):
    page = sent(delegate, draft, fetched(delegate, draft))
    assert page.status_code == 200
    assert "No field of the file differs" in page.text
    assert "Text that found no field" not in page.text
    assert "made from the form of" not in page.text


def test_the_form_speaks_the_persons_language_and_holds_what_is_written(delegate, draft):
    delegate.set_cookie("plenaria_language", "fr")
    text = "\n".join(fetched(delegate, draft).element.body.itertext())
    assert "Enseignements et conditions pour l'adapter" in text
    assert full_content()["title"] in text
    assert draft.meeting.title["fr" if "fr" in draft.meeting.title else "en"] in text


def test_each_field_is_taken_or_left(delegate, draft):
    form = fetched(delegate, draft)
    write(form, "lessons", "Una lección escrita en la capital.", "Y otra.")
    write(form, "results", "Otros resultados.")
    write(form, "rights", "Otro enfoque.")
    write(form, "challenges")
    page = sent(delegate, draft, form)
    assert (
        page.text.index("Otros resultados.") < page.text.index("Una lección escrita") < page.text.index("Otro enfoque")
    )
    shown = page_form(page.text)
    assert shown["choice-lessons"] == "take"  # nothing on line that could be lost
    assert "choice-results" not in shown
    assert "choice-challenges" not in shown
    undecided = take(delegate, draft, page.text)
    assert undecided.status_code == 422
    assert "Say for 2 more fields whether to take them or to leave them" in undecided.text
    assert "lessons" not in fresh(draft).content
    answer = take(delegate, draft, undecided.text, {"results": "take", "rights": "leave"})
    assert answer.status_code == 303
    content = fresh(draft).content
    assert content["lessons"] == "Una lección escrita en la capital.\n\nY otra."
    assert content["results"] == "Otros resultados."
    assert content["rights"] == full_content()["rights"]
    assert content["challenges"] == full_content()["challenges"]  # empty in the file: left as it is
    assert "2 fields were taken from the file" in delegate.get(answer.location).text
    again = take(delegate, draft, undecided.text, {"results": "take", "rights": "leave"})
    assert again.status_code == 303
    assert fresh(draft).content == content


def test_what_the_form_asks_no_more_once_the_file_was_read_is_left_over(delegate, draft):
    form = fetched(delegate, draft)
    write(form, "results", "Otros resultados.")
    write(form, "lessons", "Una lección.")
    page = sent(delegate, draft, form)
    call = call_of(draft.meeting_id)
    templates.change_template(call, building.without(call.template, "results"), by=SYSTEM)
    db.session.commit()
    templates.apply_template(call, by=SYSTEM)
    told = take(delegate, draft, page.text, {"results": "take"})
    assert (told.status_code, "The form was changed in the meantime" in told.text) == (409, True)
    left = html.fromstring(told.text).xpath("string(//section[@aria-labelledby='leftovers'])")
    assert "Otros resultados." in left
    assert "Una lección." not in left
    data = page_form(told.text)
    assert (data["choice-lessons"], "choice-results" in data) == ("take", False)
    answer = take(delegate, draft, told.text, **{"into-0": "challenges"})
    assert answer.status_code == 303
    content = fresh(draft).content
    assert content["lessons"] == "Una lección."
    assert content["challenges"] == f"{full_content()['challenges']}\n\nOtros resultados."


def test_what_stood_on_line_before_a_file_is_taken_stays_in_the_history(delegate, draft, personas):
    form = fetched(delegate, draft)
    write(form, "results", "Del archivo.")
    operations.save_draft(draft, content={**draft.content, "results": "En línea."}, by=personas.delegate_a)
    db.session.commit()
    page = sent(delegate, draft, form)
    assert take(delegate, draft, page.text, {"results": "take"}).status_code == 303
    revisions = db.session.query(DraftRevision).order_by(DraftRevision.number)
    assert [row.content["results"] for row in revisions][-2:] == ["En línea.", "Del archivo."]


def test_everything_can_be_taken_at_once_and_nothing(delegate, draft):
    form = fetched(delegate, draft)
    write(form, "results", "Otros resultados.")
    write(form, "contact.email", "otra@example.org")
    write(form, "cost.amount", "1.250.000,50 USD")
    page = sent(delegate, draft, form)
    nothing = take(delegate, draft, page.text, {"results": "leave", "contact": "leave", "cost": "leave"})
    assert "Nothing was taken from the file" in delegate.get(nothing.location).text
    assert take(delegate, draft, page.text, action="all").status_code == 303
    content = fresh(draft).content
    assert content["results"] == "Otros resultados."
    assert content["contact"] == {**full_content()["contact"], "email": "otra@example.org"}
    assert content["cost"] == {"amount": 1250000.5, "currency": "USD", "source": ""}


def test_what_others_saved_meanwhile_is_not_overwritten(delegate, personas, draft):
    form = fetched(delegate, draft)
    write(form, "results", "Otros resultados.")
    write(form, "lessons", "Una lección.")
    page = sent(delegate, draft, form)
    practice = fresh(draft)
    saved = {**practice.content, "results": "De una colega.", "title": "Un título nuevo"}
    operations.save_draft(practice, content=saved, by=personas.delegate_a)
    db.session.commit()
    stale = take(delegate, draft, page.text, {"results": "take"})
    assert stale.status_code == 409
    assert "De una colega." in stale.text
    assert "choice-results" not in page_form(stale.text)
    assert page_form(stale.text)["choice-lessons"] == "take"
    assert fresh(draft).content["results"] == "De una colega."
    assert page_form(stale.text)["choice-title"] == "leave"  # the file has it as it was when the form was made
    assert "on line it was changed since the form was made" in stale.text
    assert take(delegate, draft, stale.text, action="all").status_code == 303
    content = fresh(draft).content
    assert (content["results"], content["lessons"]) == ("Otros resultados.", "Una lección.")
    assert content["title"] == "Un título nuevo"


def test_text_that_found_no_field_is_shown_and_can_be_put_into_one(delegate, draft):
    form = fetched(delegate, draft)
    form.add_paragraph("Un párrafo sin <b>casa</b>.")
    form.add_paragraph("Otro.")
    page = sent(delegate, draft, form)
    assert "Text that found no field" in page.text
    assert "Un párrafo sin &lt;b&gt;casa&lt;/b&gt;." in page.text
    for _click in range(2):
        assert take(delegate, draft, page.text, **{"into-0": "results", "into-1": "lessons"}).status_code == 303
        content = fresh(draft).content
        assert content["results"] == f"{full_content()['results']}\n\nUn párrafo sin <b>casa</b>."
        assert content["lessons"] == "Otro."
    assert take(delegate, draft, page.text, **{"into-0": "no-such", "into-1": ""}).status_code == 303
    assert fresh(draft).content == content


def test_answers_come_back_to_their_questions(delegate, draft):
    before = draft.content["answers"]
    key = next(iter(before))
    form = fetched(delegate, draft)
    write(form, f"answers.{key}", "Otra respuesta.")
    page = sent(delegate, draft, form)
    assert take(delegate, draft, page.text, {f"answers.{key}": "take"}).status_code == 303
    assert fresh(draft).content["answers"] == {**before, key: "Otra respuesta."}


def test_a_file_of_another_draft_is_told_and_may_be_taken(delegate, personas, meeting, draft):
    other = start(db.session.get(Delegation, draft.delegation_id), personas.delegate_a, title="Otro título")
    db.session.commit()
    page = sent(delegate, draft, fetched(delegate, other))
    assert "made from the form of another draft of your delegation" in page.text
    assert "Otro título" in page.text
    assert take(delegate, draft, page.text, action="all").status_code == 303
    assert fresh(draft).content["title"] == "Otro título"


def test_a_file_of_another_state_is_told_and_shows_nothing_of_it(delegate, personas, meeting, draft):
    theirs = start(
        own_delegation(personas.delegate_b, meeting.slug, STATE_B), personas.delegate_b, title="Título ajeno"
    )
    db.session.commit()
    form = fetched(delegate, draft)
    form.core_properties.identifier = f"plenaria/{theirs.id}/{STATE_B}/"
    page = sent(delegate, draft, form)
    assert f"made from the form of another delegation ({STATE_B})" in page.text
    assert "Título ajeno" not in page.text
    form.core_properties.identifier = "something <b>else</b>"
    page = sent(delegate, draft, form)
    assert "was not made from the form of this draft" in page.text
    assert "<b>else" not in page.text


def test_notices_say_what_could_not_be_read(delegate, draft):
    form = fetched(delegate, draft)
    paragraph = form.add_paragraph("Texto.")
    for tag in ("w:drawing", "w:ins", "m:oMath"):
        paragraph._p.append(paragraph._p.makeelement(qn(tag), {}))
    run = paragraph.add_run("")
    run._r.append(run._r.makeelement(qn("w:drawing"), {}))
    form.element.body.insert(0, form.element.body.makeelement(qn("w:altChunk"), {}))
    page = sent(delegate, draft, form)
    for words in ("tracked changes", "has pictures", "has equations", "put in from other files"):
        assert words in page.text


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "not a Word file"), (b"Title: a text", "not a Word file"), (None, "Choose a file first")],
)
def test_what_cannot_be_read_is_refused_with_a_reason(delegate, draft, content, words):
    values = {} if content is None else {"file": (io.BytesIO(content), "form.docx")}
    answer = post_form(delegate, address(draft), values)
    assert answer.status_code == 422
    assert words in answer.text


def test_an_empty_file_says_so(delegate, draft):
    answer = sent(delegate, draft, docx.Document())
    assert answer.status_code == 422
    assert "No text was found" in answer.text


@pytest.mark.parametrize(
    "carried",
    [
        "",
        "{",
        "[]",
        '{"found": {"title": 1}, "leftovers": []}',
        '{"found": {"title": {"value": 5, "how": 0}}, "leftovers": [], "template": 1}',
        '{"found": {"levels": {"value": [{}], "how": 0}}, "leftovers": [], "template": 1}',
        '{"found": {"answers": {"value": "x", "how": 0}}, "leftovers": [], "template": 1}',
        '{"found": {"answers.1": {"value": {}, "how": 0}}, "leftovers": []}',
    ],
)
def test_what_a_browser_made_up_is_refused(delegate, draft, carried):
    page = sent(delegate, draft, fetched(delegate, draft))
    call = call_of(draft.meeting_id)
    templates.change_template(call, building.without(call.template, "rights"), by=SYSTEM)
    db.session.commit()
    templates.apply_template(call, by=SYSTEM)
    before = fresh(draft).content
    assert take(delegate, draft, page.text, read=carried).status_code == 422
    assert fresh(draft).content == before


def test_made_up_values_are_shaped_like_any(delegate, draft):
    page = sent(delegate, draft, fetched(delegate, draft))
    carried = (
        '{"found": {"title": {"value": ["\\u0000x"], "how": 0}, "levels": {"value": {"a": 1}, "how": 0},'
        ' "nothing": {"value": 1, "how": 0}}, "leftovers": []}'
    )
    answer = take(delegate, draft, page.text, read=carried, action="all")
    assert answer.status_code == 422
    assert fresh(draft).content["levels"] == full_content()["levels"]


def test_a_text_too_long_to_be_kept_is_shown_and_the_rest_is_taken(delegate, draft):
    form = fetched(delegate, draft)
    write(form, "results", "palabra " * 3000)
    write(form, "rights", "Otro enfoque.")
    page = sent(delegate, draft, form)
    assert "It is more than this field can hold" in page.text
    refused = take(delegate, draft, page.text, {"rights": "take"}, **{"into-0": "results"})
    assert refused.status_code == 413
    assert "more than 20,000 cannot be kept" in refused.text
    again = page_form(refused.text)
    assert (again["choice-rights"], again["into-0"]) == ("take", "results")
    assert take(delegate, draft, refused.text, **{"into-0": ""}).status_code == 303
    assert fresh(draft).content["rights"] == "Otro enfoque."
    assert fresh(draft).content["results"] == full_content()["results"]


def test_nobody_else_gets_the_form_and_what_is_submitted_stays(client, personas, meeting, draft):
    for user in (personas.delegate_b, personas.secretariat):
        sign_in(client, user)
        for page in ("/form.docx", "/word", "/word/take"):
            assert client.get(address(draft, page)).status_code == 404
    done = submit(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a)
    delegate = sign_in(client, personas.delegate_a)
    page = sent(delegate, draft, fetched(delegate, draft))
    for path in ("/form.docx", "/word"):
        assert delegate.get(address(done, path)).location.endswith("/receipt")
    assert delegate.get(address(draft, "/word/take")).location.endswith("/word")
    answer = delegate.post(address(done, "/word/take"), data=page_form(page.text, action="all"))
    assert answer.status_code == 409
    assert re.search("cannot be changed", answer.text)


def test_a_draft_can_be_filled_in_after_the_deadline(delegate, meeting, draft):
    call = call_of(meeting.id)
    call.closes_at -= timedelta(days=20)
    call.opens_at -= timedelta(days=20)
    assert delegate.get(address(draft)).status_code == 200

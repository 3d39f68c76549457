"""A link hands over one section: whatever is sent by it, no field beside that section is changed or told."""

import html
import json
from collections.abc import Iterator

import pytest
from lxml.html import document_fromstring

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.merging import mark, marks_in
from app.directory.reference import read
from app.practices import building
from app.practices.draft_form import names_of
from app.practices.handing_over import hand_over, token_of
from app.practices.merging import by_name
from app.practices.queries import state_questions
from app.practices.template import sections
from tests.client import filled, post_form, sign_in
from tests.factories.practices import change_template, fresh
from tests.guards.test_access import CSRF, token

SECTIONS = [entry["key"] for entry in read("call_template.yaml")["sections"]]
TOO_LONG = "Demasiado. " * 2000


def texts(value) -> Iterator[str]:
    """Each text in a value that is long enough to be nobody else's."""
    if isinstance(value, str):
        yield from [" ".join(value.split())] if len(value) > 12 else []
    else:
        for part in value.values() if isinstance(value, dict) else value or ():
            yield from texts(part)


def opened(app, draft, section, by) -> tuple:
    """The browser of somebody who opened a link to the section, and the link's address."""
    link = f"/handed/{token_of(hand_over(draft, section=section, for_whom='Ministry', days=7, by=by))}"
    browser = app.test_client()
    post_form(browser, link, {"name": "Rosa"})
    with browser.session_transaction() as session:
        session["csrf_token"] = CSRF
    return browser, link


@pytest.mark.one_database
@pytest.mark.parametrize("section", SECTIONS)
def test_a_link_changes_and_tells_nothing_beside_its_section(app, client, personas, draft, section):
    questions = state_questions(draft.meeting_id)
    names = {
        one.key: {name for field in one.fields for name in names_of(field, questions)}
        for one in sections(draft.call.template)
    }
    inside = names[section]
    outside = {"language"}.union(*names.values()) - inside
    _url, whole, _multipart = filled(sign_in(client, personas.delegate_a), f"/practices/drafts/{draft.id}")
    honest = whole["version"][0]  # as if it had read the whole draft
    browser, link = opened(app, draft, section, personas.delegate_a)
    own = {name for form in document_fromstring(browser.get(link).text).forms for name in form.fields}
    typed = {name: "Robado." for name in whole if name not in {*own, "fields"}}
    too_long = dict.fromkeys(sorted(own - {"csrf_token", "version", "template", "fields", "action"})[:3], TOO_LONG)
    before = by_name(draft.content, draft.language)
    told = " ".join(text for name in {*inside, "title"} for text in texts(before.get(name)))
    secret = [text[:30] for name in outside for text in texts(before.get(name)) if text[:30] not in told]
    assert secret
    rules = [rule.rule.replace("<token>", link.split("/")[2]) for rule in app.url_map.iter_rules()]
    for address in [rule for rule in rules if rule.startswith(link)]:
        for version in ("x", "0 {}", honest):
            for sent in ({}, dict.fromkeys(typed, ""), typed, typed | too_long):
                data = {"csrf_token": token(app), "version": version, "fields": sorted(outside), "name": "Rosa"}
                answer = browser.post(address, data=data | sent | {"remove_row": "actors-0", "language": "fr"})
                assert answer.status_code in (200, 303, 405, 409, 413, 422), (address, version)
                body = json.dumps(answer.json, ensure_ascii=False) if answer.is_json else html.unescape(answer.text)
                said = " ".join(body.split())
                assert [text for text in secret if text in said] == [], (address, version)
                fields = answer.json or {} if answer.is_json else {}
                about = {*fields.get("marks", ())}
                about |= {one["name"] for one in (*fields.get("conflicts", ()), *fields.get("refused", ()))}
                assert about <= inside, (address, version)
                after = by_name(fresh(draft).content, draft.language)
                assert {name: after.get(name) for name in outside} == {name: before.get(name) for name in outside}
    assert draft.set_aside == []


def test_a_page_from_before_the_form_changed_is_shown_the_section_as_it_stands(app, personas, meeting, draft):
    """Refused, it has the section's new field, and is not even told the mark of a field that moved away."""
    browser, link = opened(app, draft, "evidence", personas.delegate_a)
    number = draft.call.template_number
    entry = {"key": "f1", "kind": "short_text", "label": {"en": "Newly asked"}, "required": False, "limit": 80}
    template = building.with_field(draft.call.template, entry, "evidence")
    change_template(meeting, building.dropped_field(template, "results", section_key="about", position=0), by=SYSTEM)
    results = fresh(draft).content["results"]
    for version in ({}, {"version": "x"}):
        data = {"csrf_token": token(app), "template": str(number), "lessons": TOO_LONG, **version}
        answer = browser.post(link, data=data)
        assert (answer.status_code in (409, 413, 422), "Newly asked" in answer.text) == (True, True)
        [seen] = document_fromstring(answer.text).xpath("//input[@name='version']/@value")
        assert "results" not in (marks_in(seen) or {})
        assert (mark(results) in answer.text, results[:30] in html.unescape(answer.text)) == (False, False)
    db.session.expire_all()
    assert draft.content["results"] == results

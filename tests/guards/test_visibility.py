"""Visibility in SQL and in Python is the same rule, and a draft leaves no trace for anybody else."""

import io
import re
import zipfile
from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from flask import url_for

from app.circulation.models import Comment, Position
from app.core.audience import Audience, may_read
from app.core.clock import now, standing_at
from app.core.db import db
from app.documents.operations import keep_file
from app.meetings import policies as meeting_policies
from app.meetings import queries as meeting_queries
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.practices import policies as practice_policies
from app.practices import queries as practice_queries
from app.practices.attaching import remove_file
from app.practices.clearance_models import Clearance
from app.practices.drafting_models import DelegationComment, DraftRevision, HandoverUse
from app.practices.enums import PracticeState
from app.practices.models import Intake, Practice
from app.practices.operations import save_draft
from app.practices.review_models import ReviewComment
from app.presentations import policies as presentation_policies
from app.presentations import queries as presentation_queries
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation
from app.presentations.operations import add_slides, save_presentation, start_presentation
from app.register import policies as register_policies
from app.register import queries as register_queries
from app.register.enums import DocumentClass
from app.register.models import Document
from app.search.models import SearchEntry
from tests.client import sign_in
from tests.factories.summaries import NOON, make_delegation, make_meeting, make_practice, make_presentation
from tests.guards.own_rows import TRANSLATED
from tests.guards.test_access import BY_LINK, CSRF, ROLES, SPECIAL, table, token
from tests.guards.test_access import address as address_of
from tests.guards.world import PDF, STAFF_TOKEN, STATES, TOKEN, make_world

OTHERS = tuple(role for role in ROLES if role != "delegate_a")
LATER = now() + timedelta(minutes=1)
STAGES = (Stage.PREPARING, Stage.CALL_OPEN, Stage.PUBLISHED)


@pytest.fixture
def sessions(personas) -> list[Meeting]:
    """One session of each stage and audience, without delegations and with the personas in theirs."""
    made = []
    for number, (stage, audience, joined) in enumerate(product(STAGES, Audience, (False, True))):
        meeting = make_meeting(f"s{number}", stage, distribution=audience)
        if joined:
            personas.join(meeting)
        made.append(meeting)
    return made


def told(model, condition, join=None) -> set[int]:
    statement = sa.select(model.id).where(condition)
    return set(db.session.scalars(statement.join(join) if join else statement))


def compare(personas, model, rows, visible_to, can_view, join=None) -> None:
    """Fail unless the condition selects for each persona just the rows that the policy allows."""
    db.session.commit()
    for role, actor in personas.items():
        by_policy = set()
        for row in rows:
            participates = meeting_queries.participates(actor, getattr(row, "meeting_id", row.id))
            if can_view(actor, row, participates=participates):
                by_policy.add(row.id)
        assert told(model, visible_to(actor), join) == by_policy, role
    assert by_policy, "the administrator sees something"


def test_sessions(personas, sessions):
    compare(personas, Meeting, sessions, meeting_queries.visible_to, meeting_policies.can_view_meeting)


def own_delegation(meeting, personas):
    found = [item for item in meeting_queries.delegations_of_meeting(meeting.id) if item.party.code == "PE"]
    return found[0] if found else make_delegation(meeting, "PE")


def test_practices(personas, sessions):
    rows = []
    for meeting in sessions:
        delegation = own_delegation(meeting, personas)
        for number, (state, consent) in enumerate(product(PracticeState, Audience), start=1):
            practice = make_practice(delegation, state=state, consent=consent, number=number)
            if state is PracticeState.WITHDRAWN:  # one that was never submitted, one submitted, one published
                practice.published_at = NOON if consent is Audience.PUBLIC else None
                practice.reference = None if consent is Audience.RESTRICTED else practice.reference
            rows.append(practice)
    compare(
        personas, Practice, rows, practice_queries.visible_to, practice_policies.can_view_practice, Practice.meeting
    )


def test_presentations(personas, sessions):
    rows = []
    codes = ("SACM", "RCM", "RIAM", "OCAM", "MIRPS")
    for meeting, (place, state) in product(sessions, enumerate(PresentationState)):
        known = {item.party.code: item for item in meeting_queries.delegations_of_meeting(meeting.id)}
        code = codes[place]
        row = make_presentation(known.get(code) or make_delegation(meeting, code), answers={"1": "Said."})
        row.state = state
        row.consent = list(Audience)[meeting.id % 3]
        row.published_at = NOON if meeting.id % 2 else None
        rows.append(row)
    compare(
        personas,
        Presentation,
        rows,
        presentation_queries.visible_to,
        presentation_policies.can_view_presentation,
        Presentation.meeting,
    )


def test_documents(personas, sessions):
    rows = []
    for meeting in sessions:
        for issued, distribution in product((None, NOON), Audience):
            number = len(rows)
            row = Document(
                meeting=meeting,
                document_class=DocumentClass.WORKING,
                symbol=f"doc.{number}",
                slug=f"doc.{number}",
                order_key="",
                base="doc.0",
                words="",
                title={"en": "Paper"},
                title_keys={},
                original_language="en",
                distribution=distribution,
                registered_at=NOON,
                updated_at=NOON,
                issued_at=issued,
                withdrawn_at=issued if number % 2 else None,
            )
            db.session.add(row)
            rows.append(row)
    compare(
        personas, Document, rows, register_queries.visible_to, register_policies.can_view_document, Document.meeting
    )


def test_what_can_be_found(personas, sessions):
    """The index knows whom a thing was published for, and asks the session about the rest as it stands now."""
    rows = []
    for meeting, consent in product(sessions, Audience):
        values = {"language": "en", "title": "", "text": "", "path": "", "words": ""}
        row = SearchEntry(kind="x", key=f"{meeting.id} {consent}", audience=consent, meeting_id=meeting.id, **values)
        db.session.add(row)
        rows.append((row, meeting))
    db.session.commit()
    for role, actor in personas.items():
        allowed = {
            row.id
            for row, meeting in rows
            if actor.is_staff
            or (
                meeting.stage is not Stage.PREPARING
                and may_read(
                    actor,
                    row.audience.narrower(meeting.distribution),
                    body_id=meeting.mechanism_id,
                    participates=meeting_queries.participates(actor, meeting.id),
                )
            )
        }
        assert told(SearchEntry, meeting_queries.findable(actor)) == allowed, role


def pages(app, world) -> list[str]:
    """The address of every page that is got, for each practice where it is one's."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in rule.methods:
                continue
            special = SPECIAL.get(rule.endpoint, {})
            whats = STATES if {"practice_id", "file_id"} & rule.arguments else ("-",)
            for what in whats:
                known = world.path_values(what)
                values = {name: known[special.get(name, name)] for name in rule.arguments}
                found.append(url_for(rule.endpoint, **values))
        found += [url_for("library.search", q=words) for words in (TOKEN, "papers", "forty thousand")]
        found += [url_for("desk.meeting_trail", slug=world.meeting.slug, page=page) for page in (1, 2)]
        found.append(url_for("library.practices", q=TOKEN))
        found += [url_for("library.practices", format="csv"), url_for("library.search", q="papers", format="csv")]
        found.append(url_for("summaries.workspace", slug=world.meeting.slug, source=f"practice-{draft_id(world)}"))
    return found


def draft_id(world) -> int:
    return world.practices["draft"].id


def draft_presentation(world, personas) -> Presentation:
    """A mechanism has begun to write, and added slides; it was filed before by nobody."""
    mechanism = make_delegation(world.meeting, "SACM")
    draft = start_presentation(mechanism, language="en", by=personas.representative)
    said = {"1": f"{TOKEN} answer."}
    save_presentation(
        draft, answers=said, speakers=[f"{TOKEN} speaker"], language="en", consent=None, by=personas.representative
    )
    add_slides(draft, keep_file(PDF, name=f"{TOKEN}.pdf", by=personas.representative), by=personas.representative)
    db.session.commit()
    return draft


def posts(app, world) -> list[str]:
    """The address of every POST that answers somebody with a page, a file or data at once, but for links'."""
    rows = [row for row in table() if row.method == "POST" and "200" in row.answers]
    return [url for row in rows if not (url := address_of(app, row, world)).startswith(BY_LINK)]


def unpacked(data: bytes) -> bytes:
    """What an archive holds, one file after another."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(part for name in archive.namelist() for part in (name.encode(), archive.read(name)))


def bodies(app, client, personas, world, roles=OTHERS) -> dict[tuple[str, str], tuple[int, str]]:
    """(role, method and address) -> (status, body without tokens) for everybody but the delegation that writes."""
    found = {}
    asked = [(client.get, url, {}) for url in pages(app, world)]
    asked += [(client.post, url, {"csrf_token": token(app)}) for url in posts(app, world)]
    with standing_at(LATER):  # forms propose the present minute
        for role in roles:
            sign_in(client, getattr(personas, role))
            with client.session_transaction() as session:
                session["csrf_token"] = CSRF
            for ask, url, data in asked:
                response = ask(url, data=data)
                sent = unpacked(response.data) if response.mimetype == "application/zip" else response.data
                body = sent.decode("utf-8", "replace")
                body = re.sub(r'name="(csrf_token|form_key)"[^>]*value="[^"]*"', "", body)
                found[role, f"{ask.__name__} {url}"] = response.status_code, body
    return found


@pytest.mark.one_database
@pytest.mark.no_cover  # each page has tests of its own, which count
def test_a_draft_leaves_no_trace_for_anybody_else(app, client, personas, nothing_stays):
    """No page and no answer holds its words, nor those of its history, of its links, of what was set aside from it, of
    what the delegation says among itself and in its clearance about this and every other practice, of its answers
    before it submits again, or of what it made of a text that was recorded for it; all are the same when other words
    stand there. A mechanism's draft of a presentation leaves none either: all are the same without it. Nor is what the
    secretariat writes for itself on a page of anybody else."""
    world = make_world(personas)
    presentation = draft_presentation(world, personas)
    returned = world.practices["accepted"]  # what is written after a return is a draft as well
    returned.state = PracticeState.RETURNED
    returned.content = {"title": f"{TOKEN} again", "results": f"{TOKEN} again."}
    db.session.commit()
    before = bodies(app, client, personas, world)
    _status, mine = before.pop(("representative", "post /desk/my-data"))
    assert TOKEN in mine, "who wrote the presentation has its slides, which the walk finds in an archive"
    asked = f"q={TOKEN}"  # the pages that answer a query repeat it
    traces = [key for key, (_status, body) in before.items() if TOKEN.lower() in body.lower() and asked not in key[1]]
    assert traces == []
    readers = [body for (role, _url), (_status, body) in before.items() if not getattr(personas, role).is_staff]
    assert not any(word.lower() in body.lower() for body in readers for word in (TRANSLATED, STAFF_TOKEN))
    practice = world.practices["draft"]
    practice.content = returned.content = {"title": "Otherwise"}
    practice.set_aside = []
    save_draft(practice, content=practice.content, language="pt", by=personas.delegate_a, apart=True)
    remove_file(world.files["draft"], by=personas.delegate_a)
    db.session.query(DelegationComment).update({"text": "Said otherwise"})
    db.session.query(DraftRevision).delete()
    db.session.query(HandoverUse).update({"name": "Somebody else"})
    db.session.query(Clearance).delete()
    db.session.query(ReviewComment).update({"answer": "Answered otherwise"})
    db.session.query(Comment).filter(Comment.filed_at.is_(None)).delete()
    db.session.query(Position).delete()
    db.session.get_one(Intake, world.values["intake_id"]).practice.content = {"title": "Recorded otherwise"}
    db.session.delete(presentation)
    db.session.commit()
    after = bodies(app, client, personas, world)
    assert [key for key in before if before[key] != after[key]] == []


@pytest.mark.one_database
@pytest.mark.no_cover
def test_what_the_secretariat_writes_for_itself_is_on_no_page_of_the_delegation(app, client, personas):
    world = make_world(personas)
    found = bodies(app, client, personas, world, roles=("delegate_a",))
    assert [key for key, (_status, body) in found.items() if STAFF_TOKEN.lower() in body.lower()] == []
    sign_in(client, personas.secretariat)
    assert STAFF_TOKEN in client.get(f"/practices/review/{world.practices['submitted'].id}").text


def test_the_delegation_reads_its_draft(app, client, personas):
    """The walk above would find the words: the delegation's own pages have them."""
    world = make_world(personas)
    sign_in(client, personas.delegate_a)
    for page in ("check", "comments", "history", "hands", "clearance_page", "edit"):
        with app.test_request_context():
            url = url_for(f"practices.{page}", practice_id=draft_id(world))
        assert TOKEN in client.get(url).text, page
    for page in ("read", "comment", "position"):
        with app.test_request_context():
            special = SPECIAL[f"circulation.{page}"]
            known = world.path_values("-")
            names = next(app.url_map.iter_rules(f"circulation.{page}")).arguments
            url = url_for(f"circulation.{page}", **{name: known[special.get(name, name)] for name in names})
        assert TOKEN in client.get(url).text, page

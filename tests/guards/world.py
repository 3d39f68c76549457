"""One session with a thing of every kind and state, in which every route has something to show."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app

from app.collections.enums import ReadingKind
from app.collections.models import CollectionExport
from app.collections.queries import token_of as token_of_collection
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.directory.enums import StatementSubject
from app.directory.models import Involvement, Proposal, Source, Statement
from app.documents.operations import keep_file
from app.following.enums import FollowKind, Rhythm
from app.following.links import stop_link
from app.following.models import DigestSettings, Follow
from app.jobs.operations import queue_job
from app.mail.operations import queue_mail
from app.meetings.carrying import set_up_of
from app.meetings.emails import invitation
from app.meetings.enums import DelegationRole, ItemRole
from app.meetings.models import (
    AgendaItem,
    Delegation,
    DelegationMember,
    GuidingQuestion,
    ItemPerson,
    Meeting,
    ParticipantRules,
    SessionTemplate,
)
from app.meetings.participants import add_note
from app.meetings.starting import save_template
from app.open_data.enums import ReleaseFormat
from app.open_data.models import Release, ReleaseFile
from app.people.enums import LinkPurpose
from app.people.models import AccountLink, CalendarFeed
from app.people.queries import token_hash
from app.practices.drafting_models import Handover
from app.practices.enums import PracticeState
from app.practices.handing_over import token_of
from app.practices.indexing import index_practice
from app.practices.models import Practice, PracticeFile
from app.practices.operations import save_draft
from app.practices.review_models import Assessment, StaffNote
from app.presentations.indexing import index_presentation
from app.presentations.models import PresentationFile
from app.presentations.slots import slot_of
from app.summaries.models import (
    MarginComment,
    SummaryStep,
)
from tests.factories.collections import make_collection
from tests.factories.participants import make_person
from tests.factories.register import issue
from tests.factories.summaries import (
    CONTENT,
    NOON,
    make_meeting,
    make_practice,
    make_presentation,
)
from tests.guards.circulated import circulate
from tests.guards.own_rows import PDF, TOKEN, clearance, own_rows, recorded
from tests.guards.world_texts import (
    add_carried,
    add_coordination,
    add_correction,
    add_floor,
    add_group,
    add_publication,
    add_recommendation,
    add_statement,
    add_summary,
)
from tests.personas import MECHANISM, STATE_A, Personas, make_user, party

STAFF_TOKEN = "Qrstuvwxyz"  # stands in what the secretariat writes for itself
FEED_TOKEN = "feed-token"
OWN_FEED_TOKEN = "own-feed-token"
LINKS = {LinkPurpose.SET_UP: "set-up-token", LinkPurpose.SIGN_IN: "sign-in-token"}
MAIL = (
    b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Kept\r\nDate: Thu, 14 May 2026 14:00:00 +0000\r\n"
    b"Content-Type: text/plain\r\n\r\nBody\r\n"
)


# The names that the table of access gives to practices and files.
STATES = ("draft", "submitted", "accepted", "published")


@dataclass(frozen=True)
class World:
    """The session and what is in it; practices, their attachments and what hangs on them by the name of their state."""

    meeting: Meeting
    practices: dict[str, Practice]
    files: dict[str, PracticeFile]
    rows: dict[str, dict[str, object]]
    values: dict[str, object]

    def path_values(self, what: str) -> dict[str, object]:
        """The values of the parameters of addresses; `what` names a practice, or is "-"."""
        chosen = what if what in STATES else "published"
        return {
            **self.values,
            **self.rows[chosen],
            "practice_id": self.practices[chosen].id,
            "file_id": self.files[chosen].id,
            "slug": self.meeting.slug,
        }


def _following(personas: Personas) -> dict[str, object]:
    """What the delegate of a State follows, with the links that stop its mails, and the feed of a reader."""
    user = personas.delegate_a
    more = {"begun_at": NOON, "since": NOON, "told_until": NOON, "rhythm": Rhythm.WEEKLY}
    follow = Follow(user=user, kind=FollowKind.STATE, target="PE", **more)
    feed = DigestSettings(user=personas.reader, hour=7, weekday=0, zone="UTC", feed_hash=token_hash(OWN_FEED_TOKEN))
    db.session.add_all([follow, feed])
    db.session.flush()
    stop_token = stop_link(user, follow).rpartition("/")[2]
    return {"follow_id": follow.id, "stop_token": stop_token, "own_feed_token": OWN_FEED_TOKEN, "by": "state"}


def _practices(meeting: Meeting, own: Delegation, personas: Personas) -> dict[str, Practice]:
    made = {
        name: make_practice(own, state=PracticeState(name), number=number)
        for number, name in enumerate(STATES, start=1)
    }
    draft = made["draft"]
    draft.content = {**CONTENT, "title": f"{TOKEN} title"}
    draft.created_by_id = personas.delegate_a.id
    db.session.flush()
    save_draft(draft, content={**CONTENT, "context": f"{TOKEN} context."}, by=personas.delegate_a)
    draft.content = {**draft.content, "title": f"{TOKEN} title"}
    index_practice(made["published"], made["published"].versions[0])
    _review(made, personas)
    return made


def _review(made: dict[str, Practice], personas: Personas) -> None:
    """What the secretariat wrote for itself, of which nobody else may read a word."""
    for practice in (made["submitted"], made["accepted"], made["published"]):
        words = f"{STAFF_TOKEN} of {practice.reference}"
        db.session.add(StaffNote(practice=practice, text=words, at=NOON, by_id=personas.secretariat.id))
        db.session.add(
            Assessment(
                practice_version=practice.versions[0],
                marks={"evidence": "not_met"},
                comments={"results": words},
                comment=words,
                at=NOON,
                by_id=personas.secretariat.id,
            )
        )


def _collections(personas: Personas, published: Practice) -> dict[str, object]:
    """What delegate A keeps for themselves: a collection that is shared, with a file of it; one that was deleted."""
    reading = (ReadingKind.PRACTICE, published.slug)
    gone = make_collection(personas.delegate_a, reading, title=f"{TOKEN} deleted")
    gone.deleted_at = NOON
    collection = make_collection(
        personas.delegate_a, reading, title=f"{TOKEN} collection", note=f"{TOKEN} note", shared=True
    )
    export = CollectionExport(
        collection=collection,
        reader=personas.delegate_a,
        extension="pdf",
        language="en",
        asked_at=NOON,
        file=keep_file(PDF, name=f"{TOKEN} collection.pdf", by=personas.delegate_a),
    )
    db.session.add(export)
    db.session.flush()
    return {
        "collection_id": collection.id,
        "deleted_collection": gone.id,
        "reading_id": collection.readings[0].id,
        "collection_token": token_of_collection(collection),
        "export_id": export.id,
    }


def _release() -> dict[str, object]:
    """A release of open data, with one file."""
    file = keep_file(PDF, name="release.pdf", by=SYSTEM)
    item = ReleaseFile(format=ReleaseFormat.CSV, name="release.csv.zip", size=file.size, sha256=file.sha256, file=file)
    db.session.add(Release(number=1, as_of=NOON, made_at=NOON, licence="CC BY 3.0 IGO", files=[item]))
    return {"release_file": item.name, "file_format": "csv", "sitemap": "pages"}


def make_template(meeting: Meeting) -> SessionTemplate:
    """A template of the session's body, kept from the session."""
    set_up = set_up_of(meeting)
    return save_template(meeting.mechanism, name="Usual", set_up=set_up, keys=set_up["parts"], by=SYSTEM)


def make_world(personas: Personas) -> World:
    """Make it, with the personas in their delegations, and commit."""
    meeting = make_meeting()
    personas.join(meeting)
    own = db.session.scalars(sa.select(Delegation).join(Delegation.party).filter_by(code=STATE_A)).one()
    mechanism = db.session.scalars(sa.select(Delegation).join(Delegation.party).filter_by(code=MECHANISM)).one()
    practices = _practices(meeting, own, personas)
    presentation = make_presentation(mechanism, answers={"1": "Data are shared. Trust grew."})
    presentation.published_at = NOON
    index_presentation(presentation, presentation.versions[0])
    kept = keep_file(PDF, name="slides.pdf", by=personas.representative)
    kept.created_at = NOON
    slides = PresentationFile(presentation_id=presentation.id, file=kept)
    db.session.add(slides)
    files = {}
    for name, practice in practices.items():
        kept = keep_file(PDF, name=f"{TOKEN if name == 'draft' else name}.pdf", by=personas.delegate_a)
        kept.created_at = NOON
        files[name] = PracticeFile(practice_id=practice.id, file=kept)
        db.session.add(files[name])
    summary, citation, aside = add_summary(meeting, practices["published"], personas)
    recommendation = add_recommendation(summary)
    add_publication(summary, meeting, personas)
    carried = add_carried(meeting, own, recommendation)
    circulated = circulate(meeting, summary, own)
    invited = make_user("Invited", party_code=STATE_A, set_up_at=None)
    own.members.append(DelegationMember(user=invited, role=DelegationRole.OBSERVER, added_at=NOON))
    for purpose, token in LINKS.items():
        db.session.add(
            AccountLink(
                user_id=invited.id,
                purpose=purpose,
                token_hash=token_hash(token),
                created_at=now(),
                expires_at=now().replace(year=now().year + 1, day=1),
            )
        )
    folder = current_app.config["MAIL_DIR"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kept.eml").write_bytes(MAIL)
    db.session.flush()
    section = summary.sections[0]
    said = {"paragraph_id": section.paragraphs[1].id, "author_id": personas.secretariat.id}
    remark = MarginComment(**said, text="Is this so?", written_at=NOON)
    nothing: dict[str, dict] = {"sections": {}, "paragraphs": {}}
    step = SummaryStep(summary_id=summary.id, verb="edit_paragraph", before=nothing, after=nothing, at=NOON)
    db.session.add_all([remark, step])
    db.session.flush()
    values = {
        "group_id": add_group(meeting, practices["published"]).id,
        "presentation_slides": slides.id,
        "section_id": section.id,
        "paragraph_id": section.paragraphs[1].id,
        "citation_id": citation.id,
        "set_aside_id": aside.id,
        "margin_id": remark.id,
        "step_id": step.id,
        "recommendation_id": recommendation.id,
        "carried_id": carried.id,
        "paragraph_mark": "1",
        "number": 1,
        "language": "en",
        "extension": "pdf",
        "item_id": db.session.scalars(sa.select(AgendaItem.id)).one(),
        "mark": db.session.scalars(sa.select(AgendaItem.mark)).one(),
        "question_id": db.session.scalars(sa.select(GuidingQuestion.id).limit(1)).one(),
        "delegation_id": own.id,
        "member_id": own.members[-1].id,
        "user_id": personas.reader.id,
        "set_up_token": LINKS[LinkPurpose.SET_UP],
        "sign_in_token": LINKS[LinkPurpose.SIGN_IN],
        "name": "kept",
        "code": MECHANISM,
        "state_code": STATE_A,
        "mechanism": party("CAM").slug,
        "published_slug": practices["published"].slug,
        "filename": "icon.svg",
    }
    source = db.session.scalars(sa.select(Source.key).limit(1)).one()
    proposal = Proposal(
        mechanism_id=party(MECHANISM).id,
        subject=StatementSubject.MEMBERS,
        content={"source": source, "part": "", "stated": True, "count": 12, "parties": []},
        proposed_at=NOON,
        proposed_by_id=personas.representative.id,
    )
    db.session.add(proposal)
    db.session.flush()
    values |= {
        "represented": party(MECHANISM).slug,
        "subject": StatementSubject.MEMBERS.value,
        "proposal_id": proposal.id,
        "vocabulary": "themes",
        "term": "T2",
        "theme": "T2",
        "objective": "5",
        "coordination_id": add_coordination(meeting, practices["published"]).id,
        "table": "parties",
        "organization": "IOM",
        "statement_id": db.session.scalars(sa.select(Statement.id).limit(1)).one(),
        "source_id": db.session.scalars(sa.select(Source.id).limit(1)).one(),
        "cell_id": db.session.scalars(sa.select(Involvement.id).limit(1)).one(),
    }
    values["job_id"] = queue_job(kind="summaries.render", key="world", payload={}, by=personas.delegate_a)
    speaker = ItemPerson(item_id=values["item_id"], delegation_id=own.id, role=ItemRole.SPEAKER)
    db.session.add(speaker)
    db.session.add(CalendarFeed(user_id=personas.reader.id, token_hash=token_hash(FEED_TOKEN), created_at=NOON))
    db.session.flush()
    values |= {"person_id": speaker.id, "feed_token": FEED_TOKEN}
    values |= _following(personas)
    values["template_id"] = make_template(meeting).id
    # Registration is open and its data are kept for as long as these tests are run.
    meeting.registration_closes_at = NOON.replace(year=NOON.year + 10)
    db.session.add(ParticipantRules(mechanism_id=meeting.mechanism_id, keep_months=120, audience=Audience.RESTRICTED))
    note = add_note(own, number="7-5-M/12", dated=None, upload=None, by=personas.delegate_a)
    note.file = keep_file(PDF, name="note.pdf", by=personas.delegate_a)
    more = {"note_id": note.id, "user_id": personas.delegate_a.id}
    person = make_person(own, "Ana Ruiz", access_needs="Captions", **more)
    slot_of(mechanism)
    values["correction_id"] = add_correction(practices["published"], personas).id
    values |= {"participant_id": person.id, "note_id": note.id, "own_code": STATE_A, "sheet": "csv"}
    mail = queue_mail("meetings/added", invited, invitation(own, DelegationRole.OBSERVER), meeting_id=meeting.id)
    db.session.flush()
    values |= {"mail_id": mail.id, "feature": "practices", "event": "submitted"}
    document = issue(meeting)
    values |= _release()
    values |= {
        "symbol": document.slug,
        "document_language": "es",
        "zone": "America/Lima",
        "target_language": "fr",
        "kind": "questions",
        "document_number": 1,
        "occasion": "document",
        "subject_id": document.id,
        "section_key": "practice",
        "field_key": "context",
        "paper": "speakers",
        "sheet": "csv",
    }
    rows = own_rows(practices, personas)
    handover = db.session.get_one(Handover, rows["draft"]["handover_id"])
    values |= clearance(practices["submitted"], personas)
    values |= {"intake_id": recorded(own, personas).id, "handed_token": token_of(handover)}
    values |= add_floor(meeting, own, values["mark"]) | add_statement(meeting, own, values["mark"])
    values |= circulated | _collections(personas, practices["published"])
    assert presentation.audience is Audience.PUBLIC
    db.session.commit()
    return World(meeting, practices, files, rows, values)

"""A world that grows: more of everything that pages list."""

from datetime import timedelta

import sqlalchemy as sa

from app.audit.operations import record
from app.circulation.enums import CirculationEnd, CirculationKind
from app.circulation.models import Position
from app.collections.enums import ReadingKind
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import now, standing_at
from app.core.db import db
from app.documents.operations import keep_file
from app.floor.enums import EntryState, FloorPart, SpeakingKind
from app.floor.models import PartGiven, SpeakerEntry, SpeakersList, Speech
from app.floor.statement_models import FloorInterpreter, FloorStatement, FloorStatementCode, FloorStatementVersion
from app.following.enums import FollowKind, Rhythm
from app.following.models import Follow
from app.grouping.models import GroupedPassage, PassageGroup
from app.jobs.operations import queue_job
from app.mail.operations import queue_mail
from app.meetings.emails import invitation
from app.meetings.enums import DelegationRole, ItemKind, ItemRole, ParticipantRole, QuestionAudience, Stage
from app.meetings.models import AgendaItem, DelegationMember, GuidingQuestion, ItemPerson, ParticipantRules
from app.practices.enums import PracticeState
from app.practices.indexing import index_practice
from app.practices.translating import save_translations
from app.recommendations.enums import Progress
from app.recommendations.models import CarriedRecommendation, RecommendationReport
from app.recommendations.reading import recommended_in
from app.record.enums import Half, Kept, MinutesState, Outcome
from app.record.models import Minutes, MinutesCorrection, MinutesVersion, Note, Present, Sitting
from app.register.models import Document
from app.summaries.models import Citation, Publication, Recommendation
from app.summaries.publishing import freeze, issued
from app.summaries.queries import participating
from app.summaries.sources import sources_of
from tests.factories.collections import make_collection
from tests.factories.participants import make_person
from tests.factories.register import issue
from tests.factories.summaries import (
    CONTENT,
    NOON,
    everywhere,
    make_delegation,
    make_meeting,
    make_practice,
    make_presentation,
    make_summary,
    publish_agenda,
)
from tests.guards.circulated import make_circulation, make_comment, make_versions
from tests.guards.own_rows import PDF
from tests.personas import add_member, make_user, party

STATES = ("PE", "CL", "MX")
MECHANISMS = ("RCM", "SACM", "RIAM")


def grow(personas, rows: int) -> None:
    """Make so many sessions with a published summary, and in the first so many of everything."""
    with standing_at(NOON):
        _grow(personas, rows)


def _grow(personas, rows: int) -> None:
    made = [make_meeting(str(number), Stage.CONSOLIDATING) for number in range(rows)]
    first = made[0]
    db.session.add(ParticipantRules(mechanism_id=first.mechanism_id, keep_months=120, audience=Audience.PUBLIC))
    delegations = [make_delegation(first, code) for code in STATES[:rows]]
    add_member(first, personas.delegate_a, DelegationRole.FOCAL_POINT)
    passages = []
    for place, delegation in enumerate(delegations):
        at = {"begun_at": NOON, "since": NOON, "told_until": NOON, "rhythm": Rhythm.WEEKLY}
        db.session.add(Follow(user=personas.delegate_a, kind=FollowKind.STATE, target=delegation.party.code, **at))
        user = make_user(f"Member {place}", party_code=delegation.party.code)
        make_person(delegation, f"Person {place}", role=ParticipantRole.HEAD)
        delegation.members.append(DelegationMember(user=user, role=DelegationRole.HEAD, added_at=NOON))
        for number in range(1, rows + 1):
            practice = make_practice(delegation, state=PracticeState.PUBLISHED, number=number)
            index_practice(practice, practice.versions[0])
            texts = dict.fromkeys(("context", "results", "answers.1")[:rows], "Traduit.")
            save_translations(practice, "fr", of=practice.versions[0], texts=texts, by=personas.secretariat)
            passages.append({"practice_version_id": practice.versions[0].id, "delegation_id": delegation.id})
        make_practice(delegation, state=PracticeState.DRAFT)
        queue_mail("meetings/added", user, invitation(delegation, DelegationRole.HEAD), meeting_id=first.id)
        make_practice(delegation, state=PracticeState.SUBMITTED, number=rows + 1)
        of_mechanism = make_delegation(first, MECHANISMS[place])
        make_presentation(of_mechanism, answers={"1": "Data are shared."}).published_at = NOON
        more = {"meeting": first, "minutes": 30, "kind": ItemKind.PANEL, "title": everywhere("Item")}
        item = AgendaItem(position=place + 2, **more)
        speaker = ItemPerson(delegation=delegation, role=ItemRole.SPEAKER)
        item.people.append(speaker)
        db.session.add_all([item, AgendaItem(position=place + 2, parent=item, **more)])
        text = everywhere("Another?")
        issue(first)
        question = GuidingQuestion(meeting=first, number=place + 3, text=text, audience=QuestionAudience.BOTH)
        record("add_question", question, by=SYSTEM, meeting_id=first.id)
    db.session.flush()
    opening = db.session.scalars(sa.select(AgendaItem).filter_by(meeting=first, position=1)).one()
    opening.mark = "opening"
    _list_speakers(first, delegations)
    for document in db.session.scalars(sa.select(Document)):
        document.items.append(opening)
    publish_agenda(first)
    for meeting in made:
        summary = make_summary(meeting, *([rows] * rows))
        if meeting is first:
            cite(summary, passages)
        text = everywhere("Count alike")
        paragraph = summary.sections[0].paragraphs[0]
        paragraph.recommendations = [Recommendation(addressees=["all"], text=text) for _number in range(rows)]
        if meeting is first:
            _group(meeting, passages)
        db.session.flush()
        publication = publish(meeting, summary)
        report_on(first, publication, delegations)
        if meeting is first:
            _circulate(meeting, summary, delegations)
    for number in range(rows):
        queue_job(kind="summaries.render", key=str(number))
    readings = [(ReadingKind.PRACTICE, f"CAM-0-GP-PER-0{number}") for number in range(1, rows + 1)]
    make_collection(personas.delegate_a, *readings)
    db.session.commit()


def _list_speakers(meeting, delegations) -> None:
    """On the first item: a point of order (entry 1), of each delegation a statement that waits and one that was made,
    and one who still speaks."""
    speakers = SpeakersList(meeting=meeting, mark="opening", opened_at=NOON)
    more = {"speakers": speakers, "delegation": delegations[0], "language": "en", "asked_at": NOON}
    db.session.add(SpeakerEntry(kind=SpeakingKind.POINT_OF_ORDER, state=EntryState.SPOKEN, **more))
    db.session.flush()
    for delegation in delegations:
        more = {"speakers": speakers, "delegation": delegation, "language": "en", "asked_at": NOON}
        waits = SpeakerEntry(kind=SpeakingKind.STATEMENT, on_behalf=party("RCM"), acts_for="party:1", **more)
        rests = SpeakerEntry(kind=SpeakingKind.RIGHT_OF_REPLY, **more)
        spoke = SpeakerEntry(kind=SpeakingKind.STATEMENT, state=EntryState.SPOKEN, **more)
        spoke.speech = Speech(meeting_id=meeting.id, allowed=60, begun_at=NOON, ended_at=NOON)
        db.session.add_all([waits, spoke, rests])
    speaks = SpeakerEntry(kind=SpeakingKind.REPLY, state=EntryState.SPEAKING, **more)
    speaks.speech = Speech(meeting_id=meeting.id, allowed=60, begun_at=NOON)
    db.session.add(speaks)
    _hand_in(meeting, delegations)
    db.session.flush()
    _record(meeting, [row for row in db.session.scalars(sa.select(SpeakerEntry)) if row.speech], delegations)
    db.session.add_all(PartGiven(member=row.members[-1], part=FloorPart.CHAIR, given_at=NOON) for row in delegations)
    db.session.flush()


def _record(meeting, heard, delegations) -> None:
    """Of each intervention notes, a correction and one that was accepted and is not in the text; a sitting and a
    version of the minutes for each delegation."""
    minutes = Minutes(meeting=meeting, language="en", state=MinutesState.CORRECTING, correct_until=now())
    for entry in heard:
        points = {"points": "Noted."}
        author = make_user(f"Note-taker {entry.id}")
        db.session.add(Note(intervention=entry, author=author, points=points, begun_at=NOON, saved_at=NOON))
        settled = {"outcome": Outcome.ACCEPTED, "settled_at": NOON, "taken": {"points": "Otherwise."}}
        for more in (settled, {}):
            db.session.add(MinutesCorrection(intervention=entry, points=points, proposed_at=NOON, **more))
    texts = {f"intervention-{entry.id}": {"points": "Noted."} for entry in heard}
    for place, _delegation in enumerate(delegations):
        present = [Present(delegation=row) for row in delegations]
        db.session.add(Sitting(meeting=meeting, day=place + 1, half=Half.MORNING, noted_at=NOON, present=present))
        more = {"number": place + 1, "why": Kept.SENT, "texts": texts, "kept_at": NOON}
        db.session.add(MinutesVersion(minutes=minutes, **more))
    db.session.flush()


def _hand_in(meeting, delegations) -> None:
    """On the first item: a statement of each delegation, which was made, with two versions; a code, an interpreter."""
    for delegation in delegations:
        statement = FloorStatement(
            delegation=delegation, mark="opening", kind=SpeakingKind.STATEMENT, acts_for="", consent=Audience.PUBLIC
        )
        for number in (1, 2):
            file = keep_file(PDF, name="statement.pdf", by=SYSTEM)
            more = {"language": "en", "check_delivery": True, "handed_in_at": NOON, "sha256": file.sha256}
            db.session.add(FloorStatementVersion(statement=statement, number=number, file=file, **more))
        db.session.add(FloorStatementCode(delegation=delegations[0], mark="opening", seed="0", made_at=NOON,
                                          made_by_id=delegation.members[0].user_id, expires_at=NOON))  # fmt: skip
        interpreter = delegation.members[-1].user
        db.session.add(FloorInterpreter(meeting=meeting, user=interpreter, added_at=NOON))


def _group(meeting, passages) -> None:
    """Of each passage a group, in a proposal."""
    quote = CONTENT["answers"]["1"][:29]
    for place, passage in enumerate(passages, start=1):
        group = PassageGroup(meeting=meeting, question=1, position=place, name="Trust", made_at=NOON)
        row = GroupedPassage(**passage, field="answers.1", start=0, end=29, quote=quote, position=1, chosen=place)
        group.passages.append(row)
        db.session.add(group)


def cite(summary, passages) -> None:
    for paragraph in (paragraph for section in summary.sections for paragraph in section.paragraphs):
        for passage in passages:
            more = {"field": "results", "start": 0, "end": 31, "quote": CONTENT["results"][:31], "created_at": NOON}
            paragraph.citations.append(Citation(**passage, **more))


def _circulate(meeting, summary, delegations) -> None:
    """A version more than there are delegations; the last is before them for comments, of which each filed one; one was
    adopted by silence, on which each explained its position."""
    made = make_versions(summary, meeting, len(delegations) + 1)
    running = make_circulation(meeting, made[-1], *delegations, seen_by_all=True)
    more = {"kind": CirculationKind.SILENCE, "ends_at": now() + timedelta(days=3), "end": CirculationEnd.ADOPTED}
    adopted = make_circulation(meeting, made[0], *delegations, ended_at=NOON, **more)
    for delegation in delegations:
        make_comment(running, delegation, paragraph="p-1", proposed="Another text.")
        values = {"text": "We joined.", "language": "en", "saved_at": NOON, "filed_at": NOON}
        db.session.add(Position(circulation=adopted, delegation=delegation, **values))
    db.session.flush()


def publish(meeting, summary) -> Publication:
    content = freeze(summary, sources_of(meeting.id), participating(meeting.id))
    publication = issued(summary, content, at=now())
    db.session.add(publication)
    db.session.flush()
    return publication


def report_on(meeting, publication, delegations) -> None:
    """The session asks about all that a publication recommends, and each of the delegations has reported."""
    for key in recommended_in(publication.content):
        carried = CarriedRecommendation(meeting=meeting, publication=publication, key=key, carried_at=NOON)
        more = {"language": "en", "consent": Audience.PUBLIC, "saved_at": NOON, "filed_at": NOON}
        for delegation in delegations:
            report = RecommendationReport(carried=carried, delegation=delegation, progress=Progress.DONE, **more)
            db.session.add(report)
    db.session.flush()

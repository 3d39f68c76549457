"""How many statements a page runs: the same for one row as for three, and few."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import url_for

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
from tests.client import sign_in
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
from tests.statements import count_statements

READING_LIMIT = 8
# Pages that put a party or a theme together from all that is known of it; and practices, of which a worker looks for
# like ones once an hour (here, where nothing is kept, each time).
ASSEMBLED = {
    "library.practice",
    "library.practice_version",
    "library.presentation",
    "library.presentation_version",
    "library.mechanism",
    "library.state",
    "library.organization",
    "api.mechanisms",
    "collections.compare_states",
    "library.search",  # of what nothing has: it looks for what may have been meant
    "library.theme",
    "library.objective",
}
STATES = ("PE", "CL", "MX")
MECHANISMS = ("RCM", "SACM", "RIAM")

# page: (endpoint, values, statements). Reading pages as anybody; the others as the person who works there.
READING = {
    "library.home": ({}, 7),
    "library.body": ({"slug": "cam"}, 8),
    "library.meetings": ({}, 2),
    "library.meeting": ({"slug": "cam-0"}, 8),
    "library.practices": ({}, 7),
    "library.meeting_practices": ({"slug": "cam-0"}, 8),
    "library.practice": ({"slug": "CAM-0-GP-PER-01"}, 10),
    "library.presentation": ({"slug": "cam-0", "code": "RCM"}, 15),
    "library.summary": ({"slug": "cam-0"}, 8),
    "library.summary_changes": ({"slug": "cam-0"}, 4),
    "library.summary_paragraph": ({"slug": "cam-0", "mark": "1"}, 8),
    "recommendations.board": ({}, 4),
    "recommendations.session": ({"slug": "cam-0"}, 4),
    "recommendations.show": ({"carried_id": 1}, 2),
    "library.mechanisms": ({}, 5),
    "library.mechanism": ({"slug": "cam"}, 18),
    "library.state": ({"code": "PE"}, 26),
    "library.theme": ({"code": "T3"}, 19),
    "library.objective": ({"code": "5"}, 19),
    "library.practice_map": ({}, 7),
    "library.organizations": ({}, 5),
    "library.organization": ({"code": "IOM"}, 11),
    "library.question": ({"slug": "cam-0", "number": 1}, 6),
    "library.participants": ({"slug": "cam-0"}, 4),
    "coordination.register": ({}, 3),
    "library.search": ({"q": "xylophones"}, 11),
    "map.pictures": ({}, 5),
    "map.states": ({}, 5),
    "map.themes": ({}, 5),
    "map.involvement": ({}, 6),
    "map.network": ({}, 5),
    "map.americas": ({}, 5),
    "map.timeline": ({}, 1),
    "map.history": ({"slug": "rcm"}, 4),
    "map.cell": ({"cell_id": 1}, 3),
    "map.overlap": ({}, 5),
    "map.pair": ({"first": "rcm", "second": "sacm"}, 7),
    "map.common": ({"m": ["rcm", "sacm", "mirps"]}, 5),
    "map.gaps": ({}, 7),
    "map.term": ({"vocabulary": "issues", "code": "25"}, 7),
    "map.exchange": ({}, 0),
    "api.sessions": ({}, 2),
    "api.session": ({"slug": "cam-0"}, 5),
    "api.summaries": ({}, 1),
    "api.summary": ({"slug": "cam-0"}, 5),
    "api.practices": ({}, 6),
    "api.practice": ({"slug": "CAM-0-GP-PER-01"}, 7),
    "api.presentations": ({}, 1),
    "api.mechanisms": ({}, 12),
    "api.organizations": ({}, 1),
    "api.organization": ({"code": "IOM"}, 3),
    "api.involvement": ({}, 2),
    "library.agenda": ({"slug": "cam-0"}, 4),
    "library.agenda_version": ({"slug": "cam-0", "number": 1}, 4),
    "library.calendar": ({"slug": "cam-0"}, 5),
    "library.documents": ({"slug": "cam-0"}, 5),
    "library.document": ({"symbol": "CAM-doc.1-26"}, 8),
    "library.read_document": ({"symbol": "CAM-doc.1-26", "language": "es"}, 5),
    "api.documents": ({}, 3),
    "api.one_document": ({"symbol": "CAM-doc.1-26"}, 6),
    "library.agenda_item": ({"slug": "cam-0", "mark": "opening"}, 6),
    "floor.statements": ({"slug": "cam-0"}, 6),
    "library.practice_versions": ({"slug": "CAM-0-GP-PER-01"}, 4),
    "library.practice_version": ({"slug": "CAM-0-GP-PER-01", "number": 1}, 10),
    "library.presentation_versions": ({"slug": "cam-0", "code": "RCM"}, 6),
    "library.presentation_version": ({"slug": "cam-0", "code": "RCM", "number": 1}, 15),
    "circulation.adoption": ({"slug": "cam-0"}, 6),
    "collections.compare": ({"practice": ["CAM-0-GP-PER-01"]}, 4),
    "collections.compare_presentations": ({"presentation": ["cam-0/RCM", "cam-0/SACM"]}, 6),
    "collections.compare_states": ({"state": ["PE", "CL"]}, 10),
}
STAFF = {
    "desk.home": ({}, 23),
    "desk.meeting": ({"slug": "cam-0"}, 26),
    "practices.queue": ({"slug": "cam-0"}, 7),
    "practices.call": ({"slug": "cam-0"}, 8),
    "practices.template": ({"slug": "cam-0"}, 8),
    "practices.template_preview": ({"slug": "cam-0"}, 9),
    "practices.apply_template": ({"slug": "cam-0"}, 9),
    "practices.template_field": ({"slug": "cam-0", "field_key": "context"}, 7),
    "practices.template_section": ({"slug": "cam-0", "section_key": "practice"}, 7),
    "meetings.agenda": ({"slug": "cam-0"}, 8),
    "meetings.questions": ({"slug": "cam-0"}, 5),
    "presentations.index": ({"slug": "cam-0"}, 11),
    "meetings.delegations": ({"slug": "cam-0"}, 9),
    "meetings.stages": ({"slug": "cam-0"}, 6),
    "desk.meeting_trail": ({"slug": "cam-0"}, 12),
    "map.proposals": ({}, 4),
    "map.export_workbook": ({}, 14),
    "map.export_table": ({"table": "places"}, 14),
    "map.statement": ({"slug": "rcm", "subject": "members"}, 7),
    "map.profile": ({"code": "RCM"}, 10),
    "map.sources": ({}, 3),
    "map.source": ({"source_id": 1}, 9),
    "summaries.workspace": ({"slug": "cam-0"}, 24),
    "summaries.matrix": ({"slug": "cam-0"}, 21),
    "summaries.publish": ({"slug": "cam-0"}, 39),
    "summaries.checks": ({"slug": "cam-0"}, 28),
    "summaries.body_rules": ({"slug": "cam"}, 3),
    "summaries.passages": ({"slug": "cam-0"}, 22),
    "summaries.coverage": ({"slug": "cam-0"}, 20),
    "summaries.set_asides": ({"slug": "cam-0"}, 19),
    "summaries.to_mend": ({"slug": "cam-0"}, 21),
    "summaries.balance": ({"slug": "cam-0"}, 19),
    "grouping.groups": ({"slug": "cam-0"}, 23),
    "grouping.group": ({"group_id": 1}, 22),
    "grouping.skeleton": ({"slug": "cam-0"}, 26),
    "summaries.compilations": ({"slug": "cam-0"}, 8),
    "jobs.register": ({}, 5),
    "jobs.job": ({"job_id": 1}, 2),
    "desk.board": ({"slug": "cam-0"}, 20),
    "desk.confirm_reminder": ({"slug": "cam-0"}, 19),
    "summaries.versions": ({"slug": "cam-0"}, 8),
    "summaries.compare_versions": ({"slug": "cam-0", "older": 0, "newer": 1}, 5),
    "circulation.circulations": ({"slug": "cam-0"}, 6),
    "circulation.begin": ({"slug": "cam-0"}, 30),
    "circulation.circulation": ({"circulation_id": 1}, 7),
    "circulation.dispose": ({"comment_id": 1}, 4),
    "circulation.matrix": ({"circulation_id": 1, "extension": "xlsx"}, 4),
    "meetings.publish_agenda": ({"slug": "cam-0"}, 7),
    "meetings.edit_agenda_item": ({"item_id": 1}, 8),
    "meetings.edit_question": ({"question_id": 1}, 5),
    "meetings.start": ({}, 3),
    "meetings.create": ({}, 3),
    "meetings.start_from_session": ({"slug": "cam-0"}, 23),
    "meetings.save_template": ({"slug": "cam-0"}, 22),
    "meetings.participants": ({"slug": "cam-0"}, 6),
    "meetings.people": ({"slug": "cam-0", "code": "PE"}, 5),
    "meetings.order": ({"slug": "cam-0"}, 5),
    "meetings.participant_rules": ({"slug": "cam"}, 4),
    "meetings.import_page": ({"slug": "cam-0"}, 3),
    "library.participants": ({"slug": "cam-0"}, 5),
    "desk.outbox": ({}, 8),
    "desk.mail_log": ({"session": "cam-0"}, 8),
    "desk.confirm_decision": ({"act": "approve", "all": 1, "up_to": 1000}, 6),
    "desk.mail": ({"mail_id": 1}, 5),
    "desk.mail_texts": ({"slug": "cam"}, 3),
    "desk.mail_text": ({"slug": "cam", "feature": "practices", "event": "submitted"}, 4),
    "reminders.session": ({"slug": "cam-0"}, 18),
    "library.documents": ({"slug": "cam-0"}, 7),
    "register.edit": ({"symbol": "CAM-doc.1-26"}, 8),
    "register.generated": ({"slug": "cam-0"}, 15),
    "register.add": ({"slug": "cam-0"}, 4),
    "desk.letter": ({"slug": "cam-0"}, 4),
    "meetings.delegation": ({"delegation_id": 1}, 5),
    "meetings.invitations": ({"slug": "cam-0"}, 5),
    "practices.intake_list": ({"slug": "cam-0"}, 5),
    "practices.review": ({"practice_id": 1}, 18),
    "practices.confirm_acceptance": ({"slug": "cam-0", "practice": [1, 2, 3]}, 5),
    "practices.criteria": ({"slug": "cam"}, 3),
    "practices.new_intake": ({"slug": "cam-0"}, 7),
    "practices.translations": ({"slug": "cam-0"}, 6),
    "practices.languages": ({"practice_id": 1}, 9),
    "practices.translation": ({"practice_id": 1, "language": "fr"}, 10),
    "practices.translation_word": ({"practice_id": 1, "language": "fr"}, 8),
    "practices.translation_form": ({"practice_id": 1, "language": "fr"}, 10),
    "floor.index": ({"slug": "cam-0"}, 18),
    "floor.chair": ({"slug": "cam-0"}, 14),
    "floor.room": ({"slug": "cam-0"}, 14),
    "floor.rule_on": ({"entry_id": 1}, 9),
    "floor.times": ({"slug": "cam-0"}, 6),
    "floor.papers": ({"slug": "cam-0"}, 28),
    "floor.paper": ({"slug": "cam-0", "paper": "speakers", "language": "en", "extension": "csv"}, 7),
    "floor.item": ({"slug": "cam-0", "mark": "opening"}, 25),
    "floor.parts": ({"slug": "cam-0"}, 5),
    "floor.cut": ({"slug": "cam-0", "mark": "opening"}, 12),
    "floor.list_rules": ({"slug": "cam-0", "mark": "opening"}, 5),
    "floor.body_rules": ({"slug": "cam"}, 3),
    "floor.statements": ({"slug": "cam-0"}, 9),
    "floor.statement": ({"statement_id": 1}, 8),
    "floor.statement_codes_of": ({"slug": "cam-0", "code": "PE"}, 7),
    "floor.interpreters": ({"slug": "cam-0"}, 3),
    "record.index": ({"slug": "cam-0"}, 10),
    "record.notes": ({"entry_id": 4}, 29),
    "record.attendance": ({"slug": "cam-0"}, 7),
    "record.minutes": ({"slug": "cam-0"}, 22),
    "record.versions": ({"slug": "cam-0", "older": 1}, 14),
    "record.restore": ({"version_id": 1}, 17),
}
STAFF |= {
    "statistics.index": ({"slug": "cam-0"}, 16),
    "statistics.file": ({"slug": "cam-0", "by": "state", "extension": "csv"}, 16),
}
ADMINISTRATOR = {"people.accounts": ({}, 5)}
DELEGATE = {
    "collections.mine": ({}, 3),
    "collections.show": ({"collection_id": 1}, 9),
    "collections.add": ({"kind": "practice", "name": "CAM-0-GP-PER-01"}, 7),
    "collections.reuse": ({"slug": "CAM-0-GP-PER-01"}, 9),
    "desk.used": ({"slug": "cam-0", "code": "PE"}, 22),
    "statistics.index": ({"slug": "cam-0"}, 18),
    "following.index": ({}, 4),
    "following.state_feed": ({"name": "PE"}, 6),
    "recommendations.session": ({"slug": "cam-0"}, 8),
    "recommendations.report": ({"carried_id": 1, "code": "PE"}, 7),
    "desk.home": ({}, 27),
    "practices.new": ({"slug": "cam-0"}, 8),
    "practices.similar": ({"practice_id": 2}, 9),
    "meetings.people": ({"slug": "cam-0", "code": "PE"}, 5),
    "library.participants": ({"slug": "cam-0"}, 7),
    "practices.comments": ({"practice_id": 1}, 9),
    "practices.history": ({"practice_id": 1}, 12),
    "practices.hands": ({"practice_id": 1}, 9),
    "practices.clearance_steps": ({"slug": "cam-0", "code": "PE"}, 5),
    "floor.index": ({"slug": "cam-0"}, 21),
    "floor.item": ({"slug": "cam-0", "mark": "opening"}, 37),
    "circulation.read": ({"circulation_id": 1, "code": "PE"}, 4),
    "circulation.comment": ({"circulation_id": 1, "code": "PE", "paragraph": "p-1"}, 4),
    "circulation.object": ({"circulation_id": 1, "code": "PE"}, 3),
    "circulation.position": ({"circulation_id": 2, "code": "PE"}, 4),
    "floor.statements": ({"slug": "cam-0"}, 12),
    "floor.hand_in": ({"slug": "cam-0", "code": "PE", "of": 1}, 15),
    "record.minutes": ({"slug": "cam-0"}, 20),
    "record.attendance": ({"slug": "cam-0"}, 11),
}


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


def counts(app, client, user, pages) -> dict[str, int]:
    """Page -> how many statements it runs, once what a worker makes a single time is made."""
    sign_in(client, user)
    found = {}
    for endpoint, (values, _expected) in pages.items():
        with app.test_request_context():
            url = url_for(endpoint, **values)
        assert client.get(url).status_code == 200, url
        with count_statements() as counted:
            client.get(url)
        found[endpoint] = counted.number
    return found


GROUPS = {
    "anonymous": READING,
    "secretariat": STAFF,
    "administrator": ADMINISTRATOR,
    "delegate_a": DELEGATE,
}


@pytest.mark.one_database
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("role", GROUPS)
def test_pages_run_as_many_statements_however_many_rows(app, client, personas, role, rows):
    grow(personas, rows)
    pages = GROUPS[role]
    expected = {endpoint: number for endpoint, (_values, number) in pages.items()}
    assert counts(app, client, getattr(personas, role), pages) == expected


def test_reading_pages_run_few_statements():
    over = {page for page, (_values, number) in READING.items() if number > READING_LIMIT}
    assert over == ASSEMBLED

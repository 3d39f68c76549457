"""What was said and written in the world of the guards: the floor and its record, the summary, what came of it."""

import sqlalchemy as sa

from app.coordination.models import Coordination
from app.coordination.operations import record_coordination
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.documents.operations import keep_file
from app.floor.enums import EntryState, FloorPart, SpeakingKind
from app.floor.models import PartGiven, SpeakerEntry, SpeakersList, Speech, SwapOffer
from app.floor.statement_models import FloorInterpreter, FloorStatement, FloorStatementCode, FloorStatementVersion
from app.grouping.models import GroupedPassage, PassageGroup
from app.meetings.models import (
    Delegation,
    Meeting,
)
from app.practices.after_models import Correction
from app.practices.models import Practice
from app.recommendations.enums import Progress
from app.recommendations.models import CarriedRecommendation, RecommendationReport
from app.record.enums import Kept, MinutesState
from app.record.models import Minutes, MinutesCorrection, MinutesVersion, Note
from app.summaries.enums import Format
from app.summaries.indexing import index_publication
from app.summaries.models import (
    Citation,
    Publication,
    PublicationFile,
    Recommendation,
    SetAside,
    Summary,
)
from app.summaries.publishing import freeze, issued
from app.summaries.queries import participating
from app.summaries.sources import sources_of
from tests.factories.summaries import (
    CONTENT,
    NOON,
    everywhere,
    make_summary,
)
from tests.guards.own_rows import PDF, TOKEN
from tests.personas import STATE_B, Personas, make_user, party


def add_summary(meeting: Meeting, published: Practice, personas: Personas) -> tuple[Summary, Citation, SetAside]:
    summary = make_summary(meeting, 2, 0)
    text = CONTENT["results"]
    passage = {
        "practice_version_id": published.versions[0].id,
        "delegation_id": published.delegation_id,
        "field": "results",
    }
    citation = Citation(
        **passage, start=0, end=31, quote=text[:31], created_at=NOON, created_by_id=personas.secretariat.id
    )
    summary.sections[0].paragraphs[0].citations.append(citation)
    aside = SetAside(
        **passage,
        summary=summary,
        start=32,
        end=50,
        quote=text[32:50],
        reason="Said elsewhere.",
        at=NOON,
        by_id=personas.secretariat.id,
    )
    db.session.add(aside)
    db.session.flush()
    return summary, citation, aside


def add_recommendation(summary: Summary) -> Recommendation:
    """That a paragraph asks something of everybody."""
    more = {"addressees": ["all"], "due": NOON.date(), "text": everywhere("Count alike")}
    row = Recommendation(paragraph=summary.sections[0].paragraphs[1], **more)
    db.session.add(row)
    db.session.flush()
    return row


def add_carried(meeting: Meeting, own: Delegation, row: Recommendation) -> CarriedRecommendation:
    """It is carried, here to the session that made it; delegate A's State has begun to report on it."""
    publication = db.session.scalars(sa.select(Publication)).one()
    carried = CarriedRecommendation(meeting=meeting, publication=publication, key=f"r-{row.id}", carried_at=NOON)
    more = {"language": "en", "consent": Audience.PUBLIC, "saved_at": NOON, "progress": Progress.DONE}
    db.session.add(RecommendationReport(carried=carried, delegation=own, text=f"{TOKEN} report", **more))
    db.session.flush()
    return carried


def add_publication(summary: Summary, meeting: Meeting, personas: Personas) -> None:
    content = freeze(summary, sources_of(meeting.id), participating(meeting.id))
    publication = issued(summary, content, at=NOON, by_id=personas.secretariat.id)
    db.session.add(publication)
    file = keep_file(PDF, name="summary.pdf", by=personas.secretariat)
    publication.files.append(PublicationFile(language="en", format=Format.PDF, file=file))
    db.session.flush()
    index_publication(publication, meeting)


def add_coordination(meeting: Meeting, practice: Practice) -> Coordination:
    return record_coordination(
        meeting,
        parties=[party("RCM"), party("SACM")],
        topic=everywhere("One calendar"),
        source=f"practice-{practice.id}",
        by=SYSTEM,
    )


def add_correction(published: Practice, personas: Personas) -> Correction:
    """A correction that waits for the secretariat."""
    row = Correction(
        practice=published,
        of_version=published.versions[0],
        language="en",
        content={**CONTENT, "context": "Corrected."},
        note="A figure was wrong.",
        proposed_at=NOON,
        proposed_by_id=personas.delegate_a.id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def add_floor(meeting: Meeting, own: Delegation, mark: object) -> dict[str, object]:
    """A list of speakers: delegate A's State speaks and waits, with an offer to swap places with delegate B's."""
    speakers = SpeakersList(meeting=meeting, mark=mark, opened_at=NOON)
    other = db.session.scalars(sa.select(Delegation).join(Delegation.party).filter_by(code=STATE_B)).one()
    more = {"speakers": speakers, "language": "en", "asked_at": NOON}
    speaks = SpeakerEntry(delegation=own, kind=SpeakingKind.QUESTION, state=EntryState.SPEAKING, **more)
    waits, wanted = (SpeakerEntry(delegation=row, kind=SpeakingKind.STATEMENT, **more) for row in (own, other))
    point = SpeakerEntry(delegation=own, kind=SpeakingKind.POINT_OF_ORDER, state=EntryState.SPOKEN, **more)
    speech = Speech(entry=speaks, meeting_id=meeting.id, allowed=60, begun_at=NOON)
    offer = SwapOffer(offered=waits, wanted=wanted, offered_at=NOON)
    chair = PartGiven(member=own.members[-1], part=FloorPart.CHAIR, given_at=NOON)
    db.session.add_all([speech, offer, chair, point])
    db.session.flush()
    return {
        "heard_id": speaks.id,
        **add_record(speaks),
        "entry_id": waits.id,
        "point_id": point.id,
        "speech_id": speech.id,
        "offer_id": offer.id,
        "part_id": chair.id,
    }


def add_statement(meeting: Meeting, own: Delegation, mark: object) -> dict[str, object]:
    """A statement of delegate A's State that was not delivered, its file, a code for another, and an interpreter."""
    file = keep_file(PDF, name="statement.pdf", by=SYSTEM)
    statement = FloorStatement(
        delegation=own, mark=mark, kind=SpeakingKind.STATEMENT, consent=Audience.PUBLIC, acts_for=""
    )
    more = {"language": "en", "check_delivery": True, "handed_in_at": NOON, "sha256": file.sha256}
    version = FloorStatementVersion(statement=statement, number=1, file=file, **more)
    code = FloorStatementCode(
        delegation=own, mark=mark, seed="0" * 32, made_at=NOON, expires_at=NOON.replace(year=NOON.year + 10)
    )
    interpreter = FloorInterpreter(meeting=meeting, user=make_user("Interpreter"), added_at=NOON)
    db.session.add_all([version, code, interpreter])
    db.session.flush()
    return {
        "floor_statement_id": statement.id,
        "statement_version": version.id,
        "code_id": code.id,
        "interpreter_id": interpreter.id,
    }


def add_record(heard: SpeakerEntry) -> dict[str, object]:
    """Notes of an intervention, in minutes that the delegations were sent, with a correction that waits."""
    meeting = heard.meeting
    points = {"points": "It gives permits in ten days."}
    note = Note(intervention=heard, author=make_user("Note-taker"), points=points, begun_at=NOON, saved_at=NOON)
    minutes = Minutes(meeting=meeting, language="en", state=MinutesState.CORRECTING, correct_until=NOON)
    version = MinutesVersion(minutes=minutes, number=1, why=Kept.SENT, texts={}, kept_at=NOON)
    correction = MinutesCorrection(intervention=heard, points={"points": "Other."}, proposed_at=NOON)
    db.session.add_all([note, version, correction])
    db.session.flush()
    return {"version_id": version.id, "minutes_correction": correction.id, "day": 1, "half": "morning"}


def add_group(meeting: Meeting, published: Practice) -> PassageGroup:
    """Passages on question 1 in a group, one of which a proposal quotes, and another group beside it."""
    passage = {"practice_version_id": published.versions[0].id, "delegation_id": published.delegation_id}
    text = CONTENT["answers"]["1"]
    group, other = (
        PassageGroup(meeting=meeting, question=1, position=place, name=name, made_at=NOON)
        for place, name in enumerate(("Trust", "Other"), start=1)
    )
    group.passages.append(
        GroupedPassage(**passage, field="answers.1", start=0, end=29, quote=text[:29], position=1, chosen=1)
    )
    other.passages.append(
        GroupedPassage(**passage, field="answers.1", start=30, end=len(text), quote=text[30:], position=1)
    )
    db.session.add_all([group, other])
    db.session.flush()
    return group

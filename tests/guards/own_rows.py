"""What hangs on the practices of the world, of which others than their delegation may read nothing, or only some."""

from datetime import timedelta

from app.core.clock import now
from app.core.db import db
from app.documents.operations import keep_file
from app.mail.operations import queue_mail
from app.meetings.models import Delegation
from app.people.queries import token_hash
from app.practices.clearance_models import Clearance, ClearanceRequest
from app.practices.drafting_models import DelegationComment, DraftRevision, Handover, HandoverUse
from app.practices.enums import ClearanceAct, Decision, IntakeMeans, PracticeState, TranslationStatus
from app.practices.models import Intake, Practice, Review
from app.practices.review_models import ReviewComment
from app.practices.template import sections
from app.practices.translation_models import PracticeTranslation
from tests.factories.practices import add_step
from tests.factories.summaries import CONTENT, NOON, make_practice
from tests.personas import Personas

TOKEN = "Zyxwvutsrq"  # stands in the draft, and in what its delegation keeps for itself, and nowhere else
TRANSLATED = "Tsrqponmlk"  # stands in a translation of what is not published
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CLEARANCE_TOKEN = "clearance-token"


def own_rows(practices: dict[str, Practice], personas: Personas) -> dict[str, dict[str, object]]:
    """Give every practice a row of each kind; return their values in addresses by the name of the practice."""
    made = {name: _rows(practice, personas) for name, practice in practices.items()}
    aside = {"name": "rights", "label": "Rights", "text": f"{TOKEN} aside", "value": f"{TOKEN} aside"}
    practices["draft"].set_aside = [{**aside, "number": 1, "at": NOON.isoformat(), "into": "", "by": None}]
    _answer(practices["accepted"], personas)
    text = f"{TRANSLATED} text."
    values = {"source_sha256": "0" * 64, "status": TranslationStatus.UNOFFICIAL, "by_delegation": False}
    translation = PracticeTranslation(
        practice_id=practices["submitted"].id, language="fr", field="context", text=text, saved_at=NOON, **values
    )
    db.session.add(translation)
    db.session.flush()
    return made


def _rows(practice: Practice, personas: Personas) -> dict[str, object]:
    """A comment within the delegation, one on the clearance, a revision, a link to a section that was used."""
    by = personas.delegate_a
    comment = DelegationComment(practice_id=practice.id, text=f"{TOKEN} comment", at=NOON, by_id=by.id)
    cleared = Clearance(
        practice_id=practice.id,
        act=ClearanceAct.COMMENTED,
        sha256="0" * 64,
        comment=f"{TOKEN} of clearance",
        at=NOON,
        by_id=by.id,
    )
    handover = Handover(
        practice=practice,
        section=sections(practice.call.template)[0].key,
        for_whom="Statistics unit",
        seed="0" * 32,
        made_at=NOON,
        made_by_id=by.id,
        expires_at=now() + timedelta(days=30),
    )
    use = HandoverUse(handover=handover, name=f"{TOKEN} user", began_at=NOON, last_at=NOON, saves=0)
    db.session.add_all([comment, cleared, handover, use])
    if practice.state is not PracticeState.DRAFT:  # the draft was saved by its author
        db.session.add(
            DraftRevision(
                practice=practice,
                number=1,
                language="en",
                content={"title": f"{TOKEN} before"},
                fields=["title"],
                began_at=NOON,
                saved_at=NOON,
                by_id=by.id,
            )
        )
    db.session.flush()
    return {"comment_id": comment.id, "handover_id": handover.id, "number": 1}


def _answer(practice: Practice, personas: Personas) -> None:
    """A comment of the secretariat at a field, and what the delegation answers before it submits again."""
    review = Review(practice_version=practice.versions[0], decision=Decision.RETURN, comment="Say more.", at=NOON)
    practice.reviews.append(review)
    comment = ReviewComment(review=review, field="results", text="Which results?", answer=f"{TOKEN} answer")
    comment.answered_at, comment.answered_by_id = NOON, personas.delegate_a.id
    db.session.add(comment)


def recorded(own: Delegation, personas: Personas) -> Intake:
    """A text that staff recorded, which the delegation has changed since and not confirmed."""
    practice = make_practice(own, state=PracticeState.DRAFT, number=5)
    practice.content = {**CONTENT, "context": f"{TOKEN} of the recorded."}
    intake = _intake(practice, personas)
    intake.asked_at = NOON
    db.session.flush()
    return intake


def _intake(practice: Practice, personas: Personas) -> Intake:
    intake = Intake(
        practice=practice,
        means=IntakeMeans.EMAIL,
        sender="Ministry of Labour",
        received_at=NOON,
        file=keep_file(PDF, name="received.pdf", by=personas.secretariat),
        language="en",
        content=CONTENT,
        recorded_at=NOON,
        recorded_by_id=personas.secretariat.id,
        confirm_by=NOON,
    )
    db.session.add(intake)
    return intake


def clearance(practice: Practice, personas: Personas) -> dict[str, object]:
    """A link that asked for clearance of what was submitted since, from a record of staff that was confirmed."""
    step = add_step(practice.delegation, name="Ministry of Labour", by=personas.delegate_a)
    about = {"delegation": practice.delegation, "meeting": practice.meeting, "practice": practice}
    more = {"cleared": True, "correction": False}
    mail = queue_mail("practices/clearance_ended", personas.delegate_a, about | more)
    db.session.add(
        ClearanceRequest(
            practice_id=practice.id,
            step=step,
            sha256="0" * 64,
            mail=mail,
            token_hash=token_hash(CLEARANCE_TOKEN),
            expires_at=now() + timedelta(days=14),
        )
    )
    intake = _intake(practice, personas)
    intake.confirmed_at, intake.confirmed_by_id = NOON, personas.delegate_a.id
    db.session.flush()
    return {"clearance_token": CLEARANCE_TOKEN}

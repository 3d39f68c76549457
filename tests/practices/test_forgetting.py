"""Names of participants go from what people wrote beside good practices."""

from app.core.clock import now
from app.core.db import db
from app.meetings.retention import Names
from app.practices import correcting, operations, reviewing, translating, withdrawing
from app.practices.after_models import Correction, Withdrawal
from app.practices.forgetting import forget_names_beside_practices
from app.practices.review_models import ReviewComment, StaffNote
from app.practices.review_queries import open_comments
from app.practices.translation_models import PracticeTranslation
from tests.factories.practices import full_content

NAME = "Rosa Quispe Mamani"


def test_names_go_from_what_was_written_beside_a_practice(practice, personas, meeting):
    staff, delegate = personas.secretariat, personas.delegate_a
    reviewing.save_assessment(
        practice.versions[-1], marks={}, comments={"lessons": f"Ask {NAME}."}, comment="", by=staff
    )
    operations.return_practice(practice, comment="More.", by=staff)
    answer = next(iter(open_comments(practice).values()))
    reviewing.answer_comments(practice, {answer.id: f"Asked: {NAME}"}, by=delegate)
    operations.submit_practice(practice, received_at=now(), by=delegate)
    operations.accept_practice(practice, by=staff)
    operations.publish_practice(practice, by=staff)
    reviewing.add_note(practice, f"{NAME} called.", by=staff)
    withdrawing.ask_withdrawal(practice, reason=NAME, by=delegate)
    content = full_content(lessons="Otra.")
    row = correcting.propose_correction(practice, content=content, note=f"By {NAME}.", by=delegate)
    correcting.accept_correction(row, by=staff)
    translating.save_translations(
        practice, "en", of=practice.latest, texts={"title": "Permit"}, translator=NAME, by=staff
    )
    db.session.flush()
    forget_names_beside_practices(meeting, Names([NAME]), staff)
    db.session.flush()
    kept = [
        text
        for model, columns in (
            (ReviewComment, ("text", "answer")),
            (StaffNote, ("text",)),
            (Withdrawal, ("reason",)),
            (Correction, ("note",)),
            (PracticeTranslation, ("translator_name",)),
        )
        for one in db.session.query(model)
        for text in (getattr(one, column) for column in columns)
    ]
    assert kept == ["Ask .", "Asked", "called.", "…", "By .", "…"]
    assert practice.latest.note == "By ."

"""A practice that is translated, as tests need it."""

from app.core.clock import now
from app.core.db import db
from app.practices import operations, translating
from app.practices.queries import state_questions
from app.practices.translatable import passages_of
from app.practices.translation_models import PracticeTranslation
from app.practices.translation_queries import translations_of

ROWS = [{"role": "lead", "name": "Ministerio del Interior"}, {"role": "partner", "name": "1234"}]


def rows(practice) -> dict[str, PracticeTranslation]:
    db.session.expire_all()
    return {row.field: row for row in translations_of(practice.id)}


def passages(practice):
    return passages_of(practice.latest, state_questions(practice.meeting_id))


def translate(practice, by, language="en", **more):
    """Translate everything, or the texts given."""
    texts = more.pop("texts", None) or {code: f"[{language}] {one.text}" for code, one in passages(practice).items()}
    return translating.save_translations(practice, language, of=practice.latest, texts=texts, by=by, **more)


def resubmit(practice, personas, **changes):
    """Return the practice, change some fields and submit it again."""
    operations.return_practice(practice, comment="Please say more.", by=personas.secretariat)
    operations.save_draft(practice, content={**practice.content, **changes}, by=personas.delegate_a)
    operations.submit_practice(practice, received_at=now(), by=personas.delegate_a)
    db.session.commit()


def publish(practice, personas):
    operations.accept_practice(practice, by=personas.secretariat)
    operations.publish_practice(practice, by=personas.secretariat)
    db.session.commit()


def address(practice, rest=""):
    return f"/practices/{practice.id}/languages{rest}"

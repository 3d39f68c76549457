"""The migration to one way of reminding keeps what bodies wrote, what waits, and what mechanisms consented to."""

import sqlalchemy as sa

from app.cli import schema
from app.core.audience import Audience
from app.core.db import db
from app.mail.models import Mail, MailText
from app.mail.texts import check_texts
from app.practices.reminding import CALL_CLOSES
from app.presentations.models import Presentation
from app.presentations.reminding import MISSING
from tests.guards.test_programme_migration import STARTS, WORDS, _insert, _session


def _text(number: int, mechanism: int, message: str, body: str) -> None:
    _insert("mail_texts", id=number, mechanism_id=mechanism, message=message, subject={}, body={"en": body}, version=1)


def _presentation(number: int, state: str, consented_at) -> None:
    more = {"content": {}, "public_sources": [], "consented_at": consented_at, "version": 1}
    _insert(
        "parties",
        id=10 + number,
        kind="mechanism",
        code=f"M{number}",
        names=WORDS,
        short_names=WORDS,
        reference_code=f"C{number}",
    )
    _insert("delegations", id=number, meeting_id=1, party_id=10 + number)
    values = {"id": number, "meeting_id": 1, "delegation_id": number, "language": "en", "consent": "public"}
    _insert("presentations", **values, state=state, **more)


def test_texts_mails_and_consents_are_kept(empty):
    schema.upgrade("0009")
    _insert("sources", id=1, key="kept", title=WORDS, publisher="OAS", date="2023-04")
    for number in (1, 2):
        _insert(
            "parties",
            id=number,
            kind="mechanism",
            code=f"B{number}",
            names=WORDS,
            short_names=WORDS,
            reference_code=f"C{number}",
        )
        _insert("mechanisms", id=number, slug=f"b{number}", about={}, mechanism_kind="committee", source_id=1)
    _session(1, "call_open")
    db.session.commit()
    schema.upgrade("0014")
    _text(1, 1, "desk/practice_due", "{awaited} {deadline} {link}")
    _text(2, 1, "presentations/still_missing", "{begins}: {missing}")
    _text(3, 1, "desk/presentation_due", "{deadline}")
    _text(4, 2, "presentations/missing", "{deadline} {link}")
    _text(5, 2, "desk/presentation_due", "{deadline}")
    values = {"language": "en", "subject": "S", "body": "B", "values": {}, "edited": False, "version": 1}
    for number, message in enumerate(("desk/practice_due", "presentations/missing", "meetings/added"), start=1):
        more = {"message_id": str(number), "to_address": "a@example.org", "state": "held", "created_at": STARTS}
        _insert("mails", id=number, message=message, **more, **values)
    _presentation(1, "draft", None)
    _presentation(2, "draft", STARTS)
    _presentation(3, "filed", None)
    db.session.commit()
    schema.upgrade()

    texts = db.session.scalars(sa.select(MailText).order_by(MailText.id)).all()
    assert [(row.mechanism_id, row.message, row.body["en"]) for row in texts] == [
        (1, "practices/call_closes", "{awaited} {until} {link}"),
        (1, "presentations/missing", "{deadline}: {missing}"),
        (2, "presentations/missing", "{deadline} {link}"),
    ]
    for row, message in zip(texts, (CALL_CLOSES, MISSING, MISSING), strict=True):
        check_texts(message, row.subject, row.body)
    assert [(row.message, row.edited) for row in db.session.scalars(sa.select(Mail).order_by(Mail.id))] == [
        ("practices/call_closes", True),
        ("presentations/missing", True),
        ("meetings/added", False),
    ]
    consents = db.session.scalars(sa.select(Presentation.working_consent).order_by(Presentation.id)).all()
    assert consents == [None, Audience.PUBLIC, Audience.PUBLIC]
    db.session.rollback()
    schema.downgrade("0014")
    schema.upgrade()
    assert db.session.scalars(sa.select(Presentation.working_consent).order_by(Presentation.id)).all() == consents

"""A text that waits for its State's capital, and one that came by mail and waits for its State's word."""

from datetime import datetime, timedelta
from typing import Any

from app.core.actors import Actor
from app.meetings.models import Delegation
from app.practices import clearance, intakes
from app.practices.clearance_queries import text_mark
from app.practices.enums import ClearanceKind, IntakeMeans
from app.practices.models import Call, Intake, Practice


def send_to_capital(practice: Practice, *, by: Actor) -> None:
    """Have the delegation's focal point clear a draft, and its head be asked by link."""
    focal_point, _head = (
        clearance.add_step(
            practice.delegation, kind=kind, name=name, email=email, language=practice.language, turn=turn, by=by
        )
        for turn, kind, name, email in (
            (1, ClearanceKind.FOCAL_POINT, "Punto focal, Ministerio de Relaciones Exteriores", ""),
            (2, ClearanceKind.HEAD, "Jefatura de la delegación", "head.of.delegation@example.org"),
        )
    )
    clearance.send_to_capital(practice, by=by, seen=str(practice.version))
    clearance.clear_text(practice, focal_point.id, seen=text_mark(practice), by=by, comment="Cifras verificadas.")


def record_by_mail(
    call: Call, delegation: Delegation, script: dict[str, Any], *, received_at: datetime, by: Actor
) -> Intake:
    """Record a text that came by mail, and ask its State to confirm it; the request waits in the outbox."""
    intake = intakes.record_intake(
        call,
        delegation,
        means=IntakeMeans.EMAIL,
        sender="Permanent Mission, focal point for migration",
        received_at=received_at,
        confirm_by=received_at + timedelta(days=7),
        language=script["language"],
        upload=None,
        content=script["content"],
        leftovers=[],
        by=by,
    )
    intakes.ask_confirmation(intake, by=by)
    return intake

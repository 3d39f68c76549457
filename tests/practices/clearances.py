"""Steps of clearance, and what those who clear do, as tests need them."""

import re

from app.core.actors import SYSTEM
from app.core.db import db
from app.practices import clearance
from app.practices.clearance_models import ClearanceStep
from app.practices.enums import ClearanceKind, PracticeState
from app.practices.models import Practice
from tests.client import post_form
from tests.factories.practices import add_step

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MINISTRY = "labour@example.org"


def step(draft, kind=ClearanceKind.FOCAL_POINT, *, turn=1, email="", name="") -> ClearanceStep:
    return add_step(draft.delegation, kind=kind, name=name or kind.value, email=email, turn=turn)


def send(draft) -> None:
    db.session.flush()
    clearance.send_to_capital(draft, by=SYSTEM, seen=str(draft.version))
    db.session.commit()


def links(sent_mails) -> list[str]:
    """The paths of all links that were mailed, the oldest first."""
    found = [re.search(r"/clearance/\S+", str(mail.get_content())) for mail in sent_mails()]
    return [match[0] for match in found if match]


def page(draft) -> str:
    return f"/practices/drafts/{draft.id}/clearance"


def answer_page(client, draft, action: str, comment: str = ""):
    """Press a button of the form with the comment."""
    return post_form(client, page(draft), {"action": action, "comment": comment})


def state(draft) -> PracticeState:
    db.session.expire_all()
    return db.session.get_one(Practice, draft.id).state

"""What presentations add to the checklist of a session."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting
from app.meetings.stages import Check, requires
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation


@requires(Stage.IN_SESSION)
def mechanisms_filed(meeting: Meeting) -> list[Check]:
    """A mechanism that takes part has something to present."""
    filed = sa.select(Presentation.delegation_id).where(Presentation.state == PresentationState.FILED)
    silent = sa.exists().where(
        Delegation.meeting_id == meeting.id,
        Delegation.party_id == Party.id,
        Party.kind == PartyKind.MECHANISM,
        Delegation.id.not_in(filed),
    )
    done = not db.session.scalar(sa.select(silent))
    return [Check(_l("Receive the presentation of each mechanism."), "presentations.index", done, needed=False)]

"""A section of a draft in the hands of somebody without an account: the link, its uses, its end. Nothing commits.

The link's token holds the handover's number and a keyed digest: it can be shown again to those who made it, and no
table holds it. Who opens it says their name; every opening is in the trail and on the delegation's page.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.audit.operations import record
from app.core.actors import Actor, Anonymous
from app.core.clock import now
from app.core.columns import Moment
from app.core.db import db
from app.core.errors import Refusal, TooMany
from app.core.texts import written
from app.core.tokens import keyed_token
from app.core.wording import moment_text
from app.meetings.holding import check_held
from app.meetings.models import Delegation, Meeting
from app.meetings.retention import Names, also_forgets
from app.practices.drafting_models import DelegationComment, Handover, HandoverUse
from app.practices.enums import PracticeState
from app.practices.holding import hold
from app.practices.models import Practice
from app.practices.operations import must_be_editable
from app.practices.template import Kind, Section, sections

DAYS = (3, 7, 14, 30)
NAME_LIMIT = 200
MOST_LINKS = 50  # of one draft
OPENINGS = 20  # of one link in an hour
PACE = 60  # saves of one use in a minute


class LinkUser(Anonymous):
    """Somebody who opened a link, as the actor of what they save."""

    def __init__(self, use: HandoverUse) -> None:
        self.use = use
        self.name = use.name


def _digest(handover: Handover) -> str:
    return keyed_token("handover", f"{handover.id} {handover.seed}")


def token_of(handover: Handover) -> str:
    """What stands in the link's address."""
    return f"{handover.id}-{_digest(handover)}"


def handover_by_token(actor: Actor, token: str) -> Handover:
    """Load what a link hands over; raises NotFound for a wrong one, and for accounts that are not the delegation's.

    Look whether it still works: one that expired or was revoked is found.
    """
    number, _dash, digest = token.partition("-")
    handover = None
    if number.isascii() and number.isdecimal() and len(number) < 10:
        statement = (
            sa.select(Handover)
            .where(Handover.id == int(number))
            .options(
                orm.joinedload(Handover.practice).options(
                    orm.joinedload(Practice.call),
                    orm.joinedload(Practice.meeting),
                    orm.joinedload(Practice.delegation).joinedload(Delegation.party),
                    orm.joinedload(Practice.delegation).selectinload(Delegation.members),
                )
            )
        )
        handover = db.session.scalars(statement).one_or_none()
    if handover is None or not hmac.compare_digest(_digest(handover).encode(), digest.encode()):
        raise NotFound
    if actor.is_authenticated and handover.practice.delegation.role_of(actor) is None:
        raise NotFound
    return handover


def handovers_of(practice_id: int) -> Sequence[Handover]:
    """The links of a draft with their uses, the newest first."""
    return db.session.scalars(
        sa.select(Handover)
        .where(Handover.practice_id == practice_id)
        .order_by(Handover.id.desc())
        .options(orm.selectinload(Handover.uses), orm.joinedload(Handover.made_by))
    ).all()


def written_sections(practice: Practice) -> list[Section]:
    """The sections of the form in which something is written: a link opens no files."""
    whole = sections(practice.call.template)
    return [one for one in whole if any(field.kind is not Kind.FILES for field in one.fields)]


def hand_over(practice: Practice, *, section: str, for_whom: str, days: int, by: Actor) -> Handover:
    """Make a link to one section; the same again, while it works and was not used, gives the same link.

    Raises Refusal without a name or for a section or a time that is not offered, WrongState once it is submitted, and
    in a cancelled session.
    """
    hold(practice)
    must_be_editable(practice)
    check_held(practice.meeting)
    if section not in {one.key for one in written_sections(practice)}:
        raise Refusal(_l("Choose one of the sections."), field="section")
    missing = _l("Say whom the link is for: a name or a function, and the institution.")
    for_whom = written(for_whom, NAME_LIMIT, field="for_whom", missing=missing, lines=False)
    if days not in DAYS:
        raise Refusal(_l("Choose one of the times listed."), field="days")
    at, existing = now(), handovers_of(practice.id)
    for one in existing:
        if (one.section, one.for_whom) == (section, for_whom) and one.works_at(at) and not one.uses:
            return one
    if len(existing) >= MOST_LINKS:
        raise Refusal(_l("A draft has at most %(limit)d links.", limit=MOST_LINKS))
    handover = Handover(
        practice=practice,
        section=section,
        for_whom=for_whom,
        seed=secrets.token_hex(16),
        made_at=at,
        made_by_id=by.id,
        expires_at=at + timedelta(days=days),
        uses=[],
    )
    record("hand_over", handover, by=by, changes={"section": [None, section]})
    return handover


def revoke_handover(handover: Handover, *, by: Actor) -> None:
    """Let the link open nothing any more; one that is revoked stays so."""
    if handover.revoked_at is None:
        handover.revoked_at = now()
        record("revoke_handover", handover, by=by, changes={"section": [handover.section, None]})


def why_it_rests(handover: Handover) -> str:
    """Why a link opens nothing now, and whether it will again; "" while it works."""
    state, zone = handover.practice.state, handover.practice.meeting.zone
    if handover.revoked_at is not None:
        return str(_("The delegation has revoked this link: it will not work again. Ask the delegation for a new one."))
    if not handover.works_at(now()):
        ended = moment_text(handover.expires_at, zone)
        message = _(
            "This link worked until %(moment)s and will not work again. Ask the delegation for a new one.", moment=ended
        )
        return str(message)
    if state.editable:
        return ""
    if state in (PracticeState.PUBLISHED, PracticeState.WITHDRAWN):
        return str(_("The text is not written any more: it was published or withdrawn. This link will not work again."))
    paused = (
        _("The text is with those who clear it in the capital, so nobody can change it now.")
        if state is PracticeState.WITH_CAPITAL
        else _("The text was submitted, so nobody can change it now.")
    )
    again = _("You need no new link: this one works again if the text comes back to the delegation.")
    return f"{paused} {again}"


def open_handover(handover: Handover, *, name: str, by: Actor) -> HandoverUse:
    """Note that somebody opens the section. Raises Refusal without a name, TooMany where it was opened too often."""
    name = written(name, NAME_LIMIT, field="name", missing=_l("Write your name."), lines=False)
    at = now()
    opened = sa.select(sa.func.count(HandoverUse.id)).where(
        HandoverUse.handover_id == handover.id, HandoverUse.began_at > at - timedelta(hours=1)
    )
    if (db.session.scalar(opened) or 0) >= OPENINGS:
        raise TooMany(_l("This link was opened too often within the hour. Wait a while, then try again."))
    use = HandoverUse(handover=handover, name=name, began_at=at, last_at=at, saves=0)
    record("open_handover", use, by=by, changes={"handover_id": [None, handover.id]})
    return use


def count_save(use: HandoverUse) -> None:
    """Count what a page of a link asks to be saved. Raises TooMany where that is more than anybody writes."""
    minutes = max((now() - use.began_at).total_seconds(), 0) / 60
    if use.saves > PACE * (1 + minutes):
        raise TooMany(_l("This was saved too often in a short time. Your text is still on the page; wait a minute."))
    use.saves += 1


@also_forgets
def forget_link_users(meeting: Meeting, names: Names, by: Actor) -> None:
    """Forget for whom links were made and who used them, and names in comments, with a session's participants."""
    of_meeting = sa.select(Practice.id).where(Practice.meeting_id == meeting.id)
    links = sa.select(Handover.id).where(Handover.practice_id.in_(of_meeting))
    later = {"synchronize_session": False}
    db.session.execute(
        sa.update(HandoverUse).where(HandoverUse.handover_id.in_(links)).values(name="").execution_options(**later)
    )
    db.session.execute(
        sa.update(Handover)
        .where(Handover.practice_id.in_(of_meeting))
        .values(for_whom="", revoked_at=sa.func.coalesce(Handover.revoked_at, sa.literal(now(), Moment())))
        .execution_options(**later)
    )
    comments = sa.select(DelegationComment).where(DelegationComment.practice_id.in_(of_meeting))
    for comment in db.session.scalars(comments).all():
        comment.text = names.without(comment.text)

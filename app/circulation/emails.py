"""Messages about what is circulated to the people of the delegations addressed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import orm

from app.circulation import queries
from app.circulation.enums import CirculationKind
from app.circulation.models import Addressed, Circulation, Objection
from app.circulation.queries import Asked
from app.core.db import db
from app.core.wording import in_reader_language, moment_text
from app.mail.enums import MailReason, MailState
from app.mail.messages import Message, Placeholder, describe
from app.mail.models import Mail
from app.mail.operations import queue_mails, whole_url, withdraw_mails
from app.mail.renewing import Scopes, renew
from app.meetings.emails import OF_DELEGATION
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.practices.emails import SAMPLE_MOMENT
from app.reminders.operations import settle
from app.reminders.registry import Owed, Subject, reminds
from app.summaries.version_comparing import paragraphs_in
from app.summaries.version_labels import revision_name

NOT_LEFT = (MailState.HELD, MailState.APPROVED)
PAGE = {
    "link": Placeholder(
        _l("The page of the text for the delegation"),
        lambda: whole_url("circulation.read", circulation_id=1, code="EXA"),
        lambda c: whole_url("circulation.read", circulation_id=c["circulation"].id, code=c["delegation"].party.code),
    ),
    "version": Placeholder(
        _l("Which version of the text it is"),
        lambda: revision_name(1),
        lambda c: revision_name(c["circulation"].version_of_text.number),
    ),
    "deadline": Placeholder(
        _l("Until when, in the session's zone"),
        lambda: moment_text(SAMPLE_MOMENT, "America/New_York"),
        lambda c: moment_text(c["circulation"].ends_at, c["meeting"].zone),
    ),
}
WHAT_FOR = {
    "purpose": Placeholder(
        _l("What the text is circulated for, in a sentence"),
        lambda: _purpose(CirculationKind.SILENCE),
        lambda c: _purpose(c["circulation"].kind),
    ),
    "fingerprint": Placeholder(
        _l("The fingerprint (SHA-256) of the text"),
        lambda: "9f86d081…",
        lambda c: c["circulation"].version_of_text.sha256,
    ),
}


def _purpose(kind: CirculationKind) -> str:
    if kind is CirculationKind.SILENCE:
        return str(_("Silence procedure: the text is adopted at that moment if no delegation objects before it."))
    return str(_("For comments, paragraph by paragraph, with the text that your delegation proposes."))


def _where(paragraphs: Sequence[str]) -> str:
    if not paragraphs:
        return str(_("the whole text"))
    labels = ", ".join(paragraphs)
    return str(ngettext("paragraph %(labels)s", "paragraphs %(labels)s", len(paragraphs), labels=labels))


BEGUN = describe(
    Message(
        "circulation/begun",
        _l("A draft summary is before the delegations"),
        {
            **OF_DELEGATION,
            **PAGE,
            **WHAT_FOR,
            "message": Placeholder(
                _l("What the secretariat wrote with it; may be empty"),
                lambda: _("Paragraph 7 is new."),
                lambda c: in_reader_language(c["circulation"].message),
            ),
        },
        asks=True,
    )
)
EXTENDED = describe(
    Message(
        "circulation/extended",
        _l("The circulation of a draft summary ends later"),
        {**OF_DELEGATION, **PAGE, **WHAT_FOR},
        asks=True,
    )
)
ENDED = describe(
    Message(
        "circulation/ended_early",
        _l("The circulation of a draft summary was ended early"),
        {
            **OF_DELEGATION,
            **PAGE,
            "reason": Placeholder(
                _l("Why it was ended"), lambda: _("A new version follows."), lambda c: c["circulation"].ending
            ),
        },
    )
)
# These two leave at once (docs/decisions/0054-circulation.md): the procedure itself brings them about.
BROKEN = describe(
    Message(
        "circulation/broken",
        _l("The silence on a draft summary was broken"),
        {
            **OF_DELEGATION,
            **PAGE,
            "objector": Placeholder(
                _l("Which delegation objected"),
                lambda: _("Republic of Example"),
                lambda c: in_reader_language(c["objection"].delegation.party.names),
            ),
            "paragraphs": Placeholder(
                _l("On which paragraphs"), lambda: _where(["12", "14 (a)"]), lambda c: _where(c["labels"])
            ),
            "reason": Placeholder(
                _l("Why the delegation objected"),
                lambda: _("The figure is not that of our report."),
                lambda c: c["objection"].reason,
            ),
        },
        security=True,
    )
)
ADOPTED = describe(
    Message(
        "circulation/adopted",
        _l("A summary was adopted by silence"),
        {**OF_DELEGATION, **PAGE, "fingerprint": WHAT_FOR["fingerprint"]},
        security=True,
    )
)
CLOSES = describe(
    Message(
        "circulation/closes",
        _l("Reminder: a draft summary is before the delegation"),
        {
            **OF_DELEGATION,
            "link": Placeholder(
                PAGE["link"].says,
                PAGE["link"].sample,
                lambda c: whole_url(
                    "circulation.read", circulation_id=int(c["parts"][0]), code=c["delegation"].party.code
                ),
            ),
            "deadline": Placeholder(
                PAGE["deadline"].says,
                PAGE["deadline"].sample,
                lambda c: moment_text(c["deadline"], c["meeting"].zone),
            ),
            "purpose": Placeholder(
                WHAT_FOR["purpose"].says,
                WHAT_FOR["purpose"].sample,
                lambda c: _purpose(CirculationKind(c["parts"][1])),
            ),
        },
        asks=True,
    )
)


def _people(row: Circulation) -> Sequence[DelegationMember]:
    """Who is written to: the people of the delegations addressed whose account is open."""
    members = db.session.scalars(
        sa.select(DelegationMember)
        .join(DelegationMember.delegation)
        .join(Addressed, Addressed.delegation_id == Delegation.id)
        .where(Addressed.circulation_id == row.id)
        .order_by(DelegationMember.id)
        .options(
            orm.contains_eager(DelegationMember.delegation).joinedload(Delegation.party),
            orm.joinedload(DelegationMember.user),
        )
    )
    return [member for member in members if member.user.closed_at is None]


def _tell(row: Circulation, message: Message, *, but: Collection[int | None] = (), **more: Any) -> list[Mail]:
    """Write to those addressed but for some (ids of people)."""
    context = {"meeting": row.meeting, "circulation": row, **more}
    to = [
        (member.user, {**context, "delegation": member.delegation})
        for member in _people(row)
        if member.user_id not in but
    ]
    return queue_mails(message.name, to, meeting_id=row.meeting_id, about=queries.about(row))


def drop_waiting(row: Circulation) -> None:
    """Have mails about a circulation that have not left never leave: an act overtook them."""
    waiting = sa.select(Mail.id).where(Mail.about == queries.about(row), Mail.state.in_(NOT_LEFT))
    withdraw_mails(db.session.scalars(waiting).all(), MailReason.REPLACED)
    for addressed in row.addressed:
        settle(ASKED, addressed.delegation)


def tell_begun(row: Circulation) -> list[Mail]:
    """What is before the delegations, what for and until when."""
    return _tell(row, BEGUN)


def tell_extended(row: Circulation) -> None:
    """That it ends later. Mails that wait say the new moment: nobody who has one is written to once more."""
    waits = Mail.about == queries.about(row), Mail.state.in_(NOT_LEFT)
    renew(*waits)
    said = Mail.message.in_((BEGUN.name, EXTENDED.name))
    _tell(row, EXTENDED, but=set(db.session.scalars(sa.select(Mail.user_id).where(*waits, said))))


def tell_ended(row: Circulation) -> None:
    """That it was ended early, and why."""
    drop_waiting(row)
    _tell(row, ENDED)


def tell_broken(row: Circulation, objection: Objection) -> None:
    """Which delegation broke the silence, on which paragraphs and why."""
    drop_waiting(row)
    chosen = set(objection.paragraphs)
    labels = [found.label for found in paragraphs_in(row.version_of_text.content) if found.key in chosen]
    _tell(row, BROKEN, objection=objection, labels=labels)


def tell_adopted(row: Circulation) -> None:
    """That the text is adopted, as of which moment."""
    drop_waiting(row)
    _tell(row, ADOPTED)


def scopes(mails: Sequence[Mail], found: Scopes) -> None:
    """Say of mails about a circulation which one it is."""
    ids = {
        mail.id: int(about[len("circulation:") :])
        for mail in mails
        if (about := mail.about or "").startswith("circulation:")
    }
    if not ids:
        return
    rows = (
        sa.select(Circulation)
        .where(Circulation.id.in_(ids.values()))
        .options(orm.joinedload(Circulation.version_of_text))
    )
    known = {row.id: row for row in db.session.scalars(rows)}
    for mail_id, circulation_id in ids.items():
        if circulation_id in known:
            found[mail_id]["circulation"] = known[circulation_id]


def _deadline(meeting: Meeting) -> datetime | None:
    return queries.next_end(meeting.id)


def _owed(meeting: Meeting) -> dict[int, Owed]:
    """Whom a text is before: for comments, those that filed none; under silence, all: to say nothing is to agree.

    The parts are the circulation that ends first, and its kind.
    """
    found: dict[int, Owed] = {}
    rows = queries.under_way(meeting.id)
    heard = queries.commented([row.id for row in rows if row.kind is CirculationKind.COMMENTS])
    for row in rows:
        for addressed in row.addressed:
            if (row.id, addressed.delegation_id) not in heard:
                found.setdefault(addressed.delegation_id, Owed(row.ends_at, (str(row.id), row.kind.value)))
    return found


ASKED = reminds(Subject(CLOSES, _deadline, _owed))


def settle_commented(found: Asked) -> None:
    """A delegation filed a comment: nothing reminds it of those any more."""
    db.session.flush()
    settle(ASKED, found.delegation)

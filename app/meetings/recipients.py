"""Who is written to about a session, in which language: people of its delegations; and what is so of these now."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from babel.languages import get_official_languages
from flask_babel import force_locale
from sqlalchemy import orm

from app.core.db import db
from app.core.localized import LANGUAGES
from app.core.wording import in_reader_language
from app.directory.enums import PartyKind
from app.mail.enums import MailReason
from app.mail.models import Mail
from app.mail.operations import withdraw_mails
from app.mail.renewing import Scopes
from app.meetings.emails import invitation
from app.meetings.models import Delegation, DelegationMember
from app.people.enums import Standing
from app.people.models import User


def language_for(delegation: Delegation) -> str:
    """The language in which people of a delegation are written to who have not said which they read: the State's own,
    as far as Plenaria speaks it, else the session's first."""
    party = delegation.party
    official = get_official_languages(party.code, de_facto=True) if party.kind in STATES else ()
    return next((language for language in official if language in LANGUAGES), delegation.meeting.languages[0])


STATES = (PartyKind.STATE, PartyKind.TERRITORY)
STAFF = (Standing.SECRETARIAT, Standing.ADMINISTRATOR)


def untrue(mail_ids: Collection[int]) -> set[int]:
    """Cancel those of the mails of a session whose account is in none of its delegations any more, nor on its
    interpreters' list; return their ids."""
    member = (
        sa.select(DelegationMember.id)
        .join(DelegationMember.delegation)
        .where(DelegationMember.user_id == Mail.user_id, Delegation.meeting_id == Mail.meeting_id)
    )
    interprets = sa.table("floor_interpreters", sa.column("meeting_id"), sa.column("user_id"))  # a later package's
    listed = sa.exists().where(interprets.c.meeting_id == Mail.meeting_id, interprets.c.user_id == Mail.user_id)
    rows = sa.select(Mail.id).join(User, User.id == Mail.user_id)
    gone = set(
        db.session.scalars(
            rows.where(
                Mail.id.in_(mail_ids),
                Mail.meeting_id.is_not(None),
                User.standing.not_in(STAFF),
                ~member.exists(),
                ~listed,
            )
        )
    )
    withdraw_mails(gone, MailReason.REMOVED)
    return gone


def scopes(mails: Sequence[Mail], found: Scopes) -> None:
    """Say of mails of a session in which delegation their recipients are, and as what. One statement.

    Of a person in several it is the one that the mail names.
    """
    rows = db.session.scalars(
        sa.select(DelegationMember)
        .join(DelegationMember.delegation)
        .where(
            Delegation.meeting_id.in_({mail.meeting_id for mail in mails}),
            DelegationMember.user_id.in_({mail.user_id for mail in mails}),
        )
        .order_by(DelegationMember.id)
        .options(
            orm.contains_eager(DelegationMember.delegation).options(
                orm.joinedload(Delegation.party), orm.joinedload(Delegation.meeting)
            ),
            orm.joinedload(DelegationMember.user),
        )
    )
    members: dict[tuple[int | None, int | None], list[DelegationMember]] = {}
    for row in rows:
        members.setdefault((row.delegation.meeting_id, row.user_id), []).append(row)
    for mail in mails:
        own = members.get((mail.meeting_id, mail.user_id), [])
        if len(own) > 1:
            with force_locale(mail.language):
                named = mail.values.get("party")
                own = [row for row in own if in_reader_language(row.delegation.party.names) == named]
        if own:
            found[mail.id] |= {"recipient": own[0].user, **invitation(own[0].delegation, own[0].role)}

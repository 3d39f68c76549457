"""Codes by which somebody without an account hands in one statement of a delegation. Nothing here commits.

A code is the row's number and a keyed digest, in letters and digits that can be read over the telephone: it can be
shown again to those who may, and no table holds it.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.tokens import keyed_token
from app.directory.models import Party
from app.floor import statement_queries as queries
from app.floor.policies import can_make_codes
from app.floor.statement_models import FloorStatementCode
from app.meetings.models import Delegation, Meeting

DAYS = (1, 3, 7, 14, 30)
MOST_CODES = 50  # of one delegation
LENGTH = 16  # of the digest: 80 bits
_WRITTEN = re.compile(rf"([0-9]{{1,9}})([A-Z2-7]{{{LENGTH}}})")


def _digest(code: FloorStatementCode) -> str:
    token = keyed_token("hand in", f"{code.id} {code.seed}")
    return base64.b32encode(hashlib.sha256(token.encode()).digest()).decode()[:LENGTH]


def text_of(code: FloorStatementCode) -> str:
    """Return the code as people are given it: "12-ABCD-EFGH-IJKL-MNOP"."""
    digest = _digest(code)
    return "-".join((str(code.id), *(digest[place : place + 4] for place in range(0, LENGTH, 4))))


_WHOLE = orm.joinedload(FloorStatementCode.delegation).options(
    orm.joinedload(Delegation.meeting).joinedload(Meeting.mechanism),
    orm.joinedload(Delegation.party).options(orm.selectin_polymorphic(Party, [])),
    orm.selectinload(Delegation.members),
)


def works(code: FloorStatementCode) -> bool:
    """Whether a statement can be handed in by a code now, which whoever made it could make still."""
    maker = code.made_by
    unused = code.used_at is None and code.revoked_at is None and now() < code.expires_at
    return unused and (maker is None or (maker.closed_at is None and can_make_codes(maker, code)))


def code_by_id(actor: Actor, code_id: object) -> FloorStatementCode | None:
    """The code of a number, also one that works no more; None for accounts that are not its delegation's or staff."""
    code = db.session.get(FloorStatementCode, code_id, options=[_WHOLE]) if isinstance(code_id, int) else None
    if code is None or (actor.is_authenticated and not actor.is_staff and not code.delegation.role_of(actor)):
        return None
    return code


def code_by_text(actor: Actor, text: str) -> FloorStatementCode:
    """The code that somebody wrote, which works. Raises Refusal for every other, always in the same words."""
    written = _WRITTEN.fullmatch(re.sub(r"[\s\-–]", "", text).upper())
    code = code_by_id(actor, int(written[1])) if written else None
    right = code is not None and written is not None and hmac.compare_digest(_digest(code), written[2])
    if code is None or not right or not works(code):
        raise Refusal(
            _l(
                "This code does not work. It was mistyped, used, revoked or has expired, or it is not your "
                "delegation's. Ask whoever gave it to you."
            ),
            field="code",
        )
    return code


def codes_of(delegation: Delegation) -> Sequence[FloorStatementCode]:
    """The codes of a delegation, the newest first."""
    statement = sa.select(FloorStatementCode).filter_by(delegation_id=delegation.id)
    loaded = orm.joinedload(FloorStatementCode.made_by)
    return db.session.scalars(statement.order_by(FloorStatementCode.id.desc()).options(loaded)).all()


def make_code(delegation: Delegation, *, mark: str, days: int, by: Actor) -> FloorStatementCode:
    """Make a code for an item; while one for it works, that is the one. Raises Refusal."""
    lock(delegation)
    at, existing = now(), codes_of(delegation)
    if mark not in {item["mark"] for item in queries.items_of(delegation.meeting)}:
        raise Refusal(_l("Choose an item of the order of business."), field="item")
    if days not in DAYS:
        raise Refusal(_l("Choose one of the times listed."), field="days")
    for code in existing:
        if code.mark == mark and works(code):
            return code
    if len(existing) >= MOST_CODES:
        raise Refusal(_l("A delegation has at most %(limit)d codes.", limit=MOST_CODES))
    made = FloorStatementCode(
        delegation=delegation,
        mark=mark,
        seed=secrets.token_hex(16),
        made_at=at,
        made_by_id=by.id,
        expires_at=at + timedelta(days=days),
    )
    record("make_statement_code", made, by=by, meeting_id=delegation.meeting_id)
    return made


def revoke_code(code: FloorStatementCode, *, by: Actor) -> None:
    """Let nothing be handed in by a code any more; one that is revoked stays so."""
    if code.revoked_at is None:
        code.revoked_at = now()
        record("revoke_statement_code", code, by=by, meeting_id=code.delegation.meeting_id)


def use(code: FloorStatementCode, mark: str) -> None:
    """Use a code up; its delegation is locked. Raises WrongState for one that works no more, or not for this item."""
    db.session.refresh(code)
    if not works(code) or code.mark != mark:
        raise WrongState(_l("This code works no more, so nothing was handed in. Ask for a new one; keep your text."))
    code.used_at = now()

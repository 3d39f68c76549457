"""Inviting many people at once, typed or from a file, and mending an invitation that went to a wrong address."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core.actors import Actor
from app.core.errors import Refusal
from app.core.localized import LANGUAGE_NAMES
from app.core.tables import Formula, Sheet
from app.core.texts import clean, fold
from app.meetings.enums import DelegationRole
from app.meetings.labels import ROLES
from app.meetings.models import Delegation, DelegationMember
from app.meetings.operations import invite_member, remove_member, resend_invitation
from app.meetings.participant_table import delegations_by_word, known_words
from app.people.operations import correct_address
from app.people.queries import account_by_email, normal_email

MOST_LINES = 150  # what a browser sends, and the server takes, in one form
COLUMNS = {
    "delegation": _l("Delegation"),
    "name": _l("Name"),
    "email": _l("E-mail"),
    "role": _l("Role"),
    "language": _l("Language of the invitation"),
}
NEEDED = ("delegation", "name", "email")


@dataclass
class Line:
    """Somebody to be invited, as a file says it; `wrong` says of a column what could not be understood."""

    row: int
    delegation: Delegation | None
    texts: dict[str, str]
    wrong: dict[str, Any] = field(default_factory=dict)


def correct_member_address(member: DelegationMember, *, email: str, by: Actor) -> DelegationMember:
    """Write a new invitation to the right address of a person who has not set up the account.

    Where another account has that address, it takes the person's place in the delegation. Raises WrongState and
    Refusal as `people.operations.correct_address`.
    """
    other = account_by_email(email)
    if other is not None and other is not member.user:
        delegation, name, role, language = member.delegation, member.user.name, member.role, member.user.language
        remove_member(member, by=by)
        return invite_member(delegation, email=email, name=name, role=role, language=language, by=by)
    correct_address(member.user, email=email, by=by)
    resend_invitation(member, by=by)
    return member


def is_member(delegation: Delegation, email: str) -> bool:
    """Whether somebody with this address is in the delegation."""
    return normal_email(email) in {member.user.email for member in delegation.members}


def read_lines(sheet: Sheet, delegations: Collection[Delegation]) -> list[Line]:
    """Return the people of a table, each with what is wrong with the row. Raises Refusal for another table."""
    columns = _columns(sheet.columns)
    if len(sheet.rows) > MOST_LINES:
        raise Refusal(_l("The table has more than %(limit)d rows. Send it in parts.", limit=MOST_LINES))
    if not sheet.rows:
        raise Refusal(_l("There is nobody in this table."))
    named = delegations_by_word(delegations)
    return [_line(number, columns, cells, named) for number, cells in sheet.rows]


def _columns(headings: Sequence[str]) -> list[str]:
    known = {word: key for key, label in COLUMNS.items() for word in known_words(key, label)}
    columns = [known.get(fold(clean(heading, lines=False)), "") for heading in headings]
    names = ", ".join(str(label) for label in COLUMNS.values())
    if "" in columns:
        wrong = clean(headings[columns.index("")], lines=False)[:80]
        raise Refusal(
            _l("“%(heading)s”: no column is called so here. They are: %(names)s.", heading=wrong, names=names)
        )
    lacking = [str(COLUMNS[key]) for key in NEEDED if key not in columns]
    if lacking or len(set(columns)) < len(columns):
        raise Refusal(_l("Columns are missing, or there twice. They are: %(names)s.", names=names))
    return columns


def _line(number: int, columns: Sequence[str], cells: Sequence[str], delegations: dict[str, set[Delegation]]) -> Line:
    texts = dict.fromkeys(COLUMNS, "") | {
        column: clean(cell, lines=False) for column, cell in zip(columns, cells, strict=False)
    }
    found = delegations.get(fold(texts["delegation"]), set())
    line = Line(number, next(iter(found)) if len(found) == 1 else None, texts)
    if line.delegation is None:
        line.wrong["delegation"] = _l(
            "No delegation of this session is called “%(word)s”. Choose it.", word=texts["delegation"]
        )
    roles = {word: role.value for role, label in ROLES.items() for word in known_words(role.value, label)}
    languages = {fold(word): code for code, name in LANGUAGE_NAMES.items() for word in (code, name)}
    for column, words in (("role", roles), ("language", languages)):
        text = texts[column]
        texts[column] = words.get(fold(text), "")
        if text and not texts[column]:
            line.wrong[column] = _l("“%(word)s” is none of these. Choose one.", word=text)
    for column, cell in zip(columns, cells, strict=False):
        if isinstance(cell, Formula):
            line.wrong[column] = _l("This cell holds a formula. Write its value instead.")
    return line


def invited_text(number: int) -> str:
    """What came of inviting people at once."""
    return str(
        ngettext(
            "%(num)d invitation waits in the outbox for approval.",
            "%(num)d invitations wait in the outbox for approval.",
            number,
        )
    )


DEFAULT_ROLE = DelegationRole.FOCAL_POINT

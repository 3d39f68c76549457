"""Asking for the floor, taking it back, being removed. Nothing here commits."""

import re
import unicodedata
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.texts import clean, fold
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.directory.queries import member_mechanism_ids, names_of_mechanisms, parties
from app.floor import queries, speaking
from app.floor.changes import record
from app.floor.enums import EntryState, SpeakingKind
from app.floor.models import GROUP_LIMIT, SUBJECT_LIMIT, SpeakerEntry, SpeakersList
from app.floor.operations import check_taking, lock_list
from app.meetings.enums import Stage
from app.meetings.holding import HELD
from app.meetings.models import Delegation, Meeting

RIGHTS_OF_REPLY = 2  # of one delegation on one item
# What may stand around the name of a party without making it another name, without accents.
_AROUND = {
    "the", "of", "and", "permanent", "delegation", "mission", "government", "state", "republic", "el", "la",
    "los", "las", "de", "del", "y", "e", "delegacion", "mision", "permanente", "gobierno", "estado", "republica",
    "le", "les", "l", "d", "du", "des", "et", "gouvernement", "etat", "republique", "o", "a", "os", "as", "do",
    "da", "dos", "das", "delegacao", "missao", "governo", "embassy", "embajada", "ambassade", "embaixada",
    "representative", "representatives", "representation", "representante", "representantes", "representacion",
    "representant", "representants", "representacao", "delegations", "delegaciones", "delegacoes", "missions",
    "misiones", "missoes", "ambassador", "embajador", "embajadora", "ambassadeur", "ambassadrice", "embaixador",
    "embaixadora", "group", "grupo", "groupe", "people", "pueblo", "peuple", "povo", "on", "behalf", "en", "nombre",
    "au", "nom", "em", "nome",
    "plurinational", "plurinacional", "plurinationale", "bolivarian", "bolivariana", "bolivarienne",
    "commonwealth", "mancomunidad", "oriental", "orientale", "co", "operative", "cooperative", "cooperativa",
    "federative", "federativa", "federation", "federacion", "federacao", "kingdom", "reino", "royaume",
}  # fmt: skip
# What joins several names, or numbers them, without making them another name.
_JOINING = {
    "with", "con", "com", "avec", "plus", "mas", "mais", "as", "well", "both", "ambos", "ambas", "also", "together",
    "jointly", "junto", "juntos", "ainsi", "que", "or", "ou", "u", "for", "para", "por", "pour", "states", "estados",
    "etats", "countries", "paises", "pays", "country", "pais", "ii", "iii", "iv", "no", "number", "numero",
}  # fmt: skip


def ask(
    speakers: SpeakersList,
    delegation: Delegation,
    *,
    kind: SpeakingKind,
    language: str,
    received_at: datetime,
    on_behalf: Party | None = None,
    group_name: str = "",
    subject: str = "",
    form_key: str | None = None,
    flag: bool = False,
    by: Actor,
) -> SpeakerEntry:
    """Put a delegation on a list; a form (`form_key`) does so once.

    `received_at`: when the request came in, by which it is judged and placed; a list that closed later takes it,
    however long it waited here. `flag`: who manages the floor asks for a delegation that raised its flag. Raises
    WrongState for a closed list and for whoever waits already, Refusal for a party that is not theirs to speak for.
    """
    if kind is SpeakingKind.POINT_OF_ORDER:
        lock(speakers.meeting)  # one waits in the session
    lock_list(speakers)
    known = sa.select(SpeakerEntry).filter_by(form_key=form_key, list_id=speakers.id, delegation_id=delegation.id)
    if form_key and (found := db.session.scalars(known).one_or_none()):
        return found
    meeting = speakers.meeting
    check_taking(meeting)
    if delegation.meeting_id != speakers.meeting_id:
        raise Refusal(_l("Choose a delegation to this session."), field="delegation")
    if language not in meeting.languages:
        raise Refusal(_l("Choose one of the working languages."), field="language")
    group_name, subject = clean(group_name, lines=False), clean(subject, lines=False)
    if len(group_name) > GROUP_LIMIT or len(subject) > SUBJECT_LIMIT:
        field, limit = ("group_name", GROUP_LIMIT) if len(group_name) > GROUP_LIMIT else ("subject", SUBJECT_LIMIT)
        raise Refusal(_l("Use at most %(limit)d characters.", limit=limit), field=field)
    on_behalf = None if on_behalf is delegation.party else on_behalf
    check_behalf(delegation, on_behalf, group_name, flag=flag)
    if kind.passes_closing:
        _check_own_matter(meeting, on_behalf, group_name)
    if not speakers.takes(kind, received_at):
        raise WrongState(_l("The list is closed. Points of order and rights of reply can still be asked for."))
    _check_waiting(speakers, delegation, kind)
    entry = SpeakerEntry(
        speakers=speakers,
        delegation=delegation,
        on_behalf=on_behalf,
        group_name=group_name,
        acts_for=acting_key(on_behalf, group_name),
        kind=kind,
        language=language,
        subject=subject,
        asked_at=received_at,
        asked_by_id=by.id,
        raised_flag=flag,
        form_key=form_key,
    )
    record("ask_for_the_floor", entry, meeting, by=by)
    return entry


def spoken_for(delegation: Delegation) -> list[Party]:
    """The mechanisms on behalf of which a delegation may speak, besides itself."""
    ids = member_mechanism_ids(delegation.party_id)
    return [row for row in parties(PartyKind.MECHANISM) if row.id in ids and row.id != delegation.party_id]


def noted_for(delegation: Delegation) -> list[Party]:
    """On behalf of whom who manages the floor noted that a delegation speaks."""
    noted = sa.select(SpeakerEntry.on_behalf_id).filter_by(delegation_id=delegation.id, raised_flag=True)
    statement = sa.select(Party).where(Party.id.in_(noted)).order_by(Party.code)
    return list(db.session.scalars(statement.options(orm.selectin_polymorphic(Party, []))))


def was_noted(delegation: Delegation, acts_for: str) -> bool:
    """Whether who manages the floor noted that a delegation speaks for them, told by `acting_key`."""
    noted = sa.select(SpeakerEntry.id).filter_by(delegation_id=delegation.id, acts_for=acts_for, raised_flag=True)
    return db.session.scalar(sa.select(noted.exists())) or False


def acting_key(on_behalf: Party | None, group_name: str) -> str:
    """Return what tells apart for whom somebody speaks: "" for themselves."""
    if on_behalf:
        return f"party:{on_behalf.id}"
    return f"group:{fold(group_name)}"[:GROUP_LIMIT] if group_name else ""


def check_behalf(delegation: Delegation, on_behalf: Party | None, group_name: str, *, flag: bool = False) -> None:
    """Refuse whom a delegation does not speak for: other States, and a mechanism that it is no member of.

    Who manages the floor notes what was said in the room.
    """
    if on_behalf and group_name:
        raise Refusal(_l("Choose a party, or write the name of a group: not both."), field="group_name")
    if group_name and _is_party(group_name):
        raise Refusal(
            _l("This is the name of a State, a territory, a mechanism or an organization, not of a group."),
            field="group_name",
        )
    if flag:
        return
    if group_name and _only_parties(group_name):
        raise Refusal(
            _l(
                "This names parties of the directory and no group of theirs. "
                "The secretariat or the Chair can note it when the delegation raises its flag."
            ),
            field="group_name",
        )
    if on_behalf is None:
        return
    if on_behalf.kind is not PartyKind.MECHANISM or on_behalf.id not in member_mechanism_ids(delegation.party_id):
        raise Refusal(
            _l("A delegation speaks on behalf of mechanisms that it is a member of. The secretariat notes any other."),
            field="on_behalf",
        )


def _is_party(name: str) -> bool:
    """Whether a name says the same as one of the directory, however it is written: "Delegation of Chile" as "Chile"."""
    known, words = _names_of_parties(), _words(name)
    if said := words - _AROUND:
        return said in known
    return words in known or any(frozenset({word}) in known for word in words)  # "Delegation of DO": a code, too


def _only_parties(name: str) -> bool:
    """Whether a name is made of nothing but those of the directory: "Chile and Brazil", "Chile 1" for "Chile"."""
    known = _names_of_parties()
    words = {word.strip("0123456789") for word in _words(name)}
    covered = {word for names in known if names <= words for word in names}
    left = words - covered - _AROUND - _JOINING
    return bool(covered) and all(len(word) <= 1 for word in left)  # "Chile A", "Chile's"


def _words(name: str) -> frozenset[str]:
    seen = "".join(char for char in fold(name) if unicodedata.category(char) != "Cf")  # what nobody sees parts no words
    return frozenset(re.findall(r"[^\W_]+", seen))


def _names_of_parties() -> set[frozenset[str]]:
    """What all names and codes of the directory say, in every language."""
    found: set[str] = set()
    for row in parties():
        found.update((row.code, row.reference_code, *row.names.values(), *row.short_names.values()))
    found.update(name for _code, names in names_of_mechanisms() for name in names)
    all_words = {_words(name) for name in found}
    return {words - _AROUND or words for words in all_words}


def _check_own_matter(meeting: Meeting, on_behalf: Party | None, group_name: str) -> None:
    """Points of order and rights of reply are about what happens in the room, and a delegation's own."""
    if meeting.stage is not Stage.IN_SESSION:
        raise WrongState(_l("Points of order and rights of reply are asked for while the session is held."))
    if on_behalf or group_name:
        raise Refusal(
            _l("Points of order and rights of reply are a delegation's own: ask on behalf of nobody else."),
            field="on_behalf" if on_behalf else "group_name",
        )


def _check_waiting(speakers: SpeakersList, delegation: Delegation, kind: SpeakingKind) -> None:
    if queries.waits_for(speakers.id, delegation.id, kind):
        if kind.queued:
            raise WrongState(_l("This delegation waits on this list already. It can ask again once it has spoken."))
        raise WrongState(_l("This delegation waits for that already."))
    had = sa.select(sa.func.count(SpeakerEntry.id)).where(
        SpeakerEntry.list_id == speakers.id,
        SpeakerEntry.delegation_id == delegation.id,
        SpeakerEntry.kind == SpeakingKind.RIGHT_OF_REPLY,
        SpeakerEntry.state.in_((EntryState.SPEAKING, EntryState.SPOKEN)),
    )
    if kind is SpeakingKind.RIGHT_OF_REPLY and (db.session.scalar(had) or 0) >= RIGHTS_OF_REPLY:
        raise WrongState(_l("A delegation has at most two rights of reply on an item."))


def withdraw(entry: SpeakerEntry, *, by: Actor) -> None:
    """Take a request back; once more changes nothing.

    Raises WrongState for who speaks or has spoken, and once the floor is over.
    """
    lock_list(entry.speakers)
    db.session.refresh(entry)
    if entry.state is EntryState.WITHDRAWN:
        return
    check_taking(entry.meeting)
    if entry.state is not EntryState.WAITING:
        raise WrongState(_l("This request does not wait any more."))
    _leave(entry, EntryState.WITHDRAWN)
    record("withdraw_from_speakers", entry, entry.meeting, by=by)


def remove(entry: SpeakerEntry, *, by: Actor) -> None:
    """Take somebody off the list, also who speaks: that ends the speech.

    Raises WrongState for who has spoken, and once the floor is over.
    """
    meeting = entry.meeting
    lock(meeting, *HELD)
    lock(entry.speakers)
    db.session.refresh(entry)
    if entry.state is EntryState.REMOVED:
        return
    check_taking(meeting)
    if entry.state is EntryState.SPEAKING and entry.speech is not None:
        speaking.stop(entry.speech)
        speaking.let_go(meeting.id)
    elif entry.state is not EntryState.WAITING:
        raise WrongState(_l("This request does not wait any more."))
    _leave(entry, EntryState.REMOVED)
    record("remove_from_speakers", entry, meeting, by=by)


def _leave(entry: SpeakerEntry, state: EntryState) -> None:
    entry.state, entry.left_at, entry.hand = state, now(), None

"""The Open Archives Initiative's protocol for harvesting, 2.0: what is asked, its errors, and where a list goes on.

Source of the rules: http://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm (sections in brackets).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from app.core.texts import for_xml
from app.open_data.enums import RecordKind

PREFIX = "oai_dc"
PAGE = 100  # records in one answer
TOKEN_LASTS = timedelta(hours=24)
KIND_SET, SESSION_SET = "kind", "session"
# What the protocol's schema takes for the values that an answer repeats.
PREFIXES = re.compile(r"[A-Za-z0-9\-_.!~*'()]+")
SET_SPEC = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*")
SECONDS = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PART = r"(?:[^%#\[\]]|%[0-9A-Fa-f]{2})*"
URI = re.compile(  # or what becomes one when it is escaped
    r"(?:[A-Za-z][A-Za-z0-9+.\-]*:(?://[A-Za-z0-9.\-]*(?=[/?#]|\Z)|(?!//))|(?![^/?#]*:|//))" + f"{_PART}(?:#{_PART})?",
    re.DOTALL,
)


class Verb(StrEnum):
    IDENTIFY = "Identify"
    FORMATS = "ListMetadataFormats"
    SETS = "ListSets"
    IDENTIFIERS = "ListIdentifiers"
    RECORDS = "ListRecords"
    RECORD = "GetRecord"


# Verb -> (required arguments, optional ones); `resumptionToken` is the only one where it is given [2.4, 4].
ARGUMENTS: dict[Verb, tuple[frozenset[str], frozenset[str]]] = {
    Verb.IDENTIFY: (frozenset(), frozenset()),
    Verb.FORMATS: (frozenset(), frozenset({"identifier"})),
    Verb.SETS: (frozenset(), frozenset()),
    Verb.IDENTIFIERS: (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    Verb.RECORDS: (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    Verb.RECORD: (frozenset({"identifier", "metadataPrefix"}), frozenset()),
}
RESUMED = frozenset({Verb.SETS, Verb.IDENTIFIERS, Verb.RECORDS})


class ProtocolError(Exception):
    """What is answered instead: a code of the protocol and a sentence [3.6]."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

    @property
    def tells_arguments(self) -> bool:
        """Whether the answer repeats what was asked: not where that was not understood [3.6]."""
        return self.code not in ("badVerb", "badArgument")


@dataclass(frozen=True)
class Place:
    """Which part of the list is wanted, and what of it was handed out: `given` records, the last of them `after`."""

    kind: RecordKind | None = None
    session: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, int] | None = None
    given: int = 0


@dataclass(frozen=True)
class Asked:
    """One request that was understood."""

    verb: Verb
    arguments: Mapping[str, str]
    place: Place
    resumed: bool = False


def asked(pairs: Sequence[tuple[str, str]]) -> Asked:
    """Read what was asked; raises ProtocolError."""
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in set(Verb):
        raise ProtocolError("badVerb", "Give one verb, and one of the protocol's: " + ", ".join(Verb) + ".")
    verb = Verb(verbs[0])
    arguments: dict[str, str] = {}
    for name, value in pairs:
        if name == "verb":
            continue
        if name in arguments:
            raise ProtocolError("badArgument", "An argument is there more than once.")
        arguments[name] = value
    if "resumptionToken" in arguments and verb in RESUMED:
        if len(arguments) > 1:
            raise ProtocolError("badArgument", "resumptionToken is the only argument where it is given.")
        return Asked(verb, arguments, place_in(arguments["resumptionToken"], verb), resumed=True)
    required, optional = ARGUMENTS[verb]
    if arguments.keys() - required - optional:
        raise ProtocolError("badArgument", "There is an argument that this verb does not take.")
    if missing := sorted(required - arguments.keys()):
        raise ProtocolError("badArgument", f"An argument is missing: {', '.join(missing)}.")
    since, until = _range(arguments.get("from"), arguments.get("until"))
    kind, session = _set(arguments.get("set"))
    if not URI.fullmatch(for_xml(arguments.get("identifier", "")).strip()):
        raise ProtocolError("badArgument", "identifier is no URI.")
    prefix = arguments.get("metadataPrefix", PREFIX)
    if not PREFIXES.fullmatch(prefix):
        raise ProtocolError("badArgument", "metadataPrefix is not the name of a format.")
    if prefix != PREFIX:
        raise ProtocolError("cannotDisseminateFormat", f"Records come in {PREFIX} alone.")
    return Asked(verb, arguments, Place(kind, session, since, until))


def _range(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    if since is not None and until is not None and len(since) != len(until):
        raise ProtocolError("badArgument", "from and until must have the same granularity.")
    first, last = _moment(since, last=False), _moment(until, last=True)
    if first and last and first > last:
        raise ProtocolError("badArgument", "from is later than until.")
    return first, last


def _moment(text: str | None, *, last: bool) -> datetime | None:
    """A day or a second [3.3]; of a day its last second, where it is the end of a range."""
    if text is None:
        return None
    try:
        if SECONDS.fullmatch(text):
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59) if last else time(), UTC)
    except ValueError:
        pass
    raise ProtocolError(
        "badArgument", "from and until are days (2026-05-14) or seconds (2026-05-14T09:30:00Z), in UTC."
    )


def _set(spec: str | None) -> tuple[RecordKind | None, str]:
    """What a set selects: a kind, or a session; raises ProtocolError for what can be no set."""
    if spec is None or spec in (KIND_SET, SESSION_SET):
        return None, ""
    if not SET_SPEC.fullmatch(spec):
        raise ProtocolError("badArgument", "set is not the name of a set.")
    top, _colon, rest = spec.partition(":")
    if top == KIND_SET and rest in set(RecordKind):
        return RecordKind(rest), ""
    if top == SESSION_SET and rest:
        return None, rest
    raise ProtocolError("noRecordsMatch", "There is no such set.")


def utc(moment: datetime) -> str:
    """Return a moment as the protocol writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def namespace() -> str:
    """The host that identifiers name: they are the same wherever a copy of this site is reached."""
    return urlsplit(str(current_app.config["BASE_URL"])).hostname or "localhost"


def identifier(kind: RecordKind, key: str) -> str:
    """Return the identifier of a record, for ever."""
    return f"oai:{namespace()}:{kind}/{quote(key, safe=':')}"


def named(text: str) -> tuple[RecordKind, str]:
    """Return kind and key of an identifier; raises ProtocolError."""
    kind, _slash, key = text.removeprefix(f"oai:{namespace()}:").partition("/")
    key = unquote(key)
    if not text.startswith("oai:") or kind not in set(RecordKind) or not key or "\0" in key:
        raise ProtocolError("idDoesNotExist", "There is no record with this identifier.")
    return RecordKind(kind), key


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="oai-resumption")


def token_for(verb: Verb, place: Place) -> str:
    """Return the token with which a list goes on; all that there is to know is in it, signed."""
    after = place.after
    return str(
        _signer().dumps(
            [
                verb,
                place.kind,
                place.session,
                place.since and place.since.timestamp(),
                place.until and place.until.timestamp(),
                after and [after[0].timestamp(), after[1]],
                place.given,
            ]
        )
    )


def place_in(token: str, verb: Verb) -> Place:
    """Read a token; raises ProtocolError for one that is not ours, is too old, or is of another verb."""
    try:
        of_verb, place = _read(_signer().loads(token, max_age=int(TOKEN_LASTS.total_seconds())))
    except (BadData, ValueError, TypeError):  # the last two: of a release of Plenaria that wrote others
        raise ProtocolError("badResumptionToken", "The token is not one of ours, or it has expired.") from None
    if of_verb != verb:
        raise ProtocolError("badResumptionToken", "The token is of another verb.")
    return place


def _read(value: Any) -> tuple[str, Place]:
    of_verb, kind, session, since, until, after, given = value

    def moment(stamp: float | None) -> datetime | None:
        return None if stamp is None else datetime.fromtimestamp(stamp, UTC)

    at = (datetime.fromtimestamp(after[0], UTC), int(after[1])) if after else None
    return of_verb, Place(RecordKind(kind) if kind else None, session, moment(since), moment(until), at, given)

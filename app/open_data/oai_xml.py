"""Answers of the harvesting protocol as XML."""

from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from typing import Any

from flask import current_app
from flask_babel import force_locale
from lxml import etree

from app.core.addresses import whole_address
from app.core.clock import now
from app.core.texts import for_xml
from app.open_data import records
from app.open_data.describing import TYPES, Described, Texts
from app.open_data.enums import RecordKind
from app.open_data.labels import KIND_NAMES
from app.open_data.oai import (
    KIND_SET,
    PREFIX,
    SESSION_SET,
    TOKEN_LASTS,
    Asked,
    ProtocolError,
    Verb,
    identifier,
    named,
    token_for,
    utc,
)

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LOCATION = f"{{{XSI}}}schemaLocation"

Element = Any


def _put(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    made = etree.SubElement(parent, f"{{{OAI}}}{name}", **attributes)
    if text is not None:
        made.text = for_xml(text)
    return made


def address() -> str:
    """The base address of the protocol."""
    return whole_address("/oai")


def _frame(arguments: Mapping[str, str]) -> tuple[Element, Element]:
    root = etree.Element(f"{{{OAI}}}OAI-PMH", nsmap={None: OAI, "xsi": XSI})
    root.set(LOCATION, f"{OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd")
    _put(root, "responseDate", utc(now()))
    request = _put(root, "request", address(), **{name: for_xml(value) for name, value in arguments.items()})
    return root, request


def _written(root: Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def error_answer(error: ProtocolError, arguments: Mapping[str, str]) -> bytes:
    """Return an error of the protocol; `arguments` are repeated where they were understood."""
    root, _request = _frame(arguments if error.tells_arguments else {})
    _put(root, "error", error.message, code=error.code)
    return _written(root)


def answer(request: Asked) -> bytes:
    """Return what was asked for; raises ProtocolError."""
    root, _request = _frame({"verb": request.verb, **request.arguments})
    ANSWERS[request.verb](_put(root, request.verb), request)
    return _written(root)


def _identify(into: Element, request: Asked) -> None:
    _put(into, "repositoryName", "Plenaria")
    _put(into, "baseURL", address())
    _put(into, "protocolVersion", "2.0")
    _put(into, "adminEmail", parseaddr(current_app.config["MAIL_FROM"])[1])
    _put(into, "earliestDatestamp", utc(records.earliest()))
    _put(into, "deletedRecord", "persistent")
    _put(into, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    _put(into, "compression", "gzip")


def _formats(into: Element, request: Asked) -> None:
    if "identifier" in request.arguments:
        _record_of(request)
    made = _put(into, "metadataFormat")
    _put(made, "metadataPrefix", PREFIX)
    _put(made, "schema", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
    _put(made, "metadataNamespace", OAI_DC)


def _sets(into: Element, request: Asked) -> None:
    with force_locale("en"):
        sets = {KIND_SET: "By kind", **{f"{KIND_SET}:{kind}": str(KIND_NAMES[kind]) for kind in RecordKind}}
    sets[SESSION_SET] = "By session"
    for slug, title in records.sessions().items():
        sets[f"{SESSION_SET}:{slug}"] = title.in_language("en") or slug
    for spec, name in sets.items():
        made = _put(into, "set")
        _put(made, "setSpec", spec)
        _put(made, "setName", name)


def _identifiers(into: Element, request: Asked) -> None:
    page = _page(request)
    for row in page.records:
        _header(into, row)
    _token(into, request, page)


def _records(into: Element, request: Asked) -> None:
    page = _page(request)
    for row in page.records:
        _record(into, row)
    _token(into, request, page)


def _one(into: Element, request: Asked) -> None:
    _record(into, _record_of(request))


ANSWERS = {
    Verb.IDENTIFY: _identify,
    Verb.FORMATS: _formats,
    Verb.SETS: _sets,
    Verb.IDENTIFIERS: _identifiers,
    Verb.RECORDS: _records,
    Verb.RECORD: _one,
}


def _record_of(request: Asked) -> records.Recorded:
    found = records.record_named(*named(request.arguments["identifier"]))
    if found is None:
        raise ProtocolError("idDoesNotExist", "There is no record with this identifier.")
    return found


def _page(request: Asked) -> records.Listed:
    """The next records. There are none where all that were left have changed since `until`, too: no list is empty."""
    page = records.listed(request.place)
    if not page.records:
        raise ProtocolError("noRecordsMatch", "No record is like that.")
    return page


def _token(into: Element, request: Asked, page: records.Listed) -> None:
    """The last page of a list that had others carries an empty token [3.5]."""
    if page.onward is None and not request.resumed:
        return
    counts = {"completeListSize": str(page.total), "cursor": str(request.place.given)}
    if page.onward is None:
        _put(into, "resumptionToken", **counts)
    else:
        expires = utc(now() + TOKEN_LASTS)
        _put(into, "resumptionToken", token_for(request.verb, page.onward), expirationDate=expires, **counts)


def _header(into: Element, row: records.Recorded) -> None:
    header = _put(into, "header", **({} if row.thing else {"status": "deleted"}))
    _put(header, "identifier", identifier(row.kind, row.key))
    _put(header, "datestamp", utc(row.stamped_at))
    _put(header, "setSpec", f"{KIND_SET}:{row.kind}")
    _put(header, "setSpec", f"{SESSION_SET}:{row.session}")


def _record(into: Element, row: records.Recorded) -> None:
    record = _put(into, "record")
    _header(record, row)
    if row.thing:
        _put(record, "metadata").append(dublin_core(row.thing))


def dublin_core(thing: Described) -> Element:
    """Return a thing in unqualified Dublin Core."""
    root = etree.Element(f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": DC, "xsi": XSI})
    root.set(LOCATION, f"{OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
    licence = [{"": current_app.config[name]} for name in ("LICENCE", "LICENCE_URL")]
    session = [] if thing.kind is RecordKind.SESSION else [{"": thing.session_url}]
    words: dict[str, Iterable[Texts]] = {
        "title": [thing.titles],
        "creator": thing.creators,
        "subject": [texts for _code, texts in thing.subjects],
        "description": [thing.descriptions],
        "publisher": [thing.publisher],
        "date": [{"": utc(thing.at)[:10]}],
        "type": [{"": TYPES[thing.kind]}, thing.what],
        "format": [{"": "text/html"}],
        "identifier": [{"": thing.url}, *([{"": thing.mark}] if thing.mark else [])],
        "language": [{"": code} for code in thing.languages],
        "relation": session,
        "coverage": [thing.place],
        "rights": licence,
    }
    for name, values in words.items():
        for texts in values:
            for language, text in texts.items():
                made = etree.SubElement(root, f"{{{DC}}}{name}", **({LANG: language} if language else {}))
                made.text = for_xml(text)
    return root

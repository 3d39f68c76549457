"""Public things as JSON-LD, in the words of schema.org, with Dublin Core beside them."""

from collections.abc import Mapping
from typing import Any

from flask import current_app

from app.open_data.describing import TYPES, Described, Texts, full_address
from app.open_data.enums import RecordKind
from app.open_data.oai import utc

CONTEXT = {"@vocab": "https://schema.org/", "dc": "http://purl.org/dc/terms/", "dctype": "http://purl.org/dc/dcmitype/"}
KINDS = {
    RecordKind.SESSION: "Event",
    RecordKind.PRACTICE: "Article",
    RecordKind.PRESENTATION: "PresentationDigitalDocument",
    RecordKind.SUMMARY: "Report",
    RecordKind.DOCUMENT: "DigitalDocument",
}
Node = dict[str, Any]


def _texts(texts: Texts) -> list[Node]:
    return [{"@value": text, **({"@language": code} if code else {})} for code, text in texts.items()]


def _term(code: str, texts: Texts) -> Node:
    return {"@type": "DefinedTerm", "termCode": code, **({"name": _texts(texts)} if texts else {})}


def node(thing: Described) -> Node:
    """Return one thing as a node; what is not known is left out."""
    made: Node = {"@id": thing.url, "@type": KINDS[thing.kind], "url": thing.url, "name": _texts(thing.titles)}
    publisher = {"@type": "Organization", "name": _texts(thing.publisher)}
    if thing.kind is RecordKind.SESSION:
        made |= {
            "startDate": utc(thing.at),
            "endDate": utc(thing.ends_at) if thing.ends_at else None,
            "location": {"@type": "Place", "name": _texts(thing.place)} if thing.place else None,
            "organizer": publisher,
            "description": _texts(thing.descriptions),
        }
    else:
        made |= {
            "abstract": _texts(thing.descriptions),
            "author": [{"@type": "Organization", "name": _texts(texts)} for texts in thing.creators],
            "publisher": publisher,
            "datePublished": utc(thing.at),
            "isPartOf": {"@id": full_address(f"/sessions/{thing.session}")},
        }
    made |= {
        "inLanguage": list(thing.languages),
        "identifier": thing.mark,
        "about": [_term(code, texts) for code, texts in thing.subjects],
        "license": current_app.config["LICENCE_URL"],
        "dc:identifier": thing.mark or thing.url,
        "dc:type": {"@id": f"dctype:{TYPES[thing.kind]}"},
        "dc:rights": current_app.config["LICENCE"],
    }
    return {name: value for name, value in made.items() if value not in (None, "", [], {})}


def dataset(facts: Mapping[str, Any]) -> Node:
    """Return a release as a node."""
    return {
        "@id": f"{facts['home']}/releases/{facts['release']}",
        "@type": "Dataset",
        "name": f"Plenaria, open data, release {facts['release']}",
        "version": str(facts["release"]),
        "dateModified": facts["as_of"],
        "license": facts["licence_url"],
        "isAccessibleForFree": True,
        "url": facts["home"],
        "dc:type": {"@id": "dctype:Dataset"},
    }

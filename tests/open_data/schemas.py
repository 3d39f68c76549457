"""The protocol's schema in our own words: the schema files are not to be had here (docs/decisions/0065)."""

import re

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
OAI_DC = "{http://www.openarchives.org/OAI/2.0/oai_dc/}"
LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
SET = re.compile(r"([A-Za-z0-9\-_.!~*'()])+(:[A-Za-z0-9\-_.!~*'()]+)*")
# Element -> its children in order; * any number, + one or more, ? at most one.
CHILDREN = {
    "Identify": "repositoryName baseURL protocolVersion adminEmail+ earliestDatestamp deletedRecord granularity",
    "ListMetadataFormats": "metadataFormat+",
    "metadataFormat": "metadataPrefix schema metadataNamespace",
    "ListSets": "set+ resumptionToken?",
    "set": "setSpec setName",
    "ListIdentifiers": "header+ resumptionToken?",
    "ListRecords": "record+ resumptionToken?",
    "GetRecord": "record",
    "record": "header metadata?",
    "header": "identifier datestamp setSpec*",
}
ERRORS = {"cannotDisseminateFormat", "idDoesNotExist", "badArgument", "badVerb", "noMetadataFormats"} | {
    "noRecordsMatch",
    "badResumptionToken",
    "noSetHierarchy",
}
ELEMENTS = {"title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format"} | {
    "identifier",
    "source",
    "language",
    "relation",
    "coverage",
    "rights",
}
ATTRIBUTES = {
    "resumptionToken": {"expirationDate", "completeListSize", "cursor"},
    "header": {"status"},
    "error": {"code"},
}
ASKED = {"verb", "identifier", "metadataPrefix", "from", "until", "set", "resumptionToken"}


def check_against_protocol(root) -> None:
    """Fail where an answer is not as OAI-PMH.xsd and oai_dc.xsd have it."""
    assert root.tag == f"{OAI}OAI-PMH"
    assert root.get(LOCATION) == "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
    moment, request, *rest = root
    assert (moment.tag, request.tag) == (f"{OAI}responseDate", f"{OAI}request")
    assert MOMENT.fullmatch(moment.text)
    assert set(request.attrib) <= ASKED
    assert rest
    errors = [element for element in rest if element.tag == f"{OAI}error"]
    assert errors == rest or len(rest) == 1
    for element in errors:
        assert element.get("code") in ERRORS
    for element in rest:
        _check(element)


def _check(element) -> None:
    name = element.tag.removeprefix(OAI)
    assert set(element.attrib) <= ATTRIBUTES.get(name, set()), name
    if name == "metadata":
        (dublin_core,) = element
        _check_dublin_core(dublin_core)
        return
    pattern = "".join(
        f"(?:{part.rstrip('*+?')} ){part[len(part.rstrip('*+?')) :]}" for part in CHILDREN.get(name, "").split()
    )
    found = "".join(f"{child.tag.removeprefix(OAI)} " for child in element)
    assert re.fullmatch(pattern, found), (name, found)
    if name == "datestamp":
        assert MOMENT.fullmatch(element.text)
    if name == "setSpec":
        assert SET.fullmatch(element.text)
    if name == "record" and element[0].get("status") == "deleted":
        assert len(element) == 1
    for child in element:
        _check(child)


def _check_dublin_core(element) -> None:
    assert element.tag == f"{OAI_DC}dc"
    assert element.get(LOCATION) == f"{OAI_DC[1:-1]} http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
    for child in element:
        assert child.tag.startswith(DC)
        assert child.tag.removeprefix(DC) in ELEMENTS
        assert set(child.attrib) <= {"{http://www.w3.org/XML/1998/namespace}lang"}
        assert len(child) == 0

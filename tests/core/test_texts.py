"""What texts are cleaned of, and what XML can hold."""

import pytest
from lxml import etree

from app.core.texts import clean, for_xml

NO_XML = ("\x00", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff")


@pytest.mark.parametrize("char", NO_XML)
def test_what_xml_refuses_is_neither_kept_nor_written(char):
    assert clean(f"per{char}mits") == "permits"
    element = etree.Element("text")
    element.text = for_xml(f"per{char}mits")
    assert element.text == "per\ufffdmits"


@pytest.mark.parametrize("text", ["", "ñ é\tfin\nlast", "𝔘 \ufffd"])
def test_what_xml_can_hold_stays(text):
    assert for_xml(text) == text

"""Acronyms of the directory are told in full where a reading page has them first."""

import pytest
from lxml import html
from markupsafe import Markup

from app.core.db import db
from app.library.abbreviations import Abbreviations, acronyms
from app.meetings.enums import Stage
from tests.factories.library import publish_practice, publish_presentation, publish_summary
from tests.factories.summaries import make_meeting

KNOWN = {"RCM": 'Regional "Conference"', "R4V": "Platform", "MIRPS": "Framework"}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "<p>The RCM met. RCM again.</p>",
            '<p>The <abbr title="Regional &#34;Conference&#34;">RCM</abbr> met. RCM again.</p>',
        ),
        (
            '<p><a href="/RCM">RCM</a> and RCM</p>',
            '<p><a href="/RCM">RCM</a> and <abbr title="Regional &#34;Conference&#34;">RCM</abbr></p>',
        ),
        ("<h3>RCM</h3><p>RCMs, ARCM, RCM-2</p>", "<h3>RCM</h3><p>RCMs, ARCM, RCM-2</p>"),
        (
            '<p title="RCM">&lt;RCM2&gt;<br>R4V</p>',
            '<p title="RCM">&lt;RCM2&gt;<br><abbr title="Platform">R4V</abbr></p>',
        ),
        ("", ""),
    ],
)
def test_the_first_of_each_is_told(text, told):
    assert Abbreviations(KNOWN).told(Markup(text)) == told  # noqa: S704  (the text is ours)


@pytest.mark.one_database
def test_what_was_told_in_one_part_is_not_told_in_the_next():
    abbreviations = Abbreviations(KNOWN)
    assert "<abbr" in abbreviations.told(Markup("<p>RCM</p>"))
    assert abbreviations.told(Markup("<p>RCM</p>")) == "<p>RCM</p>"
    assert Abbreviations({}).told(Markup("<p>RCM</p>")) == "<p>RCM</p>"


def test_names_are_those_of_the_text_s_language(app):
    assert acronyms("en")["MIRPS"].startswith("Comprehensive Regional Protection")
    assert acronyms("es")["MIRPS"] != acronyms("en")["MIRPS"]
    assert "PE" not in acronyms("en")


@pytest.mark.parametrize(
    "path", ["/practices/CAM-2026-GP-PER-01", "/sessions/cam-2026/presentations/RCM", "/sessions/cam-2026/summary"]
)
def test_reading_pages_tell_them(client, path):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(meeting, results="With MIRPS we met.\n\nMIRPS helped.")
    publish_presentation(meeting, answers={"1": "With MIRPS we met.", "2": "MIRPS helped."})

    def other(content: dict) -> dict:
        for one in content["sections"][0]["paragraphs"]:
            one["text"]["en"] = "With MIRPS we met."
        return content

    publish_summary(meeting, [], [], change=other)
    db.session.commit()
    page = html.document_fromstring(client.get(path).text)
    (told,) = page.xpath("//abbr[.='MIRPS']")
    assert told.get("title").startswith("Comprehensive Regional Protection")

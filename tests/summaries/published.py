"""Publications to print, made of plain values: what tests of formats share."""

from datetime import UTC, date, datetime

from app.core.audience import Audience
from app.core.localized import LANGUAGES, LocalizedText
from app.summaries.enums import PublicationKind
from app.summaries.models import Publication
from app.summaries.numbering import letter
from app.summaries.report import make_report
from tests.factories.summaries import everywhere

MOMENT = datetime(2026, 6, 12, 16, 0, tzinfo=UTC)
SCALE = [
    {"key": "all", "kind": "all", "from": 0, "words": {}},
    {"key": "most", "kind": "share", "from": 50, "words": {}},
    {"key": "many", "kind": "count", "from": 7, "words": {}},
    {"key": "some", "kind": "count", "from": 2, "words": {}},
    {"key": "one", "kind": "count", "from": 1, "words": {}},
]
for _step in SCALE:
    _step["words"] = {
        code: {form: f"{_step['key']} {form} ({code})" for form in ("subject", "of", "by", "to")} for code in LANGUAGES
    }


def citation(
    mark="a", *, quote="Formal work grew.", source="practice-1", audience="public", party="Peru", language="es", **more
):
    return {
        "letter": mark, "source": source, "kind": source.split("-")[0], "reference": "CAM/2026/GP/PER/01",
        "party": {"code": "PE", "name": dict(everywhere(party))}, "on_behalf": None, "audience": audience, "version": 1,
        "language": language, "field": "results", "start": 0, "end": len(quote), "quote": quote, **more,
    }  # fmt: skip


def citations(count):
    return [
        citation(letter(place), source=f"practice-{place + 1}", quote=f"Source number {place + 1} says so.")
        for place in range(count)
    ]


def paragraph(text, *, number, label="", level=0, cited=None, recommendations=(), step="one"):
    return {
        "key": f"p-{number}-{label or number}", "number": number, "label": label or str(number), "level": level,
        "text": text if isinstance(text, dict) else {code: f"{text} ({code})" for code in LANGUAGES},
        "attribution": "collective", "quantifier": {"key": step, "delegations": 1},
        "recommendations": list(recommendations), "citations": [citation()] if cited is None else cited,
    }  # fmt: skip


def content_of(*sections, symbol="CIDI/CAM/doc.12/26"):
    """Sections are lists of paragraphs."""
    return {
        "title": dict(everywhere("Summary")), "symbol": symbol, "participating": 12, "scale": SCALE,
        "sections": [
            {"key": f"s-{place}", "title": dict(everywhere(f"Section {place}")), "paragraphs": paragraphs}
            for place, paragraphs in enumerate(sections, start=1)
        ],
    }  # fmt: skip


def published(content, *, number=1, kind=PublicationKind.ORIGINAL, note=None, distribution=Audience.PUBLIC, **more):
    return Publication(
        number=number, kind=kind, note=LocalizedText(note), content=content, symbol=content["symbol"],
        dated=date(2026, 6, 12), distribution=distribution, languages=list(LANGUAGES), published_at=MOMENT, **more,
    )  # fmt: skip


def report_of(meeting, content, language="en", *, withdrawn=(), **more):
    making = {name: more.pop(name) for name in ("before", "parties", "series") if name in more}
    return make_report(published(content, **more), meeting=meeting, language=language, withdrawn=withdrawn, **making)


HOSTILE = {
    "markup": "#set page(fill: red) $x^2$ `raw` @ref <label> // note \\\\ \\[x\\]",
    "xml": "<script>alert(1)</script> & <w:p/> ]]> &amp;",
    "long": "x" * 600,
    "rtl": "Mixed \u05e9\u05dc\u05d5\u05dd end",
    "formula": "=HYPERLINK(1) and +1",
    "forms": "Some **bold** and *italic* and **_both_** words.",
    "lists": "Before:\n\n- one **strong**\n- two\n\n  more of two\n\n3. third\n4. fourth\n\nAfter.",
    "footnotes": "A claim[^1] and another[^b], and the first again[^1].\n\n[^1]: See *the* act & <b>law</b>.\n\n[^b]: "
    "Two parts.\n\n    The second part.",
    "token": "{not a token} {a|b} 100 %",
}


def hostile_content():
    """One paragraph of each hostile text, sub-paragraphs on two levels, forty sources on one."""
    first = [paragraph(text, number=number) for number, text in enumerate(HOSTILE.values(), start=1)]
    last = len(first)
    second = [
        paragraph("A chapeau[^x]:\n\n[^x]: Of the chapeau.", number=last + 1, cited=citations(40)),
        paragraph("first of it", number=last + 1, label=f"{last + 1} (a)", level=1),
        paragraph("deeper", number=last + 1, label=f"{last + 1} (a) (i)", level=2, cited=[]),
        paragraph("deeper again", number=last + 1, label=f"{last + 1} (a) (ii)", level=2),
        paragraph("second of it", number=last + 1, label=f"{last + 1} (b)", level=1),
        paragraph("under it", number=last + 1, label=f"{last + 1} (b) (i)", level=2),
        paragraph(
            "The end.",
            number=last + 2,
            recommendations=[{"key": "r-1", "addressees": ["states", "CL"], "due": "2027-05-01", "text": {}}],
            cited=[
                citation("a", quote="=1+1 & <i>", language="pt"),
                citation("b", source="presentation-3", party="Équateur", language="fr", quote="Les délais."),
                citation("c", source="intervention-4", on_behalf={"name": dict(everywhere("CARICOM")), "members": []}),
            ],
        ),
    ]
    return content_of(first, second)

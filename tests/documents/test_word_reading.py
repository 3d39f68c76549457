"""A Word file is read as its words; what must not be read is refused with a reason."""

import io
import zipfile

import pytest

from app.core.errors import Refusal, TooLarge
from app.documents import word_reading
from app.documents.word_reading import read_word
from app.documents.word_text import Table, plain

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
SPACES = (
    f'xmlns:w="{W}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def word_file(body: str = "<w:p/>", *, whole: str = "", types: str = "", **parts: str) -> bytes:
    """A DOCX of hand-made XML; parts by name, with "__" for "/" and without ".xml"."""
    target = io.BytesIO()
    document = whole or f"<w:document {SPACES}><w:body>{body}</w:body></w:document>"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES.format(types))
        archive.writestr("word/document.xml", document)
        for name, content in parts.items():
            path = f"{name.replace('__', '/')}.xml"
            archive.writestr(f"{path}.rels" if "_rels" in path else path, content)
    return target.getvalue()


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, look: str = "") -> str:
    return f"<w:p><w:pPr>{look}</w:pPr>{''.join(runs)}</w:p>"


def text_of(body: str, **parts: str) -> str:
    return plain(read_word(word_file(body, **parts)).blocks)


def refused(data: bytes) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        read_word(data)
    return refusal.value


BOMB = "<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
OUTSIDE = "<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
ENTITY = f"{{}}<w:document {SPACES}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Title: a text", "not a Word file"),
        (word_file()[:-40], "damaged"),
        (word_file("<w:p>"), "damaged"),
        (word_file(whole=f"<w:document {SPACES}/>"), "damaged"),
        (word_file("<w:p>" * 300 + "</w:p>" * 300), "damaged"),
        (word_file(whole=ENTITY.format(OUTSIDE)), "points to other files"),
        (word_file(whole=ENTITY.format(BOMB)), "points to other files"),
        (word_file(docProps__core=f"{OUTSIDE}<a/>"), "points to other files"),
        (word_file(types='<Override PartName="/x" ContentType="application/vnd.ms-office.vbaProject"/>'), "macros"),
        (word_file(types='<Override ContentType="a.ms-word.document.macroEnabled.main+xml"/>'), "macros"),
        (word_file(paragraph(run("0" * 30_000_000))), "unpacks to far more"),
    ],
    ids=["text", "cut", "not-xml", "no-body", "deep", "outside", "bomb", "core", "macro", "macro-kind", "zip-bomb"],
)
def test_what_must_not_be_read_is_refused(app, data, words):
    assert words in str(refused(data))


def test_what_is_larger_than_any_form_is_refused(app, monkeypatch):
    monkeypatch.setattr(word_reading, "MOST_XML", 2000)
    refusal = refused(word_file("".join(paragraph(run(str(number))) for number in range(100))))
    assert isinstance(refusal, TooLarge)
    assert "larger than any form" in str(refusal)


def test_more_paragraphs_than_any_form_has_are_refused(app, monkeypatch):
    monkeypatch.setattr(word_reading, "MOST_PARAGRAPHS", 2)
    assert text_of(paragraph(run("a")) * 2) == "a\n\na"
    assert "larger than any form" in str(refused(word_file(paragraph(run("a")) * 3)))


def test_ten_thousand_fields_are_refused_and_the_limit_is_named(app):
    controls = [f'<w:sdt><w:sdtPr><w:id w:val="{number * 7919}"/></w:sdtPr></w:sdt>' for number in range(10_001)]
    assert text_of("".join(controls[1:])) == ""
    refusal = refused(word_file("".join(controls)))
    assert isinstance(refusal, TooLarge)
    assert "10001 form fields; more than 10000" in str(refusal)


def test_too_much_text_is_refused_and_the_limit_is_named(app, monkeypatch):
    monkeypatch.setattr(word_reading, "MOST_CHARACTERS", 100)
    assert "101 characters of text; more than 100" in str(refused(word_file(paragraph(run("a" * 101)))))


def test_what_word_splits_and_marks_is_one_text(app):
    body = paragraph(
        run("Per"),
        '<w:proofErr w:type="spellStart"/>',
        run("mits", "<w:b/>"),
        '<w:smartTag w:element="date">' + run(" of 2021") + "</w:smartTag>",
        "<w:hyperlink>" + run(" on line") + "</w:hyperlink>",
        '<w:fldSimple w:instr="DATE">' + run(" today") + "</w:fldSimple>",
        "<w:r><w:instrText>HIDDEN</w:instrText><w:t>,</w:t><w:br/><w:t>a</w:t><w:tab/><w:t>b</w:t>"
        "<w:noBreakHyphen/><w:t>c</w:t></w:r>",
    )
    assert text_of(body) == "Permits of 2021 on line today,\na b‑c"


def test_equations_and_what_stands_above_a_word_are_read_in_one_line(app):
    def sign(text: str) -> str:
        return f'<m:r><w:rPr/><m:t xml:space="preserve">{text}</m:t></m:r>'

    fraction = f"<m:f><m:fPr/><m:num>{sign('a+')}{sign('b')}</m:num><m:den>{sign('12')}</m:den></m:f>"
    power = f"<m:sSup><m:e><m:d><m:e>{sign('x')}</m:e></m:d></m:e><m:sup>{sign('2')}</m:sup></m:sSup>"
    total = (
        f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{sign("i=1")}</m:sub><m:e>{sign("y")}</m:e></m:nary>'
    )
    bars = "<m:dPr><m:begChr m:val='|'/><m:endChr m:val='|'/></m:dPr>"
    area = f"<m:nary><m:sub>{sign('0')}</m:sub><m:e><m:d>{bars}<m:e>{sign('v')}</m:e></m:d></m:e></m:nary>"
    root = f"<m:rad><m:deg>{sign('3')}</m:deg><m:e>{sign('u')}</m:e></m:rad>"
    ruby = f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('kana')}</w:rt><w:rubyBase>{run('kanji')}</w:rubyBase></w:ruby></w:r>"
    body = (
        paragraph(run("Rate: "), f"<m:oMath>{fraction}</m:oMath>", run("."))
        + paragraph(f"<m:oMathPara><m:oMath>{power}</m:oMath><m:oMath>{sign('=')}{total}</m:oMath></m:oMathPara>")
        + f"<m:oMathPara><m:oMath>{sign('z')}</m:oMath></m:oMathPara>"
        + paragraph(f"<m:oMath>{area}{root}</m:oMath>")
        + paragraph(run("In "), ruby, "<w:r><w:ruby/></w:r>")
    )
    found = read_word(word_file(body))
    assert plain(found.blocks) == "Rate: (a+b)/12.\n\n(x)^2=∑_(i=1)y\n\nz\n\n∫_0|v|[3]√u\n\nIn kanji (kana)"
    assert found.equations == 4


def test_an_address_behind_other_words_is_read(app):
    def link(key: str, words: str) -> str:
        return f'<w:hyperlink r:id="{key}">{run(words)}</w:hyperlink>'

    relation = '<Relationship Id="{}" Target="{}" {}/>'
    external = 'TargetMode="External"'
    relations = (
        relation.format("a", "https://example.org/law", external)
        + relation.format("b", "mailto:office@example.org", external)
        + relation.format("c", "styles.xml", "")
    )
    body = paragraph(
        link("a", "the law"), run(", "), link("a", "example.org/law"), run(", "), link("b", "office@example.org")
    ) + paragraph(link("c", "see below"), link("d", "."), link("a", ""))
    assert text_of(body, word___rels__document=f"<r>{relations}</r>") == (
        "the law (https://example.org/law), example.org/law, office@example.org\n\nsee below."
    )


def test_a_choice_that_offers_nothing_is_nothing(app):
    empty = "<mc:AlternateContent/>"
    body = empty + paragraph(run("a"), empty, f"<w:r>{empty}</w:r>") + f"<w:tbl>{empty}<w:tr>{empty}</w:tr></w:tbl>"
    assert text_of(body) == "a"


def test_tracked_changes_are_read_as_if_accepted(app):
    deleted = "<w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
    body = (
        paragraph(run("A "), deleted, "<w:ins>" + run("new") + "</w:ins>")
        + paragraph(run("first"), look="<w:rPr><w:del/></w:rPr>")
        + paragraph(run(" and second"))
        + paragraph("<w:moveFrom>" + run("moved") + "</w:moveFrom>")
        + paragraph("<w:moveTo>" + run("moved") + "</w:moveTo>")
        + "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>"
        + paragraph(run("gone"))
        + "</w:tc></w:tr></w:tbl>"
    )
    found = read_word(word_file(body))
    assert plain(found.blocks) == "A new\n\nfirst and second\n\nmoved"
    assert found.changes


def test_a_change_that_libreoffice_ends_in_the_wrong_place_is_mended(app):
    control = "<w:sdt><w:sdtPr/><w:sdtContent>"
    body = paragraph(
        run("kept "),
        f'<w:del w:id="1">{control}</w:del><w:del w:id="2"><w:r><w:delText>gone</w:delText></w:r></w:del>',
        "</w:sdtContent></w:sdt>",
        f'<w:ins w:id="3">{control}</w:ins><w:ins w:id="4">{run("new")}</w:ins></w:sdtContent></w:sdt>',
    )
    assert text_of(body) == "kept new"


NUMBERING = (
    f'<w:numbering {SPACES}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="4"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


def test_lists_keep_their_marks(app):
    def item(text: str, level: int) -> str:
        return paragraph(run(text), look=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="4"/></w:numPr>')

    styled = paragraph(run("styled"), look='<w:pStyle w:val="ListBullet"/>')
    body = paragraph(run("Why:")) + item("one", 0) + item("two", 1) + item("three", 1) + paragraph(run("So.")) + styled
    assert text_of(body, word__numbering=NUMBERING) == "Why:\n\n- one\n1. two\n2. three\n\nSo.\n\n- styled"


def test_controls_of_every_level_give_their_tags(app):
    tag = '<w:sdtPr><w:tag w:val="{}"/></w:sdtPr>'
    body = (
        f"<w:sdt>{tag.format('block')}<w:sdtContent>{paragraph(run('a'))}</w:sdtContent></w:sdt>"
        + paragraph(f"<w:sdt>{tag.format('inline')}<w:sdtContent>{run('b')}</w:sdtContent></w:sdt>", run("c"))
        + f"<w:tbl><w:sdt>{tag.format('row')}<w:sdtContent><w:tr><w:sdt>{tag.format('cell')}<w:sdtContent><w:tc>"
        + paragraph(run("d"))
        + "</w:tc></w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt></w:tbl>"
    )
    first, second, table = read_word(word_file(body)).blocks
    assert [(piece.text, piece.tags) for piece in first.pieces] == [("a", ("block",))]
    assert [(piece.text, piece.tags) for piece in second.pieces] == [("b", ("inline",)), ("c", ())]
    assert isinstance(table, Table)
    assert [(piece.text, piece.tags) for piece in table.rows[0][0][0].pieces] == [("d", ("cell", "row"))]


def test_what_a_control_shows_of_itself_is_not_text_and_boxes_tell_their_state(app):
    empty = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"

    def box(state: int, shown: str) -> str:
        return (
            f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox></w:sdtPr>'
            f"<w:sdtContent>{run(shown)}</w:sdtContent></w:sdt>"
        )

    body = (
        empty.format(paragraph(run("Click here")))
        + paragraph(empty.format(run("Click here")), run("x"))
        + paragraph(box(0, "☒"), box(1, "☐"), box(1, "♥"), box(0, "♥"))
        + paragraph('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>')
    )
    assert text_of(body) == "x\n\n☒☐☒☐\n\n☒☐"


def test_what_stands_beside_the_text_is_kept_apart_and_the_rest_counted(app):
    notes = f'<w:footnotes {SPACES}><w:footnote w:type="separator">{{0}}</w:footnote><w:footnote>{{1}}</w:footnote>'
    drawn = (
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>{0}</w:txbxContent></w:drawing></mc:Choice>"
        "<mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    found = read_word(
        word_file(
            paragraph(run("Text"), drawn.format(paragraph(run("boxed"))), "<w:r><w:drawing/></w:r>") + "<w:altChunk/>",
            word__footnotes=notes.format(paragraph(run("___")), paragraph(run("a note"))) + "</w:footnotes>",
            word__comments=f"<w:comments {SPACES}><w:comment>{paragraph(run('a comment'))}</w:comment></w:comments>",
            word__header1=f"<w:hdr {SPACES}>{paragraph(run('a header'))}</w:hdr>",
            docProps__core='<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier> token </dc:identifier></c>',
        )
    )
    assert plain(found.blocks) == "Text"
    assert found.aside == ["boxed", "a comment", "a note", "a header"]
    assert (found.pictures, found.foreign, found.identifier) == (1, 1, "token")

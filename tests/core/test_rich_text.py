"""Text with a little form: what it reads, what it leaves alone, and that it loses nothing."""

from html import unescape

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from app.core.rich_text import Block, Run, as_html, escaped, joined, plain, read

pytestmark = pytest.mark.one_database


def test_reads_bold_italic_and_both():
    assert read("All **must** *now* ***agree***.").blocks == (
        Block(
            "text",
            (
                Run("All "),
                Run("must", bold=True),
                Run(" "),
                Run("now", italic=True),
                Run(" "),
                Run("agree", bold=True, italic=True),
                Run("."),
            ),
        ),
    )


def test_reads_lists_in_lists_with_the_number_they_begin_with():
    text = read("3. three\n   - inner\n4. four")
    (block,) = text.blocks
    assert (block.kind, block.start, len(block.items)) == ("numbers", 3, 2)
    assert block.items[0][1] == Block("bullets", items=((Block("text", (Run("inner"),)),),))
    assert text.plain == "3. three\n- inner\n4. four"


def test_numbers_footnotes_in_the_order_of_their_marks():
    text = read("Second[^b] first[^a].\n\n[^a]: The *first*.\n[^b]: The second.")
    assert [run.note for run in text.blocks[0].runs] == [None, 1, None, 2, None]
    assert [note[0].runs[0].text for note in text.notes] == ["The second.", "The "]


def test_html_joins_marks_and_footnotes_both_ways():
    html = BeautifulSoup(as_html("Said[^1].\n\n[^1]: Where.", notes="p-7"), "html.parser")
    mark, back = html.select("a")
    assert (mark["href"], mark["id"]) == ("#p-7-note-1", "p-7-mark-1")
    assert (back["href"], html.li["id"]) == ("#p-7-mark-1", "p-7-note-1")


@pytest.mark.parametrize(
    "source",
    ["<b>x</b> <script>1</script>", "[link](http://x.org)", "# heading", "> quote", "`code`", "![p](x)", "| a | b |"],
)
def test_other_forms_are_plain_text(source):
    assert plain(source) == source
    assert (
        BeautifulSoup(as_html(source), "html.parser").find(["script", "a", "h1", "img", "code", "table", "b"]) is None
    )


@given(st.text(alphabet=st.sampled_from(list("ab *_-1.[]^:\\\n<&>{|}é")), max_size=80))
def test_whatever_is_typed_is_read_and_escaped(source):
    html = as_html(source, notes="n")
    assert "<b>" not in html
    words = "".join(char for char in plain(source) if char in "abé<&>{|}")
    shown = "".join(
        char for char in unescape(BeautifulSoup(as_html(source), "html.parser").text) if char in "abé<&>{|}"
    )
    assert words == shown


@pytest.mark.parametrize(
    "words",
    [
        "1. A law [sic] * and_so_on *",
        "- not a list",
        "2) nor this",
        "A mark[^1] and {a|b} and {delegations}.",
        "C:\\temp \\* `x` <b>",
        "First.\n\n- Second.",
    ],
)
def test_words_that_are_escaped_are_read_as_they_stand(words):
    assert plain(escaped(words)) == words
    assert [block.kind for block in read(escaped(words)).blocks] == ["text"] * (words.count("\n\n") + 1)
    assert not read(escaped(words)).notes


def test_texts_that_are_joined_keep_each_their_footnotes():
    one = joined("A[^1].\n\n[^1]: First.", "B[^1] and C[^2].\n\n[^1]: Second.\n\n[^2]: Third.")
    notes = ["".join(run.text for block in note for run in block.runs) for note in read(one).notes]
    assert notes == ["First.", "Second.", "Third."]
    assert joined("", "B[^1]") == "B[^1]"

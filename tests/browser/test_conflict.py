"""Two people edit one paragraph: the second sees both texts and settles on one; nothing is lost."""

import re

from tests.browser.job import SECRETARIAT

WORKSPACE = "/sessions/cam-2026/consolidation"
FIRST, SECOND, MERGED = "The first of two texts.", "The second of two texts.", "Both texts, made one."


def open_paragraph(somebody) -> str:
    somebody.go(WORKSPACE)
    somebody.follow(re.compile(r"Edit\s+paragraph 2$"), within=somebody.page.locator("main"))
    return somebody.page.url


def test_the_second_of_two_gets_both_texts_and_submits_a_merge(person):
    first, second = person(SECRETARIAT), person("administrator@example.org", java_script_enabled=False)  # holds no lock
    address = open_paragraph(first)
    open_paragraph(second)
    first.write({"text-en": FIRST})
    first.send("Save the paragraph")
    first.page.get_by_text("The paragraph was saved.").wait_for()

    second.write({"text-en": SECOND})
    with second.page.expect_response(re.compile(r"/consolidation/paragraphs/\d+$")) as answer:
        second.press("Save the paragraph")
    assert answer.value.status == 409
    shown = second.page.locator("main")
    assert FIRST in shown.inner_text()
    assert SECOND in shown.inner_text()
    assert shown.locator("textarea[name=text-en]").input_value() == SECOND, "the box holds one's own text"
    second.write({"text-en": MERGED})
    second.send("Save this text")
    second.page.get_by_text("The paragraph was saved.").wait_for()

    first.go(address)
    assert first.page.locator("[name=text-en]").input_value() == MERGED
    assert first.page.locator("[name=text-es]").input_value(), "the other languages stay as they were"

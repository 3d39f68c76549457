"""The workspace by keyboard and by several people: cite, write, indent, undo; who writes is seen in another window."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import job
from tests.browser.test_keyboard import press

WORKSPACE = "/sessions/cam-2026/consolidation"
SAVED = 20_000


@pytest.fixture
def writer(person):
    somebody = person(job.SECRETARIAT)
    somebody.go(f"/language/en?next={WORKSPACE}")
    return somebody


def paragraphs(page):
    return page.locator("[data-paragraph]")


def select_words(page) -> str:
    """Select the first words of the source, as by Shift and the arrows, and see the page take them."""
    words = page.evaluate(
        """() => {
            const node = document.querySelector("[data-passage-field] .sentence").firstChild;
            const range = document.createRange();
            range.setStart(node, 0);
            range.setEnd(node, 20);
            const selection = document.getSelection();
            selection.removeAllRanges();
            selection.addRange(range);
            return range.toString().trim();
        }"""
    )
    expect(page.locator("[data-cite-quote]").first).to_have_text(words)  # browsers tell of a selection a moment later
    return words


def keyed(somebody, key: str) -> None:
    with somebody.page.expect_navigation():
        somebody.page.keyboard.press(key)


def test_a_rapporteur_needs_no_mouse(writer):
    page = writer.page
    before = paragraphs(page).count()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")

    words = select_words(page)
    keyed(writer, "n")
    expect(paragraphs(page)).to_have_count(before + 1)
    new = page.locator("[data-paragraph]:focus")
    expect(new).to_contain_text(words)

    select_words(page)
    keyed(writer, "c")
    expect(new).to_contain_text(words)  # keys are of the paragraph that has the focus
    keyed(writer, "e")
    area = page.locator("textarea[name=text-en]")
    area.fill("")
    area.press_sequentially("Offices help")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")
    expect(area).to_have_value("**Offices help**")
    expect(page.locator("[data-preview-place] strong")).to_have_text("Offices help", timeout=SAVED)
    expect(page.locator("[data-autosave-state]")).to_contain_text("Saved", timeout=SAVED)
    press(page, page.locator(".writing a[data-key=escape]"))
    page.wait_for_url(re.compile(r"#paragraph-\d+$"))
    expect(page.locator("[data-paragraph]:focus strong").first).to_have_text("Offices help")

    keyed(writer, ">")
    expect(page.locator("[data-paragraph]:focus .paragraph-number")).to_contain_text("(a)")
    keyed(writer, "Control+z")
    expect(page.locator("[data-paragraph]:focus .paragraph-number")).not_to_contain_text("(a)")
    keyed(writer, "Alt+ArrowUp")
    expect(new).to_contain_text("Offices help")
    keyed(writer, "Control+z")
    page.get_by_label("Use single keys").uncheck()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.get_by_label("Use single keys").check()


def test_another_window_sees_who_writes_and_what_was_written(writer, person):
    first, second = writer.page, person("administrator@example.org")
    second.go(f"/language/en?next={WORKSPACE}")
    paragraphs(first).first.focus()
    keyed(writer, "e")
    shown = paragraphs(second.page).first
    expect(shown.locator(".paragraph-writer")).to_contain_text("writes here since", timeout=SAVED)
    area = first.locator("textarea[name=text-en]")
    area.fill("Seen at once by the other.")
    expect(shown).to_contain_text("Seen at once by the other.", timeout=SAVED)
    shown.focus()
    keyed(second, "e")
    expect(second.page.locator("[data-held-by]")).to_be_visible(timeout=SAVED)
    expect(second.page.locator("textarea[name=text-en]")).to_have_js_property("readOnly", True)
    with second.page.expect_navigation():
        second.page.locator("[data-take]").click()
    expect(second.page.locator("textarea[name=text-en]")).to_have_value("Seen at once by the other.")
    expect(second.page.locator("[data-held-by]")).to_be_hidden()


def test_what_is_pasted_from_word_keeps_its_form(writer):
    page = writer.page
    paragraphs(page).first.focus()
    keyed(writer, "e")
    area = page.locator("textarea[name=text-fr]")
    area.fill("")
    area.evaluate(
        """(area) => {
            const data = new DataTransfer();
            data.setData("text/html", "<p class=MsoNormal><b>Bureaux</b> et <i>permis</i><o:p></o:p></p>");
            data.setData("text/plain", "Bureaux et permis");
            area.focus();
            area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(area).to_have_value("**Bureaux** et *permis*")


def test_the_text_is_split_moved_and_undone_without_javascript(person):
    somebody = person(job.SECRETARIAT, java_script_enabled=False)
    somebody.go(f"/language/en?next={WORKSPACE}")
    page = somebody.page
    count = paragraphs(page).count()
    somebody.follow(re.compile(r"Edit\s+paragraph 2$"), within=page.locator("main"))
    somebody.write({f"text-{code}": "One sentence. Another sentence." for code in ("en", "es", "fr", "pt")})
    somebody.send("Save the paragraph")
    page.get_by_text("The paragraph was saved.").wait_for()
    second = paragraphs(page).nth(1)
    second.get_by_text("Move or change").click()
    second.get_by_role("link", name="Split").click()
    somebody.send("Split the paragraph")
    assert paragraphs(page).count() == count + 1
    page.get_by_text("Last steps", exact=True).click()
    with page.expect_navigation():
        page.get_by_role("button", name="Undo: Split a paragraph").first.click()
    assert paragraphs(page).count() == count

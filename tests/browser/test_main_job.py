"""The main job, from the mandate to a published summary, by four people at four browsers; then it is read."""

import re

from tests.browser import job, texts

CODE = "B-1"
DELEGATE = "costa.rica@example.org"
REPRESENTATIVE = "sacm@example.org"
PASSAGE = "doce mil permisos en un año"
WITH_ACCENTS, WITHOUT = "constató", "constato"


def select_by_mouse(page, field: str, words: str) -> None:
    """Draw the mouse over words of a submitted text, once the page no longer moves."""
    page.evaluate("document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 300)))")
    box = page.evaluate(
        """([field, words]) => {
            const passage = document.querySelector(`[data-passage-field="${field}"]`);
            const walker = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT);
            let node;
            while ((node = walker.nextNode())) {
                const start = node.data.indexOf(words);
                if (start < 0) continue;
                const range = document.createRange();
                range.setStart(node, start);
                range.setEnd(node, start + words.length);
                node.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
                const boxes = [...range.getClientRects()];
                const first = boxes[0], last = boxes[boxes.length - 1];
                return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
            }
        }""",
        [field, words],
    )
    assert box, f"{words!r} is not in {field}"
    page.mouse.move(box[0] + 1, box[1])
    page.mouse.down()
    page.mouse.move((box[0] + box[2]) / 2, box[3], steps=4)
    page.mouse.move(box[2] - 0.5, box[3], steps=4)
    page.mouse.up()


def prepare(secretariat) -> str:
    slug = job.create_session(secretariat, CODE)
    job.invite(secretariat, slug, "CR", "Delegate of Costa Rica", DELEGATE)
    job.invite(secretariat, slug, "SACM", "Presidency of the SACM", REPRESENTATIVE)
    job.move_on(secretariat, slug)
    return slug


def draft_and_submit(delegate) -> str:
    page = delegate.page
    address = job.start_draft(delegate)
    with page.expect_response(re.compile("/autosave$")) as saved:
        delegate.write({"title": texts.TITLE})
    assert saved.value.ok
    page.goto(address)
    assert page.locator("[name=title]").input_value() == texts.TITLE, "it was saved without a button"
    page.locator("main input[type=file]").set_input_files(job.SLIDES)
    page.locator("main button[name=action][value=attach]").click()
    page.get_by_role("link", name="slides.pdf").wait_for()
    job.write_draft(delegate)
    with job.submitting(delegate):
        assert texts.PRACTICE["results"] in page.locator("main").inner_text()
    reference = re.search(r"CAM/[\w-]+/GP/CRI/01", page.locator("main").inner_text())
    assert reference, "the receipt gives the reference"
    return reference[0]


def return_and_accept(secretariat, delegate, slug: str) -> None:
    job.review(secretariat, slug)
    secretariat.write({"comment": texts.COMMENT})
    secretariat.page.locator("main button[name=action][value=return]").first.click()
    secretariat.page.get_by_text("The practice was returned").wait_for()
    delegate.go("/desk")
    delegate.follow(re.compile("Read the comments and revise"))
    assert texts.COMMENT in delegate.page.locator("main").inner_text()
    delegate.write({"results": f"{texts.PRACTICE['results']} {texts.ADDED}"})
    with job.submitting(delegate):
        pass
    job.review(secretariat, slug)
    assert texts.ADDED in secretariat.page.locator("main").inner_text()
    secretariat.page.locator("main button[name=action][value=accept]").first.click()
    secretariat.page.get_by_text("The practice was accepted").wait_for()


def consolidate(secretariat, slug: str) -> None:
    page = secretariat.page
    job.start_summary(secretariat, slug)
    job.open_source(secretariat, "Costa Rica")
    select_by_mouse(page, "results", PASSAGE)
    assert page.locator("[data-cite-quote]").inner_text() == PASSAGE
    job.cite_in_section(secretariat)
    assert PASSAGE in (page.locator(".workspace-summary q").text_content() or "")
    job.choose_sentence(secretariat, "Los accidentes bajaron")
    secretariat.choose({"place": page.locator('#place option[value^="paragraph-"]').first.get_attribute("value") or ""})
    secretariat.send("Cite the passage")
    assert page.locator(".workspace-summary q").count() == 2
    job.choose_sentence(secretariat, "Algunos patronos")
    page.get_by_text("Set the passage aside instead").click()
    secretariat.write({"reason": "Nobody else spoke of it."})
    secretariat.send("Set the passage aside")
    page.get_by_text("Reason: Nobody else spoke of it.").wait_for()
    job.edit_paragraph(secretariat, 1, texts.PARAGRAPH)
    job.open_source(secretariat, "SACM")
    job.choose_sentence(secretariat, "Joint inspections made")
    job.cite_in_section(secretariat)
    job.edit_paragraph(secretariat, 2, texts.SAFER)
    job.publish(secretariat, slug)
    job.move_on(secretariat, slug)


def read(reader, slug: str, reference: str) -> None:
    """The summary, a citation to its source and back, a search without accents."""
    page = reader.page
    reader.go(f"/sessions/{slug}")
    reader.go(f"/sessions/{slug}/summary")
    assert texts.PARAGRAPH["text-en"] in page.locator("#paragraph-1").inner_text()
    page.locator("#paragraph-1 .notes a").first.click()
    page.wait_for_url(re.compile(f"/practices/{reference.replace('/', '-')}"))
    assert reader.heading() == texts.TITLE
    assert "doce mil permisos" in page.locator("main").inner_text()
    reader.follow("Paragraph 1", within=page.locator("section[aria-labelledby=cited]"))
    page.wait_for_url("**/summary#paragraph-1")
    reader.go("/search")
    page.locator("main input[name=q]").fill(f"mecanismo {WITHOUT} inspecciones")
    reader.send("Search")
    hit = page.locator("main .entries").get_by_text(re.compile(WITH_ACCENTS))
    assert hit.count() == 1


def take_pdf(reader, slug: str) -> None:
    """Wait until the worker has made the documents, and take the PDF."""
    page = reader.page
    for _try in range(60):
        reader.go(f"/sessions/{slug}/summary")
        if page.get_by_role("link", name="Read as PDF").count():
            break
        page.wait_for_timeout(500)
    with page.expect_download() as started:
        page.get_by_role("link", name="Read as PDF").click()
    assert started.value.path().read_bytes().startswith(b"%PDF-1.7")


def test_four_people_run_a_session(person):
    secretariat = person(job.SECRETARIAT)
    slug = prepare(secretariat)
    representative, delegate = person(), person()
    job.set_up_account(representative, REPRESENTATIVE)
    job.set_up_account(delegate, DELEGATE)
    job.file_presentation(representative)
    reference = draft_and_submit(delegate)
    return_and_accept(secretariat, delegate, slug)
    job.move_on(secretariat, slug)
    job.move_on(secretariat, slug)
    consolidate(secretariat, slug)
    anonymous = person()
    read(anonymous, slug, reference)
    read(person("reader@example.org"), slug, reference)
    take_pdf(anonymous, slug)

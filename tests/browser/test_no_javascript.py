"""Everything that people write in the main job can be written without JavaScript."""

from tests.browser import job, texts

DELEGATE = "panama@example.org"
REPRESENTATIVE = "rcm.presidency@example.org"


def test_the_main_job_is_written_without_javascript(person):
    secretariat, representative, delegate = (
        person(email, java_script_enabled=False) for email in (job.SECRETARIAT, None, None)
    )
    slug = job.create_session(secretariat, "N-1")
    job.invite(secretariat, slug, "PA", "Delegate of Panama", DELEGATE)
    job.invite(secretariat, slug, "OCAM", "Presidency of the OCAM", REPRESENTATIVE)
    job.move_on(secretariat, slug)
    job.set_up_account(representative, REPRESENTATIVE)
    job.set_up_account(delegate, DELEGATE)
    job.file_presentation(representative)

    page = delegate.page
    job.start_draft(delegate)
    job.write_draft(delegate)
    page.locator("main button[name=add_row][value=actors]").click()
    page.locator("[name=actors-1-name]").wait_for()
    assert page.locator("[name=title]").input_value() == texts.TITLE, "adding a row keeps what was written"
    with job.submitting(delegate):
        assert texts.PRACTICE["lessons"] in page.locator("main").inner_text()
    job.review(secretariat, slug)
    secretariat.page.locator("main button[name=action][value=accept]").first.click()
    secretariat.page.get_by_text("The practice was accepted").wait_for()

    job.move_on(secretariat, slug)
    job.move_on(secretariat, slug)
    job.start_summary(secretariat, slug)
    job.open_source(secretariat, "Panama")
    job.choose_sentence(secretariat, "doce mil permisos")
    job.cite_in_section(secretariat)
    job.choose_sentence(secretariat, "Algunos patronos")
    secretariat.page.get_by_text("Set the passage aside instead").click()
    secretariat.write({"reason": "Nobody else spoke of it."})
    secretariat.send("Set the passage aside")
    secretariat.page.get_by_text("Reason: Nobody else spoke of it.").wait_for()
    job.edit_paragraph(secretariat, 1, texts.PARAGRAPH)
    job.publish(secretariat, slug)
    secretariat.go(f"/sessions/{slug}/summary")
    secretariat.follow("CAM/N-1/GP/PAN/01", within=secretariat.page.locator("main"))
    assert secretariat.heading() == texts.TITLE

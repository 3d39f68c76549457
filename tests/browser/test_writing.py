"""A draft written on a poor line, on two pages at once: nothing is lost, and only what was touched travels."""

import re

from tests.browser.axe_pages import Shown, find

WRITER = "haiti@example.org"


def draft_of(somebody) -> str:
    page = somebody.page
    page.goto(find(somebody, Shown("new-practice", "/desk", r"/practices/new"), {}))
    page.locator("main form[method=post] button.button-primary").first.click()
    page.wait_for_url(re.compile(r"/practices/drafts/\d+$"))
    return str(page.url)


def corrected_practice(somebody) -> str:
    """The page on which a correction of a published practice is written."""
    receipt = Shown("receipt", "/desk/cam-2026/used/HT", r"/practices/drafts/\d+/receipt$")
    return find(somebody, receipt, {}).replace("receipt", "correction")


def test_off_line_text_is_sent_when_the_line_is_back_and_both_texts_are_seen(person):
    first, second = person(WRITER), person(WRITER)
    for somebody in (first, second):
        somebody.go("/language/en?next=/desk")
    address = draft_of(first)
    second.go(address)
    with first.page.expect_response(re.compile("/autosave$"), timeout=10_000) as sent:
        first.write({"title": "Un guichet commun"})
    assert "title=Un+guichet+commun" in sent.value.request.post_data
    assert "summary=" not in sent.value.request.post_data, "only what was touched travels"
    first.page.get_by_text(re.compile(r"Saved \d\d:\d\d")).wait_for()

    first.context.set_offline(True)
    first.write({"summary": "Écrit sans ligne."})
    first.page.get_by_text("No connection: your text is kept in this browser").wait_for()
    with first.page.expect_response(re.compile("/autosave$")) as back:
        first.context.set_offline(False)
    assert back.value.ok
    second.go(address)
    assert second.page.locator("[name=summary]").input_value() == "Écrit sans ligne."

    with first.page.expect_response(re.compile("/autosave$")):
        first.write({"summary": "Le texte de la première."})
    with second.page.expect_response(re.compile("/autosave$")) as late:
        second.write({"summary": "Le texte de la seconde."})
    assert late.value.status == 409
    note = second.page.locator("[data-field=summary] .field-saved")
    assert "Le texte de la première." in note.inner_text()
    assert second.page.locator("[name=summary]").input_value() == "Le texte de la seconde."
    second.send("Save the draft")
    shown = second.page.locator("main").inner_text()
    assert "Le texte de la première." in shown
    assert "Le texte de la seconde." in shown
    own = second.page.locator("textarea[name=summary]")
    own.fill("Les deux textes en un. ")
    second.send("Save this text")
    assert not second.page.get_by_text("Text kept in this browser was put back").count(), "it was settled"
    second.go(address)
    assert second.page.locator("[name=summary]").input_value() == "Les deux textes en un."
    assert not second.page.get_by_text("Text kept in this browser was put back").count(), "it was settled"
    first.faults[:] = [fault for fault in first.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_what_a_line_that_stalls_never_answers_is_kept_and_sent_again(person):
    writer = person(WRITER)
    clock = writer.context.clock
    clock.install()
    writer.go("/language/en?next=/desk")
    address = draft_of(writer)
    with writer.page.expect_response(re.compile("/autosave$")):
        clock.fast_forward(1_000)  # it says that it is open
    writer.context.route("**/autosave", lambda route: None)  # never answers
    for text in ({"summary": "Envoyé, sans réponse."}, {"lessons": "Écrit pendant l'attente."}):
        writer.write(text)
        clock.fast_forward(2_000)
        writer.page.get_by_text("Saving…").wait_for()
    writer.page.close()

    page = writer.page = writer.open_tab()
    writer.go(address)
    assert page.locator("[name=summary]").input_value() == "Envoyé, sans réponse."
    assert page.locator("[name=lessons]").input_value() == "Écrit pendant l'attente."
    clock.fast_forward(2_000)
    page.get_by_text("Saving…").wait_for()
    clock.fast_forward(20_000)
    page.get_by_text("No connection: your text is kept in this browser").wait_for()
    writer.context.unroute("**/autosave")
    with page.expect_response(re.compile("/autosave$")) as back:
        clock.fast_forward(15_000)
    assert back.value.ok
    page.get_by_text(re.compile(r"Saved \d\d:\d\d")).wait_for()
    assert page.evaluate("localStorage.length") == 0


def test_a_form_that_is_one_field_is_sent_again_as_it_was_where_no_answer_came(person):
    writer = person("rcm@example.org")
    writer.context.clock.install()
    writer.go("/language/en?next=/desk")
    writer.go(find(writer, Shown("presentation", "/desk", r"/presentations/[A-Z]+/edit$"), {}))
    page, text = writer.page, writer.page.locator("textarea[name^=answer_]").first
    writer.context.route("**/autosave", lambda route: route.fetch())  # it comes in, and the answer is lost
    text.fill("First words.")
    writer.context.clock.fast_forward(2_000)
    page.get_by_text("Saving…").wait_for()
    text.fill("First words, and more.")
    writer.context.clock.fast_forward(20_000)
    page.get_by_text("No connection: your text is kept in this browser").wait_for()
    writer.context.unroute("**/autosave")
    page.reload()
    assert text.input_value() == "First words, and more."
    for _time in range(2):
        with page.expect_response(re.compile("/autosave$")) as sent:
            writer.context.clock.fast_forward(3_000)
        assert sent.value.ok, "it is no conflict with itself"
    page.get_by_text(re.compile(r"Saved \d\d:\d\d")).wait_for()
    page.reload()
    assert text.input_value() == "First words, and more."


def test_an_answer_that_is_not_ours_is_not_taken_for_a_save(person):
    writer = person(WRITER)
    clock = writer.context.clock
    clock.install()
    writer.go("/language/en?next=/desk")
    draft_of(writer)
    paused = {"status": 409, "json": {"message": "The text is with the capital."}}
    writer.context.route("**/autosave", lambda route: route.fulfill(**paused))
    clock.fast_forward(1_000)
    writer.page.get_by_text("The text is with the capital.", exact=True).wait_for()  # nothing was written yet
    writer.write({"summary": "Écrit malgré tout."})
    clock.fast_forward(2_000)
    writer.page.get_by_text("The text is with the capital. Not saved. Your text is kept").wait_for()
    writer.context.unroute("**/autosave")
    writer.context.route("**/autosave", lambda route: route.fulfill(body="<h1>Welcome to our hotel</h1>"))
    writer.write({"summary": "Écrit à l'hôtel."})
    clock.fast_forward(2_000)
    writer.page.get_by_text("No connection: your text is kept in this browser").wait_for()
    writer.faults.clear()


def test_what_was_typed_before_save_was_pressed_off_line_comes_back(person):
    writer = person(WRITER)
    writer.go("/language/en?next=/desk")
    address = draft_of(writer)
    with writer.page.expect_response(re.compile("/autosave$"), timeout=10_000):
        writer.write({"title": "Un guichet commun"})
    writer.page.get_by_text(re.compile(r"Saved \d\d:\d\d")).wait_for()
    writer.context.set_offline(True)
    writer.write({"summary": "Les derniers mots."})
    writer.press("Save the draft")
    writer.page.wait_for_url("chrome-error://**")
    writer.context.set_offline(False)
    with writer.page.expect_response(re.compile("/autosave$"), timeout=10_000) as back:
        writer.go(address)
        assert writer.page.locator("[name=summary]").input_value() == "Les derniers mots."
    assert back.value.ok
    writer.page.get_by_text(re.compile(r"Saved \d\d:\d\d")).wait_for()
    writer.go(address)
    assert writer.page.locator("[name=summary]").input_value() == "Les derniers mots."
    writer.faults[:] = [fault for fault in writer.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_each_page_keeps_its_own_and_signing_out_leaves_nothing_in_the_browser(person):
    writer = person(WRITER)
    writer.go("/language/en?next=/desk")
    address = draft_of(writer)
    second = writer.context.new_page()
    second.goto(address)
    writer.context.set_offline(True)
    writer.write({"title": "De la première page."})
    second.locator("[name=summary]").fill("De la seconde page.")
    for page in (writer.page, second):
        page.get_by_text("No connection: your text is kept in this browser").wait_for()
    second.close()
    with writer.page.expect_response(re.compile("/autosave$")) as back:
        writer.context.set_offline(False)
    assert back.value.ok
    writer.go(address)
    assert writer.page.locator("[name=summary]").input_value() == "De la seconde page."
    writer.page.get_by_text(re.compile(r"Saved \d\d:\d\d")).wait_for()
    writer.write({"title": "Gardé avant de partir."})
    with writer.page.expect_navigation():
        writer.page.locator("form[action$='/sign-out']").evaluate("form => form.requestSubmit()")
    assert writer.page.evaluate("localStorage.length") == 0
    other = person(WRITER)
    other.go(address)
    assert other.page.locator("[name=title]").input_value() == "Gardé avant de partir."
    writer.faults[:] = [fault for fault in writer.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_a_correction_is_kept_in_the_browser_until_it_is_sent(person):
    writer = person(WRITER)
    writer.go("/language/en?next=/desk")
    address = corrected_practice(writer)
    writer.go(address)
    writer.write({"lessons": "Cuarante mille permis.", "note": "Le nombre."})
    writer.page.get_by_text("Kept in this browser; not sent yet.").wait_for()
    writer.go("/desk")
    writer.go(address)
    assert writer.page.locator("[name=lessons]").input_value() == "Cuarante mille permis."
    assert writer.page.locator("[name=note]").input_value() == "Le nombre."
    writer.send("Send the correction to the secretariat")
    writer.send("Take the correction back")
    assert writer.page.locator("[name=lessons]").input_value() == "Cuarante mille permis.", "what was proposed"
    assert not writer.page.get_by_text("Text kept in this browser was put back").count()


def test_what_was_put_back_after_a_colleague_wrote_shows_both_texts(person):
    first, second = person(WRITER), person(WRITER)
    for somebody in (first, second):
        somebody.go("/language/en?next=/desk")
    address = draft_of(first)
    first.context.set_offline(True)
    first.write({"lessons": "Écrit sans ligne.", "title": "x" * 20_001})
    first.page.get_by_text("No connection: your text is kept in this browser").wait_for()
    second.go(address)
    with second.page.expect_response(lambda answer: "lessons=" in (answer.request.post_data or "")):
        second.write({"lessons": "De la collègue."})
    first.context.set_offline(False)
    first.page.locator("[data-field=title] [data-refused]").wait_for()
    assert "De la collègue." in first.page.locator("[data-field=lessons] .field-saved").inner_text()
    assert "cannot be kept" in first.page.locator("[data-field=title]").inner_text()
    first.send("Save the draft")
    assert "20,000" in first.page.locator(".error-summary").inner_text()
    first.write({"title": "Un guichet"})
    first.send("Save the draft")
    shown = first.page.locator("main").inner_text()
    assert "De la collègue." in shown
    assert "Écrit sans ligne." in shown
    first.faults[:] = [fault for fault in first.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_a_translation_is_kept_in_the_browser_until_it_is_saved(person):
    writer = person("secretariat@example.org")
    writer.go("/language/en?next=/desk")
    start = "/sessions/cam-2026/manage/translations?translations=stale"
    languages = find(writer, Shown("languages", start, r"/practices/\d+/languages$"), {})
    address = find(writer, Shown("translation", languages, r"/languages/es$"), {})
    writer.go(address)
    text = writer.page.locator("textarea").first
    text.fill("Gardé ici.")
    writer.page.get_by_text("Kept in this browser; not sent yet.").wait_for()
    writer.go("/desk")
    writer.go(address)
    assert text.input_value() == "Gardé ici."
    writer.send("Save the translation")
    assert text.input_value() == "Gardé ici."
    assert not writer.page.get_by_text("Text kept in this browser was put back").count()


def test_what_a_refused_save_did_not_take_is_kept_and_sent_again(person):
    writer = person(WRITER)
    writer.go("/language/en?next=/desk")
    address = draft_of(writer)
    writer.write({"lessons": "Juste avant.", "title": "x" * 20_001})
    writer.send("Add the file")
    assert "20,001" in writer.page.locator(".error-summary").inner_text()
    writer.page.get_by_text("The rest is saved; this is kept in this browser").wait_for()
    writer.go(address)
    assert writer.page.locator("[name=lessons]").input_value() == "Juste avant."
    assert len(writer.page.locator("[name=title]").input_value()) == 20_001
    writer.page.get_by_text("The rest is saved; this is kept in this browser").wait_for()


def test_a_session_that_ended_is_said_with_the_way_back(person):
    writer = person(WRITER)
    writer.go("/language/en?next=/desk")
    address = draft_of(writer)
    writer.context.clear_cookies()
    writer.write({"lessons": "Après la session."})
    link = writer.page.locator("[data-autosave-state] a")
    link.wait_for()
    assert link.get_attribute("href").endswith(f"next={address.removeprefix(writer.site.url).replace('/', '%2F')}")
    writer.faults.clear()

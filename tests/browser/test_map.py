"""The map's job: a representative proposes in Spanish, the secretariat decides, corrects a cell, imports a table.

Each page is looked at by axe-core on the way, in the language of whoever works there.
"""

import re

from tests.browser.axe import looks
from tests.browser.job import SECRETARIAT

REPRESENTATIVE = "rcm@example.org"
FACTS = "/mechanisms/rcm/facts/members"


def follow_first(somebody, link: str) -> None:
    """Follow the first link of the page whose address looks like this."""
    links = somebody.page.locator("main a[href]").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    somebody.go(next(found for found in links if re.search(link, found)))


def test_a_proposal_in_spanish_is_decided_without_javascript(person, watched):
    representative = watched(REPRESENTATIVE)
    representative.go(f"/language/es?next={FACTS}")
    follow_first(representative, rf"{FACTS}\?source=")
    faults = list(looks(representative, "statement-es"))
    representative.write({"parties-0-since": "1996-03"})
    representative.send("Proponer esto a la secretaría")
    assert "1996" in representative.page.locator("main").inner_text()
    faults += looks(representative, "proposal-es")

    secretariat = person(SECRETARIAT, java_script_enabled=False)
    secretariat.go("/map/proposals?state=proposed")
    follow_first(secretariat, r"/map/proposals/\d+$")
    secretariat.send("Refuse with this reason")
    assert secretariat.page.locator(".error-summary").is_visible(), "a refusal needs a reason"
    secretariat.send("Accept the proposal")
    secretariat.page.get_by_text("The proposal was accepted").wait_for()

    representative.go("/map/proposals")
    faults += looks(representative, "proposals-es")
    representative.go("/mechanisms/rcm/history")
    assert "marzo de 1996" in representative.page.locator("main").inner_text()
    faults += looks(representative, "history-es")
    assert faults == []


def test_the_secretariat_corrects_a_cell_and_imports_a_table(watched, tmp_path):
    secretariat = watched(SECRETARIAT)
    secretariat.go("/map/involvement")
    follow_first(secretariat, r"/map/involvement/\d+$")
    faults = list(looks(secretariat, "cell"))
    secretariat.tick({"extent": "strong"})
    secretariat.send("Save the value")
    assert secretariat.page.locator(".error-summary").is_visible(), "a correction needs a reason"
    faults += looks(secretariat, "cell-refused")
    secretariat.write({"reason": "The organization confirmed it in writing."})
    secretariat.send("Save the value")
    secretariat.page.get_by_text("The value was saved.").wait_for()
    assert "The organization confirmed it" in secretariat.page.locator("main").inner_text()

    sources = secretariat.context.request.get("/map/data/sources.csv").body().decode("utf-8-sig")
    assert sources.count(",2023-04,") == 1
    for name, date, heading in (("wrong", "2023-13", "What is wrong with the file"), ("right", "2023-05", "Import")):
        table = tmp_path / f"{name}.csv"
        table.write_text(sources.replace(",2023-04,", f",{date},"), encoding="utf-8")
        secretariat.go("/map/data")
        secretariat.page.locator("main input[type=file]").set_input_files(table)
        secretariat.send("Check the file")
        assert heading in secretariat.page.locator("main").inner_text()
        faults += looks(secretariat, f"import-{name}")
    secretariat.send("Import it all")
    secretariat.go("/mechanisms/rcm")
    assert "May 2023" in secretariat.page.locator("main").inner_text()

    secretariat.go("/sessions/cam-2026/manage/coordination")
    follow_first(secretariat, r"/coordination/\d+/edit$")
    faults += looks(secretariat, "coordination-edit")
    assert faults == []


def test_the_map_in_spanish_has_no_violation(watched):
    reader = watched("reader@example.org")
    faults: list[str] = []
    for path in ("states", "themes", "involvement", "overlap", "gaps", "network", "americas", "timeline"):
        reader.go(f"/language/es?next=/map/{path}")
        assert reader.page.locator("html").get_attribute("lang") == "es"
        faults += looks(reader, f"map-{path}-es")
    assert faults == []

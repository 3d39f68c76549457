"""The pages on which a summary is written, agreed on and followed up, looked at by axe-core (`axe.py`)."""

import re
from collections.abc import Iterator

import pytest

from tests.browser import job
from tests.browser.axe import looks, looks_in_turn
from tests.browser.axe_pages import FINISHED, Shown, find
from tests.browser.job import SECRETARIAT
from tests.browser.people import Person

RAPPORTEUR = "rapporteur@example.org"
TITLES = {"title-en": "Summary", "title-es": "Resumen", "title-fr": "Résumé", "title-pt": "Resumo"}
TEXTS = {
    "text-en": "{delegations} told of one form for all consulates.",
    "text-es": "{delegations} hablaron de un formulario para todos los consulados.",
    "text-fr": "{delegations} ont parlé d'un formulaire pour tous les consulats.",
    "text-pt": "{delegations} falaram de um formulário para todos os consulados.",
}

# Each in four languages, which take turns at being wide, dark and narrow; `known` has what stands in braces.
PAGES = {
    RAPPORTEUR: (
        "{held}/consolidation", "{held}/consolidation?edit={written}", "{held}/consolidation/matrix",
        "{held}/consolidation/passages", "{held}/consolidation/coverage", "{held}/consolidation/balance",
        "{held}/consolidation/groups", "{held}/consolidation/proposal", "{held}/consolidation/checks", "{group}",
        "/consolidation/paragraphs/{written}", "/consolidation/paragraphs/{written}/recommendations",
    ),
    SECRETARIAT: (
        "{finished}/consolidation/title", "{finished}/consolidation?section=2", "{recommendation}",
        "/consolidation/paragraphs/2/begin-section", "/consolidation/paragraphs/2/split",
        "{finished}/consolidation/groups/anew",
        "{finished}/consolidation/publish", "{finished}/consolidation/versions/0/1", "{finished}/circulations/new",
        "/circulation-comments/1", "/circulations/1", "{running}", "{running}/extend", "{running}/end",
        "{finished}/consolidation/compilations", "/sessions/cam-2027/recommendations", "/mechanisms/cam/summary-rules",
    ),
    "haiti@example.org": (
        "{running}/HT", "{running}/HT/comments/text", "{running}/HT/comments/p-{written}", "{running}/HT/object",
        "/circulations/2/HT", "/circulations/2/HT/position", "{finished}/summary/adoption", "/desk/cam-2026/used/HT",
        "/sessions/cam-2027/recommendations", "/recommendations/1/reports/HT",
    ),
    "reader@example.org": ("{finished}/summary/paragraph/2", "{finished}/summary/adoption", "/recommendations/1"),
    None: ("{finished}/summary", "{finished}/summary?version=1", "{finished}/summary/paragraph/1", "/recommendations"),
}  # fmt: skip


def write(rapporteur: Person, held: str) -> str:
    """See that the session's summary has a paragraph in four languages; return its number."""
    page = rapporteur.page
    rapporteur.go(f"{held}/consolidation")
    if page.get_by_role("button", name="Start the summary").count():
        rapporteur.write(TITLES)
        rapporteur.send("Start the summary")
        rapporteur.write({name: f"{title} 1" for name, title in TITLES.items()})
        rapporteur.send("Add the section")
    sentence = page.locator("#sentence option").nth(1).get_attribute("value") or ""
    rapporteur.choose({"sentence": sentence})
    job.cite_in_section(rapporteur)
    written = page.locator("[data-paragraph]").last.get_attribute("data-paragraph") or ""
    rapporteur.go(f"/consolidation/paragraphs/{written}")
    rapporteur.write(TEXTS)
    rapporteur.send("Save the paragraph")
    return written


def group(rapporteur: Person, held: str) -> str:
    """Have the session's passages grouped; return the address of a group."""
    page = rapporteur.page
    rapporteur.go(f"{held}/consolidation/groups")
    if page.get_by_role("button", name="Group the passages").count():
        rapporteur.send("Group the passages")
        done = page.get_by_role("link", name="See what came of it")
        for _try in range(120):
            if done.count():
                break
            page.wait_for_timeout(500)
            page.reload()
    return find(rapporteur, Shown("", f"{held}/consolidation/groups", r"/consolidation/groups/\d+$"), {})


def circulate(secretariat: Person, held: str) -> str:
    """Put the text before all delegations under silence, unless it is; return the circulation's address."""
    page = secretariat.page
    secretariat.go(f"{held}/circulations/new")
    secretariat.tick({"kind": "silence_procedure"})
    secretariat.write({"ends_at": job.local(24 * 5), "message-fr": "Veuillez lire ce texte."})
    secretariat.send("Circulate the text")
    if not re.search(r"/circulations/\d+$", page.url):
        page.get_by_text("A silence procedure is under way already").wait_for()
        return find(secretariat, Shown("", f"{held}/circulations", r"/circulations/\d+$"), {})
    return page.url.removeprefix(secretariat.site.url)


@pytest.fixture(scope="module")
def known(browser, site) -> Iterator[dict[str, str]]:
    """The session that is held, with a text that is grouped, written and circulated, and what its pages lead to."""
    rapporteur, staff = (Person(browser, site, email=email) for email in (RAPPORTEUR, SECRETARIAT))
    for somebody in (rapporteur, staff):
        somebody.go("/language/en?next=/desk")
    held = find(staff, Shown("", "/desk", r"/desk/[\w-]+-s$"), {}).replace("/desk/", "/sessions/")
    found = {"finished": FINISHED, "held": held, "group": group(rapporteur, held), "written": write(rapporteur, held)}
    found["running"] = circulate(staff, held)
    found["recommendation"] = find(staff, Shown("", "/recommendations", r"/recommendations/\d+$"), {})
    yield found
    staff.go(f"{found['running']}/end")
    staff.page.locator("main textarea").last.fill("Enough was seen.")
    staff.page.locator("main form[method=post] button").last.click()
    staff.page.wait_for_url(f"**{found['running']}")
    rapporteur.close()
    staff.close()


@pytest.mark.parametrize("email", PAGES, ids=lambda email: (email or "anybody").partition("@")[0])
def test_a_text_that_is_agreed_on_in_all_languages(watched, known, email):
    somebody = watched(email)
    own = somebody.page.locator("html").get_attribute("lang") if email else "en"
    faults: list[str] = []
    for turn, page in enumerate(PAGES[email]):
        name = "-".join(re.findall(r"\w+", page.replace("{finished}", "").replace("{held}", "held")))
        faults += looks_in_turn(somebody, page.format(**known), f"agreed-{(email or 'anybody')[:5]}-{name}", turn)
    somebody.go(f"/language/{own}?next=/")
    assert faults == []


def test_two_at_one_paragraph_are_shown_both_texts(watched, known):
    first, second = (watched(email) for email in (RAPPORTEUR, SECRETARIAT))
    address = f"/consolidation/paragraphs/{known['written']}"
    for somebody in (first, second):
        somebody.go(f"/language/en?next={address}")
    for somebody, words in ((first, "One said so."), (second, "Another said so.")):
        somebody.page.locator("textarea[name=text-en]").evaluate("(area, words) => { area.value = words; }", words)
    first.send("Save the paragraph")
    second.send("Save the paragraph")
    page = second.page
    assert "One said so." in page.locator("main").inner_text()
    assert "Another said so." in page.content()
    assert list(looks(second, "paragraph-conflict")) == []

"""A session is set up from last year's in few steps, and from a concept paper."""

import re
from collections.abc import Callable

from tests.browser import job
from tests.browser.job import SECRETARIAT
from tests.browser.people import Person
from tests.meetings.recall import PAPERS

MOST = 12


class Counted:
    """A person whose every click and every field filled in is counted."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.number = 0

    def __getattr__(self, name: str) -> Callable[..., None]:
        def act(what, **more) -> None:
            self.number += len(what) if isinstance(what, dict) else 1
            getattr(self.person, name)(what, **more)

        return act


def test_a_session_is_set_up_from_last_year_s_and_its_call_opened_in_twelve_interactions(person):
    somebody = person(SECRETARIAT)
    page = somebody.page
    somebody.go("/desk")
    counted = Counted(somebody)
    main = page.locator("main")
    counted.follow("Start a session", within=main)
    counted.follow(re.compile("Start from this session: Annual session .*2026"), within=main)
    assert "Washington, UTC" in main.locator("table").inner_text()
    counted.write({"code": "B-2", "mandate_resolution": "AG/RES. 3100 (LVI-O/26)", "mandate_paragraph": "61"})
    counted.write({"first_day": job.local(24 * 364)[:10]})
    counted.send("Show the dates for this day")
    counted.send("Create the session")
    page.wait_for_url("**/desk/cam-b-2")
    counted.follow("Move to another stage", within=main)
    counted.send("Move on")
    page.get_by_text("The session is now in this stage: Call open.").wait_for()
    print(f"\n{counted.number} interactions")  # noqa: T201  (the figure, for whoever reads the log)
    assert counted.number <= MOST

    somebody.go("/sessions/cam-b-2/manage/agenda")
    assert page.locator("ol.agenda li[id]").count() >= 5
    somebody.go("/sessions/cam-b-2/manage/questions")
    assert page.locator("ol.questions > li").count() == 3
    somebody.go("/sessions/cam-b-2/manage/delegations")
    assert page.locator("table.register tbody tr").count() > 35
    somebody.go("/sessions/cam-b-2/manage/call")
    assert page.locator("[name=closes_at]").input_value().endswith("T18:00")


def test_a_session_is_set_up_from_a_concept_paper(person):
    somebody = person(SECRETARIAT)
    page = somebody.page
    somebody.go("/sessions/new")
    page.locator("main input[type=file]").set_input_files(PAPERS / "pt-fronteiras.docx")
    somebody.send("Read the paper")
    assert page.locator("mark").count() >= 3
    assert page.locator("[name=title-pt]").input_value().startswith("Sessão anual sobre gestão integrada")
    somebody.choose({"mechanism": "CAM"})
    somebody.write({"code": "B-3"})
    somebody.send("Create the session")
    page.wait_for_url("**/desk/cam-b-3")
    page.get_by_text("The paper is registered, not yet issued.").wait_for()
    somebody.go("/sessions/cam-b-3/manage/questions")
    assert page.locator("ol.questions > li").count() == 2

"""The pages of groups and of the proposal, with and without anything in them."""

import re

import pytest

from app.core.actors import SYSTEM
from app.core.db import db
from app.grouping import jobs, queries
from app.grouping.enums import GroupKind
from app.jobs.models import Job
from app.practices.enums import PracticeState
from app.practices.models import Practice
from app.summaries import operations as summaries
from app.summaries.models import Paragraph
from tests.client import post_form, sign_in
from tests.factories.summaries import everywhere
from tests.grouping.test_making import QUESTION, group_with
from tests.summaries.test_writing import make_rapporteur

GROUPS = "/sessions/cam-2026/consolidation/groups"
PROPOSAL = "/sessions/cam-2026/consolidation/proposal"


@pytest.fixture
def staff(client, personas):
    return sign_in(client, personas.secretariat)


def address(group):
    return f"/consolidation/groups/{group.id}"


def test_groups_are_asked_for_and_a_job_makes_them(staff, meeting, no_encoder):
    assert "Nothing is grouped yet" in staff.get(GROUPS).text
    page = staff.get(GROUPS)
    key = re.search(r'name="form_key"[^>]*value="([^"]+)"', page.text)[1]
    for _twice in range(2):
        answer = post_form(staff, GROUPS, {"form_key": key}, action=GROUPS)
    job = db.session.query(Job).filter_by(kind=queries.GROUPS_JOB).one()
    assert answer.location == f"/jobs/{job.id}"
    assert job.page == GROUPS
    jobs.make_groups(job.payload)
    shown = staff.get(GROUPS).text
    assert "El costo de enviar remesas" in shown
    assert "4 passages · 4 delegations · EN, ES, FR, PT · 4 open" in shown
    assert f'href="{address(group_with(meeting, "remesas"))}"' in shown


def test_a_group_is_renamed_and_the_second_of_two_keeps_their_text(staff, grouped):
    group = group_with(grouped, "remesas")
    page = address(group)
    assert post_form(staff, page, {"name": "Money home"}, action=f"{page}/name").location == page
    assert "Money home" in staff.get(GROUPS).text
    stale = post_form(staff, page, {"name": "Mine", "version": "1"}, action=f"{page}/name")
    assert stale.status_code == 409
    assert 'value="Mine"' in stale.text
    assert post_form(staff, page, {"name": " "}, action=f"{page}/name").status_code == 422


def test_passages_are_chosen_and_moved_without_a_script(staff, grouped):
    first, second = group_with(grouped, "remesas"), group_with(grouped, "hogar")
    page = address(first)
    chosen = first.passages[0]
    quote = chosen.quote
    move = f"{page}/passages"
    nobody = post_form(staff, page, {"to": str(second.id)}, action=move)
    assert nobody.status_code == 422
    assert "Choose at least one passage." in nobody.text
    post_form(staff, page, {"passages": [str(chosen.id)], "to": str(second.id)}, action=move)
    assert quote in staff.get(address(second)).text
    assert quote not in staff.get(page).text
    assert "put here by hand" in staff.get(address(second)).text
    stale = post_form(staff, page, {"passages": [str(chosen.id)], "to": "new"}, action=move)
    assert stale.status_code == 409
    for to in ("999999", "nonsense", ""):
        assert post_form(staff, page, {"passages": [str(first.passages[0].id)], "to": to}, action=move).status_code in (
            409,
            422,
        )


def test_a_passage_dragged_into_another_group_leads_back_to_all_groups(staff, grouped):
    first, second = group_with(grouped, "remesas"), group_with(grouped, "hogar")
    page = staff.get(GROUPS).text
    assert f'data-passages-from="{address(first)}/passages" data-version="{first.version}"' in page
    assert f'data-passages-to="{second.id}"' in page
    chosen = first.passages[0]
    sent = {"passages": str(chosen.id), "to": str(second.id), "version": str(first.version), "dragged": "1"}
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    answer = staff.post(f"{address(first)}/passages", data={**sent, "csrf_token": token})
    assert answer.location == f"{GROUPS}?block=question-1#group-{first.id}"
    db.session.expire_all()
    assert chosen.group_id == second.id


def test_a_group_is_split_and_merged(staff, grouped):
    group = group_with(grouped, "remesas")
    page = address(group)
    chosen = [str(passage.id) for passage in group.passages[:2]]
    answer = post_form(staff, page, {"passages": chosen, "to": "new", "new_name": "Fees"}, action=f"{page}/passages")
    made = answer.location
    assert "Fees" in staff.get(made).text
    assert post_form(staff, made, {"to": str(group.id)}, action=f"{made}/merge").location == page
    assert staff.get(made).status_code == 404
    db.session.expire_all()
    assert len(group_with(grouped, "remesas").passages) == 4


def test_passages_are_kept_apart_and_shown_there(staff, grouped):
    group = group_with(grouped, "remesas")
    page = address(group)
    post_form(staff, page, {"passages": [str(group.passages[0].id)], "to": "apart"}, action=f"{page}/passages")
    assert "Kept apart" in staff.get(GROUPS).text


def test_grouping_anew_says_what_it_dissolves_and_leaves(staff, grouped):
    group = group_with(grouped, "remesas")
    page = address(group)
    post_form(staff, page, {"name": "Money home"}, action=f"{page}/name")
    panel = staff.get(f"{GROUPS}/anew").text
    assert "1 group that was named or filled by hand stays as it is." in panel
    assert re.search(r"\d+ groups? that nobody named or put a passage into (is|are) dissolved", panel)
    answer = post_form(staff, f"{GROUPS}/anew", {})
    assert answer.location.startswith("/jobs/")
    assert db.session.query(Job).filter_by(kind=queries.GROUPS_JOB).one().payload["anew"] is True


def test_groups_move_up_and_down(staff, grouped):
    like = [group for group in queries.groups_of(grouped.id, QUESTION) if group.kind is GroupKind.LIKE]
    second = like[1]
    post_form(staff, GROUPS, {"direction": "up", "version": str(second.version)}, action=f"{address(second)}/move")
    db.session.expire_all()
    assert queries.groups_of(grouped.id, QUESTION)[0].id == second.id


def test_words_of_a_withdrawn_source_are_on_no_page(staff, grouped):
    practice = db.session.query(Practice).filter_by(language="pt").one()
    group = group_with(grouped, "remessas")
    page = address(group)
    practice.state = PracticeState.WITHDRAWN
    db.session.commit()
    for path in (GROUPS, page, PROPOSAL):
        text = staff.get(path).text
        assert "envio de remessas" not in text
        assert "trabalhadoras" not in text


def test_a_proposal_is_taken_over_once_however_often_it_is_pressed(staff, grouped):
    assert "Start the summary first" in staff.get(PROPOSAL).text
    summaries.start_summary(grouped, title=everywhere("Summary"), by=SYSTEM)
    db.session.commit()
    page = staff.get(PROPOSAL).text
    assert "Take over this section" in page
    assert '<q lang="es">El costo de enviar remesas' in page
    group = group_with(grouped, "remesas")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    for _twice in range(2):
        answer = staff.post(PROPOSAL, data={"csrf_token": token, "group": str(group.id)})
        assert answer.location == f"{PROPOSAL}?block=question-1"
    staff.post(PROPOSAL, data={"csrf_token": token, "block": "question-1"})
    workspace = staff.get("/sessions/cam-2026/consolidation").text
    assert workspace.count("Perú: «El costo de enviar remesas") <= 1
    assert "cited in the summary already" in staff.get(PROPOSAL).text
    before = db.session.query(Paragraph).count()
    staff.post(PROPOSAL, data={"csrf_token": token, "block": "question-9"})
    assert db.session.query(Paragraph).count() == before > 1


def test_all_of_a_proposal_is_taken_over_by_a_job(staff, grouped):
    summaries.start_summary(grouped, title=everywhere("Summary"), by=SYSTEM)
    db.session.commit()
    page = staff.get(PROPOSAL).text
    token, key = (re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)[1] for name in ("csrf_token", "form_key"))
    answers = [staff.post(PROPOSAL, data={"csrf_token": token, "form_key": key}) for _twice in range(2)]
    job = db.session.query(Job).filter_by(kind=queries.TAKE_JOB).one()
    assert {answer.location for answer in answers} == {f"/jobs/{job.id}"}
    assert job.page == "/sessions/cam-2026/consolidation"
    jobs.take_all(job.payload)
    assert "Took over what was proposed" in staff.get(job.page).text


def test_before_anything_is_grouped_nothing_is_proposed(staff, meeting):
    assert "Nothing is proposed yet" in staff.get(PROPOSAL).text
    assert staff.get(f"{GROUPS}/anew").status_code == 200


@pytest.mark.parametrize("block", ["question-1", "question-99", "nonsense", ""])
def test_an_address_with_any_block_has_a_page(staff, grouped, block):
    assert staff.get(f"{GROUPS}?block={block}").status_code == 200
    assert staff.get(f"{PROPOSAL}?block={block}").status_code == 200


def test_nobody_else_reads_groups(client, personas, grouped):
    sign_in(client, personas.delegate_a)
    group = group_with(grouped, "remesas")
    assert client.get(address(group)).status_code == 404
    assert client.get(GROUPS).status_code in (403, 404)


def test_a_rapporteur_comes_to_the_groups_and_sees_of_them_what_is_accepted(client, grouped):
    hidden = db.session.query(Practice).filter_by(language="pt").one()
    mixed, whole = group_with(grouped, "remessas"), group_with(grouped, "hogar")
    quote = next(row.quote for row in mixed.passages if "remessas" in row.quote)
    mixed.name, whole.name = "remessas, comparador", "trabalhadoras, carteira assinada"
    for row in list(whole.passages):
        row.quote = "As trabalhadoras domésticas migrantes têm carteira assinada e folga semanal."
        row.practice_version = next(one for one in hidden.versions)
    hidden.state = PracticeState.SUBMITTED
    summaries.start_summary(grouped, title=everywhere("Summary"), by=SYSTEM)
    db.session.commit()
    rapporteur = sign_in(client, make_rapporteur(grouped))
    db.session.commit()
    for path in (GROUPS, address(mixed), PROPOSAL, f"{GROUPS}/anew"):
        page = rapporteur.get(path)
        assert page.status_code == 200
        told = [words for words in (quote, "remessas", "carteira") if words in page.text]
        assert told == [], path
    assert "El costo de enviar remesas" in rapporteur.get(address(mixed)).text
    assert f"Group {mixed.position}" in rapporteur.get(GROUPS).text
    assert rapporteur.get(address(whole)).status_code == 404, "nothing of it is accepted"
    assert post_form(rapporteur, PROPOSAL, {}, action=PROPOSAL).status_code == 303


def test_a_group_is_called_the_same_in_the_proposal_where_what_names_it_is_not_quoted(client, grouped):
    group = group_with(grouped, "remesas")
    left, quoted = group.passages[:2]
    for row in group.passages:
        row.chosen = 1 if row is quoted else None
    group.name = next(word for word in re.findall(r"[a-z]{6,}", left.quote) if word not in quoted.quote)
    summaries.start_summary(grouped, title=everywhere("Summary"), by=SYSTEM)
    rapporteur = sign_in(client, make_rapporteur(grouped))
    db.session.commit()
    for path in (GROUPS, PROPOSAL):
        assert f'<a href="{address(group)}">{group.name}</a>' in rapporteur.get(path).text, path


@pytest.mark.parametrize("number", ["9" * 12, "9" * 5000, "-1", "x"])
def test_numbers_that_no_row_has_are_answered(staff, grouped, number):
    group = group_with(grouped, "remesas")
    page, own = address(group), str(group.passages[0].id)
    for path, values in (
        (f"{page}/passages", {"passages": [number], "to": "new"}),
        (f"{page}/passages", {"passages": [own], "to": number}),
        (f"{page}/merge", {"to": number}),
    ):
        assert post_form(staff, page, values, action=path).status_code in (409, 422), path
    token = re.search(r'name="csrf_token" value="([^"]*)"', staff.get(page).text)[1]
    sent = {"csrf_token": token, "version": str(group.version), "position": number}
    assert staff.post(f"{page}/move", data=sent).status_code in (303, 422)
    assert staff.post(PROPOSAL, data={"csrf_token": token, "group": number}).status_code in (303, 422)

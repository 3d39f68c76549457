"""The secretariat's queue of what was submitted: filters, who reads what, several accepted or published at once."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.audit.kept_pages import kept_for_everybody
from app.core.actors import Actor
from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import check_version, sent
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.paging import PER_PAGE, WHOLE
from app.core.policies import is_staff, signed_in
from app.core.sheets import Row as SheetRow
from app.core.sheets import as_download, wanted_format
from app.core.texts import fold
from app.core.wording import in_reader_language, show_day
from app.directory.models import Mechanism
from app.directory.queries import mechanism_named, vocabulary
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff
from app.practices import bp, operations, review_queries
from app.practices.deciding import accept_chosen, hold_chosen
from app.practices.emails import say_told
from app.practices.enums import PracticeState
from app.practices.labels import LATE, READING, STAFF_KINDS, STATES
from app.practices.policies import can_review_practice
from app.practices.review_forms import AssignForm, QueueFilter, criteria_form
from app.practices.review_queries import NOBODY, SORTS, Wanted
from app.practices.reviewing import assign_reviewer, reviewer_by_id, save_criteria

KEPT = ("state", "party", "reviewer", "reading", "language", "theme", "question", "late", "sort")

staff_meeting = signed_in(can_review_practice, load=meeting_for_staff)


class Row(NamedTuple):
    """A practice as a row of the queue (a tuple, because templates read those fast)."""

    id: int
    version: int
    title: str
    lang: str
    language: str
    url: str
    party: str
    reference: str
    day: str
    state: str
    kind: str
    late: bool
    marks: tuple[str, ...]
    reviewer: str
    acceptable: bool


def _rows(found: list[Any], zone: str) -> list[Row]:
    withdrawn = _("Withdrawn by its delegation")
    address = url_for("practices.review", practice_id=0).removesuffix("0")
    states = {state: str(label) for state, label in STATES.items()}
    days = {moment: show_day(moment, zone) for moment in {row.submitted_at for row in found}}
    unread, again = str(READING["unread"]), str(READING["resubmitted"])
    corrected, asked_back = str(READING["correction"]), str(READING["withdrawal"])
    rows = []
    for row in found:
        state = row.state.told
        hidden, waits = state is PracticeState.WITHDRAWN, state is PracticeState.SUBMITTED
        marks = (
            unread if row.unread else "",
            again if waits and row.number > 1 else "",
            corrected if row.corrected else "",
            asked_back if row.asked_back else "",
            _("Awaited by %(day)s", day=show_day(row.revise_by, zone))
            if state is PracticeState.RETURNED and row.revise_by
            else "",
        )
        rows.append(
            Row(
                id=row.id,
                version=row.number,
                title=withdrawn if hidden else row.title or row.reference,
                lang="" if hidden else row.language,
                language=LANGUAGE_NAMES[row.language],
                url=f"{address}{row.id}",
                party=in_reader_language(row.short_names),
                reference=row.reference,
                day=days[row.submitted_at],
                state=states[state],
                kind=STAFF_KINDS[state],
                late=row.late,
                marks=tuple(mark for mark in marks if mark),
                reviewer=row.reviewer or "",
                acceptable=waits,
            )
        )
    return rows


def _sheet(rows: list[Row]) -> list[SheetRow]:
    head = (_("Title"), _("Delegation"), _("Reference"), _("Language"), _("Version"), _("Received"), _("Reviewer"))
    states = [", ".join((row.state, *((str(LATE),) if row.late else ()), *row.marks)) for row in rows]
    return [
        (*head, _("State of the review")),
        *(
            (row.title, row.party, row.reference, row.language, row.version, row.day, row.reviewer, state)
            for row, state in zip(rows, states, strict=True)
        ),
    ]


def _kept() -> dict[str, Any]:
    return {key: request.values[key] for key in KEPT if request.values.get(key)}


def _columns(meeting: Meeting, sort: str, kept: dict[str, Any]) -> list[dict[str, Any]]:
    """The register's columns, with the address that sorts by one."""
    columns: list[dict[str, Any]] = [
        {"key": "select", "label": _("Select")},
        {"key": "title", "label": _("Title")},
        {"key": "party", "label": _("Delegation")},
        {"key": "reference", "label": _("Reference")},
        {"key": "language", "label": _("Language")},
        {"key": "version", "label": _("Version"), "numeric": True},
        {"key": "date", "label": _("Received")},
        {"key": "reviewer", "label": _("Reviewer")},
        {"key": "state", "label": _("State of the review")},
    ]
    for column in columns:
        if (key := column["key"]) in SORTS:
            turned = f"-{key}" if sort == key else key
            column["sort_url"] = url_for("practices.queue", slug=meeting.slug, **{**kept, "sort": turned})
            if sort.removeprefix("-") == key:
                column["sorted"] = "descending" if sort.startswith("-") else "ascending"
    return columns


def _states(meeting: Meeting, parties: Sequence[Any]) -> list[dict[str, Any]]:
    """How many practices are in each state, with the address of these."""
    counted: Counter[PracticeState] = Counter()
    for row in parties:
        counted[row.state.told] += row.number
    return [
        {
            "state": state,
            "number": counted[state],
            "url": url_for("practices.queue", slug=meeting.slug, state=state.value),
        }
        for state in PracticeState
        if counted[state]
    ]


@bp.get("/sessions/<slug>/manage/practices")
@kept_for_everybody()
@staff_meeting
def queue(meeting: Meeting) -> Any:
    """The register of what was submitted to a session; as a sheet where the address asks for one."""
    return _page(meeting)


def _page(meeting: Meeting, missing: Refusal | None = None) -> Any:
    """The register; `missing`: why nothing was done with those selected, told beside the buttons."""
    parties = review_queries.submitting_parties(meeting.id)
    people, questions = review_queries.people_and_questions(meeting.id)
    themes = [(one.code, in_reader_language(one.title)) for one in vocabulary("themes")]
    form = QueueFilter(request.values)
    names = {row.code: in_reader_language(row.short_names) for row in parties}
    form.offer(
        parties=sorted(names.items(), key=lambda choice: fold(choice[1])),
        people=people,
        themes=themes,
        questions=[(key, _("Question %(number)d", number=int(key))) for key in questions],
    )
    reviewer, file_format = form.reviewer.data or "", wanted_format()
    sort = request.values.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else "reference"
    page = review_queries.review_queue(
        meeting.id,
        Wanted(
            state={state.value: state for state in PracticeState}.get(form.state.data or ""),
            party=form.party.data or "",
            reviewer=reviewer if reviewer == NOBODY or reviewer in dict(people) else "",
            language=form.language.data or "",
            theme=form.theme.data or "",
            question=form.question.data if form.question.data in questions else "",
            reading=form.reading.data or "",
            late=form.late.data == "1",
            sort=sort,
        ),
        page=1 if file_format else request.args.get("page", 1, type=int),
        per_page=WHOLE if file_format else PER_PAGE,
    )
    rows, kept = _rows(page.items, meeting.zone), _kept()
    if file_format:
        return as_download(_sheet(rows), name=f"{meeting.slug}-practices", file_format=file_format)
    assign = AssignForm(formdata=None, data={"to": request.form.get("to", str(current_user.id))})
    assign.offer(people)
    html = render_template(
        "practices/queue.html",
        missing=missing,
        late_text=LATE,
        meeting=meeting,
        form=form,
        assign=assign,
        page=page,
        rows=rows,
        kept=kept,
        csv_url=url_for("practices.queue", slug=meeting.slug, **kept, format="csv"),
        xlsx_url=url_for("practices.queue", slug=meeting.slug, **kept, format="xlsx"),
        columns=_columns(meeting, sort, kept),
        states=(states := _states(meeting, parties)),
        state_names=STATES,
        applied=bool(kept.keys() - {"sort"}),
        accepted=(accepted := sum(one["number"] for one in states if one["state"] is PracticeState.ACCEPTED)),
        seen=f"{accepted}.{parties[0].decided}" if accepted else "",
        act_url=url_for("practices.act_on_chosen", slug=meeting.slug, **kept, page=request.args.get("page")),
        mine=url_for("practices.queue", slug=meeting.slug, reviewer=current_user.id),
        page_url=lambda number: url_for("practices.queue", slug=meeting.slug, page=number, **kept),
    )
    return html, missing.status if missing else 200


def _ticked() -> list[int]:
    """The practices that were ticked; raises Refusal for none, or for more than a page has."""
    ids = {int(value) for value in request.values.getlist("practice") if value.isascii() and value.isdigit()}
    if not ids or len(ids) > PER_PAGE or max(ids) >= 2**31:
        raise Refusal(_("Choose at least one practice first."))
    return sorted(ids)


@bp.post("/sessions/<slug>/manage/practices")
@staff_meeting
def act_on_chosen(meeting: Meeting) -> Any:
    """Give the ticked practices to one reviewer, or to nobody; or go on to the page that asks before they are accepted.

    The address has the filters and the page, to come back to.
    """
    sent()
    try:
        ids = _ticked()
    except Refusal as refusal:
        return _page(meeting, refusal)
    if request.form.get("action") == "accept":
        return back_to("practices.confirm_acceptance", slug=meeting.slug, practice=ids, **_kept())
    reviewer = reviewer_by_id(request.form.get("to", type=int))
    practices = hold_chosen(meeting, ids)
    for practice in practices:
        assign_reviewer(practice, reviewer, by=current_user)
    slug, name = meeting.slug, reviewer.name if reviewer else ""
    count = len(practices)
    db.session.commit()
    if name:
        say(ngettext("%(num)d practice is %(name)s's now.", "%(num)d practices are %(name)s's now.", count, name=name))
    else:
        say(ngettext("%(num)d practice is nobody's now.", "%(num)d practices are nobody's now.", count))
    return back_to("practices.queue", slug=slug, **_kept(), page=request.args.get("page"))


@bp.get("/sessions/<slug>/manage/practices/accept")
@staff_meeting
def confirm_acceptance(meeting: Meeting) -> Any:
    """Say what accepting the ticked practices does, and which of them it can't be done with."""
    try:
        practices = review_queries.chosen(meeting.id, _ticked())
    except Refusal as refusal:
        return _page(meeting, refusal)
    return render_template(
        "practices/accept_many.html",
        meeting=meeting,
        waiting=[item for item in practices if item.state is PracticeState.SUBMITTED],
        others=[item for item in practices if item.state is not PracticeState.SUBMITTED],
        states=STATES,
        kept=_kept(),
    )


def _seen() -> dict[int, int]:
    """Id -> number of the version, of each practice that the page showed."""
    pairs = [value.split(".") for value in request.form.getlist("seen")]
    if (
        not pairs
        or len(pairs) > PER_PAGE
        or not all(
            len(pair) == 2 and all(part.isascii() and part.isdigit() and len(part) < 10 for part in pair)
            for pair in pairs
        )
    ):
        raise Refusal(_("Part of what your browser sent is missing or wrong."))
    return {int(practice_id): int(number) for practice_id, number in pairs}


@bp.post("/sessions/<slug>/manage/practices/accept")
@staff_meeting
def accept_many(meeting: Meeting) -> Any:
    """Accept the practices that the page before showed, except what was changed or decided in the meantime."""
    sent()
    done, left = accept_chosen(meeting, _seen(), by=current_user)
    told = ngettext("%(num)d practice is accepted.", "%(num)d practices are accepted.", len(done))
    if left:
        told += " " + ngettext(
            "%(num)d was changed or decided in the meantime and stays as it is: %(which)s.",
            "%(num)d were changed or decided in the meantime and stay as they are: %(which)s.",
            len(left),
            which=", ".join(item.reference or "" for item in left),
        )
    slug = meeting.slug
    if done:
        say_told(told, *(item.delegation for item in done), slug=slug)
    else:
        say(told)
    db.session.commit()
    return back_to("practices.queue", slug=slug, **_kept())


@bp.post("/sessions/<slug>/manage/practices/publish")
@staff_meeting
def publish_all(meeting: Meeting) -> Any:
    """Publish all accepted practices of a session, where they are those that the page told of."""
    sent()
    slug = meeting.slug
    count = operations.publish_accepted_practices(meeting, by=current_user, seen=request.form.get("seen", ""))
    db.session.commit()
    say(_("Published now: %(count)d.", count=count))
    return back_to("practices.queue", slug=slug)


def _body(actor: Actor, slug: str) -> Mechanism:
    found = mechanism_named(slug)
    if found is None:
        raise NotFound
    return found


@bp.route("/mechanisms/<slug>/review-criteria", methods=["GET", "POST"])
@signed_in(is_staff, load=_body)
def criteria(body: Mechanism) -> Any:
    """The criteria by which a body's secretariat reviews what is submitted to its sessions."""
    row = review_queries.criteria_row(body.id)
    form = criteria_form([one["text"] for one in row.criteria], row.version)
    if form.validate_on_submit():
        with form.saving():
            check_version(row, form.version.data)
            save_criteria(body, [field.data for field in form if field.name.startswith("criterion-")], by=current_user)
            say(_("The criteria were saved."))
            return back_to("practices.criteria", slug=body.slug)
    return render_template("practices/criteria.html", body=body, form=form), form.status

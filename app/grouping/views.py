"""Pages of the groups, and what hands do with them."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from app.core.db import db, row_number
from app.core.errors import Refusal, Stale
from app.core.forms import check_version, new_form_key, sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.grouping import bp, operations, presenting, queries
from app.grouping.forms import APART, NEW, MakeForm, MergeForm, NameForm, PassagesForm, StepForm, TakeForm
from app.grouping.models import PassageGroup
from app.grouping.proposal import ProposedGroup
from app.grouping.taking import queue_take_over, take_over
from app.meetings.models import Meeting
from app.summaries.models import Summary
from app.summaries.policies import can_consolidate
from app.summaries.presenting import source_label
from app.summaries.writers import Workroom, meeting_for_writers

writers_meeting = signed_in(can_consolidate, load=meeting_for_writers)
writers_group = signed_in(can_consolidate, load=queries.group_for_writer)


@bp.get("/sessions/<slug>/consolidation/groups")
@writers_meeting
def groups(room: Workroom) -> Any:
    """The groups of a question or theme."""
    page = presenting.groups_page(room, request.args.get("block", ""))
    return render_template("grouping/groups.html", meeting=room.meeting, page=page, form=MakeForm())


@bp.post("/sessions/<slug>/consolidation/groups")
@writers_meeting
def make_groups(room: Workroom) -> Any:
    """Have all that was submitted grouped; groups that there are stay."""
    return _queued(room.meeting, anew=False)


@bp.get("/sessions/<slug>/consolidation/groups/anew")
@writers_meeting
def group_anew(room: Workroom) -> Any:
    """What grouping anew would dissolve, and what it leaves."""
    left = presenting.what_anew_leaves(room.meeting.id)
    return render_template("grouping/anew.html", meeting=room.meeting, left=left, form=MakeForm())


@bp.post("/sessions/<slug>/consolidation/groups/anew")
@writers_meeting
def make_groups_anew(room: Workroom) -> Any:
    """Dissolve the groups that nobody named or put a passage into, and group again."""
    return _queued(room.meeting, anew=True)


def _queued(meeting: Meeting, *, anew: bool) -> Any:
    key = sent(MakeForm()).once or new_form_key()
    page = url_for("grouping.groups", slug=meeting.slug)
    job_id = operations.queue_groups(meeting, anew=anew, key=key, by=current_user, page=page)
    db.session.commit()
    return back_to("jobs.job", job_id=job_id)


def _group(found: queries.AtGroup, **forms: Any) -> tuple[str, int]:
    group = found.group
    page = presenting.group_page(found, request.args.get("page", 1, type=int))
    name_form = NameForm(obj=group)
    name_form.name.data = page["view"].name
    blank = {"name_form": name_form, "passages_form": PassagesForm(), "merge_form": MergeForm()}
    status = max((form.status for form in forms.values()), default=200)
    return render_template(
        "grouping/group.html",
        meeting=group.meeting,
        group=group,
        back=queries.block_of(group).key,
        **page,
        **{**blank, **forms},
        page_url=lambda number: url_for("grouping.group", group_id=group.id, page=number),
    ), status


def _back(group: PassageGroup) -> Any:
    return back_to(
        "grouping.groups", slug=group.meeting.slug, block=queries.block_of(group).key, _anchor=f"group-{group.id}"
    )


@bp.get("/consolidation/groups/<int:group_id>")
@writers_group
def group(found: queries.AtGroup) -> Any:
    """One group with all its passages."""
    return _group(found)


@bp.post("/consolidation/groups/<int:group_id>/name")
@writers_group
def rename_group(found: queries.AtGroup) -> Any:
    """Give a group a name of one's own."""
    row = found.group
    form = NameForm(obj=row)
    if form.validate_on_submit():
        with form.saving(row):
            check_version(row, form.version.data)
            operations.rename_group(row, name=form.name.data or "", by=current_user)
            say(_("The group has its name, which grouping anew leaves."))
            return back_to("grouping.group", group_id=row.id)
    return _group(found, name_form=form)


@bp.post("/consolidation/groups/<int:group_id>/passages")
@writers_group
def move_passages(found: queries.AtGroup) -> Any:
    """Put the chosen passages into another group, into a new one, or apart."""
    row = found.group
    form = PassagesForm()
    if form.validate_on_submit():
        with form.saving(row):
            check_version(row, form.version.data)
            chosen, to = set(form.passages.data or ()), form.to.data
            if to == NEW:
                made = operations.split_group(row, chosen, name=form.new_name.data or "", by=current_user)
                say(_("The passages are a group of their own now. To undo it, merge the two groups."))
                return back_to("grouping.group", group_id=made.id)
            if to == APART:
                operations.set_passages_apart(row, chosen, by=current_user)
                said = _("The passages are kept apart: no grouping takes them in. They can be moved back from there.")
            else:
                count = operations.move_passages(row, chosen, to=_other(to), by=current_user)
                said = ngettext("%(num)d passage was moved.", "%(num)d passages were moved.", count)
            say(said)
            return _back(row) if form.dragged.data else back_to("grouping.group", group_id=row.id)
    return _group(found, passages_form=form)


def _other(group_id: str | None) -> PassageGroup:
    try:
        found = db.session.get(PassageGroup, row_number(group_id or ""))
    except ValueError:
        raise Refusal(_l("Choose where the passages go."), field="to") from None
    if found is None:
        raise Stale(_l("The group that you chose is no longer there. Look at the list again; nothing was moved."))
    return found


@bp.post("/consolidation/groups/<int:group_id>/merge")
@writers_group
def merge_group(found: queries.AtGroup) -> Any:
    """Put all passages of a group into another one."""
    row = found.group
    form = MergeForm()
    if form.validate_on_submit():
        with form.saving(row):
            check_version(row, form.version.data)
            into = _other(form.to.data)
            operations.merge_groups(row, into=into, by=current_user)
            say(_("The two groups are one now. To part them, choose passages and make a new group of them."))
            return back_to("grouping.group", group_id=into.id)
    return _group(found, merge_form=form)


@bp.post("/consolidation/groups/<int:group_id>/move")
@writers_group
def move_group(found: queries.AtGroup) -> Any:
    """Put a group one up or down."""
    row = found.group
    form = sent(StepForm())
    check_version(row, form.version.data)
    step = -1 if form.direction.data == "up" else 1
    position = form.position.data or max(1, presenting.place_of(row) + step)
    operations.move_group(row, position=position, by=current_user)
    db.session.commit()
    return _back(row)


@bp.get("/sessions/<slug>/consolidation/proposal")
@writers_meeting
def skeleton(room: Workroom) -> Any:
    """What is proposed for a question or theme: the sources' own words."""
    page = presenting.proposal_page(room, request.args.get("block", ""))

    def name_of(item: ProposedGroup) -> str:
        return presenting.name_of(item.group, room, item.said)

    return render_template(
        "grouping/skeleton.html",
        meeting=room.meeting,
        name_of=name_of,
        source_label=source_label,
        form=TakeForm(),
        **page,
    )


@bp.post("/sessions/<slug>/consolidation/proposal")
@writers_meeting
def take(room: Workroom) -> Any:
    """Take the proposal over into the summary: of one question or theme, of one group, or all of it, by a job."""
    form, meeting = sent(TakeForm()), room.meeting
    group = None
    if form.group.data:
        group = _other(form.group.data)
        if group.meeting_id != meeting.id:
            abort(404)
    if not group and not form.block.data:
        page = url_for("summaries.workspace", slug=meeting.slug)
        job_id = queue_take_over(meeting, key=form.once or new_form_key(), by=current_user, page=page)
        db.session.commit()
        return back_to("jobs.job", job_id=job_id)
    blocks = queries.blocks_of(meeting.id)
    block = next((item for item in blocks if item.key == form.block.data), None)
    if form.block.data and block is None:
        raise Refusal(_l("This part of the proposal is no longer there."))

    def proposals(summary: Summary) -> Any:
        return presenting.sections_of(room, summary, queries.block_of(group) if group else block)

    made = take_over(meeting, proposals, by=current_user, block=block, group=group)
    db.session.commit()
    if made:
        say(
            ngettext(
                "%(num)d paragraph was made, with its citations. Rewrite it in the workspace, or undo it there.",
                "%(num)d paragraphs were made, with their citations. Rewrite them in the workspace, or undo it there.",
                made,
            )
        )
    else:
        say(_("All of this is in the summary already: nothing was added."))
    shown = block or (queries.block_of(group) if group else None)
    return back_to("grouping.skeleton", slug=meeting.slug, block=shown.key if shown else None)

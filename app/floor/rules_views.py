"""The rules of a body and of a list: order, times, the lot, a cut for all; and who has a part in the floor."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.clock import now
from app.core.db import db
from app.core.forms import check_version, choices, sent
from app.core.pages import back_to, say
from app.core.policies import is_staff, signed_in
from app.core.wording import in_reader_language
from app.directory.models import Mechanism
from app.floor import bp, operations, queries, queue
from app.floor.chair_views import managed_item, managed_list
from app.floor.enums import Times
from app.floor.forms import BodyRulesForm, CutForm, CutPreview, PartForm, RulesForm, shown
from app.floor.labels import CATEGORIES, PARTS, TIMES
from app.floor.models import FloorRules, PartGiven, SpeakersList
from app.floor.operations import is_taking
from app.floor.pages import clock_text
from app.floor.queries import ListedItem, OpenList
from app.floor.standing import before, begins, standings_of
from app.meetings.models import Meeting
from app.meetings.queries import delegations_of_meeting, meeting_for_staff


def _fields(form: RulesForm) -> dict[str, Any]:
    return {
        "order": form.order.data,
        "order_language": form.order_language.data,
        "seconds": form.seconds,
        "quotas": form.quotas,
    }


def _rules_page(template: str, form: RulesForm, **where: Any) -> tuple[str, int]:
    return render_template(template, form=form, times=TIMES, categories=CATEGORIES, **where), form.status


def _not_open(found: ListedItem) -> tuple[str, int]:
    """The page of an item without a list, which has no rules of its own yet: it says what to do."""
    taking = is_taking(found.meeting)
    return render_template("floor/not_open.html", meeting=found.meeting, item=found.item, taking=taking), 409


@bp.route("/sessions/<slug>/floor/items/<mark>/rules", methods=["GET", "POST"])
@managed_item
def list_rules(found: ListedItem) -> Any:
    """The order and the times of one list."""
    if found.speakers is None:
        return _not_open(found)
    form = RulesForm(data=shown(found.speakers))
    if form.validate_on_submit():
        with form.saving(found.speakers):
            check_version(found.speakers, form.version.data)
            operations.set_rules(found.speakers, **_fields(form), by=current_user)
            say(_("The rules of this list were saved."))
            return back_to("floor.item", slug=found.meeting.slug, mark=found.item["mark"])
    return _rules_page("floor/list_rules.html", form, meeting=found.meeting, item=found.item)


@bp.route("/mechanisms/<slug>/floor-rules", methods=["GET", "POST"])
@signed_in(is_staff, load=queries.body_with_rules)
def body_rules(found: tuple[Mechanism, FloorRules]) -> Any:
    """The order and the times that a body's lists begin with."""
    body, rules = found
    form = BodyRulesForm(data=shown(rules))
    if form.validate_on_submit():
        with form.saving(rules):
            check_version(rules, form.version.data)
            operations.set_rules(rules, **_fields(form), quorum=form.quorum.data, by=current_user)
            say(_("The rules were saved. Lists that are opened from now on begin with them."))
            return back_to("floor.body_rules", slug=body.slug)
    return _rules_page("floor/body_rules.html", form, body=body)


@bp.post("/sessions/<slug>/floor/items/<mark>/lot")
@managed_list
def draw_lot(found: OpenList) -> Any:
    """Draw the lot of a list."""
    sent()
    answer = back_to("floor.item", slug=found.meeting.slug, mark=found.item["mark"], _anchor="list")
    operations.draw_lot(found.speakers, by=current_user)
    db.session.commit()
    say(_("The lot was drawn. The list follows it."))
    return answer


@bp.route("/sessions/<slug>/floor/items/<mark>/cut", methods=["GET", "POST"])
@managed_item
def cut(found: ListedItem) -> Any:
    """Say what a cut of the times would do to the end of the list; a POST makes the cut that was shown."""
    speakers = found.speakers
    if speakers is None:
        return _not_open(found)
    form, wanted = CutForm(), CutPreview(request.args)
    if form.validate_on_submit():
        with form.saving():
            operations.cut_times(speakers, form.factor.data or 0, seen=form.seen.data, by=current_user)
            say(_("All who have not spoken yet have the new times."))
            return back_to("floor.item", slug=found.meeting.slug, mark=found.item["mark"])
    items, standings = standings_of(found.meeting)
    here = queries.item_at(items, queries.place_of(found.meeting.id), now())
    standing, earlier = standings[found.item["mark"]], before(found.item, items, here, standings)
    at = begins(found.item, queries.speeches_under_way(found.meeting.id), now(), earlier)
    factor = wanted.factor.data if "factor" in request.args and wanted.validate() else None
    page = render_template(
        "floor/cut.html",
        meeting=found.meeting,
        item=found.item,
        speakers=speakers,
        form=form,
        wanted=wanted,
        factor=factor,
        waiting=len(standing.movable),
        finish=standing.finish(at),
        new_finish=standing.finish(at, factor=factor) if factor else None,
        lines=_cut_lines(speakers, factor) if factor else [],
    )
    return page, form.status if form.is_submitted() else wanted.status


def _cut_lines(speakers: SpeakersList, factor: int) -> list[dict[str, Any]]:
    """The times of what a cut shortens, as they are and as they would be."""
    return [
        {
            "label": TIMES[time],
            "now": clock_text(queue.shortened(speakers.seconds[time], speakers.factor)),
            "then": clock_text(queue.shortened(speakers.seconds[time], factor)),
        }
        for time in Times
        if time not in (Times.POINT_OF_ORDER, Times.RIGHT_OF_REPLY, Times.SECOND_RIGHT)
    ]


@bp.route("/sessions/<slug>/floor/parts", methods=["GET", "POST"])
@signed_in(is_staff, load=meeting_for_staff)
def parts(meeting: Meeting) -> Any:
    """Who has a part in the floor; a POST gives one to a person of the session."""
    form = PartForm()
    members = {
        member.id: (member, in_reader_language(row.party.label))
        for row in delegations_of_meeting(meeting.id)
        for member in row.members
    }
    form.member.choices = choices((key, f"{member.user.name} ({party})") for key, (member, party) in members.items())
    if form.validate_on_submit():
        with form.saving():
            operations.give_part(members[form.member.data][0], form.part.data, by=current_user)
            say(_("This person has the part from now on."))
            return back_to("floor.parts", slug=meeting.slug)
    page = render_template(
        "floor/parts.html", meeting=meeting, form=form, given=queries.parts_of(meeting.id), parts=PARTS
    )
    return page, form.status


@bp.post("/floor/parts/<int:part_id>/remove")
@signed_in(is_staff, load=queries.part_for_staff)
def remove_part(given: PartGiven) -> Any:
    """Take a part from somebody."""
    sent()
    answer = back_to("floor.parts", slug=given.meeting.slug)
    operations.take_part(given, by=current_user)
    db.session.commit()
    say(_("The part was taken back."))
    return answer

"""Pages on which the secretariat writes the order of business and publishes it."""

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_login import current_user

from app.audit.kept_pages import kept_for_everybody
from app.core.db import db
from app.core.errors import Stale
from app.core.forms import SelectChoice, check_version, choices, sent
from app.core.localized import LANGUAGE_NAMES
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.wording import in_reader_language, zone_name
from app.meetings import bp, operations, parts, programme, queries
from app.meetings.arrangement import blocks_of, directions, number_of
from app.meetings.checks import checks_of
from app.meetings.enums import Precedence
from app.meetings.forms import AgendaItemForm, DeleteForm, DropForm, ItemMoveForm, ItemPersonForm, PublishAgendaForm
from app.meetings.labels import AUDIENCES, ITEM_KINDS, ITEM_ROLES
from app.meetings.models import AgendaItem, Delegation, ItemPerson, Meeting, Participant
from app.meetings.participant_queries import delegations_in_order, whole_list
from app.meetings.policies import can_manage_meeting
from app.meetings.presenting import change_lines, version_name
from app.meetings.timing import MOST_DAYS, date_of, day_count, slots_of

staff_meeting = signed_in(can_manage_meeting, load=queries.meeting_for_staff)
staff_item = signed_in(can_manage_meeting, load=queries.agenda_item_for_staff)


def _offer_parents(form: AgendaItemForm, items: Sequence[AgendaItem], item: AgendaItem | None = None) -> None:
    numbers = number_of(items)
    heads = [row for row in items if row.parent is None and row is not item]
    has_subs = item is not None and any(row.parent is item for row in items)
    form.parent.choices = choices(
        [
            ("", _("Nothing: an item of its own")),
            *((row.id, f"{numbers[row.id]} {in_reader_language(row.title)}") for row in heads if not has_subs),
        ]
    )


def _item_fields(form: AgendaItemForm, items: Sequence[AgendaItem]) -> operations.ItemFields:
    return operations.ItemFields(
        title=form.title.data,
        description=form.description.data,
        kind=form.kind.data,
        day=form.day.data or 1,
        minutes=form.minutes.data or 0,
        begins=form.begins.data,
        parent=next((row for row in items if row.id == form.parent.data), None),
    )


def _shown(item: AgendaItem) -> dict[str, Any]:
    """An item as its form takes it."""
    names = ("title", "description", "kind", "day", "begins", "minutes", "version")
    return {**{name: getattr(item, name) for name in names}, "parent": item.parent_id}


def _unpublished(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[str, Any]:
    """What of the draft readers do not see yet: the newest version, the changes since, and the draft's mark."""
    latest = queries.latest_agenda(meeting.id)
    draft = programme.draft_items(meeting, items)
    mark = programme.mark_of(meeting, draft)
    changes = programme.changes_between(latest.content["items"], draft) if latest else []
    return {
        "latest": latest,
        "latest_name": version_name(latest.number) if latest else "",
        "next_name": version_name(latest.number + 1 if latest else 1),
        "changes": change_lines(changes, meeting.zone),
        "mark": mark,
        "same": latest is not None and latest.sha256 == mark,
    }


def _agenda_page(meeting: Meeting, form: AgendaItemForm) -> tuple[str, int]:
    items = queries.agenda_with_people(meeting.id)
    _offer_parents(form, items)
    unpublished = _unpublished(meeting, items)
    last = max([min(day_count(meeting), MOST_DAYS), *(item.day for item in items)])
    return render_template(
        "meetings/agenda.html",
        meeting=meeting,
        blocks=blocks_of(items),
        numbers=number_of(items),
        slots=slots_of(meeting, items),
        ways=directions(items, last),
        dates={day: date_of(meeting, day) for day in range(1, last + 1)},
        checks=checks_of(meeting, items, queries.agenda_elsewhere(meeting), unpublished["latest"]),
        zone=zone_name(meeting.starts_at, meeting.zone),
        kinds={kind: str(label) for kind, label in ITEM_KINDS.items()},
        roles={role: str(label) for role, label in ITEM_ROLES.items()},
        language_names=LANGUAGE_NAMES,
        form=form,
        **unpublished,
    ), form.status


@bp.route("/sessions/<slug>/manage/agenda", methods=["GET", "POST"])
@kept_for_everybody()
@staff_meeting
def agenda(meeting: Meeting) -> Any:
    """The draft order of business; a POST adds an item."""
    form = AgendaItemForm()
    items = queries.agenda_of(meeting.id) if form.is_submitted() else []
    _offer_parents(form, items)
    if form.validate_on_submit():
        with form.saving():
            item = operations.add_agenda_item(meeting, form_key=form.once, by=current_user, **_item_fields(form, items))
            return back_to("meetings.agenda", slug=meeting.slug, _anchor=f"item-{item.id}")
    return _agenda_page(meeting, form)


@bp.route("/manage/agenda/<int:item_id>", methods=["GET", "POST"])
@staff_item
def edit_agenda_item(item: AgendaItem) -> Any:
    """Change an item of the order of business."""
    items = queries.agenda_of(item.meeting_id)
    form = AgendaItemForm(data=_shown(item))
    _offer_parents(form, items, item)
    if form.validate_on_submit():
        with form.saving(item):
            check_version(item, form.version.data)
            operations.edit_agenda_item(item, by=current_user, **_item_fields(form, items))
            return back_to("meetings.agenda", slug=item.meeting.slug, _anchor=f"item-{item.id}")
    return _item_page(item, form, ItemPersonForm(formdata=None)), form.status


def _item_page(item: AgendaItem, form: AgendaItemForm, person_form: ItemPersonForm) -> str:
    meeting = item.meeting
    items = queries.agenda_of(meeting.id)
    _offer_people(person_form, meeting)
    return render_template(
        "meetings/agenda_item.html",
        meeting=meeting,
        item=item,
        numbers=number_of(items),
        has_subs=any(row.parent is item for row in items),
        form=form,
        person_form=person_form,
        roles=ITEM_ROLES,
    )


def _offer_people(form: ItemPersonForm, meeting: Meeting) -> tuple[dict[int, Delegation], dict[int, Participant]]:
    """Offer the session's participants and delegations as its lists have them; return both by id."""
    delegations = {row.id: row for row in delegations_in_order(meeting, Precedence.ALPHABETICAL)}
    people = {row.id: row for row in whole_list(list(delegations.values()))}
    labels = {key: in_reader_language(row.party.label) for key, row in delegations.items()}
    names = {key: ", ".join(filter(None, (row.full_name, row.function))) for key, row in people.items()}
    form.participant.choices = [
        SelectChoice("", _("Nobody who is registered")),
        *(SelectChoice(key, names[key], optgroup=labels[row.delegation_id]) for key, row in people.items()),
    ]
    form.delegation.choices = choices([("", _("None: the function alone")), *labels.items()])
    return delegations, people


@bp.post("/manage/agenda/<int:item_id>/people")
@staff_item
def add_item_person(item: AgendaItem) -> Any:
    """Give somebody a part in an item."""
    form = ItemPersonForm()
    delegations, people = _offer_people(form, item.meeting)
    if form.validate_on_submit():
        with form.saving():
            parts.add_item_person(
                item,
                role=form.role.data,
                participant=people.get(form.participant.data),
                delegation=delegations.get(form.delegation.data),
                function=form.function.data,
                by=current_user,
            )
            return back_to("meetings.edit_agenda_item", item_id=item.id, _anchor="people")
    item_form = AgendaItemForm(formdata=None, data=_shown(item))
    _offer_parents(item_form, queries.agenda_of(item.meeting_id), item)
    return _item_page(item, item_form, form), form.status


@bp.post("/manage/agenda/people/<int:person_id>/remove")
@signed_in(can_manage_meeting, load=queries.item_person_for_staff)
def remove_item_person(person: ItemPerson) -> Any:
    """Take somebody out of an item."""
    sent()
    item_id = person.item_id
    parts.remove_item_person(person, by=current_user)
    db.session.commit()
    return back_to("meetings.edit_agenda_item", item_id=item_id, _anchor="people")


@bp.post("/manage/agenda/<int:item_id>/move")
@staff_item
def move_agenda_item(item: AgendaItem) -> Any:
    """Take an item a step up or down, into the item above, or out of its item."""
    form = sent(ItemMoveForm())
    check_version(item, form.version.data)
    operations.move_agenda_item(item, direction=form.direction.data, by=current_user)
    slug, item_id = item.meeting.slug, item.id
    db.session.commit()
    return back_to("meetings.agenda", slug=slug, _anchor=f"item-{item_id}")


@bp.post("/sessions/<slug>/manage/agenda/drop")
@staff_meeting
def drop_agenda_item(meeting: Meeting) -> Any:
    """Put an item where it was dropped."""
    form = sent(DropForm())
    item = next((row for row in queries.agenda_of(meeting.id) if row.id == form.item.data), None)
    if item is None:
        raise Stale(_("Somebody changed this in the meantime. Look at it again, then do what you want."))
    check_version(item, form.version.data)
    operations.place_agenda_item(item, position=form.position.data or 1, day=form.day.data, by=current_user)
    slug, item_id = meeting.slug, item.id
    db.session.commit()
    return back_to("meetings.agenda", slug=slug, _anchor=f"item-{item_id}")


@bp.post("/manage/agenda/<int:item_id>/delete")
@staff_item
def delete_agenda_item(item: AgendaItem) -> Any:
    """Take an item out of the order of business."""
    form = sent(DeleteForm())
    check_version(item, form.version.data)
    slug = item.meeting.slug
    operations.delete_agenda_item(item, by=current_user)
    db.session.commit()
    say(_("The item was deleted."))
    return back_to("meetings.agenda", slug=slug)


@bp.route("/sessions/<slug>/manage/agenda/publish", methods=["GET", "POST"])
@staff_meeting
def publish_agenda(meeting: Meeting) -> Any:
    """What readers will be told has changed; a POST publishes the draft that was shown."""
    form = PublishAgendaForm()
    if form.is_submitted():
        with form.saving():
            sent(form)
            before = queries.latest_agenda(meeting.id)
            version = programme.publish_agenda(meeting, seen=form.seen.data or "", by=current_user)
            again = before is not None and before.number == version.number
            name = version_name(version.number)
            if again:
                say(_("This is published already (%(version)s): nothing was published twice.", version=name))
            else:
                say(_("The order of business is published: %(version)s.", version=name))
            return back_to("meetings.agenda", slug=meeting.slug)
    items = queries.agenda_with_people(meeting.id)
    return render_template(
        "meetings/agenda_publish.html",
        meeting=meeting,
        form=form,
        items=items,
        numbers=number_of(items),
        checks=checks_of(meeting, items, queries.agenda_elsewhere(meeting)),
        audience=AUDIENCES[meeting.distribution],
        **_unpublished(meeting, items),
    ), form.status

"""Pages that invite many people to a session's delegations at once, and mend an address."""

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.core.errors import Refusal
from app.core.forms import sent
from app.core.pages import back_to
from app.core.policies import signed_in
from app.core.sheets import XLSX_TYPE, xlsx_bytes
from app.core.wording import in_reader_language, with_colon
from app.mail.labels import say_held
from app.meetings import bp, inviting, operations, queries
from app.meetings.delegation_views import delegation_page
from app.meetings.enums import Precedence
from app.meetings.invitation_forms import (
    AddressForm,
    InvitationFileForm,
    InvitationsForm,
    LineForm,
    empty_lines,
    lines_of_file,
    lines_sent,
    refuse_wrong,
)
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.meetings.participant_queries import in_list_order
from app.meetings.participant_table import read_people
from app.meetings.policies import can_manage_meeting

staff_meeting = signed_in(can_manage_meeting, load=queries.meeting_for_staff)


def _delegations(meeting: Meeting) -> list[Delegation]:
    return in_list_order(queries.delegations_of_meeting(meeting.id), Precedence.ALPHABETICAL)


def _page(
    meeting: Meeting,
    lines: Sequence[LineForm],
    *,
    form: InvitationsForm | None = None,
    file_form: InvitationFileForm | None = None,
    there: int = 0,
    filled: bool = False,
) -> tuple[str, int]:
    form, file_form = form or InvitationsForm(formdata=None), file_form or InvitationFileForm(formdata=None)
    errors = [
        (field.id, f"{with_colon(in_reader_language(line.party.party.label))} {message}" if line.party else message)
        for line in lines
        for field in line
        for message in field.errors
    ]
    page = render_template(
        "meetings/invitations.html",
        meeting=meeting,
        lines=lines,
        form=form,
        file_form=file_form,
        errors=errors,
        there=there,
        filled=filled,
        columns=[(label, key in inviting.NEEDED) for key, label in inviting.COLUMNS.items()],
    )
    return page, max(form.status, file_form.status, 422 if errors else 200)


@bp.get("/sessions/<slug>/manage/delegations/invite")
@staff_meeting
def invitations(meeting: Meeting) -> Any:
    """A line for each delegation without anybody."""
    return _page(meeting, empty_lines(_delegations(meeting)))


@bp.post("/sessions/<slug>/manage/delegations/invite")
@staff_meeting
def invite_people(meeting: Meeting) -> Any:
    """Invite everybody on the lines, or nobody where something is wrong with one. Sent twice, it invites once."""
    form = sent(InvitationsForm())
    lines = lines_sent(form.count.data or 0, _delegations(meeting))
    with form.saving():
        refuse_wrong(lines)
        people = [line for line in lines if not line.is_empty]
        if not people:
            raise Refusal(_l("Write the name and the address of at least one person."))
        number = sum(_invite(line) for line in people)
        refuse_wrong(lines)
        say_held(inviting.invited_text(number), meeting.slug)
        return back_to("meetings.delegations", slug=meeting.slug)
    return _page(meeting, lines, form=form)


def _invite(line: LineForm) -> bool:
    """Invite the person of a line, unless they are in the delegation; why it can't be is said at the line."""
    delegation, email = line.party, line.email.data or ""
    if delegation is None or inviting.is_member(delegation, email):
        return False
    try:
        operations.invite_member(
            delegation,
            email=email,
            name=line.name.data or "",
            role=line.role.data,
            language=line.language.data,
            by=current_user,
        )
    except Refusal as refusal:
        line.wrong(refusal.field or "email", refusal.message)
    return True


@bp.post("/sessions/<slug>/manage/delegations/invite/file")
@staff_meeting
def invitations_from_file(meeting: Meeting) -> Any:
    """Fill in the lines from a file; nobody is invited and nothing is kept."""
    form, delegations = InvitationFileForm(), _delegations(meeting)
    lines: list[inviting.Line] = []
    try:
        if not form.validate_on_submit() or not form.file.data:
            raise Refusal(_l("Choose a file first."))
        lines = inviting.read_lines(read_people(form.file.data.stream)[2], delegations)
    except Refusal as refusal:
        refusal.field = "file"
        form.refuse(refusal)
        return _page(meeting, empty_lines(delegations), file_form=form)
    new = [
        line
        for line in lines
        if line.delegation is None or not inviting.is_member(line.delegation, line.texts["email"])
    ]
    forms = lines_of_file(new, delegations)
    return _page(meeting, forms, there=len(lines) - len(new), filled=True)


@bp.get("/sessions/<slug>/manage/delegations/invite/table.xlsx")
@staff_meeting
def invitations_table(meeting: Meeting) -> Response:
    """A table to fill in: a row for each delegation without anybody."""
    head = [str(label) for label in inviting.COLUMNS.values()]
    rows = [[in_reader_language(row.party.names)] for row in _delegations(meeting) if not row.members]
    book = xlsx_bytes([(_("Invitations"), [head, *rows])], as_text=True)
    response = Response(book, content_type=XLSX_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=f"{meeting.slug}-invitations.xlsx")
    return response


@bp.post("/manage/delegations/members/<int:member_id>/address")
@signed_in(can_manage_meeting, load=queries.member_for_staff)
def correct_address(member: DelegationMember) -> Any:
    """Correct the address of a person who has not set up the account, and write the invitation anew."""
    delegation = member.delegation
    form = AddressForm(prefix=f"m{member.id}-")
    with form.saving():
        if form.validate_on_submit():
            inviting.correct_member_address(member, email=form.email.data or "", by=current_user)
            say_held(
                _("The invitation to %(email)s waits in the outbox for approval.", email=form.email.data),
                delegation.meeting.slug,
            )
            return back_to("meetings.delegation", delegation_id=delegation.id)
    return delegation_page(delegation, address_form=form, member_id=member.id), form.status

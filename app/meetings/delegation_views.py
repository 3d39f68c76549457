"""Pages of a session's delegations and the people in them."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import choices, sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.texts import fold
from app.core.wording import in_reader_language, with_colon
from app.directory.models import Party
from app.directory.queries import members, parties, party_by_code
from app.mail.enums import MailReason, MailState
from app.mail.labels import REASONS, say_held
from app.mail.operations import last_mails
from app.meetings import bp, operations, queries
from app.meetings.emails import ADDED
from app.meetings.enums import Precedence
from app.meetings.forms import DelegationForm, InvitationForm
from app.meetings.invitation_forms import AddressForm
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.meetings.participant_forms import CivilSocietyForm
from app.meetings.participant_queries import counted, in_list_order
from app.meetings.policies import can_manage_meeting
from app.meetings.recipients import language_for
from app.people.links import INVITED
from app.people.policies import can_correct_address


def _in_full(party: Party) -> str:
    """A party as people look for it: the name that it is known by, and the whole one where that is another."""
    label, name = in_reader_language(party.label), in_reader_language(party.names)
    return label if label == name else f"{with_colon(label)} {name}"


def _page(meeting: Meeting, form: DelegationForm, society_form: CivilSocietyForm | None = None) -> tuple[str, int]:
    delegations = queries.delegations_of_meeting(meeting.id)
    there = {delegation.party_id for delegation in delegations}
    missing = [party for party in members(meeting.mechanism_id) if party.id not in there]
    rows = ((party.code, _in_full(party)) for party in parties() if party.id not in there)
    form.party.choices = choices([("", _("Choose one")), *sorted(rows, key=lambda choice: fold(choice[1]))])
    return render_template(
        "meetings/delegations.html",
        meeting=meeting,
        form=form,
        society_form=society_form or CivilSocietyForm(formdata=None, prefix="society-"),
        attending=counted(meeting.id),
        missing=len(missing),
        delegations=in_list_order(delegations, Precedence.ALPHABETICAL),
    ), (society_form or form).status


@bp.get("/sessions/<slug>/manage/delegations")
@signed_in(can_manage_meeting, load=queries.meeting_for_staff)
def delegations(meeting: Meeting) -> Any:
    """The delegations of a session and who is in them."""
    return _page(meeting, DelegationForm())


@bp.post("/sessions/<slug>/manage/delegations")
@signed_in(can_manage_meeting, load=queries.meeting_for_staff)
def add_delegation(meeting: Meeting) -> Any:
    """Add a party's delegation."""
    form = DelegationForm()
    form.party.validate_choice = False
    with form.saving():
        party = party_by_code(form.party.data or "") if form.validate_on_submit() else None
        if party is None:
            raise Refusal(_("Choose a State, organization or mechanism from the list."), field="party")
        delegation = operations.add_delegation(meeting, party, by=current_user)
        return back_to("meetings.delegation", delegation_id=delegation.id)
    return _page(meeting, form)


@bp.post("/sessions/<slug>/manage/delegations/civil-society")
@signed_in(can_manage_meeting, load=queries.meeting_for_staff)
def add_civil_society(meeting: Meeting) -> Any:
    """Add the delegation of a civil society organization."""
    form = CivilSocietyForm(prefix="society-")
    if form.validate_on_submit():
        with form.saving():
            delegation = operations.add_civil_society(
                meeting, code=form.code.data or "", names=form.names.data, by=current_user
            )
            return back_to("meetings.delegation", delegation_id=delegation.id)
    return _page(meeting, DelegationForm(formdata=None), form)


@bp.post("/sessions/<slug>/manage/delegations/members")
@signed_in(can_manage_meeting, load=queries.meeting_for_staff)
def add_member_delegations(meeting: Meeting) -> Any:
    """Add the delegations of all members of the convening mechanism; a second click adds none."""
    sent()
    slug = meeting.slug
    number = operations.add_member_delegations(meeting, by=current_user)
    db.session.commit()
    say(ngettext("%(num)d delegation was added.", "%(num)d delegations were added.", number))
    return back_to("meetings.delegations", slug=slug)


@bp.route("/manage/delegations/<int:delegation_id>", methods=["GET", "POST"])
@signed_in(can_manage_meeting, load=queries.delegation_for_staff)
def delegation(delegation: Delegation) -> Any:
    """One delegation; a POST invites a person to it."""
    form = InvitationForm()
    if form.validate_on_submit():
        with form.saving():
            operations.invite_member(
                delegation,
                email=form.email.data or "",
                name=form.name.data or "",
                role=form.role.data,
                language=form.language.data,
                by=current_user,
            )
            say_held(
                _("The invitation to %(email)s waits in the outbox for approval.", email=form.email.data),
                delegation.meeting.slug,
            )
            return back_to("meetings.delegation", delegation_id=delegation.id)
    return delegation_page(delegation, form=form), form.status


def delegation_page(
    delegation: Delegation,
    *,
    form: InvitationForm | None = None,
    address_form: AddressForm | None = None,
    member_id: int = 0,
) -> str:
    """The page of a delegation; `address_form`: that of a member whose new address was not taken."""
    told = last_mails(
        INVITED,
        ADDED.name,
        user_ids=[member.user_id for member in delegation.members],
        meeting_id=delegation.meeting_id,
    )
    forms = {
        member.id: AddressForm(formdata=None, prefix=f"m{member.id}-")
        for member in delegation.members
        if can_correct_address(member.user)
    }
    if address_form is not None:
        forms[member_id] = address_form
    return render_template(
        "meetings/delegation.html",
        delegation=delegation,
        meeting=delegation.meeting,
        form=form or InvitationForm(formdata=None, data={"language": language_for(delegation)}),
        address_forms=forms,
        address_form=address_form,
        undelivered={
            user_id: (mail, REASONS.get(mail.reason or MailReason.EXHAUSTED))
            for user_id, mail in told.items()
            if mail.state is MailState.FAILED
        },
    )


@bp.post("/manage/delegations/members/<int:member_id>/resend")
@signed_in(can_manage_meeting, load=queries.member_for_staff)
def resend(member: DelegationMember) -> Any:
    """Write the invitation with the set-up link again."""
    sent()
    delegation_id, slug = member.delegation_id, member.delegation.meeting.slug
    operations.resend_invitation(member, by=current_user)
    db.session.commit()
    say_held(_("A new invitation waits in the outbox for approval; its link will work from when it leaves."), slug)
    return back_to("meetings.delegation", delegation_id=delegation_id)


@bp.post("/manage/delegations/members/<int:member_id>/remove")
@signed_in(can_manage_meeting, load=queries.member_for_staff)
def remove_member(member: DelegationMember) -> Any:
    """Take a person out of a delegation."""
    sent()
    delegation_id = member.delegation_id
    operations.remove_member(member, by=current_user)
    db.session.commit()
    say(_("The person is no longer in this delegation. What they wrote stays."))
    return back_to("meetings.delegation", delegation_id=delegation_id)

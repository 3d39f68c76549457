"""The secretariat's pages of what came otherwise than by the form: recorded here, confirmed by the State."""

from datetime import timedelta
from typing import Any, cast

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from flask_wtf.file import FileField
from markupsafe import Markup
from wtforms import DateTimeLocalField, RadioField, SelectField
from wtforms.validators import InputRequired

from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, Stale
from app.core.forms import Form, TextField, check_version, choices, sent
from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.core.pages import back_to, say
from app.core.paging import PER_PAGE, WHOLE
from app.core.policies import anyone, signed_in
from app.core.sheets import Row, as_download, wanted_format
from app.core.texts import fold
from app.core.wording import in_reader_language, moment_text
from app.directory.queries import party_by_code
from app.documents.models import StoredFile
from app.documents.responses import send
from app.documents.word_reading import read_word
from app.mail.labels import say_held
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import delegations_of_meeting
from app.meetings.timing import local_moment
from app.practices import bp, intakes, queries
from app.practices.call_views import staff_meeting
from app.practices.content import problems, working_text
from app.practices.draft_form import GROUPS, LISTS, DraftForm, draft_form, progress
from app.practices.draft_views import conflict_page, merged
from app.practices.enums import IntakeMeans, PracticeState
from app.practices.forms import LOCAL
from app.practices.holding import hold_call
from app.practices.intake_queries import intake_for_staff, intakes_of, recorded_file
from app.practices.labels import MEANS
from app.practices.models import Call, Intake
from app.practices.policies import WRITING_PARTIES, can_manage_call
from app.practices.reading import titles
from app.practices.sending import made_with, sent_content, sent_template
from app.practices.template import sections
from app.practices.templates import keep_leftovers
from app.practices.word_answers import match_form
from app.practices.word_views import content_with, made_from, shape_for

DAYS = 7  # that a State is given to confirm, unless somebody says otherwise

staff_intake = signed_in(can_manage_call, load=intake_for_staff)


class IntakeForm(Form):
    """What came, from whom, how and when."""

    delegation = SelectField(_l("Delegation"), [InputRequired(_l("Choose the delegation that sent it."))])
    means = RadioField(
        _l("How it came"),
        choices=choices((means.value, label) for means, label in MEANS.items()),
        coerce=IntakeMeans,
        default=IntakeMeans.EMAIL,
    )
    sender = TextField(_l("Who sent it"), description=_l("The office or the function, and the number of the note."))
    received_at = DateTimeLocalField(
        _l("Received"),
        format=LOCAL,
        description=_l("Date and time in the session's zone. It counts for the deadline once the State confirms."),
    )
    language = SelectField(_l("Language of the text"), choices=choices(LANGUAGE_NAMES.items()), validate_choice=False)
    file = FileField(
        _l("The file that came"),
        description=_l(
            "It is kept. From a DOCX the answers are read into the form; what came otherwise you type on the next page."
        ),
    )
    confirm_by = DateTimeLocalField(
        _l("The State is asked to answer by"), format=LOCAL, description=_l("Date and time in the session's zone.")
    )

    def offer(self, delegations: list[tuple[str, str]]) -> None:
        """Fill the list, which begins with nobody."""
        self.delegation.choices = choices([("", _("Choose one")), *delegations])


@bp.get("/sessions/<slug>/manage/intake")
@staff_meeting
def intake_list(meeting: Meeting) -> Any:
    """What was recorded for States, and which of it waits for them; as a sheet where the address asks for one."""
    file_format = wanted_format()
    page = intakes_of(
        meeting.id,
        page=1 if file_format else request.args.get("page", 1, type=int),
        per_page=WHOLE if file_format else PER_PAGE,
    )
    if file_format:
        return as_download(_sheet(page.items), name=f"{meeting.slug}-received", file_format=file_format)
    return render_template(
        "practices/intakes.html",
        meeting=meeting,
        page=page,
        means=MEANS,
        standing=_standing,
        csv_url=url_for("practices.intake_list", slug=meeting.slug, format="csv"),
        xlsx_url=url_for("practices.intake_list", slug=meeting.slug, format="xlsx"),
        page_url=lambda number: url_for("practices.intake_list", slug=meeting.slug, page=number),
    )


def _sheet(intakes: list[Intake]) -> list[Row]:
    """The register's rows; of what was withdrawn, neither its title nor its file is told."""
    rows: list[Row] = [
        (
            _("Title"),
            _("Delegation"),
            _("Who sent it"),
            _("Received"),
            _("How it came"),
            _("File"),
            _("State of the record"),
        )
    ]
    for one in intakes:
        shown = one.practice.state is not PracticeState.WITHDRAWN
        rows.append(
            (
                (one.title or "") if shown else "",
                in_reader_language(one.practice.delegation.party.label),
                one.sender,
                moment_text(one.received_at, one.practice.meeting.zone),
                str(MEANS[one.means]),
                one.file.name if one.file and shown else "",
                _standing(one)[0],
            )
        )
    return rows


def _standing(intake: Intake) -> tuple[str, str]:
    """How a record stands, and the kind of its tag; nothing of what the delegation makes of it."""
    if intake.confirmed_at:
        return str(_("Confirmed")), "done"
    if intake.practice.state is PracticeState.WITHDRAWN:
        return str(_("Withdrawn")), "stopped"
    if intake.asked_at:
        return str(_("Waits for the State")), "progress"
    return str(_("The State was not asked yet")), "action"


def _delegations(meeting: Meeting) -> dict[int, Delegation]:
    return {one.id: one for one in delegations_of_meeting(meeting.id) if one.party.kind in WRITING_PARTIES}


@bp.route("/sessions/<slug>/manage/intake/new", methods=["GET", "POST"])
@staff_meeting
def new_intake(meeting: Meeting) -> Any:
    """Record what came; the answers of a DOCX are read into the form."""
    local = now().astimezone(meeting.tz).replace(tzinfo=None, second=0, microsecond=0)
    form = IntakeForm(data={"received_at": local, "confirm_by": local + timedelta(days=DAYS), "language": "es"})
    delegations, call = _delegations(meeting), queries.call_of(meeting.id)
    named = [(str(one.id), in_reader_language(one.party.label)) for one in delegations.values()]
    form.offer(sorted(named, key=lambda pair: fold(pair[1])))
    if form.validate_on_submit():
        with form.saving():
            if call is None:
                raise Refusal(_("Make the call first."))
            intake = _record(meeting, call, delegations[int(form.delegation.data)], form)
            return back_to("practices.edit_intake", intake_id=intake.id)
    return render_template("practices/intake_new.html", meeting=meeting, form=form, call=call), form.status


def _record(meeting: Meeting, call: Call, delegation: Delegation, form: IntakeForm) -> Intake:
    """Record what the form holds, and say what was read. Raises Refusal for a DOCX that must not be read."""
    content, leftovers, made_for = {}, [], ""
    upload = form.file.data
    if upload and upload.filename and upload.filename.lower().endswith(".docx"):
        word = read_word(upload.read())
        upload.seek(0)
        hold_call(call, delegation)
        shape = shape_for(call, delegation)
        found = match_form(word, shape)
        content = content_with({}, found, shape, list(found.found))
        say(
            ngettext(
                "%(num)d field was read from the file.", "%(num)d fields were read from the file.", len(found.found)
            )
        )
        code = made_from(found.token)[1]
        made_for = code if code != delegation.party.code else ""
        maker = party_by_code(made_for) if made_for else None
        # The form names the State that it was made for, which is no answer.
        named = {fold(maker.label.in_language(language)) for language in LANGUAGES} if maker else set()
        leftovers = [left.text for left in found.leftovers if fold(left.text) not in named]
    return intakes.record_intake(
        call,
        delegation,
        means=form.means.data,
        sender=form.sender.data or "",
        received_at=local_moment(form.received_at.data, meeting.zone, field="received_at"),
        confirm_by=local_moment(form.confirm_by.data, meeting.zone, field="confirm_by"),
        language=form.language.data,
        upload=upload,
        content=content,
        leftovers=leftovers,
        made_for=made_for or None,
        by=current_user,
    )


@bp.get("/manage/intake/<int:intake_id>")
@staff_intake
def edit_intake(intake: Intake) -> Any:
    """The record as a long form, until the State takes it over."""
    return _page(intake, _form(intake))


@bp.post("/manage/intake/<int:intake_id>")
@staff_intake
def save_intake(intake: Intake) -> Any:
    """Keep the record; ask the State to confirm it, where that is the button."""
    form = _form(intake)
    with form.saving():
        asks, anchor = request.form.get("action") == "ask", None
        sent(form)
        if not (asks and intakes.is_taken_over(intake)):
            anchor = _save(intake, form)
        if asks:
            _say_asked(intake, intakes.ask_confirmation(intake, by=current_user))
        elif anchor is None:
            say(_("The record was saved."))
        return back_to("practices.edit_intake", intake_id=intake.id, _anchor=anchor)
    if isinstance(form.refused, Stale):
        own = url_for("practices.save_intake", intake_id=intake.id)
        return conflict_page(
            intake,
            form,
            party=intake.practice.delegation.party,
            action=own,
            settles=own,
            back_url=own,
            saved_at="",  # no record notes it, and when the delegation saved its draft is not told
        )
    return _page(intake, form)


def _say_asked(intake: Intake, count: int) -> None:
    if count:
        text = ngettext("%(num)d mail waits in the outbox.", "%(num)d mails wait in the outbox.", count)
        say_held(text, intake.practice.meeting.slug)
    elif intakes.has_writers(intake):
        say(
            _(
                "No mail was written: nobody who writes for this delegation is left to tell today. Who was reminded "
                "today finds this text in their work too; from tomorrow on you can ask once more."
            )
        )
    else:
        url = url_for("meetings.delegation", delegation_id=intake.practice.delegation_id, _anchor="invite")
        link = Markup('<a href="{}">{}</a>').format(url, _("Invite somebody"))
        text = _("The record is kept. The State was not asked: nobody writes for its delegation yet.")
        say(Markup("{} {}").format(text, link))


def _save(intake: Intake, form: DraftForm) -> str | None:
    """Keep what the form holds, with what others saved in other fields; return where rows were added or removed.

    Raises Stale where both changed a field.
    """
    intakes.hold_record(intake)
    (typed, lost), language = sent_content(intake, form), form.language.data
    if lost:  # kept whatever becomes of the rest: no page shows these fields any more
        keep_leftovers(intake, lost, made_with(intake))
        db.session.commit()
        intakes.hold_record(intake)
    content = working_text(intake, typed)
    try:
        check_version(intake, form.version.data)
    except Stale:
        both = merged(intake, form)
        if both.conflicts:
            raise
        content, language = both.content, both.language
    intakes.edit_intake(intake, content=content, language=language, by=current_user)
    return request.form.get("add_row") or (request.form.get("remove_row", "").rpartition("-")[0] or None)


def _form(intake: Intake) -> DraftForm:
    known = titles(intake.call.meeting.mechanism_id)
    return draft_form(sent_template(intake), queries.state_questions(intake.meeting_id), known, intake)


def _page(intake: Intake, form: DraftForm) -> Any:
    """The record, never the delegation's draft."""
    practice, template = intake.practice, intake.call.template
    withdrawn = practice.state is PracticeState.WITHDRAWN
    questions = queries.state_questions(intake.meeting_id)
    found = problems(template, intake.content, questions)
    if form.refused is None:
        form.show([problem for problem in found if not problem.missing])
    return render_template(
        "practices/intake_withdrawn.html" if withdrawn else "practices/intake.html",
        practice=intake,
        intake=intake,
        meeting=practice.meeting,
        party=practice.delegation.party,
        form=form,
        sections=sections(template),
        questions=questions,
        progress=progress(template, intake.content, questions, found),
        parts=GROUPS,
        lists=LISTS,
        files_at=None,
        suggested={},
        similar_url="",
        held=None,
        means=MEANS,
        standing=_standing(intake),
        in_time=intake.call.takes_received(practice.delegation_id, intake.received_at),
        may_ask=intake.confirmed_at is None and practice.meeting.cancelled_at is None,
        writers=intakes.has_writers(intake),
        taken_over=intakes.is_taken_over(intake),
    ), form.refused.status if form.refused else 200  # a template may have a field called "status"


@bp.get("/manage/intake/<int:intake_id>/file")
@signed_in(anyone, load=recorded_file)
def intake_file(intake: Intake) -> Response:
    """The file that came, as a download, for staff and the delegation."""
    return send(cast(StoredFile, intake.file))  # the loader finds none without

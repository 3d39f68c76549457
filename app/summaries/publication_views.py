"""The page of publication: what stands in the way, the reasons for what is left out, and the documents."""

from typing import Any

from flask import Response, abort, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from app.core.errors import Refusal
from app.core.forms import choices, sent
from app.core.pages import back_to, say
from app.core.policies import public, signed_in
from app.documents.responses import send
from app.jobs.enums import JobState
from app.jobs.queries import last_job
from app.meetings.labels import AUDIENCES
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff, meeting_visible_to
from app.summaries import agreeing, bp, coverage_pages, issuing, operations, presenting, publishing, queries
from app.summaries.enums import ALL_LANGUAGES
from app.summaries.forms import RestForm
from app.summaries.labels import PUBLICATION_KINDS
from app.summaries.models import PublicationFile, Summary
from app.summaries.policies import can_consolidate
from app.summaries.publication_forms import PublishForm
from app.summaries.sources import sources_of
from app.summaries.sources_now import sources_now

staff_meeting = signed_in(can_consolidate, load=meeting_for_staff)


def _complete_languages(meeting: Meeting, summary: Summary | None) -> list[str]:
    """The working languages in which the whole text is there."""
    if summary is None:
        return []
    texts = [summary.title]
    for section in summary.sections:
        texts += [section.title, *(paragraph.text for paragraph in section.paragraphs)]
    return [code for code in meeting.languages if all(code in text for text in texts)]


def _page(meeting: Meeting, form: PublishForm, rest: RestForm) -> Any:
    summary, sources = queries.summary_of(meeting.id), sources_of(meeting.id)
    coverage = queries.coverage_of(summary, sources)
    complete = _complete_languages(meeting, summary)
    publications = queries.publications_of(meeting.id)
    job = last_job(issuing.rendering_key(publications[-1])) if publications else None
    rest.sources.choices = choices(
        (operations.open_mark(source, coverage), f"{presenting.source_label(source)} ({number})")
        for source in sources
        if (number := coverage.counts(source).open)
    )
    form.offer(meeting, summary, complete)
    unmet = publishing.unmet(meeting, summary, coverage)
    possible = not unmet
    if unmet and complete and complete != meeting.languages:
        possible = not publishing.unmet(meeting, summary, coverage, complete)
    agreement, stand = agreeing.agreement_of(meeting.id), sources_now(meeting.id)
    adopted = agreement.adopted[0] if agreement.adopted else None
    departs = None
    if summary and possible and adopted:
        departs = agreeing.departure(adopted.version, publishing.freeze(summary, sources), complete)
    return render_template(
        "summaries/publish.html",
        meeting=meeting,
        coverage=coverage.total,
        open_passages=coverage_pages.checklist(meeting, coverage) if summary else [],
        form=form,
        rest=rest if summary and (coverage.total.open or rest.refused) else None,
        unmet=unmet,
        possible=possible,
        unchanged=bool(summary and possible and issuing.as_published(summary, sources, complete)),
        publications=publications,
        running=agreement.running,
        adopted=adopted,
        departs=departs,
        published_of={row.id: agreeing.published_of(row, agreement) for row in publications},
        left_out={row.id: sorted(stand.left_out(row.distribution)) for row in publications},
        kinds=PUBLICATION_KINDS,
        audiences=AUDIENCES,
        job=job if job and job.state is not JobState.DONE else None,
    ), max(form.status, rest.status)


@bp.route("/sessions/<slug>/consolidation/publish", methods=["GET", "POST"])
@staff_meeting
def publish(meeting: Meeting) -> Any:
    """What stands in the way; what will happen; then publish."""
    form = PublishForm()
    summary = queries.summary_of(meeting.id)
    form.offer(meeting, summary, meeting.languages)
    if form.validate_on_submit():
        with form.saving():
            if summary is None:
                raise Refusal(_l("The summary has no paragraphs yet."))
            page = url_for("library.summary", slug=meeting.slug)
            publication = issuing.publish_summary(summary, by=current_user, page=page, **form.how())
            say(_("Version %(number)d of the summary is published.", number=publication.number))
            return back_to("summaries.publish", slug=meeting.slug)
    return _page(meeting, form, RestForm(formdata=None))


@bp.post("/sessions/<slug>/consolidation/publish/rest")
@staff_meeting
def set_rest_aside(meeting: Meeting) -> Any:
    """Say for several texts at once why nothing more of them is reflected."""
    summary = queries.summary_of(meeting.id) or abort(404)
    form = RestForm()
    with form.saving():
        marks, reason = sent(form).sources.data or [], form.reason.data or ""
        count = operations.set_rest_aside(summary, marks, reason=reason, by=current_user)
        say(
            ngettext(
                "What was open of %(num)d text is set aside, with your reason.",
                "What was open of %(num)d texts is set aside, with your reason.",
                count,
            )
        )
        return back_to("summaries.publish", slug=meeting.slug)
    return _page(meeting, PublishForm(formdata=None), form)


def _published_file(actor: Any, slug: str, number: int, language: str, extension: str) -> PublicationFile:
    meeting = meeting_visible_to(actor, slug)
    found = queries.published_file(meeting, number, "" if language == ALL_LANGUAGES else language, extension, actor)
    return found or abort(404)


@bp.get("/sessions/<slug>/summary/<int:number>/<language>.<extension>")
@public(load=_published_file)
def document(item: PublicationFile) -> Response:
    """A publication in a format; those that hold all languages are there in the language "all"."""
    return send(item.file)

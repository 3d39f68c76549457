"""The page of compilations: all accepted good practices of a session as one document, made without hand work."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import HiddenField, SelectField

from app.core.audience import Audience
from app.core.forms import Form, choices
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.jobs.models import Job
from app.meetings.labels import AUDIENCES
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff
from app.register.making import making_of
from app.summaries import bp, compilation, compiling
from app.summaries.compilation_models import Compilation
from app.summaries.enums import Arrangement
from app.summaries.labels import ARRANGEMENTS
from app.summaries.policies import can_consolidate


class CompilationForm(Form):
    """In what order, for whom; `seen`: the newest compilation that the page showed."""

    arrangement = SelectField(
        _l("Order"),
        choices=choices((kind.value, label) for kind, label in ARRANGEMENTS.items()),
        coerce=Arrangement,
        description=_l("States are in the alphabetical order of each language."),
    )
    distribution = SelectField(
        _l("Distribution"),
        coerce=Audience,
        description=_l("A practice is left out where its delegation agreed to fewer readers."),
    )
    seen = HiddenField()

    def offer(self, meeting: Meeting) -> None:
        """Offer the audiences that a session permits."""
        narrower = [audience for audience in Audience if audience.rank >= meeting.distribution.rank]
        self.distribution.choices = choices((audience.value, AUDIENCES[audience]) for audience in narrower)


def differences(made: Compilation, now: Mapping[int, tuple[int, str]], known: Mapping[int, str]) -> list[str]:
    """Say what is otherwise now than in a compilation, as sentences; nothing where it is as it was made."""
    then = {practice_id: number for practice_id, number in made.practices}  # noqa: C416  (pairs are lists here)
    added = [reference for practice_id, (_number, reference) in now.items() if practice_id not in then]
    changed = [reference for practice_id, (number, reference) in now.items() if then.get(practice_id, number) != number]
    gone = [known.get(practice_id, "") for practice_id in then if practice_id not in now]
    said = []
    if added:
        said.append(_("Not in it: %(references)s.", references=", ".join(sorted(added))))
    if changed:
        said.append(_("Corrected since: %(references)s.", references=", ".join(sorted(changed))))
    if gone:
        said.append(_("No longer accepted, or for fewer readers: %(references)s.", references=", ".join(sorted(gone))))
    return said


def _line(
    made: Compilation, now: Mapping[int, tuple[int, str]], known: Mapping[int, str], jobs: Mapping[int, Job]
) -> dict[str, Any]:
    return {
        "row": made,
        "document": made.document,
        "arrangement": ARRANGEMENTS[made.arrangement],
        "audience": AUDIENCES[made.document.distribution],
        "count": len(made.practices),
        "making": making_of(jobs.get(made.document_id)),
        "outdated": differences(made, now, known) if made.document.withdrawn_at is None else [],
    }


def _newest(rows: Sequence[Compilation]) -> list[Compilation]:
    """The newest of each order and audience: a revision takes the place of what was before."""
    newest: dict[tuple[Arrangement, Audience], Compilation] = {}
    for row in rows:
        newest.setdefault((row.arrangement, row.document.distribution), row)
    return list(newest.values())


@bp.route("/sessions/<slug>/consolidation/compilations", methods=["GET", "POST"])
@signed_in(can_consolidate, load=meeting_for_staff)
def compilations(meeting: Meeting) -> Any:
    """What is compiled, what of it is out of date; make one."""
    form = CompilationForm()
    form.offer(meeting)
    if form.validate_on_submit():
        with form.saving():
            seen = form.seen.data or ""
            made = compiling.make_compilation(
                meeting,
                form.arrangement.data,
                form.distribution.data,
                seen=int(seen) if seen.isdecimal() else 0,
                by=current_user,
                page=url_for("summaries.compilations", slug=meeting.slug),
            )
            symbol = made.document.symbol
            say(_("Registered as %(symbol)s. Look at its files once they are made, then issue it.", symbol=symbol))
            return back_to("summaries.compilations", slug=meeting.slug)
    rows = compilation.compilations_of(meeting.id)
    newest = _newest(rows)
    now = {audience: compilation.practices_now(meeting, audience) for audience in Audience}
    known = compilation.references({practice_id for row in newest for practice_id, _number in row.practices})
    jobs = compilation.last_jobs([row.document_id for row in newest])
    form.seen.data = str(rows[0].id if rows else 0)
    return render_template(
        "summaries/compilations.html",
        meeting=meeting,
        form=form,
        lines=[_line(row, now[row.document.distribution], known, jobs) for row in newest],
        counts=[
            (AUDIENCES[audience], len(now[audience]))
            for audience in Audience
            if audience.rank >= meeting.distribution.rank
        ],
        unpublished=compilation.unpublished(meeting.id),
        seen=form.seen.data,
    ), form.status

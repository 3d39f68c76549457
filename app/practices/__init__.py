"""Good practices: the call, drafts, submissions and the secretariat's review.

A *call* invites delegations to submit *good practices* in its template until its deadline. A practice is
a draft (the delegation's alone), then submitted, returned with comments or accepted. Each submission is
a *version* that is kept. An *extension* lets one delegation submit until a later moment. *Content* is what
is written in the template's fields; what has no place in a changed template is *set aside*. A *problem* is what is
missing or wrong in the content. What is accepted is
*published* by the secretariat; what is *withdrawn* leaves a note and no text. A submitted text is
*translated* passage by passage; a translation is *stale* once its original says something else.

Several *hands* write one draft: who has a page of it open is *present*; what one person saved within minutes is a
*revision*; a section is *handed over* to somebody without an account by a link. All this, and the comments of a
delegation, is the delegation's alone.

Before it submits, a delegation may send a text *to the capital*: those named in its *steps* *clear* that very text,
with their account or by a *link*. An *intake* is a text that came otherwise and that staff recorded: the State
*confirms* it, and only then it counts as submitted.
"""

from flask import Blueprint, Flask

from app.core.arrival import note_arrival

bp = Blueprint("practices", __name__)

bp.url_value_preprocessor(note_arrival)


def init_app(app: Flask) -> None:
    """Register the pages of the call, of drafts and of the review."""
    from app.core.resending import usual_labels
    from app.mail.operations import untrue_checks
    from app.mail.renewing import scopes_of
    from app.meetings.answers import finds_answers
    from app.practices import (  # noqa: F401  (each registers itself)
        after_views,
        aside_views,
        call_document,
        call_views,
        carrying,
        clearance_link_views,
        clearance_views,
        correction_views,
        draft_views,
        forgetting,
        hands_views,
        history_views,
        intake_views,
        link_views,
        review_queue_views,
        review_views,
        start_views,
        submission_views,
        template_views,
        term_models,
        translation_register_views,
        translation_views,
        translation_word_views,
        word_views,
    )
    from app.practices.clearance_requests import untrue
    from app.practices.draft_form import usual_labels as labels_of_drafts
    from app.practices.emails import scopes
    from app.practices.queries import submitted_answers

    usual_labels[bp.name] = labels_of_drafts
    finds_answers(submitted_answers)
    if untrue not in untrue_checks:
        untrue_checks.append(untrue)
        scopes_of.append(scopes)

    app.register_blueprint(bp)

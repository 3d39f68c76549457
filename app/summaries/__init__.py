"""The summary: sections and numbered paragraphs that each cite the passages they reflect.

A *passage* is a sentence of a submitted text. A *citation* ties a paragraph to a passage of one version
of a source (field, offsets in code points, quote). A passage is *reflected*, *set aside* with a reason, or
*open*; that is its *coverage*. The *quantifier* is the agreed word for how many delegations a paragraph
cites. A *publication* is a frozen version of the summary.
"""

from flask import Blueprint, Flask

bp = Blueprint("summaries", __name__)


def init_app(app: Flask) -> None:
    """Register the pages, the job that makes documents, and what the last stages require."""
    from app.summaries import (  # noqa: F401  (each registers itself)
        check_views,
        citing_views,
        compilation_views,
        compiling,
        coverage_views,
        jobs,
        kept_texts,
        margin_views,
        paragraph_views,
        publication_views,
        recommending_views,
        requirements,
        rules_views,
        section_views,
        streams,
        version_views,
        views,
        writing_views,
    )

    kept_texts.init_app(app)
    app.register_blueprint(bp)

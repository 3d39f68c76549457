"""Reading: everything published, for whoever may see it.

A *reading page* shows one published thing (session, practice, presentation, summary, mechanism, State); a
*register* lists many with filters in the address; *search* finds them by their words. Nothing here
writes, but for what calendars remember of themselves.
"""

from collections import OrderedDict

from flask import Blueprint, Flask

bp = Blueprint("library", __name__)


def init_app(app: Flask) -> None:
    """Register the reading pages and what each worker keeps of them."""
    from app.library import (  # noqa: F401  (views declare the routes)
        citing,
        frozen,
        over_time_views,
        presentation_views,
        printed_texts,
        views,
    )

    frozen.init_app(app)
    app.extensions["library_printed"] = OrderedDict()
    app.extensions["library_pace"] = printed_texts.pace()
    app.jinja_env.globals["cites_in"] = citing.cites_in  # the minutes mark what the summary cites of them
    app.register_blueprint(bp)

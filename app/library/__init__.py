"""Reading: everything published, for whoever may see it.

A *reading page* shows one published thing (session, practice, presentation, summary, mechanism, State); a
*register* lists many with filters in the address; *search* finds them by their words. Nothing here writes.
"""

from flask import Blueprint, Flask

bp = Blueprint("library", __name__)


def init_app(app: Flask) -> None:
    """Register the reading pages."""
    from app.library import views  # noqa: F401  (declares the routes)

    app.register_blueprint(bp)

"""Good practices: the call, drafts, submissions and the secretariat's review.

A *call* invites delegations to submit *good practices* in its template until its deadline. A practice is
a draft (the delegation's alone), then submitted, returned with comments or accepted. Each submission is
a *version* that is kept. An *extension* lets one delegation submit until a later moment.
"""

from flask import Blueprint, Flask

bp = Blueprint("practices", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp)

"""The desk: what one person has to do. A *task* is one thing asked of a delegation, with its deadline and
its one button; the *workbench* is one session as the secretariat works on it. The *board*
is who was asked for what in a session, what came and what is late. Nothing is written here; reminders are the
reminders package's.
"""

from flask import Blueprint, Flask

bp = Blueprint("desk", __name__, url_prefix="/desk")


def init_app(app: Flask) -> None:
    """Register the desk's pages."""
    from app.desk import (  # noqa: F401  (declare the routes)
        board_views,
        letters,
        mail_views,
        tell_views,
        text_views,
        used_views,
        views,
    )
    from app.desk.stage_pages import stages_of
    from app.desk.telling import offer, scopes, untrue
    from app.mail.operations import untrue_checks
    from app.mail.renewing import scopes_of

    app.jinja_env.globals["stages_of"] = stages_of
    app.jinja_env.globals["to_tell"] = offer  # pages of earlier packages offer to write of what was done there
    if untrue not in untrue_checks:
        untrue_checks.extend((untrue, letters.untrue))
        scopes_of.append(scopes)
    app.register_blueprint(bp)

"""People: accounts and how they sign in.

An *account link* is a mailed, single-use, expiring address that sets up an account or signs in once. An
account is *invited* until its person has set it up, then *open*, then perhaps *closed*. A *member-state
reader* is an account that reads for a State (`party_id`) and holds nothing else. An *attempt* is a try to
sign in or to be mailed a link, counted per account and per client address.
"""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager

from app.core.actors import Anonymous
from app.core.resending import Protection

bp = Blueprint("people", __name__)


def init_app(app: Flask) -> None:
    """Register sign-in and accounts, the token that every form carries, and the link-mailing job."""
    from app.jobs.registry import handles
    from app.people import (  # noqa: F401  (declare the routes and the messages)
        account_views,
        emails,
        sign_in_views,
        staff_views,
    )
    from app.people.operations import mail_account_link
    from app.people.queries import account_for_session

    handles("people.mail_link", title=_l("Mailing a link to sign in"))(mail_account_link)
    manager = LoginManager(app)
    manager.anonymous_user = Anonymous
    manager.session_protection = "basic"
    manager.user_loader(account_for_session)
    Protection(app)
    app.register_blueprint(bp)

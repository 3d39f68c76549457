"""Messages that hold a link into an account: they leave at once, and nobody but the recipient may read them."""

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l

from app.core.wording import moment_text
from app.mail.messages import Message, Placeholder, describe
from app.mail.operations import whole_url

EXPIRES = Placeholder(
    _l("Until when the address works"),
    lambda: moment_text(datetime(2027, 2, 1, 15, 0, tzinfo=UTC)),
    lambda c: moment_text(c["expires_at"]),
)
SET_UP = {
    "link": Placeholder(
        _l("The address that sets the account up"),
        lambda: whole_url("people.set_up", token="…"),  # noqa: S106  (a sample, no token)
        lambda c: c["url"],
    ),
    "expires": EXPIRES,
    "new_link": Placeholder(
        _l("The page that mails a new address"),
        lambda: whole_url("people.ask_link"),
        lambda c: whole_url("people.ask_link"),
    ),
}
describe(
    Message(
        "people/sign_in",
        _l("A link that signs in"),
        {
            "link": Placeholder(
                _l("The address that signs in"),
                lambda: whole_url("people.sign_in_by_link", token="…"),  # noqa: S106  (a sample, no token)
                lambda c: c["url"],
            ),
            "expires": EXPIRES,
        },
        security=True,
        needed=frozenset({"link"}),
    )
)
describe(Message("people/set_up", _l("Invitation to an account"), SET_UP, security=True, needed=frozenset({"link"})))


def describe_invitation(placeholders: dict[str, Placeholder]) -> None:
    """Describe the invitation to more than an account; those who invite say what it is to (`placeholders`)."""
    describe(
        Message(
            "people/invited",
            _l("Invitation to a delegation"),
            {**placeholders, **SET_UP},
            security=True,
            needed=frozenset({"link"}),
        )
    )

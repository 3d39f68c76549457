"""Messages that hold a link into an account, which is made when they leave. Those that a person asked for, or that
hold nothing but the link, leave at once; an invitation to more says so, and waits for approval."""

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l

from app.core.wording import moment_text
from app.mail.messages import Message, Placeholder, describe, late
from app.mail.operations import whole_url
from app.people.links import INVITED, make_link

EXPIRES = Placeholder(
    _l("Until when the address works"),
    lambda: moment_text(datetime(2027, 2, 1, 15, 0, tzinfo=UTC)),
    late("expires"),
)
SET_UP = {
    "link": Placeholder(
        _l("The address that sets the account up"),
        lambda: whole_url("people.set_up", token="…"),  # noqa: S106  (a sample, no token)
        late("link"),
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
                late("link"),
            ),
            "expires": EXPIRES,
        },
        security=True,
        needed=frozenset({"link"}),
        at_delivery=make_link,
    )
)
describe(
    Message(
        "people/set_up",
        _l("Invitation to an account"),
        SET_UP,
        security=True,
        needed=frozenset({"link"}),
        at_delivery=make_link,
    )
)


def describe_invitation(placeholders: dict[str, Placeholder]) -> None:
    """Describe the invitation to more than an account; those who invite say what it is to (`placeholders`)."""
    describe(
        Message(
            INVITED,
            _l("Invitation to a delegation"),
            {**placeholders, **SET_UP},
            asks=True,
            needed=frozenset({"link"}),
            at_delivery=make_link,
        )
    )

"""The digest. What it names is filled in when it leaves, so that it says what its reader may read then, and no table
holds its links."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.following.digests import DIGEST, headers_of, says
from app.mail.messages import Message, Placeholder, describe, late
from app.mail.operations import whole_url

describe(
    Message(
        DIGEST,
        _l("What is new in what somebody follows"),
        {
            "count": Placeholder(
                _l("How many things are new"),
                lambda: ngettext("%(num)d publication", "%(num)d publications", 3),
                late("count"),
            ),
            "news": Placeholder(_l("What is new, with its addresses"), lambda: _("What is new"), late("news")),
            "following": Placeholder(
                _l("The page of what the person follows"),
                lambda: whole_url("following.index"),
                lambda c: whole_url("following.index"),
            ),
            "stop": Placeholder(
                _l("The address that stops all these mails"),
                lambda: whole_url("following.stop", token="…"),  # noqa: S106  (a sample, no token)
                late("stop"),
            ),
        },
        private=True,
        asked_for=True,
        needed=frozenset({"news", "stop"}),
        at_delivery=says,
        headers=headers_of,
    )
)

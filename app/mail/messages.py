"""Which messages there are: features describe theirs, with the placeholders that their texts may use.

A text holds placeholders as `{name}`: the name of one that its message has, in braces. Nothing in a text is
ever executed; filling it in replaces names by values once, and a value is not looked at again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Placeholder:
    """What a name stands for. `sample` and `value` give text in the language in force."""

    says: LazyString
    sample: Callable[[], str]
    value: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Message:
    """One kind of mail; `name` is its folder under templates/emails. A `security` message leaves at once, and before
    others: its recipient waits for it (docs/decisions/0008-mail.md says which). A `private` one is between people of
    one delegation: staff see nothing of it, not even that there is one. One that `asks` something of people for a
    session, or brings them to it, does not leave once the session is cancelled. One that its recipient has `asked_for`
    needs nobody's approval: it leaves at once, after those that somebody waits for.

    Its text is useless without the `needed` placeholders (a link that is the message's only purpose). `at_delivery`
    gives, by a mail's id, the values of placeholders that are known only when it leaves (their `value` is `late`); it
    runs in the mail's language and in the transaction that notes the try, which may be the second. `headers` gives, by
    a mail's id, what goes into its head beside the usual.
    """

    name: str
    title: LazyString
    own_placeholders: Mapping[str, Placeholder] = field(default_factory=dict)
    security: bool = False
    private: bool = False
    asks: bool = False
    asked_for: bool = False
    needed: frozenset[str] = frozenset()
    at_delivery: Callable[[int], Mapping[str, str]] | None = None
    headers: Callable[[int], Mapping[str, str]] | None = None

    @property
    def placeholders(self) -> dict[str, Placeholder]:
        """Those of every message (who it goes to), then its own."""
        return {**RECIPIENT, **self.own_placeholders}


def late(name: str) -> Callable[[Mapping[str, Any]], str]:
    """The value, while a mail waits, of a placeholder that is filled in when it leaves: the placeholder itself."""
    return lambda _context: f"{{{name}}}"


RECIPIENT = {
    "name": Placeholder(_l("The name of the person it goes to"), lambda: _("Ana Pérez"), lambda c: c["recipient"].name),
    "email": Placeholder(
        _l("The address of the person it goes to"), lambda: "ana.perez@example.org", lambda c: c["recipient"].email
    ),
}

_messages: dict[str, Message] = {}


def describe(message: Message) -> Message:
    """Say what a message is; describing it again replaces what was said."""
    _messages[message.name] = message
    return message


def described(name: str) -> Message | None:
    """The message of a name; None for one that no feature described, whose text can't be changed."""
    return _messages.get(name)


def messages() -> list[Message]:
    """All that are described, by name."""
    return [_messages[name] for name in sorted(_messages)]


def private_messages() -> list[str]:
    """The names of those that staff see nothing of."""
    return [message.name for message in messages() if message.private]
